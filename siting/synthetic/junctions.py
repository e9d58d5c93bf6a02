"""
What stands on single points of the roads: signals, gates, bollards, height restrictors.

Planned on purpose: signals at crossings of three or more main-road arms where it is built up; a gate on about half of
the driveways, most of them lift gates; a few bollards that no engine passes; `LOW_BARS` height restrictors.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from siting.synthetic.ground import Ground
from siting.synthetic.landuse import intensity
from siting.synthetic.plane import generator
from siting.synthetic.weave import Road

LOW_BARS = 14
Spot = tuple[float, float]


def make_junctions(ground: Ground, roads: list[Road], seed: int) -> dict[Spot, dict[str, str]]:
    """OSM tags by point of the plane."""
    rng = generator(seed, 5)
    tags = {spot: {"highway": "traffic_signals"} for spot in _signals(ground, roads)}
    for road in roads:
        if road.highway == "service":
            draw = rng.random()
            barrier = "lift_gate" if draw < 0.35 else "gate" if draw < 0.5 else "bollard" if draw < 0.53 else None
            if barrier:
                tags[spots(road)[1]] = {"barrier": barrier}
    streets = [road for road in roads if road.highway == "residential" and len(road.line.coords) > 3]
    for k in rng.choice(len(streets), LOW_BARS, replace=False):
        tags[spots(streets[k])[1]] = {"barrier": "height_restrictor", "maxheight": "2.5" if k % 2 else "4.2"}
    return tags


def spots(road: Road) -> list[Spot]:
    """The points of a road, rounded as `knit` leaves them."""
    return [(round(x, 1), round(y, 1)) for x, y in road.line.coords]


def _signals(ground: Ground, roads: list[Road]) -> list[Spot]:
    arms: Counter[Spot] = Counter()
    for road in roads:
        if road.highway in ("primary", "secondary") and "junction" not in road.tags:
            points = spots(road)
            arms.update(points[1:])
            arms.update(points[:-1])
    crossings = [spot for spot, count in arms.items() if count >= 3]
    return [spot for spot, value in zip(crossings, intensity(ground, np.array(crossings)), strict=True) if value > 0.2]
