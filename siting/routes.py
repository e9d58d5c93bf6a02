"""The roads that an engine takes from one place to another: the edges behind a travel time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids, Mask
from siting.network import CLOSED, EdgePositions, RoadNetwork
from siting.travel_time.access import Ends, arrivals, departures

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
    """

    ptr: Ids
    edge: Ids
    is_forward: Mask
    share: Floats
    travel_s: Floats

    @property
    def trip(self) -> Ids:
        """Shape (D,). The trip that each edge belongs to."""
        return np.repeat(np.arange(len(self.travel_s)), self.ptr[1:] - self.ptr[:-1])


def routes(network: RoadNetwork, origins: EdgePositions, destinations: EdgePositions) -> Routes:
    """
    The quickest way from each origin to the destination in the same row.

    One search for each different junction beside an origin, so it is meant for runs from a few stations.

    Parameters
    ----------
    origins, destinations
        K places each.

    Examples
    --------
    >>> from siting import toy
    >>> network = toy.network()
    >>> way = routes(network, toy.sites().take(np.array([0])), toy.demand().take(np.array([1])))
    >>> network.edges.name[way.edge].tolist(), way.share.round(2).tolist(), way.travel_s.round().tolist()
    (['South Street', 'B Avenue', 'South Quay'], [1.0, 1.0, 0.5], [90.0])
    """
    arcs = _Arcs.of(network)
    out, into = departures(network, origins), arrivals(network, destinations)
    travel_ms, side, before = _ends_to_ends(arcs, out, into)
    straight_ms, ahead = _along_one_edge(network, origins, destinations)
    is_straight = straight_ms <= travel_ms
    pieces: list[tuple[Ids, Mask, Floats]] = []
    for k in range(len(origins)):
        if is_straight[k] and np.isfinite(straight_ms[k]):
            pieces.append((origins.edge[k : k + 1], ahead[k : k + 1] >= 0, np.abs(ahead[k : k + 1])))
        elif np.isfinite(travel_ms[k]):
            pieces.append(_whole_way(arcs, network, origins, destinations, before[k], k, side[k]))
        else:
            pieces.append((np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros(0)))
    ptr = np.cumsum([0, *(len(edge) for edge, _, _ in pieces)])
    edge, is_forward, share = (np.concatenate([piece[i] for piece in pieces] or [np.zeros(0)]) for i in range(3))
    travel_s = np.minimum(travel_ms, straight_ms) / 1000.0
    return Routes(ptr, edge.astype(np.int64), is_forward.astype(np.bool_), share, travel_s)


@dataclass(frozen=True)
class _Arcs:
    """The quickest arc between each two junctions, sorted by tail and head."""

    graph: sparse.csr_array
    key: Ids
    edge: Ids

    @classmethod
    def of(cls, network: RoadNetwork) -> _Arcs:
        out = network.outward
        ptr = out.indptr.astype(np.int64)
        tail = np.repeat(np.arange(network.n_nodes), ptr[1:] - ptr[:-1])
        order = np.lexsort((out.edge, out.weight, out.head, tail))
        key = tail[order] * network.n_nodes + out.head[order]
        order = order[np.r_[True, key[1:] != key[:-1]]] if len(key) else order
        ends = (tail[order], out.head[order].astype(np.int64))
        size = (network.n_nodes, network.n_nodes)
        graph = sparse.coo_array((out.weight[order].astype(np.float64), ends), shape=size).tocsr()
        return cls(graph, tail[order] * network.n_nodes + ends[1], out.edge[order].astype(np.int64))

    def between(self, node: Ids) -> Ids:
        """The edges that join a run of junctions."""
        return self.edge[np.searchsorted(self.key, node[:-1] * self.graph.shape[0] + node[1:])]


def _ends_to_ends(arcs: _Arcs, out: Ends, into: Ends) -> tuple[Floats, Ids, list[Ids]]:
    """Of the two ends to leave and the two to arrive by, the quickest pair of each trip, and the junctions between."""
    n_trips = len(out.node)
    best, side = np.full(n_trips, np.inf), np.zeros((n_trips, 2), dtype=np.int64)
    path: list[Ids] = [np.zeros(0, dtype=np.int64)] * n_trips
    trip, leave = np.nonzero(out.ms != CLOSED)
    start = out.node[trip, leave]
    for node in np.unique(start):
        (time,), (before,) = sparse.csgraph.dijkstra(arcs.graph, indices=np.array([node]), return_predecessors=True)
        back = before.astype(np.int64)
        for k, i in zip(trip[start == node], leave[start == node], strict=True):
            total = np.where(into.ms[k] == CLOSED, np.inf, out.ms[k, i] + time[into.node[k]] + into.ms[k])
            j = int(total.argmin())
            if total[j] < best[k]:
                best[k], side[k] = total[j], (i, j)
                path[k] = _junctions(back, int(into.node[k, j]))
    return best, side, path


def _junctions(before: Ids, node: int) -> Ids:
    """The junctions from the start of a search to this one."""
    run = [node]
    while before[node] != _NOBODY:
        node = int(before[node])
        run.append(node)
    return np.array(run[::-1], dtype=np.int64)


def _along_one_edge(network: RoadNetwork, origins: EdgePositions, destinations: EdgePositions) -> tuple[Floats, Floats]:
    """Milliseconds and share of the direct way where both places are on one edge, inf elsewhere."""
    on_one = origins.on_road & (origins.edge == destinations.edge)
    ahead = np.where(on_one, destinations.fraction - origins.fraction, 0.0)
    whole = np.where(ahead >= 0, network.forward_ms[origins.edge], network.backward_ms[origins.edge])
    is_open = on_one & ((whole != CLOSED) | (ahead == 0))
    return np.where(is_open, np.ceil(np.abs(ahead) * whole - 1e-6), np.inf), ahead


def _whole_way(
    arcs: _Arcs,
    network: RoadNetwork,
    origins: EdgePositions,
    destinations: EdgePositions,
    junctions: Ids,
    k: int,
    side: Ids,
) -> tuple[Ids, Mask, Floats]:
    """Out of the origin's edge, over whole edges, into the destination's."""
    between = arcs.between(junctions)
    first, last = origins.fraction[k], destinations.fraction[k]
    edge = np.r_[origins.edge[k], between, destinations.edge[k]]
    is_forward = np.r_[side[0] == 1, network.edge_from[between] == junctions[:-1], side[1] == 0]
    share = np.r_[1.0 - first if side[0] == 1 else first, np.ones(len(between)), last if side[1] == 0 else 1.0 - last]
    driven = share * network.edge_length_m[edge] > 0.001
    return edge[driven], is_forward[driven], share[driven]
