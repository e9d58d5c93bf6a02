"""
Districts that serve more, by moving a few stations at a time (large neighbourhood search: Shaw 1998).

Each step takes a rich cell without a station, dissolves the districts around it and at times a poor one from afar,
opens as many sites anew where they serve most, and lets each district exchange poor cells of its border for rich ones.
What comes of it is kept when it serves more, or little less than before (simulated annealing: Kirkpatrick, Gelatt and
Vecchi 1983).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.districting.kernels import NONE, dissolve_unhosted, give, has_room, scratch, separates, take, touches
from siting.districting.rebuild import around, dissolved, opened, restored

MOST_MOVED = 3
MOST_SITES = 4
"""Sites that are tried for one slot: more steps are worth more than better ones."""
MOST_EXCHANGED = 20
"""Cells that a new district takes or exchanges."""
DRAWN = 12
"""Cells without a station that are drawn when the richest is wanted."""


@njit(cache=True, nogil=True)
def relocated(ground, districts, weight, is_open, best, steps, heat, seed):  # type: ignore[no-untyped-def]
    """
    Take some steps, and leave the best districts met in `best`: owner (I,) and site (P,); the weight that they serve.

    Parameters
    ----------
    weight
        Shape (I,). Of each cell.
    is_open
        Shape (J,). Sites that stand in a slot, and those that may not open.
    heat
        How much less weight than before a step may serve, on average.
    """
    np.random.seed(seed)  # noqa: NPY002 - numba's own generator, seeded here and used nowhere else
    n_cells, n_slots = len(districts.owner), len(districts.site)
    stamp, seen, flood, region, chosen = scratch(n_cells)
    slots = np.empty(n_slots, dtype=np.int64)
    rich = np.flatnonzero(weight > 0.0)
    has_small = ground.is_small.any()
    served = _served(districts, weight)
    most = served
    best[0][:], best[1][:] = districts.owner, districts.site
    for _ in range(steps):
        centre = _richest(districts, weight, rich, len(rich))
        if centre < 0:
            continue
        before = (districts.owner.copy(), districts.area_m2.copy(), districts.people.copy(), districts.site.copy())
        count = _moved(ground, districts, centre, slots, seen, stamp, flood)
        n_region = dissolved(ground, districts, is_open, slots, count, seen, stamp, region)
        for position in range(count):
            slot = slots[position]
            goal = NONE
            if not ground.is_kept[districts.site[slot]]:
                goal = centre if districts.owner[centre] < 0 else _richest(districts, weight, region, n_region)
            opened(ground, districts, weight, is_open, slot, goal, np.int64(MOST_SITES), seen, stamp, chosen)
            _enrich(ground, districts, weight, slot, seen, stamp, flood)
        if has_small:
            dissolve_unhosted(ground, districts)
        now = _served(districts, weight)
        if now >= served + heat * np.log(1.0 - np.random.random()):  # noqa: NPY002
            served = now
            if served > most:
                most = served
                best[0][:], best[1][:] = districts.owner, districts.site
        else:
            restored(ground, districts, is_open, before, slots, count)
    return most


@njit(cache=True, nogil=True)
def _served(districts, weight):  # type: ignore[no-untyped-def]
    served = 0.0
    for i in range(len(weight)):
        if districts.owner[i] >= 0:
            served += weight[i]
    return served


@njit(cache=True, nogil=True)
def _richest(districts, weight, cells, count):  # type: ignore[no-untyped-def]
    """Of some cells drawn the one of most weight without a station, or none."""
    best = NONE
    for _ in range(DRAWN if count else 0):
        i = cells[np.random.randint(count)]  # noqa: NPY002
        if districts.owner[i] < 0 and weight[i] > 0.0 and (best < 0 or weight[i] > weight[best]):
            best = i
    return best


@njit(cache=True, nogil=True)
def _moved(ground, districts, centre, slots, seen, stamp, flood):  # type: ignore[no-untyped-def]
    """Slots to move, written into `slots`: some around a cell, and at times the least peopled of three drawn."""
    count = around(ground, districts, centre, 1 + np.random.randint(MOST_MOVED), slots, seen, stamp, flood)  # noqa: NPY002
    if np.random.random() < 0.5:  # noqa: NPY002
        poorest = np.random.randint(len(districts.site))  # noqa: NPY002
        for _ in range(2):
            slot = np.random.randint(len(districts.site))  # noqa: NPY002
            if districts.people[slot] < districts.people[poorest]:
                poorest = slot
        is_new = not ground.is_kept[districts.site[poorest]]
        for position in range(count):
            is_new &= slots[position] != poorest
        if is_new and count < len(slots):
            slots[count] = poorest
            count += 1
    return count


@njit(cache=True, nogil=True)
def _enrich(ground, districts, weight, slot, seen, stamp, flood):  # type: ignore[no-untyped-def]
    """Let a district take cells that are nobody's, in exchange for poorer cells of its border where it has no room."""
    site = districts.site[slot]
    for _ in range(MOST_EXCHANGED):
        best, most = NONE, 0.0
        for entry in range(ground.ptr[site], ground.ptr[site + 1]):
            i = ground.cells[entry]
            if districts.owner[i] >= 0 or weight[i] <= most:
                continue
            if touches(ground, districts, slot, i):
                best, most = i, weight[i]
        if best < 0:
            return
        if has_room(ground, districts, slot, best, NONE):
            take(ground, districts, slot, best)
        elif not _exchanged(ground, districts, weight, slot, best, seen, stamp, flood):
            return


@njit(cache=True, nogil=True)
def _exchanged(ground, districts, weight, slot, i, seen, stamp, flood):  # type: ignore[no-untyped-def]
    """Take a cell for the poorest of the district's that can go; whether there was one."""
    site, least = districts.site[slot], -1.0
    while True:
        poorest, above = NONE, weight[i]
        for entry in range(ground.ptr[site], ground.ptr[site + 1]):
            k = ground.cells[entry]
            if (
                districts.owner[k] == slot
                and least < weight[k] < above
                and has_room(ground, districts, slot, i, k)
                and _is_at_border(ground, districts, slot, k)
            ):
                poorest, above = k, weight[k]
        if poorest < 0:
            return False
        least = above
        if not separates(ground, districts, poorest, seen, stamp, flood):
            give(ground, districts, poorest)
            if touches(ground, districts, slot, i):
                take(ground, districts, slot, i)
                return True
            take(ground, districts, slot, poorest)


@njit(cache=True, nogil=True)
def _is_at_border(ground, districts, slot, i):  # type: ignore[no-untyped-def]
    for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
        if districts.owner[ground.near[touch]] != slot:
            return True
    return False
