"""
Shortest paths from places: one exact bucket queue, in whole milliseconds or millimetres.

Buckets are 8192 wide; inside a bucket a node may be improved and scanned again (label-correcting), between buckets it
is final. A node that is improved gets a new entry in a pool, and its older entry, which cost more than the node does
now, is passed over; so the pool also names every node that must be put back before the next search. The inner loop has
no branch to guess wrong: whether an arc improves its head decides where is written, not whether. On road networks that
halves the time of a search; that an arc is one number, and an entry one, takes off another tenth.

References
----------
Denardo and Fox (1979), Shortest-route methods: reaching, pruning and buckets. Cherkassky, Goldberg and Radzik (1996),
Shortest paths algorithms: theory and experimental evaluation (approximate buckets).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from siting.arrays import Ids, Milliseconds, Packed, Positions32
from siting.network import Crossings

BUCKET_BITS = 13
"""A bucket is 2 ** 13 wide: about 8 s of driving, or 8 m of road."""

FAR = np.int32(2**31 - 1)
"""Not reached."""

_NOBODY = np.uint32(2**32 - 1)
_ONE = np.uint32(1)
_HALF = np.uint64(32)
_SHIFT = np.uint32(BUCKET_BITS)


class Queue(NamedTuple):
    """
    Entries in the order in which they came; what was never written of them costs no memory.

    Attributes
    ----------
    entry, after
        Room for as many entries as there are nodes and arcs: a node (upper half) and what it cost when the entry was
        made (lower half), and which entry follows in its bucket.
    first
        The front of each bucket, a power of two of them, used in a circle; one more takes what is not wanted.
    """

    entry: Packed
    after: Positions32
    first: Positions32


def n_buckets(longest: int) -> int:
    """How many buckets a circle needs when nothing waits further than `longest` ahead: a power of two."""
    return 1 << ((longest >> BUCKET_BITS) + 1).bit_length()


@njit(cache=True, nogil=True)
def _queue(n_nodes: int, n_arcs: int, buckets: int) -> Queue:
    n = n_nodes + n_arcs
    return Queue(np.empty(n, np.uint64), np.empty(n, np.uint32), np.full(buckets + 1, _NOBODY))


@njit(cache=True, nogil=True)
def _seed(node: Positions32, cost: Milliseconds, reached: Milliseconds, queue: Queue, far: np.int32) -> int:
    """Write the seeds into an empty search; a cost below 0 is closed. How many nodes they are."""
    n_entries = 0
    for k in range(node.size):
        if 0 <= cost[k] < reached[node[k]]:
            if reached[node[k]] == far:
                queue.entry[n_entries] = np.uint64(node[k]) << _HALF
                n_entries += 1
            reached[node[k]] = cost[k]
    return n_entries


@njit(cache=True, nogil=True)
def _link(reached: Milliseconds, queue: Queue, n_entries: int | np.integer, start: np.uint32) -> int:
    """Put the entries that cost as much as the bucket `start` or more into empty buckets; how many they are."""
    n_waiting, mask = 0, np.uint32(queue.first.size - 2)
    for k in range(n_entries):
        node = queue.entry[k] >> _HALF
        cost = np.uint32(reached[node])
        queue.entry[k] = node << _HALF | cost
        if cost >> _SHIFT >= start:
            bucket = (cost >> _SHIFT) & mask
            queue.after[k], queue.first[bucket] = queue.first[bucket], k
            n_waiting += 1
    return n_waiting


@njit(cache=True, nogil=True)
def _pack(reached: Milliseconds, queue: Queue, n_entries: int | np.integer) -> int:
    """Make room in a full pool: the last entry of each node stays, none of them linked. How many they are."""
    queue.first[:] = _NOBODY
    n = 0
    for k in range(n_entries):
        node = queue.entry[k] >> _HALF
        if reached[node] == np.int32(queue.entry[k]):
            queue.entry[n] = queue.entry[k]
            n += 1
            reached[node] = ~reached[node]  # so that no equal entry stays as well
    for k in range(n):
        node = queue.entry[k] >> _HALF
        reached[node] = ~reached[node]
    return n


@njit(cache=True, nogil=True)
def _search(
    indptr: Positions32,
    arcs: Packed,
    reached: Milliseconds,
    label: Positions32 | None,
    queue: Queue,
    n_entries: int,
    far: np.int32,
    crossings: Crossings | None,
    too_late: Milliseconds,
) -> np.int64:
    """
    Run from the seeds until nothing nearer than `far` waits; how many entries there are in the end.

    Among their nodes is every one that was reached, some of them more than once. One long function: numba counts
    references around every call that takes arrays, which doubles the time of this loop.

    Parameters
    ----------
    arcs
        `siting.network.Csr.packed`.
    reached
        Shape (N,). The least cost so far; where nobody came yet `far`, or more.
    label
        Shape (N,). Of the seed that a node is reached from, the lower of two that draw level; None where nobody asks.
    n_entries
        How many seeds there are, at the front of the queue.
    crossings, too_late
        Where turns cost: what leads across which junction, and from when on nothing is gained there, shape (N,),
        `FAR` at first. A state that comes later is not scanned.
    """
    entries, after, first = queue
    unwanted = np.uint32(first.size - 1)
    mask = np.uint32(first.size - 2)
    n, n_waiting = np.uint32(n_entries), np.uint32(_link(reached, queue, n_entries, np.uint32(0)))
    bucket = np.uint32(0)
    while n_waiting > 0:
        while first[bucket & mask] != _NOBODY:
            k, first[bucket & mask] = first[bucket & mask], _NOBODY
            while k != _NOBODY:
                entry, k = entries[k], after[k]
                n_waiting -= _ONE
                tail, cost = np.uint32(entry >> _HALF), np.uint32(entry)
                if cost != np.uint32(reached[tail]):
                    continue
                first_arc, end = indptr[tail], indptr[tail + _ONE]
                if n + (end - first_arc) > entries.size:
                    n = np.uint32(_pack(reached, queue, n))
                    n_waiting = np.uint32(_link(reached, queue, n, bucket))
                    break
                if crossings is not None:
                    junction, there_ms = np.uint32(crossings.ahead[tail, 0]), cost + crossings.ahead[tail, 1]
                    if there_ms >= far or there_ms >= too_late[junction]:
                        continue
                    too_late[junction] = min(there_ms + crossings.slack_ms[junction], too_late[junction])
                own_label = _NOBODY if label is None else label[tail]
                n_waiting -= n
                for arc in range(first_arc, end):
                    new = arcs[arc] + np.uint64(cost)
                    node, there = np.uint32(new >> _HALF), np.uint32(new)
                    was = np.uint32(reached[node])
                    is_better = there < was
                    if label is not None:
                        is_better |= (there == was) & (own_label < label[node])
                        label[node] = own_label if is_better else label[node]
                    reached[node] = min(there, was)
                    into = (there >> _SHIFT) & mask if is_better else unwanted
                    entries[n], after[n], first[into] = new, first[into], n
                    n += np.uint32(is_better)
                n_waiting += n
        bucket += _ONE
    return np.int64(n)


@njit(cache=True, nogil=True)
def costs_from(
    indptr: Positions32, arcs: Packed, seed_node: Positions32, seed_cost: Milliseconds, buckets: int
) -> Milliseconds:
    """
    The least cost from any seed to every node, `FAR` where none leads.

    A seed may be given several times; one with a cost below 0 is closed.
    """
    n_nodes = indptr.size - 1
    reached, queue = np.full(n_nodes, FAR), _queue(n_nodes, arcs.size, buckets)
    n_seeds = _seed(seed_node, seed_cost, reached, queue, FAR)
    _search(indptr, arcs, reached, None, queue, n_seeds, FAR, None, reached[:0])
    return reached


@njit(cache=True, nogil=True)
def first_from(
    indptr: Positions32,
    arcs: Packed,
    seed_node: Positions32,
    seed_cost: Milliseconds,
    seed_label: Positions32,
    buckets: int,
) -> tuple[Milliseconds, Positions32]:
    """As `costs_from`, and the label of the seed; of two that draw level the lower one counts."""
    n_nodes = indptr.size - 1
    reached, queue, label = np.full(n_nodes, FAR), _queue(n_nodes, arcs.size, buckets), np.full(n_nodes, _NOBODY)
    n_seeds = _seed(seed_node, seed_cost, reached, queue, FAR)
    for k in range(seed_node.size):
        if seed_cost[k] == reached[seed_node[k]]:
            label[seed_node[k]] = min(label[seed_node[k]], seed_label[k])
    _search(indptr, arcs, reached, label, queue, n_seeds, FAR, None, reached[:0])
    return reached, label


@njit(cache=True, nogil=True)
def improve(
    indptr: Positions32,
    arcs: Packed,
    reached: Milliseconds,
    seed_node: Positions32,
    seed_ms: Milliseconds,
    buckets: int,
) -> Positions32:
    """Go on from least costs to all nodes with more seeds, no further than they improve; which nodes they improved."""
    queue = _queue(reached.size, arcs.size, buckets)
    n_seeds = 0
    for k in range(seed_node.size):
        if 0 <= seed_ms[k] < reached[seed_node[k]]:
            reached[seed_node[k]] = seed_ms[k]
            queue.entry[n_seeds] = np.uint64(seed_node[k]) << _HALF
            n_seeds += 1
    n_entries = _search(indptr, arcs, reached, None, queue, n_seeds, FAR, None, reached[:0])
    improved = queue.entry[: _pack(reached, queue, n_entries)] >> _HALF
    return improved.astype(np.uint32)


class Workspace(NamedTuple):
    """
    What one thread writes into while it searches; clean between two searches, so that no search pays for all nodes.

    Attributes
    ----------
    far
        One more than the limit of these searches.
    reached, queue, too_late
        See `_search`.
    best, found
        Shape (I,). The least milliseconds to each demand, `FAR` where none yet, and the demand found so far.
    place, ms
        The entries of a piece: demand, or nodes.
    """

    far: np.int32
    reached: Milliseconds
    queue: Queue
    best: Milliseconds
    found: Positions32
    place: Positions32
    ms: Milliseconds
    too_late: Milliseconds


def workspace(
    limit: int, n_nodes: int, n_arcs: int, n_demand: int, buckets: int, n_entries: int, n_crossings: int = 0
) -> Workspace:
    """Room for searches within a limit, and for the entries of a piece. What is never written costs no memory."""
    return Workspace(
        far=np.int32(limit + 1),
        reached=np.full(n_nodes, limit + 1, np.int32),
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
    arcs: Packed,
    seed_node: Positions32,
    seed_ms: Milliseconds,
    crossings: Crossings | None,
    own: Workspace,
) -> Ids:
    """Which nodes each site of a block reaches within the limit, as `reach_block` does for demand."""
    far, reached, queue, _, _, place, ms, too_late = own
    count = np.zeros(len(seed_node), np.int64)
    n_out = 0
    for site in range(len(seed_node)):
        n_seeds = _seed(seed_node[site], seed_ms[site], reached, queue, far)
        n = _search(indptr, arcs, reached, None, queue, n_seeds, far, crossings, too_late)
        fits, before = n_out + n <= place.size, n_out
        for entry in queue.entry[:n]:
            node = np.uint32(entry >> _HALF)
            if fits:
                place[n_out], ms[n_out] = node, reached[node]
                n_out += reached[node] != far  # else it was listed before
            reached[node] = far
            if crossings is not None:
                too_late[crossings.ahead[node, 0]] = FAR
        if not fits:
            return count[:site]
        count[site] = n_out - before
    return count


@njit(cache=True, nogil=True)
def reach_block(
    indptr: Positions32,
    arcs: Packed,
    seed_node: Positions32,
    seed_ms: Milliseconds,
    at_ptr: Ids,
    at_demand: Positions32,
    at_ms: Milliseconds,
    beside_ptr: Ids,
    beside_demand: Positions32,
    beside_ms: Milliseconds,
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
    far, reached, queue, best, found, place, ms, too_late = own
    count = np.zeros(len(seed_node), np.int64)
    n_out = 0
    for site in range(len(seed_node)):
        n_found = 0
        for k in range(beside_ptr[site], beside_ptr[site + 1]):
            i, there = beside_demand[k], beside_ms[k]
            if there < far and there < best[i]:
                if best[i] == FAR:
                    found[n_found] = i
                    n_found += 1
                best[i] = there
        n_seeds = _seed(seed_node[site], seed_ms[site], reached, queue, far)
        n = _search(indptr, arcs, reached, None, queue, n_seeds, far, crossings, too_late)
        for entry in queue.entry[:n]:
            node = np.uint32(entry >> _HALF)
            at_node = reached[node]
            if at_node == far:  # it was here before
                continue
            reached[node] = far
            if crossings is not None:
                too_late[crossings.ahead[node, 0]] = FAR
            for k in range(at_ptr[node], at_ptr[node + _ONE]):
                i, there = at_demand[k], at_node + at_ms[k]
                if there < far and there < best[i]:
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
