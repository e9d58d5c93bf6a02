"""
What no plan of lawful districts can better, each bound with what it knows and what it leaves out.

``cover``
    Everyone in time; no limits of area and people, no connection (`siting.optimise`, lscp or mclp).
``area``, ``people``
    Enough caps for all land, or for all people; no roads beyond what each site reaches at all.
``room``
    All three: cells may be divided among sites, and nothing need hang together. The linear relaxation, by prices.

With a price u_i on each cell every plan costs at least ``sum_i u_i - sum_j (K_j(u) - c_j)+``, where K_j(u) is the most
that the prices of one district of site j can add up to: a fractional knapsack of its caps over the cells it reaches
(Lagrangian relaxation of the assignment: Cornuéjols, Sridharan and Thizy 1991). With p sites and weights w_i no plan
serves more than ``sum_i (w_i - u_i)+`` and the p largest K_j(u) together. Subgradient steps (`prices`) raise the one
and lower the other towards the linear relaxation; whatever the prices, both hold.
"""

from __future__ import annotations

import numpy as np

from siting.arrays import Floats, Mask
from siting.districting.prices import holders, least_by_prices
from siting.districting.problem import DistrictProblem, covering
from siting.optimise.bound import least_cost, most_coverable
from siting.optimise.objective import Limits, whole_above, whole_below


def least_by_area(problem: DistrictProblem, served: Mask) -> float:
    """The least cost of sites whose caps, and the land they reach at all, add up to all land that is to be served."""
    return _least_to_hold(problem, served, problem.area_m2.astype(np.float64), problem.cap_m2.astype(np.float64))


def least_by_people(problem: DistrictProblem, served: Mask) -> float:
    """The same of the people that are to be served, where a district has a limit of them."""
    return _least_to_hold(problem, served, problem.people, np.full(problem.n_sites, problem.people_limit))


def _least_to_hold(problem: DistrictProblem, served: Mask, size: Floats, cap: Floats) -> float:
    """Sites are taken by cost per room; the last one in part, unless costs are whole numbers."""
    rows = served[problem.cell]
    reached = np.bincount(problem.sites[rows], weights=size[problem.cell[rows]], minlength=problem.n_sites)
    room = np.minimum(reached, cap)
    kept = problem.fixed_open
    left = float(size[served].sum()) - float(room[kept].sum())
    cost = float(problem.cost[kept].sum())
    free = np.flatnonzero(~kept & ~problem.fixed_closed & (room > 0))
    order = free[np.argsort(problem.cost[free] / room[free], kind="stable")]
    before = np.concatenate([[0.0], np.cumsum(room[order])])[:-1]
    share = np.clip((left - before) / room[order], 0.0, 1.0)
    cost += float((share * problem.cost[order]).sum())
    return whole_above(cost, problem.cost)


def least_by_room(problem: DistrictProblem, served: Mask, known: float, limits: Limits) -> float:
    """A cost that no plan which serves all of these cells stays below; `known` is what some plan costs."""
    start = np.zeros(problem.n_cells)
    start[served] = least_cost(covering(problem, served), known, limits.share(0.5)).price
    penalty = np.where(served, np.inf, 0.0)
    bound = least_by_prices(holders(problem, problem.cost, None), penalty, known, start, limits)
    return whole_above(bound, problem.cost)


def most_served_by(problem: DistrictProblem, new: int, known: float, limits: Limits) -> dict[str, float]:
    """
    Weights that no plan with `new` sites besides those that stay can exceed, by name: `reach`, `cover` and `room`.

    Parameters
    ----------
    known
        What some plan serves; it sizes the steps.

    Examples
    --------
    Two sites reach the same four cells and may hold two each; one may open.

    >>> import time
    >>> from siting.districting import simple_districts
    >>> row = [(0, 1), (1, 2), (2, 3)]
    >>> same = simple_districts([[0, 1]] * 4, touching=row, home=[0, 3], cap_m2=2, weight=[1, 2, 3, 4])
    >>> most_served_by(same, 1, 7.0, Limits(time.monotonic() + 10))
    {'reach': 10.0, 'cover': 10, 'room': 7}
    """
    weight = np.where(np.diff(problem.indptr) > 0, problem.weight, 0.0)
    total = float(weight.sum())
    is_near = np.zeros(problem.n_cells, dtype=bool)  # in time of a station that stays, whatever it can hold
    is_near[problem.cell[problem.fixed_open[problem.sites]]] = True
    near, far = float(weight[is_near].sum()), ~is_near & (weight > 0)
    cover = most_coverable(covering(problem, far), new, max(0.0, known - near), limits.share(0.5))
    start = np.zeros(problem.n_cells)
    start[far] = cover.price
    sites = holders(problem, np.zeros(problem.n_sites), new)
    room = total - least_by_prices(sites, weight, total - known, start, limits)
    return {"reach": total, "cover": whole_below(near + cover.bound, weight), "room": whole_below(room, weight)}
