"""Entries as searches leave them, put in order: by demand within a site, and where each site's belong."""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.arrays import Ids, Milliseconds, Positions32

_ONE = np.uint32(1)


@njit(cache=True, nogil=True)
def by_demand(count: Ids, demand: Positions32, ms: Milliseconds, n_demand: int) -> tuple[Positions32, Milliseconds]:
    """
    The entries of a block, site by site, each site's sorted by demand.

    All entries of the block are listed by demand, site and milliseconds in one number, then dealt out to their sites:
    two counting passes cost far less than sorting each site's entries by comparison.

    Parameters
    ----------
    count
        How many of the entries belong to each site; what follows them in `demand` and `ms` is not looked at.
    """
    n_entries = count.sum()
    end = np.zeros(n_demand + 1, np.uint32)
    for i in demand[:n_entries]:
        end[i + _ONE] += _ONE
    for i in range(n_demand):
        end[i + 1] += end[i]
    listed, entry = np.empty(n_entries, np.int64), 0
    for site in range(count.size):
        for _ in range(count[site]):
            listed[end[demand[entry]]] = site << 32 | ms[entry]
            end[demand[entry]] += _ONE
            entry += 1
    to = np.cumsum(count) - count
    demand_out, ms_out = np.empty(n_entries, np.uint32), np.empty(n_entries, np.int32)
    first = np.uint32(0)
    for i in range(n_demand):
        for one in listed[first : end[i]]:
            site = one >> 32
            demand_out[to[site]], ms_out[to[site]] = i, one
            to[site] += 1
        first = end[i]
    return demand_out, ms_out


@njit(cache=True, nogil=True)
def put_rows(
    rows: Ids, demand: Positions32, ms: Milliseconds, ptr: Ids, demand_out: Positions32, ms_out: Milliseconds
) -> None:
    """Copy the entries of these sites, which follow each other, to where ``ptr`` says that each site's belong."""
    entry = 0
    for site in rows:
        for place in range(ptr[site], ptr[site + 1]):
            demand_out[place], ms_out[place] = demand[entry], ms[entry]
            entry += 1
