"""
An estate drawn with a ruler around one station: its hydrants and lanes are in order but for planted faults.

Planned on purpose, metres from its south-west corner: blocks of 100 m with a hydrant at the middle of each side; a
street in a tunnel; a close to the north that only a pond's intake protects; lanes of which each of four breaks one
clause of GB 50016 or GB 55037, beside others like them in order. The widths and heights of all roads are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import shapely
from shapely import LineString, Point, Polygon
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from siting.synthetic.faults import Fault
from siting.synthetic.frontage import Place
from siting.synthetic.plane import beside, on_grid
from siting.synthetic.weave import Road, knit

SCENARIO = "estate.toml"
STATION = "S10"
"""Of those of today: the estate lies around it."""
PEOPLE = 4200
_STATION_M = (30.0, 50.0)
_COLUMNS_M, _ROWS_M = (0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 570.0), (0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0)
_Spot = tuple[float, float]
_TUNNEL_M = ((300.0, 300.0), (400.0, 300.0))
_WITHOUT_M = shapely.box(410.0, 410.0, 560.0, 590.0)
"""No street touches it, so that lanes are 170 and 200 m apart."""
_CLOSE_M = ((300.0, 600.0), (300.0, 850.0))
_POND_M = (306.0, 760.0)
_KERB_M = 6.0
_LANES_M: tuple[tuple[str, tuple[_Spot, _Spot], dict[str, str]], ...] = (
    ("尽头回车场路", _CLOSE_M, {}),
    ("宽巷", ((150.0, 500.0), (150.0, 600.0)), {}),
    ("短巷", ((450.0, 100.0), (450.0, 130.0)), {}),
    ("窄巷", ((50.0, 200.0), (50.0, 300.0)), {"width": "3"}),
    ("低门巷", ((535.0, 200.0), (535.0, 300.0)), {"maxheight": "3.5"}),
    ("尽端巷", ((150.0, 100.0), (150.0, 160.0)), {}),
)
"""Name, ends, tags: three are in order, three are not."""
_FAULTS: tuple[tuple[str, dict[str, str], tuple[float, float], str], ...] = (
    ("E1", {"bridge-heads": "样板隧道", "indicators/hydrants": "2027"}, _TUNNEL_M[0],
     "隧道洞口消火栓损坏 the hydrant at a tunnel portal is broken"),
    ("E2", dict.fromkeys(("radius-people", "radius-land", "radius-built-up", "radius-buildings", "radius-path"), ""),
     _POND_M, "取水口自身保护半径仅60米 an intake whose own radius is 60 m"),
    ("E3", {"note_hydrant_unmeasured": ""}, (150.0, 0.0), "流量未测，照计 hydrants of unknown flow: they count"),
    ("E4", {"reach-people": ""}, (306.0, 590.0), "北侧微型消防站停用 the micro station in the north is out of use"),
    ("E5", {"lanes/width": "窄巷"}, (50.0, 250.0), "消防车道净宽3米 a lane 3 m wide"),
    ("E6", {"lanes/height": "低门巷"}, (535.0, 250.0), "消防车道净高3.5米 a lane 3.5 m high"),
    ("E7", {"lanes/dead_end": "尽端巷"}, (150.0, 160.0), "尽头式车道无回车场 a dead end without a turning place"),
    ("E8", {"lanes/spacing": ""}, (485.0, 500.0), "车道间距超过160米 lanes more than 160 m apart"),
)  # fmt: skip
"""Id, what finds it with the place that is named, where, what it is."""
_INTAKE_RADIUS_M = 60.0
"""As planted; the usual radius would do."""
_UNKNOWN_FLOW = 3
"""Hydrants, the first along the southern street."""


@dataclass(frozen=True)
class Estate:
    """Ground, roads, nodes with tags, hydrants, micro stations, outlines of buildings, and the answer key."""

    ground: Polygon
    roads: list[Road]
    turning: Point
    hydrants: list[Place]
    micro_stations: list[Place]
    buildings: list[Polygon]
    faults: list[Fault]


def make_estate(station: Point) -> Estate:
    """The estate around a station, faults and all."""
    corner = on_grid(Point(station.x - _STATION_M[0], station.y - _STATION_M[1]))

    def there(drawn: BaseGeometry) -> Any:
        return translate(drawn, corner.x, corner.y)

    hydrants = [*_along_streets(), *_at_portals(), _hydrant(*_POND_M, fault="E2", class_="intake")]
    numbered = [Place(there(p.point), {"hydrant_id": f"E{k:03d}", **p.columns}) for k, p in enumerate(hydrants, 1)]
    close = shapely.box(_CLOSE_M[0][0] - 30, _CLOSE_M[0][1], _CLOSE_M[1][0] + 30, _CLOSE_M[1][1])
    block = shapely.box(-15, -15, _COLUMNS_M[-1] + 15, _ROWS_M[-1] + 15)
    middles = [(x + 50.0, y + 50.0) for x in _COLUMNS_M[:3] for y in (0.0, 400.0)] + [(285.0, 835.0)]
    return Estate(
        ground=there(shapely.union(block, close)),
        roads=knit([Road(there(road.line), road.tags) for road in _roads()]),
        turning=there(Point(_CLOSE_M[1])),
        hydrants=numbered,
        micro_stations=[
            Place(there(Point(x, y)), {"site_id": site_id, "status": status, "fault": fault})
            for site_id, x, y, status, fault in (("EM1", 94, 94, "in_use", ""), ("EM2", 306, 590, "closed", "E4"))
        ],
        buildings=[there(shapely.box(x - 12, y - 7, x + 12, y + 7)) for x, y in middles],
        faults=[Fault(name, SCENARIO, found, what, there(Point(at))) for name, found, at, what in _FAULTS],
    )


def _sides() -> Iterator[tuple[_Spot, _Spot]]:
    """Every side of a block, first those from west to east."""
    rows = [((west, y), (east, y)) for y in _ROWS_M for west, east in pairwise(_COLUMNS_M)]
    columns = [((x, south), (x, north)) for x in _COLUMNS_M for south, north in pairwise(_ROWS_M)]
    yield from (ends for ends in (*rows, *columns) if not _WITHOUT_M.intersects(LineString(ends)))


def _roads() -> Iterator[Road]:
    for ends in _sides():
        tunnel = {"name": "样板隧道", "tunnel": "yes"} if ends == _TUNNEL_M else {}
        yield Road(LineString(ends), _tags("样板路", "residential") | tunnel)
    for name, ends, tags in _LANES_M:
        yield Road(LineString(ends), _tags(name, "service") | tags)


def _tags(name: str, highway: str) -> dict[str, str]:
    return {"highway": highway, "name": name, "width": "6", "maxheight": "5"}


def _along_streets() -> Iterator[Place]:
    """One at the middle of each side of a block, so that two stand at most 100 m apart."""
    for k, line in enumerate(LineString(ends) for ends in _sides() if ends != _TUNNEL_M):
        at = beside(line, line.length / 2, _KERB_M)
        yield _hydrant(at.x, at.y, fault="E3" if k < _UNKNOWN_FLOW else "")


def _at_portals() -> Iterator[Place]:
    (west, y), (east, _) = _TUNNEL_M
    yield _hydrant(west - _KERB_M, y + _KERB_M, fault="E1")
    yield _hydrant(east + _KERB_M, y + _KERB_M)


def _hydrant(x: float, y: float, *, fault: str = "", class_: str = "") -> Place:
    """A hydrant as its fault has it."""
    columns = {
        "class": class_,
        "status": "broken" if fault == "E1" else "in_use",
        "flow_lps": None if fault == "E3" else 20.0,
        "radius_m": _INTAKE_RADIUS_M if fault == "E2" else None,
        "fault": fault,
    }
    return Place(Point(x, y), columns)
