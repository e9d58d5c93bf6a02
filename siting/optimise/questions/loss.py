"""Which station contributes least, and what is lost when one falls away."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.optimise.problem import Problem, covered_weight, is_covered, opened
from siting.optimise.solution import Solution
from siting.optimise.solve import solve


@dataclass(frozen=True)
class Loss:
    """
    What happens when a site of a plan cannot be had.

    Attributes
    ----------
    site
        Which.
    lost
        Weight that nothing else in the plan covers.
    repaired
        The plan with the rest kept and one other site instead, with its bound.
    free
        The best plan with as many sites and nothing kept but what the problem fixes, with its bound.
    """

    site: int
    lost: float
    repaired: Solution
    free: Solution


def contribution(problem: Problem, plan: Ids) -> Floats:
    """
    Weight that each site of a plan covers alone: what closing it would lose. Shape (len(plan),), exact.

    Examples
    --------
    The station that contributes least:

    >>> from siting.optimise.problem import simple_problem
    >>> plan = np.array([0, 1, 2])
    >>> alone = contribution(simple_problem([[0, 1], [1, 2], [2], [0]], weight=[30, 40, 50, 5]), plan)
    >>> alone.tolist(), int(plan[alone.argmin()])
    ([5.0, 0.0, 50.0], 1)
    """
    is_open = opened(problem, plan)
    entry = is_open[problem.sites]
    count = np.bincount(problem.demand[entry], minlength=problem.n_demand)
    alone = entry & (count == 1)[problem.demand]
    by_site = np.bincount(problem.sites[alone], problem.weight[problem.demand[alone]], minlength=problem.n_sites)
    return np.asarray(by_site[plan], dtype=np.float64)


def if_lost(problem: Problem, plan: Ids, site: int, *, time_limit_s: float = 60.0, seed: int = 0) -> Loss:
    """
    What a plan loses with one of its sites, the best single replacement, and the best plan anew.

    Raises
    ------
    InputError
        If the plan does not open the site.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> problem = simple_problem([[0, 1], [1, 2], [2], [0]], weight=[30, 40, 50, 5])
    >>> loss = if_lost(problem, np.array([1, 2]), 1)
    >>> loss.lost, loss.repaired.plan.tolist(), loss.repaired.value
    (30.0, [0, 2], 125.0)
    """
    if site not in plan:
        raise InputError("site", [f"{site} is not open in the plan ({len(plan)} sites). Name one that is."])
    rest = np.setdiff1d(plan, [site])
    barred = replace(problem, fixed_closed=problem.fixed_closed | opened(problem, np.array([site])))
    barred = replace(barred, fixed_open=problem.fixed_open & ~barred.fixed_closed)
    kept = replace(barred, fixed_open=opened(problem, rest))
    new = len(plan) - int(barred.fixed_open.sum())
    before = covered_weight(problem, plan)
    after = float(problem.weight[is_covered(problem, opened(problem, rest))].sum())

    def best(question: Problem, sites: int) -> Solution:
        room = int((~(question.fixed_open | question.fixed_closed)).sum())
        return solve(question, "mclp", sites=min(sites, room), time_limit_s=time_limit_s / 2, seed=seed)

    return Loss(site, before - after, repaired=best(kept, 1), free=best(barred, new))
