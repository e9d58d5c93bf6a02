"""
P_CENTER: where do p more sites make the longest distance shortest?

    minimise    r                                                        (1)
    subject to  sum_{j: d_ij <= r} x_j >= 1                  for each i  (2)
                sum_{j not fixed} x_j <= p                               (3)
                x_j = 1 fixed open, x_j = 0 fixed closed, x_j in {0, 1}  (4)

i demand, **every row whatever its weight**; j sites; d_ij seconds or metres (`Problem.distance`; pairs that are not
listed are out of reach). The optimum is one of the d_ij. For each r tried, (2) to (4) is an LSCP that counts sites: it
needs p or fewer (r is enough), or its bound is above p (r is too short, which is the proof); halving finds the least r.

Minieka (1970), The m-center problem, SIAM Review 12.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.arrays import Ids
from siting.optimise.measured import checked, nearest_open
from siting.optimise.objective import Found, Limits, Objective
from siting.optimise.objectives import lscp
from siting.optimise.problem import Problem, is_coverable
from siting.optimise.relation import part, with_unit_costs
from siting.optimise.terms import Terms
from siting.tables import Note


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """New sites with the least longest distance, and a bound that none is below."""
    terms.needed("p_center", "sites")
    distance = checked("p_center", problem)
    in_all = (terms.sites or 0) + int(problem.fixed_open.sum())
    reasons = lscp.unreached(problem)
    kept = is_coverable(problem)
    rest = replace(with_unit_costs(part(problem, kept, np.ones(problem.n_sites, dtype=bool))), closing_cost=None)
    radii = np.unique(distance[kept[problem.demand] & ~problem.fixed_closed[problem.sites]])
    if not len(radii):
        return Found(np.flatnonzero(problem.fixed_open), 0.0, ("halving",), reasons)
    widest = lscp.cover(_within(rest, radii[-1]), limits)
    if widest.bound > in_all:
        told = Note("topic_plan", "note_too_few_sites", int(widest.bound), values={"allowed": in_all})
        return Found(np.flatnonzero(problem.fixed_open), np.inf, ("halving",), (*reasons, told), status="infeasible")
    if len(widest.plan) > in_all:
        return Found(np.flatnonzero(problem.fixed_open), radii[0], ("halving",), reasons, status="unknown")
    plan, steps, below, above = widest.plan, list(widest.method), 0, len(radii) - 1  # radii[above] is enough
    proven = 0  # no radius before radii[proven] is enough
    while below < above and limits.left_s > 0:
        middle = (below + above) // 2
        found = _cover(rest, radii[middle], limits.share(0.5))
        steps += [step for step in found.method if step not in steps] if found else []
        if found is not None and len(found.plan) <= in_all:
            plan = found.plan
            above = int(np.searchsorted(radii, nearest_open(rest, plan).max()))
        else:
            below = middle + 1
            is_too_short = found is None or found.bound > in_all
            proven = max(proven, middle + 1) if is_too_short else proven
        limits.tell(float(radii[above]), float(radii[proven]))
    return Found(plan, float(radii[proven]), ("halving", *steps), reasons)


def value(problem: Problem, plan: Ids, _terms: Terms) -> float:
    """The longest distance from any coverable demand to its nearest open site; inf where there is none."""
    distance = nearest_open(problem, plan)[is_coverable(problem)]
    return float(distance.max(initial=0.0))


OBJECTIVE = Objective("min", value, search, formulation=__doc__, takes=frozenset({"sites"}))


def _cover(problem: Problem, radius: float, limits: Limits) -> Found | None:
    """The fewest sites that reach all demand within the radius; None where some demand has no site so near."""
    near = _within(problem, radius)
    return lscp.cover(near, limits) if is_coverable(near).all() else None


def _within(problem: Problem, radius: float) -> Problem:
    inside = checked("p_center", problem) <= radius
    indptr = np.concatenate([[0], np.cumsum(inside)])[problem.indptr]
    return replace(problem, indptr=indptr.astype(np.int64), sites=problem.sites[inside], distance=None)
