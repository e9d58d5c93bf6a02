"""Hydrants: how many count, and the share of land and people within their radius, by sampling."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import KDTree

from siting.verification.claim import Claim, number
from siting.verification.written import Written

_SAMPLES_IN_RADIUS = 8
"""How finely a radius is sampled."""
SAMPLING = 0.005
"""How far a sampled share may stray from the measured one."""


def check_hydrants(written: Written) -> Iterator[Claim]:
    """Shares within 0.005 of a grid of samples, eight to the radius."""
    told = {row["measure"]: row for row in written.summary["hydrants"]}
    if not told:
        return
    cells = written.layers["cells"]
    figures = {row["key"]: row for row in written.summary["key_figures"]}
    for state in written.states:
        counted = counted_hydrants(written, state.label)
        share = hydrant_share(written, state.label, told["radius_m"][state.label])
        share_area = float(np.average(share, weights=cells.area_km2))
        yield number(f"hydrants counted, {state.label}", told["n_counted"][state.label], len(counted))
        yield number(f"hydrants, share of land, {state.label}", told["share_area"][state.label], share_area, SAMPLING)
        yield number(f"key figure hydrant_share_area, {state.label}", figures["hydrant_share_area"][state.label],
                     share_area, SAMPLING)  # fmt: skip
        if cells.people.sum() > 0:
            share_people = float(np.average(share, weights=cells.people))
            yield number(f"hydrants, share of people, {state.label}", told["share_people"][state.label],
                         share_people, SAMPLING)  # fmt: skip
    gaps_km = float(written.layers["hydrant_gaps"].length_m.sum()) / 1e3
    yield number("hydrants, road_km_short", told["road_km_short"][written.states[-1].label], gaps_km, 1e-6)


def counted_hydrants(written: Written, label: str) -> gpd.GeoDataFrame:
    """Hydrants without a reason against them; a proposed one counts as proposed only. In the metric CRS."""
    hydrants = written.layers["hydrants"].to_crs(written.layers["cells"].crs)
    return hydrants[(hydrants.reason.fillna("") == "") & ((hydrants.status != "proposed") | (label == "proposed"))]


@lru_cache(maxsize=2)
def hydrant_share(written: Written, label: str, radius_m: float) -> np.ndarray:
    """Share of each cell within the radius of a hydrant that counts; asked for by several checks."""
    return sampled_share(written.layers["cells"], counted_hydrants(written, label).geometry, radius_m)


def sampled_share(cells: gpd.GeoDataFrame, points: gpd.GeoSeries, radius_m: float) -> np.ndarray:
    """Share of each cell within the radius of a point, from a grid of samples inside the cell."""
    if points.empty:
        return np.zeros(len(cells))
    low_x, low_y, high_x, high_y = cells.bounds.to_numpy().T
    n = max(2, round(_SAMPLES_IN_RADIUS * float((high_x - low_x).max()) / radius_m))
    steps = (np.arange(n) + 0.5) / n
    across, up = (grid.ravel() for grid in np.meshgrid(steps, steps))
    x = low_x[:, None] + (high_x - low_x)[:, None] * across
    y = low_y[:, None] + (high_y - low_y)[:, None] * up
    shapes = cells.geometry.to_numpy()
    shapely.prepare(shapes)
    inside = shapely.contains_xy(shapes[:, None], x, y)
    tree = KDTree(np.column_stack([points.x, points.y]))
    distance_m, _ = tree.query(np.column_stack([x.ravel(), y.ravel()]), distance_upper_bound=radius_m)
    near = np.isfinite(distance_m).reshape(x.shape) & inside
    return near.sum(axis=1) / np.maximum(inside.sum(axis=1), 1)
