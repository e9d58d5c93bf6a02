"""
How good any plan can be at most, without a solver.

Covering all demand and covering most of it are one problem: minimise the cost of open sites plus a penalty for each
demand left uncovered, with at most a given number of sites open. For LSCP penalties are infinite and the number is
free; for MCLP sites cost nothing and the penalty is the weight. With a price u_i from 0 to the penalty on each demand,
every plan costs at least

    sum_i u_i - sum over the sites of most profit (sum_{i covered by j} u_i - c_j), as many as may open, none at a loss

(Lagrangian relaxation of the covering constraints: Beasley 1990 for set covering, Galvão and ReVelle 1996 for MCLP).
Whatever the prices, that holds; subgradient steps (Held, Wolfe and Crowder 1974) bring it to the bound of the linear
relaxation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32
from siting.optimise.objective import Limits
from siting.optimise.problem import Problem
from siting.optimise.relation import by_site

STEPS = 4_000
"""Most subgradient steps; more hardly tighten the bound."""
PATIENCE, SLOWER = 50, 0.7
"""Steps without gain before steps get shorter, and by how much: towns end 0.04 % above the linear relaxation."""
AT_ONCE = 20_000_000
"""Entries looked at between two looks at the clock: some hundredths of a second."""
ROUNDING = 1e-10
"""Relative slack for what is summed in floating point: enough for a million terms."""


@dataclass(frozen=True)
class Priced:
    """
    A bound, and the prices that prove it.

    Attributes
    ----------
    bound
        No plan covers more weight (`most_coverable`), or covers all demand for less (`least_cost`).
    profit
        Shape (J,). The prices of the demand a site covers, less its cost.
    price
        Shape (I,). The prices themselves: a start for the next question.
    """

    bound: float
    profit: Floats
    price: Floats


def most_coverable(
    problem: Problem, sites: int, known: float, limits: Limits | None = None, start: Floats | None = None
) -> Priced:
    """
    A bound on the weight that `sites` sites can cover.

    Parameters
    ----------
    known
        Weight some plan covers; it sizes the steps.
    limits
        When to stop before all steps are done: in time, or as soon as the bound is as close as was asked for. A bound
        comes back even then.
    start
        Prices to begin with: those of a neighbouring question.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> problem = simple_problem([[0, 1], [0, 1], [0, 2], [2]], weight=[2, 2, 3, 2])
    >>> round(most_coverable(problem, 1, known=7).bound, 3)
    7.0
    """
    total = float(problem.weight.sum())
    start = problem.weight / np.maximum(1, np.diff(problem.indptr)) if start is None else start
    free = np.zeros(problem.n_sites)
    gap = limits.relative_gap if limits is not None else 0.0
    enough = total - known / (1 - gap)
    prices = _prices(problem, problem.weight, free, sites, start, total - known, enough, limits)
    profit = _profit(problem, prices, free)
    return Priced(total * (1 + ROUNDING) - _proven(prices, profit, sites), profit, prices)


def most_for_each(problem: Problem, prices: Floats) -> Floats:
    """
    Shape (J + 1,). What these prices prove of the weight that 0, 1, ... J sites can cover: one set serves every number.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> problem = simple_problem([[0, 1], [0, 1], [0, 2], [2]], weight=[2, 2, 3, 2])
    >>> most_for_each(problem, np.array([2.0, 2.0, 3.0, 2.0])).round(3).tolist()
    [0.0, 7.0, 12.0, 16.0]
    """
    profit = np.sort(np.maximum(_profit(problem, prices, np.zeros(problem.n_sites)), 0.0))[::-1]
    total = float(problem.weight.sum())
    return np.asarray(total * (1 + ROUNDING) - prices.sum() + np.concatenate([[0.0], np.cumsum(profit)]))


def least_cost(problem: Problem, known: float, limits: Limits | None = None) -> Priced:
    """
    A bound on the cost of covering all demand.

    Parameters
    ----------
    known
        Cost of some plan that covers all; it sizes the steps.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> round(least_cost(simple_problem([[0], [0, 1], [2, 3]]), known=2).bound, 3)
    2.0
    """
    # Dual ascent (Fisher and Kedia 1990): each demand in turn, those with few sites first, pays the least that any of
    # its sites still costs. A proof by itself, and a good start.
    start = _paid(problem.indptr, problem.sites, problem.cost, np.argsort(np.diff(problem.indptr), kind="stable"))
    penalty, all_sites = np.full(problem.n_demand, np.inf), problem.n_sites
    enough = known * (1 - limits.relative_gap) if limits is not None else known
    prices = _prices(problem, penalty, problem.cost, all_sites, start, known, enough, limits)
    profit = _profit(problem, prices, problem.cost)
    # Prices of demand whose sites are free may grow far beyond the bound; what they add and profits take away again
    # leaves an error of their size, not of the bound's.
    error = ROUNDING * float(prices.sum() + np.maximum(profit, 0.0).sum())
    return Priced(_proven(prices, profit, all_sites) - error, profit, prices)


def decided(priced: Priced, sites: int, slack: float) -> tuple[Mask, Mask]:
    """
    Sites that no plan within `slack` of the bound can leave closed, and those that none can open.

    A site outside the `sites` most profitable, or at a loss, costs its distance to them when opened; one inside costs
    its distance to the next when closed. More than `slack` decides it (reduced-cost fixing).

    Examples
    --------
    One site may open and 2 may be lost: the first must stay open, and the last cannot open.

    >>> must_open, must_close = decided(Priced(10.0, np.array([9.0, 6.0, 1.0]), np.empty(0)), 1, slack=2.0)
    >>> must_open.tolist(), must_close.tolist()
    ([True, False, False], [False, True, True])
    """
    order = np.argsort(-priced.profit, kind="stable")
    inside = np.zeros(len(order), dtype=bool)
    inside[order[:sites]] = True
    inside &= priced.profit > 0
    is_full = 0 < sites <= inside.sum()
    last = priced.profit[order[sites - 1]] if is_full else 0.0
    following = max(0.0, priced.profit[order[sites]]) if is_full and sites < len(order) else 0.0
    return inside & (priced.profit - following > slack), ~inside & (last - priced.profit > slack)


def _profit(problem: Problem, prices: Floats, cost: Floats) -> Floats:
    worth = np.bincount(problem.sites, weights=prices[problem.demand], minlength=problem.n_sites)
    return np.asarray(worth - cost, dtype=np.float64)


def _proven(prices: Floats, profit: Floats, sites: int) -> float:
    best = np.sort(np.maximum(profit, 0.0))[::-1][:sites]
    return float(prices.sum() - best.sum())


@njit(cache=True, nogil=True)
def _paid(indptr: Ids, sites: Positions32, cost: Floats, order: Ids) -> Floats:
    left = cost.copy()
    paid = np.zeros(len(order))
    for i in order:
        pay = np.inf
        for entry in range(indptr[i], indptr[i + 1]):
            pay = min(pay, left[sites[entry]])
        if 0.0 < pay < np.inf:
            paid[i] = pay
            for entry in range(indptr[i], indptr[i + 1]):
                left[sites[entry]] -= pay
    return paid


def _prices(
    problem: Problem,
    penalty: Floats,
    cost: Floats,
    sites: int,
    start: Floats,
    known: float,
    enough: float,
    limits: Limits | None,
) -> Floats:
    """The prices of the best bound met on the way from `start` to `enough`; `known` is what some plan costs."""
    best_price, price, direction = start.copy(), start.copy(), np.zeros(len(start))
    known, enough = float(known), float(enough)  # whole numbers would have the kernel compiled once more
    pace = np.array([-np.inf, 1.0, 0.0])
    relation = (problem.indptr, problem.sites, *by_site(problem))
    at_once = max(1, AT_ONCE // max(1, len(problem.sites)))
    for first in range(0, STEPS, at_once):
        if first and limits is not None and limits.left_s == 0.0:
            break
        steps = min(at_once, STEPS - first)
        if _stepped(*relation, penalty, cost, sites, known, enough, first, steps, price, direction, best_price, pace):
            break
    return best_price


@njit(cache=True, nogil=True)
def _stepped(
    indptr: Ids,
    sites: Positions32,
    ptr: Ids,
    demand: Positions32,
    penalty: Floats,
    cost: Floats,
    limit: int,
    known: float,
    enough: float,
    first: int,
    steps: int,
    price: Floats,
    direction: Floats,
    best_price: Floats,
    state: Floats,
) -> bool:
    """Take some steps, from step `first` on, in the arrays given; whether no more are worth taking."""
    n = len(penalty)
    best, pace, stalled = state[0], state[1], state[2]
    is_done = False
    for step in range(first, first + steps):
        profit = -cost
        bound = 0.0
        for i in range(n):
            bound += price[i]
            for entry in range(indptr[i], indptr[i + 1]):
                profit[sites[entry]] += price[i]
        covering = np.zeros(n, dtype=np.int64)
        for j in _worthiest(profit, limit):
            bound -= profit[j]
            for entry in range(ptr[j], ptr[j + 1]):
                covering[demand[entry]] += 1
        stalled = 0.0 if bound > best + 1e-6 * abs(best) else stalled + 1.0
        if bound > best:
            best = bound
            best_price[:] = price
        if stalled >= PATIENCE:
            pace, stalled = pace * SLOWER, 0.0
        square = 0.0
        for i in range(n):
            # Slowly turning directions: plain subgradients zigzag (Camerini, Fratta and Maffioli 1975).
            slope = 1.0 - covering[i]
            direction[i] = 0.05 * slope + 0.95 * direction[i] if step > 0 else slope
            if has_way(direction[i], price[i], penalty[i]):
                square += direction[i] * direction[i]
        if best >= enough - ROUNDING * abs(known) or pace < 1e-3:
            is_done = True
            break
        # Where every price is at its end the direction, which lags, has to turn first.
        length = pace * max(known - bound, ROUNDING * abs(known)) / square if square > 0.0 else 0.0
        for i in range(n):
            price[i] = min(penalty[i], max(0.0, price[i] + length * direction[i]))
    state[0], state[1], state[2] = best, pace, stalled
    return is_done


@njit(cache=True, nogil=True)
def has_way(direction: float, price: float, most: float) -> bool:
    """Whether a price between 0 and `most` can move in a direction."""
    return (direction < 0.0 and price > 0.0) or (direction > 0.0 and price < most)


@njit(cache=True, nogil=True)
def _worthiest(profit: Floats, limit: int) -> Ids:
    """The sites of most profit, at most `limit` and none at a loss; of equals the lowest positions."""
    last = np.partition(profit, len(profit) - limit)[len(profit) - limit] if 0 < limit < len(profit) else 0.0
    chosen = np.empty(min(limit, len(profit)), dtype=np.int64)
    count = 0
    for j in range(len(profit)):
        if count < limit and profit[j] > max(last, 0.0):
            chosen[count] = j
            count += 1
    for j in range(len(profit)):
        if count < limit and profit[j] == last and last > 0.0:
            chosen[count] = j
            count += 1
    return chosen[:count]
