"""Micro stations from a scenario: their own ways and clock, who needs one, plans of them, and `siting verify`."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import affinity

import siting
from siting import toy
from siting.errors import InputError, ScenarioError, VerificationError
from siting.network.place import placed
from siting.pipeline import SitingProposal
from siting.pipeline.micro import due_places
from siting.pipeline.read import study_area
from siting.scenario_file import read_scenarios
from siting.travel_time import reach
from siting.verification import verify
from tests.pipeline.conftest import PLAIN, points

MICRO = """\
[[facilities]]
kind = "micro_station"
file = "micro.geojson"
id_column = "code"
[candidates.micro_station]
spacing_m = 200
highway = ["residential", "tertiary"]
class = "社区微型消防站"
[micro_stations]
on_scene_s = 300
[[micro_stations.due]]
kind = "village"
file = "villages.geojson"
source = "local rule"
id_column = "code"
people_column = "residents"
least_people = 100
shares_column = "shares"
[[micro_stations.due]]
kind = "key_unit"
file = "units.geojson"
source = "公消〔2015〕301号"
id_column = "code"
only = { control_room = ["yes"] }
near_m = 150
"""
PLAN = """\
[[plan]]
kind = "micro_station"
objective = "{objective}"
{keys}
"""
Ask = Callable[..., SitingProposal]


@pytest.fixture
def micro_town(town: Path) -> Path:
    """
    The toy town with micro station E at the southern end of the footbridge, four villages, and three key units.

    North-west and south-west have none, south-east has E, north-east is small; a key unit shares with another.
    """
    folder = town.parent
    text = town.read_text("utf-8").split("[[plan]]")[0].replace('"cn-jb152-2017"', '"cn-jb152-2017", "cn-micro-2015"')
    town.write_text(text + MICRO, "utf-8")
    points({"E": toy.SITES["E"]}, code=["E"]).to_file(folder / "micro.geojson", driver="GeoJSON")
    corners = {"SW": (-100, -100, 800, 600), "SE": (800, -100, 1700, 600), "NW": (-100, 600, 800, 1300),
               "NE": (800, 600, 1700, 1300)}  # fmt: skip
    x, y = toy.xy([(0.0, 0.0)])
    ground = [affinity.translate(shapely.box(*box), x[0], y[0]) for box in corners.values()]
    villages = gpd.GeoDataFrame(
        {"code": list(corners), "residents": [500, 250, 200, 90], "shares": ""}, geometry=ground, crs=toy.CRS
    )
    villages.to_crs("EPSG:4326").to_file(folder / "villages.geojson", driver="GeoJSON")
    at = {"K1": (1500.0, 400.0), "K2": (0.0, 1200.0), "K3": (400.0, 0.0)}
    units = points(at, code=list(at), control_room=["yes", "yes", "no"])
    units.to_file(folder / "units.geojson", driver="GeoJSON")
    return town


@pytest.fixture
def ask(micro_town: Path) -> Ask:
    """The proposal for one plan of micro stations, or for none."""

    def ask(objective: str = "", keys: str = "", **replaced: str) -> SitingProposal:
        text = micro_town.read_text("utf-8")
        for former, new in replaced.items():
            text = text.replace(former, new)
        micro_town.write_text(text + (PLAN.format(objective=objective, keys=keys) if objective else ""), "utf-8")
        return siting.propose(micro_town)

    return ask


def reached(proposal: SitingProposal, label: str = "today") -> float:
    return getattr(proposal, label).micro.measured.share_people


def test_they_ride_where_no_engine_drives(ask: Ask) -> None:
    """Over the footbridge: 400 m at 10 km/h and 250 m at 20 km/h are 189 s, of 240 s; d5 has 150 of 1000 people."""
    proposal = ask()
    measured = proposal.today.micro.measured
    assert reached(proposal) == pytest.approx(0.15)
    cell = measured.cells[(measured.cells.people > 0) & measured.cells.is_covered]
    assert cell.response_time_s.tolist() == pytest.approx([60 + 144 + 45], abs=0.2)
    assert proposal.today.share_people != reached(proposal)  # the engines' clock is another


def test_on_foot_the_same_way_takes_too_long(ask: Ask) -> None:
    """650 m at 2 m/s are 325 s."""
    assert reached(ask(on_scene_s="speeds = 'micro-foot'\non_scene_s")) == 0.0


def test_who_needs_one_and_who_has_it(ask: Ask) -> None:
    """NE has fewer than 100 residents, K3 no control room; K1 is 100 m from E."""
    places = ask().today.micro.places
    assert places.state.to_dict() == {"SW": "missing", "SE": "has", "NW": "missing", "NE": "not_due", "K1": "has",
                                      "K2": "missing"}  # fmt: skip
    assert places.source["K1"] == "公消〔2015〕301号"


def test_a_village_that_shares_one_needs_none(ask: Ask, micro_town: Path) -> None:
    """The plan then has to see to NW alone; SW is served by SE's station."""
    file = micro_town.with_name("villages.geojson")
    villages = gpd.read_file(file)
    villages["shares"] = villages["shares"].mask(villages.code == "SW", "SE")
    villages.to_file(file, driver="GeoJSON")
    proposal = ask("lscp", "station_in_each_unit = true\ntime_limit_s = 5")
    assert proposal.today.micro.places.state["SW"] == "shares"
    assert proposal.today.micro.measured.units.index.tolist() == ["SE", "NW"]


def test_ids_that_are_numbers_are_shared_by_number(micro_town: Path) -> None:
    """Most rows share with nobody, so a GIS makes the column one of floats: 2.0 is the village 2."""
    file = micro_town.with_name("villages.geojson")
    gpd.read_file(file).assign(code=[1, 2, 3, 4], shares=[2.0, None, None, None]).to_file(file, driver="GeoJSON")
    scenario = read_scenarios(micro_town)["base"]
    places = due_places(scenario, scenario.micro_stations.due, study_area(scenario))[0]
    assert places.shares_with.to_dict() == {"1": "2", "2": "", "3": "", "4": "", "K1": "", "K2": ""}


@pytest.mark.parametrize(("objective", "keys"), [("mclp", "sites = 2"), ("equity", "sites = 2"), ("lscp", "")])
def test_plans_of_micro_stations_are_held_to_their_files(ask: Ask, tmp_path: Path, objective: str, keys: str) -> None:
    """Every objective is verified on their own ways; the floor of one for each village holds wherever it is asked."""
    floor = "" if objective == "mclp" else "station_in_each_unit = true"
    proposal = ask(objective, f"{keys}\n{floor}\ntime_limit_s = 5")
    claims = {claim.name for claim in verify(proposal.write(tmp_path / "out", formats=PLAIN)).claims}
    judged = {f"finding cn-micro-2015/{name}, proposed: measured" for name in ("villages", "key-units")}
    assert {"micro_places.state_proposed", "plan 1: what it keeps stands", *judged} <= claims
    assert reached(proposal, "proposed") >= reached(proposal)
    assert proposal.plans[0].solution.status == "optimal"
    assert proposal.plans[0].travel_budget_s == 240.0
    if floor:
        assert set(proposal.proposed.micro.places.state[["SW", "SE", "NW"]]) == {"has"}
    assert proposal.proposed.share_people == proposal.today.share_people  # engines are as they were


def test_the_best_two_are_the_best_of_all_pairs(ask: Ask) -> None:
    """Brute force over all pairs of candidates, on the relation of reached people."""
    proposal = ask("mclp", "sites = 2")
    tier, sites = proposal.today.micro, proposal.facilities["micro_station"]
    cells = tier.cells[tier.cells.people > 0]
    times = reach(tier.ways, placed(sites), placed(cells), 240.0, site_ids=sites.index, demand_ids=cells.index)
    covers = times.to_frame().groupby("site_id").demand_id.agg(set).to_dict()
    free = [covers.get(site, set()) for site in sites.index[sites.status.isin(["candidate", "proposed"])]]
    best = max(cells.people[list(a | b | covers["E"])].sum() for a, b in combinations(free, 2))
    assert proposal.plans[0].solution.value == pytest.approx(best)


def test_every_file_tells_the_same(ask: Ask, tmp_path: Path) -> None:
    """Headline, sheets and layers; what was tampered with is found."""
    proposal = ask("mclp", "sites = 2")
    folder = proposal.write(tmp_path / "out")
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert summary["headline"].startswith("2 new micro fire stations: on scene within 5 min for")
    told = {row["measure"]: row["today"] for row in summary["micro_stations"]["measures"]}
    assert (told["micro_stations"], told["places_due"], told["places_missing"]) == (1, 5, 3)
    sheet = pd.read_excel(folder / "proposal.xlsx", sheet_name="places due a micro station")
    assert sheet["today"].tolist().count("goes without") == 3
    page = (folder / "map.html").read_text("utf-8")
    assert all(f'"key":"{key}"' in page for key in ("micro_station_proposed", "micro_reach"))
    judged = {row["requirement_id"].partition("/")[2]: row["passed"] for row in summary["findings"]}
    assert [judged[name] for name in ("villages", "key-units", "communities", "reach-people")] == ["no", "no", "", ""]
    places, cells = (gpd.read_file(folder / "proposal.gpkg", layer=name) for name in ("micro_places", "micro_cells"))
    places["state_today"] = places.state_today.mask(places.place_id == "NW", "has")
    cells["today_is_covered"] |= cells.people > 0
    for name, table in (("micro_places", places), ("micro_cells", cells)):
        table.to_file(folder / "proposal.gpkg", layer=name)
    with pytest.raises(VerificationError) as found:
        verify(folder)
    for name in ("micro_places.state_today", "micro_cells.today_is_covered", "micro_stations, share_people, today"):
        assert name in str(found.value)


def test_an_audit_measures_them_too(ask: Ask, tmp_path: Path) -> None:
    """Without a plan today and proposed are one, and the files say so."""
    assert verify(ask().write(tmp_path / "out", formats=PLAIN)).claims


@pytest.mark.parametrize(
    ("former", "new", "told"),
    [
        ("on_scene_s = 300", "on_scene_s = 60", "leaves nothing of on_scene_s = 60"),
        ('people_column = "residents"', 'people_column = "heads"', "No column 'heads'"),
        ('file = "micro.geojson"', 'file = "nothing.geojson"', "nothing.geojson"),
        ('id_column = "code"\nonly', "only", "occur in two tables"),
    ],
)
def test_faults_are_told_with_what_to_do(micro_town: Path, former: str, new: str, told: str) -> None:
    """A clock without time to move, columns and files that are not there, ids twice."""
    text = micro_town.read_text("utf-8")
    assert former in text
    if "only" in former:
        text = text.replace('source = "local rule"\nid_column = "code"\n', 'source = "local rule"\n')
    micro_town.write_text(text.replace(former, new), "utf-8")
    with pytest.raises(InputError, match=told):
        siting.propose(micro_town)


def test_a_plan_without_the_table_is_refused(micro_town: Path) -> None:
    """The file says which table is missing; districts are for stations."""
    text = micro_town.read_text("utf-8")
    plan = PLAN.format(objective="district", keys="")
    micro_town.write_text(text.split("[micro_stations]")[0] + plan, "utf-8")
    with pytest.raises(ScenarioError, match=r"without \[micro_stations\]"):
        siting.propose(micro_town)
    micro_town.write_text(text + plan, "utf-8")
    with pytest.raises(InputError, match="district draws districts of stations"):
        siting.propose(micro_town)
