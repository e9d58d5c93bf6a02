"""
What the ground is used for: faces between main roads and canals, from dense centre to farmland.

Planned on purpose: about 45 % construction land, split into urban and near-suburb; the industrial zone has jobs and
warehouses but few residents; villages lie one to a face among fields.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from siting.arrays import Floats
from siting.synthetic.ground import UNITS, Ground
from siting.synthetic.plane import GRID_M, generator

USES = {
    "centre": "urban",
    "town": "urban",
    "suburb": "near_suburb",
    "industry": "near_suburb",
    "village": "other",
    "farm": "other",
}
"""Use of a face, and its place in the sense of the standards."""

_SHARE_CENTRE, _SHARE_TOWN, _SHARE_CONSTRUCTION = 0.07, 0.19, 0.45
_SHARE_VILLAGES = 0.6
_STRENGTH = {"town": (0.72, 2300.0), "subdistrict": (1.0, 3600.0), "committee": (0.66, 2000.0)}
_INDUSTRY = (0.62, 4300.0)


@dataclass(frozen=True)
class Face:
    """A block of land between main roads and water: its polygon, its use (a key of `USES`), and its unit's position."""

    polygon: Polygon
    use: str
    unit: int


def intensity(ground: Ground, points: Floats) -> Floats:
    """How built-up it is at (P, 2) points, from 0 in the fields to 1 in the centre: bells over every unit's centre."""
    value = np.zeros(len(points))
    for unit, polygon in zip(UNITS, ground.units, strict=True):
        strength, radius_m = _STRENGTH.get(unit.kind, _INDUSTRY)
        away_m = np.hypot(*(points - (polygon.centroid.x, polygon.centroid.y)).T)
        value = np.maximum(value, strength * np.exp(-((away_m / radius_m) ** 2)))
    return value


def make_faces(ground: Ground, lines: list[shapely.LineString], seed: int) -> list[Face]:
    """The boundary cut along main roads and canals, each face with its use; largest intensity is built up first."""
    rng = generator(seed, 3)
    cuts = [*lines, *ground.canals, ground.boundary.exterior, ground.peninsula.exterior, *_rings(ground.moat)]
    noded = shapely.union_all(cuts, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(noded))))
    inside = shapely.point_on_surface(faces)
    faces = faces[shapely.contains(ground.boundary, inside) & ~shapely.contains(ground.moat, inside)]
    points = shapely.get_coordinates(shapely.point_on_surface(faces))
    score = intensity(ground, points) + rng.normal(0.0, 0.07, len(faces))
    score[shapely.intersects(faces, ground.peninsula.buffer(-50))] = 0.7
    order = np.argsort(-score)
    before = np.empty(len(faces))
    before[order] = np.cumsum(shapely.area(faces[order])) / ground.boundary.area
    unit_of = [next(u for u, unit in enumerate(ground.units) if unit.intersects(shapely.Point(p))) for p in points]
    is_village = rng.random(len(faces)) < _SHARE_VILLAGES
    return [
        Face(polygon, _use(share, UNITS[unit].kind, village), unit)
        for polygon, share, unit, village in zip(faces, before, unit_of, is_village, strict=True)
    ]


def _use(share: float, unit_kind: str, is_village: bool) -> str:
    if share > _SHARE_CONSTRUCTION:
        return "village" if is_village else "farm"
    if unit_kind == "industrial_zone":
        return "industry"
    return "centre" if share < _SHARE_CENTRE else "town" if share < _SHARE_TOWN else "suburb"


def _rings(polygon: Polygon) -> list[shapely.LineString]:
    return [polygon.exterior, *polygon.interiors]
