"""
The best of several plans together: anneal a few, and let a solver choose among the sites that any of them opens.

Where every point is a candidate, plans that differ are each best in other quarters, and a few hundred sites hold a plan
better than all of them. That small question a solver closes in a fraction of a second (construct, merge, solve: Blum,
Pinacho, López-Ibáñez and Lozano 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import numpy as np

from siting.arrays import Ids
from siting.optimise import exact, reduce, warm_start
from siting.optimise.annealing import HOT, annealed
from siting.optimise.objective import Limits
from siting.optimise.problem import Problem, covered_weight, opened
from siting.optimise.relation import both_ways

STEPS = (reduce.with_equal_demand_merged, reduce.without_dominated_sites)
WORK = 100_000_000
"""Entries looked at in one annealing of a large town: about a second."""
AFRESH, MENDING = (HOT, HOT, HOT), (HOT / 2, HOT / 3, HOT / 4)
"""Temperatures of a round: plans from anew, then changes of the best. The solver takes half a second for the sites of
three plans, and twenty for those of five."""
PATIENCE = 3
"""Rounds without gain before the search ends."""


def recombined(problem: Problem, sites: int, plan: Ids, limits: Limits, enough: float, *, work: int = WORK) -> Ids:
    """
    A plan no worse than `plan`, of `sites` sites; the search ends when it covers `enough`, or at the deadline.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> problem = simple_problem([[1], [0, 1], [0, 2], [2]])
    >>> recombined(problem, 2, np.array([0, 1]), Limits(deadline_s=np.inf), enough=4, work=1000).tolist()
    [1, 2]
    """
    relation = both_ways(problem)
    steps = int(work * problem.n_sites / max(1, len(problem.sites)))
    start = warm_start.best_known_sites(problem, sites, work=0)
    seeds = count(limits.seed)

    def several(plan: Ids, heats: Sequence[float]) -> list[Ids]:
        plans = []
        for hot in heats:
            if limits.left_s > 0:
                cooled = np.flatnonzero(annealed(relation, opened(problem, plan), hot, steps, next(seeds)))
                plans.append(warm_start.best_known_sites(problem, sites, start=cooled, work=0))
        return plans

    idle = 0
    while covered_weight(problem, plan) < enough and idle < PATIENCE and limits.left_s > 0:
        before = covered_weight(problem, plan)
        fresh = several(start, AFRESH)
        if fresh:
            plan = best_together(problem, sites, [plan, best_together(problem, sites, fresh, limits)], limits)
        plan = best_together(problem, sites, [plan, *several(plan, MENDING)], limits)
        idle = 0 if covered_weight(problem, plan) > before else idle + 1
    return plan


def best_together(problem: Problem, sites: int, plans: Sequence[Ids], limits: Limits) -> Ids:
    """The best plan that the sites of these plans hold, or the best of them where no solver finds a better one."""
    best = max(plans, key=lambda plan: covered_weight(problem, plan))
    is_in_none = ~opened(problem, np.unique(np.concatenate(plans)))
    core = reduce.reduced(reduce.whole(replace(problem, fixed_closed=is_in_none)), STEPS)
    start = np.flatnonzero(np.isin(core.site, best))
    chosen = exact.chosen(exact.max_cover(core.problem, sites, limits.share(0.2), start), core.problem, sites)
    if chosen is None:
        return best
    other = warm_start.best_known_sites(problem, sites, start=core.plan(chosen), work=0)
    return other if covered_weight(problem, other) > covered_weight(problem, best) else best
