"""Arcs sorted by where they begin, and what a search runs on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numba import njit

from siting.arrays import Ids, Milliseconds, Packed, Positions32

CLOSED = -1
"""In `forward_ms` and `backward_ms`: nobody drives the edge in this direction."""


@dataclass(frozen=True)
class Csr:
    """
    Arcs sorted by the node they leave: node n has arcs ``indptr[n]:indptr[n + 1]``.

    Attributes
    ----------
    indptr, head
        Shapes (N + 1,) and (A,).
    weight
        Shape (A,), 1 or more: milliseconds for travel time, or millimetres where a rule speaks of distance.
    edge
        Shape (A,). The edge that each arc runs along.
    """

    indptr: Positions32
    head: Positions32
    weight: Milliseconds
    edge: Positions32

    @cached_property
    def packed(self) -> Packed:
        """Shape (A,). Head in the upper half, weight in the lower: what a search reads of an arc, in one look."""
        return self.head.astype(np.uint64) << np.uint64(32) | self.weight.astype(np.uint64)

    @property
    def tail(self) -> Ids:
        """Shape (A,). The node that each arc leaves."""
        ptr = self.indptr.astype(np.int64)
        return np.repeat(np.arange(len(ptr) - 1), ptr[1:] - ptr[:-1])


def csr(n_nodes: int, tail: Positions32, head: Positions32, weight: Milliseconds, edge: Positions32) -> Csr:
    """Sort arcs by tail, ties kept in the order given."""
    ptr, order = grouped(tail, n_nodes)
    return Csr(ptr.astype(np.uint32), head[order], weight[order], edge[order])


@njit(cache=True, nogil=True)
def grouped(key: Positions32 | Ids, n_keys: int) -> tuple[Ids, Positions32]:
    """
    Rows by key, ties kept in the order given, by counting: a fifth of the time of a stable sort.

    Returns
    -------
    Pointers, shape (n_keys + 1,), and rows: those with key k are ``order[ptr[k]:ptr[k + 1]]``.
    """
    ptr, order = np.zeros(n_keys + 1, np.int64), np.empty(len(key), np.uint32)
    for k in key:
        ptr[k + 1] += 1
    ptr = np.cumsum(ptr)
    place = ptr.copy()
    for row in range(len(key)):
        order[place[key[row]]] = row
        place[key[row]] += 1
    return ptr, order


class Crossings(NamedTuple):
    """
    How a search on directed edges sees that it came to a junction too late to be first anywhere beyond.

    Attributes
    ----------
    ahead
        Shape (S, 2). The junction at the end of each state's edge, and the milliseconds to drive there.
    slack_ms
        Shape (N,). Who comes to a junction this much later than another has no quickest way across it.
    """

    ahead: Milliseconds
    slack_ms: Milliseconds


@dataclass(frozen=True)
class States:
    """
    What a search runs on: where an engine can be, and the time from there to where it is next.

    Without turn costs a state is a junction. With them it is an engine at a junction that has chosen the edge it drives
    next: from there it drives the edge, turns, and stands before the edge after it.

    Attributes
    ----------
    arcs
        From state to state; along `edge`.
    forward, backward
        Shape (E,). The state from which each edge is driven forward, and backward; of no meaning where it is closed.
    crossings
        Where turns cost, what ends a search early.
    """

    arcs: Csr
    forward: Positions32
    backward: Positions32
    crossings: Crossings | None = None

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.arcs.indptr) - 1
