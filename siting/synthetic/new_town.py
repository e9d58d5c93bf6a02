"""
A new town drawn with a ruler: its stations are in order but for planted faults.

Planned on purpose, metres from its south-west corner: streets every 250 m; four districts of an old town and a suburb,
each below the cap of its class or of a risk assessment, and two hamlets, each behind 2.5 km of open road, whose station
stands outside them. So there are just as many stations as the land asks for, and every place is reached in time. Its
map of districts is drawn as if the faults were the plan, and breaks every clause of such maps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.affinity import translate

from siting.synthetic.faults import Fault
from siting.synthetic.frontage import Place
from siting.synthetic.plane import spot
from siting.synthetic.weave import Road, knit

SCENARIO = "new_town.toml"
_CORNER_KM = (-8.5, -10.0)
_STREETS_M = 250.0
_GROUND = (
    ("N1", "旧城西片", (0, 0, 1750, 1500), "urban", 3.0, 30_000),
    ("N2", "旧城东片", (1750, 0, 4000, 1500), "urban", None, 36_000),
    ("N3", "近郊片", (4000, 0, 7000, 1500), "near_suburb", 2.7, 50_000),
    ("N4", "西北居民点", (0, 4000, 500, 4500), "urban", None, 2000),
    ("N5", "东北居民点", (6000, 4000, 6500, 4500), "urban", None, 2000),
)
"""Id, name, corners, place, cap by a risk assessment (km²), people."""
_ROADS_M = (((250, 1500), (250, 4000)), ((6250, 1500), (6250, 4000)))
"""To the hamlets."""
_STATIONS = (
    ("N-A", "一级站", "一级站", "in_use", (770, 770), ""),
    ("N-B", "小型站", "二级站", "in_use", (2770, 770), "N1"),
    ("N-C", "一级站", "一级站", "in_use", (5020, 770), ""),
    ("N-D", "小型站", "小型站", "closed", (6420, 770), "N2"),
    ("N-F", "二级站", "二级站", "closed", (270, 3900), "N3"),
    ("N-G", "小型站", "二级站", "in_use", (6270, 3900), "N4"),
    ("N-H", "战勤保障站", "战勤保障站", "in_use", (6270, 3600), ""),
)
"""Id, class, the class that would be in order, status, place, the fault that it is."""
_DISTRICTS = (
    ("N-A", (0, 0, 1850, 1500)),
    ("N-A", (0, 4000, 500, 4250)),
    ("N-B", (1750, 0, 3875, 1500)),
    ("N-C", (3875, 0, 7000, 1500)),
    ("N-G", (6000, 4000, 6500, 4400)),
    ("N-H", (6000, 4400, 6500, 4500)),
)
"""As drawn: station and corners."""
_BARRIERS = (("railway", ((5700, -100), (5700, 1600))), ("expressway", ((5900, 4200), (6600, 4200))))
_SHORT = {"shortage-construction-land": "", "shortage-administrative": "", "people-per-station": "N-C"}
_FAULTS: tuple[tuple[str, dict[str, str], tuple[float, float], str], ...] = (
    ("N1", {"area-urban": "N-B", "drawn/area-urban": "N-B"}, (2770, 770),
     "小型站辖区超过2平方公里 a small station with a district above 2 km²"),
    ("N2", {"area-near-suburb": "N-C", **_SHORT, "indicators/people_per_station": "2027",
            "drawn/area-near-suburb": "N-C", "drawn/people-per-station": "N-C", "drawn/map-barrier-wall": "N-C"},
     (6420, 770),
     "近郊站关停，邻站辖区过大 a station closed: its neighbour's district is above the cap of a risk assessment"),
    ("N3", {"time-people": "N4", "time-land": "N4", "district-time": "N-A", "indicators/share_land": "2027",
            "drawn/district-time": "N-A", "drawn/map-connected": "N-A"}, (270, 3900),
     "居民点消防站关停，5分钟不可达 a hamlet's station closed: nobody else is there in 5 minutes"),
    ("N4", {"small-station-neighbour": "N-G", "drawn/small-station-neighbour": "N-G"}, (6270, 3900),
     "小型站辖区不与普通站相邻 a small station whose district touches no full station's"),
    ("N5", {"indicators/staff_per_10k": "2027"}, (3500, 750), "2027年人员减少 fewer staff in 2027"),
    ("N6", {"drawn/map-overlap": "N-A + N-B"}, (1800, 750), "辖区重叠 districts drawn over each other"),
    ("N7", {"drawn/map-complete": "N4"}, (250, 4400), "未划入辖区的用地 land in no district"),
    ("N8", {"drawn/map-barrier-penalty": "N-G"}, (6250, 4200), "辖区跨越快速路 a district across an expressway"),
    ("N9", {"drawn/map-own-station": "N-G"}, (6270, 3900), "站址在辖区外 a station outside its district"),
    ("N10", {"drawn/map-support-station": "N-H", "drawn/map-own-station": "N-H"}, (6270, 3600),
     "战勤保障站划有辖区 a support station with a district"),
)  # fmt: skip
"""Id, what finds it with the place that is named, where, what it is."""


@dataclass(frozen=True)
class NewTown:
    """Ground, barriers and drawn districts with their columns, roads, stations, and the answer key."""

    ground: list[tuple[dict[str, object], Polygon]]
    barriers: list[tuple[dict[str, object], LineString]]
    districts: list[tuple[dict[str, object], Polygon]]
    roads: list[Road]
    stations: list[Place]
    faults: list[Fault]


def make_new_town() -> NewTown:
    """The town, faults and all."""
    corner = spot(_CORNER_KM)

    def there(drawn: Any) -> Any:
        return translate(drawn, corner.x, corner.y)

    return NewTown(
        ground=[
            (
                {"unit_id": unit_id, "name": name, "place": place, "cap_km2": cap_km2, "people": people},
                there(shapely.box(*corners)),
            )
            for unit_id, name, corners, place, cap_km2, people in _GROUND
        ],
        barriers=[({"kind": kind}, there(LineString(ends))) for kind, ends in _BARRIERS],
        districts=[({"site_id": site_id}, there(shapely.box(*corners))) for site_id, corners in _DISTRICTS],
        roads=knit([Road(there(line), {"highway": "primary", "name": "样板大道"}) for line in _lines()]),
        stations=[
            Place(
                there(Point(at)),
                {"site_id": site_id, "class": class_, "class_due": due, "status": status, "fault": fault},
            )
            for site_id, class_, due, status, at, fault in _STATIONS
        ],
        faults=[Fault(name, SCENARIO, found, what, there(Point(at))) for name, found, at, what in _FAULTS],
    )


def _lines() -> Iterator[LineString]:
    """Streets of the town and of each hamlet, and the roads between them."""
    town = shapely.union_all([shapely.box(*corners) for _, _, corners, *_ in _GROUND])
    for part in shapely.get_parts(town):
        west, south, east, north = part.bounds
        yield from (LineString([(x, south), (x, north)]) for x in np.arange(west, east + 1, _STREETS_M))
        yield from (LineString([(west, y), (east, y)]) for y in np.arange(south, north + 1, _STREETS_M))
    yield from (LineString(ends) for ends in _ROADS_M)
