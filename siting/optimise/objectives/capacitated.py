"""
CAPACITATED: where do p more sites serve most people, when no station may serve more than its limit?

    maximise    sum_i w_i sum_{j in N_i} y_ij                            (1)
    subject to  sum_{j in N_i} y_ij <= 1                     for each i  (2)
                sum_i w_i y_ij <= L x_j                      for each j  (3)
                y_ij <= x_j                         for each i, j in N_i (4)
                sum_{j not fixed} x_j <= p                               (5)
                x_j = 1 fixed open, x_j = 0 fixed closed                 (6)
                x_j in {0, 1}, 0 <= y_ij <= 1                            (7)

i demand, j sites; w_i people; N_i sites that reach i within the travel budget; y_ij the share of i that j serves (the
people of one row may be divided between stations); L the most people one station may serve. For given sites (1) to (4)
is a flow from people to stations, and the value is its maximum.

Current and Storbeck (1988), Capacitated covering models, Environment and Planning B 15; Pirkul and Schilling (1991),
The maximal covering location problem with capacities on total workload, Management Science 37.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from siting.arrays import Ids
from siting.optimise.exact import chosen, solved
from siting.optimise.objective import Found, Limits, Objective, are_whole, whole_below
from siting.optimise.objectives import mclp
from siting.optimise.objectives.expected import merged
from siting.optimise.problem import Problem, is_covered, opened
from siting.optimise.program import Program, at_least, at_most, fixed, program
from siting.optimise.relation import part
from siting.optimise.terms import Terms


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """New sites that serve most people within their limits, and a bound that none exceeds."""
    terms.needed("capacitated", "sites", "people_limit")
    sites, people_limit = terms.sites or 0, terms.people_limit or 0.0
    core = merged(problem)
    free = mclp.search(problem, Terms(sites=sites), limits.share(0.3))
    most_open = sites + int(problem.fixed_open.sum())
    plan = _filled(core, free.plan, sites, people_limit, limits.share(0.4))
    upper = _tightened(core, people_limit, min(free.bound, most_open * people_limit))
    value = served(core, plan, people_limit)
    method = (*free.method, "flow")
    limits.tell(value, upper)
    if not limits.is_enough(value, upper) and limits.left_s > 0:
        start = opened(core, plan).astype(float)
        answer = solved(_program(core, sites, people_limit), core.n_sites, limits, start)
        upper = min(upper, max(value, _tightened(core, people_limit, answer.bound)))
        other = chosen(answer, core, sites)
        plan = other if other is not None and served(core, other, people_limit) > value else plan
        method = (*method, answer.backend)
    limits.tell(served(core, plan, people_limit), upper)
    return Found(plan, upper, method, mclp.unreached(problem), free.sizes)


def served(problem: Problem, plan: Ids, people_limit: float) -> float:
    """
    Most people these sites serve within the limit.

    Examples
    --------
    Sites 0 and 1 may serve 5 each. 8 people are near site 0 alone, 1 near both.

    >>> from siting.optimise.problem import simple_problem
    >>> served(simple_problem([[0], [0, 1]], weight=[8, 1]), np.array([0, 1]), 5.0)
    6.0
    """
    is_open = opened(problem, plan)
    small = merged(part(problem, is_covered(problem, is_open), is_open))
    if not len(small.sites) or people_limit == 0:
        return 0.0
    pairs = np.arange(len(small.sites))
    by_row = sparse.csr_array((np.ones(len(pairs)), (small.demand, pairs)), shape=(small.n_demand, len(pairs)))
    by_site = sparse.csr_array(
        (np.ones(len(pairs)), (small.sites.astype(np.int64), pairs)), shape=(small.n_sites, len(pairs))
    )
    most = np.concatenate([small.weight, np.full(small.n_sites, people_limit)])
    unit = min(float(small.weight.mean()), people_limit) or 1.0  # the solver's tolerance is absolute, shares are small
    rows = sparse.vstack([by_row, by_site]).tocsr()
    flow = linprog(-np.ones(len(pairs)), A_ub=rows, b_ub=most / unit, method="highs")  # type: ignore[call-overload] # stubs know no sparse A_ub
    # The ends of the flow are sums of weights and limits: whole where these are.
    return _rounded(small, people_limit, float(-flow.fun) * unit)


def value(problem: Problem, plan: Ids, terms: Terms) -> float:
    """People served."""
    return served(problem, plan, terms.people_limit or 0.0)


OBJECTIVE = Objective("max", value, search, formulation=__doc__, takes=frozenset({"sites", "people_limit"}))


def _filled(problem: Problem, plan: Ids, sites: int, people_limit: float, limits: Limits) -> Ids:
    """The plan with sites opened while they are left and one of them lets more people be served."""
    free = np.flatnonzero(~(problem.fixed_open | problem.fixed_closed))
    best = served(problem, plan, people_limit)
    while len(np.setdiff1d(plan, np.flatnonzero(problem.fixed_open))) < sites:
        into = None
        for j in np.setdiff1d(free, plan):
            if limits.left_s == 0.0:
                return plan
            there = served(problem, np.union1d(plan, [j]), people_limit)
            if there > best:
                best, into = there, int(j)
        if into is None:
            return plan
        plan = np.union1d(plan, [into])
    return plan


def _program(problem: Problem, sites: int, people_limit: float) -> Program:
    n_pairs, n_sites, n_demand = len(problem.sites), problem.n_sites, problem.n_demand
    pair, site = np.arange(n_pairs), problem.sites.astype(np.int64)
    weight = problem.weight[problem.demand]
    by_row = sparse.csr_array((np.ones(n_pairs), (problem.demand, pair)), shape=(n_demand, n_pairs))
    load = sparse.csr_array((weight, (site, pair)), shape=(n_sites, n_pairs))
    server = sparse.csr_array((np.ones(n_pairs), (pair, site)), shape=(n_pairs, n_sites))
    limit = sparse.diags_array(np.full(n_sites, -people_limit))
    return program(
        [np.zeros(n_sites), weight],
        [
            at_most([None, by_row], np.ones(n_demand)),
            at_most([limit, load], np.zeros(n_sites)),
            at_least([server, -sparse.eye_array(n_pairs)], np.zeros(n_pairs)),
            at_most([np.where(problem.fixed_open, 0.0, 1.0)[None, :], None], np.array([float(sites)])),
            fixed(problem, 2),
        ],
        whole_blocks=1,
        maximise=True,
    )


def _rounded(problem: Problem, people_limit: float, value: float) -> float:
    return float(round(value)) if are_whole(problem.weight) and people_limit == round(people_limit) else value


def _tightened(problem: Problem, people_limit: float, upper: float) -> float:
    return whole_below(upper, problem.weight, np.array([people_limit]))
