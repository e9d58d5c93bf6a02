"""
The kinds of check that a rule set can ask for.

A kind is a function ``(requirement, situation, area, *, values...) -> Finding``: its keyword arguments are the values
that a requirement of this kind states in TOML, checked by name and type when the file is read.
"""

from collections.abc import Callable

from siting.rules.kinds.adjacency import class_adjacency
from siting.rules.kinds.brigades import brigade_strength, brigade_units
from siting.rules.kinds.cover import time_cover_land, time_cover_people
from siting.rules.kinds.district import district_area, district_time
from siting.rules.kinds.micro import micro_places, micro_reach
from siting.rules.kinds.need import people_per_station, shortage
from siting.rules.kinds.water import (
    hydrant_buildings,
    hydrant_cranes,
    hydrant_heads,
    hydrant_path,
    hydrant_radius,
    hydrant_sides,
    hydrant_spacing,
)
from siting.rules.model import Finding

KINDS: dict[str, Callable[..., Finding]] = {
    "time_cover_people": time_cover_people,
    "time_cover_land": time_cover_land,
    "district_time": district_time,
    "district_area": district_area,
    "class_adjacency": class_adjacency,
    "shortage": shortage,
    "people_per_station": people_per_station,
    "hydrant_radius": hydrant_radius,
    "hydrant_spacing": hydrant_spacing,
    "hydrant_path": hydrant_path,
    "hydrant_buildings": hydrant_buildings,
    "hydrant_sides": hydrant_sides,
    "hydrant_heads": hydrant_heads,
    "hydrant_cranes": hydrant_cranes,
    "micro_reach": micro_reach,
    "micro_places": micro_places,
    "brigade_units": brigade_units,
    "brigade_strength": brigade_strength,
}
