"""The district question of a study area: from cells, sites and roads to arrays."""

from __future__ import annotations

from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats, Mask
from siting.cells import WALL
from siting.coverage import coverage
from siting.districting.problem import DistrictProblem
from siting.network import RoadNetwork
from siting.network.place import placed
from siting.study_area import StudyArea
from siting.travel_time import reach, whole_ms

CROSSING_S = 30.0
"""Seconds an engine may rather drive farther than have its district reach over a barrier: ours, and editable."""
SMALL = ("小型站",)
HOSTS = ("特勤站", "一级站", "二级站")
"""建标152-2017: the district of a 小型站 touches that of one of these."""


def district_problem(
    area: StudyArea,
    cells: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    network: RoadNetwork,
    *,
    budget_s: pd.Series,
    cap_km2: pd.Series,
    kept: Mask,
    land: Literal["all", "construction"] = "all",
    cost: Floats | None = None,
    people_limit: float = np.inf,
    crossing_s: float = CROSSING_S,
) -> DistrictProblem:
    """
    Who reaches which cell in time, which cells touch, and what each district may hold.

    Parameters
    ----------
    area
        Its neighbours, cut by barriers: walls part cells, other barriers count as `crossing_s`.
    cells
        Index and order of `area.cells`; columns area_km2, place, people, edge, fraction, snap_m.
    sites
        By site_id: columns class, edge, fraction, snap_m; geometry in any CRS.
    budget_s, cap_km2
        By site_id: seconds left for driving; the largest district (nan: no limit).
    kept
        Shape (J,). Stations that stay.
    land
        Which land counts against the caps and must be served: all of it, or construction land (urban and near-suburb)
        only; then other land may join a district, and counts nothing.
    cost
        Shape (J,); 1 each when not given. A station that may move at a cost: less than a new one by that cost.

    Examples
    --------
    >>> from siting import toy
    >>> from siting.network.place import place, with_place
    >>> roads, ground, stations = toy.network(), toy.area(), toy.stations()
    >>> problem = district_problem(
    ...     ground,
    ...     with_place(ground.cells.assign(people=1.0), place(roads, ground.cells, 300)),
    ...     with_place(stations, place(roads, stations, 300)),
    ...     roads,
    ...     budget_s=pd.Series(100.0, stations.index),
    ...     cap_km2=pd.Series(7.0, stations.index),
    ...     kept=np.ones(len(stations), dtype=bool),
    ... )
    >>> problem.n_cells == len(ground.cells), problem.n_sites == len(stations)
    (True, True)
    """
    usable_s = budget_s.reindex(sites.index).clip(lower=0.0)
    times = reach(
        network,
        placed(sites),
        placed(cells),
        max(1.0, float(usable_s.max())),
        site_ids=sites.index,
        demand_ids=cells.index,
    )
    covers = coverage(times, usable_s)
    points = sites.geometry.to_crs(area.crs)
    is_counted = np.ones(len(cells), dtype=bool) if land == "all" else (cells.place != "other").to_numpy()
    near = area.neighbours
    touching = near.crossing != WALL
    order = np.argsort(times.demand, kind="stable")
    inside = (times.ms <= whole_ms(usable_s.to_numpy())[times.site])[order]
    cap_m2 = cap_km2.reindex(sites.index).fillna(area.area_km2).to_numpy() * 1e6
    people = cells.people.to_numpy(dtype=np.float64)
    classes = sites["class"]
    return DistrictProblem(
        indptr=covers.indptr,
        sites=covers.sites,
        ms=times.ms[order][inside],
        near_ptr=np.concatenate([[0], np.cumsum(touching)])[near.ptr.astype(np.int64)],
        near=near.cell[touching],
        crossing=near.crossing[touching] * (1000.0 * crossing_s),
        area_m2=np.where(is_counted, np.rint(cells.area_km2.to_numpy() * 1e6), 0).astype(np.int64),
        weight=people,
        people=people,
        has_road=np.isfinite(cells.snap_m.to_numpy(dtype=np.float64)),
        is_required=is_counted,
        home=area.cell_at(points.x.to_numpy(), points.y.to_numpy()),
        cap_m2=np.rint(cap_m2).astype(np.int64),
        cost=np.ones(len(sites)) if cost is None else cost,
        fixed_open=kept,
        fixed_closed=np.zeros(len(sites), dtype=bool),
        is_small=classes.isin(SMALL).to_numpy(),
        is_host=classes.isin(HOSTS).to_numpy(),
        people_limit=people_limit,
    )
