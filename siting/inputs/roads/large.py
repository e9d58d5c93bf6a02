"""Large .osm.pbf files, by the decoder of their own that pays from some size on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from siting.arrays import Floats, Ids
from siting.inputs.roads.classes import OPEN_TO_ENGINES, ROAD_CLASSES
from siting.inputs.roads.osm import OSM_PRECISION, Found, read_osm, text_table, ways_found
from siting.inputs.roads.pbf import Block, Texts, UnusualFileError, blocks
from siting.inputs.roads.progress import Progress, silent, told
from siting.inputs.roads.restrictions import RELATION_TAGS, Relation
from siting.network.ways import NODE_TAGS, WAY_TAGS, Ways

LARGE_B = 20_000_000
"""From this size on the decoder is worth its start: some seconds when it is compiled for the first time."""
_KEYS = (*WAY_TAGS, "area")
_HIGHWAY, _EMERGENCY, _MOTOR, _AREA = (_KEYS.index(key) for key in ("highway", "emergency", "motor_vehicle", "area"))


def read_pbf(path: Path, progress: Progress = silent) -> Ways:
    """
    Roads of an .osm.pbf file, as `read_osm` gives them; a large one by the fast decoder, unless it is unusual.

    Raises
    ------
    InputError
        As `read_osm`.
    """
    if path.stat().st_size < LARGE_B:
        return read_osm(path, progress)
    try:
        return read_large_pbf(path, progress)
    except UnusualFileError as fault:
        progress(f"{path.name} is read through pyosmium, for {fault}.")
        return read_osm(path, progress)


def read_large_pbf(path: Path, progress: Progress = silent) -> Ways:
    """
    The same ways, tags, nodes and notes as `read_osm`; 16 bytes of memory for each node of the file.

    Raises
    ------
    UnusualFileError
        If `read_osm` must look at it.
    InputError
        If there is no road in it, or none of the roads' nodes.
    """
    found, tags, refs, nodes = Found(), [], [], []
    for block in told(blocks(path, _KEYS, NODE_TAGS, RELATION_TAGS), f"blocks of {path.name} read", progress, look=1):
        nodes.append((block.node_id, block.lon.astype(np.int32), block.lat.astype(np.int32)))
        found.node_tags.update(zip(block.tagged_id.tolist(), _written(block.node_tags).tolist(), strict=True))
        found.relations += _relations(block)
        roads = _roads(block, found)
        found.way_id += block.way_id[roads].tolist()
        found.n_refs += block.n_refs[roads].tolist()
        refs.append(block.ref[np.repeat(roads, block.n_refs)])
        tags.append(_written(Texts(block.way_tags.value[roads, : len(WAY_TAGS)], block.way_tags.texts)))
    if not nodes:
        raise UnusualFileError("it holds no data")
    node_id, ref = np.unique(np.concatenate(refs), return_inverse=True)
    lon, lat = _locations(nodes, node_id)
    return ways_found(path, found, text_table(np.concatenate(tags).T, WAY_TAGS), ref, node_id, lon, lat)


def _roads(block: Block, found: Found) -> np.ndarray:
    """Which ways are roads; the others are counted."""
    value, words = block.way_tags
    is_class, is_open = (np.array([word in known for word in words]) for known in (set(ROAD_CLASSES), OPEN_TO_ENGINES))
    is_area = np.array([word == "yes" for word in words])[value[:, _AREA]]
    is_road = is_class[value[:, _HIGHWAY]] | is_open[value[:, _EMERGENCY]] | is_open[value[:, _MOTOR]]
    found.not_roads.update(words[k] for k in value[~is_road, _HIGHWAY].tolist())
    found.areas += block.way_id[is_road & is_area].tolist()
    return is_road & ~is_area


def _relations(block: Block) -> list[Relation]:
    """Those with one of the tags that restrict turns, as pyosmium's filter finds them."""
    rows = np.flatnonzero(block.relation_tags.value[:, :2].any(axis=1))
    tags, last = _written(block.relation_tags), np.cumsum(block.n_members)
    found = []
    for row in rows.tolist():
        members = block.member[last[row] - block.n_members[row] : last[row]].tolist()
        listed = [("nwr"[kind], ref, block.relation_tags.texts[role]) for kind, ref, role in members]
        found.append(Relation(int(block.relation_id[row]), tags[row].tolist(), listed))
    return found


def _written(values: Texts) -> np.ndarray:
    """The values themselves, shape [object, key]."""
    return np.array(values.texts, dtype=object)[values.value]


def _locations(nodes: list[tuple[Ids, np.ndarray, np.ndarray]], wanted: Ids) -> tuple[Floats, Floats]:
    """Longitude and latitude of each wanted node, nan where the file does not hold it."""
    node_id, lon, lat = (np.concatenate(arrays) for arrays in zip(*nodes, strict=True))
    nodes.clear()
    if (np.diff(node_id) < 0).any():
        order = np.argsort(node_id, kind="stable")
        node_id, lon, lat = node_id[order], lon[order], lat[order]
    at = np.minimum(np.searchsorted(node_id, wanted), max(len(node_id) - 1, 0))
    there = node_id[at] == wanted if len(node_id) else np.zeros(len(wanted), dtype=np.bool_)
    degrees = np.full((2, len(wanted)), np.nan)
    degrees[0, there], degrees[1, there] = lon[at[there]] / OSM_PRECISION, lat[at[there]] / OSM_PRECISION
    return degrees[0], degrees[1]
