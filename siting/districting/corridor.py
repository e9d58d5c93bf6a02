"""A corridor to a cell that is left out: through its neighbours' land, which they make good as they can."""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

from siting.districting.kernels import NONE, give, take


@njit(cache=True, nogil=True)
def carved(ground, districts, i, cost, before, queue, loose):  # type: ignore[no-untyped-def]
    """
    Let a district that reaches a cell come to it over others' land; these lose what is cut off from their sites.

    The district is drawn, the way is a short one with some chance in it, and it spares the cells that other sites stand
    on. False, and nothing changed, where there is none or the district has no room. `cost`, `before`, `queue` and
    `loose` (I,) are working space.
    """
    slot = _drawn(districts, i)
    if slot < 0:
        return False
    end = _way(ground, districts, slot, i, cost, before)
    if end < 0:
        return False
    area, people, k = 0, 0.0, before[end]
    while k >= 0:
        area += ground.area_m2[k]
        people += ground.people[k]
        k = before[k]
    site = districts.site[slot]
    if districts.area_m2[slot] + area > ground.cap_m2[site] or districts.people[slot] + people > ground.people_limit:
        return False
    k = before[end]
    while k >= 0:
        other = districts.owner[k]
        if other >= 0:
            give(ground, districts, k)
        take(ground, districts, slot, k)
        if other >= 0:
            _let_go(ground, districts, other, queue, loose)
        k = before[k]
    return True


@njit(cache=True, nogil=True)
def _drawn(districts, i):  # type: ignore[no-untyped-def]
    """A slot whose site reaches the cell and that has a district, any of them as likely."""
    drawn, met = NONE, 0
    for slot in range(len(districts.site)):
        if districts.reaches[slot, i] and districts.area_m2[slot] > 0:
            met += 1
            if np.random.randint(met) == 0:  # noqa: NPY002
                drawn = slot
    return drawn


@njit(cache=True, nogil=True)
def _way(ground, districts, slot, start, cost, before):  # type: ignore[no-untyped-def]
    """The cell of the slot's district that a way from `start` comes to, its cells linked by `before`; or none."""
    cost[:] = np.inf
    for other in range(len(districts.site)):
        if other != slot and districts.site[other] >= 0 and ground.home[districts.site[other]] >= 0:
            cost[ground.home[districts.site[other]]] = -1.0
    if cost[start] < 0.0:
        return NONE
    cost[start], before[start] = 0.0, NONE
    frontier = [(0.0, np.int64(start))]
    while len(frontier) > 0:
        spent, i = heapq.heappop(frontier)
        if districts.owner[i] == slot:
            return i
        if spent > cost[i]:
            continue
        for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
            k = np.int64(ground.near[touch])
            if not districts.reaches[slot, k]:
                continue
            there = spent + (0.5 if districts.owner[k] < 0 else 1.0) + np.random.random()  # noqa: NPY002
            if there < cost[k]:
                cost[k], before[k] = there, i
                heapq.heappush(frontier, (there, k))
    return NONE


@njit(cache=True, nogil=True)
def _let_go(ground, districts, slot, queue, held):  # type: ignore[no-untyped-def]
    """Let the cells be nobody's that no longer hang together with the slot's site."""
    site = districts.site[slot]
    for entry in range(ground.ptr[site], ground.ptr[site + 1]):
        held[ground.cells[entry]] = 0
    home = ground.home[site]
    length, at = 0, 0
    if districts.owner[home] == slot:
        queue[0], held[home], length = home, 1, 1
    while at < length:
        i = queue[at]
        at += 1
        for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
            k = ground.near[touch]
            if districts.owner[k] == slot and held[k] == 0:
                queue[length], held[k] = k, 1
                length += 1
    for entry in range(ground.ptr[site], ground.ptr[site + 1]):
        k = ground.cells[entry]
        if districts.owner[k] == slot and held[k] == 0:
            give(ground, districts, k)
