"""
What no plan of lawful districts can better, each bound with what it knows and what it leaves out.

``cover``
    Everyone in time; no limits of area and people, no connection (`siting.optimise`, lscp or mclp).
``area``
    Enough caps for all land; no roads beyond what each site reaches at all.
``room``
    Both: cells may be divided among sites, and nothing need hang together. The linear relaxation, by prices.

With a price u_i on each cell every plan costs at least ``sum_i u_i - sum_j (K_j(u) - c_j)+``, where K_j(u) is the most
that the prices of one district of site j can add up to: a fractional knapsack of its area cap over the cells it reaches
(Lagrangian relaxation of the assignment: Cornuéjols, Sridharan and Thizy 1991). With p sites and weights w_i no plan
serves more than ``sum_i (w_i - u_i)+`` and the p largest K_j(u) together. Subgradient steps raise the one and lower the
other towards the linear relaxation; whatever the prices, both hold.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32
from siting.districting.problem import DistrictProblem, cells_by_site, covering
from siting.optimise.bound import least_cost, most_coverable
from siting.optimise.objective import Limits, are_whole, whole_above

STEPS = 1_500
ROUNDING = 1e-9
"""Relative slack for sums in floating point."""


def least_by_area(problem: DistrictProblem, served: Mask) -> float:
    """
    The least cost of sites whose caps, and the land they reach at all, add up to all land that is to be served.

    Sites are taken by cost per area; the last one in part, unless costs are whole numbers.
    """
    rows = served[problem.cell]
    reached = np.bincount(problem.sites[rows], weights=problem.area_m2[problem.cell[rows]], minlength=problem.n_sites)
    room = np.minimum(reached, problem.cap_m2)
    kept = problem.fixed_open
    left = float(problem.area_m2[served].sum()) - float(room[kept].sum())
    cost = float(problem.cost[kept].sum())
    free = np.flatnonzero(~kept & ~problem.fixed_closed & (room > 0))
    order = free[np.argsort(problem.cost[free] / room[free], kind="stable")]
    before = np.concatenate([[0.0], np.cumsum(room[order])])[:-1]
    share = np.clip((left - before) / room[order], 0.0, 1.0)
    cost += float((share * problem.cost[order]).sum())
    return whole_above(cost) if are_whole(problem.cost) else cost


def least_by_room(problem: DistrictProblem, served: Mask, known: float, limits: Limits) -> float:
    """A cost that no plan which serves all of these cells stays below; `known` is what some plan costs."""
    start = np.zeros(problem.n_cells)
    start[served] = least_cost(covering(problem, served), known, limits.share(0.5)).price
    bound, _ = _priced(problem, served, np.where(served, np.inf, 0.0), problem.cost, None, known, start, limits)
    return whole_above(bound) if are_whole(problem.cost) else bound


def most_by_room(problem: DistrictProblem, new: int, known: float, limits: Limits) -> float:
    """A weight that no plan with `new` sites besides those that stay can exceed; `known` is what some plan serves."""
    total = float(problem.weight.sum())
    served = problem.weight > 0
    start = np.zeros(problem.n_cells)
    start[served] = most_coverable(covering(problem, served), new, known, limits.share(0.5)).price
    lost, _ = _priced(problem, served, problem.weight, np.zeros(problem.n_sites), new, total - known, start, limits)
    return total - lost


def _priced(
    problem: DistrictProblem,
    served: Mask,
    penalty: Floats,
    cost: Floats,
    new: int | None,
    known: float,
    start: Floats,
    limits: Limits,
) -> tuple[float, Floats]:
    """The best bound met by subgradient steps on cost plus penalties for what is not served, and its prices."""
    ptr, cells = cells_by_site(problem)
    kept, closed = problem.fixed_open, problem.fixed_closed
    count = problem.n_sites if new is None else new
    price, best_price = start.copy(), start.copy()
    best, pace, stalled, direction = -math.inf, 1.0, 0, np.zeros(len(price))
    taken = np.empty(len(cells))
    for step in range(STEPS):
        worth = _knapsacks(ptr, cells, price, problem.area_m2, problem.cap_m2, taken)
        profit = np.where(closed & ~kept, -math.inf, worth - cost)
        free = np.where(kept, -math.inf, profit)
        likely = np.argsort(-free, kind="stable")[:count]
        chosen = kept.copy()
        chosen[likely[free[likely] > 0]] = True
        # Largest numbers first lost: the bound is what is left of sums of their size.
        bound = float(price.sum() - profit[chosen].sum())
        bound -= ROUNDING * float(price.sum() + np.abs(profit[chosen]).sum())
        stalled = 0 if bound > best + 1e-6 * abs(best) else stalled + 1
        if bound > best:
            best, best_price = bound, price.copy()
        if stalled >= 20:
            pace, stalled = 0.8 * pace, 0
        if pace < 1e-3 or best >= known or limits.left_s == 0.0:
            break
        shares = np.bincount(cells, weights=taken * np.repeat(chosen, np.diff(ptr)), minlength=len(price))
        slope = np.where(served, 1.0 - shares, 0.0)
        # Slowly turning directions: plain subgradients zigzag (Camerini, Fratta and Maffioli 1975).
        direction = slope if step == 0 else 0.1 * slope + 0.9 * direction
        moves = ((direction < 0) & (price > 0)) | ((direction > 0) & (price < penalty))
        square = float((direction[moves] ** 2).sum())
        if square == 0.0:
            break
        length = pace * max(known - bound, 1e-6 * abs(known)) / square
        price = np.clip(price + length * direction, 0.0, penalty)
    return best, best_price


@njit(cache=True, nogil=True)
def _knapsacks(ptr: Ids, cells: Positions32, price: Floats, area_m2: Ids, cap_m2: Ids, taken: Floats) -> Floats:
    """The most that a district of each site can be worth at these prices, and which part of each cell it takes."""
    worth = np.zeros(len(ptr) - 1)
    for j in range(len(ptr) - 1):
        first, last = ptr[j], ptr[j + 1]
        area = 0
        for entry in range(first, last):
            i = cells[entry]
            taken[entry] = 1.0
            if price[i] > 0.0:
                area += area_m2[i]
                worth[j] += price[i]
        if area <= cap_m2[j]:
            continue
        rate = np.empty(last - first)
        for entry in range(first, last):
            i = cells[entry]
            rate[entry - first] = -price[i] / area_m2[i] if area_m2[i] > 0 else -np.inf
        left = float(cap_m2[j])
        worth[j] = 0.0
        for position in np.argsort(rate):
            i = cells[first + position]
            part = 1.0 if area_m2[i] <= left else left / area_m2[i]
            taken[first + position] = part
            left -= part * area_m2[i]
            worth[j] += part * price[i]
    return worth
