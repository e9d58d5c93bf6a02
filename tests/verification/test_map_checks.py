"""Three districts by hand: who breaks which clause, for those that a lawful plan never shows broken."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.verification.map_checks import CLAUSES, Map

CRS = "EPSG:32650"
SITES = ["A", "B", "C"]
"""A and B share a border of 1 km; C lies a kilometre off; A and C are small, B is full."""


def drawn(**changed: Any) -> Map:
    """Squares of 1 km² with their stations near the western edge, 100, 200 and 300 people, and a wall through A."""
    west = np.array([0.0, 1000.0, 3000.0])
    districts = gpd.GeoDataFrame(
        {"class": ["小型站", "一级站", "小型站"], "broken": ""},
        geometry=shapely.box(west, 0, west + 1000, 1000), index=SITES, crs=CRS,
    )  # fmt: skip
    cells = gpd.GeoDataFrame(
        {"site_id": SITES, "people": [100.0, 200.0, 300.0], "area_km2": 1.0, "place": "urban", "cap_km2": np.nan,
         "edge": 0},
        geometry=districts.geometry.to_numpy(), crs=CRS,
    )  # fmt: skip
    stations = gpd.GeoDataFrame({"site_id": SITES}, geometry=shapely.points(west + 200, 500), crs=CRS)
    wall = gpd.GeoDataFrame({"severity": ["wall"]}, geometry=[shapely.LineString([(500, -9), (500, 1009)])], crs=CRS)
    layers = {"stations": stations, "barriers": wall}
    written: Any = SimpleNamespace(
        layers=layers, summary={"study_area": {"cell_m": 100.0}, "district_plan": {"land": "all"}}
    )
    covers: Any = SimpleNamespace(
        sites=stations.set_index("site_id"), budget_s=np.array([200.0, 200.0, 200.0]),
        least_s=np.full((3, 3), 199.99), most_s=np.diag([200.0, 200.01, 200.01]),
    )  # fmt: skip
    covers.least_s[2, 2] = 200.01
    parts = {"name": "planned", "districts": districts, "cells": cells, "written": written, "covers": covers}
    return Map(**{**parts, **changed})


@pytest.mark.parametrize(
    ("kind", "values", "surely", "perhaps"),
    [
        ("nothing_twice", {}, "", ""),
        ("connected", {}, "", ""),
        ("crosses_barrier", {"id": "map-barrier-wall"}, "A", "A"),
        ("crosses_barrier", {"id": "map-barrier-penalty"}, "", ""),
        ("holds_station", {}, "", ""),
        ("district_time", {}, "C", "BC"),
        ("district_time", {"share": 0.5}, "", "BC"),
        ("class_adjacency", {"classes": ["小型站"], "neighbours": ["一级站"]}, "C", "C"),
        ("class_adjacency", {"classes": ["小型站", "一级站"], "neighbours": ["一级站"]}, "BC", "BC"),
        ("no_district", {}, "", ""),
        ("people_per_station", {"people": 200.0}, "C", "C"),
        ("district_area", {"place": "urban", "cap_km2": {"一级站": 0.9, "小型站": 1.0}, "default_class": "一级站"},
         "B", "B"),
    ],
)  # fmt: skip
def test_who_breaks_what(kind: str, values: dict[str, Any], surely: str, perhaps: str) -> None:
    """For certain, and at most."""
    assert CLAUSES[kind](drawn(), values) == (set(surely), set(perhaps))


def test_overlaps_pieces_and_stations_outside() -> None:
    """B reaches 100 m into A, C is in two halves with its station in neither; a strip of 2 m is no land."""
    usual = drawn()
    halves = shapely.union_all([shapely.box(3000, 600, 4000, 1000), shapely.box(3000, 0, 4000, 400)])
    shapes = [usual.districts.geometry["A"], shapely.box(900, 0, 2000, 1000), halves]
    other = drawn(districts=usual.districts.set_geometry(shapes, crs=CRS))
    assert CLAUSES["nothing_twice"](other, {})[0] == {"A", "B"}
    assert CLAUSES["connected"](other, {})[0] == {"C"}
    assert CLAUSES["holds_station"](other, {})[0] == {"C"}
    slip = [usual.districts.geometry["A"], shapely.box(998, 0, 2000, 1000), usual.districts.geometry["C"]]
    assert CLAUSES["nothing_twice"](drawn(districts=usual.districts.set_geometry(slip, crs=CRS)), {})[0] == set()
