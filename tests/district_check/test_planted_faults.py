"""A lawful map passes every clause; each planted fault is found by its clause, at its place, and by no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from shapely import box

from siting.district_check import DistrictReport
from siting.district_check.checks.partition import land_parts
from tests.district_check.handmade import cells, clause, districts, judged, roads, stations

A, B, C = (box(west, 0, east, 2400) for west, east in ((0, 2400), (2400, 4000), (4000, 4800)))


def of_class(**classes: str) -> gpd.GeoDataFrame:
    table = stations()
    for site, name in classes.items():
        table.loc[site, "class"] = name
    return table


def taken(giver: shapely.Geometry, taker: shapely.Geometry, land: shapely.Geometry) -> tuple[shapely.Geometry, ...]:
    return giver.difference(land), shapely.union(taker, land)


def swapped(giver: str, taker: str, land: shapely.Geometry) -> gpd.GeoDataFrame:
    """The lawful map after one district gave land to another."""
    shapes = {"A": A, "B": B, "C": C}
    shapes[giver], shapes[taker] = taken(shapes[giver], shapes[taker], land)
    return districts(**shapes)


def outside() -> gpd.GeoDataFrame:
    table = stations()
    table.loc["B", "geometry"] = shapely.Point(2300, 1300)
    return table


def broken(report: DistrictReport) -> dict[str, list[str]]:
    return {v.clause.kind: [place for place, _ in v.worst] for v in report.verdicts if v.passed is False}


FAULTS: dict[str, tuple[Callable[[], dict[str, object]], dict[str, list[str]]]] = {
    "overlap": (lambda: {"districts": districts(B=box(2340, 0, 4000, 2400))}, {"nothing_twice": ["A + B"]}),
    "left out": (lambda: {"districts": districts(A=A.difference(box(0, 0, 90, 90)))}, {"nothing_left_out": ["0"]}),
    "in two pieces": (lambda: {"districts": swapped("A", "B", box(2000, 0, 2200, 200))}, {"connected": ["B"]}),
    "joined at a corner": (
        lambda: {
            "districts": swapped("B", "C", box(3800, 0, 4000, 200).union(box(3600, 200, 3800, 400))),
            "barriers": None,
        },
        {"connected": ["C"]},
    ),
    "across the wall": (lambda: {"districts": swapped("A", "B", box(2000, 0, 2400, 400))}, {"crosses_barrier": ["B"]}),
    "across the penalty": (
        lambda: {"districts": swapped("B", "C", box(3600, 0, 4000, 200))},
        {"crosses_barrier": ["C"]},
    ),
    "station outside": (lambda: {"stations": outside()}, {"holds_station": ["B"]}),
    "too slow": (
        lambda: {"stations": stations().assign(travel_budget_s=[199.0, 240, 240, 240])},
        {"district_time": ["A"]},
    ),
    "too large": (lambda: {"stations": of_class(A="二级站")}, {"district_area": ["A"]}),
    "special station as 一级站": (lambda: {"stations": of_class(A="特勤站", C="特勤站")}, {}),
    "too large by risk": (lambda: {"cells": cells().assign(cap_km2=5.7)}, {"district_area": ["A"]}),
    "alone": (lambda: {"stations": of_class(B="乡镇队")}, {"class_adjacency": ["C"]}),
    "support station": (lambda: {"stations": of_class(A="战勤保障站")}, {"no_district": ["A"]}),
    "too many people": (lambda: {"cells": cells().assign(people=110.0)}, {"people_per_station": ["A"]}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_and_nothing_else(name: str) -> None:
    """The clause it breaks, and the district or pair that breaks it."""
    plant, found = FAULTS[name]
    report = judged(**plant())
    assert broken(report) == found
    assert report.is_lawful == (not found)


def test_what_may_be_does_not_make_a_map_unlawful() -> None:
    """It counts as not met all the same."""
    report = judged((replace(clause("people_per_station", people=10_000), severity="may"),))
    assert (broken(report), report.is_lawful) == ({"people_per_station": ["A"]}, True)
    assert "2 of 3 districts break nothing; 1 of 1 clause judged is not met." in report.text("en")


def test_the_lawful_map_is_lawful() -> None:
    """Nothing is broken, and every clause could be judged."""
    report = judged()
    assert broken(report) == {}
    assert report.is_lawful
    assert all(verdict.passed for verdict in report.verdicts)
    assert report.districts.broken.map(len).sum() == 0


def test_near_suburbs_have_their_own_cap() -> None:
    """Where most land of a district is near-suburb, the town's cap says nothing and the suburb's counts."""
    suburb = cells().assign(place="near_suburb")
    urban = clause("district_area", place="urban", cap_km2={"一级站": 1}, default_class="一级站")
    edge = clause("district_area", place="near_suburb", cap_km2={"一级站": 5}, default_class="一级站")
    first, second = judged((urban, edge), cells=suburb).verdicts
    assert (first.passed, second.passed, second.worst) == (None, False, (("A", pytest.approx(5.76)),))


def test_just_the_limit_keeps_it() -> None:
    """A holds 5.76 km² and 14,400 people: no more than that is asked for, and a thousandth less is."""
    for part, is_kept in ((1.0, True), (0.999, False)):
        area = clause("district_area", place="urban", cap_km2={"一级站": 5.76 * part}, default_class="一级站")
        people = clause("people_per_station", people=14_400 * part)
        assert [verdict.passed for verdict in judged((area, people)).verdicts] == [is_kept, is_kept]


def test_by_how_much_and_in_what_order() -> None:
    """Every district above its cap, the largest first; by construction land alone two are, A by 44 %."""
    farm = cells()
    farm.loc[farm.geometry.centroid.x > 4000, "place"] = "other"
    cap = clause("district_area", place="urban", cap_km2={"一级站": 4, "二级站": 3}, default_class="一级站")
    edge = clause("district_area", place="other", cap_km2={"小型站": 1.5}, default_class="小型站")
    report = judged((cap, edge), cells=farm)
    assert report.districts.no_road_km2.tolist() == [0.0, 0.0, 0.0]
    first, second = report.verdicts
    assert first.worst == (("A", pytest.approx(5.76)), ("B", pytest.approx(3.84)))
    assert (first.values["over_built"], second.passed, second.values["over_built"]) == (2, False, 0)


def test_land_left_out_in_square_kilometres() -> None:
    """90 m by 90 m, in all and at its place."""
    report = judged(districts=districts(A=A.difference(box(0, 0, 90, 90))))
    verdict = next(v for v in report.verdicts if v.clause.kind == "nothing_left_out")
    assert (verdict.measured, verdict.worst) == (pytest.approx(0.0081), (("0", pytest.approx(0.0081)),))


def test_neighbours_share_more_than_two_slivers_of_edge() -> None:
    """C touches B along 25 m, which makes them neighbours, or along 15 m, which does not."""
    for edge_m, is_beside in ((25, True), (15, False)):
        apart = districts(B=B.difference(box(3900, edge_m, 4000, 2400)))
        assert ("class_adjacency" not in broken(judged(districts=apart))) == is_beside


def test_a_strip_along_a_wall_is_not_land_beyond_it() -> None:
    """Up to 100 m wide, from 15 m beside the middle of the motorway on."""
    for wide_m, is_land in ((90, False), (110, True)):
        beyond = swapped("A", "B", box(2385 - wide_m, 0, 2400, 400))
        assert ("crosses_barrier" in broken(judged(districts=beyond))) == is_land


def test_land_that_needs_a_station() -> None:
    """Farmland may be left out beside a town; where there is nothing else it may not."""
    gap = districts(A=A.difference(box(0, 0, 90, 90)))
    farm = cells()
    farm.loc[0, "place"] = "other"
    assert "nothing_left_out" not in broken(judged(districts=gap, cells=farm))
    assert broken(judged(districts=gap, cells=farm.assign(place="other")))["nothing_left_out"] == ["0"]


def test_slivers_are_not_faults() -> None:
    """Borders that miss each other by 8 m overlap, gape and touch like borders that meet."""
    assert broken(judged(districts=districts(B=box(2392, 0, 4008, 2400)))) == {}
    assert broken(judged(districts=districts(B=box(2408, 0, 3992, 2400)))) == {}


def test_measures_by_hand() -> None:
    """A holds 144 cells of 100 people, 9.6 km round; its engine needs 12 blocks to the far corner."""
    farm = cells()
    farm.loc[287, "place"] = "other"  # in C
    table = judged(cells=farm).districts
    assert table.construction_km2.tolist() == pytest.approx([5.76, 3.84, 1.88])
    assert table.no_road_km2.tolist() == [0.0, 0.0, 0.0]
    a = table.loc["A"]
    assert a[["area_km2", "construction_km2", "people", "worst_s", "perimeter_km"]].tolist() == pytest.approx(
        [5.76, 5.76, 14_400, 200, 9.6]
    )
    assert a.compactness == pytest.approx(3.14159 / 4, rel=1e-4)
    steps = [abs(column - 6) + abs(row - 6) for column in range(12) for row in range(12)]
    assert a.mean_s == pytest.approx(sum(steps) / 144 * 200 / 12)


def test_a_border_shares_the_people_of_a_cell() -> None:
    """A quarter of a row of cells is a quarter of its people."""
    table = judged(districts=swapped("A", "B", box(2350, 0, 2400, 2400))).districts
    assert table.people.tolist() == pytest.approx([14_400 - 300, 9_600 + 300, 4_800])


def test_land_that_nobody_times() -> None:
    """A cell without a road is counted, not judged; one whose road the engine cannot drive to is late."""
    no_road = cells()
    no_road.loc[0, "edge"] = -1
    report = judged(cells=no_road)
    assert report.districts.no_road_km2.tolist() == pytest.approx([0.04, 0.0, 0.0])
    verdict = next(v for v in report.verdicts if v.clause.kind == "district_time")
    assert (verdict.passed, verdict.values["no_road_km2"]) == (True, pytest.approx(0.04))
    gone = roads()
    gone.loc[(gone.from_node == 0), ["forward_s", "backward_s"]] = float("nan")
    assert broken(judged(roads=gone))["district_time"] == ["A"]


def test_districts_with_what_they_break() -> None:
    """An overlap is of both districts; land left out is nobody's, not of a station that is called like the cell."""
    assert judged(districts=districts(B=box(2340, 0, 4000, 2400))).districts.broken.tolist() == [
        ["map-overlap"],
        ["map-overlap"],
        [],
    ]
    gap = districts(A=A.difference(box(0, 0, 90, 90)))
    report = judged(districts=gap, cells=cells().rename(index={0: "C"}))
    assert broken(report) == {"nothing_left_out": ["C"]}
    assert report.districts.broken.map(len).sum() == 0


def test_words_in_both_languages() -> None:
    """Every verdict has its sentence, and JSON holds no infinity."""
    plants = [plant() for plant, _ in FAULTS.values()] + [{"barriers": None}]
    for report in [judged(**plant) for plant in plants]:
        assert "辖区" in report.text("zh")
        assert "district" in report.text("en")
        json.dumps(report.to_dict(), allow_nan=False)


def test_a_piece_counts_where_it_is_wider_than_a_sliver() -> None:
    """Beside a block, a strip of 3 m is a piece of its own at slivers of 2 m, and one of 1.5 m is none."""
    block = box(0, 0, 100, 100)
    assert len(land_parts(shapely.union_all([block, box(200, 0, 203, 100)]), 2.0)) == 2
    assert len(land_parts(shapely.union_all([block, box(200, 0, 201.5, 100)]), 2.0)) == 1
