"""
MCLP: where do p more sites cover most?

    maximise    sum_i w_i y_i                                    (1)
    subject to  y_i <= sum_{j in N_i} x_j        for each i      (2)
                sum_{j not fixed} x_j <= p                       (3)
                x_j = 1 fixed open, x_j = 0 fixed closed         (4)
                x_j in {0, 1}, 0 <= y_i <= 1                     (5)

i demand, j sites; w_i weight of demand i; N_i sites that reach i within the travel budget; x_j whether j is open; y_i
whether i is covered, which (1) and (2) make 0 or 1 by themselves; p **new** sites, besides those fixed open.
(3) is "at most": a site that would add nothing is not opened, and a reason says how many were left over.

Church and ReVelle (1974), The maximal covering location problem, Papers of the Regional Science Association 32.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.arrays import Ids
from siting.errors import InputError
from siting.optimise import bound, exact, reduce, warm_start
from siting.optimise.objective import Found, Limits, Objective, are_whole, whole_below
from siting.optimise.problem import Problem, covered_weight, is_coverable
from siting.optimise.reduce import Reduced
from siting.optimise.relation import part, with_unit_costs
from siting.tables import Note, noted

STEPS = (reduce.without_weightless_demand, reduce.with_equal_demand_merged, reduce.without_dominated_sites)
ROUNDS = 4
"""Most rounds of pricing and fixing before a solver gets what is left."""


def search(problem: Problem, sites: int | None, limits: Limits) -> Found:
    """
    At most `sites` new sites that cover most, and a bound that no such plan exceeds.

    Raises
    ------
    InputError
        If `sites` is missing, negative, or more than there are free candidates.
    """
    new = _checked(problem, sites)
    n_fixed = int(problem.fixed_open.sum())
    core = reduce.reduced(reduce.whole(with_unit_costs(problem)), STEPS)
    sizes = reduce.sizes(problem, core)
    plan = core.plan(warm_start.best_known_sites(core.problem, new, seed=limits.seed))
    upper, method = core.covered + float(core.problem.weight.sum()), ["reduce", "greedy", "swap"]
    for played in range(ROUNDS):
        if limits.is_enough(covered_weight(problem, plan), upper) or (played and limits.left_s == 0.0):
            break
        plan, upper, smaller = _priced_round(problem, core, new + n_fixed, plan, upper, limits.seed)
        method += ["price"] if "price" not in method else []
        is_done = smaller.problem.n_sites == core.problem.n_sites
        core = smaller
        if is_done:
            break
    if not limits.is_enough(covered_weight(problem, plan), upper) and limits.left_s > 0:
        plan, upper, backend = _solved_core(problem, core, new + n_fixed, plan, upper, limits)
        method.append(backend)
    sizes["core_demand"], sizes["core_sites"] = core.problem.n_demand, core.problem.n_sites
    useful = warm_start.without_idle_sites(
        part(problem, problem.weight > 0, np.ones(problem.n_sites, dtype=bool)), plan
    )
    return Found(useful, upper, tuple(method), _reasons(problem, new, len(useful) - n_fixed), sizes)


OBJECTIVE = Objective(sense="max", value=covered_weight, search=search, formulation=__doc__)


def _checked(problem: Problem, sites: int | None) -> int:
    free = int((~(problem.fixed_open | problem.fixed_closed)).sum())
    if sites is None:
        raise InputError("sites", ["mclp needs the number of new sites to open, besides those fixed open."])
    if sites < 0:
        raise InputError("sites", [f"sites = {sites}. Expected 0 or more new sites."])
    if sites > free:
        fault = (
            f"sites = {sites}, but only {free} candidates are free to open (of {problem.n_sites} sites, "
            f"{int(problem.fixed_open.sum())} are fixed open and {int(problem.fixed_closed.sum())} fixed closed). "
            f"Ask for at most {free}, or add candidates."
        )
        raise InputError("sites", [fault])
    return sites


def _priced_round(
    problem: Problem, core: Reduced, in_all: int, plan: Ids, upper: float, seed: int
) -> tuple[Ids, float, Reduced]:
    """A plan and a bound, both as good or better, and what is left once the choices that prices decide are made."""
    left = in_all - len(core.opened)
    if left <= 0 or core.problem.n_sites == 0:
        # Every plan that beats the best one opens core.opened and nothing else, or (left < 0) does not exist.
        plan = _better(problem, plan, core.opened) if left >= 0 else plan
        return plan, covered_weight(problem, plan), core
    value = covered_weight(problem, plan)
    priced = bound.most_coverable(core.problem, left, value - core.covered)
    worthiest = np.argsort(-priced.profit, kind="stable")[:left]
    other = warm_start.best_known_sites(core.problem, left, start=worthiest, seed=seed)
    plan = _better(problem, plan, core.plan(other))
    upper = min(upper, _tightened(problem, max(value, core.covered + priced.bound)))
    slack = core.covered + priced.bound - _to_beat(problem, covered_weight(problem, plan))
    must_open, must_close = bound.decided(priced, left, slack)
    fixed = replace(core, problem=replace(core.problem, fixed_open=must_open, fixed_closed=must_close))
    return plan, upper, reduce.reduced(fixed, STEPS)


def _solved_core(
    problem: Problem, core: Reduced, in_all: int, plan: Ids, upper: float, limits: Limits
) -> tuple[Ids, float, str]:
    """The better of the plan and the solver's, the bound, and which backend answered."""
    left = in_all - len(core.opened)
    known = np.flatnonzero(np.isin(core.site, plan))[: max(0, left)]
    start = warm_start.best_known_sites(core.problem, left, start=known, seed=limits.seed)
    answer = exact.max_cover(core.problem, left, limits, start)
    value = covered_weight(problem, plan)
    upper = min(upper, _tightened(problem, max(value, core.covered + answer.bound)))
    if answer.openness is not None:
        # Openness is rounded; too many are cut, too few completed, and swaps mend what rounding spoiled.
        likely = np.argsort(-answer.openness, kind="stable")[:left]
        chosen = likely[answer.openness[likely] > 0.5]
        plan = _better(problem, plan, core.plan(warm_start.best_known_sites(core.problem, left, start=chosen)))
    return plan, upper, answer.backend


def _better(problem: Problem, plan: Ids, other: Ids) -> Ids:
    return other if covered_weight(problem, other) > covered_weight(problem, plan) else plan


def _tightened(problem: Problem, upper: float) -> float:
    return whole_below(upper) if are_whole(problem.weight) else upper


def _to_beat(problem: Problem, value: float) -> float:
    """What a better plan covers at least; what stays below it can be ruled out."""
    return value + 1 - 1e-6 if are_whole(problem.weight) else value


def _reasons(problem: Problem, new: int, useful: int) -> tuple[Note, ...]:
    out = np.flatnonzero(~is_coverable(problem) & (problem.weight > 0))
    weights = {"weight": problem.weight[out].sum(), "total": problem.weight.sum()}
    reasons = noted("topic_plan", "note_no_site_covers", out, all=problem.n_demand, **weights)
    if useful < new:
        reasons.append(Note("topic_plan", "note_sites_to_spare", useful, values={"asked": new}))
    return tuple(reasons)
