"""
OpenStreetMap files (.osm.pbf, .osm, .osm.gz, .osm.bz2) through pyosmium.

pyosmium filters in C++ and keeps the node locations; Python sees only ways with a `highway` tag and nodes with one of
`NODE_TAGS`. Locations are looked up after the last object: exports of Overpass and JOSM put ways before their nodes.
Entities in XML are refused by libosmium itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pandas as pd
from osmium.filter import KeyFilter
from osmium.osm import NODE, WAY

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.inputs.roads.classes import OPEN_TO_ENGINES, ROAD_CLASSES
from siting.inputs.roads.parts import each_way_once, whole_ways
from siting.network.ways import NODE_TAGS, WAY_TAGS, Ways
from siting.tables import Note, noted

OSM_PRECISION = 1e7
"""Libosmium's coordinates are whole numbers of 1e-7 degrees."""


@dataclass
class _Found:
    """What one pass over a file collects, as lists that the arrays are made of."""

    way_id: list[int] = field(default_factory=list)
    tags: list[list[str]] = field(default_factory=list)
    ref: list[int] = field(default_factory=list)
    n_refs: list[int] = field(default_factory=list)
    node_tags: dict[int, list[str]] = field(default_factory=dict)
    not_roads: Counter[str] = field(default_factory=Counter)
    areas: list[int] = field(default_factory=list)


def read_osm(path: Path) -> Ways:
    """
    Roads of an OpenStreetMap file, in the file's order; areas and ways for people on foot are counted in `notes`.

    Raises
    ------
    InputError
        If the file is broken, or no OpenStreetMap file, or holds no road, or none of the roads' nodes.
    """
    found = _Found()
    endings = [suffix.lower() for suffix in path.suffixes[-2:]]
    kind = "".join(suffix for suffix in endings if suffix in {".osm", ".pbf", ".gz", ".bz2"})
    file = osmium.io.File(str(path), kind)  # by itself pyosmium does not know .OSM
    processor = osmium.FileProcessor(file, NODE | WAY).with_locations("flex_mem")
    for entity, keys in ((WAY, ("highway",)), (NODE, NODE_TAGS)):
        wanted = KeyFilter(*keys)
        wanted.enable_for(entity)
        processor.with_filter(wanted)
    try:
        _collect(processor, found)
        node_id, ref = np.unique(np.array(found.ref, dtype=np.int64), return_inverse=True)
        lon, lat = _locations(file, processor, node_id)
    except (RuntimeError, osmium.InvalidLocationError) as fault:
        message = f"It cannot be read as an OpenStreetMap file ({fault}). It may be cut off or of another kind; "
        raise InputError(str(path), [message + "download or export it again."]) from fault
    _check_usable(path, found, lon)
    ways = Ways(
        way_id=np.array(found.way_id, dtype=np.int64),
        tags=_text_table(found.tags, WAY_TAGS),
        ref_ptr=np.r_[0, np.cumsum(found.n_refs)],
        ref=ref,
        node_id=node_id,
        lon=lon,
        lat=lat,
        node_tags=_tags_of_nodes(found.node_tags, node_id),
        source=path.name,
        notes=_notes(found),
    )
    return whole_ways(each_way_once(ways))


def _collect(things: Iterable[Any], found: _Found) -> None:
    """Sort nodes and ways into lists. `Any`: osmium's types do not say that no relation comes."""
    classes = frozenset(ROAD_CLASSES)
    for thing in things:
        tag = thing.tags.get
        if thing.is_node():
            found.node_tags[thing.id] = [tag(key, "") for key in NODE_TAGS]
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


def _check_usable(path: Path, found: _Found, lon: Floats) -> None:
    if not found.way_id:
        others = ", ".join(f"{kind} {count}" for kind, count in found.not_roads.most_common(5))
        message = f"There is no road in it{f' (only {others})' if others else ''}. "
        raise InputError(str(path), [message + 'Expected ways with highway = "residential" and the like.'])
    if np.isnan(lon).all():
        message = f"It holds {len(found.way_id)} roads but none of their {len(lon)} nodes, so they have no place. "
        raise InputError(str(path), [message + "Export it again together with the nodes."])


def _text_table(rows: list[list[str]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(dict(zip(columns, zip(*rows, strict=True), strict=True)), dtype="str")


def _tags_of_nodes(tags: dict[int, list[str]], node_id: Ids) -> pd.DataFrame:
    tagged = np.array(sorted(tags), dtype=np.int64)
    used = tagged[np.isin(tagged, node_id)]
    table = pd.DataFrame([tags[node] for node in used.tolist()], columns=list(NODE_TAGS), dtype="str")
    table.index = pd.Index(np.searchsorted(node_id, used))
    return table


def _notes(found: _Found) -> tuple[Note, ...]:
    notes = []
    if found.not_roads:
        kinds = tuple(f"{kind} {count}" for kind, count in found.not_roads.most_common(5))
        values = {"kinds": ", ".join(kinds)}
        notes.append(Note("topic_roads", "note_ways_not_for_vehicles", found.not_roads.total(), kinds, values))
    return (*notes, *noted("topic_roads", "note_ways_are_areas", found.areas))
