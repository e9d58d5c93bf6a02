"""MCLP within a cost budget: `objectives.mclp` with (3')."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.optimise import closing, counted, reduce, warm_start
from siting.optimise.objective import Found, Limits
from siting.optimise.problem import Problem

STEPS = (reduce.without_weightless_demand, reduce.with_equal_demand_merged, reduce.without_dominated_sites)


def search(problem: Problem, cost_budget: float, limits: Limits) -> Found:
    """Sites that cost no more than the budget together and cover most; standing sites may close at their cost."""
    free, _ = closing.as_costs(problem)
    least = _least_cost(problem, free)
    if least > cost_budget:
        told = f"Every plan costs {least:g} or more for closing or keeping what stands; the budget is {cost_budget:g}."
        return Found(np.flatnonzero(problem.fixed_open), 0.0, ("reduce",), (told,), status="infeasible")
    core = reduce.reduced(reduce.whole(free), STEPS)
    question = counted.Counted(core.problem, np.ones(1), core.problem.cost, cost_budget - least)
    found = counted.search(question, limits)
    return replace(
        found,
        plan=warm_start.useful(free, core.plan(found.plan)),
        bound=core.covered + found.bound,
        method=("reduce", *found.method),
        sizes=reduce.sizes(problem, core),
    )


def _least_cost(problem: Problem, free: Problem) -> float:
    """What closing everything that is dearer to keep costs, and keeping the rest; sites fixed open are paid for."""
    if problem.closing_cost is None:
        return 0.0
    paid = np.where(free.fixed_open, problem.cost, problem.closing_cost)
    return float(paid[~problem.fixed_open].sum())
