"""Indicators by target year from a scenario: each phase counted, in every file, and held to them by `siting verify`."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import geopandas as gpd
import pandas as pd
import pytest

import siting
import siting.rules
from siting import toy
from siting.errors import ScenarioError
from siting.pipeline import SitingProposal
from siting.verification import verify
from siting.verification.indicator_checks import check_indicators
from siting.verification.written import Written, read_written
from tests.pipeline.conftest import points, write_halves, write_town

ASKED = """\
phases = {{ 2027 = 1, 2030 = 2 }}
[[facilities]]
kind = "micro_station"
file = "micro.geojson"
id_column = "code"
[micro_stations]
[[micro_stations.due]]
kind = "town"
file = "towns.geojson"
id_column = "code"
source = "ours"
[[grid]]
level = "large"
file = "towns.geojson"
id_column = "code"
[brigades]
reach_s = 200
{hydrants}
[indicators]
[indicators.people]
today = 1000
by_year = {{ 2027 = 1200 }}
source = "forecast of 2026"
[indicators.staff]
today = 6
by_year = {{ 2030 = 12 }}
source = "staff list"
[indicators.targets]
people_per_station = {{ 2027 = 0.06, 2029 = 0.03 }}
staff_per_10k = {{ 2027 = 50, 2030 = 100 }}
share_land = {{ 2030 = 0.99 }}
source = "our plan"
"""
LOTS = "[hydrants.plan]\nspacing_m = 40\nlots = { 2027 = 20, 2028 = 50 }"


def town_with_indicators(folder: Path, *, hydrants: str = "") -> Path:
    """Micro station M stands in the west beside station S, nothing in the east."""
    town = write_town(folder / "town")
    write_halves(town.parent / "towns.geojson")
    points({"M": (200.0, 0.0)}, code=["M"]).to_file(town.parent / "micro.geojson", driver="GeoJSON")
    rules = (Path(siting.rules.__file__).parent / "data" / "cn-jb152-2017.toml").read_text("utf-8")
    local = rules.replace("response_limit_s = 300", "response_limit_s = 130").replace("cn-jb152-2017", "local")
    (town.parent / "local.toml").write_text(local, "utf-8")  # 70 s of driving, so that new stations are of use
    text = town.read_text("utf-8").replace('"cn-jb152-2017"', '"local.toml"').replace("sites = 1\n", "")
    text += ASKED.format(hydrants=hydrants)
    town.write_text(text, "utf-8")
    return town


@pytest.fixture(scope="module")
def proposal(tmp_path_factory: pytest.TempPathFactory) -> SitingProposal:
    return siting.propose(town_with_indicators(tmp_path_factory.mktemp("indicators"), hydrants=LOTS))


@pytest.fixture(scope="module")
def written(proposal: SitingProposal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return proposal.write(tmp_path_factory.mktemp("written") / "out", formats=["gpkg", "xlsx", "memo", "summary"])


def figures(proposal: SitingProposal, column: str) -> dict[str, list[float]]:
    """By indicator, in order of the situations."""
    assert proposal.indicators is not None
    return {str(name): rows[column].tolist() for name, rows in proposal.indicators.table.groupby("indicator")}


def test_every_phase_is_counted(proposal: SitingProposal) -> None:
    """One station today, two by 2027, three by 2030; targets name 2029 too; lots name 2028."""
    answer = proposal.indicators
    assert answer is not None
    assert list(answer.facts) == ["today", "2027", "2028", "2029", "2030", "proposed"]
    assert [facts.stations for facts in answer.facts.values()] == [1, 2, 2, 2, 3, 3]
    assert [facts.people for facts in answer.facts.values()] == [1000, 1200, 1200, 1200, 1200, 1200]
    assert [answer.people_as_of[label] for label in answer.facts] == ["", "", "2027", "2027", "2027", "2027"]
    assert [facts.hydrants for facts in answer.facts.values()][:4] == [2, 22, 52, 52]
    assert answer.facts["proposed"].hydrants == answer.facts["today"].hydrants_due > 80


def test_land_grows_with_each_phase_and_ends_as_proposed(proposal: SitingProposal) -> None:
    """A year with the stations of another has its land; the last has that of the proposal."""
    share = figures(proposal, "value")["share_land"]
    assert share[0] == proposal.today.share_area < share[1] == share[2] == share[3] < share[4]
    assert share[4] == share[5] == proposal.proposed.share_area


def test_what_is_missing(proposal: SitingProposal) -> None:
    """1,200 people and 2 stations are exactly 0.06 of 10,000: below takes 3, below 0.03 takes 5; 12 of 12 staff."""
    missing = figures(proposal, "missing")
    assert missing["people_per_station"][1:] == [1, 1, 3, 2, 2]
    assert missing["staff_per_10k"][4:] == [0, 0]
    assert pd.isna(missing["staff_per_10k"][1])  # nobody's staff of 2026 is taken for 2027
    assert missing["hydrants_built"][-1] == 0
    assert figures(proposal, "value")["places_without_micro"] == [1] * 6
    assert missing["places_without_micro"][-1] == 1


def test_townships_follow_what_opens_on_their_ground(proposal: SitingProposal) -> None:
    """The east has none until a station opens in it."""
    stations = proposal.facilities["station"]
    new = stations[stations.status == "proposed"].to_crs(toy.CRS)
    is_east = new.geometry.x > toy.xy([(800.0, 0.0)])[0][0]
    first = min((int(year) for year in new.opens_in[is_east]), default=9999)
    expected = [1.0 if label == "today" or (label.isdigit() and int(label) < first) else 0.0
                for label in proposal.indicators.facts]  # fmt: skip
    assert figures(proposal, "value")["units_without_own"] == expected


def test_in_every_file(written: Path) -> None:
    """The same rows in summary, GeoPackage and workbook; the memo has them as wide as there are years."""
    assert verify(written).claims
    told = json.loads((written / "summary.json").read_text("utf-8"))["indicators"]
    sheet = pd.read_excel(written / "proposal.xlsx", sheet_name="indicators")
    layer = gpd.read_file(written / "proposal.gpkg", layer="table_indicators")
    assert len(told["table"]) == len(sheet) == len(layer) == 9 * 6
    row = next(row for row in told["table"] if (row["indicator"], row["situation"]) == ("people_per_station", "2029"))
    assert (row["sense"], row["target"], row["passed"]) == ("<", 0.03, "no")
    assert row["remark"].startswith("3 stations missing. Residents as of 2027: there is no number for this year;")
    assert row["source"] == "people: forecast of 2026; target: our plan"
    grids = [[cell.text for cell in table.rows[0].cells] for table in docx.Document(str(written / "memo.docx")).tables]
    assert ["figure", "today", "2027", "2028", "2029", "2030", "proposed", "remark"] in grids


CHANGES: dict[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    "a station more": ("2027: stations", lambda told: told["facts"][1].update(stations=3.0)),
    "more land": ("2027: area_covered", lambda told: told["facts"][1].update(area_covered_km2=9.0)),
    "fewer people": ("2029: people", lambda told: told["facts"][3].update(people=1000.0)),
    "more hydrants": ("2028: hydrants", lambda told: told["facts"][2].update(hydrants=97.0)),
    "staff nobody gave": ("2027: staff", lambda told: told["facts"][1].update(staff=12.0)),
    "no township without": ("today: units_without_own", lambda told: told["facts"][0].update(units_without_own=0.0)),
    "a target made easier": ("staff_per_10k: target", lambda told: told["table"][10].update(target=10.0)),
    "a verdict": ("people_per_station: passed", lambda told: told["table"][1].update(passed="yes")),
    "less missing": ("people_per_station: missing", lambda told: told["table"][3].update(missing=1.0)),
}


@pytest.fixture(scope="module")
def read(written: Path) -> Written:
    return read_written(written)


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_changed_figure_is_found(name: str, read: Written) -> None:
    """Each fact and each column of the table is computed again."""
    said, change = CHANGES[name]
    summary = copy.deepcopy(read.summary)
    change(summary["indicators"])
    wrong = [str(claim) for claim in check_indicators(replace(read, summary=summary)) if not claim.agrees]
    assert any(said in claim for claim in wrong), wrong


def test_an_audit_says_what_the_targets_would_need(tmp_path: Path) -> None:
    """Nothing opens, so each target year lacks what today lacks; in Chinese."""
    town = town_with_indicators(tmp_path)
    town.write_text(town.read_text("utf-8") + '[outputs]\nlanguage = "zh"\n', "utf-8")
    answer = siting.audit(town).indicators
    assert answer is not None
    assert list(answer.facts) == ["today", "2027", "2029", "2030"]
    lacking = answer.table[answer.table.indicator == "people_per_station"].missing.tolist()
    assert lacking[1:] == [2, 4, 4]


def test_years_cannot_be_told_of_steps(tmp_path: Path) -> None:
    """phases = [1, 1] name no year; the message has the years' table, to be copied."""
    town = town_with_indicators(tmp_path)
    town.write_text(town.read_text("utf-8").replace("phases = { 2027 = 1, 2030 = 2 }", "phases = [1, 1]"), "utf-8")
    with pytest.raises(ScenarioError, match=r"phases = \{ 2027 = 1, 2028 = 2 \}"):
        siting.propose(town)
