"""
Hydrants along main roads and streets where it is built up.

Planned on purpose: 80 to 200 m apart (the standard allows 120); a fifth of the roads has none; `DRY_UNIT` has a third
of what it should; none on the peninsula and none on bridges; one in 25 is abandoned or broken and must not count.
"""

from __future__ import annotations

import numpy as np
import shapely

from siting.synthetic.frontage import Place
from siting.synthetic.ground import Ground
from siting.synthetic.landuse import USES, Face
from siting.synthetic.plane import beside, generator
from siting.synthetic.weave import Road

DRY_UNIT = "U05"
STATUSES = ("in_use", "abandoned", "broken")
_KERB_M = {"primary": 16.0, "secondary": 12.0, "tertiary": 8.0}


def make_hydrants(ground: Ground, faces: list[Face], roads: list[Road], seed: int) -> list[Place]:
    """The hydrants of today, in order along each road."""
    rng = generator(seed, 9)
    built = shapely.union_all([face.polygon for face in faces if USES[face.use] != "other"])
    wet = built.difference(ground.peninsula.buffer(200)).intersection(ground.boundary)
    dry = ground.unit(DRY_UNIT)
    shapely.prepare(wet)
    places: list[Place] = []
    for road in roads:
        if road.highway in _KERB_M and not {"bridge", "junction"} & road.tags.keys():
            is_missing = rng.random() < (0.67 if dry.contains(road.line.centroid) else 0.2)
            along = np.cumsum(rng.uniform(80, 200, int(road.line.length / 80) + 1)) - 40
            if is_missing:
                continue
            points = [beside(road.line, float(m), _KERB_M[road.highway]) for m in along if m < road.line.length]
            places += [
                _hydrant(len(places) + k, p, rng) for k, p in enumerate((p for p in points if wet.contains(p)), 1)
            ]
    return places


def _hydrant(number: int, point: shapely.Point, rng: np.random.Generator) -> Place:
    status = str(rng.choice(STATUSES, p=[0.96, 0.015, 0.025]))
    type_ = "pillar" if rng.random() < 0.85 else "underground"
    return Place(point, {"hydrant_id": f"H{number:04d}", "status": status, "type": type_})
