"""
Better districts by rebuilding a few neighbours at a time (large neighbourhood search: Shaw 1998).

Each step dissolves one to `MOST_REBUILT` neighbouring districts around a cell without a station and opens as many sites
anew, or carves a corridor to the cell (`corridor`); lets neighbours take what is left over, and keeps the outcome when
it is hardly worse. Cells that stay without a station grow more urgent, so that the search does not settle where they
are left out (as rows are weighted in `siting.optimise.cover_search`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.districting.corridor import carved
from siting.districting.growth import grown, hold
from siting.districting.kernels import NONE, absorb, dissolve, dissolve_unhosted, is_idle, pushed, scratch, settle

MOST_REBUILT = 4
MOST_SITES = 40
"""Sites that are tried for one slot."""
CARVED = 0.3
"""Part of the steps that carve a corridor instead."""
MOST_FAILED = 30
"""Chains that are sought in vain in one step."""


@njit(cache=True, nogil=True)
def rebuilt(ground, districts, weight, urgency, is_open, best, steps, growth, heat, seed):  # type: ignore[no-untyped-def]
    """
    Take some steps, and leave the best districts met in `best`; the weight that these leave unserved.

    Parameters
    ----------
    weight
        Shape (I,). Of each cell: what counts; 0 for land that need not be served.
    urgency
        Shape (I,). What steers: above 0 where `weight` is, and `growth` more after each step that leaves a cell out.
    is_open
        Shape (J,). Sites that stand in a slot.
    best
        Owner (I,) and site (P,), to write into.
    heat
        How much more urgency than before a step may leave unserved, on average.
    """
    np.random.seed(seed)  # noqa: NPY002 - numba's own generator, seeded here and used nowhere else
    n_cells, n_slots = len(districts.owner), len(districts.site)
    stamp, seen, flood, region, chosen = scratch(n_cells)
    loose = np.empty(n_cells, dtype=np.int64)
    got, giver = np.empty(n_slots, dtype=np.int64), np.empty(n_slots, dtype=np.int64)
    slots, cost = np.empty(n_slots, dtype=np.int64), np.empty(n_cells)
    has_small = ground.is_small.any()
    if has_small:
        dissolve_unhosted(ground, districts)
    n_loose, missing, lowest = _unserved(districts, weight, urgency, loose)
    best[0][:], best[1][:] = districts.owner, districts.site
    for _ in range(steps):
        if n_loose == 0:
            break
        before = (districts.owner.copy(), districts.area_m2.copy(), districts.people.copy(), districts.site.copy())
        centre = _urgent(loose, n_loose, urgency)
        n_rebuilt = 0
        is_carved = np.random.random() < CARVED  # noqa: NPY002
        if not is_carved or not carved(ground, districts, centre, cost, flood, region, chosen):
            most = 1 + np.random.randint(MOST_REBUILT)  # noqa: NPY002
            n_rebuilt = around(ground, districts, centre, most, slots, seen, stamp, flood)
            n_region = dissolved(ground, districts, is_open, slots, n_rebuilt, seen, stamp, region)
            _reopened(
                ground, districts, urgency, is_open, slots, n_rebuilt, centre, region, n_region, seen, stamp, chosen
            )
        n_loose, _, _ = _unserved(districts, weight, urgency, loose)
        absorb(ground, districts, loose, n_loose)
        failed, first = 0, np.random.randint(max(1, n_loose))  # noqa: NPY002
        for turn in range(n_loose):
            i = loose[(first + turn) % n_loose]
            if districts.owner[i] < 0 and not pushed(ground, districts, i, got, giver, flood, seen, stamp, chosen):
                failed += 1
                if failed == MOST_FAILED:
                    break
        absorb(ground, districts, loose, n_loose)
        if has_small:
            dissolve_unhosted(ground, districts)
        n_loose, now, lost = _unserved(districts, weight, urgency, loose)
        if now <= missing - heat * np.log(1.0 - np.random.random()):  # noqa: NPY002
            missing = now
            if lost < lowest:
                lowest = lost
                best[0][:], best[1][:] = districts.owner, districts.site
        else:
            restored(ground, districts, is_open, before, slots, n_rebuilt)
            n_loose, missing, _ = _unserved(districts, weight, urgency, loose)
        for position in range(n_loose):
            urgency[loose[position]] += growth
        missing += growth * n_loose
    return lowest


@njit(cache=True, nogil=True)
def _unserved(districts, weight, urgency, out):  # type: ignore[no-untyped-def]
    """The cells that want a station and have none, written into `out`: their number, urgency and weight."""
    count, missing, lost = 0, 0.0, 0.0
    for i in range(len(districts.owner)):
        if districts.owner[i] < 0 and weight[i] > 0.0:
            out[count] = i
            count += 1
            missing += urgency[i]
            lost += weight[i]
    return count, missing, lost


@njit(cache=True, nogil=True)
def restored(ground, districts, is_open, before, slots, count):  # type: ignore[no-untyped-def]
    """Everything as it was before these slots were dissolved."""
    owner, area_m2, people, site = before
    for position in range(count):
        is_open[districts.site[slots[position]]] = False
        settle(ground, districts, slots[position], NONE)
    for position in range(count):
        settle(ground, districts, slots[position], site[slots[position]])
        is_open[site[slots[position]]] = True
    districts.owner[:], districts.area_m2[:], districts.people[:] = owner, area_m2, people


@njit(cache=True, nogil=True)
def _urgent(cells, count, urgency):  # type: ignore[no-untyped-def]
    """The most urgent of three cells drawn."""
    best = cells[np.random.randint(count)]  # noqa: NPY002
    for _ in range(2):
        other = cells[np.random.randint(count)]  # noqa: NPY002
        if urgency[other] > urgency[best]:
            best = other
    return best


@njit(cache=True, nogil=True)
def around(ground, districts, centre, most, slots, seen, stamp, flood):  # type: ignore[no-untyped-def]
    """An idle slot, if any, and the first met on the way outwards from a cell, written into `slots`: their number."""
    stamp[0] += 2
    mark = stamp[0]
    flood[0], length, at, count = centre, 1, 0, 0
    first = np.random.randint(len(districts.site))  # noqa: NPY002
    for turn in range(len(districts.site)):
        slot = (first + turn) % len(districts.site)
        if is_idle(ground, districts, slot):
            slots[0], count = slot, 1
            break
    seen[centre] = mark
    while at < length:
        i = flood[at]
        at += 1
        slot = districts.owner[i]
        if slot >= 0:
            is_new = True
            for position in range(count):
                is_new &= slots[position] != slot
            if is_new:
                slots[count] = slot
                count += 1
                if count >= most or count == len(slots):
                    return count
        for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
            k = ground.near[touch]
            if seen[k] != mark:
                seen[k] = mark
                flood[length] = k
                length += 1
    return count


@njit(cache=True, nogil=True)
def dissolved(ground, districts, is_open, slots, count, seen, stamp, region):  # type: ignore[no-untyped-def]
    """Dissolve these slots and close their sites; the cells that these reached are written into `region`."""
    stamp[0] += 2
    length = 0
    for position in range(count):
        slot = slots[position]
        site = districts.site[slot]
        dissolve(ground, districts, slot)
        is_open[site] = False
        for entry in range(ground.ptr[site], ground.ptr[site + 1]):
            i = ground.cells[entry]
            if seen[i] != stamp[0]:
                seen[i] = stamp[0]
                region[length] = i
                length += 1
    return length


@njit(cache=True, nogil=True)
def _reopened(ground, districts, urgency, is_open, slots, count, centre, region, n_region, seen, stamp, chosen):  # type: ignore[no-untyped-def]
    """A site and a district for each slot in turn: stations that stay first, then whoever serves most round a cell."""
    no_goal, tries = np.int64(NONE), np.int64(MOST_SITES)  # a constant would have its own kernel compiled
    for position in range(count):
        slot = slots[position]
        if ground.is_kept[districts.site[slot]]:
            opened(ground, districts, urgency, is_open, slot, no_goal, tries, seen, stamp, chosen)
    for position in range(count):
        slot = slots[position]
        if ground.is_kept[districts.site[slot]]:
            continue
        goal = centre if districts.owner[centre] < 0 else NONE
        for _ in range(8 if n_region else 0):
            i = region[np.random.randint(n_region)]  # noqa: NPY002
            if (
                districts.owner[i] < 0
                and urgency[i] > 0.0
                and (goal < 0 or (goal != centre and urgency[i] > urgency[goal]))
            ):
                goal = i
        opened(ground, districts, urgency, is_open, slot, goal, tries, seen, stamp, chosen)


@njit(cache=True, nogil=True)
def opened(ground, districts, urgency, is_open, slot, goal, tries, seen, stamp, chosen):  # type: ignore[no-untyped-def]
    """Open for an empty slot the best of some sites that reach a cell, else its former one; its district grows."""
    site = districts.site[slot]
    if goal >= 0:
        other = _best_site(ground, districts, urgency, is_open, goal, tries, seen, stamp, chosen)
        site = other if other >= 0 else site
    settle(ground, districts, slot, site)
    is_open[site] = True
    n_chosen, _ = grown(ground, districts, site, urgency, seen, stamp, chosen)
    hold(ground, districts, slot, chosen, n_chosen)


@njit(cache=True, nogil=True)
def _best_site(ground, districts, urgency, is_open, goal, tries, seen, stamp, chosen):  # type: ignore[no-untyped-def]
    """Of some closed sites that reach a cell the one whose new district serves most per cost, give or take a little."""
    first, last = ground.indptr[goal], ground.indptr[goal + 1]
    n_sites = last - first
    if n_sites == 0:
        return NONE
    stride = max(1, n_sites // tries)
    best, most = np.int64(NONE), 0.0
    for entry in range(first + np.random.randint(stride), last, stride):  # noqa: NPY002
        site = ground.sites[entry]
        if is_open[site]:
            continue
        _, worth = grown(ground, districts, site, urgency, seen, stamp, chosen)
        worth *= (1.0 - 0.1 * np.random.random()) / max(ground.cost[site], 1e-9)  # noqa: NPY002
        if worth > most:
            best, most = np.int64(site), worth
    return best
