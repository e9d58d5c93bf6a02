"""
Districts that are lawful at every moment: cells given and taken one at a time, in compiled steps.

Open sites stand in slots s in 0..P-1. A cell is taken only when the slot's site reaches it, it touches the district,
and area and people keep their limits; it is given away only when the rest still hangs together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32, writable
from siting.districting.problem import DistrictProblem, cells_by_site

NONE = -1
DEPTH = 5
"""Most districts that one cell may set in motion."""


class Ground(NamedTuple):
    """What does not change while districts do: as `DistrictProblem`, seen from the sites and from the cells."""

    indptr: Ids
    sites: Positions32
    ptr: Ids
    cells: Positions32
    near_ptr: Ids
    near: Positions32
    area_m2: Ids
    people: Floats
    cap_m2: Ids
    home: Ids
    cost: Floats
    is_kept: Mask
    is_small: Mask
    is_host: Mask
    people_limit: float


class Districts(NamedTuple):
    """
    Whose each cell is, and what each slot holds.

    Attributes
    ----------
    owner
        Shape (I,). Slot, or -1.
    site
        Shape (P,). Open site of each slot, or -1.
    area_m2, people
        Shape (P,). Of its district.
    reaches
        Shape (P, I). Whether the slot's site reaches the cell.
    """

    owner: Ids
    site: Ids
    area_m2: Ids
    people: Floats
    reaches: Mask


def ground_of(problem: DistrictProblem) -> Ground:
    """The arrays of a problem as the kernels take them."""
    return Ground(
        problem.indptr,
        problem.sites,
        *cells_by_site(problem),
        problem.near_ptr,
        problem.near,
        problem.area_m2,
        writable(problem.people),
        problem.cap_m2,
        problem.home,
        problem.cost,
        writable(problem.fixed_open),
        writable(problem.is_small),
        writable(problem.is_host),
        problem.people_limit,
    )


def empty_districts(n_slots: int, n_cells: int) -> Districts:
    """Slots without sites."""
    return Districts(
        owner=np.full(n_cells, NONE),
        site=np.full(n_slots, NONE),
        area_m2=np.zeros(n_slots, dtype=np.int64),
        people=np.zeros(n_slots),
        reaches=np.zeros((n_slots, n_cells), dtype=bool),
    )


@njit(cache=True, nogil=True)
def settle(ground, districts, slot, site):  # type: ignore[no-untyped-def]
    """Put another site (or none) into an empty slot."""
    before = districts.site[slot]
    if before >= 0:
        for entry in range(ground.ptr[before], ground.ptr[before + 1]):
            districts.reaches[slot, ground.cells[entry]] = False
    districts.site[slot] = site
    if site >= 0:
        for entry in range(ground.ptr[site], ground.ptr[site + 1]):
            districts.reaches[slot, ground.cells[entry]] = True


@njit(cache=True, nogil=True)
def take(ground, districts, slot, i):  # type: ignore[no-untyped-def]
    """Let the slot have a cell that is nobody's."""
    districts.owner[i] = slot
    districts.area_m2[slot] += ground.area_m2[i]
    districts.people[slot] += ground.people[i]


@njit(cache=True, nogil=True)
def give(ground, districts, i):  # type: ignore[no-untyped-def]
    """Let the cell be nobody's."""
    slot = districts.owner[i]
    districts.owner[i] = NONE
    districts.area_m2[slot] -= ground.area_m2[i]
    districts.people[slot] -= ground.people[i]


@njit(cache=True, nogil=True)
def dissolve(ground, districts, slot):  # type: ignore[no-untyped-def]
    """Let all cells of a slot be nobody's."""
    site = districts.site[slot]
    for entry in range(ground.ptr[site], ground.ptr[site + 1]):
        if districts.owner[ground.cells[entry]] == slot:
            districts.owner[ground.cells[entry]] = NONE
    districts.area_m2[slot] = 0
    districts.people[slot] = 0.0


@njit(cache=True, nogil=True)
def has_room(ground, districts, slot, i, without):  # type: ignore[no-untyped-def]
    """Whether area and people allow the cell, once the slot has given away the cell `without` (or none)."""
    area = districts.area_m2[slot] + ground.area_m2[i]
    people = districts.people[slot] + ground.people[i]
    if without >= 0:
        area -= ground.area_m2[without]
        people -= ground.people[without]
    return area <= ground.cap_m2[districts.site[slot]] and people <= ground.people_limit


@njit(cache=True, nogil=True)
def touches(ground, districts, slot, i):  # type: ignore[no-untyped-def]
    """Whether the cell touches the slot's district."""
    for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
        if districts.owner[ground.near[touch]] == slot:
            return True
    return False


@njit(cache=True, nogil=True)
def separates(ground, districts, i, seen, stamp, queue):  # type: ignore[no-untyped-def]
    """
    Whether the district falls apart, or loses its site, without this cell of it.

    `seen` is compared with `stamp[0]`, which goes up with each call, so that it need not be cleared.
    """
    slot = districts.owner[i]
    if ground.home[districts.site[slot]] == i:
        return True
    stamp[0] += 1
    mark = stamp[0]
    around = 0
    first = NONE
    for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
        k = ground.near[touch]
        if districts.owner[k] == slot:
            around += 1
            first = k
    if around <= 1:
        return False
    seen[i] = mark
    seen[first] = mark
    queue[0] = first
    length, at, met = 1, 0, 1
    while at < length:
        k = queue[at]
        at += 1
        for touch in range(ground.near_ptr[k], ground.near_ptr[k + 1]):
            other = ground.near[touch]
            if districts.owner[other] != slot or seen[other] == mark:
                continue
            seen[other] = mark
            queue[length] = other
            length += 1
            for back in range(ground.near_ptr[other], ground.near_ptr[other + 1]):
                if ground.near[back] == i:
                    met += 1
                    break
            if met == around:
                return False
    return True


@njit(cache=True, nogil=True)
def scratch(n_cells):  # type: ignore[no-untyped-def]
    """What searches write into: the last stamp, the stamp of each cell, and three lists of cells."""
    stamp, seen = np.zeros(1, dtype=np.int64), np.zeros(n_cells, dtype=np.int64)
    first, second = np.empty(n_cells, dtype=np.int64), np.empty(n_cells, dtype=np.int64)
    return stamp, seen, first, second, np.empty(n_cells, dtype=np.int64)


@njit(cache=True, nogil=True)
def absorb(ground, districts, cells, count):  # type: ignore[no-untyped-def]
    """Give each of the first `count` cells to a touching district with room, the roomiest; in rounds; how many went."""
    served = 0
    while True:
        before = served
        for position in range(count):
            i = cells[position]
            if districts.owner[i] >= 0:
                continue
            best, most = NONE, -1
            for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
                slot = districts.owner[ground.near[touch]]
                if slot < 0 or not districts.reaches[slot, i] or not has_room(ground, districts, slot, i, NONE):
                    continue
                room = ground.cap_m2[districts.site[slot]] - districts.area_m2[slot]
                if room > most:
                    best, most = slot, room
            if best >= 0:
                take(ground, districts, best, i)
                served += 1
        if served == before:
            return served


@njit(cache=True, nogil=True)
def pushed(ground, districts, i, got, giver, queue, seen, stamp, flood):  # type: ignore[no-untyped-def]
    """
    Serve a cell by a chain of districts in which each hands a cell of its border to the next, the last having room.

    Breadth first over districts, so the shortest chain is found; nothing changes when there is none. `got` and `giver`
    (P,), `queue` (P,), `seen` and `flood` (I,) are working space.
    """
    got[:] = NONE
    length, at, depth = 0, 0, 0
    for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
        slot = districts.owner[ground.near[touch]]
        if slot >= 0 and got[slot] < 0 and districts.reaches[slot, i]:
            got[slot], giver[slot] = i, NONE
            queue[length] = slot
            length += 1
    if length == 0:
        return False
    end_of_level = length
    while at < length:
        if at == end_of_level:
            depth += 1
            end_of_level = length
        slot = queue[at]
        at += 1
        if has_room(ground, districts, slot, got[slot], NONE):
            if _handed_on(ground, districts, slot, got, giver):
                return True
            continue
        if depth >= DEPTH:
            continue
        site = districts.site[slot]
        for entry in range(ground.ptr[site], ground.ptr[site + 1]):
            k = ground.cells[entry]
            if districts.owner[k] != slot or not has_room(ground, districts, slot, got[slot], k):
                continue
            is_checked = False
            for touch in range(ground.near_ptr[k], ground.near_ptr[k + 1]):
                other = districts.owner[ground.near[touch]]
                if other < 0 or got[other] >= 0 or not districts.reaches[other, k]:
                    continue
                if not is_checked and separates(ground, districts, k, seen, stamp, flood):
                    break
                is_checked = True
                got[other], giver[other] = k, slot
                queue[length] = other
                length += 1
    return False


@njit(cache=True, nogil=True)
def _handed_on(ground, districts, last, got, giver):  # type: ignore[no-untyped-def]
    """Carry the chain out from its last district to its first; False, and nothing changed, when a link breaks."""
    slot = last
    while slot >= 0:
        i, before = got[slot], giver[slot]
        if not touches(ground, districts, slot, i):  # what it touched was handed on a moment ago
            undo = last
            while undo != slot:
                give(ground, districts, got[undo])
                take(ground, districts, giver[undo], got[undo])
                undo = giver[undo]
            return False
        if before >= 0:
            give(ground, districts, i)
        take(ground, districts, slot, i)
        slot = before
    return True


@njit(cache=True, nogil=True)
def is_idle(ground, districts, slot):  # type: ignore[no-untyped-def]
    """Whether the slot has no district: the cell its site stands on is not its own."""
    site = districts.site[slot]
    return site < 0 or ground.home[site] < 0 or districts.owner[ground.home[site]] != slot


@njit(cache=True, nogil=True)
def dissolve_unhosted(ground, districts):  # type: ignore[no-untyped-def]
    """Dissolve each district of a small station that touches no host's."""
    for slot in range(len(districts.site)):
        site = districts.site[slot]
        if site < 0 or not ground.is_small[site]:
            continue
        is_hosted = False
        for entry in range(ground.ptr[site], ground.ptr[site + 1]):
            i = ground.cells[entry]
            if districts.owner[i] != slot:
                continue
            for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
                other = districts.owner[ground.near[touch]]
                is_hosted |= other >= 0 and ground.is_host[districts.site[other]]
        if not is_hosted:
            dissolve(ground, districts, slot)
