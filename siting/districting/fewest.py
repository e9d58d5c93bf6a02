"""
The first question: the fewest (or cheapest) stations whose lawful districts serve all required land.

The search begins with the sites of a least cover, which is also a bound: everyone in time, whatever the limits. Where
that cannot be divided into lawful districts a site is added; once all land is served one is taken away, and the search
goes on with what is left (`rebuild`), until bound and plan meet or the time is up.
"""

from __future__ import annotations

import numpy as np

from siting.arrays import Ids, Mask
from siting.districting.bound import least_by_area, least_by_people, least_by_room
from siting.districting.exact import EXACT_ENTRIES
from siting.districting.kernels import Districts, Ground, ground_of
from siting.districting.nearest_first import as_left, nearest_first
from siting.districting.plan import cost_of, open_sites
from siting.districting.problem import DistrictProblem, covering
from siting.districting.search import Round, Search, as_round, searched
from siting.optimise import solve
from siting.optimise.objective import Limits

STEPS = 100
"""Steps of a round, between two looks at the clock."""
PATIENCE = 15
"""Rounds without a plan before a site is added."""
ROOM_SHARE = 0.3
"""Of the time left, for the bound by caps and reach together."""
ASTRAY = 15
"""Rounds after which a search that found no plan goes back to where least was left out, with other chances."""
GROWTH, HEAT = 0.02, 0.5
"""Of the urgency of a cell in each step that leaves it out; how much of it, in cells, a step may lose."""


def fewest(problem: DistrictProblem, required: Mask, limits: Limits, patience: int) -> Search:
    """
    Lawful districts of few sites, and bounds that no plan undercuts.

    Parameters
    ----------
    problem
        As `joined_reach` leaves it.
    required
        Shape (I,). Cells that have to be served; each is reached by a site.
    patience
        Most rounds without a plan of fewer sites; a twentieth where a solver can take over (`EXACT_ENTRIES`).
    """
    cover = solve(covering(problem, required), "lscp", time_limit_s=0.2 * limits.left_s, seed=limits.seed)
    bounds = {"area": least_by_area(problem, required), "cover": cover.bound}
    if np.isfinite(problem.people_limit):
        bounds["people"] = least_by_people(problem, required)
    ground = ground_of(problem)
    wanted = required.astype(np.float64)
    districts, urgency = nearest_first(problem, ground, _apart(problem, cover.plan)), wanted.copy()
    best: Ids | None = None
    nearly = as_round(districts)  # the least left out with so many sites
    failed = rounds = 0
    patience = -(-patience // 20) if len(problem.sites) <= EXACT_ENTRIES else patience
    while limits.left_s > 0.0 and failed < patience:
        found = searched(ground, districts, wanted, urgency, STEPS, GROWTH, HEAT, limits.seed + rounds)
        rounds += 1
        nearly = found if found.lost < nearly.lost else nearly
        if found.lost > 0.0:
            failed += 1
            if best is None and failed % PATIENCE == 0:
                districts, urgency = _with_one_more(problem, ground, nearly, required), wanted.copy()
                nearly = as_round(districts)
            elif failed % ASTRAY == 0:
                districts, urgency = as_left(problem, ground, nearly.plan, nearly.site), wanted.copy()
            continue
        plan = open_sites(problem, found.site)
        if best is None or cost_of(problem, plan) < cost_of(problem, open_sites(problem, best)):
            best, failed = found.site, 0
            limits.tell(cost_of(problem, plan), max(bounds.values()))
        if "room" not in bounds and cost_of(problem, plan) > max(bounds.values()):
            bounds["room"] = least_by_room(problem, required, cost_of(problem, plan), limits.share(ROOM_SHARE))
        free = plan[~problem.fixed_open[plan]]
        if not len(free) or limits.is_enough(cost_of(problem, plan), max(bounds.values())):
            break
        districts, urgency = _with_one_less(problem, ground, plan, found.site, required), wanted.copy()
        nearly = as_round(districts)
    return Search(nearly.site if best is None else best, bounds, ("cover", "rebuild"), rounds)


def _apart(problem: DistrictProblem, plan: Ids) -> Ids:
    """Without sites that have no cell to stand on, or stand on another's; sites that stay come first."""
    plan = np.concatenate([plan[problem.fixed_open[plan]], plan[~problem.fixed_open[plan]]])
    _, first = np.unique(problem.home[plan], return_index=True)
    return np.sort(plan[np.sort(first)])


def _with_one_more(problem: DistrictProblem, ground: Ground, found: Round, required: Mask) -> Districts:
    """The same and the site that reaches most land without a station, on a cell where no other stands."""
    left = required & (found.site < 0)
    reached = np.bincount(problem.sites, weights=left[problem.cell], minlength=problem.n_sites)
    taken = np.isin(problem.home, problem.home[found.plan]) | problem.fixed_closed
    best = int(np.argmax(np.where(taken, -1.0, reached / np.maximum(problem.cost, 1e-9))))
    return as_left(problem, ground, np.append(found.plan, best), found.site)


def _with_one_less(problem: DistrictProblem, ground: Ground, plan: Ids, site: Ids, required: Mask) -> Districts:
    """Without the site that serves least land per cost, of those that need not stay."""
    free = plan[~problem.fixed_open[plan]]
    served = np.bincount(site[required], minlength=problem.n_sites)[free]
    out = free[np.argmin(served / np.maximum(problem.cost[free], 1e-9))]
    return as_left(problem, ground, plan[plan != out], site)
