"""
Lots that meet every siting clause but the one that each was planted to break, and the heights of the ground.

Planned on purpose: of 10 lots three are in order; the ground is flat but for one hill.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely import LineString, Point

from siting.arrays import Floats
from siting.synthetic.faults import Fault
from siting.synthetic.frontage import Place, beside_nearest, frontage
from siting.synthetic.ground import Ground
from siting.synthetic.plane import spot
from siting.synthetic.weave import Road

SCENARIO = "lots.toml"
WIND_FROM_DEG = 112.5
_IN_ORDER_KM = ((3.5, -1.2), (3.7, 0.9), (3.2, -0.3))
_EXIT_KM, _RAILWAY_KM, _HILL_KM = (3.5, 0.5), (2.6, 1.2), (4.3, 1.9)
_HILL_M, _HILL_HALF_M, _FLAT_M = 60.0, 300.0, 4.0
_FAULTS = {
    "exits": "距人员密集场所出口不足50米 less than 50 m from an exit",
    "hazards": "距危险部位不足300米 less than 300 m from a hazardous site",
    "wind": "位于危险部位下风向 in the lee of a hazardous site",
    "frontage": "临支路 on a residential street",
    "lot": "用地小于一级站 too small for its class",
    "ground": "位于铁路用地 on railway land",
    "slope": "地面过陡 on ground too steep",
}
"""What each lot breaks, by its clause."""


@dataclass(frozen=True)
class PlantedLots:
    """The lots, and the answer key."""

    lots: list[Place]
    faults: list[Fault]


def make_planted_lots(ground: Ground, roads: list[Road], railway: LineString, protected: list[Place]) -> PlantedLots:
    """Lots in order, then one for each clause."""
    front = frontage(ground, roads, ("primary", "secondary"))
    in_order = [beside_nearest(front, place_km, 40.0) for place_km in _IN_ORDER_KM]
    hazard = next(place.point for place in protected if place.columns["wind_note"])
    exits = [place.point for place in protected if not place.columns["wind_note"]]
    at = {
        "exits": _from(min(exits, key=lambda point: point.distance(spot(_EXIT_KM))), 30.0, 90.0),
        "hazards": _from(hazard, 150.0, WIND_FROM_DEG),
        "wind": _from(hazard, 600.0, WIND_FROM_DEG + 180.0),
        "frontage": in_order[0],
        "lot": in_order[1],
        "ground": _from(railway.interpolate(railway.project(spot(_RAILWAY_KM))), 2.0, 0.0),
        "slope": _from(spot(_HILL_KM), _HILL_HALF_M / np.sqrt(2.0), 0.0),
    }
    lots = [_lot(f"P{k}", point) for k, point in enumerate(in_order, start=1)]
    broken = {clause: f"P-{clause}" for clause in _FAULTS}
    lots += [_lot(broken[clause], at[clause], breaks=clause) for clause in _FAULTS]
    faults = [
        Fault(f"L{k}", SCENARIO, {clause: broken[clause]}, what, at[clause])
        for k, (clause, what) in enumerate(_FAULTS.items(), start=1)
    ]
    return PlantedLots(lots, faults)


def heights_m(x: Floats, y: Floats) -> Floats:
    """The ground above the sea at points of the plane: flat, but for one hill."""
    hill = spot(_HILL_KM)
    away = np.hypot(x - hill.x, y - hill.y) / _HILL_HALF_M
    return np.asarray(_FLAT_M + _HILL_M * np.exp(-(away**2)))


def _from(point: Point, away_m: float, bearing_deg: float) -> Point:
    """The point so far away, clockwise from north."""
    bearing = np.radians(bearing_deg)
    return Point(point.x + away_m * np.sin(bearing), point.y + away_m * np.cos(bearing))


def _lot(site_id: str, point: Point, breaks: str = "") -> Place:
    highway = "residential" if breaks == "frontage" else "secondary"
    lot_m2 = 2000 if breaks == "lot" else 4500
    return Place(point, {"site_id": site_id, "class": "一级站", "lot_m2": lot_m2, "frontage": highway})
