"""
The second question: where do p stations serve most, each with a lawful district?

Sites are opened one after the other, each where its new district serves most; then some are moved at a time, with less
and less tolerance for steps that lose (`relocate`).
"""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

from siting.arrays import Ids
from siting.districting.bound import most_served_by
from siting.districting.exact import EXACT_ENTRIES
from siting.districting.growth import grown, hold
from siting.districting.kernels import Districts, Ground, dissolve_unhosted, empty_districts, ground_of, settle
from siting.districting.plan import weight_served
from siting.districting.problem import DistrictProblem
from siting.districting.relocate import relocated
from siting.districting.search import Search, searched
from siting.optimise.objective import Limits

STEPS = 100
"""Steps of a round, between two looks at the clock."""
BOUND_SHARE = 0.4
"""Of the time left, at most, for the bounds."""
HEAT, COOLING = 0.002, 0.99
"""Part of all weight that a step of the first round may lose, on average; and what is left of it after each round."""


def most_served(problem: DistrictProblem, new: int, limits: Limits, patience: int) -> Search:
    """
    Lawful districts of `new` sites besides those that stay, and bounds that no plan exceeds.

    Parameters
    ----------
    problem
        As `joined_reach` leaves it.
    patience
        Most rounds without a better plan; a twentieth where a solver can take over (`EXACT_ENTRIES`).
    """
    reached = np.diff(problem.indptr) > 0
    weight = np.where(reached, problem.weight, 0.0)
    ground = ground_of(problem)
    districts = empty_districts(new + int(problem.fixed_open.sum()), problem.n_cells)
    _opened(ground, districts, weight, np.flatnonzero(problem.fixed_open), problem.fixed_closed)
    best = _site(districts.owner, districts.site)
    bounds = most_served_by(problem, new, weight_served(problem, best), limits.share(BOUND_SHARE))
    limits.tell(weight_served(problem, best), min(bounds.values()))
    failed = rounds = 0
    heat = HEAT * float(weight.sum())
    patience = -(-patience // 20) if len(problem.sites) <= EXACT_ENTRIES else patience
    while limits.left_s > 0.0 and failed < patience:
        if limits.is_enough(weight_served(problem, best), min(bounds.values())):
            break
        seed = limits.seed + rounds
        if new:
            found = _relocated(problem, ground, districts, heat, seed)
        else:  # only borders move: chains of districts (`rebuild`) get farther
            found = searched(ground, districts, weight, weight.copy(), STEPS, 0.0, heat, seed).site
        rounds, failed = rounds + 1, failed + 1
        heat *= COOLING
        if weight_served(problem, found) > weight_served(problem, best):
            best, failed = found, 0
            limits.tell(weight_served(problem, best), min(bounds.values()))
    return Search(best, bounds, ("greedy", "relocate"), rounds)


def _relocated(problem: DistrictProblem, ground: Ground, districts: Districts, heat: float, seed: int) -> Ids:
    """The best districts of a round that begins with `districts`, and changes them: the site of each cell."""
    if not len(districts.site):
        return districts.owner
    is_open = problem.fixed_closed.copy()
    is_open[districts.site] = True
    owner, sites = np.empty_like(districts.owner), np.empty_like(districts.site)
    weight = np.where(np.diff(problem.indptr) > 0, problem.weight, 0.0)
    relocated(ground, districts, weight, is_open, (owner, sites), STEPS, heat, seed)
    return _site(owner, sites)


def _site(owner: Ids, sites: Ids) -> Ids:
    return np.where(owner >= 0, np.append(sites, -1)[owner], -1)


@njit(cache=True, nogil=True)
def _opened(ground, districts, weight, kept, closed):  # type: ignore[no-untyped-def]
    """Fill all slots: with the sites that stay, then each with the site whose new district serves most."""
    n_cells = len(weight)
    seen, stamp = np.zeros(n_cells, dtype=np.int64), np.zeros(1, dtype=np.int64)
    cells = np.empty(n_cells, dtype=np.int64)
    for slot in range(len(kept)):
        settle(ground, districts, slot, kept[slot])
        count, _ = grown(ground, districts, kept[slot], weight, seen, stamp, cells)
        hold(ground, districts, slot, cells, count)
    # What a site's district would serve hardly grows as others open: it is reckoned anew only for the site at the top.
    queue = [(-np.inf, np.int64(j)) for j in range(len(closed)) if not (closed[j] or ground.is_kept[j])]
    slot = len(kept)
    while slot < len(districts.site):
        _, site = heapq.heappop(queue)
        count, worth = grown(ground, districts, site, weight, seen, stamp, cells)
        if len(queue) and worth < -queue[0][0]:
            heapq.heappush(queue, (-worth, site))
            continue
        settle(ground, districts, slot, site)
        hold(ground, districts, slot, cells, count)
        slot += 1
    dissolve_unhosted(ground, districts)
