"""
Who lives where: people per 100 m cell, whole numbers whose sum is `PEOPLE` exactly.

Planned on purpose: half of the people live on a sixth of the land; the cut-off village has 1,000; no cell with people
touches the boundary, so that none is lost when cells are clipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from siting.arrays import Floats
from siting.synthetic.ground import Ground
from siting.synthetic.landuse import Face, intensity
from siting.synthetic.plane import generator
from siting.synthetic.streets import island_place

PEOPLE = 1_712_000
ISLAND_PEOPLE = 1_000
CELL_M = 100.0
_PER_KM2 = {"centre": 15_500.0, "town": 9_500.0, "suburb": 4_200.0, "industry": 900.0, "village": 120.0, "farm": 25.0}


@dataclass(frozen=True)
class People:
    """People per cell, rows from the north; `west`, `north` is the outer corner of the first cell, in metres."""

    grid: Floats
    west: float
    north: float


def make_people(ground: Ground, faces: list[Face], seed: int) -> People:
    """Spread the people over the district."""
    rng = generator(seed, 6)
    west, south, east, north = np.array(ground.boundary.bounds) / CELL_M
    x = (np.arange(np.floor(west), np.ceil(east)) + 0.5) * CELL_M
    y = (np.arange(np.ceil(north), np.floor(south), -1) - 0.5) * CELL_M
    points = np.column_stack([np.tile(x, len(y)), np.repeat(y, len(x))])
    density = _density(ground, faces, points, rng)
    squares = shapely.box(*(points - CELL_M / 2).T, *(points + CELL_M / 2).T)
    land = ground.boundary.buffer(-1.0).difference(ground.moat)
    shapely.prepare(land)
    density[~shapely.contains_properly(land, squares)] = 0.0
    island = shapely.contains(island_place(ground, faces), shapely.points(points))
    people = _whole(np.where(island, 0.0, density), PEOPLE - ISLAND_PEOPLE) + _whole(
        island.astype(float), ISLAND_PEOPLE
    )
    return People(people.reshape(len(y), len(x)), float(x[0] - CELL_M / 2), float(y[0] + CELL_M / 2))


def _density(ground: Ground, faces: list[Face], points: Floats, rng: np.random.Generator) -> Floats:
    """Relative density at points: by use of the face, denser towards centres, uneven, with villages as small bells."""
    polygons = np.array([face.polygon for face in faces])
    point, face = shapely.STRtree(polygons).query(shapely.points(points), predicate="intersects")
    base = np.zeros(len(points))
    base[point] = [_PER_KM2[faces[f].use] for f in face]
    density = base * (0.6 + intensity(ground, points)) * rng.lognormal(0.0, 0.45, len(points))
    for one in faces:
        if one.use == "village":
            middle = one.polygon.representative_point()
            away_m = np.hypot(*(points - (middle.x, middle.y)).T)
            density += rng.uniform(1500, 9000) * np.exp(-((away_m / 210.0) ** 2))
    return density


def _whole(weight: Floats, total: int) -> Floats:
    """`total` shared out by weight in whole numbers, the largest remainders rounded up."""
    share = weight * (total / weight.sum())
    whole = np.floor(share)
    whole[np.argsort(whole - share, kind="stable")[: total - int(whole.sum())]] += 1
    return whole
