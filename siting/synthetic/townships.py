"""
Townships' brigades, and places that need a micro station: in order but for planted faults.

Planned on purpose: of brigades one has too little ground and one too few people for its class; of the communities,
villages and key units that need a micro station one each has none; others share one, or are too small to need any.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from siting.synthetic.faults import Fault
from siting.synthetic.frontage import Place, beside_nearest, frontage
from siting.synthetic.ground import Ground
from siting.synthetic.landuse import Face
from siting.synthetic.plane import spot
from siting.synthetic.weave import Road

SCENARIO = "townships.toml"
_BRIGADES = (
    ("B1", "拟桥专职消防队", "二级乡镇专职消防队", "full_time", (-8.2, 7.4), 750, 12),
    ("B2", "算圩专职消防队", "二级乡镇专职消防队", "full_time", (-8.0, 0.6), 300, 11),
    ("B3", "样浜专职消防队", "一级乡镇专职消防队", "full_time", (7.4, 8.4), 1100, 6),
    ("B4", "图溪志愿消防队", "乡镇志愿消防队", "volunteer", (8.4, -8.4), 400, 9),
)
"""Id, name, class, force, place (km from the centre), ground in m², people."""
_COMMUNITY_M = 350.0
_BARE_COMMUNITY_KM = (4.0, -2.6)
_VILLAGES = (("V1", (-7.0, 8.0), 1300, "M6"), ("V2", (-6.5, 3.0), 1450, ""), ("V3", (6.0, -9.5), 640, ""))
_KEY_UNITS = (("K1", (2.3, -2.7), ""), ("K2", (5.2, 1.0), "C2"), ("K3", (6.6, -0.4), ""))
"""Id, place, residents, with which place or micro station it shares."""
_MICRO_MISSING = {"indicators/places_without_micro": "2027", "indicators/micro_stations": "2027"}
_FAULTS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("T1", {"every-township": "U11", "indicators/units_without_own": "2027", "indicators/units_missing": "2027"},
     "无队（站）的单元 a unit without a brigade or station, out of reach"),
    ("T2", {"strength": "B2"}, "用地不足标准一半 a brigade with less than half of the ground"),
    ("T3", {"strength": "B3"}, "人数不足标准一半 a brigade with less than half of the people"),
    ("T4", {"communities": "C9", **_MICRO_MISSING},
     "未建微型消防站的社区 a community without a micro station"),
    ("T5", {"villages": "V2", **_MICRO_MISSING},
     "千人以上未建微型消防站的村 a village above 1,000 without a micro station"),
    ("T6", {"key-units": "K3", **_MICRO_MISSING},
     "未建微型消防站的重点单位 a key unit without a micro station"),
)  # fmt: skip
"""Id, what finds it with the place that is named, what it is."""


@dataclass(frozen=True)
class Townships:
    """Brigades, places that need a micro station (columns and ground), and the answer key."""

    brigades: list[Place]
    due: list[tuple[dict[str, object], BaseGeometry]]
    faults: list[Fault]


def make_townships(ground: Ground, faces: list[Face], roads: list[Road], micro_stations: list[Place]) -> Townships:
    """Brigades and places, faults and all."""
    front = frontage(ground, roads, ("primary", "secondary"))
    brigades = [
        Place(
            beside_nearest(front, place_km, 30.0),
            {"site_id": site_id, "name": name, "class": class_, "force": force, "land_m2": land_m2, "staff": staff},
        )
        for site_id, name, class_, force, place_km, land_m2, staff in _BRIGADES
    ]
    due = [*_communities(micro_stations), *_villages(faces), *_key_units(micro_stations[2].point)]
    at = {str(place.columns["site_id"]): place.point for place in brigades}
    at |= {str(columns["place_id"]): shape.centroid for columns, shape in due}
    at |= {"U11": ground.unit("U11").centroid}
    faults = [Fault(name, SCENARIO, found, what, at[next(iter(found.values()))]) for name, found, what in _FAULTS]
    return Townships(brigades, due, faults)


def _communities(micro_stations: list[Place]) -> Iterator[tuple[dict[str, object], BaseGeometry]]:
    """One around each micro station, and one of which nobody thought."""
    middles = [place.point for place in micro_stations] + [spot(_BARE_COMMUNITY_KM)]
    for k, middle in enumerate(middles, start=1):
        square = middle.buffer(_COMMUNITY_M, cap_style="square")
        yield _place(f"C{k}", "community", f"示例{k}社区", None, ""), square


def _villages(faces: list[Face]) -> Iterator[tuple[dict[str, object], BaseGeometry]]:
    """The faces of villages nearest to where they are wanted."""
    ground = np.array([face.polygon for face in faces if face.use == "village"])
    for place_id, wanted_km, residents, shares in _VILLAGES:
        nearest = ground[np.argmin(shapely.distance(ground, spot(wanted_km)))]
        yield _place(place_id, "village", f"示例{place_id[1:]}村", residents, shares), nearest


def _key_units(beside_station: Point) -> Iterator[tuple[dict[str, object], BaseGeometry]]:
    """Points; the first of them has a micro station at its door."""
    for place_id, place_km, shares in _KEY_UNITS:
        point = shapely.Point(beside_station.x + 40, beside_station.y) if place_id == "K1" else spot(place_km)
        yield _place(place_id, "key_unit", f"示例{place_id[1:]}单位", None, shares), point


def _place(place_id: str, kind: str, name: str, residents: int | None, shares: str) -> dict[str, object]:
    return {"place_id": place_id, "kind": kind, "name": name, "residents": residents, "shares_with": shares}
