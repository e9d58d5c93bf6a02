"""
How places along edges join the nodes of the network, in whole milliseconds.

A stretch of an edge that is driven in part is rounded up, so no time is shorter than the true one, and none is longer
by 2 ms or more (one part edge at each end). A place at the end of an edge stands on the junction and may leave and be
reached by every edge that meets there, whichever of them it was snapped to.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from siting.arrays import Floats, Ids, Milliseconds, Positions32
from siting.network import CLOSED, EdgePositions, RoadNetwork

_NOISE_MS = 1e-6
"""A fraction such as 0.1 is not exact in binary; that must not cost a millisecond."""
_AT_JUNCTION_M = 0.001
"""Snapping to the end of an edge gives fractions such as 2e-12; against a one-way that would be a way round a block."""


class Ends(NamedTuple):
    """
    The two nodes beside each place and the time between, shapes (P, 2); `CLOSED` where nobody drives that way.

    Column 0 is the edge's `edge_from`, column 1 its `edge_to`. A place off the road is closed both ways.
    """

    node: Positions32
    ms: Milliseconds


class Lists(NamedTuple):
    """Places listed by a key: key k has ``ptr[k]:ptr[k + 1]``, each with its milliseconds."""

    ptr: Ids
    place: Positions32
    ms: Milliseconds


def departures(network: RoadNetwork, positions: EdgePositions) -> Ends:
    """From each place to the ends of its edge."""
    return _ends(network, positions, network.backward_ms, network.forward_ms)


def arrivals(network: RoadNetwork, positions: EdgePositions) -> Ends:
    """To each place from the ends of its edge."""
    return _ends(network, positions, network.forward_ms, network.backward_ms)


def by_node(network: RoadNetwork, ends: Ends) -> Lists:
    """The places that can be reached from each node without passing another."""
    place, end = np.nonzero(ends.ms != CLOSED)
    return listed(ends.node[place, end], place, ends.ms[place, end], network.n_nodes)


def beside(network: RoadNetwork, sites: EdgePositions, demand: EdgePositions) -> Lists:
    """The demand that each site reaches along their common edge, by site."""
    order = np.argsort(demand.edge, kind="stable")
    on_edge = demand.edge[order]
    first, last = (np.searchsorted(on_edge, sites.edge, side) for side in ("left", "right"))
    count = np.where(sites.on_road, last - first, 0)
    site = np.repeat(np.arange(len(sites)), count)
    there = order[ranges(first, count)]
    ahead = demand.fraction[there] - sites.fraction[site]
    whole = np.where(ahead > 0, network.forward_ms[sites.edge[site]], network.backward_ms[sites.edge[site]])
    whole[ahead == 0] = 0
    open_ = whole != CLOSED
    return listed(site[open_], there[open_], _part(np.abs(ahead), whole)[open_], len(sites))


def listed(key: Ids | Positions32, place: Ids, ms: Milliseconds, n_keys: int) -> Lists:
    """Sort places by key, ties kept in the order given."""
    order = np.argsort(key, kind="stable")
    ptr = np.zeros(n_keys + 1, dtype=np.int64)
    np.cumsum(np.bincount(key, minlength=n_keys), out=ptr[1:])
    return Lists(ptr, place[order].astype(np.uint32), ms[order].astype(np.int32))


def ranges(first: Ids, count: Ids) -> Ids:
    """
    Runs of whole numbers, one after the other.

    Examples
    --------
    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    end = np.cumsum(count)
    return np.arange(end[-1] if len(end) else 0) + np.repeat(first - end + count, count)


def _ends(network: RoadNetwork, positions: EdgePositions, from_ms: Milliseconds, to_ms: Milliseconds) -> Ends:
    edge = np.where(positions.on_road, positions.edge, 0)
    fraction = np.where(positions.on_road, positions.fraction, 0.0)
    share = np.column_stack([fraction, 1.0 - fraction])
    whole = np.column_stack([from_ms[edge], to_ms[edge]])
    ms = np.where(whole == CLOSED, CLOSED, _part(share, whole))
    ms[share * network.edge_length_m[edge, None] < _AT_JUNCTION_M] = 0
    ms[~positions.on_road] = CLOSED
    node = np.column_stack([network.edge_from[edge], network.edge_to[edge]])
    return Ends(node.astype(np.uint32), ms.astype(np.int32))


def _part(share: Floats, whole: Milliseconds) -> Milliseconds:
    return np.ceil(share * whole - _NOISE_MS).astype(np.int32)
