"""Things on a map from an OpenStreetMap file by tag: nodes, ways and relations alike, each with its own shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import osmium
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.crs import WGS84
from siting.database_url import is_database
from siting.errors import InputError
from siting.geofiles import check_file
from siting.inputs.roads.pbf_texts import check_texts

OSM_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
_KINDS = {"n": "node", "w": "way", "r": "relation"}


def is_osm_file(path: str | Path) -> bool:
    """
    Whether the name is that of an OpenStreetMap extract.

    Examples
    --------
    >>> is_osm_file("city.osm.pbf"), is_osm_file("postgresql://planner@db/fire?table=city.osm")
    (True, False)
    """
    return str(path).lower().endswith(OSM_SUFFIXES) and not is_database(path)


def read_features(
    path: Path, keys: tuple[str, ...], is_wanted: Callable[[Mapping[str, str]], bool]
) -> gpd.GeoDataFrame:
    """
    Every object with one of the keys that is wanted.

    Parameters
    ----------
    keys
        Tag keys that are looked at; others are skipped before Python sees them.
    is_wanted
        Says from an object's tags whether it is meant.

    Returns
    -------
    Index `osm_id` ("node/1", "way/2", "relation/3"), in the file's order of nodes, ways, relations; a text column for
    every tag that occurs (missing where an object lacks it); geometry in EPSG:4326. Closed ways and multipolygon or
    boundary relations are polygons, open ways lines. An object whose outline is not whole in the file (a clipped
    extract) is the MultiPoint of its nodes that are there, or None.

    Raises
    ------
    InputError
        If the file cannot be read to its end.
    """
    check_file(path, OSM_SUFFIXES)
    if path.suffix.lower() == ".pbf":
        check_texts(path)
    try:
        tags, shapes = _objects(path, keys, is_wanted)
        broken = [osm_id for osm_id, shape in shapes.items() if shape is None]
        if broken:
            shapes |= _known_nodes(path, broken)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as fault:
        raise InputError(str(path), [f"It cannot be read to its end ({fault}). Fetch or copy it again."]) from fault
    order = sorted(tags, key=lambda osm_id: [*_KINDS.values()].index(osm_id.split("/")[0]))
    columns = pd.DataFrame([tags[osm_id] for osm_id in order], index=pd.Index(order, name="osm_id", dtype=object))
    return gpd.GeoDataFrame(columns, geometry=[shapes[osm_id] for osm_id in order], crs=WGS84)


def read_kinds(
    path: Path, keys: tuple[str, ...], kind_of: Callable[[Mapping[str, str]], str]
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """As `read_features`, the objects to whose tags `kind_of` gives a kind other than "", and the kind of each."""
    found = read_features(path, keys, lambda tags: kind_of(tags) != "")
    return found, pd.Series([kind_of(tags) for tags in tags_of(found)], index=found.index, dtype=object)


def tags_of(features: gpd.GeoDataFrame) -> list[dict[str, str]]:
    """Row by row the tags that the object has."""
    rows = features.drop(columns=features.geometry.name).to_dict("records")
    return [{key: value for key, value in row.items() if isinstance(value, str)} for row in rows]


def _objects(
    path: Path, keys: tuple[str, ...], is_wanted: Callable[[Mapping[str, str]], bool]
) -> tuple[dict[str, dict[str, str]], dict[str, BaseGeometry | None]]:
    """Tags and shape by id; an area comes by a second time, as the polygon of its way or relation."""
    tags: dict[str, dict[str, str]] = {}
    shapes: dict[str, BaseGeometry | None] = {}
    wanted = osmium.filter.KeyFilter(*keys)
    for thing in osmium.FileProcessor(str(path)).with_areas(wanted).with_filter(wanted):
        found = dict(thing.tags)
        if not is_wanted(found):
            continue
        if isinstance(thing, osmium.osm.Area):
            osm_id = f"{'way' if thing.from_way() else 'relation'}/{thing.orig_id()}"
        else:
            osm_id = f"{_KINDS[thing.type_str()]}/{thing.id}"
        tags.setdefault(osm_id, found)
        shape = _shape(thing)
        if shape is not None or osm_id not in shapes:
            shapes[osm_id] = shape
    return tags, shapes


def _shape(thing: Any) -> BaseGeometry | None:
    """None for a relation (its area comes later) and where node positions are missing from the file."""
    make = osmium.geom.WKBFactory()
    try:
        if isinstance(thing, osmium.osm.Area):
            return shapely.from_wkb(make.create_multipolygon(thing))
        if isinstance(thing, osmium.osm.Node):
            return shapely.Point(thing.lon, thing.lat)
        if isinstance(thing, osmium.osm.Way):
            return shapely.from_wkb(make.create_linestring(thing))
    except (RuntimeError, osmium.InvalidLocationError):  # too few nodes, or nodes that the file does not hold
        return None
    return None


def _known_nodes(path: Path, osm_ids: list[str]) -> dict[str, BaseGeometry | None]:
    """For objects whose outline is not whole: the nodes of it that the file does hold."""
    members = _members(path, osm_ids)
    way_ids = {way for ways, _ in members.values() for way in ways}
    node_ids = {node for _, nodes in members.values() for node in nodes}
    way_points: dict[int, list[tuple[float, float]]] = {}
    node_points: dict[int, tuple[float, float]] = {}
    for thing in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        if isinstance(thing, osmium.osm.Node) and thing.id in node_ids:
            node_points[thing.id] = (thing.lon, thing.lat)
        elif isinstance(thing, osmium.osm.Way) and thing.id in way_ids:
            way_points[thing.id] = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
    known: dict[str, BaseGeometry | None] = {}
    for osm_id, (ways, nodes) in members.items():
        points = [point for way in ways for point in way_points.get(way, [])]
        points += [node_points[node] for node in nodes if node in node_points]
        known[osm_id] = shapely.MultiPoint(points) if points else None
    return known


def _members(path: Path, osm_ids: list[str]) -> dict[str, tuple[list[int], list[int]]]:
    """Ids of the ways and nodes that make up each object."""
    members: dict[str, tuple[list[int], list[int]]] = {
        osm_id: ([int(osm_id.split("/")[1])], []) for osm_id in osm_ids if osm_id.startswith("way/")
    }
    for relation in osmium.FileProcessor(str(path), osmium.osm.RELATION):
        if isinstance(relation, osmium.osm.Relation) and f"relation/{relation.id}" in osm_ids:
            ways = [member.ref for member in relation.members if member.type == "w"]
            nodes = [member.ref for member in relation.members if member.type == "n"]
            members[f"relation/{relation.id}"] = (ways, nodes)
    return members
