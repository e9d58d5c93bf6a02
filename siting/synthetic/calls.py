"""
Three years of calls: records with a time, a type and a place, and some that lack one of them.

Planned on purpose: by day a third come from industry, where few live; by night nearly all from homes. Some records have
no place, no hour or no type, and some lie across the boundary, in exactly the numbers below.
"""

from __future__ import annotations

import datetime

import numpy as np
import shapely

from siting.arrays import Floats
from siting.synthetic.ground import Ground
from siting.synthetic.landuse import Face
from siting.synthetic.people import CELL_M, People
from siting.synthetic.plane import degrees, generator

CALLS = 1_800
WITHOUT_PLACE, WITHOUT_HOUR, WITHOUT_TYPE, OUTSIDE = 30, 20, 25, 12
TYPES = {"fire": 0.34, "rescue": 0.31, "assist": 0.2, "false_alarm": 0.15}
_FROM, _DAYS = datetime.datetime(2023, 1, 1, tzinfo=datetime.UTC), 3 * 365
_BY_DAY, _AT_WORK = 0.62, {True: 0.34, False: 0.05}

Call = tuple[str, str, str, str, str]
"""call_id, time, type, lon, lat, as they are written."""


def make_calls(ground: Ground, faces: list[Face], people: People, seed: int) -> list[Call]:
    """The records in order of time."""
    rng = generator(seed, 10)
    is_day = rng.random(CALLS) < _BY_DAY
    hour = np.where(is_day, rng.uniform(8, 20, CALLS), rng.uniform(20, 32, CALLS) % 24)
    moments = [
        _FROM + datetime.timedelta(days=int(day), hours=float(at))
        for day, at in zip(rng.integers(0, _DAYS, CALLS), hour, strict=True)
    ]
    at_work = rng.random(CALLS) < np.where(is_day, _AT_WORK[True], _AT_WORK[False])
    points = np.where(at_work[:, None], _in_industry(faces, rng), _at_home(people, rng))
    types = rng.choice(list(TYPES), CALLS, p=list(TYPES.values()))
    odd = rng.permutation(CALLS)[: WITHOUT_PLACE + WITHOUT_HOUR + WITHOUT_TYPE + OUTSIDE]
    no_place, no_hour, no_type, outside = np.split(odd, np.cumsum([WITHOUT_PLACE, WITHOUT_HOUR, WITHOUT_TYPE]))
    points[outside] = (ground.boundary.bounds[2] + 1500.0, ground.boundary.centroid.y)
    places = degrees(points).astype(str)
    places[no_place] = ""
    types[no_type] = ""
    times = [f"{moment:%Y-%m-%d %H:%M}" for moment in moments]
    for call in no_hour:
        times[call] = times[call][:10]
    order = sorted(range(CALLS), key=lambda call: moments[call])
    return [
        (f"SYNTHETIC合成数据-{number:04d}", times[call], str(types[call]), str(places[call, 0]), str(places[call, 1]))
        for number, call in enumerate(order, start=1)
    ]


def _at_home(people: People, rng: np.random.Generator) -> Floats:
    """A point for each call, by where people live."""
    grid = people.grid.ravel()
    cell = rng.choice(len(grid), CALLS, p=grid / grid.sum())
    row, col = np.divmod(cell, people.grid.shape[1])
    corner = np.column_stack([people.west + col * CELL_M, people.north - (row + 1) * CELL_M])
    return np.asarray(corner + rng.uniform(0, CELL_M, (CALLS, 2)))


def _in_industry(faces: list[Face], rng: np.random.Generator) -> Floats:
    """A point for each call, by the land of industry."""
    works = [face.polygon for face in faces if face.use == "industry"]
    area = shapely.area(works)
    middle = shapely.point_on_surface(np.array(works)[rng.choice(len(works), CALLS, p=area / area.sum())])
    return np.asarray(shapely.get_coordinates(middle) + rng.uniform(-60, 60, (CALLS, 2)))
