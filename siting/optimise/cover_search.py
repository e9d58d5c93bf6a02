"""
Cheaper covers by weighting rows: drop a site, repair, and let demand that stays uncovered grow heavier.

Gao, Weise and Li (2015), An efficient local search heuristic with row weighting for the unicost set covering problem;
here with costs. Steps are counted, not timed: the same input and seed give the same cover.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32
from siting.optimise.problem import Problem, opened
from siting.optimise.relation import by_site

STEPS = 50_000
"""Most exchanges of one site for another."""
WORK = 1_000_000_000
"""Most exchanges times the entries one may touch: a second or two."""


def cheaper_cover(problem: Problem, plan: Ids, *, enough: float, seed: int) -> Ids:
    """
    A cover that costs no more than `plan`, which must cover all demand; the search ends at cost `enough`.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> problem = simple_problem([[0, 1], [0, 1], [0, 2], [0, 2], [1], [2]])
    >>> cheaper_cover(problem, np.array([0, 1, 2]), enough=2, seed=0).tolist()
    [1, 2]
    """
    if problem.n_demand == 0 or problem.n_sites < 2:
        return plan
    ptr, demand = by_site(problem)
    touched = len(problem.sites) / problem.n_sites * len(problem.sites) / problem.n_demand
    steps = int(min(STEPS, WORK / max(1.0, touched)))
    is_open = opened(problem, plan)
    return np.flatnonzero(
        _exchanged(ptr, demand, problem.indptr, problem.sites, problem.cost, is_open, float(enough), steps, seed)
    )


@njit(cache=True, nogil=True)
def _exchanged(
    ptr: Ids,
    demand: Positions32,
    indptr: Ids,
    sites: Positions32,
    cost: Floats,
    start: Mask,
    enough: float,
    steps: int,
    seed: int,
) -> Mask:
    """The cheapest cover met, from `start`: nothing that makes a cover as dear as the best is opened."""
    np.random.seed(seed)  # noqa: NPY002 - numba's own generator, seeded here and used nowhere else
    state = _nothing_open(indptr, sites, len(cost))
    loss, uncovered = state[4], state[5]
    is_open = np.zeros(len(cost), dtype=np.bool_)
    moved = np.zeros(len(cost), dtype=np.int64)  # the step in which a site last opened or closed
    n_uncovered, spent = len(uncovered), 0.0
    for j in np.flatnonzero(start):
        n_uncovered = _open(j, ptr, demand, indptr, sites, is_open, state, n_uncovered)
        spent += cost[j]
    best, best_spent = start.copy(), spent
    for step in range(1, steps + 1):
        while n_uncovered == 0:
            if spent <= best_spent:
                best[:] = is_open
                best_spent = spent
            if best_spent <= enough:
                return best
            out = _least_missed(is_open, loss, cost, moved, -1)
            n_uncovered = _close(out, ptr, demand, indptr, sites, is_open, state, n_uncovered)
            spent -= cost[out]
            moved[out] = step
        out = _least_missed(is_open, loss, cost, moved, step - 1)
        if out >= 0:
            n_uncovered = _close(out, ptr, demand, indptr, sites, is_open, state, n_uncovered)
            spent -= cost[out]
            moved[out] = step
        i = uncovered[np.random.randint(n_uncovered)]  # noqa: NPY002
        into = _most_gained(sites[indptr[i] : indptr[i + 1]], out, best_spent - spent, state, cost, moved)
        if into >= 0:
            n_uncovered = _open(into, ptr, demand, indptr, sites, is_open, state, n_uncovered)
            spent += cost[into]
            moved[into] = step
        _weigh_more(uncovered[:n_uncovered], indptr, sites, state)
    return best


@njit(cache=True, nogil=True)
def _nothing_open(indptr: Ids, sites: Positions32, n_sites: int):  # type: ignore[no-untyped-def]
    """What `_open` and `_close` keep true, with every site closed and demand of weight 1."""
    n = len(indptr) - 1
    gain = np.zeros(n_sites)
    for j in sites:
        gain[j] += 1.0
    return (
        np.ones(n),  # weight of each demand
        np.zeros(n, dtype=np.int64),  # open sites that cover it
        np.zeros(n, dtype=np.int64),  # the sum of their positions: the site itself where there is one
        gain,  # weight of uncovered demand a site would cover
        np.zeros(n_sites),  # loss: weight that only this open site covers
        np.arange(n),  # uncovered demand first
        np.arange(n),  # where each demand is in that list
    )


@njit(cache=True, nogil=True)
def _most_gained(ways, out, room, state, cost, moved):  # type: ignore[no-untyped-def]
    """Of these sites the one that gains most per cost, below `room`; not the one that was closed a moment ago."""
    gain, into = state[3], -1
    for j in ways:
        if j != out and cost[j] < room and (into < 0 or _is_before(j, into, gain, cost, moved)):
            into = j
    return into


@njit(cache=True, nogil=True)
def _weigh_more(rows, indptr, sites, state):  # type: ignore[no-untyped-def]
    """Demand that stays uncovered grows heavier."""
    weight, gain = state[0], state[3]
    for i in rows:
        weight[i] += 1.0
        for entry in range(indptr[i], indptr[i + 1]):
            gain[sites[entry]] += 1.0


@njit(cache=True, nogil=True)
def _is_before(j, other, gain, cost, moved):  # type: ignore[no-untyped-def]
    """Whether opening j gains more per cost than the other, or as much and it has rested longer."""
    here, there = gain[j] * cost[other], gain[other] * cost[j]
    return here > there or (here == there and moved[j] < moved[other])


@njit(cache=True, nogil=True)
def _least_missed(is_open, loss, cost, moved, tabu):  # type: ignore[no-untyped-def]
    """The open site, not moved in step `tabu`, that loses least per cost when closed; of equals the longest open."""
    out = -1
    for j in range(len(is_open)):
        if not is_open[j] or (moved[j] == tabu and tabu > 0):
            continue
        here, there = loss[j] * cost[out], loss[out] * cost[j]
        if out < 0 or here < there or (here == there and moved[j] < moved[out]):
            out = j
    return out


@njit(cache=True, nogil=True)
def _open(j, ptr, demand, indptr, sites, is_open, state, n_uncovered):  # type: ignore[no-untyped-def]
    """Open site j and keep the state true; how much demand is uncovered then."""
    weight, count, sole, gain, loss, uncovered, where = state
    is_open[j] = True
    loss[j] = 0.0
    for own in range(ptr[j], ptr[j + 1]):
        i = demand[own]
        if count[i] == 0:
            loss[j] += weight[i]
            for entry in range(indptr[i], indptr[i + 1]):
                gain[sites[entry]] -= weight[i]
            n_uncovered -= 1
            _exchange(uncovered, where, where[i], n_uncovered)
        elif count[i] == 1:
            loss[sole[i]] -= weight[i]
        count[i] += 1
        sole[i] += j
    return n_uncovered


@njit(cache=True, nogil=True)
def _close(j, ptr, demand, indptr, sites, is_open, state, n_uncovered):  # type: ignore[no-untyped-def]
    """Close site j and keep the state true; how much demand is uncovered then."""
    weight, count, sole, gain, loss, uncovered, where = state
    is_open[j] = False
    for own in range(ptr[j], ptr[j + 1]):
        i = demand[own]
        count[i] -= 1
        sole[i] -= j
        if count[i] == 0:
            for entry in range(indptr[i], indptr[i + 1]):
                gain[sites[entry]] += weight[i]
            _exchange(uncovered, where, where[i], n_uncovered)
            n_uncovered += 1
        elif count[i] == 1:
            loss[sole[i]] += weight[i]
    return n_uncovered


@njit(cache=True, nogil=True)
def _exchange(items, where, a, b):  # type: ignore[no-untyped-def]
    """Exchange two places of a list whose positions are kept in `where`."""
    items[a], items[b] = items[b], items[a]
    where[items[a]] = a
    where[items[b]] = b
