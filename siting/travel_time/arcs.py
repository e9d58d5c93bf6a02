"""Which arcs are entered within a limit, and when: what isochrones and exact pieces of road are cut from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from siting.arrays import Floats, Ids, Mask, Milliseconds, Positions32
from siting.network import CLOSED, EdgePositions, RoadNetwork
from siting.travel_time.access import Lists, listed, ranges
from siting.travel_time.reach import reach_states


class Arcs(NamedTuple):
    """
    Edges driven in one direction, from a junction or from where somebody starts.

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
            yield site, _arcs(incident, state, ms, sites.edge[site], sites.fraction[site])


def _incident(network: RoadNetwork) -> Lists:
    """Twice the edge that is driven from each state, plus 1 where it is driven from its end."""
    forward, backward = np.arange(network.n_edges), np.arange(network.n_edges)
    if network.turns is not None:  # the states of closed directions are of no meaning
        forward, backward = (np.flatnonzero(ms != CLOSED) for ms in (network.forward_ms, network.backward_ms))
    state = np.concatenate([network.states.forward[forward], network.states.backward[backward]])
    ends = np.concatenate([2 * forward, 2 * backward + 1])
    return listed(state, ends, np.zeros(len(ends), np.int32), network.states.n_states)


def _arcs(incident: Lists, state: Positions32, ms: Milliseconds, edge: int, fraction: float) -> Arcs:
    first = incident.ptr[state]
    count = incident.ptr[state + 1] - first
    end = incident.place[ranges(first, count)].astype(np.int64)
    is_end = end % 2 == 1
    return Arcs(
        np.concatenate([end // 2, [edge, edge]]),
        np.concatenate([~is_end, [True, False]]),
        np.concatenate([is_end.astype(np.float64), [fraction, fraction]]),
        np.concatenate([np.repeat(ms, count), [0, 0]]).astype(np.int32),
    )
