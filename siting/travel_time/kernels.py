"""
Shortest paths from places: one exact bucket queue, in whole milliseconds or millimetres.

Buckets are 2048 wide; inside a bucket a node may be improved and scanned again (label-correcting), between buckets it
is final. A node that is improved gets a new entry in a pool, and its older entry is passed over; so the pool also
names every node that must be put back before the next search. The inner loop has no branch to guess wrong: whether an
arc improves its head decides where is written, not whether. On road networks that halves the time of a search.

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
from siting.network import Crossings

BUCKET_BITS = 11
"""A bucket is 2 ** 11 wide: about 2 s of driving, or 2 m of road."""

FAR = np.int32(2**31 - 1)
"""Not reached."""

_NOBODY = np.uint32(2**32 - 1)
_ONE = np.uint32(1)


class Queue(NamedTuple):
    """
    Entries in the order in which they came; what was never written of them costs no memory.

    Attributes
    ----------
    node, after
        Room for as many entries as there are nodes and arcs: whose it is, and which entry follows in its bucket.
    first
        The front of each bucket, a power of two of them, used in a circle; one more takes what is not wanted.
    """

    node: Positions32
    after: Positions32
    first: Positions32


def n_buckets(longest: int) -> int:
    """How many buckets a circle needs when nothing waits further than `longest` ahead: a power of two."""
    return 1 << ((longest >> BUCKET_BITS) + 1).bit_length()


@njit(cache=True, nogil=True)
def _queue(n_nodes: int, n_arcs: int, buckets: int) -> Queue:
    n = n_nodes + n_arcs
    return Queue(np.empty(n, np.uint32), np.empty(n, np.uint32), np.full(buckets + 1, _NOBODY))


@njit(cache=True, nogil=True)
def _seed(
    node: Positions32,
    cost: NDArray,
    reached: NDArray,
    queue: Queue,
    limit: int | np.signedinteger,
    far: np.signedinteger,
) -> int:
    """Write the seeds into an empty search; a cost below 0 is closed. How many nodes they are."""
    n_entries = 0
    for k in range(node.size):
        if 0 <= cost[k] <= limit and cost[k] < reached[node[k]]:
            if reached[node[k]] == far:
                queue.node[n_entries] = node[k]
                n_entries += 1
            reached[node[k]] = cost[k]
    return n_entries


@njit(cache=True, nogil=True)
def _link(reached: NDArray, queue: Queue, n_entries: int | np.integer, shift: int) -> int:
    """Put the entries whose nodes wait into their buckets, which are empty; how many they are."""
    n_waiting, mask = 0, queue.first.size - 2
    for entry in range(n_entries):
        cost = reached[queue.node[entry]]
        if cost >= 0:
            bucket = (cost >> shift) & mask
            queue.after[entry], queue.first[bucket] = queue.first[bucket], entry
            n_waiting += 1
    return n_waiting


@njit(cache=True, nogil=True)
def _pack(reached: NDArray, queue: Queue, far: np.signedinteger) -> int:
    """Make room in a full pool: one entry for each node that was reached, none of them linked. How many they are."""
    queue.first[:] = _NOBODY
    n_entries = 0
    for node in range(reached.size):
        if reached[node] != far:
            queue.node[n_entries] = node
            n_entries += 1
    return n_entries


@njit(cache=True, nogil=True)
def _search(
    indptr: Positions32,
    head: Positions32,
    weight: NDArray,
    reached: NDArray,
    queue: Queue,
    n_entries: int,
    limit: int | np.signedinteger,
    far: np.signedinteger,
    shift: int,
    crossings: Crossings | None,
    too_late: NDArray,
) -> np.int64:
    """
    Run from the seeds until nothing within the limit waits; how many entries there are in the end.

    Among their nodes is every one that was reached, some of them more than once. One long function: numba counts
    references around every call that takes arrays, which doubles the time of this loop.

    Parameters
    ----------
    reached
        Shape (N,). `far` where nobody came yet, 0 or more while a node waits, ``~cost`` (below 0) once it is scanned.
    n_entries
        How many seeds there are, at the front of the queue.
    crossings, too_late
        Where turns cost: what leads across which junction, and from when on nothing is gained there, shape (N,),
        `far` at first. A state that comes later is not scanned.
    """
    entry_node, after, first = queue
    unwanted = np.uint32(first.size - 1)
    mask = np.uint32(first.size - 2)
    n, n_waiting = np.uint32(n_entries), np.uint32(_link(reached, queue, n_entries, shift))
    bucket = np.uint32(0)
    while n_waiting > 0:
        while first[bucket] != _NOBODY:
            entry, first[bucket] = first[bucket], _NOBODY
            while entry != _NOBODY:
                tail, entry = entry_node[entry], after[entry]
                n_waiting -= _ONE
                cost = reached[tail]
                if cost < 0:
                    continue
                first_arc, end = indptr[tail], indptr[tail + _ONE]
                if n + (end - first_arc) > entry_node.size:
                    n = np.uint32(_pack(reached, queue, far))
                    n_waiting = np.uint32(_link(reached, queue, n, shift))
                    break
                reached[tail] = ~cost
                if crossings is not None:
                    junction, there = np.uint32(crossings.ahead[tail, 0]), cost + crossings.ahead[tail, 1]
                    if there > limit or there >= too_late[junction]:
                        continue
                    too_late[junction] = min(there + crossings.slack_ms[junction], too_late[junction])
                n_waiting -= n
                for arc in range(first_arc, end):
                    node, there = head[arc], cost + weight[arc]
                    was = reached[node]
                    is_better = (there <= limit) & (there < (~was if was < 0 else was))
                    reached[node] = there if is_better else was
                    into = np.uint32(there >> shift) & mask if is_better else unwanted
                    entry_node[n], after[n], first[into] = node, first[into], n
                    n += np.uint32(is_better)
                n_waiting += n
        bucket = (bucket + _ONE) & mask
    return np.int64(n)


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
    reached, queue = np.full(n_nodes, far), _queue(n_nodes, head.size, buckets)
    n_seeds = _seed(seed_node, seed_cost, reached, queue, limit, far)
    _search(indptr, head, weight, reached, queue, n_seeds, limit, far, shift, None, reached[:0])
    for node in range(n_nodes):
        reached[node] = reached[node] if reached[node] == far else ~reached[node]
    return reached


@njit(cache=True, nogil=True)
def improve(
    indptr: Positions32,
    head: Positions32,
    weight: Milliseconds,
    reached: Milliseconds,
    seed_node: Positions32,
    seed_ms: Milliseconds,
    buckets: int,
) -> Positions32:
    """
    Go on from least costs to all nodes with more seeds, no further than they improve; the nodes that were improved.

    A node that is not improved never waits, and to the search it is one that cannot be improved.
    """
    queue = _queue(reached.size, head.size, buckets)
    n_seeds = 0
    for k in range(seed_node.size):
        if 0 <= seed_ms[k] < reached[seed_node[k]]:
            reached[seed_node[k]] = seed_ms[k]
            queue.node[n_seeds] = seed_node[k]
            n_seeds += 1
    n = _search(indptr, head, weight, reached, queue, n_seeds, FAR - 1, FAR, BUCKET_BITS, None, reached[:0])
    n_improved = 0
    for node in queue.node[:n]:
        if reached[node] < 0:
            reached[node] = ~reached[node]
            queue.node[n_improved] = node
            n_improved += 1
    return queue.node[:n_improved].copy()


class Workspace(NamedTuple):
    """
    What one thread writes into while it searches; clean between two searches, so that no search pays for all nodes.

    Attributes
    ----------
    reached, queue, too_late
        See `_search`.
    best, found
        Shape (I,). The least milliseconds to each demand, `FAR` where none yet, and the demand found so far.
    place, ms
        The entries of a piece: demand, or nodes.
    """

    reached: Milliseconds
    queue: Queue
    best: Milliseconds
    found: Positions32
    place: Positions32
    ms: Milliseconds
    too_late: Milliseconds


def workspace(
    n_nodes: int, n_arcs: int, n_demand: int, buckets: int, n_entries: int, n_crossings: int = 0
) -> Workspace:
    """Room for searches of this size, and for the entries of a piece. What is never written costs no memory."""
    return Workspace(
        reached=np.full(n_nodes, FAR),
        queue=_queue(n_nodes, n_arcs, buckets),
        best=np.full(n_demand, FAR),
        found=np.empty(n_demand, np.uint32),
        place=np.empty(n_entries, np.uint32),
        ms=np.empty(n_entries, np.int32),
        too_late=np.full(n_crossings, FAR),
    )


@njit(cache=True, nogil=True)
def node_block(
    indptr: Positions32,
    head: Positions32,
    weight: Milliseconds,
    seed_node: Positions32,
    seed_ms: Milliseconds,
    limit: int,
    crossings: Crossings | None,
    own: Workspace,
) -> Ids:
    """Which nodes each site of a block reaches within the limit, as `reach_block` does for demand."""
    reached, queue, _, _, place, ms, too_late = own
    count = np.zeros(len(seed_node), np.int64)
    n_out = 0
    for site in range(len(seed_node)):
        n_seeds = _seed(seed_node[site], seed_ms[site], reached, queue, limit, FAR)
        n = _search(indptr, head, weight, reached, queue, n_seeds, limit, FAR, BUCKET_BITS, crossings, too_late)
        fits, before = n_out + n <= place.size, n_out
        for node in queue.node[:n]:
            if fits:
                place[n_out], ms[n_out] = node, ~reached[node]
                n_out += reached[node] != FAR  # else it was listed before
            reached[node] = FAR
            if crossings is not None:
                too_late[crossings.ahead[node, 0]] = FAR
        if not fits:
            return count[:site]
        count[site] = n_out - before
    return count


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
    crossings: Crossings | None,
    own: Workspace,
) -> Ids:
    """
    Which demand each site of a block reaches within the limit, and when.

    Site by site, in no order, the demand and its milliseconds are written into `own.place` and `own.ms`; where the
    next site's do not fit, the block ends before it.

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
    reached, queue, best, found, place, ms, too_late = own
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
        n_seeds = _seed(seed_node[site], seed_ms[site], reached, queue, limit, FAR)
        n = _search(indptr, head, weight, reached, queue, n_seeds, limit, FAR, BUCKET_BITS, crossings, too_late)
        for node in queue.node[:n]:
            if reached[node] == FAR:  # it was here before
                continue
            at_node = ~reached[node]
            reached[node] = FAR
            if crossings is not None:
                too_late[crossings.ahead[node, 0]] = FAR
            for k in range(at_ptr[node], at_ptr[node + _ONE]):
                i, there = at_demand[k], at_node + at_ms[k]
                if there <= limit and there < best[i]:
                    if best[i] == FAR:
                        found[n_found] = i
                        n_found += 1
                    best[i] = there
        fits = n_out + n_found <= place.size
        for i in found[:n_found]:
            if fits:
                place[n_out], ms[n_out] = i, best[i]
                n_out += 1
            best[i] = FAR
        if not fits:
            return count[:site]
        count[site] = n_found
    return count
