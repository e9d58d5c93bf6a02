"""
The second question: where do p stations serve most, each with a lawful district?

Sites are opened one after the other, each where its new district serves most, and then rebuilt a few at a time with
less and less tolerance for steps that lose (simulated annealing: Kirkpatrick, Gelatt and Vecchi 1983).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.districting.bound import most_by_room
from siting.districting.exact import EXACT_ENTRIES
from siting.districting.growth import grown, hold
from siting.districting.kernels import dissolve_unhosted, empty_districts, ground_of, settle
from siting.districting.plan import weight_served
from siting.districting.problem import DistrictProblem, covering
from siting.districting.search import Search, as_round, searched
from siting.optimise import solve
from siting.optimise.objective import Limits

STEPS = 50
BOUNDED, ROOM_SHARE = 15, 0.3
"""After so many rounds the bound by caps and reach is sought, for this part of the time left."""
HEAT, COOLING = 0.002, 0.98
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
    cover = solve(covering(problem, weight > 0), "mclp", sites=new, time_limit_s=0.1 * limits.left_s, seed=limits.seed)
    bounds = {"reach": float(weight.sum()), "cover": cover.bound}
    ground = ground_of(problem)
    districts = empty_districts(new + int(problem.fixed_open.sum()), problem.n_cells)
    _opened(ground, districts, weight, np.flatnonzero(problem.fixed_open), problem.fixed_closed)
    best, failed, rounds = as_round(districts).site, 0, 0
    heat = HEAT * float(weight.sum())
    patience = -(-patience // 20) if len(problem.sites) <= EXACT_ENTRIES else patience
    while limits.left_s > 0.0 and failed < patience:
        found = searched(ground, districts, weight, weight.copy(), STEPS, 0.0, heat, limits.seed + rounds)
        rounds, failed = rounds + 1, failed + 1
        heat *= COOLING
        if weight_served(problem, found.site) > weight_served(problem, best):
            best, failed = found.site, 0
            limits.tell(weight_served(problem, best), min(bounds.values()))
        if rounds == BOUNDED:
            bounds["room"] = most_by_room(problem, new, weight_served(problem, best), limits.share(ROOM_SHARE))
        if limits.is_enough(weight_served(problem, best), min(bounds.values())):
            break
    return Search(best, bounds, ("greedy", "rebuild"), rounds)


@njit(cache=True, nogil=True)
def _opened(ground, districts, weight, kept, closed):  # type: ignore[no-untyped-def]
    """Fill all slots: with the sites that stay, then each with the site whose new district serves most."""
    n_cells = len(weight)
    seen, stamp, cells = (
        np.zeros(n_cells, dtype=np.int64),
        np.zeros(1, dtype=np.int64),
        np.empty(n_cells, dtype=np.int64),
    )
    is_open = closed.copy()
    for slot in range(len(districts.site)):
        best, most = -1, -1.0
        if slot < len(kept):
            best = kept[slot]
        else:
            for site in range(len(ground.home)):
                if not is_open[site]:
                    _, worth = grown(ground, districts, site, weight, seen, stamp, cells)
                    if worth > most:
                        best, most = site, worth
        settle(ground, districts, slot, best)
        is_open[best] = True
        count, _ = grown(ground, districts, best, weight, seen, stamp, cells)
        hold(ground, districts, slot, cells, count)
    dissolve_unhosted(ground, districts)
