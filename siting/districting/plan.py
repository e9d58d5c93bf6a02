"""The answer: which sites open, whose each cell is, and how far from the best possible it can be at most."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from siting.arrays import Ids, Mask
from siting.districting.problem import DistrictProblem, joined_reach

REASONS = ("", "no_road", "beyond_budget", "cut_off", "no_room", "not_chosen")
"""
Why a cell has no station: it stands on no road; no site that may open drives there in time; none whose reach hangs
together up to the cell; no district had lawful room; serving it was not asked, or others were worth more.
"""


@dataclass(frozen=True)
class DistrictPlan:
    """
    Lawful districts with their certificate.

    Attributes
    ----------
    open_sites
        Positions, ascending, those fixed open included.
    site
        Shape (I,). The site of each cell; -1 unserved.
    reason
        Shape (I,). Why not, as a position in `REASONS`; 0 for a cell that is served.
    sense
        ``min``: cost of the open sites that serve all required land; ``max``: weight served.
    value
        Recomputed from the arrays.
    bounds
        Each bound by its name (see `siting.districting.bound`): no lawful plan is better than any of them.
    status
        ``optimal`` when bound and value meet; ``feasible`` with a proven gap; ``unknown`` when required land that sites
        reach was left unserved: then `value` is that of a partial plan, and no plan is known that serves all.
    method, seconds
        What was done, in order, and how long it took.
    seed, settings
        What decides the plan besides the problem: limits, and the rounds of search taken.
    """

    open_sites: Ids
    site: Ids
    reason: Ids
    sense: Literal["min", "max"]
    value: float
    bounds: dict[str, float]
    status: Literal["optimal", "feasible", "unknown"]
    method: str
    seconds: float
    seed: int
    settings: dict[str, object] = field(default_factory=dict)

    @property
    def bound(self) -> float:
        """The tightest."""
        return max(self.bounds.values()) if self.sense == "min" else min(self.bounds.values())

    @property
    def optimality_gap(self) -> float:
        """(value - bound) / value when least is sought, (bound - value) / bound when most is; 0 is proven best."""
        if self.status == "unknown":
            return math.inf
        larger = max(self.bound, self.value)
        return abs(self.bound - self.value) / larger if larger and math.isfinite(larger) else 0.0

    def bounded_by(self, bounds: dict[str, float]) -> DistrictPlan:
        """The same plan with the bounds of a problem that allows more than its own."""
        other = replace(self, bounds=dict(bounds))
        if self.status == "unknown":
            return other
        return replace(other, status="optimal" if other.bound == self.value else "feasible")


def open_sites(problem: DistrictProblem, site: Ids) -> Ids:
    """Sites with a district, and those that stay; ascending."""
    return np.union1d(site[site >= 0], np.flatnonzero(problem.fixed_open))


def cost_of(problem: DistrictProblem, open_sites: Ids) -> float:
    """Cost of these sites."""
    return float(problem.cost[open_sites].sum())


def weight_served(problem: DistrictProblem, site: Ids) -> float:
    """Weight of the cells that have a site."""
    return float(problem.weight[site >= 0].sum())


def breaches(problem: DistrictProblem, site: Ids) -> dict[str, Ids]:
    """
    What is not lawful about districts, from the arrays alone: sites by the name of what they break; empty when lawful.

    `late` (a cell out of reach), `over_area`, `over_people`, `no_home`, `in_pieces`, `unhosted`, `closed`.

    Parameters
    ----------
    site
        Shape (I,). The site of each cell; -1 unserved.
    """
    served = np.flatnonzero(site >= 0)
    holder = site[served]
    has_district = np.bincount(holder, minlength=problem.n_sites) > 0
    pairs = np.concatenate([[-1], np.sort(problem.cell * problem.n_sites + problem.sites)])
    asked = served * problem.n_sites + holder
    is_late = pairs[np.searchsorted(pairs, asked, side="right") - 1] != asked
    area = np.bincount(holder, weights=problem.area_m2[served], minlength=problem.n_sites)
    people = np.bincount(holder, weights=problem.people[served], minlength=problem.n_sites)
    here = np.repeat(np.arange(problem.n_cells), np.diff(problem.near_ptr))
    there = problem.near.astype(np.int64)
    same = (site[here] == site[there]) & (site[here] >= 0)
    graph = sparse.coo_array((np.ones(int(same.sum())), (here[same], there[same])), shape=(problem.n_cells,) * 2)
    _, piece = csgraph.connected_components(graph, directed=False)
    pieces = np.bincount(site[served[np.unique(piece[served], return_index=True)[1]]], minlength=problem.n_sites)
    hosted = _is_host_of_cell(problem, site)[there] & (site[here] >= 0)
    is_hosted = np.bincount(site[here[hosted]], minlength=problem.n_sites) > 0
    owner_of_home = np.where(problem.home >= 0, site[problem.home], -1)
    found = {
        "late": np.unique(holder[is_late]),
        "over_area": np.flatnonzero(area > problem.cap_m2),
        "over_people": np.flatnonzero(people > problem.people_limit),
        "no_home": np.flatnonzero(has_district & (owner_of_home != np.arange(problem.n_sites))),
        "in_pieces": np.flatnonzero(pieces > 1),
        "unhosted": np.flatnonzero(has_district & problem.is_small & ~is_hosted),
        "closed": np.flatnonzero(has_district & problem.fixed_closed & ~problem.fixed_open),
    }
    return {name: sites for name, sites in found.items() if len(sites)}


def reasons_of(problem: DistrictProblem, site: Ids, wanted: Mask) -> Ids:
    """Shape (I,). Why each cell is unserved, a position in `REASONS`; `wanted` is land that was asked for."""
    lawful = joined_reach(problem)
    reason = np.select(
        [
            site >= 0,
            ~problem.has_road,
            np.diff(problem.indptr) == 0,
            np.diff(lawful.indptr) == 0,
            wanted,
        ],
        [0, 1, 2, 3, 4],
        default=5,
    )
    return reason.astype(np.int64)


def _is_host_of_cell(problem: DistrictProblem, site: Ids) -> Mask:
    return (site >= 0) & problem.is_host[site]
