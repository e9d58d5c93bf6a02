"""The scenarios in scripts/, end to end on real data, each proposal recomputed from its own written files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import siting
from siting.districts import overlap
from siting.inputs.vector import read_table
from siting.pipeline import SitingProposal
from siting.verification import verify

SCRIPTS = Path(__file__).parents[2] / "scripts"
pytestmark = [pytest.mark.real, pytest.mark.slow]

Run = Callable[..., tuple[SitingProposal, Path]]


@pytest.fixture(scope="module")
def answered(real, tmp_path_factory) -> Run:
    """Answer one scenario of a script, write it, verify what is written; once for all tests that ask for it."""
    done: dict[tuple[str, str], tuple[SitingProposal, Path]] = {}

    def answer(script: str, scenario: str = "base") -> tuple[SitingProposal, Path]:
        if (script, scenario) not in done:
            scenarios = siting.read_scenarios(SCRIPTS / f"{script}.toml", data_folder=real(script))
            proposal = siting.propose(scenarios[scenario])
            folder = proposal.write(tmp_path_factory.mktemp(script) / scenario)
            assert len(verify(folder).claims) > 50
            done[script, scenario] = proposal, folder
        return done[script, scenario]

    return answer


@pytest.mark.parametrize("scenario", ["raster", "blocks"])
def test_cambridge_holds_everybody(answered: Run, scenario: str) -> None:
    """101,355 people, by raster and by census block, all on cells of the city."""
    proposal, _ = answered("cambridge_ma", scenario)
    assert proposal.demand["read"] == pytest.approx(101_355, abs=0.5)
    assert proposal.demand["inside"] == pytest.approx(proposal.demand["read"], rel=1e-9)
    assert proposal.cells.people.sum() == pytest.approx(101_355, abs=0.5)


def test_cambridge_counts_what_works(answered: Run) -> None:
    """8 stations; 1,928 hydrants of 1,960; the rows that do not count come back with their reason."""
    proposal, folder = answered("cambridge_ma", "raster")
    assert len(proposal.today.stations) == 8
    assert proposal.today.hydrants is not None
    assert proposal.today.hydrants.n_counted == 1_928
    hydrants = gpd.read_file(folder / "proposal.gpkg", layer="hydrants")
    assert len(hydrants) == 1_960
    assert (hydrants.reason != "").sum() == 32
    assert hydrants[hydrants.LIFECYCLESTATUS == "ABN"].reason.str.contains("ABN").all()
    is_low = (hydrants.LIFECYCLESTATUS == "ACT") & (hydrants.HYDRANT_GPM * 3.785411784 / 60 < 15)
    assert is_low.sum() == 12
    assert hydrants[is_low].reason.str.contains("15 L/s").all()


def test_cambridge_hydrants_are_completed(answered: Run) -> None:
    """New hydrants close the streets that lack them, but for the pieces that no place serves; each has its lot."""
    proposal, folder = answered("cambridge_ma", "completed")
    assert proposal.today.hydrants is not None
    assert proposal.proposed.hydrants is not None
    assert proposal.today.hydrants.road_km_short > 40
    assert proposal.proposed.hydrants.road_km_short < 0.3
    new = gpd.read_file(folder / "proposal.gpkg", layer="hydrants").query("status == 'proposed'")
    assert len(new) == proposal.proposed.hydrants.n_counted - proposal.today.hydrants.n_counted
    assert (new.opens_in != "").all()


def test_cambridge_districts_are_the_citys_own(answered: Run, real) -> None:
    """Each station is first due to most of the district the city's own dispatch gives it."""
    proposal, _ = answered("cambridge_ma", "raster")
    city = read_table(real("cambridge_ma/PUBLICSAFETY_FireEngineDistricts.geojson")).set_index("ENGINE")
    stations = proposal.facilities["station"].loc[proposal.today.stations.index]
    table = overlap(proposal.today.districts, city, stations)
    print(table.round(2).to_string())
    assert table.official_id.is_unique
    assert table.shared_km2.sum() / table.official_km2.sum() > 0.8
    assert table.share_of_official.min() > 0.6


def test_porto_alegre_holds_everybody(answered: Run) -> None:
    """812,935 people in hexagons; no station today, eight proposed and proven."""
    proposal, _ = answered("porto_alegre")
    assert proposal.demand["read"] == pytest.approx(812_935)
    assert proposal.demand["outside"] == pytest.approx(0)
    assert len(proposal.today.stations) == 0
    (plan,) = proposal.plans
    assert len(plan.added) == 8
    assert plan.solution.status == "optimal"


def test_guixi_in_chinese(answered: Run) -> None:
    """Chinese names and labels, speeds by class alone, and every cell that a site reaches is reached by the plan."""
    proposal, folder = answered("guixi")
    assert proposal.summary().startswith("新建")
    assert proposal.area.crs.to_epsg() == 4548
    roads = gpd.read_file(folder / "proposal.gpkg", layer="roads")
    assert "信江" in "".join(roads.name)
    (plan,) = proposal.plans
    assert plan.solution.status == "optimal"
    assert plan.solution.value == len(plan.added)


def test_guixi_by_every_chinese_rule_set(answered: Run) -> None:
    """Stations, hydrants and micro stations, each planned from nothing; what was not asked for is not judged."""
    proposal, folder = answered("guixi", "every_tier")
    assert {plan.kind: plan.solution.status for plan in proposal.plans} == dict.fromkeys(
        ["station", "micro_station", "hydrant"], "optimal"
    )
    passed = {finding.requirement.id.partition("/")[2]: finding.passed for finding in proposal.findings_proposed}
    assert passed["both-sides"] is passed["every-township"] is passed["key-units"] is None
    assert passed["reach-people"] is False
    assert proposal.proposed.hydrants is not None
    assert proposal.proposed.hydrants.road_km_short < 0.01 * proposal.proposed.hydrants.road_km
    lots = gpd.read_file(folder / "proposal.gpkg", layer="table_hydrant_lots")
    assert lots.opens_in.tolist()[:2] == ["2027", "2028"]
    assert lots.hydrants.tolist()[:2] == [200, 200]


def test_porto_alegre_micro_stations_are_proven(answered: Run) -> None:
    """Sixty on electric bicycles reach more than half of everybody in 1,227 hexagons within three minutes."""
    proposal, _ = answered("porto_alegre", "micro")
    (plan,) = proposal.plans
    tier = proposal.proposed.micro
    assert plan.solution.status == "optimal"
    assert len(plan.added) == 60
    assert tier is not None
    assert plan.solution.value == pytest.approx(tier.measured.share_people * 812_935)
    assert 0.5 < tier.measured.share_people < 0.65
    assert tier.ways.edges.highway.isin(["footway", "path", "cycleway"]).sum() > 1_000


@pytest.mark.parametrize(
    ("script", "scenario"), [("cambridge_ma", "raster"), ("porto_alegre", "base"), ("guixi", "base")]
)
def test_plan_covers_what_it_claims(answered: Run, script: str, scenario: str) -> None:
    """Covered demand added up from the written cells is the certificate's value, and the bound is not below it."""
    _, folder = answered(script, scenario)
    cells = gpd.read_file(folder / "proposal.gpkg", layer="cells", ignore_geometry=True)
    certificate = json.loads((folder / "summary.json").read_text("utf-8"))["plans"][0]["certificate"]
    if certificate["objective"] == "mclp":
        covered = cells.people[cells.proposed_is_covered.astype(bool)].sum()
        assert covered == pytest.approx(certificate["value"], rel=1e-9)
        assert certificate["bound"] >= certificate["value"]
    else:
        stations = gpd.read_file(folder / "proposal.gpkg", layer="stations", ignore_geometry=True)
        assert (stations.status == "proposed").sum() == certificate["value"] >= certificate["bound"]


def test_units_add_up(answered: Run) -> None:
    """Grid units share out the people of the city, none twice."""
    proposal, _ = answered("cambridge_ma", "raster")
    units: pd.DataFrame = proposal.today.units
    in_units = proposal.cells[proposal.cells.unit_id != ""].people.sum()
    assert units.people.sum() == pytest.approx(in_units)
    assert units.stations.sum() == 8
