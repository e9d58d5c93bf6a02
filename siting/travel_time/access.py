"""
How places along edges join the states that a search runs on, in whole milliseconds.

A stretch of an edge that is driven in part is rounded up, so no time is shorter than the true one, and none is longer
by 2 ms or more (one part edge at each end). A place at the end of an edge stands on the junction and may leave and be
reached by every edge that meets there, whichever of them it was snapped to; where turns cost, without turning.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from siting.arrays import Floats, Ids, Mask, Milliseconds, Positions32
from siting.network import CLOSED, EdgePositions, RoadNetwork
from siting.network.csr import grouped

_NOISE_MS = 1e-6
"""A fraction such as 0.1 is not exact in binary; that must not cost a millisecond."""
_AT_JUNCTION_M = 0.001
"""Snapping to the end of an edge gives fractions such as 2e-12; against a one-way that would be a way round a block."""


class Stands(NamedTuple):
    """
    Where places stand, in rows of place, edge and fraction; those off the road have none.

    Where turns cost, a place on a junction stands at the end of every edge that meets there, since it is on none of
    them in particular. Otherwise a place has one row.
    """

    place: Ids
    edge: Ids
    fraction: Floats


class Ends(NamedTuple):
    """
    States beside each of P places and the time between, shapes (P, K); `CLOSED` where nobody drives that way.

    The first half of the columns belong to the edge's `edge_from`, the second to its `edge_to`.
    """

    state: Positions32
    ms: Milliseconds


class Stops(NamedTuple):
    """Places and the states from which they are reached, in no order, each with its milliseconds."""

    state: Positions32
    place: Ids
    ms: Milliseconds


class Lists(NamedTuple):
    """Places listed by a key: key k has ``ptr[k]:ptr[k + 1]``, each with its milliseconds."""

    ptr: Ids
    place: Positions32
    ms: Milliseconds


def departures(network: RoadNetwork, sites: EdgePositions) -> Ends:
    """
    From each place to the states in which it leaves its edge; a place off the road is closed every way.

    They are the edge's two junctions; where turns cost, the edges that follow there, the turn included.
    """
    stands = _stands(network, sites)
    ms = _parts(stands, network.backward_ms, network.forward_ms)
    if network.turns is None:
        state = np.column_stack([network.edge_from[stands.edge], network.edge_to[stands.edge]])
        ms[_is_at_end(stands)] = 0
    else:
        state, ms = _onward(network, stands, ms)
    every = np.zeros((len(sites), state.shape[1]), np.uint32), np.full((len(sites), ms.shape[1]), CLOSED, np.int32)
    every[0][stands.place], every[1][stands.place] = state, ms
    return Ends(*every)


def standing(network: RoadNetwork, places: EdgePositions) -> Stands:
    """The rows of the places, those on a junction repeated where turns cost."""
    stands = _stands(network, places)
    if network.turns is None:
        return stands
    row, end = np.nonzero(_is_at_end(stands))
    node = np.where(end == 0, network.edge_from[stands.edge[row]], network.edge_to[stands.edge[row]])
    is_met = np.zeros(network.n_nodes, dtype=np.bool_)
    is_met[node] = True
    starts, ends = np.flatnonzero(is_met[network.edge_from]), np.flatnonzero(is_met[network.edge_to])
    at = np.concatenate([network.edge_from[starts], network.edge_to[ends]])
    order = np.argsort(at, kind="stable")
    first, last = (np.searchsorted(at[order], node, side) for side in ("left", "right"))
    taken = order[ranges(first, last - first)]
    along = np.flatnonzero(~_is_at_end(stands).any(axis=1))
    return Stands(
        np.concatenate([stands.place[along], np.repeat(stands.place[row], last - first)]),
        np.concatenate([stands.edge[along], np.concatenate([starts, ends])[taken]]),
        np.concatenate([stands.fraction[along], (taken >= len(starts)).astype(np.float64)]),
    )


def reached_from(network: RoadNetwork, stands: Stands) -> Ends:
    """To each row from the states in which its edge is driven into, forward and backward."""
    state = np.column_stack([network.states.forward[stands.edge], network.states.backward[stands.edge]])
    ms = _parts(stands, network.forward_ms, network.backward_ms)
    if network.turns is None:
        ms[_is_at_end(stands)] = 0
    return Ends(state, ms)


def arrivals(network: RoadNetwork, demand: EdgePositions) -> Stops:
    """Each place with the states from which it is reached without another between."""
    stands = standing(network, demand)
    ends = reached_from(network, stands)
    open_ = np.flatnonzero(ends.ms.ravel() != CLOSED)
    return Stops(ends.state.ravel()[open_], stands.place[open_ // 2], ends.ms.ravel()[open_])


def by_state(network: RoadNetwork, stops: Stops) -> Lists:
    """The places that can be reached from each state without another between."""
    return listed(stops.state, stops.place, stops.ms, network.states.n_states)


def beside(network: RoadNetwork, sites: EdgePositions, demand: EdgePositions) -> Lists:
    """The demand that each site reaches along their common edge, by site; some demand may be listed twice."""
    own, stands = _stands(network, sites), standing(network, demand)
    ptr, order = grouped(stands.edge, network.n_edges)
    first, last = ptr[own.edge], ptr[own.edge + 1]
    row = np.repeat(np.arange(len(own.edge)), last - first)
    there = order[ranges(first, last - first)]
    ahead = stands.fraction[there] - own.fraction[row]
    whole = np.where(ahead > 0, network.forward_ms[own.edge[row]], network.backward_ms[own.edge[row]])
    whole[ahead == 0] = 0
    open_ = whole != CLOSED
    ms = _part(np.abs(ahead), whole)[open_]
    return listed(own.place[row][open_], stands.place[there][open_], ms, len(sites))


def listed(key: Ids | Positions32, place: Ids, ms: Milliseconds, n_keys: int) -> Lists:
    """Sort places by key, ties kept in the order given."""
    ptr, order = grouped(key, n_keys)
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


def _stands(network: RoadNetwork, places: EdgePositions) -> Stands:
    """One row for each place on the road; what is within a millimetre of a junction is on it."""
    place = np.flatnonzero(places.on_road)
    edge, fraction = places.edge[place], places.fraction[place].copy()
    length_m = network.edge_length_m[edge]
    fraction[fraction * length_m < _AT_JUNCTION_M] = 0.0
    fraction[(1.0 - fraction) * length_m < _AT_JUNCTION_M] = 1.0
    return Stands(place, edge, fraction)


def _is_at_end(stands: Stands) -> Mask:
    return np.column_stack([stands.fraction == 0.0, stands.fraction == 1.0])


def _parts(stands: Stands, from_ms: Milliseconds, to_ms: Milliseconds) -> Milliseconds:
    """Between each row and its edge's two ends, shape (R, 2)."""
    share = np.column_stack([stands.fraction, 1.0 - stands.fraction])
    whole = np.column_stack([from_ms[stands.edge], to_ms[stands.edge]])
    return np.where(whole == CLOSED, np.int32(CLOSED), _part(share, whole))


def _onward(network: RoadNetwork, stands: Stands, leave_ms: Milliseconds) -> tuple[Positions32, Milliseconds]:
    """The edges that follow at each end, with the way there and the turn; from a junction all, for nothing."""
    arcs, at_end = network.states.arcs, _is_at_end(stands)
    node = np.column_stack([network.edge_from[stands.edge], network.edge_to[stands.edge]])
    driven = np.column_stack([network.states.backward[stands.edge], network.states.forward[stands.edge]])
    whole_ms = np.column_stack([network.backward_ms[stands.edge], network.forward_ms[stands.edge]])
    by_node, by_edge = network.outward.indptr.astype(np.int64), arcs.indptr.astype(np.int64)
    first = np.where(at_end, by_node[node], by_edge[driven]).ravel()
    last = np.where(at_end, by_node[node + 1], by_edge[driven + 1]).ravel()
    is_left = at_end | ((leave_ms != CLOSED) & ~at_end[:, ::-1])
    count = np.where(is_left.ravel(), last - first, 0)
    taken, slot = ranges(first, count), np.repeat(np.arange(len(count)), count)
    width = int(count.max(initial=1))
    state, ms = np.zeros((len(count), width), np.uint32), np.full((len(count), width), CLOSED, np.int32)
    column, turns = taken - first[slot], ~at_end.ravel()[slot]
    state[slot[~turns], column[~turns]], ms[slot[~turns], column[~turns]] = taken[~turns], 0
    slot, column, taken = slot[turns], column[turns], taken[turns]
    state[slot, column] = arcs.head[taken]
    ms[slot, column] = (leave_ms - whole_ms).ravel()[slot] + arcs.weight[taken]
    return state.reshape(-1, 2 * width), ms.reshape(-1, 2 * width)


def _part(share: Floats, whole: Milliseconds) -> Milliseconds:
    return np.ceil(share * whole - _NOISE_MS).astype(np.int32)
