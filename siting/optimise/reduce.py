"""
Make the question smaller without changing its answer.

Each step takes what is left of a problem and returns what is left after it, with the map back to the caller's sites.
Merging demand with equal cover sets decides most: two demand points that the same sites cover are one point with the
sum of their weights (Toregas and ReVelle 1973 for dominance; Cordeau, Furini and Ljubić 2019 on why size is no obstacle
once the sites are few).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from siting.arrays import Ids, Mask
from siting.optimise import dominance
from siting.optimise.problem import Problem, is_coverable, is_covered
from siting.optimise.relation import by_site, part


@dataclass(frozen=True)
class Reduced:
    """
    What is left to decide, and what is decided already.

    Attributes
    ----------
    problem
        Demand still open to question and the sites that could still change it.
    site
        Shape (J',). Position in the caller's problem of each site of `problem`.
    opened
        Positions in the caller's problem of sites decided open: those fixed by the caller or forced by a step.
    covered
        Weight of the demand that `opened` covers: a constant on top of every value of `problem`.
    """

    problem: Problem
    site: Ids
    opened: Ids
    covered: float

    def plan(self, chosen: Ids) -> Ids:
        """The caller's positions of all open sites, ascending, when these sites of `problem` are opened."""
        return np.sort(np.concatenate([self.opened, self.site[chosen]]))


Step = Callable[[Reduced], Reduced]


def whole(problem: Problem) -> Reduced:
    """The problem as it came, nothing decided."""
    return Reduced(problem, np.arange(problem.n_sites), np.empty(0, dtype=np.int64), 0.0)


def reduced(start: Reduced, steps: Sequence[Step]) -> Reduced:
    """Settle what is fixed, then take the steps in rounds until a round changes nothing."""
    left = settled(start)
    while True:
        before = left
        for step in steps:
            left = step(left)
        if left.problem.n_demand == before.problem.n_demand and left.problem.n_sites == before.problem.n_sites:
            return left


def settled(left: Reduced) -> Reduced:
    """Set apart fixed sites, the demand that fixed open sites cover, and the demand that no free site covers."""
    problem = left.problem
    done = is_covered(problem, problem.fixed_open)
    rest = part(problem, is_coverable(problem) & ~done, ~(problem.fixed_open | problem.fixed_closed))
    return Reduced(
        problem=rest,
        site=left.site[~(problem.fixed_open | problem.fixed_closed)],
        opened=np.concatenate([left.opened, left.site[problem.fixed_open]]),
        covered=left.covered + float(problem.weight[done].sum()),
    )


def without_weightless_demand(left: Reduced) -> Reduced:
    """Drop demand of weight 0: it adds nothing to covered weight. Only for objectives that weigh demand."""
    return _only(left, demand=left.problem.weight > 0)


def with_equal_demand_merged(left: Reduced) -> Reduced:
    """One row for all demand with the same cover set, with the sum of its weights."""
    problem = left.problem
    first = dominance.first_equal(problem.indptr, problem.sites)
    weight = np.bincount(first, weights=problem.weight, minlength=problem.n_demand).astype(np.float64)
    merged = replace(left, problem=replace(problem, weight=weight))
    return _only(merged, demand=first == np.arange(problem.n_demand))


def without_dominated_sites(left: Reduced) -> Reduced:
    """
    Drop each site whose cover is inside the cover of another that costs no more.

    Exact for covering all demand and for covering most with p sites: a plan with the dropped site is no worse with
    the other one in its place, and if both were open the dropped one added nothing. Of equal sites the lowest position
    stays.
    """
    ptr, demand = by_site(left.problem)
    keep = dominance.undominated_sites(ptr, demand, left.problem.indptr, left.problem.sites, left.problem.cost)
    return _only(left, sites=keep)


def without_dominated_demand(left: Reduced) -> Reduced:
    """
    Drop each demand whose cover set contains another's: covering the other covers it too.

    Only where all demand must be covered. Of equal demand the lowest position stays.
    """
    ptr, demand = by_site(left.problem)
    keep = dominance.undominated_demand(left.problem.indptr, left.problem.sites, ptr, demand)
    return _only(left, demand=keep)


def with_sole_sites_opened(left: Reduced) -> Reduced:
    """Open each site that is the only one to cover some demand. Only where all demand must be covered."""
    problem = left.problem
    sole = np.zeros(problem.n_sites, dtype=bool)
    alone = np.flatnonzero(np.diff(problem.indptr) == 1)
    sole[problem.sites[problem.indptr[alone]]] = True
    return settled(replace(left, problem=replace(problem, fixed_open=problem.fixed_open | sole)))


def sizes(before: Problem, left: Reduced) -> dict[str, int]:
    """Demand, sites and entries before and after, for the certificate."""
    after = left.problem
    return {
        "demand": before.n_demand,
        "sites": before.n_sites,
        "entries": len(before.sites),
        "reduced_demand": after.n_demand,
        "reduced_sites": after.n_sites,
        "reduced_entries": len(after.sites),
    }


def _only(left: Reduced, *, demand: Mask | None = None, sites: Mask | None = None) -> Reduced:
    problem = left.problem
    demand = np.ones(problem.n_demand, dtype=bool) if demand is None else demand
    sites = np.ones(problem.n_sites, dtype=bool) if sites is None else sites
    if demand.all() and sites.all():
        return left
    return replace(left, problem=part(problem, demand, sites), site=left.site[sites])
