"""
Sites that stand today: kept, or free to close at a cost.

*Keep all* or *keep some* is `Problem.fixed_open`. A site that stands and is free to close is an ordinary site with a
closing cost k_j beside its cost c_j (what keeping it costs). Every plan pays

    sum_j c_j x_j + sum_j k_j (1 - x_j)  =  sum_j k_j + sum_j (c_j - k_j) x_j

so closing costs are a constant and a discount. Where the discount is larger than the cost, open is cheaper than closed
and covers no less: the site is fixed open, and the constant takes up the difference.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.arrays import Ids
from siting.optimise.problem import Problem, opened


def as_costs(problem: Problem) -> tuple[Problem, float]:
    """
    The same question without closing costs, and the constant to add to its cost.

    Examples
    --------
    Keeping site 0 costs 5 and closing it 2; keeping site 1 costs 1 and closing it 4.

    >>> from dataclasses import replace
    >>> from siting.optimise.problem import simple_problem
    >>> town = replace(simple_problem([[0, 1]], cost=[5, 1]), closing_cost=np.array([2.0, 4.0]))
    >>> free, constant = as_costs(town)
    >>> free.cost.tolist(), free.fixed_open.tolist(), constant
    ([3.0, 0.0], [False, True], 3.0)
    """
    if problem.closing_cost is None:
        return problem, 0.0
    net = problem.cost - problem.closing_cost
    is_cheaper_open = (net <= 0) & (problem.closing_cost > 0) & ~problem.fixed_closed
    free = replace(
        problem,
        cost=np.where(net < 0, 0.0, net),
        fixed_open=problem.fixed_open | is_cheaper_open,
        closing_cost=None,
    )
    open_anyway = problem.fixed_open | is_cheaper_open
    constant = float(problem.closing_cost.sum()) + float(net[(net < 0) & open_anyway].sum())
    return free, constant


def spent(problem: Problem, plan: Ids) -> float:
    """What closing the sites outside the plan costs."""
    if problem.closing_cost is None:
        return 0.0
    return float(problem.closing_cost[~opened(problem, plan)].sum())
