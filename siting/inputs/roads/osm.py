"""
OpenStreetMap files (.osm.pbf, .osm, .osm.gz, .osm.bz2) through pyosmium.

pyosmium filters in C++ and keeps the node locations; Python sees only ways with a `highway` tag, nodes with one of
`NODE_TAGS` and relations that restrict turns. Locations are looked up after the last object: exports of Overpass and
JOSM put ways before their nodes.
Entities in XML are refused by libosmium itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pandas as pd
from osmium.filter import KeyFilter
from osmium.osm import NODE, RELATION, WAY

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.inputs.roads.classes import OPEN_TO_ENGINES, ROAD_CLASSES
from siting.inputs.roads.parts import each_way_once, whole_ways
from siting.inputs.roads.progress import Progress, silent, told
from siting.inputs.roads.restrictions import RELATION_TAGS, Relation, restriction_table
from siting.network.ways import NODE_TAGS, WAY_TAGS, Ways
from siting.tables import Note, noted

OSM_PRECISION = 1e7
"""Libosmium's coordinates are whole numbers of 1e-7 degrees."""


@dataclass
class Found:
    """What one pass over a file collects, in its order, as lists that the arrays are made of."""

    way_id: list[int] = field(default_factory=list)
    tags: list[list[str]] = field(default_factory=list)
    ref: list[int] = field(default_factory=list)
    n_refs: list[int] = field(default_factory=list)
    node_tags: dict[int, list[str]] = field(default_factory=dict)
    not_roads: Counter[str] = field(default_factory=Counter)
    areas: list[int] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)


def read_osm(path: Path, progress: Progress = silent) -> Ways:
    """
    Roads of an OpenStreetMap file, in the file's order; areas and ways for people on foot are counted in `notes`.

    Raises
    ------
    InputError
        If the file is broken, or no OpenStreetMap file, or holds no road, or none of the roads' nodes.
    """
    found = Found()
    endings = [suffix.lower() for suffix in path.suffixes[-2:]]
    kind = "".join(suffix for suffix in endings if suffix in {".osm", ".pbf", ".gz", ".bz2"})
    file = osmium.io.File(str(path), kind)  # by itself pyosmium does not know .OSM
    processor = osmium.FileProcessor(file, NODE | WAY | RELATION).with_locations("flex_mem")
    for entity, keys in ((WAY, ("highway",)), (NODE, NODE_TAGS), (RELATION, RELATION_TAGS[:2])):
        wanted = KeyFilter(*keys)
        wanted.enable_for(entity)
        processor.with_filter(wanted)
    try:
        _collect(told(processor, f"roads and tagged nodes of {path.name} read", progress), found)
        node_id, ref = np.unique(np.array(found.ref, dtype=np.int64), return_inverse=True)
        lon, lat = _locations(file, processor, node_id)
    except (RuntimeError, osmium.InvalidLocationError) as fault:
        message = f"It cannot be read as an OpenStreetMap file ({fault}). It may be cut off or of another kind; "
        raise InputError(str(path), [message + "download or export it again."]) from fault
    return ways_found(path, found, text_table(zip(*found.tags, strict=True), WAY_TAGS), ref, node_id, lon, lat)


def ways_found(path: Path, found: Found, tags: pd.DataFrame, ref: Ids, node_id: Ids, lon: Floats, lat: Floats) -> Ways:
    """What a pass collected, checked, each way once and whole; `tags` and `ref` stand for the lists in `found`."""
    _check_usable(path, found, lon)
    restrictions, restriction_notes = restriction_table(found.relations)
    ways = Ways(
        way_id=np.array(found.way_id, dtype=np.int64),
        tags=tags,
        ref_ptr=np.r_[0, np.cumsum(found.n_refs)],
        ref=ref,
        node_id=node_id,
        lon=lon,
        lat=lat,
        node_tags=_tags_of_nodes(found.node_tags, node_id),
        source=path.name,
        restrictions=restrictions,
        notes=(*_notes(found), *restriction_notes),
    )
    return whole_ways(each_way_once(ways))


def _collect(things: Iterable[Any], found: Found) -> None:
    """Sort nodes, ways and relations into lists. `Any`: osmium's types do not say what has which members."""
    classes = frozenset(ROAD_CLASSES)
    for thing in things:
        tag = thing.tags.get
        if thing.is_node():
            found.node_tags[thing.id] = [tag(key, "") for key in NODE_TAGS]
            continue
        if thing.is_relation():
            members = [(member.type, member.ref, member.role) for member in thing.members]
            found.relations.append(Relation(thing.id, [tag(key, "") for key in RELATION_TAGS], members))
            continue
        highway = tag("highway")
        if highway not in classes and OPEN_TO_ENGINES.isdisjoint((tag("emergency"), tag("motor_vehicle"))):
            found.not_roads[highway] += 1
        elif tag("area") == "yes":
            found.areas.append(thing.id)
        else:
            refs = [node.ref for node in thing.nodes]
            found.way_id.append(thing.id)
            found.tags.append([tag(key, "") for key in WAY_TAGS])
            found.ref += refs
            found.n_refs.append(len(refs))


def _locations(file: osmium.io.File, processor: osmium.FileProcessor, node_id: Ids) -> tuple[Floats, Floats]:
    """Longitude and latitude of each node, nan where the file does not hold it."""
    store: Any = processor.node_location_storage
    drawn = _drawn_nodes(file) if (node_id < 0).any() else {}
    xy: list[tuple[float, float]] = []
    for node in node_id.tolist():
        try:
            location = store.get(node) if node >= 0 else drawn[node]
            xy.append((location.x, location.y))
        except KeyError:
            xy.append((np.nan, np.nan))
    lon, lat = np.array(xy, dtype=np.float64).reshape(-1, 2).T / OSM_PRECISION
    return lon, lat


def _drawn_nodes(file: osmium.io.File) -> dict[int, osmium.osm.Location]:
    """Nodes that were drawn in an editor and never uploaded: negative ids, which pyosmium's store does not take."""
    nodes: Iterable[Any] = osmium.FileProcessor(file, NODE)
    return {node.id: osmium.osm.Location(node.lon, node.lat) for node in nodes if node.id < 0}


def _check_usable(path: Path, found: Found, lon: Floats) -> None:
    if not found.way_id:
        others = ", ".join(f"{kind} {count}" for kind, count in found.not_roads.most_common(5))
        message = f"There is no road in it{f' (only {others})' if others else ''}. "
        raise InputError(str(path), [message + 'Expected ways with highway = "residential" and the like.'])
    if np.isnan(lon).all():
        message = f"It holds {len(found.way_id)} roads but none of their {len(lon)} nodes, so they have no place. "
        raise InputError(str(path), [message + "Export it again together with the nodes."])


def text_table(values: Iterable[Sequence[str]], names: tuple[str, ...]) -> pd.DataFrame:
    """Columns of text; none of any length where there is no row."""
    return pd.DataFrame(dict(zip(names, values, strict=False)), columns=list(names), dtype="str")


def _tags_of_nodes(tags: dict[int, list[str]], node_id: Ids) -> pd.DataFrame:
    tagged = np.array(sorted(tags), dtype=np.int64)
    at = np.minimum(np.searchsorted(node_id, tagged), len(node_id) - 1)
    is_used = node_id[at] == tagged
    table = pd.DataFrame([tags[node] for node in tagged[is_used].tolist()], columns=list(NODE_TAGS), dtype="str")
    table.index = pd.Index(at[is_used])
    return table


def _notes(found: Found) -> tuple[Note, ...]:
    notes = []
    if found.not_roads:
        kinds = tuple(f"{kind} {count}" for kind, count in found.not_roads.most_common(5))
        values = {"kinds": ", ".join(kinds)}
        notes.append(Note("topic_roads", "note_ways_not_for_vehicles", found.not_roads.total(), kinds, values))
    return (*notes, *noted("topic_roads", "note_ways_are_areas", found.areas))
