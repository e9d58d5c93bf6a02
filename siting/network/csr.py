"""Arcs sorted by where they begin, and what a search runs on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from siting.arrays import Ids, Milliseconds, Positions32

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

    @property
    def tail(self) -> Ids:
        """Shape (A,). The node that each arc leaves."""
        ptr = self.indptr.astype(np.int64)
        return np.repeat(np.arange(len(ptr) - 1), ptr[1:] - ptr[:-1])


def csr(n_nodes: int, tail: Positions32, head: Positions32, weight: Milliseconds, edge: Positions32) -> Csr:
    """Sort arcs by tail, ties kept in the order given."""
    order = np.argsort(tail, kind="stable")
    indptr = np.zeros(n_nodes + 1, dtype=np.uint32)
    np.cumsum(np.bincount(tail, minlength=n_nodes), out=indptr[1:])
    return Csr(indptr, head[order], weight[order], edge[order])


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
    """

    arcs: Csr
    forward: Positions32
    backward: Positions32

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.arcs.indptr) - 1
