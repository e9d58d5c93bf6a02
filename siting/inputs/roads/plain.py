"""Roads out of the blocks of a plain .osm.pbf file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids, Mask
from siting.errors import InputError
from siting.inputs.roads.classes import OPEN_TO_ENGINES, ROAD_CLASSES
from siting.inputs.roads.parts import each_way_once, whole_ways
from siting.inputs.roads.pbf import Block, Texts, blocks
from siting.inputs.roads.progress import Progress, silent, told
from siting.inputs.roads.restrictions import RELATION_TAGS, Relation, restriction_table
from siting.network.ways import NODE_TAGS, WAY_TAGS, Ways
from siting.tables import Note, noted

_PRECISION = 1e7
_NOWHERE = np.iinfo(np.int32).max
"""What libosmium writes for a node without coordinates."""
_KEYS = (*WAY_TAGS, "area")
_NO_WAYS = (*3 * [np.empty(0, np.int64)], np.empty((0, len(_KEYS)), np.int64))


@dataclass
class _Found:
    """What one pass over a file collects, block by block; tags of ways as positions in `words`, where 0 is none."""

    ways: list[tuple[Ids, Ids, Ids, Ids]] = field(default_factory=list)
    words: dict[str, int] = field(default_factory=lambda: {"": 0})
    nodes: list[tuple[Ids, np.ndarray, np.ndarray]] = field(default_factory=list)
    node_tags: dict[int, list[str]] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)


def read_plain_pbf(
    path: Path, source: Path, progress: Progress = silent, classes: Collection[str] = ROAD_CLASSES
) -> Ways:
    """
    Roads in the file's order; areas and ways of other classes are counted in `notes`.

    Of a node that is told twice the last place counts. Held are 16 bytes for each node of the file.

    Parameters
    ----------
    source
        The file that it is or was made from, for messages.
    classes
        Values of `highway` that are read, beside what is open to engines.

    Raises
    ------
    UnusualFileError
        If the file is not plain, or broken.
    InputError
        If there is no road in it, or none of the roads' nodes.
    """
    found = _Found()
    for block in told(blocks(path, _KEYS, NODE_TAGS, RELATION_TAGS), f"blocks of {source.name} read", progress, look=1):
        _collect(block, found)
    way_id, n_refs, ref_id, tags = (np.concatenate(arrays) for arrays in zip(_NO_WAYS, *found.ways, strict=True))
    is_road, not_roads, areas = _roads(way_id, tags, found.words, classes)
    if not is_road.any():
        others = ", ".join(f"{kind} {count}" for kind, count in not_roads.most_common(5))
        message = f"There is no road in it{f' (only {others})' if others else ''}. "
        raise InputError(str(source), [message + 'Expected ways with highway = "residential" and the like.'])
    node_id, ref = np.unique(ref_id[np.repeat(is_road, n_refs)], return_inverse=True)
    lon, lat = _locations(found, node_id)
    if np.isnan(lon).all():
        message = f"It holds {is_road.sum()} roads but none of their {len(lon)} nodes, so they have no "
        raise InputError(str(source), [message + "place. Export it again together with the nodes."])
    restrictions, restriction_notes = restriction_table(found.relations)
    ways = Ways(
        way_id=way_id[is_road],
        tags=_tags_of_ways(tags[is_road], found.words),
        ref_ptr=np.r_[0, np.cumsum(n_refs[is_road])],
        ref=ref,
        node_id=node_id,
        lon=lon,
        lat=lat,
        node_tags=_tags_of_nodes(found.node_tags, node_id),
        source=source.name,
        restrictions=restrictions,
        notes=(*_notes(not_roads, areas), *restriction_notes),
    )
    return whole_ways(each_way_once(ways))


def _collect(block: Block, found: _Found) -> None:
    found.nodes.append((block.node_id, block.lon.astype(np.int32), block.lat.astype(np.int32)))
    found.node_tags.update(zip(block.tagged_id.tolist(), _written(block.node_tags).tolist(), strict=True))
    found.relations += _relations(block)
    value, texts = block.way_tags
    used = np.flatnonzero(np.bincount(value.ravel(), minlength=1))
    word = np.zeros(len(texts), dtype=np.int64)
    word[used] = [found.words.setdefault(texts[k], len(found.words)) for k in used.tolist()]
    found.ways.append((block.way_id, block.n_refs, block.ref, word[value]))


def _roads(way_id: Ids, tags: Ids, words: dict[str, int], classes: Collection[str]) -> tuple[Mask, Counter[str], Ids]:
    """Which ways are roads, how many of each class are not, and the ids of roads that are areas and left out."""

    def has(key: str, values: Collection[str]) -> Mask:
        is_one = np.zeros(len(words), dtype=np.bool_)
        is_one[[words[value] for value in values if value in words]] = True
        return is_one[tags[:, _KEYS.index(key)]]

    is_road = has("highway", classes) | has("emergency", OPEN_TO_ENGINES) | has("motor_vehicle", OPEN_TO_ENGINES)
    is_area = has("area", ("yes",))
    others = np.array(list(words), dtype=object)[tags[~is_road, _KEYS.index("highway")]]
    return is_road & ~is_area, Counter(others.tolist()), way_id[is_road & is_area]


def _tags_of_ways(tags: Ids, words: dict[str, int]) -> pd.DataFrame:
    """A categorical column for each tag: of most ways most tags are missing, of the others few are different."""
    written, columns = np.array(list(words), dtype=object), {}
    for k, key in enumerate(WAY_TAGS):
        is_used = np.zeros(len(written), dtype=np.bool_)
        is_used[tags[:, k]] = True
        code = np.cumsum(is_used) - 1
        columns[key] = pd.Categorical.from_codes(code[tags[:, k]], categories=pd.Index(written[is_used], dtype="str"))
    return pd.DataFrame(columns)


def _relations(block: Block) -> Iterator[Relation]:
    """Those with one of the tags that restrict turns."""
    rows = np.flatnonzero(block.relation_tags.value[:, :2].any(axis=1))
    tags, last = _written(block.relation_tags), np.cumsum(block.n_members)
    for row in rows.tolist():
        members = block.member[last[row] - block.n_members[row] : last[row]].tolist()
        listed = [("nwr"[kind], ref, block.relation_tags.texts[role]) for kind, ref, role in members]
        yield Relation(int(block.relation_id[row]), tags[row].tolist(), listed)


def _written(values: Texts) -> np.ndarray:
    """The values themselves, shape [object, key]."""
    return np.array(values.texts, dtype=object)[values.value]


def _locations(found: _Found, wanted: Ids) -> tuple[Floats, Floats]:
    """Longitude and latitude of each wanted node, nan where the file does not say."""
    node_id, lon, lat = (np.concatenate(arrays) for arrays in zip(*found.nodes, strict=True))
    found.nodes.clear()
    if (np.diff(node_id) < 0).any():
        order = np.argsort(node_id, kind="stable")
        node_id, lon, lat = node_id[order], lon[order], lat[order]
    at = np.searchsorted(node_id, wanted, side="right") - 1
    there = np.zeros(len(wanted), dtype=np.bool_)
    if len(node_id):
        there = (node_id[at] == wanted) & (lon[at] != _NOWHERE)
    degrees = np.full((2, len(wanted)), np.nan)
    degrees[:, there] = np.stack([lon[at[there]], lat[at[there]]]) / _PRECISION
    return degrees[0], degrees[1]


def _tags_of_nodes(tags: dict[int, list[str]], node_id: Ids) -> pd.DataFrame:
    tagged = np.array(sorted(tags), dtype=np.int64)
    at = np.minimum(np.searchsorted(node_id, tagged), len(node_id) - 1)
    is_used = node_id[at] == tagged
    table = pd.DataFrame([tags[node] for node in tagged[is_used].tolist()], columns=list(NODE_TAGS), dtype="str")
    table.index = pd.Index(at[is_used])
    return table


def _notes(not_roads: Counter[str], areas: Ids) -> tuple[Note, ...]:
    notes = []
    if not_roads:
        kinds = tuple(f"{kind} {count}" for kind, count in not_roads.most_common(5))
        values = {"kinds": ", ".join(kinds)}
        notes.append(Note("topic_roads", "note_ways_not_for_vehicles", not_roads.total(), kinds, values))
    return (*notes, *noted("topic_roads", "note_ways_are_areas", areas))
