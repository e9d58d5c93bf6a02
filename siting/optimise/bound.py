"""
How good any plan can be at most, without a solver.

`most_coverable` prices demand (Lagrangian relaxation of the covering constraints of the MCLP; Galvão and ReVelle 1996),
`least_cost` builds a feasible dual of the set covering problem (dual ascent; Fisher and Kedia 1990). Both are proofs by
themselves: whatever the prices, the bound holds. With the prices, `decided` closes sites that no better plan can open
and opens those it cannot do without.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32
from siting.optimise.problem import Problem

ITERATIONS = 1_500
"""Most subgradient steps; more hardly tighten the bound."""
ROUNDING = 1e-9
"""Relative slack on every bound summed in floating point."""


@dataclass(frozen=True)
class Priced:
    """
    A bound on the weight that p sites can cover, and the prices that prove it.

    Attributes
    ----------
    bound
        No p sites cover more.
    worth
        Shape (J,). The prices of the demand a site covers, summed.
    """

    bound: float
    worth: Floats


def most_coverable(problem: Problem, sites: int, known: float) -> Priced:
    """
    A bound on the weight that `sites` sites can cover.

    With a price 0 <= u_i <= w_i on each demand, no plan covers more than sum_i (w_i - u_i) plus the `sites` largest
    worths sum_{i covered by j} u_i. The prices are improved by subgradient steps (Held, Wolfe and Crowder 1974); the
    best bound is that of the linear relaxation.

    Parameters
    ----------
    known
        Weight some plan covers; it sizes the steps.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> problem = simple_problem([[0, 1], [0, 1], [0, 2], [2]], weight=[2, 2, 3, 2])
    >>> round(most_coverable(problem, 1, known=7).bound, 3)
    7.0
    """
    sites = min(sites, problem.n_sites)
    prices = _prices(problem.indptr, problem.sites, problem.weight, problem.n_sites, sites, known, ITERATIONS)
    worth = np.bincount(problem.sites, weights=prices[problem.demand], minlength=problem.n_sites).astype(np.float64)
    bound = float((problem.weight - prices).sum() + np.sort(worth)[problem.n_sites - sites :].sum())
    return Priced(bound * (1 + ROUNDING), worth)


def decided(priced: Priced, sites: int, beat: float) -> tuple[Mask, Mask]:
    """
    Sites that every plan covering `beat` or more must open, and those that none of them can open.

    Opening a site outside the p worthiest costs the difference to the p-th; closing one inside, the difference to the
    next. Where the bound less that difference stays below `beat`, the choice is made (reduced-cost fixing).
    """
    order = np.argsort(-priced.worth, kind="stable")
    inside = np.zeros(len(order), dtype=bool)
    inside[order[:sites]] = True
    last = priced.worth[order[sites - 1]]
    following = priced.worth[order[sites]] if sites < len(order) else 0.0
    must_open = inside & (priced.bound - priced.worth + following < beat)
    must_close = ~inside & (priced.bound - last + priced.worth < beat)
    return must_open, must_close


def least_cost(problem: Problem) -> float:
    """
    A bound on the cost of covering all demand.

    Each demand in turn, those with few sites first, pays the least that any of its sites still costs; what is paid is
    a feasible dual, so no cover is cheaper.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> round(least_cost(simple_problem([[0], [0, 1], [2, 3]])), 6)
    2.0
    """
    order = np.argsort(np.diff(problem.indptr), kind="stable")
    return float(_dual_ascent(problem.indptr, problem.sites, problem.cost, order)) * (1 - ROUNDING)


@njit(cache=True, nogil=True)
def _dual_ascent(indptr: Ids, sites: Positions32, cost: Floats, order: Ids) -> float:
    left = cost.copy()
    total = 0.0
    for i in order:
        pay = np.inf
        for entry in range(indptr[i], indptr[i + 1]):
            pay = min(pay, left[sites[entry]])
        if pay > 0.0 and pay < np.inf:
            total += pay
            for entry in range(indptr[i], indptr[i + 1]):
                left[sites[entry]] -= pay
    return total


@njit(cache=True, nogil=True)
def _prices(
    indptr: Ids, sites: Positions32, weight: Floats, n_sites: int, p: int, known: float, iterations: int
) -> Floats:
    """The prices of the best bound met."""
    n = len(weight)
    price = np.empty(n)
    for i in range(n):
        price[i] = weight[i] / max(1, indptr[i + 1] - indptr[i])
    best_price, best_bound = price.copy(), np.inf
    direction = np.zeros(n)
    step, stalled = 1.0, 0
    for _ in range(iterations):
        worth = np.zeros(n_sites)
        bound = 0.0
        for i in range(n):
            bound += weight[i] - price[i]
            for entry in range(indptr[i], indptr[i + 1]):
                worth[sites[entry]] += price[i]
        is_chosen = np.zeros(n_sites, dtype=np.bool_)
        for j in np.argsort(-worth, kind="mergesort")[:p]:
            is_chosen[j] = True
            bound += worth[j]
        stalled = 0 if bound < best_bound * (1 - 1e-6) else stalled + 1
        if bound < best_bound:
            best_bound = bound
            best_price[:] = price
        if stalled >= 20:
            step, stalled = step * 0.8, 0
        square = 0.0
        for i in range(n):
            covering = 0
            for entry in range(indptr[i], indptr[i + 1]):
                covering += is_chosen[sites[entry]]
            # Slowly turning directions: plain subgradients zigzag (Camerini, Fratta and Maffioli 1975).
            direction[i] = 0.1 * (covering - 1.0) + 0.9 * direction[i]
            if (direction[i] > 0.0 and price[i] > 0.0) or (direction[i] < 0.0 and price[i] < weight[i]):
                square += direction[i] * direction[i]
        if best_bound <= known * (1 + ROUNDING) or step < 1e-3 or square == 0.0:
            break
        length = step * max(bound - known, ROUNDING * best_bound) / square
        for i in range(n):
            price[i] = min(weight[i], max(0.0, price[i] - length * direction[i]))
    return best_price
