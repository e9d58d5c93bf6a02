"""Districts asked from a scenario: planned, judged, explained, written, and held to the written files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import siting
from siting.districting import plan_districts, simple_districts
from siting.errors import InputError, VerificationError
from siting.pipeline import SitingProposal
from siting.pipeline.district_plan import weak_bound
from tests.pipeline.conftest import PLAIN
from tests.verification.damage import change_package, entry


@pytest.fixture(scope="session")
def made() -> dict[str, SitingProposal]:
    """Proposals, made once."""
    return {}


@pytest.fixture
def fewest(town: Path, edit, made: dict[str, SitingProposal]) -> SitingProposal:
    """The fewest stations of the toy town with its own kept, 1.2 km² each, and today's borders redrawn."""
    if "fewest" in made:
        return made["fewest"]
    edit("sites = 1", 'objective = "district"\nredraw = true\ncurve = 2\ntime_limit_s = 2.0')
    text = Path(siting.__file__).parent.joinpath("rules/data/cn-jb152-2017.toml").read_text("utf-8")
    local = text.replace('"一级站" = 7', '"一级站" = 1.2').replace("cn-jb152-2017", "local")
    town.with_name("local.toml").write_text(local, "utf-8")
    edit('["cn-jb152-2017", "cn-gb50974-2014"]', '"local.toml"')
    made["fewest"] = siting.propose(town)
    return made["fewest"]


def test_every_district_is_lawful_and_every_cell_has_one_or_a_reason(fewest: SitingProposal) -> None:
    """2.5 km² of town at 1.2 km² a station need three, less what no road leads to; the judge finds nothing to break."""
    answer = fewest.districts
    assert answer is not None
    assert answer.report.districts.broken.map(len).sum() == 0
    assert (answer.report.districts.area_km2 <= 1.2 + 1e-9).all()
    assert ((answer.cells.site_id == "") == (answer.cells.reason != "")).all()
    plan = fewest.plans[0]
    assert plan.solution.status == "optimal"
    assert plan.kept == ("S",)
    served_km2 = answer.cells.area_km2[answer.cells.site_id != ""].sum()
    assert len(plan.kept) + len(plan.added) >= served_km2 / 1.2
    assert answer.report.districts.area_km2.sum() == pytest.approx(served_km2)


def test_both_readings_of_the_cap_stand_side_by_side(fewest: SitingProposal) -> None:
    """All of this town is construction land, so both say the same, but for which of them the plan was made."""
    assert fewest.districts is not None
    all_land, built = fewest.districts.readings.to_dict("records")
    assert (all_land.pop("reading"), built.pop("reading")) == ("all", "construction")
    assert (all_land.pop("is_asked"), built.pop("is_asked")) == (True, False)
    assert all_land == built
    assert all_land["least_stations"] == 1  # 2.5 km², and the largest cap is still the 7 km² of a special station
    assert all_land["planned_over"] == all_land["redrawn_over"] == 0
    assert all_land["planned_largest_km2"] == pytest.approx(fewest.districts.report.districts.area_km2.max())


def test_land_without_a_district_says_how_far_the_nearest_site_is(fewest: SitingProposal) -> None:
    """Without a road there is no drive, and where there is a district none is asked for."""
    assert fewest.districts is not None
    cells = fewest.districts.cells
    assert cells.nearest_s[cells.reason == ""].isna().all()
    assert (cells.reason == "no_road").any()
    assert np.isinf(cells.nearest_s[cells.reason == "no_road"]).all()


def test_a_station_is_explained_by_what_only_it_reaches(fewest: SitingProposal) -> None:
    """Everybody reaches everything in four minutes here, so each station is there for the caps and not for the time."""
    assert fewest.districts is not None
    stations = fewest.districts.stations
    assert sorted(stations.index) == sorted([*fewest.plans[0].kept, *fewest.plans[0].added])
    assert stations.decision["S"] == "kept"
    for _, row in stations.iterrows():
        late, large = row.alone_km2 > 0, row.district_km2 > row.spare_km2
        assert row.without == ("late" if late else "too_large" if large else "handed_over")
        assert row.clause == {"late": "第13条", "too_large": "第14条第1、2、3款", "handed_over": ""}[row.without]


def test_shortage_and_border_reform(fewest: SitingProposal) -> None:
    """One station is there, as many are missing as the plan adds, and no fewer by proof; redrawn, S is alone."""
    answer = fewest.districts
    assert answer is not None
    total = answer.shortage.loc[""]
    assert total.there == 1
    assert total.missing_at_most == len(fewest.plans[0].added) == total.missing_at_least
    assert answer.redrawn is not None
    assert answer.redrawn.districts.index.tolist() == ["S"]
    assert answer.redrawn.districts.area_km2["S"] <= 1.2 + 1e-9


def test_written_and_verified(fewest: SitingProposal, tmp_path: Path) -> None:
    """Layers, sheets and summary hold the plan; verified anew from the files, and any figure changed is caught."""
    folder = fewest.write(tmp_path / "out")
    assert all(claim.agrees for claim in siting.verify(folder).claims)
    planned = gpd.read_file(folder / "proposal.gpkg", layer="districts_planned")
    assert sorted(planned.site_id) == sorted([*fewest.plans[0].kept, *fewest.plans[0].added])
    sheets = pd.read_excel(folder / "proposal.xlsx", sheet_name=None)
    assert {"planned districts", "today's stations redrawn", "why each station", "stations missing"} <= set(sheets)
    plain = fewest.write(tmp_path / "plain", formats=PLAIN)
    honest = (plain / "summary.json").read_text("utf-8")
    for change, spoil in SPOILT.items():
        told = json.loads(honest)
        spoil(told)
        (plain / "summary.json").write_text(json.dumps(told), "utf-8")
        with pytest.raises(VerificationError, match=change):
            siting.verify(plain)


@pytest.mark.parametrize("layer", ["planned", "redrawn"])
def test_a_clause_said_to_be_broken_is_held_to_polygons_and_drives(
    fewest: SitingProposal, tmp_path: Path, layer: str
) -> None:
    """Every clause of both maps by its own name, and a verdict that is turned round."""
    folder = fewest.write(tmp_path / "out", formats=PLAIN)
    clauses = "map-overlap", "map-connected", "map-own-station", "map-support-station", "area-urban", "district-time"
    changes = (
        f"districts_{layer} SET broken = '{'; '.join(clauses)}' WHERE site_id = 'S'",
        f"table_{layer}_clauses SET passed = 'no' WHERE requirement_id = 'area-near-suburb'",
    )
    assert [change_package(folder, f"UPDATE {change}") for change in changes] == [1, 1]
    with pytest.raises(VerificationError) as refused:
        siting.verify(folder)
    for clause in clauses:
        assert f"{layer} districts, {clause}: broken by: printed ['S'], recomputed []" in str(refused.value)
    assert f"{layer} districts: passed" in str(refused.value)
    assert f"{layer} districts, area-near-suburb: passed" in str(refused.value)


SPOILT = {
    "stations.alone_people": entry(1e6, "district_plan", "station_reasons", 0, "alone_people"),
    "stations.district_km2": entry(9.0, "district_plan", "station_reasons", 0, "district_km2"),
    "by_area": entry(0.1, "district_plan", "shortage", -1, "by_area"),
    "needed at least": entry(9.0, "district_plan", "shortage", -1, "at_least"),
    "needed at most": entry(9.0, "district_plan", "shortage", -1, "at_most"),
    "unserved": entry(9.0, "district_plan", "unserved", 0, "area_km2"),
    "reading construction: stations by area": entry(9, "district_plan", "readings", 1, "least_stations"),
    "reading all: planned above": entry(9, "district_plan", "readings", 0, "planned_over"),
    "reading all: redrawn largest": entry(9.0, "district_plan", "readings", 0, "redrawn_largest_km2"),
    "tightest bound": entry(99.0, "plans", 0, "certificate", "settings", "bounds", "cover"),
    "cost": entry(1.0, "plans", 0, "certificate", "value"),
}


def test_from_a_notebook(town: Path) -> None:
    """The second question with two new stations, by construction land; nothing is closed or left unjudged."""
    proposal = siting.plan_districts(town, sites=2, land="construction", time_limit_s=2.0)
    assert proposal.districts is not None
    assert len(proposal.plans[0].added) <= 2
    assert proposal.districts.land == "construction"
    assert proposal.plans[0].solution.value == pytest.approx(
        proposal.districts.cells.people[proposal.districts.cells.site_id != ""].sum()
    )
    assert proposal.districts.shortage.at_most.isna().all()
    assert proposal.districts.readings.is_asked.tolist() == [False, True]


def test_what_cannot_be_asked(town: Path, edit) -> None:
    """Keys of other objectives are refused, and those of districts elsewhere."""
    edit("sites = 1", 'objective = "district"\nsites = 1\nfloor = 0.5')
    with pytest.raises(InputError, match="floor is given, but district does not take it"):
        siting.propose(town)
    edit('objective = "district"\nsites = 1\nfloor = 0.5', "sites = 1\nredraw = true")
    with pytest.raises(InputError, match="redraw is given, but mclp does not take it"):
        siting.propose(town)


def test_what_a_bound_leaves_out_is_said() -> None:
    """Nothing of a proven plan; else that districts hang together, small stations have hosts, and costs differ."""
    problem = simple_districts(
        [[0], [0, 1]],
        touching=[(0, 1)],
        home=[0, 1],
        cap_m2=2,
        cost=np.array([1.0, 2.0]),
        is_small=np.array([False, True]),
    )
    plan = plan_districts(problem)
    assert list(weak_bound(problem, plan)) == []
    open_gap = replace(plan, status="feasible", bounds={"cover": 0.5})
    notes = list(weak_bound(problem, open_gap))
    assert [note.key for note in notes] == [
        "note_district_bound",
        "note_district_bound_small",
        "note_district_bound_costs",
    ]
    assert "50.0%" in notes[0].message("en")
    assert all(note.message("zh") for note in notes)
