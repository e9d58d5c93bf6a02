"""Risk from a scenario: mixed, planned for, told beside the people, verified; day and night as two scenarios."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import siting
from siting import toy
from siting.errors import InputError, ScenarioError
from siting.pipeline import SitingProposal, read
from siting.pipeline.demand import read_demand
from siting.scenario import DemandTable
from siting.scenario_file import read_scenarios
from siting.verification import verify
from siting.verification.map_checks import check_held
from siting.verification.mix_checks import check_mix
from siting.verification.workload_checks import check_workload
from siting.verification.written import read_written
from tests.pipeline.conftest import PLAIN, points, write_town
from tests.verification.damage import change_package

DOCS = Path(__file__).parents[2] / "docs" / "risk.md"
RISK = """\
[demand]
source = "risk"
[demand.parts.residents]
share = 3
source = "table"
file = "people.geojson"
weight = "people"
[demand.parts.calls]
share = 1
source = "incidents"
file = "calls.csv"
hours = [8, 20]
smooth = "none"
"""
USUAL = '[demand]\nsource = "table"\nfile = "people.geojson"\nweight = "people"\nid = "place"\n'
BESIDE = """\
[[facilities]]
kind = "station"
file = "brigades.geojson"
id_column = "code"
force = "full_time"
[[grid]]
level = "large"
file = "towns.geojson"
id_column = "code"
[brigades]
reach_s = 200
[full_alarm]
engines = 2
first_s = 100
all_s = 150
[workload]
part = "calls"
days = 2
minutes_per_call = 60
source = "the toy's records"
"""
JOINT = """\
[joint]
cost_budget = 1
[[joint.tier]]
kind = "station"
new_cost = 1
worth = 1.0
"""
VARIANTS = "[overrides.night.demand.parts.calls]\nhours = [20, 8]\n[scenarios]\nday = []\nnight = ['night']\n"


@pytest.fixture
def risky(tmp_path: Path) -> Path:
    return write_risky(tmp_path / "town")


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[SitingProposal, Path]:
    """One proposal for every test that only reads it."""
    folder = tmp_path_factory.mktemp("risk")
    scenario = write_risky(folder / "town")
    scenario.write_text(scenario.read_text("utf-8") + BESIDE, "utf-8")
    points({"B": (400.0, 0.0)}, code=["B"]).to_file(scenario.with_name("brigades.geojson"), driver="GeoJSON")
    boundary = gpd.read_file(scenario.with_name("boundary.geojson"))
    boundary.assign(code="all").to_file(scenario.with_name("towns.geojson"), driver="GeoJSON")
    proposal = siting.propose(scenario)
    return proposal, proposal.write(folder / "out", formats=["gpkg", "summary", "xlsx", "memo_html"])


def write_risky(folder: Path) -> Path:
    """The toy town, whose calls of the day come from one place and those of the night from another."""
    scenario = write_town(folder)
    text = scenario.read_text("utf-8")
    assert USUAL in text
    scenario.write_text(text.replace(USUAL, RISK), "utf-8")
    first, second, *_ = toy.DEMAND
    x, y = toy.xy([toy.DEMAND[first]] * 3 + [toy.DEMAND[second]])
    places = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=toy.CRS).to_crs("EPSG:4326")
    times = ["2025-01-01 09:00", "2025-01-02 10:00", "2025-01-03", "2025-01-01 23:00"]
    pd.DataFrame({"time": times, "lon": places.x, "lat": places.y}).to_csv(folder / "calls.csv", index=False)
    return scenario


def change(scenario: Path, former: str, new: str) -> None:
    text = scenario.read_text("utf-8")
    assert text.count(former) == 1, former
    scenario.write_text(text.replace(former, new), "utf-8")


def test_told_in_every_file_and_verified(answered: tuple[SitingProposal, Path]) -> None:
    """Parts with share, source and points; people beside points; a record without an hour told, not lost."""
    _, folder = answered
    verify(folder)
    told = json.loads((folder / "summary.json").read_text("utf-8"))
    demand = told["demand"]
    assert (demand["unit"], demand["residents"]) == ("risk points", "residents")
    assert demand["inside"] == pytest.approx(100_000)
    residents, calls = demand["parts"]
    assert (residents["share_points"], calls["share_points"]) == (0.75, 0.25)
    assert (calls["unit"], calls["source"], calls["inside"]) == ("calls", "calls.csv", 2)
    assert calls["points_each"] == pytest.approx(12_500)
    assert residents["points_each"] == pytest.approx(75_000 / sum(toy.WEIGHT.values()))
    assert "note_calls_without_time" in [note["key"] for note in told["notes"]]
    assert {"calls.csv", "people.geojson"} <= {one["file"] for one in told["provenance"]["inputs"]}
    cells = gpd.read_file(folder / "proposal.gpkg", layer="cells")
    figures = {row["key"]: row for row in told["key_figures"]}
    covered = cells.today_is_covered.astype(bool)
    assert figures["share_residents"]["today"] == pytest.approx(cells.residents[covered].sum() / cells.residents.sum())
    assert figures["residents_not_covered"]["unit"] == "people"
    assert "risk points" in told["headline"]
    sheet = pd.read_excel(folder / "proposal.xlsx", sheet_name="risk by parts")
    assert sheet["part"].tolist() == ["residents", "calls"]
    assert "What the risk is made of" in (folder / "memo.html").read_text("utf-8")


def test_rules_of_people_are_judged_by_people(answered: tuple[SitingProposal, Path]) -> None:
    """The share of people in time is that of the people, and unlike that of the points; hydrants too."""
    proposal, _ = answered
    cells = proposal.today.cells
    assert (cells.residents.sum(), cells.people.sum()) == pytest.approx((sum(toy.WEIGHT.values()), 100_000))
    by_people = cells.residents[cells.is_covered].sum() / cells.residents.sum()
    (found,) = [one for one in proposal.findings_today if one.requirement.kind == "time_cover_people"]
    assert found.measured == pytest.approx(by_people)
    assert abs(proposal.today.share_people - by_people) > 0.01
    assert proposal.today.hydrants is not None
    share = proposal.today.hydrants.cells.share_within
    assert proposal.today.hydrants.share_people == pytest.approx(
        (share * cells.residents).sum() / cells.residents.sum()
    )


def test_residents_stand_beside_points_in_every_table(answered: tuple[SitingProposal, Path]) -> None:
    """Each table that adds up cells adds up both; shares of the two differ; the headers call each by its name."""
    proposal, folder = answered
    told = json.loads((folder / "summary.json").read_text("utf-8"))
    people, points_inside = sum(toy.WEIGHT.values()), 100_000
    (town,) = [row for row in told["grid"] if row["situation"] == "today"]
    assert (town["residents"], town["people"]) == (pytest.approx(people), pytest.approx(points_inside))
    assert town["share_residents"] == pytest.approx(town["residents_covered"] / people)
    assert abs(town["share_residents"] - town["share_people"]) > 0.01
    (unit,) = told["brigades"]["brigades"]
    assert (unit["residents"], unit["people"]) == (town["residents"], town["people"])
    assert {"share_residents", "share_residents_counted"} <= told["brigades"]["forces"][0].keys()
    served = proposal.today.cells[proposal.today.cells.site_id != ""]
    assert proposal.today.districts.residents.sum() == pytest.approx(served.residents.sum())
    alarm = {row["measure"]: row["today"] for row in told["full_alarm"]["measures"]}
    assert alarm["share_residents_first"] != pytest.approx(alarm["share_people_first"])
    heads = pd.read_excel(folder / "proposal.xlsx", sheet_name="grid", header=None).iloc[:3].astype(str)
    assert {"risk points", "residents"} <= set(heads.to_numpy().ravel())


def test_residents_stand_beside_points_in_every_map_of_districts(risky: Path, tmp_path: Path) -> None:
    """As drawn, redrawn and planned, and what is said of stations: both add up; a resident too many is found."""
    keys = 'objective = "district"\nsites = 1\nredraw = true\ntime_limit_s = 2.0\n[districts]\nfile = "drawn.geojson"\n'
    change(risky, "sites = 1\n", keys)
    boundary = gpd.read_file(risky.with_name("boundary.geojson"))
    boundary.assign(site_id="S").to_file(risky.with_name("drawn.geojson"), driver="GeoJSON")
    proposal = siting.propose(risky)
    assert set(proposal.judged) == {"drawn", "redrawn", "planned"}
    (drawn,) = proposal.judged["drawn"].districts.itertuples()
    assert (drawn.residents, drawn.people) == (pytest.approx(sum(toy.WEIGHT.values())), pytest.approx(100_000))
    answer = proposal.districts
    assert answer is not None
    held, cells = answer.cells[answer.cells.site_id != ""], answer.cells
    assert answer.stations.district_residents.sum() == pytest.approx(held.residents.sum())
    assert answer.report.districts.residents.sum() == pytest.approx(held.residents.sum())
    folder = proposal.write(tmp_path / "out", formats=PLAIN)
    verify(folder)
    left = json.loads((folder / "summary.json").read_text("utf-8"))["district_plan"]["unserved"]
    assert sum(row["residents"] for row in left) == pytest.approx(cells.residents.sum() - held.residents.sum())
    for name in proposal.judged:
        assert change_package(folder, f"UPDATE districts_{name} SET residents = 1 WHERE site_id = 'S'") == 1  # noqa: S608
    wrong = [claim.name for claim in check_held(read_written(folder)) if not claim.agrees]
    assert [name.split(",")[0] for name in wrong] == [f"{name} districts.residents" for name in proposal.judged]


def test_busy_shares_from_past_calls(answered: tuple[SitingProposal, Path]) -> None:
    """Two calls by day in two days of twelve hours are one in twelve hours; each keeps an engine for an hour."""
    workload = answered[0].workload
    assert workload is not None
    assert workload.calls_per_hour == pytest.approx(2 / 24)
    busy = workload.table.set_index("site_id")
    load = 2 / 24
    erlang = [1.0, load, load**2 / 2]
    assert busy.busy_today.sum() == pytest.approx((erlang[1] + 2 * erlang[2]) / sum(erlang))
    assert (busy.index == sorted(answered[0].today.stations.index)).all()
    claims = list(check_workload(read_written(answered[1])))
    assert all(claim.agrees for claim in claims)
    told = copy.deepcopy(read_written(answered[1]))
    told.summary["workload"]["stations"][0]["busy_today"] += 0.01
    assert any(not claim.agrees and "busy share of B" in claim.name for claim in check_workload(told))


def test_a_joint_plan_of_risk(risky: Path, tmp_path: Path) -> None:
    """Its value is points; each tier tells the residents it serves too, and both are verified."""
    text = risky.read_text("utf-8").split("[[plan]]")[0]
    risky.write_text(text + JOINT, "utf-8")
    proposal = siting.propose(risky)
    assert proposal.joint is not None
    (tier,) = proposal.joint.to_dict("records")
    cells = proposal.proposed.cells
    assert tier["people_proposed"] == pytest.approx(cells.people[cells.is_covered].sum())
    assert tier["residents_proposed"] == pytest.approx(cells.residents[cells.is_covered].sum())
    assert verify(proposal.write(tmp_path / "out", formats=PLAIN)).claims


def test_one_plan_for_two_parts(risky: Path, tmp_path: Path) -> None:
    """The worst of the whole and of each part alone, which no single site makes better; verified part by part."""
    change(risky, "sites = 1\n", 'objective = "robust"\nsites = 1\nparts = ["residents", "calls"]\n')
    proposal = siting.propose(risky)
    cells = proposal.proposed.cells
    parts = proposal.cells.loc[cells.index, ["part_residents", "part_calls"]]
    shares = [float(weight[cells.is_covered].sum() / weight.sum()) for _, weight in parts.items()]
    solution = proposal.plans[0].solution
    assert solution.value == pytest.approx(100_000 * min(*shares, proposal.proposed.share_people))
    assert solution.status == "optimal"
    assert verify(proposal.write(tmp_path / "out", formats=PLAIN)).claims
    change(risky, '"calls"]', '"night"]')
    with pytest.raises(ScenarioError, match="parts night of the demand; it has residents, calls"):
        read_scenarios(risky)


def test_no_residents_are_told_where_none_are_known(risky: Path) -> None:
    """A mix of calls alone says so in a note, and no table has the column."""
    text = risky.read_text("utf-8")
    first, last = text.index("[demand.parts.residents]"), text.index("[demand.parts.calls]")
    risky.write_text(text[:first] + text[last:], "utf-8")
    proposal = siting.audit(risky)
    assert "note_no_residents" in [note.key for note in proposal.notes]
    assert "residents" not in proposal.today.districts


def test_a_planted_change_is_noticed(answered: tuple[SitingProposal, Path]) -> None:
    """A part's share; a call too many in its cell; a point that no part gave; a person who is nowhere else."""
    honest = read_written(answered[1])
    assert all(claim.agrees for claim in check_mix(honest))

    def wrong(**columns: pd.Series) -> set[str]:
        cells = honest.layers["cells"].assign(**columns)
        claims = check_mix(replace(honest, layers={**honest.layers, "cells": cells}))
        return {claim.name.split(",")[0].split(":")[0] for claim in claims if not claim.agrees}

    cells = honest.layers["cells"]
    one_more = pd.Series((cells.index == cells.part_calls.idxmax()).astype(float))
    assert wrong(part_calls=cells.part_calls + one_more) == {"demand.parts calls"}
    assert wrong(people=cells.people + one_more) == {"cells.people"}
    assert wrong(residents=cells.residents + one_more) == {"cells.residents"}
    told = copy.deepcopy(honest.summary)
    told["demand"]["parts"][0]["share_points"] = 0.7
    (claim,) = [claim for claim in check_mix(replace(honest, summary=told)) if not claim.agrees]
    assert claim.name == "demand.parts residents: share_points"


def test_day_and_night_are_two_scenarios(risky: Path) -> None:
    """The calls of each lie where they came from; the people are the same."""
    risky.write_text(risky.read_text("utf-8") + VARIANTS, "utf-8")
    day, night = (read_demand(one, read.study_area(one)).parts for one in read_scenarios(risky).values())
    assert (day[1].carried.total_inside, night[1].carried.total_inside) == (2, 1)
    assert not (day[1].carried.weight * night[1].carried.weight).any()
    assert day[0].carried.weight.equals(night[0].carried.weight)


def test_what_is_wrong_of_every_part(risky: Path) -> None:
    """All parts are read before anybody is told; people_limit would count points."""
    change(risky, 'smooth = "none"', 'smooth = "some"')
    with pytest.raises(ScenarioError, match=r"demand\.parts\.calls\.smooth"):
        read_scenarios(risky)
    change(risky, 'smooth = "some"', "")
    change(risky, "hours = [8, 20]", "hours = [8, 25]")
    change(risky, 'weight = "people"', 'weight = "persons"')
    scenario = read_scenarios(risky)["base"]
    with pytest.raises(InputError) as caught:
        read_demand(scenario, read.study_area(scenario))
    assert len(caught.value.faults) == 2
    assert {fault.split(":")[0] for fault in caught.value.faults} == {"residents", "calls"}
    change(risky, "sites = 1\n", 'sites = 1\nobjective = "capacitated"\npeople_limit = 500\n')
    with pytest.raises(ScenarioError, match="people_limit, and the demand counts risk points"):
        read_scenarios(risky)


def test_exposure_is_another_part(risky: Path) -> None:
    """Empirical Bayes by the people of a part that may come later; a part that is none is named."""
    change(risky, 'smooth = "none"', 'smooth = "empirical_bayes"\nexposure = "residents"')
    scenario = read_scenarios(risky)["base"]
    calls = read_demand(scenario, read.study_area(scenario)).parts[1].carried.weight
    assert calls.sum() == pytest.approx(2)
    change(risky, 'exposure = "residents"', 'exposure = "people"')
    with pytest.raises(ScenarioError, match="'people'; name another part"):
        read_scenarios(risky)


def test_the_page_says_what_is_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Its scenario is one that can be read, and its example runs and prints what it says."""
    text = DOCS.read_text("utf-8")
    tables = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    assert DemandTable.model_validate(tomllib.loads(tables[0])["demand"]).parts
    (block,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    exec(block, {})  # noqa: S102 - the page is ours
    (said,) = re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL)
    assert capsys.readouterr().out == said
