"""
Demand that is worth more the more open sites cover it, by less with each; and sites that cost unlike.

    maximise    sum_i w_i sum_{m <= M} g_m y_im                                     (1)
    subject to  sum_m y_im <= sum_{j in N_i} x_j                     for each i     (2)
                sum_{j not fixed} c_j x_j <= B                                      (3)
                x_j in {0, 1}, 0 <= y_im <= 1                                       (4)

g_1 >= g_2 >= ... >= 0 what the first, second, ... site that covers a demand is worth; since they fall, (1) fills y_i1
before y_i2. Maximal cover within a cost budget has g = (1); expected cover g_m = (1 - q) q^(m-1); both are monotone and
submodular. The bound relaxes (2) with prices u_i (Lagrange), as in `bound`:

    sum_i sum_m max(0, w_i g_m - u_i)  +  most of sum_j x_j sum_{i in N_j} u_i within (3), sites divisible
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids, numbered
from siting.optimise import counted_kernels as kernels
from siting.optimise.exact import solved
from siting.optimise.objective import Found, Limits, whole_below
from siting.optimise.problem import Problem, opened
from siting.optimise.program import Program, at_least, at_most, covering, fixed, program
from siting.optimise.relation import by_site

PRICE_STEPS = 800
"""Most subgradient steps."""
AT_ONCE = 20_000_000
"""Entries looked at between two looks at the clock."""
KICKS = 100
"""Most perturbations of the local search."""
AT_ONCE_KICKS = 5
"""Perturbations between two looks at the clock."""
WORK = 3_000_000_000
"""Most perturbations times the entries one may touch: a few seconds."""


@dataclass(frozen=True)
class Counted:
    """
    The question.

    Attributes
    ----------
    problem
        Who covers whom, weights, fixed sites.
    worth
        Shape (M,). g_1, g_2, ...; falling.
    cost
        Shape (J,). Of sites that are not fixed open.
    budget
        Most that they may cost together.
    """

    problem: Problem
    worth: Floats
    cost: Floats
    budget: float

    @property
    def charged(self) -> Floats:
        """Shape (J,). What opening a site takes from the budget: nothing where it is open anyway."""
        return np.where(self.problem.fixed_open, 0.0, self.cost)

    def value(self, plan: Ids) -> float:
        """Worth of a plan, from the arrays alone."""
        total = np.concatenate([[0.0], np.cumsum(self.worth)])
        count = times_covered(self.problem, plan)
        return float((self.problem.weight * total[np.minimum(count, len(self.worth))]).sum())


def times_covered(problem: Problem, plan: Ids) -> Ids:
    """
    Shape (I,). How many open sites cover each demand.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> times_covered(simple_problem([[0], [0, 1], []]), np.array([0, 1])).tolist()
    [1, 2, 0]
    """
    is_open = opened(problem, plan)
    return np.bincount(problem.demand[is_open[problem.sites]], minlength=problem.n_demand)


def search(question: Counted, limits: Limits) -> Found:
    """A plan by greedy and drop-and-refill, a bound by prices, and a solver for what is left between them."""
    problem = question.problem
    plan = best_known(question, limits.share(0.3))
    value, most = question.value(plan), question.value(np.flatnonzero(~problem.fixed_closed))
    limits.tell(value, most)
    upper = min(most, _tightened(question, priced(question, value, limits)))
    limits.tell(value, upper)
    method = ("greedy", "refill", "price")
    if limits.is_enough(value, upper) or limits.left_s == 0.0:
        return Found(plan, upper, method)
    answer = solved(_program(question), problem.n_sites, limits, opened(problem, plan).astype(float))
    upper = min(upper, max(value, _tightened(question, answer.bound)))
    if answer.openness is not None:
        other = best_known(question, limits, start=np.flatnonzero(answer.openness > 0.5))
        plan = other if question.value(other) > value else plan
    limits.tell(question.value(plan), upper)
    return Found(plan, upper, (*method, answer.backend))


def best_known(question: Counted, limits: Limits, start: Ids | None = None) -> Ids:
    """A good plan within the budget, from `start`; what `start` opens beyond the budget is closed, dearest first."""
    problem = question.problem
    ptr, demand = by_site(problem)
    is_open = problem.fixed_open.copy() if start is None else opened(problem, start) | problem.fixed_open
    is_open &= ~problem.fixed_closed
    charged = question.charged
    for j in sorted(np.flatnonzero(is_open).tolist(), key=lambda site: (-charged[site], -site)):
        if charged[is_open].sum() <= question.budget * (1 + 1e-12):
            break
        is_open[j] = problem.fixed_open[j]
    may_open = ~(problem.fixed_open | problem.fixed_closed)
    kicks = int(min(KICKS, WORK // max(1, len(problem.sites) * max(1, int(is_open.sum())))))
    for batch in range(1 + kicks // AT_ONCE_KICKS):
        if batch and limits.left_s == 0.0:
            break
        is_open = kernels.refilled(
            ptr,
            demand,
            problem.weight,
            question.worth,
            charged,
            question.budget,
            may_open,
            is_open,
            min(batch, 1) * AT_ONCE_KICKS,
            limits.seed + batch,
        )
    return np.flatnonzero(is_open)


def priced(question: Counted, known: float, limits: Limits) -> float:
    """A bound on the worth of every plan; `known` is the worth of some plan and sizes the steps."""
    problem = question.problem
    if problem.n_demand == 0 or problem.n_sites == 0:
        return 0.0
    price = problem.weight * question.worth[0] / np.maximum(1, np.diff(problem.indptr))
    direction, state = np.zeros(problem.n_demand), np.array([np.inf, 1.0, 0.0])
    charged = question.charged
    depth = np.minimum(len(question.worth), np.diff(problem.indptr))
    at_once = max(1, AT_ONCE // max(1, len(problem.sites)))
    for first in range(0, PRICE_STEPS, at_once):
        if first and limits.left_s == 0.0:
            break
        steps = min(at_once, PRICE_STEPS - first)
        if kernels.priced(
            problem.indptr,
            problem.sites,
            problem.weight,
            question.worth,
            depth,
            charged,
            question.budget,
            problem.fixed_open,
            problem.fixed_closed,
            known,
            steps,
            price,
            direction,
            state,
        ):
            break
    return float(state[0]) * (1 + 1e-10)


def _program(question: Counted) -> Program:
    problem = question.problem
    n_demand, n_sites = problem.n_demand, problem.n_sites
    row, level = numbered(np.minimum(len(question.worth), np.diff(problem.indptr)))
    taken = sparse.csr_array((-np.ones(len(row)), (row, np.arange(len(row)))), shape=(n_demand, len(row)))
    return program(
        [np.zeros(n_sites), problem.weight[row] * question.worth[level]],
        [
            at_least([covering(problem), taken], np.zeros(n_demand)),
            at_most([question.charged[None, :], None], np.array([question.budget])),
            fixed(problem, 2),
        ],
        whole_blocks=1,
        maximise=True,
    )


def _tightened(question: Counted, upper: float) -> float:
    is_counting = len(question.worth) == 1 and question.worth[0] == 1.0
    return whole_below(upper, question.problem.weight) if is_counting else upper


def within_sites(problem: Problem, sites: int, worth: Floats) -> Counted:
    """The question with a number of new sites for its budget."""
    return Counted(replace(problem, cost=np.ones(problem.n_sites)), worth, np.ones(problem.n_sites), float(sites))
