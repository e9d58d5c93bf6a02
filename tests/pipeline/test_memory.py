"""Memory is estimated from what is read: it grows with the question, and a cap is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

import siting
from siting.errors import MemoryCapError
from siting.network.place import placed
from siting.pipeline import check, only_scenario
from siting.pipeline.memory import memory_mb
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


def test_a_cap_is_kept(town: Path) -> None:
    """Refused with both figures and what to do; a cap above the need changes nothing."""
    with pytest.raises(MemoryCapError, match=r"about 56\d MB of memory, and may take 500.*larger cells"):
        siting.propose(town, memory_cap_mb=500.0)
    assert siting.propose(town, memory_cap_mb=1000.0).plans
