"""
Lots where a station could be built, and the places it has to keep clear of.

Planned on purpose: `NEAR_EXIT` lots within 40 m of a school, hospital or mall, `NEAR_HAZARD` within 250 m of a
hazardous site, some below 600 m² (class ""), some on residential streets.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely import Point

from siting.synthetic.frontage import Place, frontage, scattered
from siting.synthetic.ground import Ground
from siting.synthetic.landuse import Face
from siting.synthetic.plane import generator
from siting.synthetic.weave import Road

NEAR_EXIT, NEAR_HAZARD = 12, 10
_LOTS_ON_MAIN_ROADS, _LOTS_ANYWHERE, _LOTS_ON_STREETS = 190, 38, 50
_PROTECTED = {"school": ("学校", 60), "kindergarten": ("幼儿园", 30), "hospital": ("医院", 8), "mall": ("商场", 12)}
_HAZARDS = (("hazardous_chemicals", "危化品仓库", 5), ("gas", "燃气储配站", 3))
WIND_NOTE = "prevailing wind ESE (虚构: 主导风向东南偏东); a station should stand upwind or to the side"
_CLASS_BY_LOT = ((5600, "特勤站"), (3900, "一级站"), (2300, "二级站"), (600, "小型站"), (0, ""))
"""Smallest lot of each class, m² (建标152-2017)."""


def make_protected(ground: Ground, faces: list[Face], roads: list[Road], seed: int) -> list[Place]:
    """Exits of crowded places, which a station keeps 50 m from, and hazardous sites, 300 m."""
    rng = generator(seed, 7)
    streets = frontage(ground, roads, ("secondary", "tertiary", "residential"))
    built = shapely.union_all([face.polygon for face in faces if face.use in ("centre", "town", "suburb")])
    works = shapely.union_all([face.polygon for face in faces if face.use == "industry"])
    places = []
    for kind, (name, count) in _PROTECTED.items():
        for k, (point, _) in enumerate(scattered(streets, built, count, 22.0, rng), start=1):
            places.append(_protected(f"{kind[0].upper()}{k:02d}", kind, f"虚构{name}{k:02d}", "", point))
    lanes = frontage(ground, roads, ("unclassified", "tertiary"))
    for kind, name, count in _HAZARDS:
        for k, (point, _) in enumerate(scattered(lanes, works, count, 60.0, rng), start=1):
            places.append(_protected(f"{kind[:3].upper()}{k}", kind, f"虚构{name}{k}", WIND_NOTE, point))
    return places


def make_lots(ground: Ground, faces: list[Face], roads: list[Road], protected: list[Place], seed: int) -> list[Place]:
    """Lots along roads, most of them good for a station, some not."""
    rng = generator(seed, 8)
    built = shapely.union_all([face.polygon for face in faces if face.use not in ("farm", "village")])
    mains = frontage(ground, roads, ("primary", "secondary"))
    lanes = frontage(ground, roads, ("tertiary", "residential"))
    spread = [
        *scattered(mains, built, _LOTS_ON_MAIN_ROADS, 40.0, rng),
        *scattered(mains, ground.boundary, _LOTS_ANYWHERE, 40.0, rng),
        *scattered(lanes, built, _LOTS_ON_STREETS, 30.0, rng),
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
    near = 1.0 / (1.0 + point.distance(ground.unit("U09").centroid) / 4000.0)
    columns = {
        "site_id": f"L{k:03d}",
        "name": f"地块 L{k:03d}",
        "class": next(name for least_m2, name in _CLASS_BY_LOT if lot_m2 >= least_m2),
        "lot_m2": lot_m2,
        "frontage": highway,
        "ownership": str(rng.choice(["国有", "集体", "企业"], p=[0.55, 0.3, 0.15])),
        "cost_10k_cny": round(lot_m2 * (0.25 + 1.6 * near) * float(rng.uniform(0.8, 1.25))),
        "unit_id": ground.unit_id_at(point),
    }
    return Place(point, columns)


def _protected(protected_id: str, kind: str, name: str, wind_note: str, point: Point) -> Place:
    return Place(point, {"protected_id": protected_id, "kind": kind, "name": name, "wind_note": wind_note})
