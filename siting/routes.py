"""The roads that an engine takes from one place to another: the edges behind a travel time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids, Mask
from siting.network import CLOSED, EdgePositions, RoadNetwork
from siting.travel_time.access import Ends, Stands, departures, reached_from, standing

_NOBODY = -9999
"""scipy's predecessor of a node that has none."""


@dataclass(frozen=True)
class Routes:
    """
    The quickest road of each trip, in the caller's order; trip k drives ``edge[ptr[k]:ptr[k + 1]]``.

    Attributes
    ----------
    ptr
        Shape (K + 1,).
    edge, is_forward
        Shape (D,). Edges in driving order, and whether along their drawing.
    share
        Shape (D,). Part of the edge that is driven: below 1 at the first and last.
    travel_s
        Shape (K,). Seconds on the network; inf where there is no way, and no edge either.
    turn_s
        Shape (K,). Those of them that turning takes, 0 where it costs nothing.
    """

    ptr: Ids
    edge: Ids
    is_forward: Mask
    share: Floats
    travel_s: Floats
    turn_s: Floats

    @property
    def trip(self) -> Ids:
        """Shape (D,). The trip that each edge belongs to."""
        return np.repeat(np.arange(len(self.travel_s)), self.ptr[1:] - self.ptr[:-1])

    def length_m(self, network: RoadNetwork) -> Floats:
        """Shape (K,). Metres of each trip on the roads of this network; 0 where there is no way."""
        driven_m = network.edge_length_m[self.edge] * self.share
        return np.bincount(self.trip, driven_m, len(self.travel_s)).astype(np.float64)


def routes(network: RoadNetwork, origins: EdgePositions, destinations: EdgePositions) -> Routes:
    """
    The quickest way from each origin to the destination in the same row.

    One search for each different state beside an origin (a junction, or an edge that follows), so it is meant for runs
    from a few stations.

    Parameters
    ----------
    origins, destinations
        K places each.

    Examples
    --------
    >>> from siting import toy
    >>> network = toy.network()
    >>> way = routes(network, toy.sites().take(np.array([1])), toy.demand().take(np.array([2])))
    >>> network.edges.name[way.edge].tolist(), way.share.round(2).tolist(), way.travel_s.round().tolist()
    (['C Avenue', 'Bridge', 'South Quay'], [0.5, 1.0, 0.5], [72.0])
    """
    out, stands = departures(network, origins), standing(network, destinations)
    arcs = _Arcs.of(network)
    found = _quickest(arcs, out, stands, reached_from(network, stands))
    straight_ms, ahead = _along_one_edge(network, origins, stands)
    pieces: list[tuple[Ids, Mask, Floats]] = []
    for k, way in enumerate(found):
        if straight_ms[k] <= way.ms and np.isfinite(straight_ms[k]):
            pieces.append((origins.edge[k : k + 1], ahead[k : k + 1] >= 0, np.abs(ahead[k : k + 1])))
        elif np.isfinite(way.ms):
            pieces.append(_driven(network, origins.edge[k], origins.fraction[k], stands, way, arcs))
        else:
            pieces.append((np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros(0)))
    ptr = np.cumsum([0, *(len(edge) for edge, _, _ in pieces)])
    edge, is_forward, share = (np.concatenate([piece[i] for piece in pieces] or [np.zeros(0)]) for i in range(3))
    edge, is_forward = edge.astype(np.int64), is_forward.astype(np.bool_)
    travel_ms = np.minimum([way.ms for way in found], straight_ms)
    whole_ms = np.where(is_forward, network.forward_ms[edge], network.backward_ms[edge])
    driven_ms = np.bincount(np.repeat(np.arange(len(found)), ptr[1:] - ptr[:-1]), share * whole_ms, len(found))
    turn_ms = np.where(np.isfinite(travel_ms) & (network.turns is not None), travel_ms - driven_ms, 0.0)
    return Routes(ptr, edge, is_forward, share, travel_ms / 1000.0, np.maximum(turn_ms, 0.0) / 1000.0)


class _Way(NamedTuple):
    """The states of a trip, whether it leaves its edge forward, the row it arrives at, and whether driving forward."""

    ms: float
    states: Ids
    leaves_forward: bool = False
    row: int = -1
    arrives_forward: bool = False


@dataclass(frozen=True)
class _Arcs:
    """The quickest arc between each two states, sorted by tail and head."""

    graph: sparse.csr_array
    key: Ids
    edge: Ids

    @classmethod
    def of(cls, network: RoadNetwork) -> _Arcs:
        out, n = network.states.arcs, network.states.n_states
        tail = out.tail
        order = np.lexsort((out.edge, out.weight, out.head, tail))
        key = tail[order] * n + out.head[order]
        order = order[np.r_[True, key[1:] != key[:-1]]] if len(key) else order
        ends = (tail[order], out.head[order].astype(np.int64))
        graph = sparse.coo_array((out.weight[order].astype(np.float64), ends), shape=(n, n)).tocsr()
        return cls(graph, tail[order] * n + ends[1], out.edge[order].astype(np.int64))

    def between(self, states: Ids) -> Ids:
        """The edges that join a run of states."""
        return self.edge[np.searchsorted(self.key, states[:-1] * self.graph.shape[0] + states[1:])]


def _quickest(arcs: _Arcs, out: Ends, stands: Stands, into: Ends) -> list[_Way]:
    """Of the ways to leave each origin and to arrive at its destination, the quickest pair."""
    best = [_Way(np.inf, np.zeros(0, dtype=np.int64))] * len(out.ms)
    order = np.argsort(stands.place, kind="stable")
    rows_of = np.split(order, np.searchsorted(stands.place[order], np.arange(1, len(out.ms))))
    into_ms = np.where(into.ms == CLOSED, np.inf, into.ms)
    trip, leave = np.nonzero(out.ms != CLOSED)
    start = out.state[trip, leave]
    for state in np.unique(start):
        (time,), (before,) = sparse.csgraph.dijkstra(arcs.graph, indices=np.array([state]), return_predecessors=True)
        for k, i in zip(trip[start == state], leave[start == state], strict=True):
            rows = rows_of[k]
            total = out.ms[k, i] + time[into.state[rows]] + into_ms[rows]
            if total.size and total.min() < best[k].ms:
                row, end = divmod(int(total.argmin()), 2)
                run = _states(before.astype(np.int64), int(into.state[rows[row], end]))
                best[k] = _Way(float(total.min()), run, bool(2 * i >= out.ms.shape[1]), int(rows[row]), end == 0)
    return best


def _states(before: Ids, state: int) -> Ids:
    """The states from the start of a search to this one."""
    run = [state]
    while before[state] != _NOBODY:
        state = int(before[state])
        run.append(state)
    return np.array(run[::-1], dtype=np.int64)


def _along_one_edge(network: RoadNetwork, origins: EdgePositions, stands: Stands) -> tuple[Floats, Floats]:
    """Milliseconds and share of the direct way where origin and destination are on one edge, inf elsewhere."""
    ahead = stands.fraction - origins.fraction[stands.place]
    whole = np.where(ahead >= 0, network.forward_ms[stands.edge], network.backward_ms[stands.edge])
    is_open = (origins.edge[stands.place] == stands.edge) & ((whole != CLOSED) | (ahead == 0))
    ms = np.where(is_open, np.ceil(np.maximum(np.abs(ahead) * whole - 1e-6, 0.0)), np.inf)
    best = np.lexsort((ms, stands.place))[::-1]  # of several rows of a place the least is written last
    straight_ms, share = np.full(len(origins), np.inf), np.zeros(len(origins))
    straight_ms[stands.place[best]], share[stands.place[best]] = ms[best], ahead[best]
    return straight_ms, share


def _driven(
    network: RoadNetwork, origin: int, fraction: float, stands: Stands, way: _Way, arcs: _Arcs
) -> tuple[Ids, Mask, Floats]:
    """Out of the origin's edge, over whole edges, into the destination's."""
    between, last = arcs.between(way.states), stands.fraction[way.row]
    edge = np.r_[origin, between, stands.edge[way.row]]
    ahead = (network.states.forward[between] == way.states[:-1]) & (network.forward_ms[between] != CLOSED)
    is_forward = np.r_[way.leaves_forward, ahead, way.arrives_forward]
    left, into_share = 1.0 - fraction if way.leaves_forward else fraction, last if way.arrives_forward else 1.0 - last
    share = np.r_[left, np.ones(len(between)), into_share]
    driven = share * network.edge_length_m[edge] > 0.001
    return edge[driven], is_forward[driven], share[driven]
