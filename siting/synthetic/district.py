"""The whole district in memory, made in the order in which one thing depends on another."""

from __future__ import annotations

from dataclasses import dataclass

from shapely import LineString

from siting.synthetic.calls import Call, make_calls
from siting.synthetic.estate import STATION, Estate, make_estate
from siting.synthetic.facilities import make_micro_stations, make_stations
from siting.synthetic.fast_roads import fast_roads, kept_clear, make_railway
from siting.synthetic.frontage import Place
from siting.synthetic.ground import Ground, make_ground
from siting.synthetic.hydrants import make_hydrants
from siting.synthetic.junctions import Spot, make_junctions
from siting.synthetic.landuse import Face, make_faces
from siting.synthetic.lots import make_lots, make_protected
from siting.synthetic.new_town import NewTown, make_new_town
from siting.synthetic.people import People, make_people
from siting.synthetic.planted_lots import PlantedLots, make_planted_lots
from siting.synthetic.quarter import Quarter, make_quarter
from siting.synthetic.roads import main_roads
from siting.synthetic.streets import island_streets, make_streets
from siting.synthetic.townships import Townships, make_townships
from siting.synthetic.weave import Road, knit, largest_part


@dataclass(frozen=True)
class District:
    """Everything that is written, geometry in the plane (metres, EPSG:4549)."""

    ground: Ground
    faces: list[Face]
    roads: list[Road]
    railway: LineString
    junctions: dict[Spot, dict[str, str]]
    people: People
    stations: list[Place]
    micro_stations: list[Place]
    hydrants: list[Place]
    protected: list[Place]
    lots: list[Place]
    quarter: Quarter
    townships: Townships
    planted_lots: PlantedLots
    estate: Estate
    new_town: NewTown
    calls: list[Call]


def make_district(seed: int) -> District:
    """Make the district; the same seed makes the same district."""
    ground = make_ground(seed)
    railway = make_railway(ground)
    mains = main_roads(ground, railway, seed)
    fast = fast_roads(ground, mains)
    faces = make_faces(ground, [road.line for road in mains], seed)
    streets = make_streets(ground, faces, mains, kept_clear(fast, railway), seed)
    roads = [*largest_part(knit([*mains, *fast, *streets])), *knit(island_streets(ground, faces))]
    protected = make_protected(ground, faces, roads, seed)
    stations = make_stations(ground, roads)
    micro_stations = make_micro_stations(ground, roads)
    people = make_people(ground, faces, seed)
    return District(
        ground=ground,
        faces=faces,
        roads=roads,
        railway=railway,
        junctions=make_junctions(ground, roads, seed),
        people=people,
        stations=stations,
        micro_stations=micro_stations,
        hydrants=make_hydrants(ground, faces, roads, seed),
        protected=protected,
        lots=make_lots(ground, faces, roads, protected, seed),
        quarter=make_quarter(ground, roads),
        planted_lots=make_planted_lots(ground, roads, railway, protected),
        townships=make_townships(ground, faces, roads, micro_stations),
        estate=make_estate(next(place.point for place in stations if place.columns["site_id"] == STATION)),
        new_town=make_new_town(),
        calls=make_calls(ground, faces, people, seed),
    )
