"""The first sites at each demand: who is first, who backs up, who comes with the full alarm."""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Milliseconds, Positions32
from siting.errors import InputError
from siting.network import CLOSED, EdgePositions, RoadNetwork
from siting.travel_time.access import arrivals, beside, departures
from siting.travel_time.nearest import LABEL, LABEL_BITS, NOBODY, Nearest, in_trips, packed, start_ms_of, unpacked

_ONE = np.uint32(1)
_STEP = np.int64(1 << (13 + LABEL_BITS))
"""How far the search looks ahead at once, about 8 s; half and double of it are 10 % slower on Porto."""


def k_nearest(
    network: RoadNetwork, sites: EdgePositions, demand: EdgePositions, k: int, start_s: Floats | None = None
) -> Nearest:
    """
    The k different sites that arrive first at each demand, however long they take.

    Both stand along edges, as in `reach`; time runs from site to demand. Equal arrivals go to the lower site position.
    Two sites at one place are two sites.

    Parameters
    ----------
    k
        How many sites, 1 or more.
    start_s
        Shape (J,). Seconds before the wheels of each site's engine roll, for example turnout; 0 by default.

    Returns
    -------
    `Nearest` with arrays of shape (I, k), in order of arrival; -1 and inf where fewer sites can drive there.

    Raises
    ------
    InputError
        If k is less than 1, or `start_s` is not one number of seconds, 0 to 86,400 (a day), for each site.

    Notes
    -----
    Every node keeps its k best pairs of time and site. A site among the k best of a node is among the k best of the
    node before it on its way, so pairs that are pushed out need not be driven on; pairs are improved until none is new.

    Examples
    --------
    >>> from siting import toy
    >>> two = k_nearest(toy.network(), toy.sites(), toy.demand(), 2)  # sites S, N, E; the last demand is on an island
    >>> two.site.tolist(), two.travel_s.round()[:2].tolist()
    ([[0, 1], [0, 1], [1, 0], [1, 0], [1, 0], [-1, -1]], [[18.0, 144.0], [90.0, 180.0]])
    """
    if k < 1:
        raise InputError("k_nearest", [f"k is {k}. Expected 1 site or more for each demand."])

    def first(some: EdgePositions, start_ms: Ids) -> Ids:
        return _first_at_places(network, some, demand, start_ms, k)

    start_ms = start_ms_of(start_s, len(sites))
    return unpacked(in_trips(network, sites, start_ms, first), start_ms)


def _first_at_places(network: RoadNetwork, sites: EdgePositions, demand: EdgePositions, start_ms: Ids, k: int) -> Ids:
    out, into, graph = departures(network, sites), arrivals(network, demand), network.states.arcs
    is_open = out.ms != CLOSED
    row = np.nonzero(is_open)[0]
    at_nodes = _best_from(
        graph.indptr, graph.head, graph.weight, out.state[is_open], packed(out.ms[is_open] + start_ms[row], row), k
    )
    along = beside(network, sites, demand)
    row = np.repeat(np.arange(len(sites)), np.diff(along.ptr))
    labels = np.full((len(demand), k), NOBODY)
    return _best_at(at_nodes, labels, *into, along.place, packed(along.ms + start_ms[row], row))


@njit(cache=True, nogil=True)
def _offer(labels: Ids, is_new: Mask, row: int | np.unsignedinteger, label: int | np.signedinteger) -> bool:
    """Take a label into a row if it is among the best, one for each site; the row stays sorted."""
    last = labels.shape[1] - 1
    if label >= labels[row, last]:
        return False
    slot = last
    for own in range(last):
        if labels[row, own] & LABEL == label & LABEL:  # an older label of the same site gives way
            slot = own
            break
    if labels[row, slot] <= label:
        return False
    while slot > 0 and labels[row, slot - 1] > label:
        labels[row, slot], is_new[row, slot] = labels[row, slot - 1], is_new[row, slot - 1]
        slot -= 1
    labels[row, slot], is_new[row, slot] = label, True
    return True


@njit(cache=True, nogil=True)
def _first_new(labels: Ids, is_new: Mask, row: int | np.unsignedinteger) -> np.int64:
    """The least label that was not driven on yet."""
    for slot in range(labels.shape[1]):
        if is_new[row, slot]:
            return labels[row, slot]
    return NOBODY


@njit(cache=True, nogil=True)
def _best_from(
    indptr: Positions32, head: Positions32, weight: Milliseconds, seed_node: Positions32, seed: Ids, k: int
) -> Ids:
    """
    The k best labels of different sites at every node, sorted; shape (N, k).

    Nodes with new labels wait in `now` if one of them lies before the horizon, else in `later`; when `now` is empty the
    horizon moves on (the threshold algorithm). No node is twice in one list, so neither can overflow.

    References
    ----------
    Glover, Klingman and Phillips (1985), A new polynomially bounded shortest path algorithm.
    """
    n_nodes = indptr.size - 1
    labels, is_new = np.full((n_nodes, k), NOBODY), np.zeros((n_nodes, k), np.bool_)
    now, later = np.empty(n_nodes, np.uint32), np.empty(n_nodes, np.uint32)
    in_now, in_later = np.zeros(n_nodes, np.bool_), np.zeros(n_nodes, np.bool_)
    n_now = n_later = 0
    for s in range(seed.size):
        if _offer(labels, is_new, seed_node[s], seed[s]) and not in_later[seed_node[s]]:
            later[n_later], in_later[seed_node[s]] = seed_node[s], True
            n_later += 1
    while n_later > 0:
        horizon = NOBODY
        for node in later[:n_later]:
            horizon = min(horizon, _first_new(labels, is_new, node))
        horizon += min(_STEP, NOBODY - horizon)
        n_waiting, n_later = n_later, 0
        for node in later[:n_waiting]:
            if _first_new(labels, is_new, node) < horizon:
                now[n_now], in_now[node], in_later[node] = node, True, False
                n_now += 1
            elif _first_new(labels, is_new, node) < NOBODY:
                later[n_later] = node
                n_later += 1
            else:
                in_later[node] = False
        while n_now > 0:
            n_now -= 1
            tail = now[n_now]
            in_now[tail] = False
            for slot in range(k):
                label = labels[tail, slot]
                if not is_new[tail, slot]:
                    continue
                if label >= horizon:
                    if not in_later[tail]:
                        later[n_later], in_later[tail] = tail, True
                        n_later += 1
                    break
                is_new[tail, slot] = False
                for arc in range(indptr[tail], indptr[tail + _ONE]):
                    node, there = head[arc], label + (np.int64(weight[arc]) << LABEL_BITS)
                    if node == tail or not _offer(labels, is_new, node, there):
                        continue
                    if there < horizon:
                        if not in_now[node]:
                            now[n_now], in_now[node] = node, True
                            n_now += 1
                    elif not in_later[node]:
                        later[n_later], in_later[node] = node, True
                        n_later += 1
    return labels


@njit(cache=True, nogil=True)
def _best_at(
    at_nodes: Ids, labels: Ids, node: Positions32, place: Ids, ms: Milliseconds, beside: Positions32, along: Ids
) -> Ids:
    """The k best labels at each place: from the nodes beside it, and from sites on its own edge."""
    is_new = np.zeros(labels.shape, np.bool_)
    for n in range(node.size):
        for label in at_nodes[node[n]]:
            if label < NOBODY:
                _offer(labels, is_new, place[n], label + (np.int64(ms[n]) << LABEL_BITS))
    for n in range(beside.size):
        _offer(labels, is_new, beside[n], along[n])
    return labels
