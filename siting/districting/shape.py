"""Lawful districts made shapelier: cells at borders go to the nearer station, and back over soft barriers."""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.arrays import Ids
from siting.districting.kernels import absorb, give, ground_of, has_room, separates, take
from siting.districting.nearest_first import as_left
from siting.districting.plan import breaches, open_sites
from siting.districting.problem import DistrictProblem

ROUNDS = 50


def shaped(problem: DistrictProblem, site: Ids) -> Ids:
    """
    The same sites serve the same cells, and what else may join: driving time and `crossing` in all fall with each move.

    Where a move takes a small station away from its host, the districts are left as they came.
    """
    plan = open_sites(problem, site)
    if not len(plan):
        return site
    ground = ground_of(problem)
    districts = as_left(problem, ground, plan, site)
    left = np.flatnonzero((site < 0) & (np.diff(problem.indptr) > 0))
    absorb(ground, districts, left, len(left))
    ms = np.zeros((len(plan), problem.n_cells), dtype=np.int32)
    entries = np.flatnonzero(np.isin(problem.sites, plan))
    ms[np.searchsorted(plan, problem.sites[entries]), problem.cell[entries]] = problem.ms[entries]
    _moved(ground, districts, ms, problem.crossing)
    after = np.where(districts.owner >= 0, plan[districts.owner], -1)
    return site if breaches(problem, after) else after


@njit(cache=True, nogil=True)
def _moved(ground, districts, ms, crossing):  # type: ignore[no-untyped-def]
    n_cells = len(districts.owner)
    seen, flood = np.zeros(n_cells, dtype=np.int64), np.empty(n_cells, dtype=np.int64)
    stamp = np.zeros(1, dtype=np.int64)
    for _ in range(ROUNDS):
        is_changed = False
        for i in range(n_cells):
            here = districts.owner[i]
            if here < 0:
                continue
            best, least = here, _strain(ground, districts, ms, crossing, here, i)
            for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
                there = districts.owner[ground.near[touch]]
                if there < 0 or there == best or not districts.reaches[there, i]:
                    continue
                strain = _strain(ground, districts, ms, crossing, there, i)
                if strain < least and has_room(ground, districts, there, i, -1):
                    best, least = there, strain
            if best != here and not separates(ground, districts, i, seen, stamp, flood):
                give(ground, districts, i)
                take(ground, districts, best, i)
                is_changed = True
        if not is_changed:
            return


@njit(cache=True, nogil=True)
def _strain(ground, districts, ms, crossing, slot, i):  # type: ignore[no-untyped-def]
    """What the cell costs a district: milliseconds of driving, and barriers between it and the cells it touches."""
    strain = float(ms[slot, i])
    for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
        if districts.owner[ground.near[touch]] == slot:
            strain += crossing[touch]
    return strain
