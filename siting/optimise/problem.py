"""The question as arrays: which sites cover which demand, what each weighs and costs, what is already decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Positions32
from siting.errors import InputError
from siting.tables import some


@dataclass(frozen=True)
class Problem:
    """
    Demand i in 0..I-1, sites j in 0..J-1. Nothing here knows of roads, ids or standards.

    Attributes
    ----------
    indptr, sites
        Demand i is covered by sites ``sites[indptr[i]:indptr[i + 1]]``, ascending; shapes (I + 1,) and (K,).
    weight
        Shape (I,), 0 or more.
    cost
        Shape (J,), 0 or more; 1 for each site when the question counts sites.
    fixed_open, fixed_closed
        Shape (J,). Existing sites that stay, and sites that may not be used.
    distance
        Shape (K,), 0 or more, aligned with `sites`: seconds or metres from the site. Only for objectives that measure.
    closing_cost
        Shape (J,), 0 or more. What it costs to close a site that stands today and is free to close; 0 for candidates.
    """

    indptr: Ids
    sites: Positions32
    weight: Floats
    cost: Floats
    fixed_open: Mask
    fixed_closed: Mask
    distance: Floats | None = None
    closing_cost: Floats | None = None

    @property
    def n_demand(self) -> int:
        """I."""
        return len(self.weight)

    @property
    def n_sites(self) -> int:
        """J."""
        return len(self.cost)

    @property
    def demand(self) -> Ids:
        """Shape (K,). The demand of each entry of `sites`."""
        return np.repeat(np.arange(self.n_demand), np.diff(self.indptr))

    def check(self) -> None:
        """
        Refuse arrays that do not fit together, naming every fault.

        Raises
        ------
        InputError
            If shapes differ, a cover set is not ascending, a weight or cost is negative or not finite, or a site is
            fixed both ways.
        """
        faults = [*_relation_faults(self), *_site_faults(self)]
        optional = {"distance": (self.distance, len(self.sites)), "closing_cost": (self.closing_cost, self.n_sites)}
        given = {name: values for name, (values, _) in optional.items() if values is not None}
        faults += [
            f"{name} has {len(values)} values. Expected {optional[name][1]}."
            for name, values in given.items()
            if len(values) != optional[name][1]
        ]
        faults += amount_faults({"weight": self.weight, "cost": self.cost, **given})
        if faults:
            raise InputError("optimise.Problem", faults)


def amount_faults(amounts: Mapping[str, Floats]) -> list[str]:
    """Of amounts by name: which are negative or not finite, and where."""
    bad = {name: np.flatnonzero(~(np.isfinite(values) & (values >= 0))) for name, values in amounts.items()}
    return [
        f"{len(at)} values of {name} are negative or not finite (positions {some(at)})."
        for name, at in bad.items()
        if len(at)
    ]


def simple_problem(
    covers: Sequence[Collection[int]],
    *,
    n_sites: int | None = None,
    weight: Sequence[float] | None = None,
    cost: Sequence[float] | None = None,
    fixed_open: Collection[int] = (),
    fixed_closed: Collection[int] = (),
) -> Problem:
    """
    A problem from lists, for questions small enough to write down.

    Parameters
    ----------
    covers
        For each demand, the positions of the sites that cover it.
    n_sites
        J; one more than the highest position named when not given.
    weight, cost
        1 each when not given.
    fixed_open, fixed_closed
        Positions of sites.

    Examples
    --------
    >>> problem = simple_problem([[0], [0, 1], []], weight=[5, 2, 1])
    >>> problem.n_demand, problem.n_sites, covered_weight(problem, np.array([1]))
    (3, 2, 2.0)
    """
    every = [site for sites in covers for site in sorted(sites)]
    count = n_sites if n_sites is not None else max([*every, *fixed_open, *fixed_closed], default=-1) + 1
    indptr = np.zeros(len(covers) + 1, dtype=np.int64)
    np.cumsum([len(sites) for sites in covers], out=indptr[1:])
    positions = np.arange(count)
    return Problem(
        indptr=indptr,
        sites=np.array(every, dtype=np.uint32),
        weight=np.ones(len(covers)) if weight is None else np.array(weight, dtype=np.float64),
        cost=np.ones(count) if cost is None else np.array(cost, dtype=np.float64),
        fixed_open=np.isin(positions, list(fixed_open)),
        fixed_closed=np.isin(positions, list(fixed_closed)),
    )


def covered_weight(problem: Problem, plan: Ids) -> float:
    """
    Weight covered by these sites, recomputed from nothing but the arrays.

    Every value that is printed comes from here, never from a solver's variables (Church and ReVelle 1974).
    """
    return float(problem.weight[is_covered(problem, opened(problem, plan))].sum())


def opened(problem: Problem, plan: Ids) -> Mask:
    """Shape (J,). Which sites a plan opens."""
    is_open = np.zeros(problem.n_sites, dtype=bool)
    is_open[plan] = True
    return is_open


def is_covered(problem: Problem, is_open: Mask) -> Mask:
    """Which demand has at least one open site in its cover set."""
    return _is_covered(problem.indptr, problem.sites, is_open)


def is_coverable(problem: Problem) -> Mask:
    """Which demand has at least one site that may be open in its cover set."""
    return is_covered(problem, ~problem.fixed_closed)


@njit(cache=True, nogil=True)
def _is_covered(indptr: Ids, sites: Positions32, is_open: Mask) -> Mask:
    # Most rows are decided by their first few sites: a tenth of the time of a sum over all entries.
    covered = np.zeros(len(indptr) - 1, dtype=np.bool_)
    for i in range(len(covered)):
        for entry in range(indptr[i], indptr[i + 1]):
            if is_open[sites[entry]]:
                covered[i] = True
                break
    return covered


def _relation_faults(problem: Problem) -> list[str]:
    indptr, sites = problem.indptr, problem.sites
    if len(indptr) != problem.n_demand + 1 or indptr[0] != 0 or indptr[-1] != len(sites) or (np.diff(indptr) < 0).any():
        fault = (
            f"indptr does not cut {len(sites)} entries into {problem.n_demand} cover sets. Expected "
            f"{problem.n_demand + 1} values rising from 0 to {len(sites)}."
        )
        return [fault]
    faults = []
    if len(sites) and int(sites.max()) >= problem.n_sites:
        faults.append(f"sites names position {int(sites.max())}, but there are {problem.n_sites} sites.")
    falls = np.flatnonzero(np.diff(sites.astype(np.int64)) <= 0) + 1
    unsorted = np.setdiff1d(falls, indptr)
    if len(unsorted):
        rows = np.unique(problem.demand[unsorted])
        faults.append(f"{len(rows)} cover sets are not ascending, each site once (demand {some(rows)}). Sort them.")
    return faults


def _site_faults(problem: Problem) -> list[str]:
    if {len(problem.fixed_open), len(problem.fixed_closed)} != {problem.n_sites}:
        return [f"fixed_open and fixed_closed need one entry for each of the {problem.n_sites} sites."]
    both = np.flatnonzero(problem.fixed_open & problem.fixed_closed)
    return [f"{len(both)} sites are fixed open and closed at once (positions {some(both)})."] if len(both) else []
