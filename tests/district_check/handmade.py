"""
A lawful map of three districts, 4.8 by 2.4 km, for tests that break it.

::

    2400 +-----------------------+---------------+-------+
         |                       |               |       |
         |       A (一级站)      W    B (二级站) P   C   |     W: wall, P: penalty; D (战勤保障站) has no district
         |       5.76 km²        |    3.84 km²   | 1.92  |     C: 小型站
       0 +-----------------------+---------------+-------+
         0                     2400            4000    4800

Cells of 200 m, a junction in the middle of each, streets of 200 m between them driven at 12 m/s. Longest drive: A from
(1300, 1300) to (100, 100), 200 s.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.district_check import Clause, DistrictReport, Verdict, judge_map, lay_over, map_clauses

CRS = "EPSG:4549"
COLUMNS, ROWS, SIDE_M, SPEED_MS = 24, 12, 200.0, 12.0
CLASSES = {"A": "一级站", "B": "二级站", "C": "小型站", "D": "战勤保障站"}
STATIONS = {"A": (6, 6), "B": (15, 6), "C": (22, 6), "D": (1, 1)}
"""Column and row of the cell that each stands in."""
A, B, C = (shapely.box(west, 0, east, 2400) for west, east in ((0, 2400), (2400, 4000), (4000, 4800)))


def node(column: int, row: int) -> int:
    return row * COLUMNS + column


def roads() -> pd.DataFrame:
    rows = [(node(c, r), node(c + 1, r)) for r in range(ROWS) for c in range(COLUMNS - 1)]
    rows += [(node(c, r), node(c, r + 1)) for r in range(ROWS - 1) for c in range(COLUMNS)]
    table = pd.DataFrame(rows, columns=["from_node", "to_node"])
    return table.assign(
        edge=np.arange(len(table)), length_m=SIDE_M, forward_s=SIDE_M / SPEED_MS, backward_s=SIDE_M / SPEED_MS
    )


def at_nodes(numbers: np.ndarray) -> dict[str, np.ndarray]:
    """For each junction an edge that leaves it, at its start; for the last one an edge that enters it, at its end."""
    leaving = roads().groupby("from_node").edge.first().reindex(numbers)
    entering = roads().groupby("to_node").edge.first().reindex(numbers)
    edge = leaving.fillna(entering).to_numpy(dtype=np.int64)
    return {"edge": edge, "fraction": leaving.isna().to_numpy(dtype=np.float64)}


def cells() -> gpd.GeoDataFrame:
    column, row = np.tile(np.arange(COLUMNS), ROWS), np.repeat(np.arange(ROWS), COLUMNS)
    squares = shapely.box(column * SIDE_M, row * SIDE_M, (column + 1) * SIDE_M, (row + 1) * SIDE_M)
    return gpd.GeoDataFrame(
        {
            "area_km2": 0.04, "people": 100.0, "place": "urban", **at_nodes(np.arange(COLUMNS * ROWS)),
        },
        geometry=squares, index=pd.RangeIndex(len(squares), name="cell_id"), crs=CRS,
    )  # fmt: skip


def stations() -> gpd.GeoDataFrame:
    at = at_nodes(np.array([node(*place) for place in STATIONS.values()]))
    points = [shapely.Point((column + 0.5) * SIDE_M, (row + 0.5) * SIDE_M) for column, row in STATIONS.values()]
    return gpd.GeoDataFrame(
        {
            "class": [CLASSES[site] for site in STATIONS], "travel_budget_s": 240.0, **at,
        },
        geometry=points, index=pd.Index(list(STATIONS), name="site_id"), crs=CRS,
    )  # fmt: skip


def districts(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    """The lawful map, with other shapes for some of its districts."""
    whole = {"A": A, "B": B, "C": C} | shapes
    return gpd.GeoDataFrame(geometry=list(whole.values()), index=pd.Index(list(whole), name="site_id"), crs=CRS)


def swapped(giver: str, taker: str, land: shapely.Geometry) -> gpd.GeoDataFrame:
    """The lawful map after one district gave land to another."""
    shapes = {"A": A, "B": B, "C": C}
    return districts(**{giver: shapes[giver].difference(land), taker: shapes[taker].union(land)})


def barriers() -> gpd.GeoDataFrame:
    lines = [shapely.LineString([(x, -500), (x, 2900)]) for x in (2400, 4000)]
    return gpd.GeoDataFrame(
        {"kind": ["motorway", "expressway"], "severity": ["wall", "penalty"]}, geometry=lines, crs=CRS
    )


def clause(kind: str, **values: object) -> Clause:
    return Clause(kind, kind, {"zh": kind, "en": kind}, "14", "test", "should", "high", values)


CAPS = {"一级站": 7, "二级站": 4, "小型站": 2, "特勤站": 7}
CLAUSES = (
    *map_clauses(strip_m=100.0),
    clause("district_time", share=1.0),
    clause("district_area", place="urban", cap_km2=CAPS, default_class="一级站", without_district=["战勤保障站"]),
    clause("class_adjacency", classes=["小型站"], neighbours=["一级站", "二级站", "特勤站"]),
    clause("people_per_station", people=15_000),
)


def judged(clauses: tuple[Clause, ...] = CLAUSES, **tables: object) -> DistrictReport:
    """The lawful map judged, with some of its tables replaced."""
    given = {"districts": districts(), "stations": stations(), "cells": cells(), "roads": roads()}
    return judge_map(lay_over(**{**given, "barriers": barriers(), **tables}), clauses)  # type: ignore[arg-type]


def verdict_of(kind: str, report: DistrictReport) -> Verdict:
    return next(verdict for verdict in report.verdicts if verdict.clause.kind == kind)


def broken(report: DistrictReport) -> dict[str, list[str]]:
    """Places by the kind of clause that they break."""
    return {v.clause.kind: [place for place, _ in v.worst] for v in report.verdicts if v.passed is False}
