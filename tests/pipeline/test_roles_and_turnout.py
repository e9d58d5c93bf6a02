"""Who counts today, and who has time to drive: roles and turnouts of the caller's own rows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import siting
from siting import toy
from siting.errors import InputError
from siting.pipeline import check, only_scenario
from siting.reports import summary
from tests.pipeline.conftest import points, rewrite


def stations(town: Path, **columns: list[object]) -> None:
    """S and E of the toy town; without E, 950 of 1,000 people are covered, and without S too."""
    rows = points({name: toy.SITES[name] for name in ("S", "E")}, code=["S", "E"], **columns)
    rows.to_file(town.parent / "stations.geojson", driver="GeoJSON")


def test_a_required_station_does_not_stand_today_and_is_built(town: Path, edit, tmp_path: Path) -> None:
    """Today has S alone; the plan keeps S, adds E and whatever it was asked for, and the written files agree."""
    edit('id_column = "code"\nclass', 'id_column = "code"\nrole_column = "part"\nclass')
    stations(town, part=["existing", "required"])
    proposal = siting.propose(town)
    (plan,) = proposal.plans
    assert proposal.today.stations.index.tolist() == ["S"]
    assert plan.kept == ("S",)
    assert "E" in plan.added
    assert proposal.facilities["station"].status[["S", "E"]].tolist() == ["existing", "proposed"]
    assert sorted(proposal.proposed.stations.index) == sorted([*plan.kept, *plan.added])
    proposal.verify(proposal.write(tmp_path / "out", formats=["gpkg", "summary"]))
    audit = siting.audit(town)
    assert audit.today.stations.index.tolist() == ["S"]
    assert audit.facilities["station"].status["E"] == "candidate"


def test_a_required_station_is_built_when_nothing_else_stays(town: Path, edit) -> None:
    """keep = "none" and no new sites: E alone."""
    edit('id_column = "code"\nclass', 'id_column = "code"\nrole_column = "part"\nclass')
    edit("sites = 1", 'sites = 0\nkeep = "none"')
    stations(town, part=["existing", "required"])
    (plan,) = siting.propose(town).plans
    assert (plan.kept, plan.added, plan.dropped) == ((), ("E",), ("S",))


def test_sites_for_hydrants_protect_nothing(town: Path, edit, tmp_path: Path) -> None:
    """Candidates along every road leave the share of land near a hydrant as it is, and the files verify."""
    before = siting.audit(town).today.hydrants
    edit("[candidates.station]", "[candidates.hydrant]\nspacing_m = 60\n[candidates.station]")
    audit = siting.audit(town)
    assert (audit.facilities["hydrant"].status == "candidate").sum() > 5
    assert (audit.today.hydrants.share_area, audit.today.hydrants.n_counted) == (before.share_area, before.n_counted)
    audit.verify(audit.write(tmp_path / "out", formats=["gpkg", "summary"]))


@pytest.mark.parametrize("turnout_s", [300.0, 400.0])
def test_a_station_that_is_late_before_it_starts_covers_nothing(town: Path, edit, turnout_s: float) -> None:
    """Of 300 s in all: today covers nobody, a note says why, and a new site still covers what it can."""
    edit('id_column = "code"\nclass', 'id_column = "code"\nturnout_column = "t"\nclass')
    rewrite(town.parent / "stations.geojson", lambda table: table.assign(t=turnout_s))
    proposal = siting.propose(town)
    assert proposal.today.share_people == 0.0
    assert {note.key: note.examples for note in proposal.notes}["note_no_time_left"] == ("S",)
    assert proposal.plans[0].solution.value == pytest.approx(950.0)


@pytest.mark.parametrize("question", ["sites = 0", 'objective = "lscp"'])
def test_when_nobody_is_in_time_nothing_is_covered(town: Path, edit, question: str, tmp_path: Path) -> None:
    """No candidate either: the plan is what stands, covers nothing, and says so."""
    edit('id_column = "code"\nclass', 'id_column = "code"\nturnout_column = "t"\nclass')
    edit("[candidates.station]\nspacing_m = 200\n", "")
    edit('highway = ["residential", "tertiary", "secondary", "primary", "unclassified"]\n', "")
    edit("sites = 1", question)
    rewrite(town.parent / "stations.geojson", lambda table: table.assign(t=400.0))
    proposal = siting.propose(town)
    assert proposal.proposed.share_people == 0.0
    assert proposal.plans[0].added == ()
    assert (proposal.proposed.cells.reason != "").all()
    proposal.verify(proposal.write(tmp_path / "out", formats=["gpkg", "summary"]))


def test_no_usable_station(town: Path, edit) -> None:
    """A plan is refused with the reason; an audit says that nobody arrives anywhere."""
    edit("[candidates.station]\nspacing_m = 200\n", "")
    edit('highway = ["residential", "tertiary", "secondary", "primary", "unclassified"]\n', "")
    edit('id_column = "code"\nclass', 'id_column = "code"\nrole = "forbidden"\nclass')
    edit("sites = 1", 'objective = "lscp"')
    with pytest.raises(InputError, match=r"None of the 1 sites can be used \(.*forbidden"):
        check(only_scenario(town))
    audit = siting.audit(only_scenario(town).model_copy(update={"plan": []}))
    assert audit.today.stations.empty
    assert audit.today.share_people == 0.0
    assert set(pd.unique(audit.today.cells.reason)) <= {"unreachable", "no_road"}
    assert summary(audit)["findings"]
