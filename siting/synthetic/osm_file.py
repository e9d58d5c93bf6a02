"""
The district as an OpenStreetMap extract.

Planned on purpose: stations come as nodes, as closed ways and as multipolygon relations (`AS_NODE`, `AS_RELATION`, the
rest ways), hydrants as nodes with the three ways mappers write that one does not work; the boundary and the units are
relations too; every byte depends on the district alone (no time stamps).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
import osmium.osm.mutable as osm
import shapely
from shapely import LineString, Point, Polygon

from siting.arrays import Floats
from siting.synthetic.district import District
from siting.synthetic.frontage import Place
from siting.synthetic.ground import UNITS
from siting.synthetic.junctions import Spot
from siting.synthetic.plane import NOTICE, degrees
from siting.synthetic.weave import Road

NAME, NAME_EN = "虚川区", "Xuchuan District"
AS_NODE = ("S04", "S05", "S07", "S10")
AS_RELATION = ("S01", "S09")
_HYDRANT_STATUS = {
    "in_use": {"emergency": "fire_hydrant"},
    "abandoned": {"disused:emergency": "fire_hydrant"},
    "broken": {"emergency": "fire_hydrant", "operational_status": "broken"},
}

Tags = dict[str, str]


@dataclass
class _Extract:
    """What is to be written: numbers of nodes by place, tags of nodes, ways and relations in order of number."""

    nodes: dict[Spot, int] = field(default_factory=dict)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)
    relations: list[tuple[list[tuple[int, str]], Tags]] = field(default_factory=list)

    def node(self, x: float, y: float, tags: Tags | None = None) -> int:
        number = self.nodes.setdefault((round(x, 1), round(y, 1)), len(self.nodes) + 1)
        if tags:
            self.node_tags[number] = self.node_tags.get(number, {}) | tags
        return number

    def way(self, line: LineString, tags: Tags) -> int:
        self.ways.append(([self.node(x, y) for x, y in line.coords], tags))
        return len(self.ways)

    def area(self, polygon: Polygon, tags: Tags) -> None:
        members = [(self.way(polygon.exterior, {}), "outer")]
        members += [(self.way(ring, {}), "inner") for ring in polygon.interiors]
        self.relations.append((members, tags))


def write_osm(path: Path, district: District) -> None:
    """Write roads, water, railway, boundaries, stations, micro stations and hydrants as one OSM file."""
    extract = _Extract()
    for road in district.roads:
        extract.way(road.line, road.tags)
    for (x, y), tags in district.junctions.items():
        extract.node(x, y, tags)
    _add_ground(extract, district)
    for station in district.stations:
        _add_station(extract, station)
    for micro in district.micro_stations:
        tags = {"amenity": "fire_station", "fire_station:type": "micro", "name": micro.columns["name"]}
        extract.node(micro.point.x, micro.point.y, tags | {"ref": micro.columns["site_id"]})
    for hydrant in district.hydrants:
        tags = {**_HYDRANT_STATUS[hydrant.columns["status"]], "ref": hydrant.columns["hydrant_id"]}
        extract.node(hydrant.point.x, hydrant.point.y, tags | {"fire_hydrant:type": hydrant.columns["type"]})
    _write(path, extract)


def write_roads(path: Path, roads: list[Road], turning: Sequence[Point] = ()) -> None:
    """Write roads alone, and turning places at the ends of some."""
    extract = _Extract()
    for road in roads:
        extract.way(road.line, road.tags)
    for end in turning:
        extract.node(end.x, end.y, {"highway": "turning_circle"})
    _write(path, extract)


def _add_ground(extract: _Extract, district: District) -> None:
    ground = district.ground
    extract.way(ground.river, {"waterway": "river", "name": "虚江", "width": "300"})
    for k, canal in enumerate(ground.canals, start=1):
        for part in shapely.get_parts(canal):
            extract.way(part, {"waterway": "canal", "name": f"样泾{k}号河", "width": "28"})
    extract.area(ground.moat, {"type": "multipolygon", "natural": "water", "water": "moat", "name": "拟岛环河"})
    extract.way(
        district.railway, {"railway": "rail", "usage": "main", "name": "虚拟铁路", "bridge": "yes", "layer": "1"}
    )
    border = {"type": "boundary", "boundary": "administrative", "note": NOTICE}
    extract.area(ground.boundary, {**border, "admin_level": "6", "name": NAME, "name:en": NAME_EN})
    for unit, polygon in zip(UNITS, ground.units, strict=True):
        extract.area(polygon, {**border, "admin_level": "8", "name": unit.name, "name:en": unit.name_en})


def _add_station(extract: _Extract, station: Place) -> None:
    site_id, point = station.columns["site_id"], station.point
    tags = {"amenity": "fire_station", "name": station.columns["name"], "ref": site_id}
    if site_id in AS_NODE:
        extract.node(point.x, point.y, tags)
    elif site_id in AS_RELATION:
        yard = _rectangle(point, 60, 50).difference(_rectangle(point, 24, 16))
        extract.area(yard, {"type": "multipolygon", "building": "yes", **tags})
    else:
        extract.way(_rectangle(point, 40, 30).exterior, {"building": "yes", **tags})


def _rectangle(point: Point, width_m: float, depth_m: float) -> Polygon:
    return shapely.box(point.x - width_m / 2, point.y - depth_m / 2, point.x + width_m / 2, point.y + depth_m / 2)


def _write(path: Path, extract: _Extract) -> None:
    places: Floats = degrees(np.array(list(extract.nodes)), decimals=7)
    header = osmium.io.Header()
    header.set("generator", f"siting {NOTICE}")
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for number, (lon, lat) in enumerate(places, start=1):
            tags = extract.node_tags.get(number, {})
            writer.add_node(osm.Node(id=number, version=1, location=(lon, lat), tags=tags))
        for number, (refs, tags) in enumerate(extract.ways, start=1):
            writer.add_way(osm.Way(id=number, version=1, nodes=refs, tags=tags))
        for number, (members, tags) in enumerate(extract.relations, start=1):
            parts = [("w", way, role) for way, role in members]
            writer.add_relation(osm.Relation(id=number, version=1, members=parts, tags=tags))
