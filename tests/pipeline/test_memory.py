"""Memory is estimated from what is read: it grows with the question, and a cap is kept."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from distributed.system import memory_limit

import siting
from siting.errors import MemoryCapError
from siting.network.place import placed
from siting.pipeline import check, only_scenario
from siting.pipeline.memory import machine_mb, memory_mb
from siting.travel_time import reach


def test_rows_and_pairs_are_counted(town: Path) -> None:
    """Of few sites the pairs are exact: 60 bytes for each, 2,000 for a cell or an edge, and what Python takes alone."""
    scenario = only_scenario(town)
    given = check(scenario)
    stations, people = given.facilities["station"], given.cells[given.cells.people > 0]
    sites = stations[stations.reason == ""]
    times = reach(given.network, placed(sites), placed(people), 240.0, site_ids=sites.index, demand_ids=people.index)
    rows = len(given.cells) + given.network.n_edges
    assert memory_mb(scenario, given) == pytest.approx(560 + (2000 * rows + 60 * len(times.ms)) / 1e6)


def test_an_audit_has_no_pairs(town: Path, edit) -> None:
    """Without a plan nothing is searched for."""
    edit("[[plan]]\nsites = 1\n", "")
    scenario = only_scenario(town)
    given = check(scenario)
    assert memory_mb(scenario, given) == pytest.approx(560 + 2e-3 * (len(given.cells) + given.network.n_edges))


def test_smaller_cells_take_more(town: Path, edit) -> None:
    """Four times the cells."""
    edit("cell_m = 100", "cell_m = 50")
    fine = only_scenario(town)
    edit("cell_m = 50", "cell_m = 100")
    coarse = only_scenario(town)
    assert memory_mb(fine, check(fine)) > memory_mb(coarse, check(coarse))


def test_what_the_machine_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As dask says, or less in a container; a container without a limit says "max"."""
    held_mb = machine_mb()
    assert held_mb == memory_limit() / 1e6
    monkeypatch.setattr("siting.pipeline.memory._OF_CONTAINERS", (tmp_path / "v2", tmp_path / "v1"))
    (tmp_path / "v2").write_text("max\n", "utf-8")
    assert machine_mb() >= held_mb
    (tmp_path / "v1").write_text("1000000000\n", "utf-8")
    assert machine_mb() == 1000


def test_a_run_estimates_its_memory_first(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused with both figures before any plan is searched for, and not ended by the system in the middle of it."""
    monkeypatch.setattr(importlib.import_module("siting.pipeline.run"), "machine_mb", lambda: 500.0)
    with pytest.raises(MemoryCapError, match=r"about 56\d MB of memory, and may take 500"):
        siting.run(town, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_cap_is_kept(town: Path) -> None:
    """Refused with both figures and what to do; a cap above the need changes nothing."""
    with pytest.raises(MemoryCapError, match=r"about 56\d MB of memory, and may take 500.*larger cells"):
        siting.propose(town, memory_cap_mb=500.0)
    assert siting.propose(town, memory_cap_mb=1000.0).plans
