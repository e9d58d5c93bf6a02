"""
MCLP: where do p more sites cover most?

    maximise    sum_i w_i y_i                                    (1)
    subject to  y_i <= sum_{j in N_i} x_j        for each i      (2)
                sum_{j not fixed} x_j <= p                       (3)  or, with a cost budget B,
                sum_{j not fixed} c_j x_j <= B                   (3')
                x_j = 1 fixed open, x_j = 0 fixed closed         (4)
                x_j in {0, 1}, 0 <= y_i <= 1                     (5)

i demand, j sites; w_i weight of demand i; N_i sites that reach i within the travel budget; x_j whether j is open; y_i
whether i is covered, which (1) and (2) make 0 or 1 by themselves; p **new** sites, besides those fixed open;
c_j cost of site j. With closing costs k_j, sites that stand today are free to close and (3') also pays for that:
sum_j c_j x_j + sum_j k_j (1 - x_j) <= B, where c_j of a standing site is what keeping it costs (`optimise.closing`).
(3) is "at most": a site that would add nothing is not opened, and a reason says how many were left over.

Church and ReVelle (1974), The maximal covering location problem, Papers of the Regional Science Association 32.
(3'): Khuller, Moss and Naor (1999), The budgeted maximum coverage problem, Information Processing Letters 70.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.arrays import Ids
from siting.errors import InputError
from siting.optimise import bound, budget, exact, parts, reduce, warm_start
from siting.optimise.objective import TOLERANCE, Found, Limits, Objective, are_whole, whole_below
from siting.optimise.problem import Problem, covered_weight, is_coverable
from siting.optimise.recombine import recombined
from siting.optimise.reduce import Reduced
from siting.optimise.relation import with_unit_costs
from siting.optimise.shared_costs import narrowed
from siting.optimise.terms import Terms
from siting.tables import Note, noted

NEEDS = (
    "mclp needs the number of new sites to open, besides those fixed open (sites=), or what they may cost together "
    "(cost_budget=): one of the two."
)
STEPS = (reduce.without_weightless_demand, reduce.with_equal_demand_merged, reduce.without_dominated_sites)
ROUNDS = 4
"""Most rounds of pricing and fixing before a solver gets what is left."""
PRICED, SEARCHED = 0.4, 0.5
"""Most of the time left that prices, and then the search for a better plan, take in a round."""
MANY_SITES = 3_000
"""Above so many, annealed plans are recombined; below, kicks and a solver are sooner there."""


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """
    New sites, within their number or their cost, that cover most, and a bound that no such plan exceeds.

    Raises
    ------
    InputError
        If neither `sites` nor `cost_budget` is given, or both are.
    """
    if (terms.sites is None) == (terms.cost_budget is None):
        raise InputError("sites", [NEEDS])
    if terms.cost_budget is not None:
        return budget.search(problem, terms.cost_budget, limits)
    new = terms.sites or 0
    core = core_of(problem)
    found = improved(problem, core, new, None, limits)
    n_new = len(found.plan) - int(problem.fixed_open.sum())
    return replace(found, reasons=(*unreached(problem), *_left_over(new, n_new)))


def core_of(problem: Problem) -> Reduced:
    """What the reductions leave, whatever the number of new sites."""
    return reduce.reduced(reduce.whole(with_unit_costs(problem)), STEPS)


def improved(
    problem: Problem, core: Reduced, new: int, known: Ids | None, limits: Limits, upper: float = np.inf
) -> Found:
    """
    The best plan with `new` new sites, from what the reductions left.

    Parameters
    ----------
    known
        A plan with at most as many new sites to begin with: that of a neighbouring question.
    upper
        A bound that is proven already.
    """
    in_all = new + int(problem.fixed_open.sum())
    sizes = reduce.sizes(problem, core)
    start = None if known is None else np.flatnonzero(np.isin(core.site, known))
    upper, method = min(upper, core.covered + float(core.problem.weight.sum())), ["reduce", "greedy", "swap"]
    enough = _enough(upper, core, limits)
    plan = core.plan(warm_start.best_known_sites(core.problem, new, start=start, seed=limits.seed, enough=enough))
    for played in range(ROUNDS):
        value = covered_weight(problem, plan)
        limits.tell(value, upper)
        if limits.is_enough(value, upper) or (played and limits.left_s == 0.0):
            break
        plan, upper, smaller = _priced_round(problem, core, in_all, plan, upper, limits)
        method += ["price"] if "price" not in method else []
        is_done = smaller.problem.n_sites == core.problem.n_sites
        core = smaller
        if is_done:
            break
    if not limits.is_enough(covered_weight(problem, plan), upper) and limits.left_s > 0:
        if core.problem.n_sites > MANY_SITES:
            upper = _less_losses(problem, core, in_all, plan, upper, limits)
        else:
            plan, upper, core = _narrowed_core(problem, core, in_all, plan, upper, limits)
        method.append("parts")
    limits.tell(covered_weight(problem, plan), upper)
    if not limits.is_enough(covered_weight(problem, plan), upper) and limits.left_s > 0:
        plan, upper, backend = _solved_core(problem, core, in_all, plan, upper, limits)
        method.append(backend)
    limits.tell(covered_weight(problem, plan), upper)
    sizes["core_demand"], sizes["core_sites"] = core.problem.n_demand, core.problem.n_sites
    return Found(warm_start.useful(problem, plan), upper, tuple(method), sizes=sizes)


def then_found(problem: Problem, first: Found, most: float, plan: Ids, upper: float, method: tuple[str, ...]) -> Found:
    """
    What a second objective found among the plans that cover most, with what its plan covers and the bound on that.

    Parameters
    ----------
    first
        Of `search`.
    most
        What the best plan known covers: while nobody has proven it, the second answer is not proven either.
    """
    once = covered_weight(problem, plan)
    return Found(
        plan,
        upper,
        method,
        unreached(problem),
        first.sizes,
        also={"covered_once": once, "covered_once_bound": max(once, first.bound)},
        status=None if abs(first.bound - most) <= TOLERANCE * abs(first.bound) else "feasible",
    )


def value(problem: Problem, plan: Ids, _terms: Terms) -> float:
    """Weight covered, by existing sites too."""
    return covered_weight(problem, plan)


OBJECTIVE = Objective("max", value, search, formulation=__doc__, takes=frozenset({"sites", "cost_budget"}))


def _priced_round(
    problem: Problem, core: Reduced, in_all: int, plan: Ids, upper: float, limits: Limits
) -> tuple[Ids, float, Reduced]:
    """A plan and a bound, both as good or better, and what is left once the choices that prices decide are made."""
    left = in_all - len(core.opened)
    if left <= 0 or core.problem.n_sites == 0:
        # Every plan that beats the best one opens core.opened and nothing else, or (left < 0) does not exist.
        plan = _better(problem, plan, core.opened) if left >= 0 else plan
        return plan, covered_weight(problem, plan), core
    value = covered_weight(problem, plan)
    priced = bound.most_coverable(core.problem, left, value - core.covered, limits.share(PRICED))
    upper = min(upper, whole_below(max(value, core.covered + priced.bound), problem.weight))
    if value < upper:
        enough = _enough(upper, core, limits)
        worthiest = np.argsort(-priced.profit, kind="stable")[:left]
        other = warm_start.best_known_sites(core.problem, left, start=worthiest, work=0)
        plan = _better(problem, plan, core.plan(other))
        known = np.flatnonzero(np.isin(core.site, plan))[:left]
        search = recombined if core.problem.n_sites > MANY_SITES else warm_start.patiently_searched
        other = search(core.problem, left, known, limits.share(SEARCHED), enough)
        plan = _better(problem, plan, core.plan(other))
    slack = core.covered + priced.bound - _to_beat(problem, covered_weight(problem, plan))
    must_open, must_close = bound.decided(priced, left, slack)
    fixed = replace(core, problem=replace(core.problem, fixed_open=must_open, fixed_closed=must_close))
    return plan, upper, reduce.reduced(fixed, STEPS)


def _narrowed_core(
    problem: Problem, core: Reduced, in_all: int, plan: Ids, upper: float, limits: Limits
) -> tuple[Ids, float, Reduced]:
    """A plan and a bound, both as good or better, and what is left once the sites that parts rule out are gone."""
    left, value = in_all - len(core.opened), covered_weight(problem, plan)
    if left <= 0 or core.problem.n_sites <= left:
        return plan, upper, core
    priced = bound.most_coverable(core.problem, left, value - core.covered, limits)
    known = np.flatnonzero(np.isin(core.site, plan))[:left]
    step = _to_beat(problem, value) - value
    found = narrowed(core.problem, left, priced.price, known, step, limits.share(SEARCHED))
    plan = _better(problem, plan, core.plan(found.plan))
    most = core.covered + min(priced.bound, found.bound)
    upper = min(upper, whole_below(max(covered_weight(problem, plan), most), problem.weight))
    fixed = replace(core.problem, fixed_open=found.must_open, fixed_closed=found.must_close)
    return plan, upper, reduce.reduced(replace(core, problem=fixed), STEPS)


def _less_losses(problem: Problem, core: Reduced, in_all: int, plan: Ids, upper: float, limits: Limits) -> float:
    """The bound less what every plan loses in the parts of the core."""
    left, value = max(0, in_all - len(core.opened)), covered_weight(problem, plan)
    price = bound.most_coverable(core.problem, left, value - core.covered, limits).price
    enough = value / (1 - limits.relative_gap) - core.covered
    most = parts.most_less_losses(core.problem, left, price, enough, limits)
    return min(upper, whole_below(max(value, core.covered + most), problem.weight))


def _solved_core(
    problem: Problem, core: Reduced, in_all: int, plan: Ids, upper: float, limits: Limits
) -> tuple[Ids, float, str]:
    """The better of the plan and the solver's, the bound, and which backend answered."""
    left = in_all - len(core.opened)
    known = np.flatnonzero(np.isin(core.site, plan))[: max(0, left)]
    start = warm_start.best_known_sites(core.problem, left, start=known, seed=limits.seed, work=0)
    answer = exact.max_cover(core.problem, left, limits, start)
    value = covered_weight(problem, plan)
    upper = min(upper, whole_below(max(value, core.covered + answer.bound), problem.weight))
    chosen = exact.chosen(answer, core.problem, left)
    if chosen is not None:
        # Too few are completed, and swaps mend what rounding spoiled.
        plan = _better(problem, plan, core.plan(warm_start.best_known_sites(core.problem, left, start=chosen, work=0)))
    return plan, upper, answer.backend


def _better(problem: Problem, plan: Ids, other: Ids) -> Ids:
    return other if covered_weight(problem, other) > covered_weight(problem, plan) else plan


def _enough(upper: float, core: Reduced, limits: Limits) -> float:
    """What a plan covers of the core when it is as close to the bound as was asked for."""
    return (1 - limits.relative_gap) * upper - core.covered


def _to_beat(problem: Problem, value: float) -> float:
    """What a better plan covers at least; what stays below it can be ruled out."""
    return value + 1 - 1e-6 if are_whole(problem.weight) else value


def unreached(problem: Problem) -> tuple[Note, ...]:
    """The demand that no plan can cover, by position, with its weight; empty when there is none."""
    out = np.flatnonzero(~is_coverable(problem) & (problem.weight > 0))
    weights = {"weight": problem.weight[out].sum(), "total": problem.weight.sum()}
    return tuple(noted("topic_plan", "note_no_site_covers", out, all=problem.n_demand, **weights))


def _left_over(new: int, useful: int) -> tuple[Note, ...]:
    if useful >= new:
        return ()
    return (Note("topic_plan", "note_sites_to_spare", useful, values={"asked": new}),)
