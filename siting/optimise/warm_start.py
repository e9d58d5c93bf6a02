"""
A good plan in milliseconds: greedy, then swaps.

Greedy opens the site that adds most (Church and ReVelle 1974); since what a site adds only shrinks as others open, old
gains are upper bounds and few need recomputing (Minoux 1978, "lazy"). Swaps close one site and open another while that
helps (Teitz and Bart 1968): `swap_search`. Work is counted, not timed: the same input and seed give the same plan,
unless a deadline ends it.
"""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32
from siting.optimise.objective import Limits
from siting.optimise.problem import Problem, covered_weight, opened
from siting.optimise.relation import both_ways, by_site, part
from siting.optimise.swap_search import swapped

WORK = 100_000_000
"""Most entries that kicks and swaps look at, unless that is less than ten times through: some tenths of a second."""
TIMES = 2_000
"""Most times through all entries: a small problem is soon searched, or soon solved."""


def best_known_sites(
    problem: Problem,
    sites: int,
    *,
    start: Ids | None = None,
    seed: int = 0,
    work: float | None = None,
    enough: float = np.inf,
) -> Ids:
    """
    Positions of at most `sites` sites that cover much weight: greedy from `start`, swaps, then seeded kicks and swaps.

    Fixed sites are not looked at: settle them first (`reduce.settled`). Nearly all time goes to the kicks: with
    `work=0` it is milliseconds, and they end when the plan covers `enough`.

    Examples
    --------
    Greedy opens site 0 first and ends with three of four covered; a swap finds the pair that covers all.

    >>> from siting.optimise.problem import simple_problem
    >>> best_known_sites(simple_problem([[1], [0, 1], [0, 2], [2]]), 2).tolist()
    [1, 2]
    """
    relation = both_ways(problem)
    is_open = np.zeros(problem.n_sites, dtype=bool) if start is None else opened(problem, start)
    _open_greedily(relation.ptr, relation.demand, problem.weight, np.ones(problem.n_sites), is_open, sites)
    entries = len(problem.sites)
    work = min(max(WORK, 10 * entries), TIMES * entries) if work is None else work
    return np.flatnonzero(swapped(relation, is_open, float(work), seed, enough * (1 - 1e-12)))


def patiently_searched(problem: Problem, sites: int, plan: Ids, limits: Limits, enough: float) -> Ids:
    """
    A plan no worse than `plan`: kicks and swaps in batches.

    As many batches as hundreds of sites, and twice as many as the last gain took; fewer at the deadline, or when the
    plan covers `enough`.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> problem = simple_problem([[1], [0, 1], [0, 2], [2]])
    >>> patiently_searched(problem, 2, np.array([0, 1]), Limits(deadline_s=np.inf), enough=4).tolist()
    [1, 2]
    """
    value, batch, gained = covered_weight(problem, plan), 0, 0
    patience = max(3, problem.n_sites // 100)  # towns of 5,000 candidates: 0.5 % more after 50 batches than after 10
    while value < enough and batch < patience + 2 * gained and limits.left_s > 0:
        batch += 1
        other = best_known_sites(problem, sites, start=plan, seed=limits.seed + batch, enough=enough)
        found = covered_weight(problem, other)
        if found > value:
            plan, value, gained = other, found, batch
    return plan


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
