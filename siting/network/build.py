"""From ways to the directed road network, in whole-array steps: no Python loop runs over ways."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pyproj
import shapely
from numba import njit
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats, Ids, Mask, Milliseconds, Positions32
from siting.crs import WGS84, transformer
from siting.errors import InputError
from siting.network.chains import Chains, cut_chains
from siting.network.connectivity import cut_off_notes, main_part
from siting.network.csr import CLOSED
from siting.network.edge_table import edge_table
from siting.network.extent import check_extent
from siting.network.hilbert import hilbert_order
from siting.network.leaps import without_leaps
from siting.network.overrides import with_override_notes
from siting.network.road_network import RoadNetwork
from siting.network.turn_costs import with_turns
from siting.network.ways import Ways
from siting.speeds import OverrideFlags, SpeedProfile, WaySpeeds, node_passage, way_speeds
from siting.tables import Note, some

_ELLIPSOID = pyproj.Geod(ellps="WGS84")
_SHORT_M = 1000.0
"""Up to here the radii of curvature give the geodesic to a tenth of a millimetre, to 80 degrees of latitude."""
_MOST_MS = 24 * 3600 * 1000
"""An edge takes no longer than a day, so that whole routes stay far below the largest int32, 596 hours."""


def build_network(
    ways: Ways, profile: SpeedProfile, crs: pyproj.CRS, within: BaseGeometry | None = None
) -> RoadNetwork:
    """
    Junctions and edges of the roads that an engine drives, with the time of each edge in each direction.

    A junction is where driven ways end or share a node, or where one touches itself; edges never span two ways. At a
    node that cannot be passed the road is cut: every edge that meets it ends there for itself. A delay (signal, gate)
    is charged to whoever drives into the node at an edge's end, and in both directions where it lies inside an edge; a
    gate counts as an override in the same directions. Turns cost and are forbidden as the profile says (`with_turns`).

    Parameters
    ----------
    ways
        As a reader returned them.
    profile
        Speeds, delays and what is closed.
    crs
        The study area's metric CRS.
    within
        Polygon in `crs`: only edges that touch it are kept, whole. None keeps all.

    Raises
    ------
    InputError
        If there are no ways, if none is driven, if one takes longer than a day, or if `within` lies elsewhere (with
        both extents).

    Examples
    --------
    >>> from siting import toy
    >>> network = build_network(toy.ways(), toy.profile(), toy.CRS)
    >>> network.n_nodes, network.n_edges, int(network.is_main.sum())
    (22, 28, 27)
    """
    check_extent(ways, crs, within)
    speeds = way_speeds(ways.way_id, ways.tags, profile)
    is_driven = ~(np.isnan(speeds.forward_kph) & np.isnan(speeds.backward_kph)) & (np.diff(ways.ref_ptr) > 1)
    delays_s, is_closed, gates, node_notes = _node_passage(ways, is_driven, profile)
    chains, leap_notes = without_leaps(cut_chains(ways, is_driven, is_closed), ways)
    if len(chains.way) == 0:
        classes = some(sorted(ways.tags["highway"].unique()), 12)
        fault = f"None of its {len(ways.way_id)} ways can be driven with profile {profile.name!r} (classes: {classes})."
        raise InputError(ways.source, [fault])

    x, y = _projected(ways, chains, crs)
    if within is not None:
        chains = chains.take(_touches(chains, x, y, within))
        if len(chains.way) == 0:
            fault = "No road that can be driven touches the boundary, though the extents overlap."
            raise InputError(ways.source, [fault])

    node, edge_from, edge_to = _junctions(chains, is_closed, x, y)
    order = np.lexsort((edge_to, edge_from))
    chains, edge_from, edge_to = chains.take(order), edge_from[order], edge_to[order]
    point, coord_ptr = chains.points
    length_m = _lengths(ways.lon[point], ways.lat[point], coord_ptr)
    forward_ms, backward_ms = _times(ways, chains, length_m, speeds, delays_s)
    edges = edge_table(ways, speeds, profile, chains, gates)
    notes = (*profile.notes, *speeds.notes, *node_notes, *_start_notes(profile), *leap_notes)
    network = RoadNetwork(
        crs=crs,
        node_id=ways.node_id[node],
        x=x[node],
        y=y[node],
        edge_from=edge_from,
        edge_to=edge_to,
        edge_length_m=length_m,
        coord_ptr=coord_ptr,
        coords=np.column_stack([x[point], y[point]]),
        forward_ms=forward_ms,
        backward_ms=backward_ms,
        is_main=np.ones(len(edge_from), dtype=np.bool_),
        edges=edges,
        profile=profile.name,
        start_stop_s=profile.start_stop_s,
        notes=notes,
    )
    network = with_override_notes(replace(network, is_main=main_part(network)))
    network = with_turns(network, profile, ways.restrictions)
    return replace(network, notes=(*network.notes, *cut_off_notes(network.is_main, length_m, edges)))


def _node_passage(
    ways: Ways, is_driven: Mask, profile: SpeedProfile
) -> tuple[Floats, Mask, OverrideFlags, tuple[Note, ...]]:
    """Delays along and against the way, closure and gates of all nodes, judged only where an engine comes by."""
    is_used = np.zeros(len(ways.node_id), dtype=np.bool_)
    is_used[ways.ref[np.repeat(is_driven, np.diff(ways.ref_ptr))]] = True
    tagged = ways.node_tags.index.to_numpy(dtype=np.int64)
    tagged, tags = tagged[is_used[tagged]], ways.node_tags[is_used[tagged]]
    passage = node_passage(ways.node_id[tagged], tags, profile)
    delays_s, is_closed = np.zeros((2, len(ways.node_id))), np.zeros(len(ways.node_id), dtype=np.bool_)
    gates = np.zeros(len(ways.node_id), dtype=np.uint8)
    delays_s[:, tagged] = passage.forward_delay_s, passage.backward_delay_s
    is_closed[tagged], gates[tagged] = passage.is_closed, passage.override
    return delays_s, is_closed, gates, passage.notes


def _start_notes(profile: SpeedProfile) -> tuple[Note, ...]:
    if profile.start_stop_s == 0:
        return ()
    return (Note("topic_roads", "note_start_stop", 1, values={"seconds": profile.start_stop_s}),)


def _projected(ways: Ways, chains: Chains, crs: pyproj.CRS) -> Floats:
    """Metres of all nodes that are driven by, shape (2, N); nan for others, since each costs as much as ten sums."""
    is_used = np.zeros(len(ways.node_id), dtype=np.bool_)
    is_used[chains.points[0]] = True
    xy = np.full((2, len(ways.node_id)), np.nan)
    xy[:, is_used] = transformer(WGS84, crs).transform(ways.lon[is_used], ways.lat[is_used])
    return xy


def _touches(chains: Chains, x: Floats, y: Floats, within: BaseGeometry) -> Mask:
    point, pointer = chains.points
    chain = np.repeat(np.arange(len(chains.way)), np.diff(pointer))
    lines = shapely.linestrings(np.column_stack([x[point], y[point]]), indices=chain)
    shapely.prepare(within)
    return shapely.intersects(within, lines)


def _junctions(chains: Chains, is_closed: Mask, x: Floats, y: Floats) -> tuple[Ids, Positions32, Positions32]:
    """Nodes along a Hilbert curve, and both ends of each chain as positions among them; closed nodes once per end."""
    ends = np.concatenate([chains.ref[chains.start], chains.ref[chains.end]])
    key = np.where(is_closed[ends], len(is_closed) + np.arange(len(ends)), ends)
    rank = np.zeros(len(is_closed) + len(ends), dtype=np.uint32)
    rank[key] = 1
    junction = np.flatnonzero(rank)
    node = np.concatenate([np.arange(len(is_closed)), ends])[junction]
    order = hilbert_order(x[node], y[node])
    rank[junction[order]] = np.arange(len(node), dtype=np.uint32)
    edge_from, edge_to = np.split(rank[key], 2)
    return node[order], edge_from, edge_to


def _lengths(lon: Floats, lat: Floats, pointer: Ids) -> Floats:
    """Metres on the ellipsoid along each line."""
    step_m = np.append(_short_m(lon, lat, _ELLIPSOID.a, _ELLIPSOID.es), 0.0)
    step_m[pointer[1:] - 1] = 0.0  # from the end of one line to the start of the next
    far = np.flatnonzero(step_m > _SHORT_M)
    step_m[far] = _ELLIPSOID.inv(lon[far], lat[far], lon[far + 1], lat[far + 1])[2]
    return np.add.reduceat(step_m, pointer[:-1])


@njit(cache=True, nogil=True)
def _short_m(lon: Floats, lat: Floats, a_m: float, es: float) -> Floats:
    """From each point to the next by the radii of curvature midway, many times faster than the geodesic."""
    metres = np.empty(len(lon) - 1)
    for k in range(len(metres)):
        cosine = math.cos(math.radians(0.5 * (lat[k] + lat[k + 1])))
        flat = 1.0 - es * (1.0 - cosine * cosine)
        across_m = a_m / math.sqrt(flat)
        north_m = across_m * (1.0 - es) / flat * math.radians(lat[k + 1] - lat[k])
        east_m = across_m * cosine * math.radians(lon[k + 1] - lon[k])
        metres[k] = math.sqrt(north_m * north_m + east_m * east_m)
    return metres


def _times(
    ways: Ways, chains: Chains, length_m: Floats, speeds: WaySpeeds, delays_s: Floats
) -> tuple[Milliseconds, Milliseconds]:
    """Each edge forward and backward: driving, the delays inside it, and the one at the end driven into."""
    point, pointer = chains.points
    along_s, against_s = delays_s[:, point]
    along_s[pointer[:-1]] = 0.0
    against_s[pointer[1:] - 1] = 0.0
    forward_s, backward_s = (np.add.reduceat(delay_s, pointer[:-1]) for delay_s in (along_s, against_s))
    forward_ms = _milliseconds(length_m, speeds.forward_kph[chains.way], forward_s)
    backward_ms = _milliseconds(length_m, speeds.backward_kph[chains.way], backward_s)
    longest_ms = np.maximum(forward_ms, backward_ms)
    if (endless := longest_ms > _MOST_MS).any():
        worst = int(longest_ms.argmax())
        fault = (
            f"{endless.sum()} edges take longer than a day to drive (ways {some(ways.way_id[chains.way[endless]])}); "
            f"the longest is {length_m[worst] / 1000:.3g} km in {longest_ms[worst] / 3.6e6:.3g} h. Check the speeds of "
            "the profile and the shape of these ways."
        )
        raise InputError(ways.source, [fault])
    return forward_ms.astype(np.int32), backward_ms.astype(np.int32)


def _milliseconds(length_m: Floats, kph: Floats, delay_s: Floats) -> Floats:
    """Milliseconds in whole numbers, rounded up, at least one; a hundredth of one is noise of the geodesic."""
    ms = np.ceil(np.round((length_m * 3.6 / kph + delay_s) * 1000.0, 2))
    return np.where(np.isnan(ms), CLOSED, np.maximum(ms, 1.0))
