"""Every piece of land has one station, and every district is one piece."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.district_check.checks.say import not_judged, verdict_on, worst_first
from siting.district_check.drawn import DrawnMap
from siting.district_check.model import Clause, Verdict


def nothing_twice(clause: Clause, drawn: DrawnMap) -> Verdict:
    """Pairs of districts that overlap by more than a sliver, worst by km²."""
    shapes, ids = drawn.districts.geometry.to_numpy(), drawn.districts.index.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    km2 = shapely.area(_wide(shapely.intersection(shapes[a], shapes[b]), drawn.sliver_m)) / 1e6
    a, b, km2 = a[km2 > 0], b[km2 > 0], km2[km2 > 0]
    pairs = pd.Series(km2, index=[f"{ids[i]} + {ids[j]}" for i, j in zip(a, b, strict=True)], dtype=np.float64)
    sites = tuple(ids[np.union1d(a, b)].astype(str))
    return Verdict(
        clause,
        measured=float(len(pairs)),
        required=0.0,
        unit="pairs",
        passed=pairs.empty,
        worst=worst_first(pairs),
        worst_unit="km²",
        sites=sites,
        said="drawn_nothing_twice",
        values={"n": len(pairs), "km2": float(pairs.sum())},
    )


def nothing_left_out(clause: Clause, drawn: DrawnMap) -> Verdict:
    """Km² of land that needs a station and is in no district; worst by grid unit, or by cell without units."""
    land = drawn.cells[drawn.cells.is_required]
    given = drawn.districts.geometry.union_all()
    shapely.prepare(given)
    open_land = land[~shapely.contains_properly(given, land.geometry.to_numpy())]  # all that could be left out
    left = shapely.difference(open_land.geometry.union_all(), given)
    parts = gpd.GeoSeries(shapely.get_parts(_wide(np.array([left]), drawn.sliver_m)), crs=land.crs)
    left_km2 = float(parts.area.sum()) / 1e6
    where = open_land.unit_id.where(open_land.unit_id != "", open_land.index.astype(str))
    gone = shapely.area(shapely.intersection(open_land.geometry.to_numpy(), parts.union_all())) / 1e6
    by_place = pd.Series(gone, index=where.to_numpy()).groupby(level=0).sum()
    worst = worst_first(by_place[by_place > 0])
    values = {"km2": left_km2, "all_km2": float(land.area_km2.sum())}
    return Verdict(clause, left_km2, 0.0, "km²", not worst, worst, "km²", (), "drawn_nothing_left_out", values)


def connected(clause: Clause, drawn: DrawnMap) -> Verdict:
    """Districts in several pieces that share no edge (a corner is no way across), worst by number of pieces."""
    pieces = drawn.districts.geometry.map(lambda shape: len(land_parts(shape, drawn.sliver_m)))
    if pieces.empty:
        return not_judged(clause, "drawn_no_district")
    return verdict_on(clause, pieces[pieces > 1].astype(float), "pieces", "drawn_connected", all=len(pieces))


def land_parts(shape: shapely.Geometry, sliver_m: float) -> np.ndarray:
    """The pieces of a shape that are anywhere wider than a sliver."""
    parts = shapely.get_parts(shape)
    return parts[~shapely.is_empty(shapely.buffer(parts, -sliver_m / 2))]


def _wide(shapes: np.ndarray, sliver_m: float) -> np.ndarray:
    """Each shape without its pieces that are nowhere wider than a sliver."""
    return np.array([shapely.multipolygons(_polygons(land_parts(shape, sliver_m))) for shape in shapes], dtype=object)


def _polygons(parts: np.ndarray) -> np.ndarray:
    return parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
