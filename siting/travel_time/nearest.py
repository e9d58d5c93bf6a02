"""The site that is first at each demand: one search from all sites at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from siting.arrays import Floats, Ids, Milliseconds, Positions32
from siting.errors import InputError
from siting.network import CLOSED, Csr, EdgePositions, RoadNetwork
from siting.tables import some
from siting.travel_time.access import arrivals, beside, departures
from siting.travel_time.kernels import FAR, costs_from, first_from, n_buckets
from siting.travel_time.trips import trip_ms

LABEL_BITS = 32
LABEL = 2**LABEL_BITS - 1
NOBODY = np.int64(np.iinfo(np.int64).max)
"""A label is milliseconds in the upper half of an int64 and a site in the lower; this one is later than any."""
_MOST_START_S = 86_400.0
"""A day: with it, and the longest way on any road network, milliseconds still fit into the upper half."""


@dataclass(frozen=True)
class Nearest:
    """
    Who is first at each demand, in the caller's order; shape (I,), or (I, k) for the first k.

    Attributes
    ----------
    site
        Position of the first site; -1 where no site can drive to.
    travel_s
        Its seconds of driving; inf where `site` is -1.
    response_s
        The same and the seconds before its wheels roll. `site` is first by this clock.
    """

    site: Ids
    travel_s: Floats
    response_s: Floats


def nearest(
    network: RoadNetwork, sites: EdgePositions, demand: EdgePositions, *, start_s: Floats | None = None
) -> Nearest:
    """
    The site that arrives first at each demand, however long it takes.

    Both stand along edges, as in `reach`; time runs from site to demand. Equal arrivals go to the lower site position.

    Parameters
    ----------
    start_s
        Shape (J,). Seconds before the wheels of each site's engine roll, for example turnout; 0 by default.

    Raises
    ------
    InputError
        If `start_s` is not one number of seconds, 0 to 86,400 (a day), for each site.

    References
    ----------
    The graph Voronoi diagram: Erwig (2000), The graph Voronoi diagram with applications.

    Examples
    --------
    >>> from siting import toy
    >>> first = nearest(toy.network(), toy.sites(), toy.demand())  # sites S, N, E; the last demand is on an island
    >>> first.site.tolist(), first.travel_s.round().tolist()
    ([0, 0, 1, 1, 1, -1], [18.0, 90.0, 72.0, 54.0, 108.0, inf])
    """

    def first(some: EdgePositions, start_ms: Ids) -> Ids:
        return _first_at_places(network, some, demand, start_ms)[:, None]

    start_ms = start_ms_of(start_s, len(sites))
    return unpacked(in_trips(network, sites, start_ms, first)[:, 0], start_ms)


def in_trips(
    network: RoadNetwork, sites: EdgePositions, start_ms: Ids, search: Callable[[EdgePositions, Ids], Ids]
) -> Ids:
    """
    What a search on the network finds, by the clock of whole trips.

    A trip takes longer the longer it is on the network, so sites that start together are in the right order. Between
    sites with different starts a short trip may change it: each start is searched alone, and their answers are merged.

    Parameters
    ----------
    search
        From sites and their starts to the first k at each demand, packed; shape (I, k).
    """
    if network.start_stop_s == 0 or len(sites) == 0:
        return search(sites, start_ms)
    found = []
    for start in np.unique(start_ms):
        rows = np.flatnonzero(start_ms == start)
        first = search(sites.take(rows), np.zeros(len(rows), dtype=np.int64))
        there = first != NOBODY
        first[there] = packed(trip_ms(network, first[there] >> LABEL_BITS) + start, rows[first[there] & LABEL])
        found.append(first)
    return np.sort(np.concatenate(found, axis=1), axis=1)[:, : found[0].shape[1]]


def start_ms_of(start_s: Floats | None, n_sites: int) -> Ids:
    """Whole milliseconds before each site's wheels roll, rounded up; refused unless each is 0 to a day."""
    if start_s is None:
        return np.zeros(n_sites, dtype=np.int64)
    _check_start(np.asarray(start_s, dtype=np.float64), n_sites)
    return np.ceil(np.asarray(start_s) * 1000.0 - 1e-6).astype(np.int64)


def packed(ms: Milliseconds | Ids, label: Ids) -> Ids:
    """Milliseconds in the upper half, label in the lower: the lesser number is the earlier, then the lower label."""
    return (np.asarray(ms, dtype=np.int64) << LABEL_BITS) | np.asarray(label, dtype=np.int64)


def unpacked(first: Ids, start_ms: Ids) -> Nearest:
    """Packed arrivals as sites and seconds."""
    there = first != NOBODY
    site = np.where(there, first & LABEL, -1)
    response_s, travel_s = np.full(first.shape, np.inf), np.full(first.shape, np.inf)
    response_s[there] = (first[there] >> LABEL_BITS) / 1000.0
    travel_s[there] = ((first[there] >> LABEL_BITS) - start_ms[site[there]]) / 1000.0
    return Nearest(site, travel_s, response_s)


def spread(csr: Csr, seed_node: Positions32, seed_weight: Milliseconds, seed_label: Ids) -> tuple[Milliseconds, Ids]:
    """
    From all seeds at once to every node: the least weight, and the label of the seed it comes from.

    Parameters
    ----------
    csr
        Time in milliseconds, or length in millimetres: any whole weight, along the arcs.
    seed_node, seed_weight, seed_label
        Shape (S,). Where the seeds stand, what each starts with (below 0: closed), and labels of 0 or more; equal
        weights go to the lower label.

    Returns
    -------
    Shape (N,) each: weight (the largest int32 where no seed leads) and label (-1 there).

    Examples
    --------
    >>> from siting.network import csr
    >>> street = csr(3, *(np.array(a, dtype=np.uint32) for a in ([0, 1], [1, 2])),
    ...              np.array([700, 400], dtype=np.int32), np.array([0, 1], dtype=np.uint32))
    >>> weight, label = spread(street, np.array([0, 1]), np.array([0, 900]), np.array([5, 2]))
    >>> weight.tolist(), label.tolist()
    ([0, 700, 1100], [5, 5, 5])
    """
    node, start, buckets = _seeds(csr, seed_node, seed_weight)
    weight, label = first_from(csr.indptr, csr.packed, node, start, np.asarray(seed_label, dtype=np.uint32), buckets)
    return weight, np.where(weight == FAR, -1, label.astype(np.int64))


def distances_from(csr: Csr, seed_node: Positions32, seed_weight: Milliseconds) -> Milliseconds:
    """
    From all seeds at once to every node: the least weight, the largest int32 where no seed leads.

    As `spread`, for those who do not ask which seed; half the memory.

    Examples
    --------
    >>> from siting.network import csr
    >>> street = csr(3, *(np.array(a, dtype=np.uint32) for a in ([0, 1], [1, 2])),
    ...              np.array([700, 400], dtype=np.int32), np.array([0, 1], dtype=np.uint32))
    >>> distances_from(street, np.array([1]), np.array([50])).tolist()
    [2147483647, 50, 450]
    """
    return costs_from(csr.indptr, csr.packed, *_seeds(csr, seed_node, seed_weight))


def _seeds(csr: Csr, node: Positions32, weight: Milliseconds | Ids) -> tuple[Positions32, Milliseconds, int]:
    """Seeds as a search takes them, and how many buckets it needs."""
    longest = max(csr.weight.max(initial=0), np.max(weight, initial=0))
    return np.asarray(node, dtype=np.uint32), np.asarray(weight, dtype=np.int32), n_buckets(int(longest))


def _first_at_places(network: RoadNetwork, sites: EdgePositions, demand: EdgePositions, start_ms: Ids) -> Ids:
    out, into = departures(network, sites), arrivals(network, demand)
    label = np.repeat(np.arange(len(sites)), out.ms.shape[1])
    seed_ms = np.where(out.ms == CLOSED, CLOSED, out.ms + start_ms[:, None]).ravel()
    ms, own = spread(network.states.arcs, out.state.ravel(), seed_ms, label)
    at_stop, first_site = ms[into.state], own[into.state]
    came = first_site >= 0
    first = np.full(len(demand), NOBODY)
    there_ms = at_stop[came] + into.ms[came].astype(np.int64)
    np.minimum.at(first, into.place[came], packed(there_ms, first_site[came]))
    along = beside(network, sites, demand)
    site = np.repeat(np.arange(len(sites)), np.diff(along.ptr))
    np.minimum.at(first, along.place, packed(along.ms + start_ms[site], site))
    return first


def _check_start(start_s: Floats, n_sites: int) -> None:
    if start_s.shape != (n_sites,):
        raise InputError("start_s", [f"It has shape {start_s.shape} for {n_sites} sites. Give one number for each."])
    bad = np.flatnonzero(~((start_s >= 0) & (start_s <= _MOST_START_S)))
    if len(bad):
        raise InputError(
            "start_s",
            [f"{len(bad)} sites have no number from 0 to {_MOST_START_S:g} s (positions {some(bad)}). Give seconds."],
        )
