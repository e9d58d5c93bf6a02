"""
A sub-district whose hydrants are in order but for planted faults: `QUARTER` as a waterworks would survey it.

Planned on purpose: every clause of GB 50974-2014 is broken by one of `_FAULTS` at least. The hydrants of a fault name
it in their column `fault`, and do not count for a reason of their own; were they to count, every clause would be met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from siting.synthetic.faults import Fault
from siting.synthetic.frontage import Place
from siting.synthetic.ground import Ground
from siting.synthetic.plane import beside, spot
from siting.synthetic.weave import Road, line_parts

QUARTER = "U09"
SCENARIO = "quarter.toml"
WIDE_M = 62.0
"""Kerb to kerb of its primary roads, which therefore need hydrants on both sides."""
_KERB_M = {"primary": WIDE_M / 2 + 1, "secondary": 12.0, "tertiary": 8.0, "residential": 4.5, "unclassified": 4.5}
"""From the middle of the road to its hydrants."""
_MAIN = ("primary", "secondary")
_APART_M, _WIDE_APART_M, _CRANES_APART_M = 64.0, 44.0, 700.0
_BEYOND_M = 150.0


class _Planted(NamedTuple):
    """A fault: the hydrants of some kind within reach of the street nearest to a place, and why they do not count."""

    fault_id: str
    place_km: tuple[float, float]
    reach_m: float
    only: dict[str, str]
    columns: dict[str, Any]
    requirements: tuple[str, ...]
    what: str


_FAULTS = (
    _Planted("Q1", (3.68, -0.75), 100.0, {"class": ""}, {"status": "planned"}, ("spacing", "radius-path"),
             "道路上计划的消火栓未建 hydrants planned along a street and never built"),
    _Planted("Q2", (3.9, 0.5), 100.0, {"class": ""}, {"status": "abandoned"}, ("spacing",),
             "街道上的消火栓已废弃 hydrants of a street abandoned"),
    _Planted("Q3", (3.6, -1.65), 190.0, {"class": ""}, {"flow_lps": 9.5},
             ("spacing", "radius-people", "radius-land", "radius-built-up", "radius-buildings", "radius-path"),
             "街区消火栓流量不足 too little flow around a block"),
    _Planted("Q4", (3.3, 0.85), 120.0, {"side": "right"}, {"pressure_mpa": 0.09}, ("both-sides",),
             "宽路一侧压力不足 too little pressure on one side of a wide road"),
    _Planted("Q5", (3.93, 1.53), 80.0, {"class": ""}, {"status": "broken"}, ("bridge-heads", "spacing"),
             "桥头消火栓损坏 the hydrants at a bridge are broken"),
    _Planted("Q6", (3.6, -0.4), 600.0, {"class": "crane"}, {"flow_lps": 20.0}, ("cranes",),
             "消防水鹤流量不足 filling cranes with too little flow"),
)  # fmt: skip


@dataclass(frozen=True)
class Quarter:
    """Hydrants, outlines of buildings, and the answer key of `QUARTER`."""

    ground: Polygon
    hydrants: list[Place]
    buildings: list[Polygon]
    faults: list[Fault]


def make_quarter(ground: Ground, roads: list[Road]) -> Quarter:
    """The hydrants of one sub-district, faults and all."""
    unit = ground.unit(QUARTER)
    streets = [road for road in roads if road.highway in _KERB_M and not {"bridge", "junction"} & road.tags.keys()]
    bridges = [road for road in roads if road.highway in _KERB_M and road.tags.get("bridge") == "yes"]
    hydrants = [
        *_along(_near(streets, unit)),
        *_at_heads(_near(bridges, unit)),
        *_cranes(_near([road for road in streets if road.highway in _MAIN], unit)),
    ]
    numbered = [Place(p.point, {"hydrant_id": f"Q{k:04d}", **p.columns}) for k, p in enumerate(hydrants, start=1)]
    every = shapely.union_all([line for line, _ in _near(streets, unit)])
    at = {fault.fault_id: shapely.shortest_line(every, spot(fault.place_km)).interpolate(0.0) for fault in _FAULTS}
    return Quarter(
        ground=unit,
        hydrants=[_with_fault(place, at) for place in numbered],
        buildings=[*_houses(_near(streets, unit), unit), _house(at["Q3"])],
        faults=[
            Fault(f.fault_id, SCENARIO, dict.fromkeys(f.requirements, ""), f.what, at[f.fault_id]) for f in _FAULTS
        ],
    )


def _near(roads: list[Road], unit: Polygon) -> list[tuple[LineString, str]]:
    """The parts of roads in the unit and a little beyond, each with its class."""
    around = unit.buffer(_BEYOND_M)
    return [(part, road.highway) for road in roads for part in line_parts(road.line.intersection(around), 1.0)]


def _along(parts: list[tuple[LineString, str]]) -> Iterator[Place]:
    """
    Hydrants along every street, staggered on both sides where it is wide.

    They stand closer than the code asks for, since one near a crossing may count for the other street.
    """
    for line, highway in parts:
        is_wide = _KERB_M[highway] > WIDE_M / 2
        step_m = line.length / np.ceil(line.length / (_WIDE_APART_M if is_wide else _APART_M))
        sides = {"right": 0.25, "left": 0.75} if is_wide else {"": 0.5}
        for begin_m in np.arange(0.0, line.length - step_m / 2, step_m):
            for side, share in sides.items():
                away_m = -_KERB_M[highway] if side == "left" else _KERB_M[highway]
                yield _hydrant(beside(line, begin_m + share * step_m, away_m), side=side)


def _at_heads(bridges: list[tuple[LineString, str]]) -> Iterator[Place]:
    for line, highway in bridges:
        for along_m in (0.0, line.length):
            yield _hydrant(beside(line, along_m, _KERB_M[highway]))


def _cranes(parts: list[tuple[LineString, str]]) -> Iterator[Place]:
    for line, highway in parts:
        step_m = line.length / np.ceil(line.length / _CRANES_APART_M)
        for along_m in np.arange(step_m / 2, line.length, step_m):
            yield _hydrant(beside(line, along_m, _KERB_M[highway]), class_="crane", flow_lps=35.0)


def _hydrant(point: Point, class_: str = "", side: str = "", flow_lps: float = 20.0) -> Place:
    columns = {"class": class_, "side": side, "status": "in_use", "flow_lps": flow_lps, "pressure_mpa": 0.2}
    return Place(point, {**columns, "fault": ""})


def _with_fault(place: Place, at: dict[str, Point]) -> Place:
    """The place as the first fault that takes it has it."""
    for fault in _FAULTS:
        is_meant = all(place.columns[key] == value for key, value in fault.only.items())
        if is_meant and place.point.distance(at[fault.fault_id]) <= fault.reach_m:
            return Place(place.point, {**place.columns, **fault.columns, "fault": fault.fault_id})
    return place


def _houses(parts: list[tuple[LineString, str]], unit: Polygon) -> Iterator[Polygon]:
    """One behind every third street."""
    for line, highway in parts[::3]:
        house = _house(beside(line, line.length / 2, -_KERB_M[highway] - 20.0))
        if unit.contains(house):
            yield house


def _house(middle: Point) -> Polygon:
    return shapely.box(middle.x - 12, middle.y - 7, middle.x + 12, middle.y + 7)
