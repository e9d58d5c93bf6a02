"""
LSCP: how few sites, or how little cost, cover everything that can be covered?

    minimise    sum_j c_j x_j + sum_j k_j (1 - x_j)              (1)
    subject to  sum_{j in N_i} x_j >= 1          for each i      (2)
                sum_{j in t} x_j >= 1            for each t      (2')
                x_j = 1 fixed open, x_j = 0 fixed closed         (3)
                x_j in {0, 1}                                    (4)

i demand, **every row given whatever its weight** (the caller leaves out what need not be covered); j sites; c_j cost of
site j, 1 when sites are counted; k_j what closing site j costs, 0 unless it stands today and is free to close; N_i
sites that reach i within the travel budget; x_j whether j is open; t townships (`Terms.township`), if they are given:
each has an open site, so each is one more row to cover. The value is the cost of all open sites, those fixed
open included, and of closing what is closed. Demand whose N_i holds no site that may open is set apart from (2) and
told as a reason.

Toregas, Swain, ReVelle and Bergman (1971), The location of emergency service facilities, Operations Research 19.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.arrays import Floats, Ids
from siting.optimise import bound, closing, cover_search, exact, reduce, warm_start
from siting.optimise.objective import Found, Limits, Objective, are_whole, whole_above
from siting.optimise.problem import Problem, is_coverable
from siting.optimise.relation import components
from siting.optimise.terms import Terms
from siting.tables import Note, noted

STEPS = (
    reduce.with_equal_demand_merged,
    reduce.without_dominated_demand,
    reduce.without_dominated_sites,
    reduce.with_sole_sites_opened,
)


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """A cover of least cost, and a bound that no cover is below; standing sites that may close are worth their cost."""
    asked = problem if terms.township is None else with_townships(problem, terms.township)
    free, constant = (asked, 0.0) if asked.closing_cost is None else closing.as_costs(asked)
    found = cover(free, limits)
    return replace(found, bound=found.bound + constant, reasons=unreached(problem))


def with_townships(problem: Problem, township: Ids) -> Problem:
    """
    The question with one more row for each township, covered by the sites that stand in it.

    Examples
    --------
    >>> from siting.optimise import simple_problem
    >>> asked = with_townships(simple_problem([[0, 1], [2]]), np.array([0, -1, 0]))
    >>> asked.indptr.tolist(), asked.sites.tolist()
    ([0, 2, 3, 5], [0, 1, 2, 0, 2])
    """
    inside = np.flatnonzero(township >= 0)
    by_township = inside[np.argsort(township[inside], kind="stable")]
    _, size = np.unique(township[inside], return_counts=True)
    return replace(
        problem,
        indptr=np.concatenate([problem.indptr, problem.indptr[-1] + np.cumsum(size)]),
        sites=np.concatenate([problem.sites, by_township.astype(problem.sites.dtype)]),
        weight=np.concatenate([problem.weight, np.ones(len(size))]),
    )


def cover(problem: Problem, limits: Limits) -> Found:
    """A cover of least cost, and a bound that no cover is below; parts that share no site are solved apart."""
    core = reduce.reduced(reduce.whole(problem), STEPS)
    chosen, lower, method = [], float(problem.cost[core.opened].sum()), ["reduce"]
    parts = components(core.problem)
    entries_left = len(core.problem.sites)
    for alone, positions in parts:
        share = limits.share(len(alone.sites) / entries_left)
        plan, least, steps = _cover(alone, share)
        entries_left -= len(alone.sites)
        chosen.append(positions[plan])
        lower += least
        method += [step for step in steps if step not in method]
    plan = core.plan(np.concatenate([np.empty(0, dtype=np.int64), *chosen]))
    lower = whole_above(lower, problem.cost)
    sizes = {**reduce.sizes(problem, core), "parts": len(parts)}
    return Found(warm_start.without_idle_sites(problem, plan), lower, tuple(method), unreached(problem), sizes)


def cost(problem: Problem, plan: Ids) -> float:
    """Cost of all open sites, those fixed open included."""
    return float(problem.cost[plan].sum())


def value(problem: Problem, plan: Ids, _terms: Terms) -> float:
    """Cost of all open sites, and of closing those that are not."""
    return cost(problem, plan) + closing.spent(problem, plan)


OBJECTIVE = Objective("min", value, search, formulation=__doc__, takes=frozenset({"township"}))


def _cover(problem: Problem, limits: Limits) -> tuple[Ids, float, tuple[str, ...]]:
    """A cover, a bound, and what was done for it: greedy, prices and exchanges first, then a solver on the rest."""
    plan = warm_start.cover(problem)
    priced = bound.least_cost(problem, cost(problem, plan), limits)
    lower = whole_above(priced.bound, problem.cost)
    plan = cover_search.cheaper_cover(problem, plan, enough=lower, seed=limits.seed)
    method = ("greedy", "price", "exchange")
    if limits.is_enough(cost(problem, plan), lower) or limits.left_s == 0.0:
        return plan, lower, method
    slack = _to_beat(problem.cost, cost(problem, plan)) - priced.bound
    must_open, must_close = bound.decided(priced, problem.n_sites, slack)
    cheaper = replace(problem, fixed_open=must_open, fixed_closed=must_close)
    if not is_coverable(cheaper).all():
        # Some demand would be left without a site: no plan is cheaper.
        return plan, cost(problem, plan), method
    core = reduce.reduced(reduce.whole(cheaper), STEPS)
    answer = exact.least_cover(core.problem, limits, np.flatnonzero(np.isin(core.site, plan)))
    if answer.openness is not None:
        # Openness is rounded; what rounding left uncovered is covered greedily.
        other = core.plan(warm_start.cover(core.problem, start=np.flatnonzero(answer.openness > 0.5)))
        plan = other if cost(problem, other) < cost(problem, plan) else plan
    # The core holds every plan that is cheaper, so the best of all costs at least the less of bound and plan.
    least = whole_above(cost(problem, core.opened) + answer.bound, problem.cost)
    return plan, max(lower, min(cost(problem, plan), least)), (*method, answer.backend)


def _to_beat(costs: Floats, value: float) -> float:
    """What a cheaper plan costs at most; what stays above it can be ruled out."""
    return value - 1 + 1e-6 if are_whole(costs) else value


def unreached(problem: Problem) -> tuple[Note, ...]:
    """The demand that no plan can cover, by position, set apart; empty when there is none."""
    return tuple(noted("topic_plan", "note_set_apart", np.flatnonzero(~is_coverable(problem)), all=problem.n_demand))
