"""Each kind of check, on the toy town with its figures changed so that the answer is known beforehand."""

from __future__ import annotations

import inspect
import math
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting import toy
from siting.brigades import BrigadeTier, strengths
from siting.hydrants import HydrantCover, HydrantLimits
from siting.language import LANGUAGES
from siting.rules import KINDS, Clock, Finding, Requirement, Situation, load_rules, measure
from siting.rules.caps import assessed_caps, district_caps, district_places
from siting.rules.kinds.say import worst_places
from siting.rules.situation import MicroTier
from siting.study_area import StudyArea
from siting.verification import sum_checks
from tests.rules import handmade


def requirement(kind: str, confidence: Any = "high", **values: Any) -> Requirement:
    return Requirement("it", kind, {"zh": "它", "en": "It"}, "1", "here", "should", confidence, values)


def today(place: str | list[str] = "urban", **columns: Any) -> tuple[Situation, StudyArea]:
    """S first due in d1, d2; N in d3, d4, d5; E nowhere; nobody in d6, which has no road."""
    ground = handmade.area(place)
    stations = handmade.stations("S", "N", "E", **columns)
    situation = measure("today", toy.network(), ground, handmade.cells(ground), stations, load_rules("cn-jb152-2017"))
    return situation, ground


def found(kind: str, situation: Situation, area: StudyArea, **values: Any) -> Finding:
    return KINDS[kind](requirement(kind, **values), situation, area, **values)


def water(**changes: Any) -> HydrantCover:
    cells = {"share_within": [1.0, 0.5, 0.5, 1.0, 0.0, 0.0], "path_m": [10.0, 150.0, 151.0, 0.0, 900.0, math.inf]}
    stretches = {"length_m": [500.0, 1500.0, 500.0], "name": ["A", "B", ""]}
    cover = HydrantCover(
        limits=HydrantLimits(), n_counted=7, n_not_counted=2, cells=pd.DataFrame(cells, pd.Index(handmade.CELLS)),
        share_area=0.5, share_built_up=0.75, share_people=0.65, share_people_path=0.5, road_km=10.0, road_km_short=2.5,
        gaps=gpd.GeoDataFrame({**stretches, "highway": "residential"}), kerb_km=5.0, bare=gpd.GeoDataFrame(stretches),
        heads=gpd.GeoDataFrame(
            {"structure": "bridge", "name": ["X", "Y", "", "X"], "away_m": [10.0, 80.0, 70.0, 60.0],
             "has_hydrant": [True, False, False, False]}
        ),
        crane_km=20.0, crane_km_short=15.0,
        buildings=gpd.GeoDataFrame({"is_within": [True, False], "path_m": [200.0, 210.0]}),
    )  # fmt: skip
    return replace(cover, **changes)


def with_tiers(situation: Situation, area: StudyArea) -> Situation:
    """Three villages and a key unit that need a micro station, one that does not; three townships, three brigades."""
    places = gpd.GeoDataFrame(
        {"kind": ["village", "village", "village", "key_unit", "village"],
         "people": [1200.0, 3000.0, 1500.0, 0.0, 10.0],
         "state": ["has", "missing", "shares", "missing", "not_due"]},
        index=["A", "B", "C", "K", "small"],
    )  # fmt: skip
    micro = MicroTier(situation, places, Clock("call_to_arrival", 180.0, 0.0, 60.0), toy.network(), area.cells)
    units = pd.DataFrame(
        {"people": [10.0, 20.0, 30.0, 40.0], "state": ["has_one", "missing", "in_reach", "missing"]},
        index=["T1", "T2", "T3", "T4"],
    )
    teams = pd.DataFrame(
        {"name": "", "class": ["一级队", "一级队", "一级队", "其他"], "land_m2": [1000.0, 400.0, math.nan, 1.0],
         "staff": [15.0, 15.0, 3.0, 1.0]},
        index=["fine", "narrow", "thin", "unknown"],
    )  # fmt: skip
    judged = strengths(teams, {"一级": {"least_land_m2": 1000.0, "least_persons": 15.0}}, 0.5)
    return replace(situation, micro=micro, brigades=BrigadeTier(600.0, 0.9, units, judged))


EVERY = {
    "time_cover_people": {"share": 0.9},
    "time_cover_land": {"share": 0.9},
    "district_time": {"share": 1.0},
    "district_area": {"place": "urban", "cap_km2": {"一级站": 7.0}, "default_class": "一级站"},
    "class_adjacency": {"classes": ["小型站"], "neighbours": ["一级站"]},
    "shortage": {"base": "construction_land", "cap_km2": 7.0, "near_suburb_cap_km2": 15.0},
    "people_per_station": {"people": 1000.0},
    "hydrant_radius": {"share": 1.0, "radius_m": 150.0, "of": "people"},
    "hydrant_spacing": {"share": 1.0, "spacing_m": 120.0},
    "hydrant_path": {"share": 1.0, "radius_m": 150.0},
    "hydrant_buildings": {"share": 1.0, "radius_m": 150.0},
    "hydrant_sides": {"share": 1.0, "wider_m": 60.0},
    "hydrant_heads": {"share": 1.0, "near_m": 50.0},
    "hydrant_cranes": {"share": 1.0, "crane_spacing_m": 1000.0},
    "micro_reach": {"share": 1.0, "on_scene_s": 180.0},
    "micro_places": {"share": 1.0, "of": ["village"]},
    "brigade_units": {"share": 1.0},
    "brigade_strength": {"below_share": 0.5},
}
COUNTED = {
    "district_area": (0.0, "stations"), "class_adjacency": (0.0, "stations"), "shortage": (1.0, "stations"),
    "people_per_station": (1000.0, "people"), "brigade_strength": (0.0, "brigades"),
}  # fmt: skip
"""What the kinds that ask for no share ask for."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_it_found_in_both_languages(kind: str) -> None:
    """With stations and with none: a number and a verdict, or neither and the reason."""
    full, area = today()
    nothing = replace(
        full,
        cells=full.cells.assign(people=0.0, site_id="", is_covered=False, reason="unreachable"),
        stations=full.stations.iloc[:0],
        districts=full.districts.assign(area_km2=0.0, people=0.0),
    )
    for situation in (with_tiers(replace(full, hydrants=water()), area), nothing):
        finding = found(kind, situation, area, **EVERY[kind])
        assert set(finding.remark) == set(LANGUAGES)
        assert all(finding.remark.values())
        assert not any("{" in text for text in finding.remark.values())
        assert (finding.passed is None) == math.isnan(finding.measured)
        assert len(finding.worst) <= 5
        assert (finding.required, finding.unit) == COUNTED.get(kind, (EVERY[kind].get("share"), "share"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_its_values_by_name(kind: str) -> None:
    """Positional: requirement, situation, area; the values by keyword, so that a file can be checked against them."""
    parameters = inspect.signature(KINDS[kind]).parameters
    assert list(parameters)[:3] == ["requirement", "situation", "area"]
    assert all(parameters[name].kind is inspect.Parameter.KEYWORD_ONLY for name in list(parameters)[3:])


def test_time_cover_people() -> None:
    """950 of 1000; the 50 on the island have no road."""
    situation, area = today()
    finding = found("time_cover_people", situation, area, share=0.95)
    assert finding.measured == pytest.approx(0.95)
    assert finding.passed
    assert finding.worst == (("north", 50.0),)
    by_cell = found("time_cover_people", replace(situation, units=situation.units.iloc[:0]), area, share=0.95)
    assert by_cell.worst == (("d6", 50.0),)
    assert finding.remark["en"].startswith(
        "50 of 1,000 people are not covered: too far 0, no station can drive there 0, no"
    )
    assert not found("time_cover_people", situation, area, share=0.951).passed


def test_time_cover_land_can_leave_land_out() -> None:
    """5 of 6 km²; 4 of 4 when the island and one field are not construction land."""
    situation, area = today(["urban", "urban", "near_suburb", "urban", "other", "other"])
    finding = found("time_cover_land", situation, area, share=1.0)
    assert (finding.measured, finding.worst) == (pytest.approx(5 / 6), (("north", 1.0),))
    built = found("time_cover_land", situation, area, share=1.0, places=["urban", "near_suburb"])
    assert (built.measured, built.passed, built.worst) == (1.0, True, ())
    fields, area = today("other")
    nothing = found("time_cover_land", fields, area, share=1.0, places=["urban", "near_suburb"])
    assert nothing.passed is None
    assert "(urban, near-suburb)" in nothing.remark["en"]


def test_district_time() -> None:
    """S with 160 s of turnout has 140 s to drive; N with 200 s has 100 and misses d5 at 108 s."""
    situation, area = today(turnout_s=[160.0, 200.0, 300.0])
    assert situation.cells.site_id.tolist() == ["S", "S", "N", "N", "N", ""]
    finding = found("district_time", situation, area, share=1.0)
    assert (finding.measured, finding.passed, finding.worst) == (0.5, False, (("N", 108.0),))
    assert "first due nowhere: 1" in finding.remark["en"]


def area_found(situation: Situation, area: StudyArea, place: str, **cap_km2: float) -> Finding:
    return found("district_area", situation, area, place=place, cap_km2=cap_km2, default_class="full",
                 without_district=["support"])  # fmt: skip


def test_district_area_by_class() -> None:
    """S has 2 km², N 3 km²: the cap of each class decides, and a cap that is just reached is kept."""
    situation, area = today(**{"class": ["small", "full", "full"]})
    assert area_found(situation, area, "urban", small=2.0, full=3.0).passed
    finding = area_found(situation, area, "urban", small=1.9, full=2.0)
    assert (finding.measured, finding.required, finding.passed) == (2.0, 0.0, False)
    assert finding.worst == (("N", 3.0), ("S", 2.0))


def test_district_area_says_which_class_was_assumed() -> None:
    """No class given: the default's cap, said in the remark; a class without districts is not judged."""
    situation, area = today()
    finding = area_found(situation, area, "urban", full=2.5)
    assert finding.worst == (("N", 3.0),)
    assert "Judged as full, having no class that is listed: 2." in finding.remark["en"]
    situation, area = today(**{"class": ["full", "support", ""]})
    finding = area_found(situation, area, "urban", full=2.5)
    assert finding.passed
    assert "Judged as" not in finding.remark["en"]


def test_where_a_district_lies() -> None:
    """More than half near-suburb: near-suburb. Else any urban land: urban. Else other, which has no cap."""
    situation, _ = today(["near_suburb", "urban", "near_suburb", "near_suburb", "urban", "urban"])
    assert district_places(situation.cells).to_dict() == {"S": "urban", "N": "near_suburb"}
    situation, _ = today(["other", "urban", "other", "near_suburb", "other", "urban"])
    assert district_places(situation.cells).to_dict() == {"S": "urban", "N": "other"}


def test_half_is_not_most_of_a_district() -> None:
    """0.76 + 0.92 + 0.41 is above 2.09 in floats, and no more land: three places that sum cells have to agree."""
    half = pd.DataFrame(
        {"site_id": "S", "place": ["near_suburb"] * 3 + ["urban"], "area_km2": [0.76, 0.92, 0.41, 2.09]}
    )
    assert sum(half.area_km2[:3]) > 2.09
    assert district_places(half).to_dict() == {"S": "urban"}
    assert sum_checks.district_place(half) == "urban"


def test_caps_follow_class_and_place() -> None:
    """建标152-2017: 2 km² for a small station in town, 15 at the edge of town whatever the class, none elsewhere."""
    ruleset = load_rules("cn-jb152-2017")
    classes = pd.Series(["一级站", "二级站", "小型站", "特勤站", "战勤保障站", "", "二级站", "一级站"])
    places = pd.Series(["urban"] * 6 + ["near_suburb", "other"])
    assert district_caps(ruleset, classes, places).tolist()[:4] == [7.0, 4.0, 2.0, 7.0]
    assert np.isnan(district_caps(ruleset, classes, places)[4])
    assert district_caps(ruleset, classes, places).tolist()[5:7] == [7.0, 15.0]
    assert np.isnan(district_caps(ruleset, classes, places)[7])


def test_a_cap_of_land_is_shared_by_area() -> None:
    """Half of 4 km² at 3.5, half at the class's 7: 2 / 3.5 + 2 / 7 = 6 / 7 is used, so 4.67 km² would fill it."""
    cells = pd.DataFrame(
        {"site_id": ["A", "A", "B", "C", ""], "area_km2": [2.0, 2.0, 1.0, 4.0, 9.0],
         "cap_km2": [3.5, np.nan, np.nan, 3.5, 1.0]}
    )  # fmt: skip
    usual = pd.Series({"A": 7.0, "B": 7.0, "C": np.nan, "D": 2.0})
    caps = assessed_caps(cells, usual)
    assert caps["A"] == pytest.approx(4 * 7 / 6, abs=1e-9)
    assert caps[["B", "D"]].tolist() == [7.0, 2.0]
    assert np.isnan(caps["C"])  # a district without any limit has none
    pd.testing.assert_series_equal(caps, sum_checks.full_at(cells, usual), check_names=False, rtol=0, atol=2e-9)
    pd.testing.assert_series_equal(assessed_caps(cells.assign(cap_km2=np.nan), usual), usual, check_names=False)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40_000), st.floats(0.1, 30.0)), min_size=1, max_size=30))
def test_a_district_is_above_its_cap_when_the_shares_add_up_to_more_than_one(cells: list[tuple[int, float]]) -> None:
    """As the judge of drawn maps says it; what is just full is not above."""
    m2, cap_km2 = (np.array(column, dtype=float) for column in zip(*cells, strict=True))
    full = np.ones(len(m2)) * cap_km2 / len(m2)  # each takes its equal share of the whole
    for km2 in (m2 / 1e6, full, full * 1.001):
        table = pd.DataFrame({"site_id": "A", "area_km2": km2, "cap_km2": cap_km2})
        above = table.groupby("site_id").area_km2.sum()["A"] > assessed_caps(table, pd.Series({"A": 7.0}))["A"]
        assert above == ((km2 / cap_km2).sum() > 1 + 1e-9)


def test_districts_and_need_follow_a_cap_of_land() -> None:
    """N has d3, d4 and d5: at 1, 3 and 3 km² it is full with 1.8; six km² of land ask for 1 + 5 / 3 stations, not 2."""
    usual, area = today()
    cells = usual.cells.assign(cap_km2=[np.nan, np.nan, 1.0, np.nan, np.nan, np.nan])
    assessed = replace(usual, cells=cells)
    assert area_found(usual, area, "urban", full=3.0).passed
    assert area_found(assessed, area, "urban", full=3.0).worst == (("N", 3.0),)
    values = {"cap_km2": 3.0, "near_suburb_cap_km2": 15.0}
    for base in ("administrative", "construction_land"):
        assert found("shortage", usual, area, base=base, **values).required == 2.0
        assert found("shortage", assessed, area, base=base, **values).required == 3.0


def test_class_adjacency() -> None:
    """S (d1, d2) touches N (d3 ...): fine when N is a full station, not when it is small too."""
    values = {"classes": ["小型站"], "neighbours": ["一级站", "二级站", "特勤站"]}
    leaning, area = today(**{"class": ["小型站", "一级站", "一级站"]})
    assert found("class_adjacency", leaning, area, **values).passed
    alone, area = today(**{"class": ["小型站", "小型站", "一级站"]})
    finding = found("class_adjacency", alone, area, **values)
    assert (finding.measured, finding.required, finding.passed) == (2.0, 0.0, False)
    assert finding.worst == (("N", 3.0), ("S", 2.0))


def test_class_adjacency_of_any_district_that_has_land() -> None:
    """N with half a km² is asked; E, without any land, has no neighbours and is not."""
    situation, area = today(**{"class": ["二级站", "小型站", "小型站"]})
    situation = replace(situation, districts=situation.districts.assign(area_km2=[2.0, 0.5, 0.0]))
    finding = found("class_adjacency", situation, area, classes=["小型站"], neighbours=["一级站"])
    assert finding.worst == (("N", 0.5),)
    assert "1 of 1" in finding.remark["en"]


def test_shortage_has_two_readings() -> None:
    """6 km² in all, of which 3 urban and 2 near-suburb; caps of 0.5 and 1 km²; three stations stand there."""
    situation, area = today(["urban", "urban", "near_suburb", "urban", "near_suburb", "other"])
    values = {"cap_km2": 0.5, "near_suburb_cap_km2": 1.0}
    everything = found("shortage", situation, area, base="administrative", **values)
    assert (everything.measured, everything.required, everything.passed) == (3.0, 12.0, False)
    assert "shortage rate 75.0%" in everything.remark["en"]
    built = found("shortage", situation, area, base="construction_land", **values)
    assert (built.measured, built.required) == (3.0, 8.0)
    enough = found("shortage", situation, area, base="construction_land", cap_km2=2.0, near_suburb_cap_km2=2.0)
    assert (enough.required, enough.passed) == (3.0, True)
    assert "missing 0, shortage rate 0.0%" in enough.remark["en"]
    fields, area = today("other")
    nothing = found("shortage", fields, area, base="construction_land", **values)
    assert (nothing.required, nothing.passed) == (0.0, None)


def test_shortage_does_not_count_rounding() -> None:
    """0.1 + 0.1 + ... six times is a little less or more than 0.6: with a cap of 0.1 km² it is six stations."""
    situation, area = today()
    situation = replace(situation, cells=situation.cells.assign(area_km2=[0.1, 0.1, 0.1, 0.1, 0.1, 0.1 + 1e-16]))
    finding = found("shortage", situation, area, base="administrative", cap_km2=0.1, near_suburb_cap_km2=15.0)
    assert finding.required == 6.0


def test_everybody_is_covered_however_the_sum_is_rounded() -> None:
    """Uncovered land without people: the share of people is 1, not 0.9999999999999999."""
    situation, area = today()
    people = [0.1, 0.2, 0.3, 0.1, 0.7, 0.0]
    situation = replace(situation, cells=situation.cells.assign(people=people))
    assert found("time_cover_people", situation, area, share=1.0).passed


def test_shortage_counts_only_stations_in_the_area() -> None:
    """A station outside the boundary helps to cover, and is not one of the area's own."""
    situation, area = today()
    situation = replace(situation, stations=situation.stations.assign(is_inside=[True, False, False]))
    finding = found("shortage", situation, area, base="construction_land", cap_km2=6.0, near_suburb_cap_km2=15.0)
    assert (finding.measured, finding.required, finding.passed) == (1.0, 1.0, True)
    assert "all land counts as construction land" in finding.remark["en"]


def test_people_per_station() -> None:
    """1000 people, three stations; the district of S has 500."""
    situation, area = today()
    finding = found("people_per_station", situation, area, people=460.0)
    assert finding.measured == pytest.approx(1000 / 3)
    assert finding.passed
    assert finding.worst == (("S", 500.0),)
    assert found("people_per_station", situation, area, people=500.0).worst == ()


def test_five_places_are_named_in_the_order_of_their_ids_where_they_are_equal() -> None:
    """The largest first; of seven cells that lose the same, those with the lowest ids."""
    lost = pd.Series(1.0, index=["g", "f", "e", "d", "c", "b", "a"])
    assert [place for place, _ in worst_places(lost)] == ["a", "b", "c", "d", "e"]
    assert worst_places(lost.drop("a") * np.arange(6))[0] == ("b", 5.0)


def test_hydrant_radius_of_people_and_of_land() -> None:
    """Each by its own share; the worst cells are those with most people or land outside."""
    situation, area = today()
    situation = replace(situation, hydrants=water())
    people = found("hydrant_radius", situation, area, share=0.6, radius_m=150.0, of="people")
    assert (people.measured, people.passed) == (0.65, True)
    assert people.worst == (("north", 200.0), ("south", 150.0))
    land = found("hydrant_radius", situation, area, share=1.0, radius_m=150.0, of="land")
    assert (land.measured, land.passed) == (0.5, False)
    assert "Hydrants that count: 7, that do not: 2." in land.remark["en"]


def test_hydrant_spacing() -> None:
    """2.5 of 10 km are too far; streets are named with their metres, one without a name is on the map only."""
    situation, area = today()
    finding = found("hydrant_spacing", replace(situation, hydrants=water()), area, share=1.0, spacing_m=120.0)
    assert (finding.measured, finding.passed) == (0.75, False)
    assert finding.worst == (("B", 1500.0), ("A", 500.0))


def test_hydrants_of_built_up_land_and_along_roads() -> None:
    """Built-up land leaves fields out of account; along roads 151 m is too far and 150 m is not."""
    situation, area = today(["urban", "urban", "near_suburb", "urban", "other", "other"])
    situation = replace(situation, hydrants=water())
    built = found("hydrant_radius", situation, area, share=0.7, radius_m=150.0, of="built_up")
    assert (built.measured, built.passed) == (0.75, True)
    path = found("hydrant_path", situation, area, share=1.0, radius_m=150.0)
    far = situation.cells.people.to_numpy()[[2, 4, 5]].sum()
    assert (path.measured, path.passed) == (0.5, False)
    assert f"{far:,.0f}." in path.remark["en"]


def test_hydrants_at_kerbs_bridges_cranes_and_buildings() -> None:
    """Each by its own count; a bridge is named once, with the farthest of its heads."""
    situation, area = today()
    situation = replace(situation, hydrants=water())
    sides = found("hydrant_sides", situation, area, share=1.0, wider_m=60.0)
    assert (sides.measured, sides.worst) == (0.5, (("B", 1500.0), ("A", 500.0)))
    heads = found("hydrant_heads", situation, area, share=0.25, near_m=50.0)
    assert (heads.measured, heads.passed, heads.worst) == (0.25, True, (("Y", 80.0), ("X", 60.0)))
    assert found("hydrant_cranes", situation, area, share=1.0, crane_spacing_m=1000.0).measured == 0.25
    buildings = found("hydrant_buildings", situation, area, share=1.0, radius_m=150.0)
    assert buildings.measured == 0.5
    assert "1 of 2 buildings" in buildings.remark["en"]
    assert "2 along roads" in buildings.remark["en"]


def test_half_a_kilometre_is_judged_too() -> None:
    """However little there is of street, of kerb and of road for cranes."""
    situation, area = today()
    little = water(road_km=0.5, road_km_short=0.1, kerb_km=0.5, bare=water().bare.iloc[[0]].assign(length_m=100.0),
                   crane_km=0.5, crane_km_short=0.1)  # fmt: skip
    for kind in ("hydrant_spacing", "hydrant_sides", "hydrant_cranes"):
        assert found(kind, replace(situation, hydrants=little), area, **EVERY[kind]).measured == 0.8


def test_hydrant_clauses_without_their_object_are_not_judged() -> None:
    """No wide road, no bridge, no frost, no buildings: neither passed nor failed, and the reason is said."""
    situation, area = today()
    none = water(kerb_km=0.0, heads=water().heads.iloc[:0], crane_km=math.nan, buildings=None)
    situation = replace(situation, hydrants=none)
    for kind in ("hydrant_sides", "hydrant_heads", "hydrant_cranes", "hydrant_buildings"):
        finding = found(kind, situation, area, **EVERY[kind])
        assert finding.passed is None
        assert finding.remark["en"].startswith("Not judged")


def test_hydrants_measured_by_other_limits_are_not_judged() -> None:
    """Two standards in one run may ask for two radii; the one that was not measured says so."""
    situation, area = today()
    situation = replace(situation, hydrants=water(limits=HydrantLimits(radius_m=100.0, spacing_m=80.0)))
    radius = found("hydrant_radius", situation, area, share=1.0, radius_m=150.0, of="land")
    spacing = found("hydrant_spacing", situation, area, share=1.0, spacing_m=120.0)
    assert radius.passed is spacing.passed is None
    assert "100 m" in radius.remark["en"]
    assert "80 m" in spacing.remark["en"]


def test_micro_stations_reach_people_on_their_own_clock() -> None:
    """950 of 1000, as their own situation has it; against two minutes nothing was measured."""
    situation = with_tiers(*today())
    finding = found("micro_reach", situation, today()[1], share=0.95, on_scene_s=180.0)
    assert (finding.measured, finding.passed, finding.worst) == (pytest.approx(0.95), True, (("north", 50.0),))
    assert "(120 s on the way" in finding.remark["en"]
    other = found("micro_reach", situation, today()[1], share=0.95, on_scene_s=120.0)
    assert other.passed is None
    assert "180 s" in other.remark["en"]


def test_where_nobody_lives_no_micro_station_is_judged() -> None:
    """No share of nobody."""
    situation, area = today()
    empty = replace(situation, cells=situation.cells.assign(people=0.0))
    finding = found("micro_reach", with_tiers(empty, area), area, share=0.95, on_scene_s=180.0)
    assert finding.passed is None
    assert math.isnan(finding.measured)


def test_places_that_need_a_micro_station() -> None:
    """Of the villages one has, one shares and one lacks a station, one is too small; the key unit is judged apart."""
    situation, area = today()
    situation = with_tiers(situation, area)
    villages = found("micro_places", situation, area, share=1.0, of=["village"])
    assert (villages.measured, villages.passed, villages.worst) == (pytest.approx(2 / 3), False, (("B", 3000.0),))
    assert found("micro_places", situation, area, share=1.0, of=["key_unit"]).measured == 0.0
    assert found("micro_places", situation, area, share=1.0, of=["community"]).passed is None


def test_townships_without_a_brigade() -> None:
    """Two of four go without, the one with more people first; one in reach of a neighbour's is served."""
    situation, area = today()
    finding = found("brigade_units", with_tiers(situation, area), area, share=1.0)
    assert (finding.measured, finding.passed, finding.worst) == (0.5, False, (("T4", 40.0), ("T2", 20.0)))
    assert "1 is in reach" in finding.remark["en"]


def test_brigades_below_half_of_the_standard() -> None:
    """400 of 1000 m² and 3 of 15 people are below half; a class without a standard is not known."""
    situation, area = today()
    finding = found("brigade_strength", with_tiers(situation, area), area, below_share=0.5)
    assert (finding.measured, finding.passed) == (2.0, False)
    assert finding.worst == (("thin", pytest.approx(0.8)), ("narrow", pytest.approx(0.6)))
    assert "2 of 3; not known of 1" in finding.remark["en"]
    assert found("brigade_strength", with_tiers(situation, area), area, below_share=0.2).passed


def test_brigades_of_classes_without_a_standard_are_not_judged() -> None:
    """Nothing is known of any of them."""
    situation, area = today()
    situation = with_tiers(situation, area)
    assert situation.brigades is not None
    unknown = situation.brigades.strengths.assign(least_land_m2=math.nan, least_persons=math.nan)
    situation = replace(situation, brigades=replace(situation.brigades, strengths=unknown))
    finding = found("brigade_strength", situation, area, below_share=0.5)
    assert (finding.required, finding.passed) == (0.0, None)
