"""Hydrants: how many count, and the share of land and people within their radius, measured again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siting.verification.claim import Claim, column, number
from siting.verification.written import Written

Floats = NDArray[np.float64]
QUARTER = 64
"""A circle is measured as a regular polygon of 256 sides, which lacks 0.01 % of its area."""
SHARE = 1e-7
"""How far a share may stray: pieces of land are added up in another order."""


def check_hydrants(written: Written) -> Iterator[Claim]:
    """Counts, shares of land and people, and of each cell."""
    told = {row["measure"]: row for row in written.summary["hydrants"]}
    if not told:
        return
    cells = written.layers["cells"]
    figures = {row["key"]: row for row in written.summary["key_figures"]}
    for state in written.states:
        column_name = f"{state.label}_hydrant_share"
        counted = counted_hydrants(written, state.label)
        share = hydrant_share(written, state.label, told["radius_m"][state.label])
        yield column(f"cells.{column_name}", cells.cell_id, cells[column_name], share, SHARE)
        share_area = float(np.average(share, weights=cells.area_km2))
        yield number(f"hydrants counted, {state.label}", told["n_counted"][state.label], len(counted))
        others = int((written.layers["hydrants"].status == "not_used").sum())  # a candidate is no hydrant yet
        yield number(f"hydrants not counted, {state.label}", told["n_not_counted"][state.label], others)
        yield number(f"hydrants, share of land, {state.label}", told["share_area"][state.label], share_area, SHARE)
        yield number(f"key figure hydrant_share_area, {state.label}", figures["hydrant_share_area"][state.label],
                     share_area, SHARE)  # fmt: skip
        if cells.people.sum() > 0:
            share_people = float(np.average(share, weights=cells.people))
            yield number(f"hydrants, share of people, {state.label}", told["share_people"][state.label],
                         share_people, SHARE)  # fmt: skip
    for key in ("radius_m", "spacing_m"):
        for row in written.summary["findings"]:
            if key in row["values"] and row["passed"]:
                name = f"hydrants, {key} as {row['requirement_id']} asks"
                yield number(name, told[key][row["situation"]], row["values"][key])
    gaps_km = float(written.layers["hydrant_gaps"].length_m.sum()) / 1e3
    yield number("hydrants, road_km_short", told["road_km_short"][written.states[-1].label], gaps_km, 1e-6)


def counted_hydrants(written: Written, label: str) -> gpd.GeoDataFrame:
    """Hydrants that stand, without a reason against them; a proposed one counts as proposed only. In the metric CRS."""
    hydrants = written.layers["hydrants"].to_crs(written.layers["cells"].crs)
    standing = ["existing", "proposed"] if label == "proposed" else ["existing"]
    return hydrants[(hydrants.reason.fillna("") == "") & hydrants.status.isin(standing)]


@lru_cache(maxsize=2)
def hydrant_share(written: Written, label: str, radius_m: float) -> Floats:
    """Share of each cell within the radius of a hydrant that counts; asked for by several checks."""
    return share_within(written.layers["cells"], counted_hydrants(written, label).geometry, radius_m)


def share_within(cells: gpd.GeoDataFrame, points: gpd.GeoSeries, radius_m: float) -> Floats:
    """Share of each cell within the radius of a point: what is left after each circle has been cut away in turn."""
    circles = shapely.buffer(points.to_numpy(), radius_m, quad_segs=QUARTER)
    shapes = cells.geometry.to_numpy()
    shapely.prepare(circles)
    tree = shapely.STRtree(shapes)
    whole = np.unique(tree.query(circles, predicate="contains")[1])
    near = pd.DataFrame(dict(zip(("circle", "cell"), tree.query(circles, predicate="intersects"), strict=True)))
    near = near[~near.cell.isin(whole)]
    left = shapes.copy()
    for _, turn in near.groupby(near.groupby("cell").cumcount()):
        left[turn.cell] = shapely.difference(left[turn.cell], circles[turn.circle])
    left[whole] = shapely.Polygon()
    return 1.0 - shapely.area(left) / shapely.area(shapes)
