"""Risk from a scenario: mixed, planned for, told beside the people, verified; day and night as two scenarios."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

import siting
from siting import toy
from siting.errors import InputError, ScenarioError, VerificationError
from siting.pipeline import read, run
from siting.pipeline.demand import read_demand
from siting.scenario import DemandTable
from siting.scenario_file import read_scenarios
from siting.verification import verify

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
VARIANTS = "[overrides.night.demand.parts.calls]\nhours = [20, 8]\n[scenarios]\nday = []\nnight = ['night']\n"


@pytest.fixture
def risky(town: Path, edit) -> Path:
    """The toy town, whose calls of the day come from one place and those of the night from another."""
    edit(USUAL, RISK)
    first, second, *_ = toy.DEMAND
    x, y = toy.xy([toy.DEMAND[first]] * 3 + [toy.DEMAND[second]])
    places = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=toy.CRS).to_crs("EPSG:4326")
    times = ["2025-01-01 09:00", "2025-01-02 10:00", "2025-01-03", "2025-01-01 23:00"]
    pd.DataFrame({"time": times, "lon": places.x, "lat": places.y}).to_csv(town.with_name("calls.csv"), index=False)
    return town


@pytest.fixture
def folder(risky: Path, tmp_path: Path) -> Path:
    return siting.propose(risky).write(tmp_path / "out", formats=["gpkg", "summary", "xlsx", "memo_html"])


def test_told_in_every_file_and_verified(folder: Path) -> None:
    """Parts with share, source and points; people beside points; a record without an hour told, not lost."""
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


def test_rules_of_people_are_judged_by_people(risky: Path) -> None:
    """The share of people in time is that of the people, and unlike that of the points; hydrants too."""
    audit = siting.audit(risky)
    cells = audit.today.cells
    assert (cells.residents.sum(), cells.people.sum()) == pytest.approx((sum(toy.WEIGHT.values()), 100_000))
    by_people = cells.residents[cells.is_covered].sum() / cells.residents.sum()
    (found,) = [one for one in audit.findings_today if one.requirement.kind == "time_cover_people"]
    assert found.measured == pytest.approx(by_people)
    assert abs(audit.today.share_people - by_people) > 0.01
    assert audit.today.hydrants is not None
    share = audit.today.hydrants.cells.share_within
    assert audit.today.hydrants.share_people == pytest.approx((share * cells.residents).sum() / cells.residents.sum())


def test_a_planted_change_is_noticed(folder: Path) -> None:
    """A part's share, its cells, and a point too many on one cell."""
    summary = folder / "summary.json"
    honest = summary.read_text("utf-8")
    told = json.loads(honest)
    told["demand"]["parts"][0]["share_points"] = 0.7
    summary.write_text(json.dumps(told), "utf-8")
    with pytest.raises(VerificationError, match=r"demand\.parts residents: share_points"):
        verify(folder)
    summary.write_text(honest, "utf-8")
    cells = pyogrio.read_dataframe(folder / "proposal.gpkg", layer="cells")
    cells.loc[cells.part_calls.idxmax(), "part_calls"] += 1.0
    pyogrio.write_dataframe(cells, folder / "proposal.gpkg", layer="cells", append=False)
    with pytest.raises(VerificationError, match=r"cells\.people, mixed again"):
        verify(folder)


def test_day_and_night_side_by_side(risky: Path, tmp_path: Path) -> None:
    """Two scenarios of one file: the calls of each lie where they came from, and both stand in one table."""
    risky.write_text(risky.read_text("utf-8") + VARIANTS, "utf-8")
    read = read_scenarios(risky)
    assert [(name, one.demand.parts["calls"].hours) for name, one in read.items() if one.demand.parts] == [
        ("day", [8, 20]), ("night", [20, 8])
    ]  # fmt: skip
    told = run(risky, tmp_path / "both").set_index("scenario")
    assert told.status.tolist() == ["done", "done"]
    assert "share_residents (share)" in told


def test_what_is_wrong_of_every_part(risky: Path, edit) -> None:
    """All parts are read before anybody is told; people_limit would count points."""
    edit('smooth = "none"', 'smooth = "some"')
    with pytest.raises(ScenarioError, match=r"demand\.parts\.calls\.smooth"):
        siting.audit(risky)
    edit('smooth = "some"', "")
    edit("hours = [8, 20]", "hours = [8, 25]")
    edit('weight = "people"', 'weight = "persons"')
    with pytest.raises(InputError) as caught:
        siting.audit(risky)
    assert len(caught.value.faults) == 2
    assert {fault.split(":")[0] for fault in caught.value.faults} == {"residents", "calls"}
    edit("sites = 1\n", 'sites = 1\nobjective = "capacitated"\npeople_limit = 500\n')
    with pytest.raises(ScenarioError, match="people_limit, and the demand counts risk points"):
        siting.audit(risky)


def test_exposure_is_another_part(risky: Path, edit) -> None:
    """Empirical Bayes by the people of a part that may come later; a part that is none is named."""
    edit('smooth = "none"', 'smooth = "empirical_bayes"\nexposure = "residents"')
    scenario = read_scenarios(risky)["base"]
    calls = read_demand(scenario, read.study_area(scenario)).parts[1].carried.weight
    assert calls.sum() == pytest.approx(2)
    edit('exposure = "residents"', 'exposure = "people"')
    with pytest.raises(ScenarioError, match="'people'; name another part"):
        siting.audit(risky)


def test_the_page_says_what_is_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Its scenario is one that can be read, and its example runs and prints what it says."""
    text = DOCS.read_text("utf-8")
    tables = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    assert DemandTable.model_validate(tomllib.loads(tables[0])["demand"]).parts
    (block,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    exec(block, {})  # noqa: S102 - the page is ours
    (said,) = re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL)
    assert capsys.readouterr().out == said
