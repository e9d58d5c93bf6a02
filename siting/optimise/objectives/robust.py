"""
ROBUST: where do p more sites cover most in the worst of k traffic states?

    maximise    z                                                        (1)
    subject to  z <= sum_i w_is y_is                     for each s      (2)
                y_is <= sum_{j in N_is} x_j              for each i, s   (3)
                sum_{j not fixed} x_j <= p                               (4)
                x_j = 1 fixed open, x_j = 0 fixed closed                 (5)
                x_j in {0, 1}, 0 <= y_is <= 1                            (6)

s traffic states: the problem itself and `Terms.others`, the same demand and sites with other travel times (and
weights); w_is weight of demand i in state s; N_is sites that reach i within the travel budget in state s. The value is
the weight covered in the worst state; `Solution.also` holds the mean over states. Any mean of the states' bounds, and
each state's own, bounds (1).

Serra and Marianov (1998), The p-median problem in a changing network, Location Science 6 (scenarios, minimax);
Kouvelis and Yu (1997), Robust discrete optimization and its applications.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids
from siting.optimise.exact import chosen, solved
from siting.optimise.objective import Found, Limits, Objective, whole_below
from siting.optimise.objectives import mclp
from siting.optimise.objectives.expected import merged
from siting.optimise.problem import Problem, covered_weight, opened
from siting.optimise.program import Program, at_least, at_most, covering, fixed, program
from siting.optimise.states import as_one, mean_cover, states
from siting.optimise.terms import Terms


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """New sites of most cover in the worst state, and a bound that none exceeds."""
    terms.needed("robust", "sites", "others")
    sites, every = terms.sites or 0, [merged(state) for state in states(problem, terms)]
    upper, plan = np.inf, np.flatnonzero(problem.fixed_open)
    starts = [*every, as_one(every, np.full(len(every), 1.0 / len(every)))]
    for number, state in enumerate(starts):
        if number and limits.left_s == 0.0:
            break
        found = mclp.improved(state, mclp.core_of(state), sites, None, limits.share(0.5 / (len(starts) - number)))
        upper = min(upper, _tightened(every, found.bound))
        plan = _worst_better(every, plan, _swapped(every, found.plan, sites, limits))
        limits.tell(worst(every, plan), upper)
    method: tuple[str, ...] = ("each state", "mean", "swap")
    if not limits.is_enough(worst(every, plan), upper) and limits.left_s > 0:
        answer = solved(_program(every, sites), problem.n_sites, limits, opened(problem, plan).astype(float))
        upper = min(upper, max(worst(every, plan), _tightened(every, answer.bound)))
        other = chosen(answer, problem, sites)
        plan = plan if other is None else _worst_better(every, plan, other)
        method = (*method, answer.backend)
    limits.tell(worst(every, plan), upper)
    also = {"mean": mean_cover(problem, plan, terms)}
    return Found(plan, upper, method, mclp.unreached(problem), also=also)


def worst(every: list[Problem], plan: Ids) -> float:
    """Weight covered in the worst state."""
    return min(covered_weight(state, plan) for state in every)


def value(problem: Problem, plan: Ids, terms: Terms) -> float:
    """Weight covered in the worst state."""
    return worst(states(problem, terms), plan)


OBJECTIVE = Objective("max", value, search, formulation=__doc__, takes=frozenset({"sites", "others", "chance"}))


def _swapped(every: list[Problem], plan: Ids, sites: int, limits: Limits) -> Ids:
    """Open what helps the worst state most while sites are left, then swap while that helps it."""
    first = every[0]
    kept, free = np.flatnonzero(first.fixed_open), np.flatnonzero(~(first.fixed_open | first.fixed_closed))
    while limits.left_s > 0:
        new = np.setdiff1d(plan, kept)
        rests = [plan] if len(new) < sites else [np.setdiff1d(plan, [out]) for out in new]
        tried = [(_with_each(every, rest, free), rest) for rest in rests]
        if not tried:
            return plan
        gains, rest = max(tried, key=lambda pair: float(pair[0].max(initial=-1.0)))
        if gains.max(initial=-1.0) <= worst(every, plan) * (1 + 1e-12):
            return plan
        plan = np.union1d(rest, [free[int(gains.argmax())]])
    return plan


def _with_each(every: list[Problem], plan: Ids, free: Ids) -> Floats:
    """Weight covered in the worst state by the plan with each of these sites."""
    out = np.full(len(free), np.inf)
    for state in every:
        is_covered = np.bincount(state.demand, opened(state, plan)[state.sites], minlength=state.n_demand) > 0
        missing = np.where(is_covered, 0.0, state.weight)
        gain = np.bincount(state.sites, missing[state.demand], minlength=state.n_sites)
        out = np.minimum(out, covered_weight(state, plan) + gain[free])
    return out


def _worst_better(every: list[Problem], plan: Ids, other: Ids) -> Ids:
    return other if worst(every, other) > worst(every, plan) else plan


def _program(every: list[Problem], sites: int) -> Program:
    first, together = every[0], as_one(every, np.ones(len(every)))
    n_rows, n_sites = together.n_demand, first.n_sites
    state = np.repeat(np.arange(len(every)), [each.n_demand for each in every])
    worth = sparse.csr_array((together.weight, (state, np.arange(n_rows))), shape=(len(every), n_rows))
    # The level z may be any number: it is counted in units of all weight, so that one upper end fits all variables.
    total = max(1.0, float(max(each.weight.sum() for each in every)))
    return program(
        [np.zeros(n_sites), np.zeros(n_rows), np.array([total])],
        [
            at_least([None, worth, np.full((len(every), 1), -total)], np.zeros(len(every))),
            at_least([covering(together), -sparse.eye_array(n_rows), None], np.zeros(n_rows)),
            at_most([np.where(first.fixed_open, 0.0, 1.0)[None, :], None, None], np.array([float(sites)])),
            fixed(first, 3),
        ],
        whole_blocks=1,
        maximise=True,
    )


def _tightened(every: list[Problem], upper: float) -> float:
    return whole_below(upper, *(state.weight for state in every))
