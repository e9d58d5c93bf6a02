"""
Roads that a fire engine enters at few places: two motorways and an urban expressway, and the railway.

Planned on purpose: each is a pair of one-way carriageways that meets other roads only through ramps (districts should
not cross it); the motorways have 3 exits each, the expressway 5; where two of them cross, eight ramps join them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats
from siting.synthetic.ground import Ground
from siting.synthetic.plane import on_grid
from siting.synthetic.weave import Road

_HALF_M = 13.0
_RAMP_M = 420.0
_FOOT_M = (110.0, 480.0)
_COURSES = {
    "虚环高速": (
        {"highway": "motorway", "maxspeed": "120", "lanes": "3", "ref": "SYN1"},
        ((-16, 5.4), (-11, 4.6), (-5, 5.2), (2, 4.3), (8, 5.0), (16, 4.2)),
        (0.12, 0.52, 0.88),
    ),
    "拟江高速": (
        {"highway": "motorway", "maxspeed": "100", "lanes": "2", "ref": "SYN2"},
        ((-4.4, 15), (-5.6, 9), (-5.2, 1), (-6.0, -5), (-5.3, -16)),
        (0.12, 0.56, 0.88),
    ),
    "试城快速路": (
        {"highway": "trunk", "maxspeed": "80", "lanes": "3"},
        ((-16, -2.6), (-8, -2.9), (-1, -3.4), (3, -2.9), (8, -3.3), (16, -2.5)),
        (0.12, 0.42, 0.54, 0.66, 0.88),
    ),
}
"""Tags, course on the drawing board (km), and where along it an exit is wanted (share of its length)."""
_RAILWAY_KM = ((-16, -9.5), (-7, -6.3), (-1, -2.6), (4, 2.6), (9, 4.0), (16, 8.5))


@dataclass(frozen=True)
class FastRoad:
    """A road with its carriageways; `exits` are the crossings with main roads that have ramps."""

    name: str
    highway: str
    centre: LineString
    forward: LineString
    backward: LineString


def make_railway(ground: Ground) -> LineString:
    """The trunk line, on an embankment over every road."""
    return on_grid(_course(ground, _RAILWAY_KM))


def fast_roads(ground: Ground, mains: list[Road]) -> list[Road]:
    """Carriageways and ramps; they share points with `mains` only at the feet of ramps."""
    roads: list[Road] = []
    built: list[FastRoad] = []
    for name, (tags, course, wanted) in _COURSES.items():
        fast = _carriageways(ground, name, tags["highway"], course)
        tags = {**tags, "name": name, "oneway": "yes", "bridge": "viaduct", "layer": "2"}
        roads += [Road(line, tags, at_grade=False) for line in (fast.forward, fast.backward)]
        roads += [ramp for share in wanted for ramp in _exit(fast, share, mains)]
        roads += [ramp for other in built for ramp in _interchange(fast, other)]
        built.append(fast)
    return roads


def kept_clear(roads: list[Road], railway: LineString) -> BaseGeometry:
    """Land under viaducts, ramps and railway, where no street is built."""
    return shapely.union_all([railway.buffer(18), *(road.line.buffer(16) for road in roads)])


def _course(ground: Ground, points_km: tuple[tuple[float, float], ...]) -> LineString:
    """A course bent into the plane and cut to the land with roads."""
    line = ground.bend(LineString(np.multiply(points_km, 1000.0)))
    return max(shapely.get_parts(line.intersection(ground.land)), key=lambda part: part.length)


def _carriageways(ground: Ground, name: str, highway: str, course: tuple[tuple[float, float], ...]) -> FastRoad:
    centre = _course(ground, course)
    right, left = centre.offset_curve(-_HALF_M), centre.offset_curve(_HALF_M)
    return FastRoad(name, highway, centre, on_grid(right), on_grid(left.reverse()))


def _exit(fast: FastRoad, share: float, mains: list[Road]) -> list[Road]:
    """A diamond where the main road that crosses nearest to `share` of the length passes below; four ramps."""
    crossings = [
        (abs(fast.centre.project(point) / fast.centre.length - share), k, point)
        for k, road in enumerate(mains)
        for point in shapely.get_parts(fast.centre.intersection(road.line))
        if _feet(road.line, point) is not None
    ]
    _, k, point = min(crossings, key=lambda crossing: crossing[:2])
    feet = _feet(mains[k].line, point)
    assert feet is not None  # noqa: S101 - such crossings were left out above
    ramps = []
    for carriageway in (fast.forward, fast.backward):
        before, after = _around(carriageway, point)
        foot = min(feet, key=lambda foot: _side(before, after, foot))
        ramps += [_ramp(fast.highway, before, foot), _ramp(fast.highway, foot, after)]
    return ramps


def _interchange(one: FastRoad, other: FastRoad) -> list[Road]:
    """Eight ramps, from every carriageway of each road to both of the other."""
    where = one.centre.intersection(other.centre)
    if where.is_empty:
        return []
    point = shapely.get_parts(where)[0]
    pairs = [(a, b) for first, second in ((one, other), (other, one)) for a in _both(first) for b in _both(second)]
    return [_ramp("motorway", _around(a, point)[0], _around(b, point)[1]) for a, b in pairs]


def _both(fast: FastRoad) -> tuple[LineString, LineString]:
    return fast.forward, fast.backward


def _feet(line: LineString, crossing: Point) -> tuple[Floats, Floats] | None:
    """Two points of a main road, one on each side of the crossing, where ramps can end; None if it is too short."""
    points = np.asarray(line.coords)
    along = np.array([line.project(Point(point)) for point in points]) - line.project(crossing)
    sides = [np.flatnonzero((sign * along > _FOOT_M[0]) & (sign * along < _FOOT_M[1])) for sign in (-1, 1)]
    if not all(len(side) for side in sides):
        return None
    before, after = (points[side[np.argmin(np.abs(along[side]))]] for side in sides)
    return before, after


def _around(carriageway: LineString, crossing: Point) -> tuple[Floats, Floats]:
    """The points of a carriageway where its ramps leave before a crossing, and join after it."""
    points = np.asarray(carriageway.coords)
    along = np.array([carriageway.project(Point(point)) for point in points]) - carriageway.project(crossing)
    return points[np.argmin(np.abs(along + _RAMP_M))], points[np.argmin(np.abs(along - _RAMP_M))]


def _side(before: Floats, after: Floats, point: Floats) -> float:
    """Negative on the right of the way from `before` to `after`."""
    ahead, aside = after - before, point - before
    return float(ahead[0] * aside[1] - ahead[1] * aside[0])


def _ramp(highway: str, start: Floats, end: Floats) -> Road:
    """A one-way ramp that swings out to its right."""
    ahead = end - start
    middle = (start + end) / 2 + np.array([ahead[1], -ahead[0]]) * 0.12
    tags = {"highway": f"{highway}_link", "oneway": "yes", "layer": "1"}
    return Road(LineString([start, middle, end]), tags, at_grade=False)
