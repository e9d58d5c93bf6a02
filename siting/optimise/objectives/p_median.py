"""
P_MEDIAN: where do p more sites make the mean distance shortest?

    minimise    sum_i w_i sum_{j in N_i} d_ij y_ij                       (1)
    subject to  sum_{j in N_i} y_ij = 1                      for each i  (2)
                y_ij <= x_j                         for each i, j in N_i (3)
                sum_{j not fixed} x_j <= p                               (4)
                x_j = 1 fixed open, x_j = 0 fixed closed                 (5)
                x_j in {0, 1}, 0 <= y_ij <= 1                            (6)

i demand with weight, j sites; w_i weight; d_ij seconds or metres (`Problem.distance`); N_i sites listed for i: a plan
must leave each i one of them open; y_ij whether j serves i. The value is (1), weight times distance; divided by the
weight it is the mean. The bound relaxes (2) with prices u_i (Cornuéjols, Fisher and Nemhauser 1977):
sum_i u_i + sum of the p least of sum_i min(0, w_i d_ij - u_i). Before a solver is asked, sites that this decides are
fixed.

ReVelle and Swain (1970), Central facilities location, Geographical Analysis 2; swaps by Teitz and Bart (1968) as
Resende and Werneck (2007) compute them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids, Mask
from siting.optimise import median_kernels as kernels
from siting.optimise.exact import chosen, solved
from siting.optimise.measured import checked, nearest_open
from siting.optimise.objective import Found, Limits, Objective, whole_above
from siting.optimise.objectives import lscp
from siting.optimise.objectives.mclp import unreached
from siting.optimise.problem import Problem, is_coverable, opened
from siting.optimise.program import Program, at_least, at_most, fixed, program
from siting.optimise.relation import part, with_unit_costs
from siting.optimise.terms import Terms
from siting.tables import Note

PRICE_STEPS = 2_000
"""Most subgradient steps."""
KICKS = 50
"""Most perturbations of the local search."""
WORK = 300_000_000
"""Most perturbations times entries: a few seconds."""
AT_ONCE = 20_000_000
"""Entries looked at between two looks at the clock."""


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """New sites of least weighted distance, and a bound that none is below."""
    terms.needed("p_median", "sites")
    checked("p_median", problem)
    reasons = unreached(problem)
    rest = part(problem, is_coverable(problem) & (problem.weight > 0), ~problem.fixed_closed)
    site = np.flatnonzero(~problem.fixed_closed)
    new = terms.sites or 0
    plan = _best_known(rest, new, np.flatnonzero(rest.fixed_open), limits)
    if np.isinf(weighted(rest, plan)):
        return _unreachable(rest, site, new, reasons, limits)
    proven, saving = _priced(rest, new, weighted(rest, plan), limits)
    lower = _tightened(rest, proven)
    method: tuple[str, ...] = ("swap", "price")
    limits.tell(weighted(rest, plan), lower)
    if not limits.is_enough(weighted(rest, plan), lower) and limits.left_s > 0:
        fixed_rest = _decided(rest, saving, new, weighted(rest, plan) - proven)
        answer = solved(
            _program(fixed_rest, new, rest.fixed_open), rest.n_sites, limits, opened(rest, plan).astype(float)
        )
        other = chosen(answer, rest, new)
        if other is not None:
            other = _best_known(rest, new, other, limits)
            plan = other if weighted(rest, other) < weighted(rest, plan) else plan
        # What was fixed rules out no plan that is better, so the best of all is the plan or above the solver's bound.
        lower = max(lower, min(weighted(rest, plan), _tightened(rest, answer.bound)))
        method = (*method, answer.backend)
    limits.tell(weighted(rest, plan), lower)
    return Found(site[plan], lower, method, reasons)


def weighted(problem: Problem, plan: Ids) -> float:
    """Weight times distance to the nearest open site; inf where some demand is left without one."""
    heavy = problem.weight > 0
    return float((problem.weight[heavy] * nearest_open(problem, plan)[heavy]).sum())


def value(problem: Problem, plan: Ids, _terms: Terms) -> float:
    """Weight times distance to the nearest open site, over all demand that can be reached."""
    reached = is_coverable(problem) & (problem.weight > 0)
    return float((problem.weight[reached] * nearest_open(problem, plan)[reached]).sum())


OBJECTIVE = Objective("min", value, search, formulation=__doc__, takes=frozenset({"sites"}))


def _best_known(problem: Problem, sites: int, start: Ids, limits: Limits) -> Ids:
    kicks = int(min(KICKS, WORK // max(1, len(problem.sites))))
    ptr, demand, distance = _by_site(problem)
    best = kernels.swapped(
        ptr, demand, distance, problem.weight, opened(problem, start), problem.fixed_open, sites, kicks, limits.seed
    )
    return np.flatnonzero(best)


def _by_site(problem: Problem) -> tuple[Ids, Ids, Floats]:
    order = np.argsort(problem.sites, kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(problem.sites, minlength=problem.n_sites))])
    return ptr, problem.demand[order], checked("p_median", problem)[order]


def _priced(problem: Problem, sites: int, known: float, limits: Limits) -> tuple[float, Floats]:
    """A bound, and what opening each site costs beyond it: the least of all at the prices that prove it."""
    price, direction = np.zeros(problem.n_demand), np.zeros(problem.n_demand)
    state, saving = np.array([-np.inf, 1.0, 0.0]), np.zeros(problem.n_sites)
    distance = checked("p_median", problem)
    price[:] = kernels.second_least(problem.indptr, distance) * problem.weight
    at_once = max(1, AT_ONCE // max(1, len(problem.sites)))
    for first in range(0, PRICE_STEPS, at_once):
        if first and limits.left_s == 0.0:
            break
        if kernels.priced(
            problem.indptr,
            problem.sites,
            distance,
            problem.weight,
            problem.fixed_open,
            sites,
            known,
            min(at_once, PRICE_STEPS - first),
            price,
            direction,
            state,
            saving,
        ):
            break
    return float(state[0] - 1e-10 * abs(state[0])), saving


def _decided(problem: Problem, saving: Floats, sites: int, slack: float) -> Problem:
    """The problem with the sites fixed that no better plan can open, or do without."""
    free = np.flatnonzero(~problem.fixed_open)
    order = free[np.argsort(saving[free], kind="stable")]
    inside, outside = order[:sites], order[sites:]
    last = saving[inside[-1]] if len(inside) else 0.0
    following = saving[outside[0]] if len(outside) else 0.0
    margin = slack * (1 + 1e-9) + 1e-9
    closed, is_open = problem.fixed_closed.copy(), problem.fixed_open.copy()
    closed[outside[saving[outside] - last > margin]] = True
    is_open[inside[following - saving[inside] > margin]] = True
    return replace(problem, fixed_open=is_open, fixed_closed=closed)


def _program(problem: Problem, sites: int, is_free_of_charge: Mask) -> Program:
    n_pairs, n_sites = len(problem.sites), problem.n_sites
    pair = np.arange(n_pairs)
    serving = sparse.csr_array((np.ones(n_pairs), (problem.demand, pair)), shape=(problem.n_demand, n_pairs))
    server = sparse.csr_array((np.ones(n_pairs), (pair, problem.sites.astype(np.int64))), shape=(n_pairs, n_sites))
    least = np.ones(problem.n_demand)
    return program(
        [np.zeros(n_sites), problem.weight[problem.demand] * checked("p_median", problem)],
        [
            at_least([None, serving], least),
            at_least([server, -sparse.eye_array(n_pairs)], np.zeros(n_pairs)),
            at_most([np.where(is_free_of_charge, 0.0, 1.0)[None, :], None], np.array([float(sites)])),
            fixed(problem, 2),
        ],
        whole_blocks=1,
        maximise=False,
    )


def _unreachable(problem: Problem, site: Ids, sites: int, reasons: tuple[Note, ...], limits: Limits) -> Found:
    """No plan was met that reaches everything: proof that there is none, or one with fewest sites, or neither."""
    in_all = sites + int(problem.fixed_open.sum())
    fewest = lscp.cover(replace(with_unit_costs(problem), distance=None), limits)
    if fewest.bound > in_all:
        told = Note("topic_plan", "note_too_few_sites", int(fewest.bound), values={"allowed": in_all})
        return Found(site[problem.fixed_open], np.inf, fewest.method, (*reasons, told), status="infeasible")
    if len(fewest.plan) > in_all:
        return Found(site[problem.fixed_open], 0.0, fewest.method, reasons, status="unknown")
    plan = _best_known(problem, sites, fewest.plan, limits)
    lower, _ = _priced(problem, sites, weighted(problem, plan), limits)
    return Found(site[plan], _tightened(problem, lower), (*fewest.method, "swap", "price"), reasons)


def _tightened(problem: Problem, lower: float) -> float:
    return whole_above(lower, problem.weight, checked("p_median", problem))
