"""MCLP within a cost budget: `objectives.mclp` with (3')."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.arrays import Floats
from siting.optimise import closing, counted, reduce, warm_start
from siting.optimise.objective import Found, Limits
from siting.optimise.problem import Problem
from siting.tables import noted

STEPS = (reduce.without_weightless_demand, reduce.with_equal_demand_merged, reduce.without_dominated_sites)


def search(problem: Problem, cost_budget: float, limits: Limits) -> Found:
    """Sites that cost no more than the budget together and cover most; standing sites may close at their cost."""
    free, _ = closing.as_costs(problem)
    paid = _paid_anyway(problem, free)
    least = float(paid.sum())
    if least > cost_budget:
        told = noted("topic_plan", "note_above_budget", np.flatnonzero(paid), least=least, budget=cost_budget)
        return Found(np.flatnonzero(problem.fixed_open), 0.0, ("reduce",), tuple(told), status="infeasible")
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


def _paid_anyway(problem: Problem, free: Problem) -> Floats:
    """Shape (J,). The less of closing a standing site and keeping it, in every plan; those fixed open are paid for."""
    if problem.closing_cost is None:
        return np.zeros(problem.n_sites)
    less = np.where(free.fixed_open, problem.cost, problem.closing_cost)
    return np.where(problem.fixed_open, 0.0, less)
