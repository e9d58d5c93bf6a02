"""Districts to begin a search with: of given sites, or as an earlier search left them."""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.arrays import Ids
from siting.districting.kernels import Districts, Ground, empty_districts, has_room, settle, take, touches
from siting.districting.problem import DistrictProblem


def nearest_first(problem: DistrictProblem, ground: Ground, plan: Ids) -> Districts:
    """Districts of these sites: each cell to the nearest whose district it touches and that has room, nearest first."""
    districts = _settled(ground, plan, problem.n_cells)
    slot_of = np.full(problem.n_sites, -1)
    slot_of[plan] = np.arange(len(plan))
    slots = slot_of[problem.sites]
    entries = np.flatnonzero(slots >= 0)
    entries = entries[np.argsort(problem.ms[entries], kind="stable")]
    _filled(ground, districts, problem.cell[entries], slots[entries])
    return districts


def as_left(problem: DistrictProblem, ground: Ground, plan: Ids, site: Ids) -> Districts:
    """The districts of these sites as `site` (I,) says; what is another site's is nobody's."""
    districts = _settled(ground, plan, problem.n_cells)
    for slot, j in enumerate(plan):
        for i in np.flatnonzero(site == j):
            take(ground, districts, slot, i)
    return districts


def _settled(ground: Ground, plan: Ids, n_cells: int) -> Districts:
    districts = empty_districts(len(plan), n_cells)
    for slot, site in enumerate(plan):
        settle(ground, districts, slot, site)
    return districts


@njit(cache=True, nogil=True)
def _filled(ground, districts, cells, slots):  # type: ignore[no-untyped-def]
    for slot in range(len(districts.site)):
        home = ground.home[districts.site[slot]]
        if home >= 0 and districts.owner[home] < 0 and districts.reaches[slot, home]:
            take(ground, districts, slot, home)
    is_changed = True
    while is_changed:
        is_changed = False
        for entry in range(len(cells)):
            i, slot = cells[entry], slots[entry]
            if (
                districts.owner[i] < 0
                and touches(ground, districts, slot, i)
                and has_room(ground, districts, slot, i, -1)
            ):
                take(ground, districts, slot, i)
                is_changed = True
