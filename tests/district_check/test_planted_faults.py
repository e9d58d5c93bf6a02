"""A lawful map passes every clause; each planted fault is found by its clause, at its place, and by no other."""

from __future__ import annotations

import json
from collections.abc import Callable

import geopandas as gpd
import pytest
import shapely
from shapely import box

from tests.district_check.handmade import A, broken, cells, districts, judged, stations, swapped


def of_class(**classes: str) -> gpd.GeoDataFrame:
    table = stations()
    for site, name in classes.items():
        table.loc[site, "class"] = name
    return table


def outside() -> gpd.GeoDataFrame:
    table = stations()
    table.loc["B", "geometry"] = shapely.Point(2300, 1300)
    return table


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


def test_the_lawful_map_is_lawful() -> None:
    """Nothing is broken, and every clause could be judged."""
    report = judged()
    assert broken(report) == {}
    assert report.is_lawful
    assert all(verdict.passed for verdict in report.verdicts)
    asked_for = {verdict.clause.kind: verdict.required for verdict in report.verdicts if verdict.required}
    assert asked_for == {"district_time": 1.0}  # of all others nothing may be wrong
    assert report.districts.broken.map(len).sum() == 0


def test_words_in_both_languages() -> None:
    """Every verdict has its sentence, and JSON holds no infinity."""
    plants = [plant() for plant, _ in FAULTS.values()] + [{"barriers": None}]
    for report in [judged(**plant) for plant in plants]:
        assert "辖区" in report.text("zh")
        assert "district" in report.text("en")
        json.dumps(report.to_dict(), allow_nan=False)
