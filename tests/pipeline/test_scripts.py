"""The scripts of districts run, on coarser land and in less time than they ask for, and what they write verifies."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import siting
from siting.pipeline import SitingProposal
from siting.synthetic import demo_folder

SCRIPTS = Path(__file__).parents[2] / "scripts"
pytestmark = pytest.mark.slow


def coarse(script: str, cell_m: float, data_folder: Path, to: Path) -> SitingProposal:
    """The script's scenario on larger cells with 5 s for the search, written and verified."""
    (scenario,) = siting.read_scenarios(SCRIPTS / f"{script}.toml", data_folder=data_folder).values()
    area = scenario.study_area.model_copy(update={"cell_m": cell_m})
    plan = scenario.plan[0].model_copy(update={"time_limit_s": 5.0, "curve": None})
    proposal = siting.propose(scenario.model_copy(update={"study_area": area, "plan": [plan]}))
    assert all(claim.agrees for claim in siting.verify(proposal.write(to)).claims)
    return proposal


def test_demo_districts(tmp_path: Path) -> None:
    """Twenty new stations beside today's, with barriers; the plan keeps time and caps, redrawn and planned."""
    proposal = coarse("demo_districts", 800.0, demo_folder(), tmp_path / "out")
    assert len(proposal.area.barriers) > 0
    assert len(proposal.plans[0].added) <= 20
    for report in (proposal.judged["planned"], proposal.judged["redrawn"]):
        broken = {verdict.clause.kind for verdict in report.verdicts if verdict.passed is False}
        assert broken <= {"nothing_left_out", "crosses_barrier"}


@pytest.mark.real
def test_guixi_districts(real: Callable[[str], Path], tmp_path: Path) -> None:
    """All land that a site reaches in time has a lawful district, and the bound is below the number of stations."""
    proposal = coarse("guixi_districts", 300.0, real("guixi"), tmp_path / "out")
    assert proposal.districts is not None
    assert proposal.districts.report.districts.broken.map(len).sum() == 0
    assert set(proposal.districts.cells.reason) <= {"", "no_road", "beyond_budget", "cut_off"}
    solution = proposal.plans[0].solution
    assert 0 < solution.bound <= solution.value == len(proposal.plans[0].added)


@pytest.mark.real
def test_cambridge_overlap(real: Callable[[str], Path], monkeypatch, capsys) -> None:
    """A row for each of the eight stations, and the share of the city's land that both maps give to one station."""
    monkeypatch.setattr(sys, "argv", ["cambridge_overlap.py", str(real("cambridge_ma"))])
    runpy.run_path(str(SCRIPTS / "cambridge_overlap.py"), run_name="__main__")
    *table, last = capsys.readouterr().out.splitlines()
    assert len(table) == 8 + 2  # a line of names and one for the index
    assert float(last.split(": ")[1].split("%")[0]) > 80
