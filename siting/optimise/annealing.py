"""
Exchanges at a falling temperature: the compiled search where nearly every point is a candidate.

A step closes one open site and opens another that shares demand with it; now and then one anywhere. What gains is
taken, what loses with a chance that falls with the loss and with time (Kirkpatrick, Gelatt and Vecchi 1983; for maximal
cover Murray and Church 1996). What each open site alone covers is kept, so a step that is refused, as nearly all are,
costs one look along the new site's demand.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.arrays import Mask
from siting.optimise.relation import BothWays

HOT, COLD = 0.03, 0.003
"""Temperatures to begin with and to end at, in mean weights covered by an open site: from the first on nothing of the
start is left, a half of it mends the start here and there."""
NEARBY = 0.95
"""Share of steps that stay among the neighbours."""


@njit(cache=True, nogil=True)
def annealed(relation: BothWays, start: Mask, hot: float, steps: int, seed: int) -> Mask:
    """
    The best plan met in some steps from `start` and temperature `hot` on, with as many open sites.

    Swaps may still gain: nothing ends in a local optimum here.
    """
    np.random.seed(seed)  # noqa: NPY002 - numba's own generator, seeded here and used nowhere else
    ptr, demand, indptr, sites, weight = relation
    is_open, there = start.copy(), np.flatnonzero(start)
    if len(there) == 0 or len(there) == len(start) or len(weight) == 0:
        return is_open
    count, sole = np.zeros(len(weight), np.int32), np.zeros(len(weight), np.int64)
    alone = np.zeros(len(start))  # weight that only this open site covers
    value = 0.0
    for j in there:
        alone[j] = _added(j, -1, relation, count, sole)
        value += alone[j]
        _open(j, relation, count, sole, alone)
    best, best_value = there.copy(), value
    heat = hot * value / len(there)
    cooling = (COLD / hot) ** (1.0 / max(1, steps))
    for _ in range(steps):
        heat *= cooling
        at = np.random.randint(len(there))  # noqa: NPY002
        out = there[at]
        if np.random.random() < NEARBY and ptr[out + 1] > ptr[out]:  # noqa: NPY002
            i = demand[ptr[out] + np.random.randint(ptr[out + 1] - ptr[out])]  # noqa: NPY002
        else:
            i = np.random.randint(len(weight))  # noqa: NPY002
        into = sites[indptr[i] + np.random.randint(indptr[i + 1] - indptr[i])]  # noqa: NPY002
        if is_open[into]:
            continue
        gain = _added(into, out, relation, count, sole)
        if gain < alone[out] + heat * np.log(np.random.random()):  # noqa: NPY002
            continue
        value += gain - alone[out]
        _close(out, relation, count, sole, alone)
        alone[into] = gain
        _open(into, relation, count, sole, alone)
        is_open[out], is_open[into], there[at] = False, True, into
        if value > best_value:
            best[:], best_value = there, value
    out_of_best = np.zeros(len(start), dtype=np.bool_)
    out_of_best[best] = True
    return out_of_best


@njit(cache=True, nogil=True)
def _added(into, out, relation, count, sole):  # type: ignore[no-untyped-def]
    """What site `into` adds once site `out` is closed (-1: none is)."""
    ptr, demand, _, _, weight = relation
    gain = 0.0
    for entry in range(ptr[into], ptr[into + 1]):
        i = demand[entry]
        if count[i] == 0 or (count[i] == 1 and sole[i] == out):
            gain += weight[i]
    return gain


@njit(cache=True, nogil=True)
def _open(j, relation, count, sole, alone):  # type: ignore[no-untyped-def]
    """Count site j in; what others covered alone they no longer do. Its own `alone` is the caller's to set."""
    ptr, demand, _, _, weight = relation
    for entry in range(ptr[j], ptr[j + 1]):
        i = demand[entry]
        if count[i] == 1:
            alone[sole[i]] -= weight[i]
        count[i] += 1
        sole[i] += j


@njit(cache=True, nogil=True)
def _close(j, relation, count, sole, alone):  # type: ignore[no-untyped-def]
    """Count site j out; what one other site still covers it covers alone."""
    ptr, demand, _, _, weight = relation
    for entry in range(ptr[j], ptr[j + 1]):
        i = demand[entry]
        count[i] -= 1
        sole[i] -= j
        if count[i] == 1:
            alone[sole[i]] += weight[i]
