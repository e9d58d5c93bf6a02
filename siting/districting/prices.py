"""
Prices of cells that prove a bound on every plan of districts, by subgradient steps in compiled code.

A district can be worth no more than the prices it can hold: a fractional knapsack of its cap of area, or of people,
whichever allows less (Dantzig 1957). The dearest cells per size are found without sorting (weighted median: Balas and
Zemel 1980), so a step takes a few passes over who reaches whom.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32, writable
from siting.districting.problem import DistrictProblem, cells_by_site
from siting.optimise.bound import has_way
from siting.optimise.objective import Limits

STEPS, AT_ONCE = 1_000, 25
"""Most steps; and steps between two looks at the clock."""
PACE, LAST_PACE = 0.03, 1e-3
"""Share of Polyak's step length. Prices that begin near their best, as those of a cover do, are lost by longer ones."""
PATIENCE, SHORTER = 20, 0.8
"""Steps without a better bound, after which they become shorter; and how much."""
ROUNDING = 1e-9
"""Relative slack for sums in floating point."""


class Holders(NamedTuple):
    """Sites and what a district of each can hold; `most_open` sites may open besides those that stay."""

    ptr: Ids
    cells: Positions32
    area_m2: Floats
    cap_m2: Floats
    people: Floats
    people_limit: float
    cost: Floats
    is_kept: Mask
    is_closed: Mask
    most_open: int


def holders(problem: DistrictProblem, cost: Floats, new: int | None) -> Holders:
    """The sites of a problem at some cost each, `new` of them (None: any number) free to open."""
    return Holders(
        *cells_by_site(problem),
        problem.area_m2.astype(np.float64),
        problem.cap_m2.astype(np.float64),
        writable(problem.people),
        problem.people_limit,
        cost,
        writable(problem.fixed_open),
        problem.fixed_closed & ~problem.fixed_open,
        problem.n_sites if new is None else new,
    )


def least_by_prices(sites: Holders, penalty: Floats, known: float, start: Floats, limits: Limits) -> float:
    """
    A number that no plan's cost of sites, and penalties of the cells that it leaves out, stays below.

    Parameters
    ----------
    penalty
        Shape (I,). Of a cell without a station; infinite where it must have one, 0 where nobody asks.
    known
        What some plan costs; it sizes the steps.
    start
        Shape (I,). Prices to begin with, from 0 to the penalty.
    """
    price, direction, state = start.copy(), np.zeros(len(start)), np.array([-np.inf, PACE, 0.0])
    for first in range(0, STEPS, AT_ONCE):
        if _stepped(sites, penalty, known, first, price, direction, state) or limits.left_s == 0.0:
            break
    return float(state[0])


@njit(cache=True, nogil=True)
def _stepped(sites, penalty, known, first, price, direction, state):  # type: ignore[no-untyped-def]
    """Take some steps in the arrays given; whether no more are worth taking."""
    n_sites, n_cells = len(sites.cost), len(price)
    longest = int(np.diff(sites.ptr).max()) if n_sites else 0
    rate, item = np.empty(longest), np.empty(longest, dtype=np.int64)
    profit, share = np.empty(n_sites), np.empty(n_cells)
    for step in range(first, first + AT_ONCE):
        for j in range(n_sites):
            profit[j] = (
                -np.inf if sites.is_closed[j] else worth(sites, j, price, share, False, rate, item) - sites.cost[j]
            )
        share[:] = 0.0
        bound = price.sum()
        size, n_open = bound, 0
        for j in np.argsort(-profit, kind="mergesort"):
            if not sites.is_kept[j]:
                if n_open == sites.most_open or profit[j] <= 0.0:
                    continue
                n_open += 1
            worth(sites, j, price, share, True, rate, item)
            bound -= profit[j]
            size += abs(profit[j])
        bound -= ROUNDING * size  # largest numbers first lost: the bound is what is left of sums of their size
        state[2] = 0.0 if bound > state[0] + 1e-6 * abs(state[0]) else state[2] + 1.0
        state[0] = max(state[0], bound)
        if state[2] >= PATIENCE:
            state[1], state[2] = SHORTER * state[1], 0.0
        if state[1] < LAST_PACE or state[0] >= known:
            return True
        square = 0.0
        for i in range(n_cells):
            slope = 1.0 - share[i] if penalty[i] > 0.0 else 0.0
            # Slowly turning directions: plain subgradients zigzag (Camerini, Fratta and Maffioli 1975).
            direction[i] = slope if step == 0 else 0.1 * slope + 0.9 * direction[i]
            if has_way(direction[i], price[i], penalty[i]):
                square += direction[i] * direction[i]
        if square == 0.0:
            return True
        length = state[1] * max(known - bound, 1e-6 * abs(known)) / square
        for i in range(n_cells):
            price[i] = min(penalty[i], max(0.0, price[i] + length * direction[i]))
    return False


@njit(cache=True, nogil=True)
def worth(sites, j, price, share, is_counted, rate, item):  # type: ignore[no-untyped-def]
    """The most that the prices of one district of site j add up to; if asked, its part of each cell goes to `share`."""
    first, last = sites.ptr[j], sites.ptr[j + 1]
    most, whole, part = filled(sites.cells, first, last, price, sites.area_m2, sites.cap_m2[j], rate, item)
    if np.isfinite(sites.people_limit):
        fewer, _, _ = filled(sites.cells, first, last, price, sites.people, sites.people_limit, rate, item)
        if fewer < most:
            most, whole, part = filled(sites.cells, first, last, price, sites.people, sites.people_limit, rate, item)
        elif is_counted:
            filled(sites.cells, first, last, price, sites.area_m2, sites.cap_m2[j], rate, item)
    if is_counted:
        for position in range(whole):
            share[item[position]] += 1.0
        if part > 0.0:
            share[item[whole]] += part
    return most


@njit(cache=True, nogil=True)
def filled(cells, first, last, price, size, room, rate, item):  # type: ignore[no-untyped-def]
    """
    A knapsack filled with the dearest of ``cells[first:last]`` per size: their prices in all, how many whole, and the
    part of the next one; `item` holds them in that order, `rate` is working space.
    """
    n, load, most = 0, 0.0, 0.0
    for entry in range(first, last):
        i = cells[entry]
        if price[i] > 0.0:
            rate[n] = price[i] / size[i] if size[i] > 0.0 else np.inf
            item[n] = i
            n += 1
            load += size[i]
            most += price[i]
    if load <= room:
        return most, n, 0.0
    # Items before `low` are in, those from `high` on are out; those between do not all fit.
    low, high, most = 0, n, 0.0
    while low < high:
        pivot = rate[(low + high) // 2]
        dearer, cheaper = _parted(rate, item, low, high, pivot)
        load = 0.0
        for position in range(low, dearer):
            load += size[item[position]]
        if load > room:
            high = dearer
            continue
        for position in range(low, dearer):
            most += price[item[position]]
        room -= load
        for position in range(dearer, cheaper):
            i = item[position]
            if size[i] > room:
                part = room / size[i]
                return most + part * price[i], position, part
            room -= size[i]
            most += price[i]
        low = cheaper
    return most, low, 0.0


@njit(cache=True, nogil=True)
def _exchange(rate, item, a, b):  # type: ignore[no-untyped-def]
    rate[a], rate[b] = rate[b], rate[a]
    item[a], item[b] = item[b], item[a]


@njit(cache=True, nogil=True)
def _parted(rate, item, low, high, pivot):  # type: ignore[no-untyped-def]
    """Put items above the pivot first, those below it last: where either part ends."""
    at = low
    while at < high:
        if rate[at] > pivot:
            _exchange(rate, item, at, low)
            low += 1
            at += 1
        elif rate[at] < pivot:
            high -= 1
            _exchange(rate, item, at, high)
        else:
            at += 1
    return low, high
