"""
A good plan in milliseconds: greedy, then swaps.

Greedy opens the site that adds most (Church and ReVelle 1974); since what a site adds only shrinks as others open, old
gains are upper bounds and few need recomputing (Minoux 1978, "lazy"). Swaps close one site and open another while that
helps (Teitz and Bart 1968); one pass over a site's demand prices all its swaps at once (Resende and Werneck 2007).
Nothing here looks at a clock: the same input and seed give the same plan.
"""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32
from siting.optimise.problem import Problem, is_covered, opened
from siting.optimise.relation import by_site, part

KICKS = 200
"""Most perturbations of the local search."""
WORK = 200_000_000
"""Most perturbations times entries: about two seconds."""


def best_known_sites(
    problem: Problem,
    sites: int,
    *,
    start: Ids | None = None,
    seed: int = 0,
    kicks: int = KICKS,
    enough: float = np.inf,
) -> Ids:
    """
    Positions of at most `sites` sites that cover much weight: greedy from `start`, swaps, then seeded kicks and swaps.

    Fixed sites are not looked at: settle them first (`reduce.settled`). Nearly all time goes to the kicks: without them
    it is milliseconds, and they end when the plan covers `enough`.

    Examples
    --------
    Greedy opens site 0 first and ends with three of four covered; a swap finds the pair that covers all.

    >>> from siting.optimise.problem import simple_problem
    >>> best_known_sites(simple_problem([[1], [0, 1], [0, 2], [2]]), 2).tolist()
    [1, 2]
    """
    ptr, demand = by_site(problem)
    is_open = np.zeros(problem.n_sites, dtype=bool) if start is None else opened(problem, start)
    _open_greedily(ptr, demand, problem.weight, np.ones(problem.n_sites), is_open, sites)
    kicks = min(kicks, WORK // max(1, len(problem.sites)))
    return np.flatnonzero(_swapped(ptr, demand, problem.weight, is_open, kicks, seed, enough * (1 - 1e-12)))


def cover(problem: Problem, *, start: Ids | None = None) -> Ids:
    """
    Positions of sites that cover all demand: greedy by demand gained per cost from `start`, then without idle sites.

    Every demand must have a site that may open (`reduce.settled`).

    References
    ----------
    Chvátal (1979): within a factor of ln(I) + 1 of the least cost.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> cover(simple_problem([[0, 1], [0, 1], [0, 2], [0, 2], [1], [2]])).tolist()
    [1, 2]
    """
    ptr, demand = by_site(problem)
    is_open = np.zeros(problem.n_sites, dtype=bool) if start is None else opened(problem, start)
    _open_greedily(ptr, demand, np.ones(problem.n_demand), problem.cost, is_open, problem.n_sites)
    return without_idle_sites(problem, np.flatnonzero(is_open))


def without_idle_sites(problem: Problem, plan: Ids) -> Ids:
    """The plan less the sites that cover nothing alone, dearest and highest position first; fixed open ones stay."""
    ptr, demand = by_site(problem)
    count = np.bincount(problem.demand, weights=opened(problem, plan)[problem.sites], minlength=problem.n_demand)
    kept = []
    for j in sorted(plan.tolist(), key=lambda site: (-problem.cost[site], -site)):
        own = demand[ptr[j] : ptr[j + 1]]
        if problem.fixed_open[j] or (count[own] == 1).any():
            kept.append(j)
        else:
            count[own] -= 1
    return np.array(sorted(kept), dtype=np.int64)


def useful(problem: Problem, plan: Ids) -> Ids:
    """The plan less the sites that cover no weight alone; fixed open ones stay."""
    return without_idle_sites(part(problem, problem.weight > 0, np.ones(problem.n_sites, dtype=bool)), plan)


def covers_all(problem: Problem, plan: Ids) -> bool:
    """Whether each demand has an open site in its cover set."""
    return bool(is_covered(problem, opened(problem, plan)).all())


@njit(cache=True, nogil=True)
def _open_greedily(ptr: Ids, demand: Positions32, weight: Floats, cost: Floats, is_open: Mask, limit: int) -> None:
    """Open sites in `is_open` until `limit` are open or none adds anything."""
    covered = np.zeros(len(weight), dtype=np.bool_)
    count = 0
    for j in range(len(is_open)):
        if is_open[j]:
            count += 1
            for entry in range(ptr[j], ptr[j + 1]):
                covered[demand[entry]] = True
    # Ratio first, then the lower position: the heap's order breaks ties.
    heap = [(-np.inf, j) for j in range(len(is_open)) if not is_open[j]]
    while count < limit and len(heap) > 0:
        _, j = heapq.heappop(heap)
        gain = 0.0
        for entry in range(ptr[j], ptr[j + 1]):
            if not covered[demand[entry]]:
                gain += weight[demand[entry]]
        if gain <= 0.0:
            continue
        ratio = -gain / cost[j] if cost[j] > 0 else -np.inf
        if len(heap) > 0 and (ratio, j) > heap[0]:
            heapq.heappush(heap, (ratio, j))
            continue
        is_open[j] = True
        count += 1
        for entry in range(ptr[j], ptr[j + 1]):
            covered[demand[entry]] = True


@njit(cache=True, nogil=True)
def _swapped(
    ptr: Ids, demand: Positions32, weight: Floats, is_open: Mask, kicks: int, seed: int, enough: float
) -> Mask:
    """The best plan met by swaps from `is_open`, and again after each of `kicks` random exchanges of a few sites."""
    np.random.seed(seed)  # noqa: NPY002 - numba's own generator, seeded here and used nowhere else
    n = len(is_open)
    least = 1e-9 * weight.sum()
    count = np.zeros(len(weight), dtype=np.int64)
    sole = np.zeros(len(weight), dtype=np.int64)  # sum of the open sites' positions: the site itself where count is 1
    loss = np.zeros(n)
    current = np.zeros(n, dtype=np.bool_)
    for j in range(n):
        if is_open[j]:
            _open(j, ptr, demand, weight, current, count, sole, loss)
    value = _climb(ptr, demand, weight, current, count, sole, loss, least)
    best, best_value = current.copy(), value
    there = np.flatnonzero(current)
    if len(there) == 0 or len(there) == n:
        return best
    for _ in range(kicks):
        if best_value >= enough:
            break
        for _ in range(min(len(there), 1 + np.random.randint(3))):  # noqa: NPY002
            there = np.flatnonzero(current)
            away = np.flatnonzero(~current)
            _close(there[np.random.randint(len(there))], ptr, demand, weight, current, count, sole, loss)  # noqa: NPY002
            _open(away[np.random.randint(len(away))], ptr, demand, weight, current, count, sole, loss)  # noqa: NPY002
        value = _climb(ptr, demand, weight, current, count, sole, loss, least)
        if value > best_value + least:
            best, best_value = current.copy(), value
        else:
            for j in range(n):
                if current[j] and not best[j]:
                    _close(j, ptr, demand, weight, current, count, sole, loss)
            for j in range(n):
                if best[j] and not current[j]:
                    _open(j, ptr, demand, weight, current, count, sole, loss)
    return best


@njit(cache=True, nogil=True)
def _climb(ptr, demand, weight, current, count, sole, loss, least):  # type: ignore[no-untyped-def]
    """Swap while a swap adds more than `least`; the covered weight reached."""
    n = len(current)
    saved = np.zeros(n)
    since = 0
    j = 0
    while since < n:
        if not current[j]:
            gain = 0.0
            for entry in range(ptr[j], ptr[j + 1]):
                i = demand[entry]
                if count[i] == 0:
                    gain += weight[i]
                elif count[i] == 1:
                    saved[sole[i]] += weight[i]
            out = -1
            best = least
            for k in range(n):
                if current[k] and gain - loss[k] + saved[k] > best:
                    best = gain - loss[k] + saved[k]
                    out = k
                saved[k] = 0.0
            if out >= 0:
                _close(out, ptr, demand, weight, current, count, sole, loss)
                _open(j, ptr, demand, weight, current, count, sole, loss)
                since = 0
        since += 1
        j = j + 1 if j + 1 < n else 0
    value = 0.0
    for i in range(len(weight)):
        if count[i] > 0:
            value += weight[i]
    return value


@njit(cache=True, nogil=True)
def _open(j, ptr, demand, weight, current, count, sole, loss):  # type: ignore[no-untyped-def]
    """Open site j and keep count, sole and loss true."""
    current[j] = True
    loss[j] = 0.0
    for entry in range(ptr[j], ptr[j + 1]):
        i = demand[entry]
        if count[i] == 0:
            loss[j] += weight[i]
        elif count[i] == 1:
            loss[sole[i]] -= weight[i]
        count[i] += 1
        sole[i] += j


@njit(cache=True, nogil=True)
def _close(j, ptr, demand, weight, current, count, sole, loss):  # type: ignore[no-untyped-def]
    """Close site j and keep count, sole and loss true."""
    current[j] = False
    loss[j] = 0.0
    for entry in range(ptr[j], ptr[j + 1]):
        i = demand[entry]
        count[i] -= 1
        sole[i] -= j
        if count[i] == 1:
            loss[sole[i]] += weight[i]
