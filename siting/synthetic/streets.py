"""
Streets inside the blocks between main roads, each block with a direction of its own.

Planned on purpose: no street crosses a canal, a railway or a viaduct; about a fifth end dead; some streets of the
centre are one-way, a few of them tagged `oneway=-1`; villages hang on one lane; one new village in the west has no
road to anywhere (its streets are called `ISLAND_NAME`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from siting.synthetic.ground import Ground
from siting.synthetic.landuse import Face
from siting.synthetic.names import road_names
from siting.synthetic.plane import beside, generator
from siting.synthetic.weave import Road

ISLAND_NAME = "断路新村路"
GATE_M = 10.0
"""A driveway has a point here, where its gate stands if it has one."""
_SPACING_M = {"centre": 175.0, "town": 215.0, "suburb": 310.0, "industry": 400.0}
_DEAD_END = {"centre": 0.15, "town": 0.2, "suburb": 0.3, "industry": 0.2}
_ISLAND_KM = (-9.6, 3.3)
_ISLAND_DEPTH_M, _ISLAND_HALF_M = 570.0, 120.0


def make_streets(ground: Ground, faces: list[Face], mains: list[Road], clear: BaseGeometry, seed: int) -> list[Road]:
    """Streets of every block, on land that water and fast roads leave free."""
    rng = generator(seed, 4)
    island = island_place(ground, faces)
    taken = shapely.union_all([clear, ground.water.buffer(8), island.buffer(150)])
    shapely.prepare(taken)
    names = road_names(rng, "街")
    main_lines = shapely.union_all([road.line for road in mains])
    shapely.prepare(main_lines)
    roads: list[Road] = []
    for face in faces:
        free = face.polygon.difference(taken) if taken.intersects(face.polygon) else face.polygon
        if face.use in _SPACING_M:
            roads += _block(face, free, main_lines, names, rng)
        elif face.use == "village":
            roads += _village(face, free, main_lines, rng)
    return roads


def island_streets(ground: Ground, faces: list[Face]) -> list[Road]:
    """Six streets that meet each other and nothing else."""
    west, south, east, north = island_place(ground, faces).bounds
    tags = {"highway": "residential", "name": ISLAND_NAME}
    across = [LineString([(west, y), (east, y)]) for y in np.linspace(south + 20, north - 20, 3)]
    along = [LineString([(x, south), (x, north)]) for x in np.linspace(west + 20, east - 20, 3)]
    return [Road(line, tags) for line in across + along]


def island_place(ground: Ground, faces: list[Face]) -> Polygon:
    """Where the cut-off village stands: so deep in a field of the west that no road is within 400 m of it."""
    wanted = ground.bend(Point(np.multiply(_ISLAND_KM, 1000.0)))
    depths = [shapely.maximum_inscribed_circle(face.polygon, 10.0) for face in faces if face.use == "farm"]
    depth = min((line for line in depths if line.length > _ISLAND_DEPTH_M), key=lambda line: line.distance(wanted))
    return Point(depth.coords[0]).buffer(_ISLAND_HALF_M, cap_style="square")


def _block(
    face: Face, free: BaseGeometry, main_lines: BaseGeometry, names: Iterator[str], rng: np.random.Generator
) -> list[Road]:
    """Two families of streets at right angles, jittered, the middle one of each a tertiary road."""
    angle = _direction(face.polygon) + rng.normal(0.0, 4.0)
    edge = face.polygon.exterior.buffer(45.0)
    roads = []
    for turn in (0.0, 90.0):
        lines = _family(face.polygon, angle + turn, _SPACING_M[face.use], rng)
        for k, line in enumerate(lines):
            is_middle = k == len(lines) // 2
            tags = _tags(face.use, is_middle, names, rng)
            for part in shapely.get_parts(line.intersection(free)):
                if part.length < 70 or part.intersection(edge).length > 0.5 * part.length:
                    continue
                street = part if is_middle else _dead_end(part, face.use, rng)
                roads.append(Road(street, tags if _is_through(street, main_lines) else _both_ways(tags)))
    return roads + [spur for road in roads for spur in _spurs(road, face.use, rng)]


def _direction(polygon: Polygon) -> float:
    """Degrees of the longer side of the smallest rectangle around a polygon."""
    corners = np.asarray(polygon.minimum_rotated_rectangle.exterior.coords)
    sides = np.diff(corners[:3], axis=0)
    dx, dy = sides[np.argmax(np.hypot(*sides.T))]
    return float(np.degrees(np.arctan2(dy, dx))) % 180.0


def _family(polygon: Polygon, angle: float, spacing_m: float, rng: np.random.Generator) -> list[LineString]:
    """Slightly crooked parallel lines over a polygon."""
    middle, half = polygon.centroid, polygon.length / 3
    offsets = np.arange(-half, half, spacing_m) + rng.uniform(-0.5, 0.5) * spacing_m
    offsets += rng.normal(0.0, 0.1 * spacing_m, len(offsets))
    x = np.linspace(-half, half, 5)
    lines = [LineString(np.column_stack([x, offset + rng.normal(0.0, 9.0, 5)])) for offset in offsets]
    return [rotate(translate(line, middle.x, middle.y), angle, origin=middle) for line in lines]


def _tags(use: str, is_middle: bool, names: Iterator[str], rng: np.random.Generator) -> dict[str, str]:
    draw = rng.random(4)
    if is_middle:
        tags = {"highway": "tertiary"} | ({"maxspeed": "40"} if draw[0] < 0.4 else {})
    else:
        tags = {"highway": "unclassified" if use == "industry" else "residential"}
    if use == "centre" and not is_middle and draw[1] < 0.16:
        tags["oneway"] = "-1" if draw[2] < 0.2 else "yes"
    if is_middle or draw[3] < 0.12:
        name = next(names, None)
        tags |= {"name": name} if name else {}
    return tags


def _is_through(street: LineString, main_lines: BaseGeometry) -> bool:
    """Whether a street leads from one main road to another."""
    return all(shapely.dwithin(main_lines, end, 1.0) for end in shapely.get_parts(street.boundary))


def _both_ways(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key != "oneway"}


def _dead_end(line: LineString, use: str, rng: np.random.Generator) -> LineString:
    """Some streets stop before the other side of their block."""
    draw, share, side = rng.random(3)
    if draw > _DEAD_END[use] or line.length < 250:
        return line
    cut = 0.35 + 0.45 * share
    return substring(line, 0.0, cut, normalized=True) if side < 0.5 else substring(line, 1 - cut, 1.0, normalized=True)


def _spurs(road: Road, use: str, rng: np.random.Generator) -> list[Road]:
    """Driveways into estates, yards and works, off a street at right angles."""
    if road.highway == "tertiary" or rng.random() > (0.35 if use in ("centre", "town") else 0.25):
        return []
    along = rng.uniform(0.2, 0.8) * road.line.length
    reach = rng.uniform(40, 95) * (1 if rng.random() < 0.5 else -1)
    line = _stub(road.line, along, reach).line
    with_gate = LineString([line.coords[0], line.interpolate(GATE_M), line.coords[1]])
    return [Road(with_gate, {"highway": "service", "service": "driveway"})]


def _stub(line: LineString, along_m: float, reach_m: float) -> Road:
    """A street off a line at right angles, to the right by `reach_m` (left if negative)."""
    start, end = beside(line, along_m, 0.0), beside(line, along_m, reach_m)
    return Road(LineString([start, end]), {"highway": "residential"})


def _village(face: Face, free: BaseGeometry, main_lines: BaseGeometry, rng: np.random.Generator) -> list[Road]:
    """A lane from the nearest main road to the middle of a face, with a few stubs; nothing where water is between."""
    middle = face.polygon.representative_point()
    lane = shapely.shortest_line(main_lines, middle)
    inland = lane.difference(Point(lane.coords[0]).buffer(1.0))
    if lane.length < 150 or not free.covers(inland):
        return []
    lane = LineString([lane.coords[0], _beyond(lane, rng.uniform(60, 160))])
    roads = [Road(lane, {"highway": "unclassified"})]
    for along in np.arange(lane.length - 40, lane.length * 0.35, -rng.uniform(70, 130))[:5]:
        roads += [_stub(lane, along, side * rng.uniform(70, 240)) for side in (-1, 1)]
    kept = [replace(road, line=part) for road in roads for part in shapely.get_parts(road.line.intersection(free))]
    return [road for road in kept if road.line.length > 30]


def _beyond(line: LineString, further_m: float) -> tuple[float, float]:
    (x0, y0), (x1, y1) = line.coords
    scale = (line.length + further_m) / line.length
    return x0 + (x1 - x0) * scale, y0 + (y1 - y0) * scale
