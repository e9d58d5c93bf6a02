"""
Expected cover when stations are busy unlike: `objectives.expected` with a share q_j for each site.

    maximise    sum_i w_i (1 - prod_{j in N_i} q_j^x_j)  =  sum_i w_i (1 - exp(-s_i)),   s_i = sum_{j in N_i} a_j x_j

a_j = -ln q_j. 1 - exp(-s) bends down, so each of its tangents is above it: with y_i below some of them the maximum of
sum_i w_i y_i is a bound, and it closes as tangents are added where the solver's plans touch them (outer approximation;
Duran and Grossmann 1986). The first bound is that of equal engines, each as seldom busy as the best.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids
from siting.optimise import counted
from siting.optimise.counted import Counted
from siting.optimise.exact import chosen, solved
from siting.optimise.objective import Found, Limits
from siting.optimise.problem import Problem, opened
from siting.optimise.program import Program, Rows, at_least, at_most, covering, fixed, program

LEAST_SHARE = 1e-12
"""Of an engine that is always free; ln 0 is none."""
FIRST_TANGENTS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
"""In units of the mean a_j."""
ROUNDS = 8
"""Most rounds of tangents."""


def search(problem: Problem, busy: Floats, alike: Counted, seldom: Counted, limits: Limits) -> Found:
    """
    A plan by greedy and swaps, and a bound by tangents.

    Parameters
    ----------
    busy
        Shape (J,). q_j.
    alike, seldom
        The same question with equal engines: busy as the mean, to begin with, and as the least, for the first bound.
    """
    sites = int(alike.budget)
    plan = _swapped(problem, counted.best_known(alike, limits.share(0.2)), sites, busy, limits)
    upper = seldom.value(np.flatnonzero(~problem.fixed_closed))
    upper = min(upper, counted.priced(seldom, value(problem, plan, busy), limits))
    limits.tell(value(problem, plan, busy), upper)
    method: tuple[str, ...] = ("greedy", "swap", "price")
    a = -np.log(np.maximum(busy, LEAST_SHARE))
    touched = [np.full(problem.n_demand, step * float(a.mean())) for step in FIRST_TANGENTS]
    touched.append(_reach(problem, plan, a))
    for played in range(ROUNDS):
        if limits.is_enough(value(problem, plan, busy), upper) or limits.left_s == 0.0:
            break
        model = _program(problem, sites, a, touched)
        answer = solved(model, problem.n_sites, limits, opened(problem, plan).astype(float))
        method = method if played else (*method, "tangents", answer.backend)
        upper = min(upper, answer.bound + LEAST_SHARE * float(problem.weight.sum()))
        other = chosen(answer, problem, sites)
        if other is None:
            break
        touched.append(_reach(problem, other, a))
        plan = other if value(problem, other, busy) > value(problem, plan, busy) else plan
        limits.tell(value(problem, plan, busy), upper)
    return Found(plan, upper, method)


def value(problem: Problem, plan: Ids, busy: Floats) -> float:
    """
    Weight times the probability that an engine within reach is free.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> value(simple_problem([[0], [0, 1]], weight=[10, 10]), np.array([0, 1]), np.array([0.5, 0.2]))
    14.0
    """
    return float((problem.weight * (1.0 - _all_busy(problem, plan, busy))).sum())


def _all_busy(problem: Problem, plan: Ids, busy: Floats) -> Floats:
    """Shape (I,). The chance that no open site within reach has its engine in."""
    entry = opened(problem, plan)[problem.sites]
    out = np.ones(problem.n_demand)
    np.multiply.at(out, problem.demand[entry], busy[problem.sites[entry]])
    return out


def _reach(problem: Problem, plan: Ids, a: Floats) -> Floats:
    """Shape (I,). s_i of a plan."""
    entry = opened(problem, plan)[problem.sites]
    own = np.bincount(problem.demand[entry], a[problem.sites[entry]], minlength=problem.n_demand)
    return np.asarray(own, dtype=np.float64)


def _swapped(problem: Problem, plan: Ids, sites: int, busy: Floats, limits: Limits) -> Ids:
    """Open the best while sites are left, then exchange one for a better while there is one."""
    kept = np.flatnonzero(problem.fixed_open)
    free = ~(problem.fixed_open | problem.fixed_closed)
    while limits.left_s > 0:
        new = np.setdiff1d(plan, kept)
        rests = [plan] if len(new) < sites else [np.setdiff1d(plan, [out]) for out in new]
        tried = [(*_best_addition(problem, rest, busy, free), rest) for rest in rests]
        if not tried:
            return plan
        worth, into, rest = max(tried, key=lambda one: one[0])
        if worth <= value(problem, plan, busy) * (1 + 1e-12):
            return plan
        plan = np.union1d(rest, [into])
    return plan


def _best_addition(problem: Problem, plan: Ids, busy: Floats, free: np.ndarray) -> tuple[float, int]:
    missing = problem.weight * _all_busy(problem, plan, busy)
    gain = (1.0 - busy) * np.bincount(problem.sites, missing[problem.demand], minlength=problem.n_sites)
    gain = np.where(free & ~opened(problem, plan), gain, -1.0)
    into = int(gain.argmax())
    return value(problem, plan, busy) + float(gain[into]), into


def _program(problem: Problem, sites: int, a: Floats, touched: list[Floats]) -> Program:
    reach = covering(problem) @ sparse.diags_array(a)
    same = sparse.eye_array(problem.n_demand)
    tangents: list[Rows] = [
        at_least([sparse.diags_array(np.exp(-s)) @ reach, -same], np.exp(-s) * (1.0 + s) - 1.0) for s in touched
    ]
    charged = np.where(problem.fixed_open, 0.0, 1.0)[None, :]
    return program(
        [np.zeros(problem.n_sites), problem.weight],
        [*tangents, at_most([charged, None], np.array([float(sites)])), fixed(problem, 2)],
        whole_blocks=1,
        maximise=True,
    )
