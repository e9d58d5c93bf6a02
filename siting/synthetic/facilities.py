"""
Stations, micro stations, places to keep clear of, and lots where a station could be built.

Planned on purpose:

- 11 stations: four overlap in the centre, none stands in `UNIT_WITHOUT_STATION`, and the land between the towns is
  far from all of them; 7 know their own turnout; one stands on a lot too small for its class (`SMALL_LOT`);
- 8 micro stations of the first class;
- lots: `NEAR_EXIT` within 40 m of a school, hospital or mall, `NEAR_HAZARD` within 250 m of a hazardous site, some
  below 600 m² (class ""), some on residential streets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import Point

from siting.arrays import Floats
from siting.synthetic.ground import UNITS, Ground
from siting.synthetic.landuse import Face
from siting.synthetic.plane import CENTRE, beside, generator
from siting.synthetic.roads import Road

SMALL_LOT = "S05"
UNIT_WITHOUT_STATION = "U11"
NEAR_EXIT, NEAR_HAZARD = 12, 10
_LOTS = 300
_STATIONS = (
    ("S01", "演城特勤消防站", "特勤站", (4.0, -1.1), 9, 52, 6400, 45.0),
    ("S02", "虚亭一级消防站", "一级站", (1.3, -0.7), 6, 38, 4700, 50.0),
    ("S03", "示范一级消防站", "一级站", (3.2, -3.6), 6, 36, 4300, 55.0),
    ("S04", "测河小型消防站", "小型站", (2.4, -1.9), 2, 15, 800, 45.0),
    ("S05", "模塘二级消防站", "二级站", (6.9, -0.7), 3, 20, 1900, None),
    ("S06", "拟桥一级消防站", "一级站", (-6.1, 6.1), 5, 32, 4100, 60.0),
    ("S07", "例泾二级消防站", "二级站", (1.8, 8.1), 3, 18, 2600, None),
    ("S08", "样浜二级消防站", "二级站", (6.9, 6.6), 3, 18, 2500, 70.0),
    ("S09", "仿园一级消防站", "一级站", (-2.7, -6.3), 7, 40, 5200, 60.0),
    ("S10", "图溪二级消防站", "二级站", (6.6, -7.3), 4, 22, 3000, None),
    ("S11", "算圩小型消防站", "小型站", (-6.9, -1.4), 2, 15, 700, None),
)
"""Id, name, class, place (km from the centre), engines, staff, lot in m², turnout in seconds."""
_MICRO = (
    ("M1", "测河", (2.0, -0.2)), ("M2", "演城", (4.6, 0.6)), ("M3", "示范", (2.3, -2.7)), ("M4", "虚谷", (2.6, -6.0)),
    ("M5", "虚亭", (0.4, 2.8)), ("M6", "拟桥", (-7.3, 5.6)), ("M7", "仿园", (-4.6, -8.3)), ("M8", "样浜", (8.9, 8.9)),
)  # fmt: skip
_PROTECTED = {"school": ("学校", 60), "kindergarten": ("幼儿园", 30), "hospital": ("医院", 8), "mall": ("商场", 12)}
_HAZARDS = (("hazardous_chemicals", "危化品仓库", 5), ("gas", "燃气储配站", 3))
WIND_NOTE = "prevailing wind ESE (虚构: 主导风向东南偏东); a station should stand upwind or to the side"
_CLASS_BY_LOT = ((5600, "特勤站"), (3900, "一级站"), (2300, "二级站"), (600, "小型站"), (0, ""))
"""Smallest lot of each class, m² (建标152-2017)."""


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


def make_stations(ground: Ground, roads: list[Road]) -> list[Place]:
    """The stations of today."""
    front = _frontage(ground, roads, ("primary", "secondary"))
    return [
        Place(
            point := _beside_nearest(front, place_km, 35.0),
            {"site_id": site_id, "name": name, "class": class_, "unit_id": _unit_id(ground, point), "engines": engines,
             "staff": staff, "lot_m2": lot_m2, "turnout_s": turnout_s},
        )
        for site_id, name, class_, place_km, engines, staff, lot_m2, turnout_s in _STATIONS
    ]  # fmt: skip


def make_micro_stations(ground: Ground, roads: list[Road]) -> list[Place]:
    """The micro stations of the first class."""
    front = _frontage(ground, roads, ("secondary", "tertiary", "residential"))
    return [
        Place(
            point := _beside_nearest(front, place_km, 15.0),
            {"site_id": site_id, "name": f"{name}一级微型消防站", "class": "一级微型消防站",
             "unit_id": _unit_id(ground, point), "engines": 1, "staff": 8, "is_24h": True},
        )
        for site_id, name, place_km in _MICRO
    ]  # fmt: skip


def make_protected(ground: Ground, faces: list[Face], roads: list[Road], seed: int) -> list[Place]:
    """Exits of crowded places, which a station keeps 50 m from, and hazardous sites, 300 m."""
    rng = generator(seed, 7)
    streets = _frontage(ground, roads, ("secondary", "tertiary", "residential"))
    built = shapely.union_all([face.polygon for face in faces if face.use in ("centre", "town", "suburb")])
    works = shapely.union_all([face.polygon for face in faces if face.use == "industry"])
    places = []
    for kind, (name, count) in _PROTECTED.items():
        for k, (point, _) in enumerate(_scattered(streets, built, count, 22.0, rng), start=1):
            places.append(_protected(f"{kind[0].upper()}{k:02d}", kind, f"虚构{name}{k:02d}", "", point))
    lanes = _frontage(ground, roads, ("unclassified", "tertiary"))
    for kind, name, count in _HAZARDS:
        for k, (point, _) in enumerate(_scattered(lanes, works, count, 60.0, rng), start=1):
            places.append(_protected(f"{kind[:3].upper()}{k}", kind, f"虚构{name}{k}", WIND_NOTE, point))
    return places


def make_lots(ground: Ground, faces: list[Face], roads: list[Road], protected: list[Place], seed: int) -> list[Place]:
    """Lots along roads, most of them good for a station, some not."""
    rng = generator(seed, 8)
    built = shapely.union_all([face.polygon for face in faces if face.use not in ("farm", "village")])
    mains = _frontage(ground, roads, ("primary", "secondary"))
    lanes = _frontage(ground, roads, ("tertiary", "residential"))
    spread = [
        *_scattered(mains, built, 190, 40.0, rng),
        *_scattered(mains, ground.boundary, 38, 40.0, rng),
        *_scattered(lanes, built, _LOTS - 190 - 38 - NEAR_EXIT - NEAR_HAZARD, 30.0, rng),
    ]
    exits = [place.point for place in protected if not place.columns["wind_note"]]
    hazards = [place.point for place in protected if place.columns["wind_note"]]
    for points, count, reach_m in ((exits, NEAR_EXIT, 38.0), (hazards, NEAR_HAZARD, 230.0)):
        for k in range(count):
            point, turn = points[k * len(points) // count], rng.uniform(0, 2 * np.pi)
            away = rng.uniform(0.5, 1.0) * reach_m
            spread.append((Point(point.x + away * np.cos(turn), point.y + away * np.sin(turn)), "tertiary"))
    return [_lot(ground, k, point, highway, rng) for k, (point, highway) in enumerate(spread, start=1)]


def _lot(ground: Ground, k: int, point: Point, highway: str, rng: np.random.Generator) -> Place:
    is_tiny = rng.random() < 0.04
    lot_m2 = round(float(rng.uniform(250, 590) if is_tiny else rng.lognormal(8.25, 0.5)) / 10) * 10
    near = 1.0 / (1.0 + point.distance(ground.units[8].centroid) / 4000.0)
    columns = {
        "site_id": f"L{k:03d}",
        "name": f"地块 L{k:03d}",
        "class": next(name for least_m2, name in _CLASS_BY_LOT if lot_m2 >= least_m2),
        "lot_m2": lot_m2,
        "frontage": highway,
        "ownership": str(rng.choice(["国有", "集体", "企业"], p=[0.55, 0.3, 0.15])),
        "cost_10k_cny": round(lot_m2 * (0.25 + 1.6 * near) * float(rng.uniform(0.8, 1.25))),
        "unit_id": _unit_id(ground, point),
    }
    return Place(point, columns)


def _protected(protected_id: str, kind: str, name: str, wind_note: str, point: Point) -> Place:
    return Place(point, {"protected_id": protected_id, "kind": kind, "name": name, "wind_note": wind_note})


def _frontage(ground: Ground, roads: list[Road], highways: tuple[str, ...]) -> Frontage:
    chosen = [road for road in roads if road.highway in highways and not {"bridge", "junction"} & road.tags.keys()]
    inside = [road for road in chosen if ground.boundary.buffer(-100).contains(road.line)]
    return Frontage(np.array([road.line for road in inside]), tuple(road.highway for road in inside))


def _beside_nearest(front: Frontage, place_km: tuple[float, float], away_m: float) -> Point:
    """A point `away_m` to the right of the road nearest to a place."""
    place = Point(np.array(CENTRE) + np.multiply(place_km, 1000.0))
    line = front.lines[np.argmin(shapely.distance(front.lines, place))]
    return beside(line, line.project(place), away_m)


def _scattered(
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


def _unit_id(ground: Ground, point: Point) -> str:
    away: Floats = shapely.distance(np.array(ground.units), point)
    return UNITS[int(np.argmin(away))].unit_id
