"""
Main roads: a bent, broken lattice of primary and secondary roads, radial roads, roundabouts and bridges.

Planned on purpose: primary roads every 2 to 3 km, secondary every 1 km where it is built up and broken elsewhere;
a canal is crossed by a `bridge=yes` piece of a main road only; three secondary roads duck under the railway at
`LOW_M`, too low for an engine; maxspeed is written on half of the roads, once as nonsense and once as a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from siting.arrays import Floats, Mask
from siting.synthetic.ground import Ground
from siting.synthetic.landuse import intensity
from siting.synthetic.names import road_names
from siting.synthetic.plane import GRID_M, generator
from siting.synthetic.weave import Road, knit, line_parts

_TURN = np.deg2rad(-7.0)
_RADIAL_TOWNS = ("U01", "U02", "U05", "U07")
_ROUNDABOUT_TOWNS = ("U01", "U02", "U07")
_ROUNDABOUT_M = 38.0
_LONGEST_CROSSING_M = 250.0
LOW_M = "2.8"
ODD_SPEEDS = ("fast", "60;40")
PENINSULA_BRIDGE = "拟岛大桥"


def main_roads(ground: Ground, railway: LineString, seed: int) -> list[Road]:
    """Primary and secondary roads, met and noded, with bridges and roundabouts."""
    rng = generator(seed, 2)
    names = road_names(rng)
    lines = [*_lattice(ground, rng, names), *_radials(ground, names)]
    dry = ground.land.difference(shapely.union_all([ground.peninsula, ground.moat]).buffer(40))
    roads = [replace(road, line=part) for road in lines for part in line_parts(road.line.intersection(dry), 200.0)]
    roads = _with_roundabouts(roads, ground)
    roads.append(_peninsula_road(ground, roads))
    roads = [piece for road in roads for piece in _pieces(road, ground.water, {"bridge": "yes", "layer": "1"})]
    low = [road for road in roads if road.highway == "secondary" and road.line.crosses(railway)][1:12:4]
    roads = [road for road in roads if road not in low]
    roads += [piece for road in low for piece in _pieces(road, railway.buffer(20), {"maxheight": LOW_M})]
    return knit(_with_speeds(roads, rng))


def _lattice(ground: Ground, rng: np.random.Generator, names: Iterator[str]) -> list[Road]:
    x, y = (np.cumsum(rng.uniform(880, 1230, 28)) - 14_800 for _ in range(2))
    grid = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1) + np.clip(rng.normal(0, 95, (28, 28, 2)), -220, 220)
    grid = grid @ np.array([[np.cos(_TURN), np.sin(_TURN)], [-np.sin(_TURN), np.cos(_TURN)]])
    roads = []
    for across in (grid, grid.transpose(1, 0, 2)):
        for k, points in enumerate(across):
            highway = "primary" if k % 3 == 1 else "secondary"
            keep = np.ones(len(points) - 1, bool) if highway == "primary" else _kept(ground, points, rng)
            name = next(names)
            roads += [
                Road(ground.bend(LineString(run)), {"highway": highway, "name": name}) for run in _runs(points, keep)
            ]
    return roads


def _kept(ground: Ground, points: Floats, rng: np.random.Generator) -> Mask:
    """Which stretches of a secondary road were built: nearly all in town, under half of them between fields."""
    middle = shapely.get_coordinates(ground.bend(shapely.points((points[1:] + points[:-1]) / 2)))
    return rng.random(len(middle)) < 0.42 + 0.8 * intensity(ground, middle)


def _runs(points: Floats, keep: Mask) -> list[Floats]:
    """Unbroken stretches of a line through `points` where `keep` holds."""
    edge = np.flatnonzero(np.diff(np.concatenate([[False], keep, [False]]).astype(int)))
    return [points[start : stop + 1] for start, stop in edge.reshape(-1, 2)]


def _radials(ground: Ground, names: Iterator[str]) -> list[Road]:
    """Old main roads from the middle of the first sub-district straight to four towns."""
    start = ground.unit("U08").centroid
    roads = []
    for town in (ground.unit(unit_id).centroid for unit_id in _RADIAL_TOWNS):
        aside = np.array([start.y - town.y, town.x - start.x]) * 0.06
        middle = np.array([(start.x + town.x) / 2, (start.y + town.y) / 2]) + aside
        line = shapely.segmentize(LineString([(start.x, start.y), middle, (town.x, town.y)]), 150.0)
        roads.append(Road(line, {"highway": "primary", "name": next(names)}))
    return roads


def _with_roundabouts(roads: list[Road], ground: Ground) -> list[Road]:
    """Cut a disc out of the main crossing nearest to three town centres, and drive round it (counter-clockwise)."""
    lines = shapely.union_all([road.line for road in roads], grid_size=GRID_M)
    ends, count = np.unique(
        shapely.get_coordinates(shapely.boundary(shapely.get_parts(lines))), axis=0, return_counts=True
    )
    crossings = ends[count >= 4]
    for unit_id in _ROUNDABOUT_TOWNS:
        centre = ground.unit(unit_id).centroid
        middle = crossings[np.argmin(np.hypot(*(crossings - (centre.x, centre.y)).T))]
        disc = Point(middle).buffer(_ROUNDABOUT_M, quad_segs=4)
        ring = np.asarray(shapely.orient_polygons(disc).exterior.coords)
        roads = [replace(road, line=part) for road in roads for part in line_parts(road.line.difference(disc), 1.0)]
        tags = {"highway": "secondary", "junction": "roundabout", "oneway": "yes", "name": "样环岛"}
        roads += [Road(LineString(ring[:9]), tags), Road(LineString(ring[8:]), tags)]
    return roads


def _peninsula_road(ground: Ground, roads: list[Road]) -> Road:
    """From the middle of the peninsula over the moat to the nearest main road: the only way in."""
    middle = ground.peninsula.centroid
    ashore = shapely.shortest_line(shapely.union_all([road.line for road in roads]), middle)
    landing = ashore.coords[0]
    line = shapely.segmentize(LineString([landing, (middle.x, middle.y)]), 150.0)
    return Road(line, {"highway": "secondary", "name": PENINSULA_BRIDGE})


def _pieces(road: Road, across: BaseGeometry, tags: dict[str, str]) -> list[Road]:
    """The road in pieces, those inside a strip that it crosses with more tags; a long one runs beside it."""
    if not road.line.intersects(across):
        return [road]
    special = replace(road, tags={**road.tags, **tags})
    return [
        replace(special if piece.length < _LONGEST_CROSSING_M and _is_inside(across, piece) else road, line=piece)
        for piece in split(road.line, across.boundary).geoms
    ]


def _is_inside(strip: BaseGeometry, piece: LineString) -> bool:
    return bool(strip.contains(piece.interpolate(0.5, normalized=True)))


def _with_speeds(roads: list[Road], rng: np.random.Generator) -> list[Road]:
    """Write maxspeed on half of the roads; the first ones get the odd values."""
    limit = {"primary": "60", "secondary": "50"}
    odd = iter(ODD_SPEEDS)
    return [
        replace(road, tags={**road.tags, "maxspeed": next(odd, limit[road.highway])}) if draw < 0.5 else road
        for road, draw in zip(roads, rng.random(len(roads)), strict=True)
    ]
