"""What the solver calls lawful, its independent judge calls lawful too."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from siting.district_check import judge_map, lay_over, map_clauses, polygons_of_cells
from siting.districting import plan_districts, simple_districts
from tests.district_check.handmade import COLUMNS, CRS, ROWS, SIDE_M, SPEED_MS, at_nodes, barriers, cells, clause, roads

BUDGET_S = 180.0
CAP_CELLS = 90
"""3.6 km²."""


def crosses_wall(i: int, k: int) -> bool:
    """Columns 11 and 12 lie on either side of the wall."""
    return {i % COLUMNS, k % COLUMNS} == {11, 12}


@pytest.mark.parametrize("sites", [None, 2])
def test_lawful_is_lawful(sites: int | None) -> None:
    """Fewest stations for all land, and the most land for two: connected, in time, within the cap, no wall crossed."""
    homes = [row * COLUMNS + column for row in (3, 8) for column in range(2, COLUMNS, 5)]
    number = np.arange(COLUMNS * ROWS)
    column, row = number % COLUMNS, number // COLUMNS
    blocks = np.abs(column[:, None] - column[homes]) + np.abs(row[:, None] - row[homes])
    reached = [np.flatnonzero(near).tolist() for near in blocks * SIDE_M / SPEED_MS <= BUDGET_S]
    beside = [(i, i + 1) for i in number.tolist() if (i + 1) % COLUMNS] + [(i, i + COLUMNS) for i in number[:-COLUMNS]]
    touching = [(int(i), int(k)) for i, k in beside if not crosses_wall(i, k)]
    problem = simple_districts(reached, touching=touching, home=homes, cap_m2=CAP_CELLS)
    plan = plan_districts(problem, sites=sites, time_limit_s=600.0, rounds=4)  # kernels may have to be compiled

    ids = [f"N{site}" for site in range(len(homes))]
    land = cells()
    drawn = polygons_of_cells(land, pd.Series(np.append(ids, "")[plan.site], index=land.index))
    places = shapely.points((column[homes] + 0.5) * SIDE_M, (row[homes] + 0.5) * SIDE_M)
    stations = gpd.GeoDataFrame(
        {"class": "一级站", "travel_budget_s": BUDGET_S, **at_nodes(np.array(homes))},
        geometry=places, index=pd.Index(ids, name="site_id"), crs=CRS,
    )  # fmt: skip
    clauses = (
        *map_clauses(strip_m=SIDE_M),
        clause("district_time", share=1.0),
        clause("district_area", place="urban", cap_km2={"一级站": CAP_CELLS * 0.04}, default_class="一级站"),
    )
    report = judge_map(lay_over(drawn, stations, land, roads(), barriers=barriers()), clauses)
    broken = {verdict.clause.kind for verdict in report.verdicts if verdict.passed is False}
    crossed = {v.clause.id for v in report.verdicts if v.clause.kind == "crosses_barrier" and v.passed is False}
    assert "map-barrier-wall" not in crossed
    served = int((plan.site >= 0).sum())
    assert broken - {"crosses_barrier"} == (set() if served == len(land) else {"nothing_left_out"})
    assert (served == len(land)) == (sites is None)
    assert report.districts.area_km2.sum() == pytest.approx(served * 0.04)
    assert len(report.districts) == len(plan.open_sites)


def test_a_cell_taken_from_beyond_the_wall_is_found() -> None:
    """The judge is not deaf: the map above, with a block of the other side, breaks the wall's clause."""
    land = cells()
    west = pd.Series(["A" if number % COLUMNS < 12 else "" for number in range(len(land))], index=land.index)
    for column, row in itertools.product((12, 13), (0, 1)):
        west.iloc[row * COLUMNS + column] = "A"
    stations = gpd.GeoDataFrame(
        {"class": "一级站", "travel_budget_s": 240.0, **at_nodes(np.array([6 * COLUMNS + 6]))},
        geometry=[shapely.Point(1300, 1300)], index=pd.Index(["A"], name="site_id"), crs=CRS,
    )  # fmt: skip
    drawn = lay_over(polygons_of_cells(land, west), stations, land, roads(), barriers=barriers())
    verdict = next(
        v for v in judge_map(drawn, map_clauses(strip_m=SIDE_M)).verdicts if v.clause.id == "map-barrier-wall"
    )
    assert verdict.worst == (("A", pytest.approx(0.16 - 0.015 * 0.4)),)
