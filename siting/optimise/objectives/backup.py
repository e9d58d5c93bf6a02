"""
BACKUP: of all plans that cover most once, which covers most twice?

    first       maximise  sum_i w_i y_i   (that is `mclp`; its optimum is V)     (1)
    then        maximise  sum_i w_i z_i                                          (2)
    subject to  sum_i w_i y_i >= V                                               (3)
                y_i + z_i <= sum_{j in N_i} x_j                      for each i  (4)
                z_i <= y_i                                           for each i  (5)
                sum_{j not fixed} x_j <= p                                       (6)
                x_j = 1 fixed open, x_j = 0 fixed closed                         (7)
                x_j in {0, 1}, 0 <= y_i, z_i <= 1                                (8)

i demand, j sites; w_i weight; N_i sites that reach i within the travel budget; y_i whether i is covered, z_i whether it
is covered twice. The value is (2); `Solution.also` holds the weight covered once with its own bound. When time ends
before V is proven, (3) takes the best known: every plan as good in (1) stays allowed, so the bound on (2) holds for the
best plan too, and the status says feasible.

Hogan and ReVelle (1986), Concepts and applications of backup coverage, Management Science 32 (BACOP 1, lexicographic).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids
from siting.optimise import counted
from siting.optimise.exact import chosen, solved
from siting.optimise.objective import TOLERANCE, Found, Limits, Objective, whole_below
from siting.optimise.objectives import mclp
from siting.optimise.objectives.expected import merged
from siting.optimise.problem import Problem, covered_weight, opened
from siting.optimise.program import Program, at_least, at_most, covering, fixed, program
from siting.optimise.terms import Terms

ONCE_AND_TWICE = np.ones(2)
"""Worth of the first and the second cover when both count alike: bounds their sum."""


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """The plan that covers most once, and of those most twice; with the bound on covering twice."""
    terms.needed("backup", "sites")
    sites = terms.sites or 0
    first = mclp.search(problem, Terms(sites=sites), limits.share(0.5))
    core = merged(problem)
    plan = _better(core, first.plan, _filled(core, first.plan, sites, limits.share(0.3)))
    once = covered_weight(core, plan)
    sum_of_both = counted.priced(counted.within_sites(core, sites, ONCE_AND_TWICE), once + twice(core, plan), limits)
    twice_at_all = float(core.weight[_times_coverable(core) >= 2].sum())
    upper = _tightened(core, plan, min(twice_at_all, sum_of_both - once))
    method = (*first.method, "refill", "price")
    limits.tell(twice(core, plan), upper)
    if not limits.is_enough(twice(core, plan), upper) and limits.left_s > 0:
        answer = solved(_program(core, sites, once), core.n_sites, limits, opened(core, plan).astype(float))
        upper = min(upper, max(twice(core, plan), _tightened(core, plan, answer.bound)))
        other = chosen(answer, core, sites)
        plan = plan if other is None else _better(core, plan, other)
        method = (*method, answer.backend)
    return mclp.then_found(problem, first, once, plan, upper, method)


def twice(problem: Problem, plan: Ids) -> float:
    """Weight that two or more open sites cover."""
    return float(problem.weight[counted.times_covered(problem, plan) >= 2].sum())


def value(problem: Problem, plan: Ids, _terms: Terms) -> float:
    """Weight that two or more open sites cover."""
    return twice(problem, plan)


OBJECTIVE = Objective("max", value, search, formulation=__doc__, takes=frozenset({"sites"}))


def _filled(problem: Problem, plan: Ids, sites: int, limits: Limits) -> Ids:
    """Swaps that look at the first cover, and at the second where the first is equal."""
    second = 0.5 / max(1.0, float(problem.weight.sum()))
    worth: Floats = np.array([1.0, second])
    return counted.best_known(counted.within_sites(problem, sites, worth), limits, start=plan)


def _better(problem: Problem, plan: Ids, other: Ids) -> Ids:
    once, there = covered_weight(problem, plan), covered_weight(problem, other)
    is_same = abs(there - once) <= TOLERANCE * max(once, there)
    return (
        other if (is_same and twice(problem, other) > twice(problem, plan)) or (not is_same and there > once) else plan
    )


def _times_coverable(problem: Problem) -> Ids:
    return counted.times_covered(problem, np.flatnonzero(~problem.fixed_closed))


def _program(problem: Problem, sites: int, once: float) -> Program:
    n_demand, n_sites = problem.n_demand, problem.n_sites
    same = sparse.eye_array(n_demand)
    charged = np.where(problem.fixed_open, 0.0, 1.0)[None, :]
    return program(
        [np.zeros(n_sites), np.zeros(n_demand), problem.weight],
        [
            at_least([None, problem.weight[None, :], None], np.array([once * (1 - TOLERANCE)])),
            at_least([covering(problem), -same, -same], np.zeros(n_demand)),
            at_least([None, same, -same], np.zeros(n_demand)),
            at_most([charged, None, None], np.array([float(sites)])),
            fixed(problem, 3),
        ],
        whole_blocks=1,
        maximise=True,
    )


def _tightened(problem: Problem, plan: Ids, upper: float) -> float:
    """The bound, or the plan's own value where (3), which is kept to the last digits of V only, tells them apart."""
    upper = whole_below(upper, problem.weight)
    best = twice(problem, plan)
    return best if upper - best <= 2.0 * TOLERANCE * covered_weight(problem, plan) else upper
