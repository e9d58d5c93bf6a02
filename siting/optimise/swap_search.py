"""
Swaps, kicks and swaps again: the compiled local search of maximal cover.

Each site carries its worth: what it would add when it is closed, what would be lost without it when it is open. Opening
and closing keep it true at the cost of the rows whose cover begins or ends, so the best site to put in another's place
is one look along the list (Resende and Werneck 2007 keep the same sums for the p-median). Open sites that nothing has
changed around are not tried again ("don't look", Bentley 1992). A kick closes some open sites that lie together, bars
them, and opens what adds most in their place; what is no worse is kept (iterated local search: Lourenço, Martin and
Stützle 2003).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.arrays import Mask
from siting.optimise.relation import BothWays

KICKS_PER_SITE = 20
"""Most kicks of one search."""


@njit(cache=True, nogil=True)
def swapped(relation: BothWays, start: Mask, work: float, seed: int, enough: float) -> Mask:
    """
    The best plan met from `start` on, until some `work` (entries looked at) is done or a plan covers `enough`.

    Few sites are soon looked through: kicks are at most `KICKS_PER_SITE` times as many.
    """
    np.random.seed(seed)  # noqa: NPY002 - numba's own generator, seeded here and used nowhere else
    ptr, demand, _, _, weight = relation
    n, least = len(start), 1e-9 * weight.sum()
    is_open, count, sole = np.zeros(n, dtype=np.bool_), np.zeros(len(weight), np.int32), np.zeros(len(weight), np.int64)
    worth = np.zeros(n)
    for j in range(n):
        for entry in range(ptr[j], ptr[j + 1]):
            worth[j] += weight[demand[entry]]
    state = (is_open, count, sole, worth)
    value = 0.0
    for j in range(n):
        if start[j]:
            value += worth[j]
            _open(j, relation, state)
    there = np.flatnonzero(start)  # open sites in any order, each swap in its place
    look = np.ones(n, dtype=np.bool_)
    barred = np.zeros(n, dtype=np.bool_)
    gained, done = _descended(there, look, barred, relation, state, least)
    value += gained
    best, best_value, kept = there.copy(), value, there.copy()
    if len(there) == 0 or len(there) == n:
        return is_open
    kicks = KICKS_PER_SITE * n
    while done < work and kicks > 0 and best_value < enough:
        kicks -= 1
        before = value
        gained, spent = _kicked(there, look, barred, relation, state)
        value += gained
        gained, more = _descended(there, look, barred, relation, state, least)
        value += gained
        done += spent + more
        if value < before - least:
            value = before
            done += _returned(there, kept, relation, state)
        else:
            kept[:] = there
            if value > best_value + least:
                best[:], best_value = there, value
    out = np.zeros(n, dtype=np.bool_)
    out[best] = True
    return out


@njit(cache=True, nogil=True)
def _descended(there, look, barred, relation, state, least):  # type: ignore[no-untyped-def]
    """Swap while one of the open sites to look at has a better one; what was gained, and the work."""
    is_open, _, _, worth = state
    gained, work = 0.0, 0
    waiting = True
    while waiting:
        waiting = False
        for at in range(len(there)):
            out = there[at]
            if not look[out]:
                continue
            look[out] = False
            work += _close(out, relation, state) + len(is_open)
            into = _worthiest(out, barred, is_open, worth)
            if into >= 0 and worth[into] > worth[out] + least:
                gained += worth[into] - worth[out]
                there[at] = into
                work += _open(into, relation, state)
                _look_around(out, look, relation, is_open)
                _look_around(into, look, relation, is_open)
                waiting = True
            else:
                work += _open(out, relation, state)
    return gained, work


@njit(cache=True, nogil=True)
def _kicked(there, look, barred, relation, state):  # type: ignore[no-untyped-def]
    """Close a few open sites that share demand, bar them, and open what adds most; what it gained, and the work."""
    is_open, _, _, worth = state
    ptr, demand, indptr, sites, _ = relation
    places = np.empty(4, dtype=np.int64)
    wanted = min(len(there), 1 + np.random.randint(4))  # noqa: NPY002
    place_of = np.full(len(is_open), -1)
    for at in range(len(there)):
        place_of[there[at]] = at
    n_places = 0
    while n_places < wanted:
        at = np.random.randint(len(there))  # noqa: NPY002
        first = there[places[0]] if n_places else 0
        if n_places and ptr[first + 1] > ptr[first] and np.random.randint(4):  # noqa: NPY002
            # By way of a row and a site that both share; now and then any open site, so that this ends.
            i = demand[ptr[first] + np.random.randint(ptr[first + 1] - ptr[first])]  # noqa: NPY002
            j = sites[indptr[i] + np.random.randint(indptr[i + 1] - indptr[i])]  # noqa: NPY002
            i = demand[ptr[j] + np.random.randint(ptr[j + 1] - ptr[j])]  # noqa: NPY002
            for entry in range(indptr[i], indptr[i + 1]):
                if is_open[sites[entry]]:
                    at = place_of[sites[entry]]
        if not (places[:n_places] == at).any():
            places[n_places] = at
            n_places += 1
    gained, work = 0.0, 0
    closed = there[places[:n_places]]
    for out in closed:
        gained -= worth[out]
        work += _close(out, relation, state)
        barred[out] = True
    for at in places[:n_places]:
        into = _worthiest(-1, barred, is_open, worth)
        if into < 0:
            for out in closed:
                barred[out] = False
            into = _worthiest(-1, barred, is_open, worth)
        gained += worth[into]
        there[at] = into
        work += _open(into, relation, state) + len(is_open)
        _look_around(into, look, relation, is_open)
    for out in closed:
        barred[out] = False
        _look_around(out, look, relation, is_open)
    return gained, work


@njit(cache=True, nogil=True)
def _returned(there, kept, relation, state):  # type: ignore[no-untyped-def]
    """Go back to the plan `kept`; the work."""
    is_open = state[0]
    work = 0
    was_kept = np.zeros(len(is_open), dtype=np.bool_)
    was_kept[kept] = True
    for j in there:
        if not was_kept[j]:
            work += _close(j, relation, state)
    for j in kept:
        if not is_open[j]:
            work += _open(j, relation, state)
    there[:] = kept
    return work


@njit(cache=True, nogil=True)
def _worthiest(out, barred, is_open, worth):  # type: ignore[no-untyped-def]
    """The closed site that adds most, besides `out` and those barred; -1 where there is none."""
    into, most = -1, -1.0
    for j in range(len(worth)):
        if worth[j] > most and not is_open[j] and not barred[j] and j != out:
            into, most = j, worth[j]
    return into


@njit(cache=True, nogil=True)
def _look_around(j, look, relation, is_open):  # type: ignore[no-untyped-def]
    """Look again at the open sites that share demand with j, and at j."""
    ptr, demand, indptr, sites, _ = relation
    for entry in range(ptr[j], ptr[j + 1]):
        i = demand[entry]
        for other in range(indptr[i], indptr[i + 1]):
            if is_open[sites[other]]:
                look[sites[other]] = True


@njit(cache=True, nogil=True)
def _open(j, relation, state):  # type: ignore[no-untyped-def]
    """Open site j and keep the sums true; the entries looked at."""
    ptr, demand, indptr, sites, weight = relation
    is_open, count, sole, worth = state
    is_open[j] = True
    work = ptr[j + 1] - ptr[j]
    mine = worth[j]
    for entry in range(ptr[j], ptr[j + 1]):
        i = demand[entry]
        if count[i] == 0:
            work += indptr[i + 1] - indptr[i]
            for other in range(indptr[i], indptr[i + 1]):
                worth[sites[other]] -= weight[i]
        elif count[i] == 1:
            worth[sole[i]] -= weight[i]
        count[i] += 1
        sole[i] += j
    worth[j] = mine  # what it added is what would now be lost
    return work


@njit(cache=True, nogil=True)
def _close(j, relation, state):  # type: ignore[no-untyped-def]
    """Close site j and keep the sums true; the entries looked at."""
    ptr, demand, indptr, sites, weight = relation
    is_open, count, sole, worth = state
    is_open[j] = False
    work = ptr[j + 1] - ptr[j]
    mine = worth[j]
    for entry in range(ptr[j], ptr[j + 1]):
        i = demand[entry]
        count[i] -= 1
        sole[i] -= j
        if count[i] == 0:
            work += indptr[i + 1] - indptr[i]
            for other in range(indptr[i], indptr[i + 1]):
                worth[sites[other]] += weight[i]
        elif count[i] == 1:
            worth[sole[i]] += weight[i]
    worth[j] = mine
    return work
