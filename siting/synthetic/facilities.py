"""
Stations and micro stations of today.

Planned on purpose: of 11 stations four overlap in the centre, none stands in `UNIT_WITHOUT_STATION`, and the land
between the towns is far from all of them; 7 know their own turnout; one stands on a lot too small for its class
(`SMALL_LOT`). There are 8 micro stations of the first class.
"""

from __future__ import annotations

from siting.synthetic.frontage import Place, beside_nearest, frontage
from siting.synthetic.ground import Ground
from siting.synthetic.weave import Road

SMALL_LOT = "S05"
UNIT_WITHOUT_STATION = "U11"
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


def make_stations(ground: Ground, roads: list[Road]) -> list[Place]:
    """The stations of today."""
    front = frontage(ground, roads, ("primary", "secondary"))
    return [
        Place(
            point := beside_nearest(front, place_km, 35.0),
            {"site_id": site_id, "name": name, "class": class_, "unit_id": ground.unit_id_at(point), "engines": engines,
             "staff": staff, "lot_m2": lot_m2, "turnout_s": turnout_s},
        )
        for site_id, name, class_, place_km, engines, staff, lot_m2, turnout_s in _STATIONS
    ]  # fmt: skip


def make_micro_stations(ground: Ground, roads: list[Road]) -> list[Place]:
    """The micro stations of the first class."""
    front = frontage(ground, roads, ("secondary", "tertiary", "residential"))
    return [
        Place(
            point := beside_nearest(front, place_km, 15.0),
            {"site_id": site_id, "name": f"{name}一级微型消防站", "class": "一级微型消防站",
             "unit_id": ground.unit_id_at(point), "engines": 1, "staff": 8, "is_24h": True},
        )
        for site_id, name, place_km in _MICRO
    ]  # fmt: skip
