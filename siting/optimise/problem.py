"""The question as arrays: which sites cover which demand, what each weighs and costs, what is already decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from siting.arrays import Floats, Ids, Mask, Positions32
from siting.errors import InputError


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
    """

    indptr: Ids
    sites: Positions32
    weight: Floats
    cost: Floats
    fixed_open: Mask
    fixed_closed: Mask

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
            If shapes differ, a weight or cost is negative or not finite, or a site is fixed both ways.
        """
        faults = []
        if len(self.indptr) != self.n_demand + 1 or (len(self.indptr) and self.indptr[-1] != len(self.sites)):
            faults.append(f"indptr has {len(self.indptr)} entries and ends at {self.indptr[-1:]}; "
                          f"expected {self.n_demand + 1} ending at {len(self.sites)}.")  # fmt: skip
        if len(self.sites) and int(self.sites.max()) >= self.n_sites:
            faults.append(f"sites names position {int(self.sites.max())}, but there are {self.n_sites} sites.")
        if {len(self.fixed_open), len(self.fixed_closed)} != {self.n_sites}:
            faults.append("fixed_open and fixed_closed need one entry for each site.")
        for name, values in (("weight", self.weight), ("cost", self.cost)):
            if not (np.isfinite(values) & (values >= 0)).all():
                faults.append(f"{name} must be finite and 0 or more.")
        both = np.flatnonzero(self.fixed_open & self.fixed_closed) if not faults else np.empty(0)
        if len(both):
            faults.append(f"{len(both)} sites are fixed open and closed at once.")
        if faults:
            raise InputError("optimise.Problem", faults)


def covered_weight(problem: Problem, plan: Ids) -> float:
    """
    Weight covered by these sites, recomputed from nothing but the arrays.

    Every value that is printed comes from here, never from a solver's variables (Church and ReVelle 1974).
    """
    is_open = np.zeros(problem.n_sites, dtype=bool)
    is_open[plan] = True
    return float(problem.weight[is_covered(problem, is_open)].sum())


def is_covered(problem: Problem, is_open: Mask) -> Mask:
    """Which demand has at least one open site in its cover set."""
    count = np.bincount(problem.demand, weights=is_open[problem.sites], minlength=problem.n_demand)
    return count > 0
