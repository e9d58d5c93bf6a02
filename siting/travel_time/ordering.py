"""Entries as searches leave them, put in order: by demand within a site, where each site's belong, by demand."""

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


@njit(cache=True, nogil=True)
def within(
    site_ptr: Ids, demand: Positions32, ms: Milliseconds, budget_ms: Ids, indptr: Ids
) -> tuple[Ids, Positions32]:
    """How many demands each site has within its budget, and which; they are counted in `indptr`, one place on."""
    count, inside, n = np.zeros(budget_ms.size, np.int64), np.empty(demand.size, np.uint32), 0
    for j in range(budget_ms.size):
        before = n
        for entry in range(site_ptr[j], site_ptr[j + 1]):
            if ms[entry] <= budget_ms[j]:
                inside[n] = demand[entry]
                indptr[inside[n] + _ONE] += 1
                n += 1
        count[j] = n - before
    return count, inside[:n].copy()


@njit(cache=True, nogil=True)
def deal_out(rows: Ids, count: Ids, demand: Positions32, free: Ids, sites: Positions32) -> None:
    """Write each site at the next free place of every demand that it covers."""
    entry = 0
    for k in range(rows.size):
        for _ in range(count[k]):
            sites[free[demand[entry]]] = rows[k]
            free[demand[entry]] += 1
            entry += 1


@njit(cache=True, nogil=True)
def sort_rows(indptr: Ids, sites: Positions32) -> None:
    """Sites ascending within each demand, where they do not ascend already."""
    for i in range(indptr.size - 1):
        row = sites[indptr[i] : indptr[i + 1]]
        for k in range(1, row.size):
            if row[k] < row[k - 1]:
                row.sort()
                break
