"""
Shortest paths from places: one exact bucket queue, in whole milliseconds or millimetres.

Buckets are 2048 wide; inside a bucket a node may be improved and scanned again (label-correcting), between buckets it
is final. Nodes waiting in a bucket form a doubly linked list threaded through the nodes themselves, so a node waits in
one place only and the queue cannot overflow, whatever the graph.

The same code runs on int32 weights and on int64 ones that carry a label in their low half (see `spread`): comparing
such numbers compares time first, label second, so ties between sites cost nothing extra.

References
----------
Denardo and Fox (1979), Shortest-route methods: reaching, pruning and buckets. Cherkassky, Goldberg and Radzik (1996),
Shortest paths algorithms: theory and experimental evaluation (approximate buckets).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from siting.arrays import Ids, Milliseconds, Positions32

BUCKET_BITS = 11
"""A bucket is 2 ** 11 wide: about 2 s of driving, or 2 m of road."""

FAR = np.int32(2**31 - 1)
"""Not reached."""

_NOBODY = np.uint32(2**32 - 1)
_ONE = np.uint32(1)


def n_buckets(longest: int) -> int:
    """How many buckets a circle needs when nothing waits further than `longest` ahead: a power of two."""
    return 1 << ((longest >> BUCKET_BITS) + 1).bit_length()


@njit(cache=True, nogil=True)
def _seed(
    node: Positions32,
    cost: NDArray,
    reached: NDArray,
    touched: Positions32,
    limit: int | np.signedinteger,
    far: np.signedinteger,
) -> int:
    """Write the seeds into an empty search; a cost below 0 is closed. How many nodes were touched."""
    n_touched = 0
    for k in range(node.size):
        if 0 <= cost[k] <= limit and cost[k] < reached[node[k]]:
            if reached[node[k]] == far:
                touched[n_touched] = node[k]
                n_touched += 1
            reached[node[k]] = cost[k]
    return n_touched


@njit(cache=True, nogil=True)
def _search(
    indptr: Positions32,
    head: Positions32,
    weight: NDArray,
    reached: NDArray,
    touched: Positions32,
    n_touched: int,
    first: Positions32,
    after: Positions32,
    before: Positions32,
    limit: int | np.signedinteger,
    far: np.signedinteger,
    shift: int,
) -> int:
    """
    Run from the touched nodes until nothing within the limit waits; how many nodes were touched in the end.

    One long function: numba counts references around every call that takes arrays, which doubles the time of this loop.

    Parameters
    ----------
    reached
        Shape (N,). `far` where nobody came yet, 0 or more while a node waits, ``~cost`` (below 0) once it is scanned.
    touched
        Shape (N,). Every node reached so far.
    first
        The front of each bucket, all empty before and after; a power of two of them, used in a circle.
    after, before
        Shape (N,). A waiting node's neighbours in its bucket.
    """
    mask = first.size - 1
    for node in touched[:n_touched]:
        bucket = (reached[node] >> shift) & mask
        front = first[bucket]
        after[node], before[node], first[bucket] = front, _NOBODY, node
        if front != _NOBODY:
            before[front] = node
    n_waiting, bucket = n_touched, 0
    while n_waiting > 0:
        while first[bucket] != _NOBODY:
            tail = first[bucket]
            n_waiting -= 1
            first[bucket] = after[tail]
            if after[tail] != _NOBODY:
                before[after[tail]] = _NOBODY
            cost = reached[tail]
            reached[tail] = ~cost
            for arc in range(indptr[tail], indptr[tail + _ONE]):
                node, there = head[arc], cost + weight[arc]
                if there > limit:
                    continue
                was = reached[node]
                if there >= (~was if was < 0 else was):
                    continue
                reached[node] = there
                there_bucket = (there >> shift) & mask
                if was == far:
                    touched[n_touched] = node
                    n_touched += 1
                elif was >= 0:
                    was_bucket = (was >> shift) & mask
                    if was_bucket == there_bucket:
                        continue
                    n_waiting -= 1
                    if after[node] != _NOBODY:
                        before[after[node]] = before[node]
                    if before[node] != _NOBODY:
                        after[before[node]] = after[node]
                    else:
                        first[was_bucket] = after[node]
                n_waiting += 1
                front = first[there_bucket]
                after[node], before[node], first[there_bucket] = front, _NOBODY, node
                if front != _NOBODY:
                    before[front] = node
        bucket = (bucket + 1) & mask
    return n_touched


@njit(cache=True, nogil=True)
def costs_from(
    indptr: Positions32,
    head: Positions32,
    weight: NDArray,
    seed_node: Positions32,
    seed_cost: NDArray,
    buckets: int,
    shift: int,
    far: np.signedinteger,
) -> NDArray:
    """
    The least cost from any seed to every node, `far` where none leads; in the number type of `weight` and `far`.

    A seed may be given several times; one with a cost below 0 is closed.
    """
    n_nodes, limit = indptr.size - 1, far - 1
    reached, first = np.full(n_nodes, far), np.full(buckets, _NOBODY)
    after, before, touched = np.empty(n_nodes, np.uint32), np.empty(n_nodes, np.uint32), np.empty(n_nodes, np.uint32)
    n_seeds = _seed(seed_node, seed_cost, reached, touched, limit, far)
    n = _search(indptr, head, weight, reached, touched, n_seeds, first, after, before, limit, far, shift)
    for node in touched[:n]:
        reached[node] = ~reached[node]
    return reached


@njit(cache=True, nogil=True)
def nodes_within(
    indptr: Positions32,
    head: Positions32,
    weight: Milliseconds,
    seed_node: Positions32,
    seed_ms: Milliseconds,
    buckets: int,
    limit: int,
) -> tuple[Ids, Positions32, Milliseconds]:
    """Which nodes each site reaches within the limit, as `reach_block` does for demand."""
    n_nodes = indptr.size - 1
    reached, first = np.full(n_nodes, FAR), np.full(buckets, _NOBODY)
    after, before, touched = np.empty(n_nodes, np.uint32), np.empty(n_nodes, np.uint32), np.empty(n_nodes, np.uint32)
    count = np.zeros(len(seed_node), np.int64)
    node_out, ms_out = np.empty(1024, np.uint32), np.empty(1024, np.int32)
    n_out = 0
    for site in range(len(seed_node)):
        n = _seed(seed_node[site], seed_ms[site], reached, touched, limit, FAR)
        n = _search(indptr, head, weight, reached, touched, n, first, after, before, limit, FAR, BUCKET_BITS)
        if n_out + n > node_out.size:
            node_out, ms_out = _longer(node_out, n_out, n), _longer(ms_out, n_out, n)
        node_out[n_out : n_out + n] = touched[:n]
        for k in range(n):
            ms_out[n_out + k] = ~reached[touched[k]]
            reached[touched[k]] = FAR
        n_out += n
        count[site] = n
    return count, node_out[:n_out], ms_out[:n_out]


class Workspace(NamedTuple):
    """
    What one thread writes into while it searches; clean between two searches, so that no search pays for all nodes.

    Attributes
    ----------
    reached, touched, after, before
        Shape (N,), see `_search`.
    first
        The buckets.
    best, found
        Shape (I,). The least milliseconds to each demand, `FAR` where none yet, and the demand found so far.
    demand, ms
        The entries of a piece, at least I of them.
    """

    reached: Milliseconds
    touched: Positions32
    after: Positions32
    before: Positions32
    first: Positions32
    best: Milliseconds
    found: Positions32
    demand: Positions32
    ms: Milliseconds


def workspace(n_nodes: int, n_demand: int, buckets: int, n_entries: int) -> Workspace:
    """Room for searches of this size, and for the entries of a piece. What is never written costs no memory."""
    return Workspace(
        reached=np.full(n_nodes, FAR),
        touched=np.empty(n_nodes, np.uint32),
        after=np.empty(n_nodes, np.uint32),
        before=np.empty(n_nodes, np.uint32),
        first=np.full(buckets, _NOBODY),
        best=np.full(n_demand, FAR),
        found=np.empty(n_demand, np.uint32),
        demand=np.empty(max(n_entries, n_demand), np.uint32),
        ms=np.empty(max(n_entries, n_demand), np.int32),
    )


@njit(cache=True, nogil=True)
def reach_block(
    indptr: Positions32,
    head: Positions32,
    weight: Milliseconds,
    seed_node: Positions32,
    seed_ms: Milliseconds,
    at_ptr: Ids,
    at_demand: Positions32,
    at_ms: Milliseconds,
    beside_ptr: Ids,
    beside_demand: Positions32,
    beside_ms: Milliseconds,
    limit: int,
    reached: Milliseconds,
    touched: Positions32,
    after: Positions32,
    before: Positions32,
    first: Positions32,
    best: Milliseconds,
    found: Positions32,
    demand: Positions32,
    ms: Milliseconds,
) -> Ids:
    """
    Which demand each site of a block reaches within the limit, and when.

    The last nine parameters are a `Workspace`. Site by site, in no order, the demand and its milliseconds are written
    into `demand` and `ms`; where the next site's do not fit, the block ends before it.

    Parameters
    ----------
    seed_node, seed_ms
        Shape (S, K). Where each site's search begins and the time to there; below 0 where the way there is closed.
    at_ptr, at_demand, at_ms
        Demand that is reached from node n, and how long after: ``at_ptr[n]:at_ptr[n + 1]``.
    beside_ptr, beside_demand, beside_ms
        Demand that site s reaches along its own edge, without passing a node: ``beside_ptr[s]:beside_ptr[s + 1]``.

    Returns
    -------
    How many demands each site reaches, for the sites that were done.
    """
    count = np.zeros(len(seed_node), np.int64)
    n_out = 0
    for site in range(len(seed_node)):
        n_found = 0
        for k in range(beside_ptr[site], beside_ptr[site + 1]):
            i, there = beside_demand[k], beside_ms[k]
            if there <= limit and there < best[i]:
                if best[i] == FAR:
                    found[n_found] = i
                    n_found += 1
                best[i] = there
        n = _seed(seed_node[site], seed_ms[site], reached, touched, limit, FAR)
        n = _search(indptr, head, weight, reached, touched, n, first, after, before, limit, FAR, BUCKET_BITS)
        for node in touched[:n]:
            at_node = ~reached[node]
            reached[node] = FAR
            for k in range(at_ptr[node], at_ptr[node + _ONE]):
                i, there = at_demand[k], at_node + at_ms[k]
                if there <= limit and there < best[i]:
                    if best[i] == FAR:
                        found[n_found] = i
                        n_found += 1
                    best[i] = there
        fits = n_out + n_found <= demand.size
        for i in found[:n_found]:
            if fits:
                demand[n_out], ms[n_out] = i, best[i]
                n_out += 1
            best[i] = FAR
        if not fits:
            return count[:site]
        count[site] = n_found
    return count


@njit(cache=True, nogil=True)
def _longer(array: NDArray, n_kept: int, n_more: int) -> NDArray:
    longer = np.empty(2 * n_kept + n_more, array.dtype)
    longer[:n_kept] = array[:n_kept]
    return longer


@njit(cache=True, nogil=True)
def by_demand(count: Ids, demand: Positions32, ms: Milliseconds, n_demand: int) -> tuple[Positions32, Milliseconds]:
    """
    The entries of a block, site by site, each site's sorted by demand.

    All entries of the block are listed by demand, then dealt out to their sites; two counting passes cost a third of
    sorting each site's entries by comparison.

    Parameters
    ----------
    count
        How many of the entries belong to each site; what follows them in `demand` and `ms` is not looked at.
    """
    n_entries = count.sum()
    ptr = np.zeros(n_demand + 1, np.uint32)
    for i in demand[:n_entries]:
        ptr[i + _ONE] += _ONE
    for i in range(n_demand):
        ptr[i + 1] += ptr[i]
    listed, site_of = np.empty(n_entries, np.uint32), np.empty(n_entries, np.uint32)
    entry = 0
    for site in range(count.size):
        for _ in range(count[site]):
            listed[ptr[demand[entry]]] = entry
            ptr[demand[entry]] += _ONE
            site_of[entry] = site
            entry += 1
    to = np.cumsum(count) - count
    demand_out, ms_out = np.empty(n_entries, np.uint32), np.empty(n_entries, np.int32)
    for k in listed:
        site = site_of[k]
        demand_out[to[site]], ms_out[to[site]] = demand[k], ms[k]
        to[site] += 1
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
