"""
Taking ways apart: each once, those in a box, and pieces where a node is missing.

A reader may hand over `Ways` in which the nodes that its file names but does not hold have the coordinates nan;
`whole_ways` makes of it what the contract of `Ways` asks for.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from siting.arrays import Ids, Mask
from siting.errors import InputError
from siting.network.ways import Ways
from siting.tables import Faults, Note, noted, some

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""


def check_box(bbox: Box, faults: Faults) -> None:
    """Note a box that is not west, south, east, north in degrees."""
    west, south, east, north = bbox
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        faults.add(
            f"The box {_shown(bbox)} is not in degrees. Expected west, south, east, north in WGS 84 (EPSG:4326); "
            "transform the boundary first."
        )
    elif west >= east or south >= north:
        faults.add(f"The box {_shown(bbox)} is empty or turned round. Expected west, south, east, north.")


def ways_in_box(ways: Ways, bbox: Box, where: str) -> Ways:
    """
    Ways with at least one node inside the box, each kept whole; how many were left out goes into `notes`.

    Raises
    ------
    InputError
        If no way is left; says where the roads of the file lie.
    """
    west, south, east, north = bbox
    inside = (west <= ways.lon) & (ways.lon <= east) & (south <= ways.lat) & (ways.lat <= north)
    keep = _any_ref(ways, inside)
    if not keep.any():
        raise InputError(where, [_nothing_inside(ways, bbox)])
    left_out = int((~keep).sum())
    if left_out == 0:
        return ways
    note = Note("topic_roads", "note_ways_outside_box", left_out, values={"box": _shown(bbox)})
    return _only_used_nodes(replace(_take(ways, np.flatnonzero(keep)), notes=(*ways.notes, note)))


def _nothing_inside(ways: Ways, bbox: Box) -> str:
    west, south, east, north = extent = ways.lon.min(), ways.lat.min(), ways.lon.max(), ways.lat.max()
    swapped = west <= bbox[3] and bbox[1] <= east and south <= bbox[2] and bbox[0] <= north
    message = (
        f"None of its {len(ways.way_id)} roads reaches into the box {_shown(bbox)}; they lie in {_shown(extent)}. "
    )
    if swapped:
        return message + "Longitude and latitude of the boundary look swapped."
    return message + "Check that roads and boundary belong together."


def each_way_once(ways: Ways) -> Ways:
    """Of ways with the same id the last one, as in extracts that were put together; repeats are counted in `notes`."""
    _, from_behind = np.unique(ways.way_id[::-1], return_index=True)
    rows = np.sort(len(ways.way_id) - 1 - from_behind)
    repeats = len(ways.way_id) - len(rows)
    if repeats == 0:
        return ways
    twice = np.setdiff1d(np.arange(len(ways.way_id)), rows)
    return replace(
        _take(ways, rows), notes=(*ways.notes, *noted("topic_roads", "note_ways_repeated", ways.way_id[twice]))
    )


def whole_ways(ways: Ways) -> Ways:
    """
    The same ways without a missing node (nan), cut in pieces there; a node named twice in a row counts once.

    Pieces of one node are left out. Missing nodes and lost ways are counted in `notes`.

    Examples
    --------
    Node 3 is not in the file, so the way 1-2-3-4-5 becomes 1-2 and 4-5:

    >>> from siting.network.ways import WAY_TAGS
    >>> tags = pd.DataFrame([[""] * len(WAY_TAGS)], columns=list(WAY_TAGS), dtype="str")
    >>> lon = np.array([0.0, 0.1, np.nan, 0.3, 0.4])
    >>> ways = whole_ways(Ways(np.array([9]), tags, np.array([0, 5]), np.arange(5), np.arange(1, 6), lon, lon,
    ...                        pd.DataFrame(), "example"))
    >>> ways.ref_ptr.tolist(), ways.node_id[ways.ref].tolist(), ways.way_id.tolist()
    ([0, 2, 4], [1, 2, 4, 5], [9, 9])
    """
    way = np.repeat(np.arange(len(ways.way_id)), np.diff(ways.ref_ptr))
    missing = np.isnan(ways.lon)[ways.ref]
    same_way = way[1:] == way[:-1]
    repeated = np.r_[False, (ways.ref[1:] == ways.ref[:-1]) & same_way]
    starts = np.r_[True, ~same_way] | np.r_[True, missing[:-1]]
    piece = np.cumsum(starts) - 1
    there = ~missing & ~repeated
    size = np.bincount(piece[there], minlength=piece[-1] + 1)
    kept = there & (size[piece] >= 2)
    lengths = size[size >= 2]
    of_way = way[starts][size >= 2]
    is_cut = not np.array_equal(of_way, np.arange(len(ways.way_id)))
    whole = replace(
        ways,
        way_id=ways.way_id[of_way],
        tags=ways.tags.iloc[of_way].reset_index(drop=True) if is_cut else ways.tags,
        ref_ptr=np.r_[0, np.cumsum(lengths)],
        ref=ways.ref[kept],
        notes=(*ways.notes, *_losses(ways, way, missing, kept)),
    )
    return _only_used_nodes(whole)


def _losses(ways: Ways, way: Ids, missing: Mask, kept: Mask) -> list[Note]:
    notes = []
    cut = np.unique(way[missing])
    if len(cut):
        examples = tuple(map(str, ways.way_id[cut[:5]]))
        notes.append(Note("topic_roads", "note_nodes_missing", int(missing.sum()), examples, {"ways": len(cut)}))
    lost = np.flatnonzero(np.bincount(way[kept], minlength=len(ways.way_id)) == 0)
    return [*notes, *noted("topic_roads", "note_ways_too_short", ways.way_id[lost])]


def _any_ref(ways: Ways, of_node: Mask) -> Mask:
    """Which ways touch one of these nodes."""
    hit = np.r_[0, np.cumsum(of_node[ways.ref])]
    return hit[ways.ref_ptr[1:]] > hit[ways.ref_ptr[:-1]]


def _take(ways: Ways, rows: Ids) -> Ways:
    """The ways at these rows, over the same nodes."""
    lengths = np.diff(ways.ref_ptr)[rows]
    ref_ptr = np.r_[0, np.cumsum(lengths)]
    at = np.arange(ref_ptr[-1]) + np.repeat(ways.ref_ptr[rows] - ref_ptr[:-1], lengths)
    tags = ways.tags.iloc[rows].reset_index(drop=True)
    return replace(ways, way_id=ways.way_id[rows], tags=tags, ref_ptr=ref_ptr, ref=ways.ref[at])


def _only_used_nodes(ways: Ways) -> Ways:
    used = np.zeros(len(ways.node_id), dtype=bool)
    used[ways.ref] = True
    if used.all():
        return ways
    position = np.cumsum(used) - 1
    node_tags = ways.node_tags
    if len(node_tags):
        node_tags = node_tags[used[node_tags.index]]
        node_tags.index = pd.Index(position[node_tags.index])
    return replace(
        ways,
        ref=position[ways.ref],
        node_id=ways.node_id[used],
        lon=ways.lon[used],
        lat=ways.lat[used],
        node_tags=node_tags,
    )


def _shown(bbox: tuple[float, ...]) -> str:
    return some((f"{value:.4f}" for value in bbox), limit=4)
