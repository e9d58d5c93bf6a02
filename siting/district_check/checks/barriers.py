"""Districts that reach across what they should not: motorways, expressways, trunk railways, larger rivers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from siting.district_check.checks.say import not_judged, verdict_on
from siting.district_check.drawn import DrawnMap
from siting.district_check.model import Clause, Verdict


def crosses_barrier(clause: Clause, drawn: DrawnMap, *, severity: str, half_width_m: float, strip_m: float) -> Verdict:
    """
    Districts that a barrier of this severity cuts into pieces, worst by km² beyond the piece that holds the station.

    A piece that is nowhere wider than `strip_m` is the edge of cells or of a drawn line along the barrier, not land
    beyond it. Land within `half_width_m` of a barrier's line is the barrier's own.
    """
    standing = drawn.barriers.geometry[drawn.barriers.severity == severity]
    if standing.empty:
        return not_judged(clause, f"drawn_no_barrier_{severity}")
    is_line = ~standing.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()
    zone = shapely.union_all(shapely.buffer(standing.to_numpy(), np.where(is_line, half_width_m, 0.0)))
    beyond = {
        site: _beyond_km2(shape, home, zone, strip_m)
        for site, shape, home in drawn.districts[["geometry", "home"]].itertuples()
    }
    across = pd.Series(beyond, dtype=np.float64)
    said = f"drawn_crosses_{severity}"
    return verdict_on(clause, across[across > 0], "km²", said, all=len(across), km2=float(across.sum()))


def _beyond_km2(shape: shapely.Geometry, home: shapely.Point, zone: shapely.Geometry, strip_m: float) -> float:
    parts = shapely.get_parts(shapely.difference(shape, zone))
    if len(parts) < 2:
        return 0.0
    near = shapely.distance(parts, home)
    at_home = near == near.min()
    is_land = ~shapely.is_empty(shapely.buffer(parts, -strip_m / 2))
    parted = _parted_by(parts, shape, at_home)
    return float(shapely.area(parts[is_land & parted]).sum()) / 1e6


def _parted_by(parts: np.ndarray, shape: shapely.Geometry, at_home: np.ndarray) -> np.ndarray:
    """Whether a piece lies in the same connected part of the district as the station's, and yet apart from it."""
    whole = shapely.get_parts(shape)
    of_part = np.array([int(np.argmin(shapely.distance(whole, part.representative_point()))) for part in parts])
    return ~at_home & np.isin(of_part, of_part[at_home])
