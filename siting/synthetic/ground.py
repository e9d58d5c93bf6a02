"""
Boundary, grid units and water of the built-in district.

Planned on purpose, so that tests can look for it:

- 464.2 km² in 12 units whose areas are those of `UNITS` (measured in EPSG:4549);
- a river along the northern edge that no road of the extract crosses;
- canals every 2 to 5 km that only primary and secondary roads cross;
- a peninsula in the north-east, moated, that a single bridge reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats
from siting.synthetic.plane import Bend, generator, make_bend

AREA_KM2 = 464.2


class Unit(NamedTuple):
    """A grid unit: id, names, kind, area, and a point that pulls it to its place on the drawing board (km)."""

    unit_id: str
    name: str
    name_en: str
    kind: str
    area_km2: float
    pull_km: tuple[float, float]


UNITS = (
    Unit("U01", "拟桥镇", "Niqiao Town", "town", 88.0, (-7.0, 6.5)),
    Unit("U02", "样浜镇", "Yangbang Town", "town", 52.0, (7.5, 7.0)),
    Unit("U03", "例泾镇", "Lijing Town", "town", 40.0, (0.8, 8.0)),
    Unit("U04", "模塘镇", "Motang Town", "town", 41.0, (7.8, 0.4)),
    Unit("U05", "算圩镇", "Suanwei Town", "town", 57.0, (-7.5, -0.8)),
    Unit("U06", "虚亭镇", "Xuting Town", "town", 33.0, (-1.2, 2.6)),
    Unit("U07", "图溪镇", "Tuxi Town", "town", 43.0, (7.6, -7.4)),
    Unit("U08", "测河街道", "Cehe Subdistrict", "subdistrict", 4.0, (1.6, -0.4)),
    Unit("U09", "演城街道", "Yancheng Subdistrict", "subdistrict", 5.0, (3.6, 0.3)),
    Unit("U10", "示范街道", "Shifan Subdistrict", "subdistrict", 5.0, (2.7, -2.2)),
    Unit("U11", "虚谷管理委员会", "Xugu Committee", "committee", 19.0, (2.2, -6.2)),
    Unit("U12", "仿园工业区", "Fangyuan Industrial Zone", "industrial_zone", 77.2, (-5.2, -7.8)),
)
"""Areas of seed 001's district; all names are made of characters for imitation, sample, sketch and test."""

_CORNERS_KM = (
    (-9.4, -9.6), (-6.2, -11.4), (-2.4, -10.2), (0.8, -11.8), (4.8, -10.6), (8.9, -11.5), (10.9, -7.6), (9.5, -4.2),
    (11.2, -0.6), (10.0, 3.3), (11.5, 7.4), (10.2, 14.0), (-9.6, 14.0), (-11.4, 8.2), (-9.9, 4.3), (-11.5, 0.9),
    (-10.2, -3.7), (-11.4, -6.8),
)  # fmt: skip
_RIVER_KM = (
    (-16, 11.9),
    (-11, 10.9),
    (-7, 11.8),
    (-3, 10.9),
    (1, 11.9),
    (4.5, 11.0),
    (8, 11.7),
    (12, 10.6),
    (16, 11.4),
)
_PENINSULA_KM = ((8.1, 9.4), (9.0, 9.9), (9.9, 9.7), (10.1, 8.9), (9.6, 8.2), (8.6, 8.3))
_MOAT_M = 90.0
_CANAL_M = 14.0
_CANALS_KM = (
    ((-12.0, 6.9), (-5.0, 7.3), (0.0, 6.3), (6.0, 6.8), (11.5, 5.9)),
    ((-12.0, 1.9), (-4.0, 1.1), (1.0, 1.8), (5.0, 1.4), (11.5, 2.3)),
    ((-12.0, -4.4), (-3.0, -4.9), (3.0, -3.9), (11.0, -4.7)),
    ((-8.6, 11.0), (-8.1, 5.0), (-8.7, -2.0), (-8.2, -11.0)),
    ((-2.9, 10.9), (-3.4, 4.0), (-2.6, -3.0), (-3.2, -11.0)),
    ((0.5, -11.5), (0.2, -5.0), (0.7, 0.0), (0.1, 5.0), (0.6, 11.4)),
    ((5.6, 11.0), (5.2, 4.0), (5.9, -2.0), (5.4, -11.0)),
    ((-8.5, -7.7), (-3.0, -7.2), (0.4, -7.9)),
    ((5.4, -8.1), (10.4, -7.4)),
    ((-8.4, 9.3), (-5.5, 9.0), (-2.9, 9.3)),
    ((0.3, 4.1), (3.0, 4.4), (5.3, 3.9)),
    ((-8.2, -1.5), (-5.5, -1.2), (-2.7, -1.7)),
    ((0.5, -9.0), (3.0, -9.3), (5.5, -8.8)),
    ((5.7, -1.5), (8.0, -1.9), (10.6, -1.6)),
)


@dataclass(frozen=True)
class Ground:
    """
    The district's ground, in the plane.

    Attributes
    ----------
    bend
        From the drawing board into the plane.
    units
        Polygons in the order of `UNITS`; they share their edges point by point.
    boundary
        Their union.
    land
        Boundary and 2 km around it, south of the river: where there are roads.
    river, canals
        Centre lines.
    peninsula, moat
        The land behind the one bridge, and the water around it.
    water
        Canals with their width, and the moat.
    """

    bend: Bend
    units: tuple[Polygon, ...]
    boundary: Polygon
    land: Polygon
    river: LineString
    canals: tuple[LineString, ...]
    peninsula: Polygon
    moat: Polygon
    water: BaseGeometry

    def unit(self, unit_id: str) -> Polygon:
        """Polygon of a unit."""
        return self.units[[unit.unit_id for unit in UNITS].index(unit_id)]

    def unit_id_at(self, point: Point) -> str:
        """Id of the unit a point lies in."""
        return UNITS[int(np.argmin(shapely.distance(np.array(self.units), point)))].unit_id


def make_ground(seed: int) -> Ground:
    """Draw the district's ground."""
    bend = make_bend(generator(seed, 1))
    river = _smooth_line(_RIVER_KM)
    outline = _outline(bend, river)
    units = _units(bend, outline)
    peninsula = _smooth(Polygon(np.multiply(_PENINSULA_KM, 1000.0)), 200.0)
    ring = peninsula.buffer(_MOAT_M)
    canals = tuple(bend(_smooth_line(canal).difference(ring)) for canal in _CANALS_KM)
    moat = bend(ring).difference(bend(peninsula))
    return Ground(
        bend=bend,
        units=units,
        boundary=shapely.union_all(units),
        land=bend(outline.buffer(2000).intersection(_south_of(river, 150.0))),
        river=bend(river),
        canals=canals,
        peninsula=bend(peninsula),
        moat=moat,
        water=shapely.union_all([*(canal.buffer(_CANAL_M) for canal in canals), moat]),
    )


def _smooth(polygon: Polygon, radius_m: float) -> Polygon:
    return polygon.buffer(-radius_m).buffer(2 * radius_m).buffer(-radius_m).simplify(5.0)


def _smooth_line(points_km: tuple[tuple[float, float], ...]) -> LineString:
    """A line through points, its corners cut twice (Chaikin 1974)."""
    points = np.multiply(points_km, 1000.0)
    for _ in range(2):
        cut = np.empty((2 * len(points) - 2, 2))
        cut[0::2], cut[1::2] = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.vstack([points[:1], cut[1:-1], points[-1:]])
    return LineString(points)


def _south_of(river: LineString, bank_m: float) -> Polygon:
    shore = np.asarray(river.coords) - (0.0, bank_m)
    return Polygon([*shore, (16_000, -20_000), (-16_000, -20_000)])


def _outline(bend: Bend, river: LineString) -> Polygon:
    """The outline on the drawing board, scaled until the bent one has the district's area."""
    scale = 1.0
    for _ in range(40):
        corners = _smooth(Polygon(np.multiply(_CORNERS_KM, 1000.0 * scale)), 500.0)
        outline = corners.intersection(_south_of(river, 200.0))
        scale *= (AREA_KM2 * 1e6 / bend(outline).area) ** 0.6
    return outline


def _units(bend: Bend, outline: Polygon) -> tuple[Polygon, ...]:
    """
    The units as cells of a power diagram whose weights are turned until every area is right.

    For any points and any areas such weights exist (Aurenhammer, Hoffmann, Aronov 1998); plain ascent finds them.
    """
    points = np.multiply([unit.pull_km for unit in UNITS], 1000.0)
    target = np.array([unit.area_km2 for unit in UNITS]) * 1e6
    weights = np.zeros(len(UNITS))
    for _ in range(200):
        cells = [_power_cell(outline, points, weights, i) for i in range(len(UNITS))]
        missing = target - [bend(cell).area for cell in cells]
        if np.abs(missing).max() < 500.0:
            break
        weights += 0.5 * missing
    return _shared_edges(bend, cells)


def _power_cell(outline: Polygon, points: Floats, weights: Floats, i: int) -> BaseGeometry:
    """The part of `outline` nearer to point i than to any other, by squared distance minus weight."""
    cell: BaseGeometry = outline
    for j in range(len(points)):
        if j != i and not cell.is_empty:
            across = points[j] - points[i]
            length = float(np.hypot(*across))
            across = across / length
            offset = (length + (weights[i] - weights[j]) / length) / 2
            along = np.array([-across[1], across[0]]) * 60_000
            edge = points[i] + across * offset
            back = edge - across * 60_000
            cell = cell.intersection(Polygon([edge - along, edge + along, back + along, back - along]))
    return cell


def _shared_edges(bend: Bend, cells: list[BaseGeometry]) -> tuple[Polygon, ...]:
    """The cells bent into the plane, neighbours sharing every point of their edge."""
    edges = bend(shapely.line_merge(shapely.union_all([cell.boundary for cell in cells], grid_size=0.01)))
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(edges))))
    inside = [bend(cell.representative_point()) for cell in cells]
    return tuple(next(face for face in faces if face.contains(point)) for point in inside)
