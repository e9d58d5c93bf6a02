"""The compiled part of `objectives.p_median`: swaps and prices."""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32


@njit(cache=True, nogil=True)
def second_least(indptr: Ids, distance: Floats) -> Floats:
    """The second least distance of each row, or its only one: what the prices begin with."""
    out = np.zeros(len(indptr) - 1)
    for i in range(len(out)):
        first, second = np.inf, np.inf
        for entry in range(indptr[i], indptr[i + 1]):
            d = distance[entry]
            if d < first:
                first, second = d, first
            elif d < second:
                second = d
        out[i] = second if second < np.inf else first
    return out


@njit(cache=True, nogil=True)
def swapped(
    ptr: Ids,
    demand: Ids,
    distance: Floats,
    weight: Floats,
    start: Mask,
    is_fixed: Mask,
    sites: int,
    kicks: int,
    seed: int,
) -> Mask:
    """The best plan met by opening greedily from `start` and swapping, and again after seeded kicks."""
    np.random.seed(seed)  # noqa: NPY002 - numba's own generator, seeded here and used nowhere else
    # Demand out of reach is as far as would never pay: every plan that reaches more is better.
    far = 1.0 + 2.0 * (distance.max() if len(distance) else 0.0) * max(1.0, weight.sum() / _least_positive(weight))
    best = start.copy()
    best_value = _climbed(ptr, demand, distance, weight, best, is_fixed, sites, far)
    for _ in range(kicks):
        other = best.copy()
        there, away = np.flatnonzero(other & ~is_fixed), np.flatnonzero(~other)
        if len(there) == 0 or len(away) == 0:
            break
        for _ in range(1 + np.random.randint(3)):  # noqa: NPY002
            out, into = there[np.random.randint(len(there))], away[np.random.randint(len(away))]  # noqa: NPY002
            if other[out] and not other[into]:
                other[out], other[into] = False, True
        value = _climbed(ptr, demand, distance, weight, other, is_fixed, sites, far)
        if value < best_value * (1 - 1e-12):
            best, best_value = other, value
    return best


@njit(cache=True, nogil=True)
def _least_positive(weight):  # type: ignore[no-untyped-def]
    least = np.inf
    for w in weight:
        if 0.0 < w < least:
            least = w
    return least if least < np.inf else 1.0


@njit(cache=True, nogil=True)
def _climbed(ptr, demand, distance, weight, is_open, is_fixed, sites, far):  # type: ignore[no-untyped-def]
    """Open what saves most while sites are left, then swap while that saves; in place. The value reached."""
    n, n_sites = len(weight), len(is_open)
    first, second = np.empty(n), np.empty(n)
    nearest = np.empty(n, dtype=np.int64)
    left = sites
    for j in range(n_sites):
        if is_open[j] and not is_fixed[j]:
            left -= 1
    saved, loss = np.zeros(n_sites), np.zeros(n_sites)
    value = _assigned(ptr, demand, distance, weight, is_open, far, first, second, nearest)
    least = 1e-12 * max(1.0, value)
    while True:
        loss[:] = 0.0
        for i in range(n):
            if nearest[i] >= 0:
                loss[nearest[i]] += weight[i] * (second[i] - first[i])
        best, best_in, best_out = least, -1, -1
        for j in range(n_sites):
            if is_open[j]:
                continue
            gain = 0.0
            saved[:] = 0.0
            for entry in range(ptr[j], ptr[j + 1]):
                i, d = demand[entry], distance[entry]
                if d < first[i]:
                    gain += weight[i] * (first[i] - d)
                    if nearest[i] >= 0:
                        saved[nearest[i]] += weight[i] * (second[i] - first[i])
                elif d < second[i] and nearest[i] >= 0:
                    saved[nearest[i]] += weight[i] * (second[i] - d)
            if left > 0:
                if gain > best:
                    best, best_in, best_out = gain, j, -1
                continue
            for k in range(n_sites):
                if is_open[k] and not is_fixed[k] and gain - loss[k] + saved[k] > best:
                    best, best_in, best_out = gain - loss[k] + saved[k], j, k
        if best_in < 0:
            return value
        is_open[best_in] = True
        if best_out >= 0:
            is_open[best_out] = False
        else:
            left -= 1
        before = value
        value = _assigned(ptr, demand, distance, weight, is_open, far, first, second, nearest)
        if value >= before:  # rounding: no more to gain
            return value


@njit(cache=True, nogil=True)
def _assigned(ptr, demand, distance, weight, is_open, far, first, second, nearest):  # type: ignore[no-untyped-def]
    first[:], second[:], nearest[:] = far, far, -1
    for j in range(len(is_open)):
        if not is_open[j]:
            continue
        for entry in range(ptr[j], ptr[j + 1]):
            i, d = demand[entry], distance[entry]
            if d < first[i]:
                second[i] = first[i]
                first[i], nearest[i] = d, j
            elif d < second[i]:
                second[i] = d
    value = 0.0
    for i in range(len(weight)):
        value += weight[i] * first[i]
    return value


@njit(cache=True, nogil=True)
def priced(
    indptr: Ids,
    sites: Positions32,
    distance: Floats,
    weight: Floats,
    is_fixed: Mask,
    limit: int,
    known: float,
    steps: int,
    price: Floats,
    direction: Floats,
    state: Floats,
    best_saving: Floats,
) -> bool:
    """Take some subgradient steps in place; `state` is best bound, pace, steps without gain. Whether it is done."""
    n, n_sites = len(weight), len(is_fixed)
    best, pace, stalled = state[0], state[1], state[2]
    is_done = False
    for _ in range(steps):
        saving = np.zeros(n_sites)
        bound = 0.0
        for i in range(n):
            bound += price[i]
            for entry in range(indptr[i], indptr[i + 1]):
                saving[sites[entry]] += min(0.0, weight[i] * distance[entry] - price[i])
        is_chosen = is_fixed.copy()
        left = limit
        for j in np.argsort(saving, kind="mergesort"):
            if is_fixed[j]:
                bound += saving[j]
            elif left > 0 and saving[j] < 0.0:
                is_chosen[j] = True
                bound += saving[j]
                left -= 1
        stalled = 0.0 if bound > best + 1e-6 * abs(best) else stalled + 1.0
        if bound > best:
            best = bound
            best_saving[:] = saving
        if stalled >= 20.0:
            pace, stalled = pace * 0.8, 0.0
        if best >= known * (1 - 1e-10) or pace < 1e-3:
            is_done = True
            break
        square = 0.0
        for i in range(n):
            slope = 1.0
            for entry in range(indptr[i], indptr[i + 1]):
                if is_chosen[sites[entry]] and weight[i] * distance[entry] < price[i]:
                    slope -= 1.0
            direction[i] = 0.3 * slope + 0.7 * direction[i]
            square += direction[i] * direction[i]
        length = pace * max(known - bound, 1e-10 * abs(known)) / square if square > 0.0 else 0.0
        for i in range(n):
            price[i] = max(0.0, price[i] + length * direction[i])
    state[0], state[1], state[2] = best, pace, stalled
    return is_done
