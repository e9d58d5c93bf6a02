"""
The checks that a clause can ask for.

A check is a function ``(clause, drawn, *, values...) -> Verdict``: its keyword arguments are the clause's values.
"""

from collections.abc import Callable

from siting.district_check.checks.area import district_area, people_per_station
from siting.district_check.checks.barriers import crosses_barrier
from siting.district_check.checks.classes import class_adjacency, no_district
from siting.district_check.checks.partition import connected, nothing_left_out, nothing_twice
from siting.district_check.checks.station import district_time, holds_station
from siting.district_check.model import Verdict

CHECKS: dict[str, Callable[..., Verdict]] = {
    "nothing_twice": nothing_twice,
    "nothing_left_out": nothing_left_out,
    "connected": connected,
    "crosses_barrier": crosses_barrier,
    "holds_station": holds_station,
    "district_time": district_time,
    "district_area": district_area,
    "class_adjacency": class_adjacency,
    "no_district": no_district,
    "people_per_station": people_per_station,
}
