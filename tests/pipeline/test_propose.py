"""The whole job on a town small enough to check by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import siting
from siting import toy
from siting.cli import commands
from siting.errors import VerificationError
from siting.pipeline import SitingProposal, check, checked_text, only_scenario
from siting.reports import summary
from tests.pipeline.conftest import PLAIN, rewrite


@pytest.fixture
def proposal(town: Path) -> SitingProposal:
    return siting.propose(town)


def test_people_are_all_there(proposal: SitingProposal) -> None:
    """Six places, a thousand people; every one of them on a cell."""
    assert proposal.demand["read"] == proposal.demand["inside"] == sum(toy.WEIGHT.values())
    assert proposal.cells.people.sum() == pytest.approx(1000.0)


def test_today_is_what_the_town_says(proposal: SitingProposal) -> None:
    """From S all places but the island lie within 240 s (toy.SECONDS); 50 of 1,000 people live there."""
    assert proposal.today.travel_budget_s == 240.0
    assert proposal.today.share_people == pytest.approx(0.95)
    out = proposal.today.cells.query("people > 0 and not is_covered")
    assert out.reason.tolist() == ["no_road"]


def test_nothing_is_built_where_nothing_is_gained(proposal: SitingProposal) -> None:
    """Whoever has a road is covered today, so the best plan of one site adds none, and says so."""
    (plan,) = proposal.plans
    assert (plan.kept, plan.added) == (("S",), ())
    assert plan.solution.status == "optimal"
    assert plan.solution.value == plan.solution.bound == pytest.approx(950.0)
    assert proposal.summary().startswith("0 new stations: 95.0 %")


def test_a_stricter_clock_asks_for_a_station(town: Path, edit) -> None:
    """With 100 s of driving S reaches d1 and d2 only (toy.SECONDS); one site more adds what brute force says."""
    text = Path(siting.__file__).parent.joinpath("rules/data/cn-jb152-2017.toml").read_text("utf-8")
    local = text.replace("response_limit_s = 300", "response_limit_s = 160").replace("cn-jb152-2017", "local")
    town.with_name("local.toml").write_text(local, "utf-8")
    edit('["cn-jb152-2017", "cn-gb50974-2014"]', '"local.toml"')
    proposal = siting.propose(town)
    (plan,) = proposal.plans
    assert proposal.provenance["rules"]["id"] == "local"
    assert proposal.today.travel_budget_s == plan.travel_budget_s == 100.0
    assert proposal.today.share_people == pytest.approx(0.5)
    assert len(plan.added) == 1
    assert plan.solution.value == _best_of_one(proposal)


def _best_of_one(proposal: SitingProposal) -> float:
    """Every candidate tried in turn, on times from the notebook's own call."""
    stations, cells = proposal.facilities["station"], proposal.cells
    usable = stations[stations.reason == ""]
    points = cells.set_geometry(gpd.points_from_xy(cells.x, cells.y, crs=proposal.area.crs))
    times = siting.travel_times(proposal.network, usable, points, limit_s=100.0, snap_limit_m=100.0).to_frame()
    reached = times.groupby("site_id").demand_id.agg(set)
    return max(float(cells.people[list(reached["S"] | reached.get(one, set()))].sum()) for one in usable.index)


def test_caller_rows_come_back(town: Path, proposal: SitingProposal, tmp_path: Path) -> None:
    """The same ids, columns, order and CRS in the written layer, with our columns beside them."""
    folder = proposal.write(tmp_path / "out", formats=PLAIN)
    written = gpd.read_file(folder / "proposal.gpkg", layer="stations")
    given = gpd.read_file(town.parent / "stations.geojson")
    assert written.crs == given.crs
    assert written.site_id[0] == "S"
    assert written[given.columns.drop("geometry")].iloc[0].tolist() == given.drop(columns="geometry").iloc[0].tolist()
    assert written.geometry[0].equals_exact(given.geometry[0], 1e-9)


def test_written_proposal_verifies_and_tampering_does_not(proposal: SitingProposal, tmp_path: Path) -> None:
    """Recomputed from the files alone; one changed figure is found."""
    folder = proposal.write(tmp_path / "out")
    assert proposal.verify(folder).claims
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    summary["plans"][0]["certificate"]["value"] += 1
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    with pytest.raises(VerificationError):
        siting.verify(folder)


def test_same_scenario_same_plan(town: Path, proposal: SitingProposal) -> None:
    """Twice the same ids, values and cells."""
    again = siting.propose(town)
    assert again.plans[0].added == proposal.plans[0].added
    pd.testing.assert_frame_equal(again.proposed.cells, proposal.proposed.cells)


def test_audit_proposes_nothing(town: Path) -> None:
    """Today and proposed are one and the same, and the first line says today."""
    audit = siting.audit(town)
    assert audit.plans == ()
    assert audit.proposed is audit.today
    assert "95.0 %" in audit.summary().splitlines()[0]


def test_what_a_reader_would_not_expect_is_noted(town: Path, edit) -> None:
    """A class the standard does not name, and a turnout of a station's own."""
    edit('class = "一级站"\n', 'class = "small"\nturnout_column = "turnout"\n')
    rewrite(town.parent / "stations.geojson", lambda table: table.assign(turnout=90.0))
    given = check(only_scenario(town))
    said = {note.key: note.message("en") for note in given.notes}
    assert "(90 to 90 s)" in said["note_own_turnout"]
    assert "small" in said["note_unknown_class"]
    assert "一级站" in said["note_unknown_class"]
    assert "1 existing" in checked_text("base", only_scenario(town), given)


def test_a_plan_that_closes_a_station_verifies(town: Path, edit, tmp_path: Path) -> None:
    """The headline says that it closes, the tables say which, and the files agree."""
    edit("sites = 1", 'sites = 1\nkeep = "none"')
    edit('class = "一级站"\n', 'class = "一级站"\nturnout_column = "turnout"\n')
    rewrite(town.parent / "stations.geojson", lambda table: table.assign(turnout=200.0))
    proposal = siting.propose(town)
    assert proposal.plans[0].dropped == ("S",)
    assert "1 of today's closed" in proposal.summary().splitlines()[0]
    folder = proposal.write(tmp_path / "out", formats=PLAIN)
    assert proposal.verify(folder).claims
    stations = gpd.read_file(folder / "proposal.gpkg", layer="table_stations").set_index("site_id")
    assert stations.status["S"] == "closed"


def test_notebook_face(proposal: SitingProposal) -> None:
    """One paragraph of text, a small table without scripts, and names shown as text."""
    shown = proposal._repr_html_()
    assert "<script" not in shown
    assert len(shown) < 50_000
    assert proposal.summary().splitlines()[0] in repr(proposal)


def test_roads_from_elsewhere_in_the_scenario(town: Path, edit) -> None:
    """Stations of an OSM file, lscp and nothing kept: the fewest sites that reach all five places."""
    edit("sites = 1", 'objective = "lscp"\nkeep = "none"')
    (plan,) = siting.propose(town).plans
    assert len(plan.kept) + len(plan.added) == 1
    assert plan.solution.status == "optimal"


def test_a_chinese_proposal_is_chinese_throughout(town: Path, edit) -> None:
    """Notes, findings and the reasons of a certificate; names, ids and tags may stay as they are."""
    edit("sites = 1", 'sites = 1\n[outputs]\nlanguage = "zh"')
    told = summary(siting.propose(town))
    said = [text for note in told["notes"] for text in (note["topic"], note["message"])]
    said += [finding[key] for finding in told["findings"] for key in ("title", "remark")]
    said += [reason for plan in told["plans"] for reason in plan["certificate"]["reasons"]]
    assert len(said) > 10
    assert [text for text in said if re.search("[a-z]+ [a-z]+ [a-z]+", text)] == []


def test_check_speaks_the_language_asked_for(town: Path, capsys) -> None:
    """The scenario's own unless --lang says another."""
    commands.check(town)
    commands.check(town, lang="zh")
    english, chinese = capsys.readouterr().out.split("base：")
    assert re.search("usable.*[0-9]+ notes", english, re.DOTALL)
    assert "measured in" in english
    assert "量算" in chinese
    assert "measured in" not in chinese
