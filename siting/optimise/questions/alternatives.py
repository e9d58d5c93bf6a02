"""
Other good plans, since the best lot may not be for sale.

After the best plan, each next one covers most under the rules of `objectives.mclp` and, for each plan S before it,

    sum_{j in S, not fixed} x_j <= |S, not fixed| - d

so that it lacks d or more of its new sites. No plan with that difference covers more than its bound; its proven
distance from the optimum is the bound of the first plan less its value.

Brill (1979), The use of optimization models in public-sector planning, Management Science 25 (modelling to generate
alternatives).
"""

from __future__ import annotations

import time

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids, Mask
from siting.errors import InputError
from siting.optimise import exact, warm_start
from siting.optimise.objective import TOLERANCE, Limits, whole_below
from siting.optimise.objectives.expected import merged
from siting.optimise.problem import Problem, covered_weight, opened
from siting.optimise.program import at_least, at_most, covering, fixed, program
from siting.optimise.solution import Solution
from siting.optimise.solve import solve
from siting.optimise.watch import stopping
from siting.tables import Note


def alternatives(
    problem: Problem, sites: int, *, plans: int = 3, differ: int = 1, time_limit_s: float = 60.0, seed: int = 0
) -> tuple[Solution, ...]:
    """
    The best plan and others that each lack `differ` or more of the new sites of every plan before.

    Fewer come back when there are no more, or none was found in time.

    Raises
    ------
    InputError
        If `plans` or `differ` is below 1, or as in `solve`.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> found = alternatives(simple_problem([[0, 1], [1], [2], [0]], weight=[30, 40, 50, 5]), 1)
    >>> [(plan.plan.tolist(), plan.value, found[0].bound - plan.value) for plan in found]
    [([1], 70.0, 0.0), ([2], 50.0, 20.0), ([0], 35.0, 35.0)]
    """
    if plans < 1 or differ < 1:
        raise InputError("alternatives", [f"plans = {plans}, differ = {differ}. Expected 1 or more of each."])
    started_s = time.monotonic()
    found = [solve(problem, "mclp", sites=sites, time_limit_s=time_limit_s / plans, seed=seed)]
    with stopping() as stop:
        limits = Limits(started_s + time_limit_s, seed=seed, stop=stop)
        while len(found) < plans and limits.left_s > 0:
            other = _next(problem, sites, found, differ, limits.share(1.0 / (plans - len(found))))
            if other is None:
                break
            found.append(other)
    return tuple(found)


def _next(problem: Problem, sites: int, found: list[Solution], differ: int, limits: Limits) -> Solution | None:
    started_s = time.monotonic()
    core = merged(problem)
    taken = np.array([opened(problem, before.plan) & ~problem.fixed_open for before in found])
    most = np.maximum(taken.sum(axis=1) - differ, 0).astype(np.float64)
    plan = _apart(core, sites, taken, most)
    charged = np.where(problem.fixed_open, 0.0, 1.0)[None, :]
    model = program(
        [np.zeros(core.n_sites), core.weight],
        [
            at_least([covering(core), -sparse.eye_array(core.n_demand)], np.zeros(core.n_demand)),
            at_most([charged, None], np.array([float(sites)])),
            at_most([taken.astype(np.float64), None], most),
            fixed(core, 2),
        ],
        whole_blocks=1,
        maximise=True,
    )
    answer = exact.solved(model, core.n_sites, limits, opened(core, plan).astype(float))
    other = exact.chosen(answer, core, sites)
    if other is not None and _differs(other, taken, most) and covered_weight(core, other) > covered_weight(core, plan):
        plan = other
    if not _differs(plan, taken, most) or any(np.array_equal(plan, before.plan) for before in found):
        return None
    value = covered_weight(problem, plan)
    upper = min(answer.bound, found[-1].bound)  # each rule more can only lower it
    upper = max(value, whole_below(upper, problem.weight))
    is_proven = upper - value <= TOLERANCE * upper
    return Solution(
        objective="mclp",
        plan=plan,
        value=value,
        bound=value if is_proven else upper,
        sense="max",
        status="optimal" if is_proven else "feasible",
        method=f"greedy + {answer.backend}",
        seconds=time.monotonic() - started_s,
        seed=limits.seed,
        settings={"sites": sites, "differ": differ, "number": len(found)},
        reasons=(Note("topic_plan", "note_differs_from_plans", differ, values={"before": len(found)}),),
    )


def _apart(problem: Problem, sites: int, taken: Mask, most: Floats) -> Ids:
    """Greedy, with what the rules still allow."""
    plan = np.flatnonzero(problem.fixed_open)
    for _ in range(sites):
        is_open = opened(problem, plan)
        is_full = (taken & is_open).sum(axis=1) >= most
        may_open = ~(is_open | problem.fixed_closed | taken[is_full].any(axis=0))
        count = np.bincount(problem.demand, is_open[problem.sites], minlength=problem.n_demand)
        missing = np.where(count > 0, 0.0, problem.weight)
        gain = np.bincount(problem.sites, missing[problem.demand], minlength=problem.n_sites)
        gain = np.where(may_open, gain, 0.0)
        if not gain.max(initial=0.0) > 0:
            break
        plan = np.union1d(plan, [int(gain.argmax())])
    return warm_start.useful(problem, plan)


def _differs(plan: Ids, taken: Mask, most: Floats) -> bool:
    return bool((taken[:, plan].sum(axis=1) <= most).all())
