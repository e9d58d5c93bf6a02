"""Hydrants: how many count, the share of land and people within their radius, and what a plan builds, once more."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siting.verification.claim import Claim, column, number, same
from siting.verification.street_checks import check_streets, counted_hydrants
from siting.verification.written import State, Written, people_of

Floats = NDArray[np.float64]
QUARTER = 64
"""A circle is measured as a regular polygon of 256 sides, which lacks 0.01 % of its area."""
SHARE = 1e-7
"""How far a share may stray: pieces of land are added up in another order."""


def check_hydrants(written: Written) -> Iterator[Claim]:
    """Counts, shares of land and people and of each cell; streets, kerbs, heads and buildings; what a plan builds."""
    told = {row["measure"]: row for row in written.summary["hydrants"]}
    if not told:
        return
    for state in written.states:
        yield from _land(written, state, told)
        yield from check_streets(written, state.label, {name: row[state.label] for name, row in told.items()})
    for key in ("radius_m", "spacing_m", "wider_m", "near_m", "crane_spacing_m"):
        for row in written.summary["findings"]:
            if key in row["values"] and row["kind"].startswith("hydrant_") and row["passed"]:
                name = f"hydrants, {key} as {row['requirement_id']} asks"
                yield number(name, written.summary["hydrant_rules"][key], row["values"][key])
    yield from _built(written)


def _land(written: Written, state: State, told: dict[str, dict[str, Any]]) -> Iterator[Claim]:
    """How many count, and the shares of land and people within the radius, straight."""
    cells, label = written.layers["cells"], state.label
    figures = {row["key"]: row for row in written.summary["key_figures"]}
    column_name = f"{label}_hydrant_share"
    share = hydrant_share(written, label, told["radius_m"][label])
    yield column(f"cells.{column_name}", cells.cell_id, cells[column_name], share, SHARE)
    share_area = float(np.average(share, weights=cells.area_km2))
    counted = counted_hydrants(written, label)
    yield number(f"hydrants counted, {label}", told["n_counted"][label], len(counted))
    others = int((written.layers["hydrants"].status == "not_used").sum())  # a candidate is no hydrant yet
    yield number(f"hydrants not counted, {label}", told["n_not_counted"][label], others)
    yield number(f"hydrants, share of land, {label}", told["share_area"][label], share_area, SHARE)
    yield number(f"key figure hydrant_share_area, {label}", figures["hydrant_share_area"][label], share_area, SHARE)
    built_up = cells.area_km2 * cells.place.isin(written.summary["hydrant_rules"]["places"])
    within_m = told["radius_m"][label]
    near = (cells[f"{label}_hydrant_path_m"] <= within_m).to_numpy(dtype=np.float64)
    shares = (("share_people", people_of(cells), share), ("share_built_up", built_up, share),
              ("share_people_path", people_of(cells), near))  # fmt: skip
    for name, weight, of in shares:
        if weight.sum() > 0:
            yield number(f"hydrants, {name}, {label}", told[name][label], float(np.average(of, weights=weight)), SHARE)


def _built(written: Written) -> Iterator[Claim]:
    """Plans of hydrants: what they add is proposed, its number is the value, lots add up, and nothing is closed."""
    hydrants = written.layers["hydrants"].set_index("site_id")
    plans = [plan for plan in written.summary["plans"] if plan["kind"] == "hydrant"]
    built = sorted(hydrants.index[hydrants.status == "proposed"])
    yield same("hydrants proposed are those added", built, sorted(site for plan in plans for site in plan["added"]))
    for plan in plans:
        kept = sorted(hydrants.index[(hydrants.status == "existing") & (hydrants.reason.fillna("") == "")])
        yield same("hydrant plan: all that stand are kept", sorted(plan["kept"]), kept)
        yield same("hydrant plan: dropped", plan["dropped"], [])
        yield number("hydrant plan: value", plan["certificate"]["value"], len(plan["added"]))
        rows = hydrants.loc[built].assign(opens_in=hydrants.opens_in.fillna("").loc[built])
        lots = rows.groupby("opens_in").agg(
            hydrants=("status", "size"), people_closed=("weight_closed", "sum"), km_closed=("metres_closed", "sum")
        )
        told = written.layers["table_hydrant_lots"].fillna({"opens_in": ""}).set_index("opens_in")
        yield same("hydrant lots", sorted(told.index), sorted(lots.index))
        lots = lots.reindex(told.index)
        for name, factor in (("hydrants", 1.0), ("people_closed", 1.0), ("km_closed", 1e-3)):
            yield column(f"hydrant lots: {name}", told.index, told[name], lots[name].to_numpy() * factor, 1e-6)


@lru_cache(maxsize=2)
def hydrant_share(written: Written, label: str, radius_m: float) -> Floats:
    """Share of each cell within the radius of a hydrant that counts; asked for by several checks."""
    counted = counted_hydrants(written, label)
    return share_within(written.layers["cells"], counted.geometry, own_radius(counted, radius_m))


def own_radius(counted: gpd.GeoDataFrame, radius_m: float) -> Floats:
    """The radius that each hydrant brings, or the usual."""
    own = counted["radius_m"] if "radius_m" in counted else pd.Series(math.nan, index=counted.index)
    return np.asarray(own.astype("float64").fillna(radius_m), dtype=np.float64)


def share_within(cells: gpd.GeoDataFrame, points: gpd.GeoSeries, radius_m: Floats) -> Floats:
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
