"""The cover relation seen from the other side, and cut down to a part of itself."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numba import njit
from scipy import sparse

from siting.arrays import Floats, Ids, Mask, Positions32
from siting.optimise.problem import Problem


def by_site(problem: Problem) -> tuple[Ids, Positions32]:
    """
    Site j covers ``demand[ptr[j]:ptr[j + 1]]``, ascending; shapes (J + 1,) and (K,).

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> ptr, demand = by_site(simple_problem([[0], [0, 1]]))
    >>> ptr.tolist(), demand.tolist()
    ([0, 2, 3], [0, 1, 1])
    """
    return _transposed(problem.indptr, problem.sites, problem.n_sites)


class BothWays(NamedTuple):
    """The relation read from either side, as compiled searches take it: demand of each site, sites of each demand."""

    ptr: Ids
    demand: Positions32
    indptr: Ids
    sites: Positions32
    weight: Floats


def both_ways(problem: Problem) -> BothWays:
    """The cover relation of a problem from either side, and the weights of its demand."""
    return BothWays(*by_site(problem), problem.indptr, problem.sites, problem.weight)


def part(problem: Problem, demand: Mask, sites: Mask) -> Problem:
    """The problem with only these demand rows and these sites, renumbered in their old order."""
    entries = demand[problem.demand] & sites[problem.sites]
    indptr = np.zeros(int(demand.sum()) + 1, dtype=np.int64)
    np.cumsum(np.bincount(problem.demand[entries], minlength=problem.n_demand)[demand], out=indptr[1:])
    position = np.cumsum(sites, dtype=np.int64) - 1
    return Problem(
        indptr=indptr,
        sites=position[problem.sites[entries]].astype(np.uint32),
        weight=problem.weight[demand],
        cost=problem.cost[sites],
        fixed_open=problem.fixed_open[sites],
        fixed_closed=problem.fixed_closed[sites],
        distance=None if problem.distance is None else problem.distance[entries],
        closing_cost=None if problem.closing_cost is None else problem.closing_cost[sites],
    )


def with_unit_costs(problem: Problem) -> Problem:
    """The same question, counting sites instead of money."""
    return replace(problem, cost=np.ones(problem.n_sites))


def components(problem: Problem) -> list[tuple[Problem, Ids]]:
    """
    The parts of a problem that share no site, each with its sites' positions in the whole; largest first.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> [positions.tolist() for _, positions in components(simple_problem([[0, 2], [1], [2]]))]
    [[0, 2], [1]]
    """
    n_demand, n_sites = problem.n_demand, problem.n_sites
    edges = sparse.coo_array(
        (np.ones(len(problem.sites), dtype=np.int8), (problem.demand, n_demand + problem.sites.astype(np.int64))),
        shape=(n_demand + n_sites, n_demand + n_sites),
    )
    count, label = sparse.csgraph.connected_components(edges, directed=False)
    demand_order = np.argsort(label[:n_demand], kind="stable")
    site_order = np.argsort(label[n_demand:], kind="stable")
    demand_ptr = np.searchsorted(label[demand_order], np.arange(count + 1))
    site_ptr = np.searchsorted(label[n_demand + site_order], np.arange(count + 1))
    parts = []
    for c in range(count):
        rows = demand_order[demand_ptr[c] : demand_ptr[c + 1]]
        positions = site_order[site_ptr[c] : site_ptr[c + 1]]
        if len(rows):
            parts.append((_rows(problem, rows, positions), positions))
    return sorted(parts, key=lambda found: -len(found[0].sites))


def _rows(problem: Problem, rows: Ids, positions: Ids) -> Problem:
    """Some demand with the sites that cover it, `positions` ascending; the work is that of the part, not the whole."""
    length = np.diff(problem.indptr)[rows]
    indptr = np.concatenate([[0], np.cumsum(length)])
    entries = np.repeat(problem.indptr[rows] - indptr[:-1], length) + np.arange(indptr[-1])
    return Problem(
        indptr=indptr,
        sites=np.searchsorted(positions, problem.sites[entries]).astype(np.uint32),
        weight=problem.weight[rows],
        cost=problem.cost[positions],
        fixed_open=problem.fixed_open[positions],
        fixed_closed=problem.fixed_closed[positions],
    )


@njit(cache=True, nogil=True)
def _transposed(indptr: Ids, sites: Positions32, n_sites: int) -> tuple[Ids, Positions32]:
    ptr = np.zeros(n_sites + 1, dtype=np.int64)
    for j in sites:
        ptr[j + 1] += 1
    for j in range(n_sites):
        ptr[j + 1] += ptr[j]
    free = ptr[:-1].copy()
    demand = np.empty(len(sites), dtype=np.uint32)
    for i in range(len(indptr) - 1):
        for entry in range(indptr[i], indptr[i + 1]):
            j = sites[entry]
            demand[free[j]] = i
            free[j] += 1
    return ptr, demand
