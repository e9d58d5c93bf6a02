"""Coverage: which demand each site reaches within its travel budget, and measures of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.arrays import Ids, Positions32
from siting.errors import InputError
from siting.tables import some
from siting.travel_time.ordering import deal_out, sort_rows, within
from siting.travel_time.reach import Piece
from siting.travel_time.times import TravelTimes
from siting.travel_time.trips import whole_ms


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
    everything = np.arange(len(times.site_ids)), times
    return coverage_of_pieces([everything], travel_budget_s, times.site_ids, times.demand_ids, times.limit_s)


def coverage_of_pieces(
    pieces: Iterable[Piece],
    travel_budget_s: float | pd.Series,
    site_ids: pd.Index,
    demand_ids: pd.Index,
    limit_s: float,
) -> Coverage:
    """
    As `coverage`, from the pieces of `reach_blocks`: their times are let go, and 8 bytes an entry are held at most.

    Parameters
    ----------
    travel_budget_s
        As for `coverage`.
    site_ids, demand_ids, limit_s
        Of all pieces together, as `reach_blocks` was asked.

    Raises
    ------
    InputError
        As `coverage`.

    Examples
    --------
    >>> from siting import toy
    >>> from siting.travel_time import reach_blocks
    >>> labels = {"site_ids": pd.Index(["S", "N", "E"]), "demand_ids": pd.Index(["d1", "d2", "d3", "d4", "d5", "d6"])}
    >>> pieces = reach_blocks(toy.network(), toy.sites(), toy.demand(), 100, **labels)
    >>> covers = coverage_of_pieces(pieces, 80, *labels.values(), 100)
    >>> covers.indptr.tolist(), covers.sites.tolist()
    ([0, 1, 1, 2, 3, 3, 3], [0, 1, 1])
    """
    budget_ms = _budget_ms(travel_budget_s, site_ids, limit_s)
    held, indptr = deque[tuple[Ids, Ids, Positions32]](), np.zeros(len(demand_ids) + 1, dtype=np.int64)
    for rows, times in pieces:
        held.append((rows, *within(times.site_ptr, times.demand, times.ms, budget_ms[rows], indptr)))
    np.cumsum(indptr, out=indptr)
    sites, free = np.empty(indptr[-1], dtype=np.uint32), indptr[:-1].copy()
    while held:
        deal_out(*held.popleft(), free, sites)
    sort_rows(indptr, sites)
    return Coverage(demand_ids, site_ids, indptr, sites)


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


def _budget_ms(travel_budget_s: float | pd.Series, site_ids: pd.Index, limit_s: float) -> Ids:
    if isinstance(travel_budget_s, pd.Series):
        budget_s = travel_budget_s.reindex(site_ids).to_numpy(dtype=np.float64)
    else:
        budget_s = np.full(len(site_ids), float(travel_budget_s))
    faults = []
    if np.isnan(budget_s).any():
        faults.append(f"No travel budget for sites {some(site_ids[np.isnan(budget_s)])}.")
    if (budget_s > limit_s).any():
        longest = np.nanmax(budget_s)
        faults.append(
            f"Travel times were computed up to {limit_s:g} s, but a budget is {longest:g} s. "
            f"Compute them with limit_s={longest:g}."
        )
    if faults:
        raise InputError("coverage", faults)
    return whole_ms(budget_s).clip(-1.0).astype(np.int64)  # below 0: not even what stands beside the site
