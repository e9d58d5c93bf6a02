"""Which arcs are entered within a limit, and when: what isochrones and exact pieces of road are cut from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Milliseconds
from siting.network import CLOSED, EdgePositions, RoadNetwork
from siting.travel_time.access import Lists, listed
from siting.travel_time.reach import reach_states


class Arcs(NamedTuple):
    """
    Edges driven in one direction, from a junction or from where somebody starts; sorted by edge.

    Attributes
    ----------
    edge
        Position in the network.
    is_forward
        Driven as the edge is drawn. That this is allowed is not said: a closed edge is there with its end, unless turns
        cost.
    start
        Share of the edge's length where it is entered.
    ms
        When it is entered.
    """

    edge: Ids
    is_forward: Mask
    start: Floats
    ms: Milliseconds


def entered(network: RoadNetwork, sites: EdgePositions, limit_s: float) -> Iterator[tuple[int, Arcs]]:
    """Each site on the road with the arcs entered within the limit, at junctions and both ways from where it stands."""
    incident = _incident(network)
    on_road = np.flatnonzero(sites.on_road)
    site_of = iter(on_road.tolist())
    for found in reach_states(network, sites.take(on_road), limit_s):
        for first, end in itertools.pairwise(found.ptr):
            site, state, ms = next(site_of), found.place[first:end], found.ms[first:end]
            arcs = _arcs(incident.ptr, incident.place, state, ms, sites.edge[site], sites.fraction[site])
            order = np.argsort(arcs[0])
            yield site, Arcs(*(of_arcs[order] for of_arcs in arcs))


def _incident(network: RoadNetwork) -> Lists:
    """Twice the edge that is driven from each state, plus 1 where it is driven from its end."""
    forward, backward = np.arange(network.n_edges), np.arange(network.n_edges)
    if network.turns is not None:  # the states of closed directions are of no meaning
        forward, backward = (np.flatnonzero(ms != CLOSED) for ms in (network.forward_ms, network.backward_ms))
    state = np.concatenate([network.states.forward[forward], network.states.backward[backward]])
    ends = np.concatenate([2 * forward, 2 * backward + 1])
    return listed(state, ends, np.zeros(len(ends), np.int32), network.states.n_states)


@njit(cache=True, nogil=True)
def _arcs(ptr, ends, state, ms, edge, fraction):  # type: ignore[no-untyped-def]
    n = 2
    for k in state:
        n += ptr[k + 1] - ptr[k]
    of_edge, is_forward = np.full(n, edge), np.ones(n, np.bool_)
    start, entered_ms = np.full(n, fraction), np.zeros(n, np.int32)
    is_forward[1] = False
    n = 2
    for k in range(len(state)):
        for end in ends[ptr[state[k]] : ptr[state[k] + 1]]:
            of_edge[n], is_forward[n] = end >> 1, end & 1 == 0
            start[n], entered_ms[n] = end & 1, ms[k]
            n += 1
    return of_edge, is_forward, start, entered_ms
