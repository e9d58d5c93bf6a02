"""
Demand by the ten million: cover sets come in pieces, and equal ones are one row before the next piece is looked at.

Nothing that grows with the number of demand points is held but the piece at hand. Two points that the same sites cover
are one point with the sum of their weights, so the merged problem has the same plans, values and bounds (Toregas and
ReVelle 1973). How many rows are left depends on the sites, not on the points: 20 million points in reach of 100 sites
leave a few thousand (Cordeau, Furini and Ljubić 2019 is the paper with such instances).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from siting.arrays import Floats, Ids, Positions32
from siting.optimise import dominance
from siting.optimise.problem import Problem

Piece = tuple[Ids, Positions32, Floats]
"""indptr, sites and weight of some demand, as in `Problem`."""


def merged(pieces: Iterable[Piece], cost: Floats) -> Problem:
    """
    One problem from all pieces, each cover set once with the weight of all demand that has it; every site is free.

    For objectives that weigh demand by one sum (`mclp`, `backup`, `expected`). Demand that no site covers is one row
    with an empty cover set, so that its weight is still told.

    Parameters
    ----------
    pieces
        Cover sets ascending, as `Problem.check` asks.
    cost
        Shape (J,). Of each site.

    Examples
    --------
    >>> first = np.array([0, 1, 3]), np.array([1, 0, 1], dtype=np.uint32), np.array([5.0, 2.0])
    >>> second = np.array([0, 1, 1]), np.array([1], dtype=np.uint32), np.array([4.0, 1.0])
    >>> problem = merged([first, second], np.ones(2))
    >>> problem.indptr.tolist(), problem.sites.tolist(), problem.weight.tolist()
    ([0, 1, 3, 3], [1, 0, 1], [9.0, 2.0, 1.0])
    """
    known: Piece = np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.uint32), np.empty(0)
    for piece in pieces:
        # The piece shrinks alone first: what is sorted together with the known rows is then small.
        known = _once(_joined(known, _once(piece)))
    free = np.zeros(len(cost), dtype=bool)
    return Problem(*known, cost=cost, fixed_open=free, fixed_closed=free)


def _joined(first: Piece, second: Piece) -> Piece:
    (ptr, sites, weight), (more_ptr, more_sites, more_weight) = first, second
    return (
        np.concatenate([ptr, ptr[-1] + more_ptr[1:]]),
        np.concatenate([sites, more_sites]),
        np.concatenate([weight, more_weight]),
    )


def _once(piece: Piece) -> Piece:
    indptr, sites, weight = piece
    first = dominance.first_equal(indptr, sites)
    kept = np.flatnonzero(first == np.arange(len(first)))
    length = np.diff(indptr)[kept]
    starts = np.concatenate([[0], np.cumsum(length)])
    entries = np.repeat(indptr[kept] - starts[:-1], length) + np.arange(starts[-1])
    total = np.bincount(first, weights=weight, minlength=len(first)).astype(np.float64)
    return starts, sites[entries], total[kept]
