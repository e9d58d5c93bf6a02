"""Places beside roads: a point with its columns, and the roads it may front."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import Point

from siting.synthetic.ground import Ground
from siting.synthetic.plane import beside, spot
from siting.synthetic.weave import Road


@dataclass(frozen=True)
class Place:
    """A point in the plane and its columns."""

    point: Point
    columns: dict[str, Any]


@dataclass(frozen=True)
class Frontage:
    """Roads of some classes inside the boundary, to put places beside."""

    lines: Any
    highways: tuple[str, ...]


def frontage(ground: Ground, roads: list[Road], highways: tuple[str, ...]) -> Frontage:
    """Roads of these classes, without bridges and roundabouts, at least 100 m inside the boundary."""
    chosen = [road for road in roads if road.highway in highways and not {"bridge", "junction"} & road.tags.keys()]
    inside = [road for road in chosen if ground.boundary.buffer(-100).contains(road.line)]
    return Frontage(np.array([road.line for road in inside]), tuple(road.highway for road in inside))


def beside_nearest(front: Frontage, place_km: tuple[float, float], away_m: float) -> Point:
    """A point `away_m` to the right of the road nearest to a place."""
    place = spot(place_km)
    line = front.lines[np.argmin(shapely.distance(front.lines, place))]
    return beside(line, line.project(place), away_m)


def scattered(
    front: Frontage, within: Any, count: int, away_m: float, rng: np.random.Generator
) -> list[tuple[Point, str]]:
    """Points beside random stretches of road, and the class of road each fronts."""
    shapely.prepare(within)
    length = shapely.length(front.lines)
    found: list[tuple[Point, str]] = []
    while len(found) < count:
        k = rng.choice(len(front.lines), p=length / length.sum())
        point = beside(front.lines[k], rng.uniform(0, length[k]), away_m * (1 if rng.random() < 0.5 else -1))
        if within.contains(point) and all(point.distance(other) > 120 for other, _ in found):
            found.append((point, front.highways[k]))
    return found
