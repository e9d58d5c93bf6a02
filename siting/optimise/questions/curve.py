"""How much each further site adds: cover against the number of new sites, with a bound at every number."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from siting.arrays import Floats, Ids
from siting.optimise import bound, warm_start
from siting.optimise.objective import Limits, whole_below
from siting.optimise.objectives import mclp
from siting.optimise.problem import Problem, covered_weight
from siting.optimise.reduce import Reduced
from siting.optimise.terms import Terms
from siting.optimise.watch import stopping

PRICED_EVERY = 5
"""Numbers of sites from one pricing to the next: the prices of one number bound its neighbours nearly as well."""


@dataclass(frozen=True)
class CurvePoint:
    """
    The best plan with at most `sites` new sites.

    Attributes
    ----------
    sites
        New sites, besides those fixed open.
    plan, value, bound
        As in `Solution`.
    """

    sites: int
    plan: Ids
    value: float
    bound: float


def curve(
    problem: Problem,
    most: int,
    *,
    time_limit_s: float = 60.0,
    relative_gap: float = 0.0,
    seed: int = 0,
    progress: Callable[[CurvePoint], None] | None = None,
) -> tuple[CurvePoint, ...]:
    """
    MCLP for 0, 1, ... `most` new sites (formulation: `objectives.mclp`).

    The problem is reduced once. Each number begins with the plan of the one before; each fifth is priced, and its
    prices bound every other number too; what is still open then is closed one by one in the time that is left. Ctrl-C
    ends it with what it has.

    Parameters
    ----------
    relative_gap
        Leave a number as it is when its bound is this close.
    progress
        Called with each point when it is as good as it will be.

    Raises
    ------
    InputError
        If the problem's arrays are wrong, or `most` exceeds the free candidates.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> problem = simple_problem([[0, 1], [1], [2], [0]], weight=[30, 40, 50, 5])
    >>> [(point.sites, point.value, point.bound) for point in curve(problem, 3)]
    [(0, 0.0, 0.0), (1, 70.0, 70.0), (2, 120.0, 120.0), (3, 125.0, 125.0)]
    """
    problem.check()
    Terms(sites=most).check("curve", frozenset({"sites"}), problem)
    with stopping() as stop:
        limits = Limits(time.monotonic() + time_limit_s, relative_gap, seed, stop=stop)
        core = mclp.core_of(problem)
        plans, upper = _rough(problem, core, most, limits.share(0.5))
        is_open = [not limits.is_enough(covered_weight(problem, plan), u) for plan, u in zip(plans, upper, strict=True)]
        points: list[CurvePoint] = []
        for sites in range(most + 1):
            known, value = plans[sites], covered_weight(problem, plans[sites])
            if is_open[sites] and limits.left_s > 0:
                found = mclp.improved(problem, core, sites, known, limits.share(1 / sum(is_open[sites:])), upper[sites])
                known, upper[sites] = found.plan, min(upper[sites], found.bound)
                value = covered_weight(problem, known)
            if points and points[-1].value > value:  # at most: the plan before may open fewer
                known, value = points[-1].plan, points[-1].value
            # A sum of the same floats in another order may end a hair above the bound.
            points.append(CurvePoint(sites, known, value, max(value, float(upper[sites]))))
            if progress is not None:
                progress(points[-1])
    return tuple(points)


def _rough(problem: Problem, core: Reduced, most: int, limits: Limits) -> tuple[list[Ids], Floats]:
    """A plan and a bound for each number, from its neighbours."""
    upper = np.full(most + 1, core.covered + float(core.problem.weight.sum()))
    plans: list[Ids] = []
    chosen: Ids = np.empty(0, dtype=np.int64)
    price: Floats | None = None
    work = min(warm_start.WORK / 10.0, warm_start.TIMES * len(core.problem.sites))
    for sites in range(most + 1):
        room, work = min(sites, core.problem.n_sites), work if limits.left_s > 0 else 0.0
        chosen = warm_start.best_known_sites(core.problem, room, start=chosen, seed=limits.seed, work=work)
        plans.append(core.plan(chosen))
        value = covered_weight(problem, plans[-1])
        is_out_of_turn = sites % PRICED_EVERY and sites != most
        if is_out_of_turn or limits.is_enough(value, upper[sites]) or (sites and limits.left_s == 0.0):
            continue
        closer = replace(limits.share(1 / 3), relative_gap=limits.relative_gap / 2)  # some is lost at each neighbour
        price = bound.most_coverable(core.problem, room, value - core.covered, closer, price).price
        every = core.covered + bound.most_for_each(core.problem, price)
        upper = np.minimum(upper, every[np.minimum(np.arange(most + 1), len(every) - 1)])
    return plans, np.array([whole_below(number, problem.weight) for number in upper])
