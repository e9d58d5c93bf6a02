"""The compiled part of `counted`: drop and refill, and prices."""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32


@njit(cache=True, nogil=True)
def refilled(
    ptr: Ids,
    demand: Positions32,
    weight: Floats,
    worth: Floats,
    cost: Floats,
    budget: float,
    may_open: Mask,
    start: Mask,
    kicks: int,
    seed: int,
) -> Mask:
    """
    The best plan met by filling the budget greedily, then dropping sites (each, and some at random) and refilling.

    Greedy by worth per cost alone can miss by any factor; beside greedy by worth it cannot (Khuller et al. 1999).
    """
    np.random.seed(seed)  # noqa: NPY002 - numba's own generator, seeded here and used nowhere else
    n = len(cost)
    best, best_value = start.copy(), -1.0
    for by_cost in (True, False):
        is_open, count = start.copy(), np.zeros(len(weight), dtype=np.int64)
        spent = 0.0
        for j in range(n):
            if is_open[j]:
                spent += cost[j]
                _count(j, 1, ptr, demand, count)
        _fill(ptr, demand, weight, worth, cost, budget - spent, may_open, is_open, count, -1, by_cost)
        value = _value(weight, worth, count)
        if value > best_value:
            best, best_value = is_open, value
    best_value = _swept(ptr, demand, weight, worth, cost, budget, may_open, best, best_value)
    for _ in range(kicks):
        movable = np.flatnonzero(best & may_open)
        if len(movable) == 0:
            break
        other = best.copy()
        for _ in range(min(len(movable), 1 + np.random.randint(3))):  # noqa: NPY002
            other[movable[np.random.randint(len(movable))]] = False  # noqa: NPY002
        away = np.flatnonzero(~other & may_open)
        j = away[np.random.randint(len(away))]  # noqa: NPY002
        if _cost(other, cost) + cost[j] <= budget * (1 + 1e-12):
            other[j] = True
        value = _swept(ptr, demand, weight, worth, cost, budget, may_open, other, -1.0)
        if value > best_value * (1 + 1e-12):
            best, best_value = other, value
    return best


@njit(cache=True, nogil=True)
def _swept(ptr, demand, weight, worth, cost, budget, may_open, is_open, value):  # type: ignore[no-untyped-def]
    """Drop each open site in turn, refill, and keep what is better, until a round changes nothing; in place."""
    n = len(cost)
    count = np.zeros(len(weight), dtype=np.int64)
    for j in range(n):
        if is_open[j]:
            _count(j, 1, ptr, demand, count)
    _fill(ptr, demand, weight, worth, cost, budget - _cost(is_open, cost), may_open, is_open, count, -1, True)
    value = max(value, _value(weight, worth, count))
    changed = True
    while changed:
        changed = False
        for out in np.flatnonzero(is_open & may_open):
            for by_cost in (True, False):
                tried, tried_count = is_open.copy(), count.copy()
                tried[out] = False
                _count(out, -1, ptr, demand, tried_count)
                left = budget - _cost(tried, cost)
                _fill(ptr, demand, weight, worth, cost, left, may_open, tried, tried_count, out, by_cost)
                there = _value(weight, worth, tried_count)
                if there > value * (1 + 1e-12):
                    is_open[:] = tried
                    count[:] = tried_count
                    value = there
                    changed = True
                    break
    return value


@njit(cache=True, nogil=True)
def _fill(ptr, demand, weight, worth, cost, left, may_open, is_open, count, barred, by_cost):  # type: ignore[no-untyped-def]
    """Open what adds most (per cost) of what is affordable, until nothing adds; in place."""
    n, depth = len(cost), len(worth)
    slack = 1e-12 * max(1.0, abs(left))
    while True:
        into, most, most_gain = -1, 0.0, 0.0
        for j in range(n):
            if is_open[j] or not may_open[j] or j == barred or cost[j] > left + slack:
                continue
            gain = 0.0
            for entry in range(ptr[j], ptr[j + 1]):
                i = demand[entry]
                if count[i] < depth:
                    gain += weight[i] * worth[count[i]]
            if gain <= 0.0:
                continue
            score = gain
            if by_cost:
                score = gain / cost[j] if cost[j] > 0.0 else np.inf
            if score > most or (score == most and gain > most_gain):
                into, most, most_gain = j, score, gain
        if into < 0:
            return
        is_open[into] = True
        left -= cost[into]
        _count(into, 1, ptr, demand, count)


@njit(cache=True, nogil=True)
def _count(j, by, ptr, demand, count):  # type: ignore[no-untyped-def]
    for entry in range(ptr[j], ptr[j + 1]):
        count[demand[entry]] += by


@njit(cache=True, nogil=True)
def _cost(is_open, cost):  # type: ignore[no-untyped-def]
    total = 0.0
    for j in range(len(cost)):
        if is_open[j]:
            total += cost[j]
    return total


@njit(cache=True, nogil=True)
def _value(weight, worth, count):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(len(weight)):
        for m in range(min(count[i], len(worth))):
            total += weight[i] * worth[m]
    return total


@njit(cache=True, nogil=True)
def priced(
    indptr: Ids,
    sites: Positions32,
    weight: Floats,
    worth: Floats,
    depth: Ids,
    cost: Floats,
    budget: float,
    fixed_open: Mask,
    fixed_closed: Mask,
    known: float,
    steps: int,
    price: Floats,
    direction: Floats,
    state: Floats,
) -> bool:
    """Take some subgradient steps in place; `state` is least bound, pace, steps without gain. Whether it is done."""
    n, n_sites = len(weight), len(cost)
    least, pace, stalled = state[0], state[1], state[2]
    is_done = False
    for _ in range(steps):
        profit = np.zeros(n_sites)
        share = np.zeros(n_sites)
        bound = 0.0
        for i in range(n):
            for m in range(depth[i]):
                bound += max(0.0, weight[i] * worth[m] - price[i])
            for entry in range(indptr[i], indptr[i + 1]):
                profit[sites[entry]] += price[i]
        ratio = np.empty(n_sites)
        for j in range(n_sites):
            ratio[j] = profit[j] / cost[j] if cost[j] > 0.0 else np.inf
        left = budget
        for j in np.argsort(-ratio, kind="mergesort"):
            if fixed_open[j]:
                share[j] = 1.0
            elif not fixed_closed[j] and profit[j] > 0.0:
                share[j] = 1.0 if cost[j] <= left else max(0.0, left) / cost[j]
                left -= share[j] * cost[j]
            bound += share[j] * profit[j]
        stalled = 0.0 if bound < least - 1e-6 * abs(least) else stalled + 1.0
        least = min(least, bound)
        if stalled >= 20.0:
            pace, stalled = pace * 0.7, 0.0
        if least <= known * (1 + 1e-10) or pace < 1e-3:
            is_done = True
            break
        square = 0.0
        # Steps are in units of each row's weight, so that light rows do not leap to and fro.
        for i in range(n):
            slope = 0.0
            for m in range(depth[i]):
                slope += 1.0 if weight[i] * worth[m] > price[i] else 0.0
            for entry in range(indptr[i], indptr[i + 1]):
                slope -= share[sites[entry]]
            direction[i] = 0.2 * slope + 0.8 * direction[i]
            square += weight[i] * direction[i] * direction[i]
        length = pace * max(bound - known, 1e-10 * abs(known)) / square if square > 0.0 else 0.0
        for i in range(n):
            price[i] = min(weight[i] * worth[0], max(0.0, price[i] + length * weight[i] * direction[i]))
    state[0], state[1], state[2] = least, pace, stalled
    return is_done
