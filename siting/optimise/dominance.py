"""Which cover sets are equal to, or inside, another: the compiled part of the reductions."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from siting.arrays import Floats, Ids, Mask, Positions32

Bits = NDArray[np.uint64]


def first_equal(ptr: Ids, members: Positions32) -> Ids:
    """
    For each set, the position of the first set equal to it.

    Sets are met by a 64-bit hash and compared member by member, so a collision costs time, never correctness.

    Examples
    --------
    >>> first_equal(np.array([0, 1, 3, 4]), np.array([7, 2, 7, 7], dtype=np.uint32)).tolist()
    [0, 1, 0]
    """
    hashes = _hashes(ptr, members)
    return _first_equal(ptr, members, hashes, np.argsort(hashes, kind="stable"))


@njit(cache=True, nogil=True)
def _hashes(ptr: Ids, members: Positions32) -> Bits:
    # Sum of splitmix64 of the members: cheap, and independent of their order.
    out = np.empty(len(ptr) - 1, dtype=np.uint64)
    for s in range(len(ptr) - 1):
        total = np.uint64(0)
        for entry in range(ptr[s], ptr[s + 1]):
            z = np.uint64(members[entry]) + np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            total += z ^ (z >> np.uint64(31))
        out[s] = total
    return out


@njit(cache=True, nogil=True)
def _are_equal(ptr: Ids, members: Positions32, a: int, b: int) -> bool:
    return np.array_equal(members[ptr[a] : ptr[a + 1]], members[ptr[b] : ptr[b + 1]])


@njit(cache=True, nogil=True)
def _first_equal(ptr: Ids, members: Positions32, hashes: Bits, order: Ids) -> Ids:
    # `order` holds equal hashes together, lower positions first. The first of a run nearly always is the equal one.
    first = np.arange(len(order))
    run = 0
    for here in range(len(order)):
        s = order[here]
        if hashes[order[run]] != hashes[s]:
            run = here
        for earlier in range(run, here):
            other = order[earlier]
            if first[other] == other and _are_equal(ptr, members, s, other):
                first[s] = other
                break
    return first


def undominated_sites(ptr: Ids, demand: Positions32, indptr: Ids, sites: Positions32, cost: Floats) -> Mask:
    """
    Which sites cover something that no other site covers as cheaply; of equal ones the lowest position stays.

    Parameters
    ----------
    ptr, demand
        Site j covers ``demand[ptr[j]:ptr[j + 1]]``, ascending.
    indptr, sites
        The same relation from the side of the demand.

    Examples
    --------
    >>> ptr, demand = np.array([0, 1, 3, 5]), np.array([0, 0, 1, 0, 1], dtype=np.uint32)
    >>> indptr, sites = np.array([0, 3, 5]), np.array([0, 1, 2, 1, 2], dtype=np.uint32)
    >>> undominated_sites(ptr, demand, indptr, sites, np.ones(3)).tolist()
    [False, True, False]
    """
    return _undominated_sites(ptr, demand, indptr, sites, cost, _signatures(ptr, demand))


def undominated_demand(indptr: Ids, sites: Positions32, ptr: Ids, demand: Positions32) -> Mask:
    """
    Which demand has a cover set that contains no other demand's; of equal ones the lowest position stays.

    Examples
    --------
    >>> indptr, sites = np.array([0, 1, 3]), np.array([0, 0, 1], dtype=np.uint32)
    >>> ptr, demand = np.array([0, 2, 3]), np.array([0, 1, 1], dtype=np.uint32)
    >>> undominated_demand(indptr, sites, ptr, demand).tolist()
    [True, False]
    """
    return _undominated_demand(indptr, sites, ptr, demand, _signatures(indptr, sites))


@njit(cache=True, nogil=True)
def _signatures(ptr: Ids, members: Positions32) -> Bits:
    # One of 64 bits per member: a set with a bit that another lacks is not inside it, and most pairs end there.
    out = np.zeros(len(ptr) - 1, dtype=np.uint64)
    for s in range(len(ptr) - 1):
        for entry in range(ptr[s], ptr[s + 1]):
            out[s] |= np.uint64(1) << (np.uint64(members[entry]) & np.uint64(63))
    return out


@njit(cache=True, nogil=True)
def _is_inside(ptr: Ids, members: Positions32, small: int, large: int) -> bool:
    at, end = ptr[large], ptr[large + 1]
    for entry in range(ptr[small], ptr[small + 1]):
        while at < end and members[at] < members[entry]:
            at += 1
        if at == end or members[at] != members[entry]:
            return False
        at += 1
    return True


@njit(cache=True, nogil=True)
def _rarest(ptr: Ids, members: Positions32, s: int, other_ptr: Ids) -> int:
    # Whatever contains s contains its rarest member: the shortest list to look through.
    best = members[ptr[s]]
    for entry in range(ptr[s], ptr[s + 1]):
        m = members[entry]
        if other_ptr[m + 1] - other_ptr[m] < other_ptr[best + 1] - other_ptr[best]:
            best = m
    return best


@njit(cache=True, nogil=True)
def _undominated_sites(
    ptr: Ids, demand: Positions32, indptr: Ids, sites: Positions32, cost: Floats, signature: Bits
) -> Mask:
    keep = np.ones(len(cost), dtype=np.bool_)
    for j in range(len(cost)):
        size = ptr[j + 1] - ptr[j]
        if size == 0:
            keep[j] = False
            continue
        i = _rarest(ptr, demand, j, indptr)
        for entry in range(indptr[i], indptr[i + 1]):
            k = sites[entry]
            other = ptr[k + 1] - ptr[k]
            if k == j or other < size or cost[k] > cost[j] or signature[j] & ~signature[k]:
                continue
            if other == size and cost[k] == cost[j] and k > j:
                continue
            if _is_inside(ptr, demand, j, k):
                keep[j] = False
                break
    return keep


@njit(cache=True, nogil=True)
def _undominated_demand(indptr: Ids, sites: Positions32, ptr: Ids, demand: Positions32, signature: Bits) -> Mask:
    keep = np.ones(len(indptr) - 1, dtype=np.bool_)
    for small in range(len(keep)):
        size = indptr[small + 1] - indptr[small]
        if size == 0 or not keep[small]:
            continue
        j = _rarest(indptr, sites, small, ptr)
        for entry in range(ptr[j], ptr[j + 1]):
            i = demand[entry]
            other = indptr[i + 1] - indptr[i]
            if i == small or not keep[i] or other < size or signature[small] & ~signature[i]:
                continue
            if other == size and i < small:
                continue
            if _is_inside(indptr, sites, small, i):
                keep[i] = False
    return keep
