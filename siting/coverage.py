"""Coverage: which demand each site reaches within its travel budget, and measures of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.arrays import Ids, Positions32
from siting.errors import InputError
from siting.tables import some
from siting.travel_time.times import TravelTimes


@dataclass(frozen=True)
class Coverage:
    """
    The relation [i, j], sorted by demand, then site.

    Attributes
    ----------
    demand_ids, site_ids
        Labels of the two axes.
    indptr
        Shape (I + 1,). Demand i is covered by sites ``sites[indptr[i]:indptr[i + 1]]``.
    sites
        Shape (K,). Positions in `site_ids`.
    """

    demand_ids: pd.Index
    site_ids: pd.Index
    indptr: Ids
    sites: Positions32

    @property
    def demand(self) -> Ids:
        """Shape (K,). The demand position of each entry."""
        return np.repeat(np.arange(len(self.demand_ids)), np.diff(self.indptr))


def coverage(times: TravelTimes, travel_budget_s: float | pd.Series) -> Coverage:
    """
    Who reaches whom within the travel budget, decided in whole milliseconds.

    Parameters
    ----------
    travel_budget_s
        Seconds of driving: one for all sites, or a Series by `site_id` where stations turn out at different speed.

    Raises
    ------
    InputError
        If a budget is missing for a site, or is longer than the times were computed for.
    """
    if isinstance(travel_budget_s, pd.Series):
        budget_s = travel_budget_s.reindex(times.site_ids).to_numpy(dtype=np.float64)
    else:
        budget_s = np.full(len(times.site_ids), float(travel_budget_s))
    faults = []
    if np.isnan(budget_s).any():
        faults.append(f"No travel budget for sites {some(times.site_ids[np.isnan(budget_s)])}.")
    if (budget_s > times.limit_s).any():
        longest = np.nanmax(budget_s)
        faults.append(
            f"Travel times were computed up to {times.limit_s:g} s, but a budget is {longest:g} s. "
            f"Compute them with limit_s={longest:g}."
        )
    if faults:
        raise InputError("coverage", faults)
    inside = times.ms <= np.repeat(np.floor(budget_s * 1000.0), np.diff(times.site_ptr))
    demand, sites = times.demand[inside], times.site[inside]
    order = np.argsort(demand, kind="stable")
    indptr = np.zeros(len(times.demand_ids) + 1, dtype=np.int64)
    np.cumsum(np.bincount(demand, minlength=len(times.demand_ids)), out=indptr[1:])
    return Coverage(times.demand_ids, times.site_ids, indptr, sites[order].astype(np.uint32))


def depth(coverage: Coverage, *, plan: Collection[object]) -> pd.Series:
    """
    How many open sites cover each demand: 0 is a gap, 2 or more is backup coverage.

    Raises
    ------
    InputError
        If the plan names sites that the coverage does not know.
    """
    unknown = [site for site in plan if site not in coverage.site_ids]
    if unknown:
        raise InputError("plan", [f"{len(unknown)} sites are not in the coverage ({some(unknown)})."])
    is_open = coverage.site_ids.isin(list(plan))
    count = np.bincount(coverage.demand, weights=is_open[coverage.sites], minlength=len(coverage.demand_ids))
    return pd.Series(count.astype(np.int64), index=coverage.demand_ids, name="depth")


def covered_share(coverage: Coverage, weight: pd.Series, *, plan: Collection[object]) -> float:
    """
    Share of demand weight within the travel budget of an open site.

    Demand i counts once, however many sites cover it; unreachable demand counts as not covered. nan without weight.

    Parameters
    ----------
    weight
        Shape (I,), indexed by `demand_id`, non-negative. Any unit: only ratios matter.

    Raises
    ------
    InputError
        If `weight` and `coverage` name different demand.

    References
    ----------
    Church and ReVelle (1974), where this is the objective of the maximal covering location problem.
    """
    if not weight.index.equals(coverage.demand_ids):
        raise InputError("weight", ["Its index differs from the coverage's demand_ids. Use weight.reindex(...)."])
    total = float(weight.sum())
    return float(weight[depth(coverage, plan=plan) > 0].sum()) / total if total > 0 else float("nan")
