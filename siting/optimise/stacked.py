"""
Several tiers of sites for the same demand, each row counted by the best tier that serves it, as one MCLP.

    maximise    sum_i w_i max(q_j : j in N_i open, or 0)                     (1)
    subject to  sum_{j not fixed} c_j x_j <= B                               (2)

i demand, j sites of all tiers; w_i weight; q_j > 0 what being served by site j is worth; N_i the sites that reach i,
each by its own ways and within its own budget. With the distinct worths q^1 > q^2 > ... > q^m and q^(m+1) = 0, (1) is
the sum over k of (q^k - q^(k+1)) times the weight that a site of worth q^k or more covers: each row is stacked m times,
its k-th copy with weight w_i (q^k - q^(k+1)) and covered by those sites only. So the stacked problem is `mclp` with a
cost budget, and its bound is one of (1).

Church and ReVelle (1974) for the cover; worths by tier are the quality levels of the hierarchical covering problem,
Moore and ReVelle (1982), The hierarchical service location problem, Management Science 28.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from siting.arrays import Floats, Ids
from siting.optimise.problem import Problem


def side_by_side(parts: Sequence[Problem]) -> Problem:
    """
    One problem of several with the same demand: their sites after each other, the weights of the first.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> both = side_by_side([simple_problem([[0], [1]]), simple_problem([[], [0]])])
    >>> both.indptr.tolist(), both.sites.tolist(), both.n_sites
    ([0, 1, 3], [0, 1, 2], 3)
    """
    first = np.cumsum([0, *(part.n_sites for part in parts)])
    demand = np.concatenate([part.demand for part in parts])
    sites = np.concatenate([part.sites.astype(np.int64) + first[k] for k, part in enumerate(parts)])
    return Problem(
        indptr=_indptr(demand, parts[0].n_demand),
        sites=sites[np.argsort(demand, kind="stable")].astype(np.uint32),
        weight=parts[0].weight,
        cost=np.concatenate([part.cost for part in parts]),
        fixed_open=np.concatenate([part.fixed_open for part in parts]),
        fixed_closed=np.concatenate([part.fixed_closed for part in parts]),
    )


def stacked(problem: Problem, worth: Floats) -> Problem:
    """
    The problem whose covered weight is the worth of the best site that serves each row, times the row's weight.

    Parameters
    ----------
    worth
        Shape (J,), above 0.

    Examples
    --------
    A full station is worth 1, a micro station 0.4: people served by both count once, with 1.

    >>> from siting.optimise.problem import covered_weight, simple_problem
    >>> tiers = stacked(simple_problem([[0, 1], [1]], weight=[100, 50]), np.array([1.0, 0.4]))
    >>> [covered_weight(tiers, np.array(plan)) for plan in ([0], [1], [0, 1])]
    [100.0, 60.0, 120.0]
    """
    levels = np.unique(worth)[::-1]
    of_entry, demand = worth[problem.sites], problem.demand
    serving = [of_entry >= level for level in levels]
    rows = np.concatenate([demand[own] + k * problem.n_demand for k, own in enumerate(serving)])
    return Problem(
        indptr=_indptr(rows, len(levels) * problem.n_demand),
        sites=np.concatenate([problem.sites[own] for own in serving]),
        weight=np.concatenate([problem.weight * step for step in levels - np.append(levels[1:], 0.0)]),
        cost=problem.cost,
        fixed_open=problem.fixed_open,
        fixed_closed=problem.fixed_closed,
    )


def _indptr(rows: Ids, n_rows: int) -> Ids:
    """Where each row's entries begin, once they are sorted by row."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n_rows))]).astype(np.int64)
