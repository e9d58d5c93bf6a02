"""Which demand each site reaches within a limit: many short searches, each no longer than the limit."""

from __future__ import annotations

import math
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pandas as pd

from siting.arrays import Ids
from siting.errors import InputError
from siting.network import EdgePositions, RoadNetwork, States
from siting.travel_time.access import Ends, Lists, arrivals, beside, by_state, departures, ranges
from siting.travel_time.kernels import Workspace, n_buckets, node_block, reach_block, workspace
from siting.travel_time.ordering import by_demand, put_rows
from siting.travel_time.times import TravelTimes
from siting.travel_time.trips import cruise_limit_ms, trip_ms, whole_ms

LONGEST_S = (2**31 - 2) / 1000.0
"""The longest limit, 24 days: what fits into int32 milliseconds."""
PIECE_ENTRIES = 2_000_000
_BLOCK = 2048
_LAST_BLOCK = 256
"""Sites per task: enough to forget the pass over all demand that sorts a piece, few enough to share out."""
_CHUNK_ENTRIES = 9_000_000
"""More than 32 MB an array: above that, memory let go is memory given back (glibc's largest M_MMAP_THRESHOLD)."""

Piece = tuple[Ids, TravelTimes]


def reach(
    network: RoadNetwork,
    sites: EdgePositions,
    demand: EdgePositions,
    limit_s: float,
    *,
    site_ids: pd.Index,
    demand_ids: pd.Index,
    threads: int | None = None,
) -> TravelTimes:
    """
    Driving time from every site to all demand within the limit.

    Both stand along edges: a site leaves by either end of its edge, demand is reached from either end of its own,
    one-way streets are respected, and on a common edge the direct way and the way round the block are compared.

    The answer takes 8 bytes an entry and little more is held at any time; where that is too much, `reach_blocks` gives
    it in pieces.

    Parameters
    ----------
    limit_s
        Seconds of driving; decided as whole milliseconds, the limit itself included.
    site_ids, demand_ids
        Labels of the two axes, as long as `sites` and `demand`.
    threads
        How many searches run at once, by default one for each core. The answer does not depend on it.

    Returns
    -------
    Times from site to demand, never shorter than the true ones and less than 2 ms longer. What stands off the road
    has no entry.

    Raises
    ------
    InputError
        If the limit is not a positive number of seconds, or the labels do not fit the places.

    Examples
    --------
    >>> from siting import toy
    >>> site_ids, demand_ids = pd.Index(["S", "N", "E"]), pd.Index(["d1", "d2", "d3", "d4", "d5", "d6"])
    >>> times = reach(toy.network(), toy.sites(), toy.demand(), 100, site_ids=site_ids, demand_ids=demand_ids)
    >>> times.to_frame().round(1).to_numpy().tolist()
    [['S', 'd1', 18.0], ['S', 'd2', 90.0], ['N', 'd3', 72.0], ['N', 'd4', 54.0]]
    """
    pieces = reach_blocks(network, sites, demand, limit_s, site_ids=site_ids, demand_ids=demand_ids, threads=threads)
    return joined(pieces, site_ids, demand_ids, limit_s)


def reach_blocks(
    network: RoadNetwork,
    sites: EdgePositions,
    demand: EdgePositions,
    limit_s: float,
    *,
    site_ids: pd.Index,
    demand_ids: pd.Index,
    threads: int | None = None,
    piece_entries: int = PIECE_ENTRIES,
) -> Iterator[Piece]:
    """
    The answer of `reach` in pieces, for what is too large to be held at once.

    Each thread holds 4 bytes for each node and 8 for each it reaches, 12 for each demand and 24 for each entry of a
    piece; besides, as many pieces as there are threads and one more may wait to be taken, with 8 bytes an entry.
    Nothing grows with the number of sites but their own positions.

    Parameters
    ----------
    piece_entries
        A piece has no more entries than this, or than there is demand if that is more.

    Yields
    ------
    Positions of some sites, neighbours on the ground, and their times to all demand, as `reach` gives them for these
    sites alone. Every site is in one piece.

    Raises
    ------
    InputError
        As `reach`.

    Examples
    --------
    >>> from siting import toy
    >>> site_ids, demand_ids = pd.Index(["S", "N", "E"]), pd.Index(["d1", "d2", "d3", "d4", "d5", "d6"])
    >>> people, within = np.array([300, 200, 100, 400, 50, 70]), np.zeros(3)
    >>> pieces = reach_blocks(toy.network(), toy.sites(), toy.demand(), 100, site_ids=site_ids, demand_ids=demand_ids)
    >>> for rows, times in pieces:  # people within 100 s of each site
    ...     within[rows] = np.bincount(times.site, people[times.demand], minlength=len(rows))
    >>> within.tolist()
    [500.0, 500.0, 0.0]
    """
    _check(len(sites), len(demand), limit_s, site_ids, demand_ids)
    threads = threads or os.cpu_count() or 1
    search = _searcher(network, sites, demand, limit_s, piece_entries)
    blocks = _blocks(departures(network, sites), threads)
    return (
        (rows, TravelTimes(site_ids.take(rows), demand_ids, *found, float(limit_s)))
        for rows, found in _searched(search, blocks, threads)
    )


def joined(pieces: Iterator[Piece], site_ids: pd.Index, demand_ids: pd.Index, limit_s: float) -> TravelTimes:
    """
    Pieces of `reach_blocks`, in whatever order they come, as the answer that `reach` gives at once.

    Examples
    --------
    >>> from siting import toy
    >>> labels = {"site_ids": pd.Index(["S", "N", "E"]), "demand_ids": pd.Index(["d1", "d2", "d3", "d4", "d5", "d6"])}
    >>> pieces = reach_blocks(toy.network(), toy.sites(), toy.demand(), 100, **labels)
    >>> joined(reversed(list(pieces)), *labels.values(), 100).ms.tolist()
    [18000, 90000, 72000, 54000]
    """
    return TravelTimes(site_ids, demand_ids, *_in_order(pieces, len(site_ids)), float(limit_s))


def reach_states(network: RoadNetwork, sites: EdgePositions, limit_s: float) -> Iterator[Lists]:
    """
    The states that each site reaches within a limit on the network (`siting.travel_time.trips`), in no order.

    In pieces, site after site; the next piece is written over the last.
    """
    states, ends, limit_ms = network.states, departures(network, sites), int(whole_ms(limit_s))
    graph, n_entries = states.arcs, max(PIECE_ENTRIES, states.n_states + len(states.arcs.head))
    own = _workspace(limit_ms, states, 0, n_buckets(_longest(network, ends, limit_ms)), n_entries)
    n_done = 0
    while n_done < len(sites):
        rows = slice(n_done, n_done + _BLOCK)
        count = node_block(graph.indptr, graph.packed, ends.state[rows], ends.ms[rows], states.crossings, own)
        ptr, n_done = _pointers(count), n_done + len(count)
        yield Lists(ptr, own.place[: ptr[-1]], own.ms[: ptr[-1]])


def _check(n_sites: int, n_demand: int, limit_s: float, site_ids: pd.Index, demand_ids: pd.Index) -> None:
    faults = []
    if not 0 < limit_s <= LONGEST_S:
        faults.append(f"limit_s is {limit_s}. Expected seconds above 0, at most {LONGEST_S:.0f}, for example 240.")
    for name, places, labels in (("site", n_sites, site_ids), ("demand", n_demand, demand_ids)):
        if places != len(labels):
            faults.append(f"{len(labels)} {name}_ids for {places} {name} positions. Give one label for each position.")
    if faults:
        raise InputError("reach", faults)


def _searcher(
    network: RoadNetwork, sites: EdgePositions, demand: EdgePositions, limit_s: float, piece_entries: int
) -> Callable[[Ids], Lists]:
    """A function that searches from some sites, and from the last ones not, if what it found fills a piece."""
    states, ends, limit_ms = network.states, departures(network, sites), cruise_limit_ms(network, limit_s)
    at, along = by_state(network, arrivals(network, demand)), beside(network, sites, demand)
    graph, buckets = states.arcs, n_buckets(_longest(network, ends, limit_ms))
    of_thread = threading.local()

    def search(rows: Ids) -> Lists:
        if not hasattr(of_thread, "workspace"):
            of_thread.workspace = _workspace(limit_ms, states, len(demand), buckets, max(piece_entries, len(demand)))
        own = of_thread.workspace
        count = reach_block(
            graph.indptr, graph.packed, ends.state[rows], ends.ms[rows], *at, *_rows(along, rows),
            states.crossings, own,
        )  # fmt: skip
        place, ms = by_demand(count, own.place, own.ms, len(demand))
        return Lists(_pointers(count), place, trip_ms(network, ms))

    return search


def _searched(search: Callable[[Ids], Lists], blocks: list[Ids], threads: int) -> Iterator[tuple[Ids, Lists]]:
    """Blocks of sites with what they reach; no more of them at once than threads, and one."""
    waiting, running = deque(blocks), deque[tuple[Ids, Future[Lists]]]()
    with ThreadPoolExecutor(threads) as pool:
        while waiting or running:
            while waiting and len(running) <= threads:
                rows = waiting.popleft()
                running.append((rows, pool.submit(search, rows)))
            rows, task = running.popleft()
            found = task.result()
            n_done = len(found.ptr) - 1
            if n_done < len(rows):
                waiting.appendleft(rows[n_done:])
            yield rows[:n_done], found


def _in_order(pieces: Iterator[Piece], n_sites: int) -> Lists:
    """The pieces as one, in the caller's order of sites; what was copied is let go at once."""
    count = np.zeros(n_sites, dtype=np.int64)
    chunks: deque[Lists] = deque()  # of sites (in `ptr`), one after the other
    held: list[Piece] = []
    for rows, times in pieces:
        count[rows] = np.diff(times.site_ptr)
        held.append((rows, times))
        if sum(len(times.ms) for _, times in held) >= _CHUNK_ENTRIES:
            chunks.append(_chunk(held))
            held.clear()
    if held:
        chunks.append(_chunk(held))
        held.clear()
    ptr = _pointers(count)
    demand, ms = np.empty(ptr[-1], dtype=np.uint32), np.empty(ptr[-1], dtype=np.int32)
    while chunks:
        put_rows(*chunks.popleft(), ptr, demand, ms)
    return Lists(ptr, demand, ms)


def _chunk(pieces: list[Piece]) -> Lists:
    return Lists(
        np.concatenate([rows for rows, _ in pieces]),
        np.concatenate([times.demand for _, times in pieces]),
        np.concatenate([times.ms for _, times in pieces]),
    )


def _longest(network: RoadNetwork, ends: Ends, limit_ms: int) -> int:
    """The most that anything can lie ahead of the search."""
    return min(limit_ms, int(max(network.states.arcs.weight.max(initial=0), ends.ms.max(initial=0))))


def _workspace(limit_ms: int, states: States, n_demand: int, buckets: int, n_entries: int) -> Workspace:
    n_crossings = 0 if states.crossings is None else len(states.crossings.slack_ms)
    return workspace(limit_ms, states.n_states, len(states.arcs.head), n_demand, buckets, n_entries, n_crossings)


def _blocks(ends: Ends, threads: int) -> list[Ids]:
    """Neighbours together, in smaller blocks towards the end, so that all threads end at about the same time."""
    order = np.argsort(ends.state[:, 0], kind="stable")
    least = min(_LAST_BLOCK, math.ceil(len(order) / threads))
    blocks, n_done = list[Ids](), 0
    while n_done < len(order):
        size = min(_BLOCK, max(least, math.ceil((len(order) - n_done) / (2 * threads))))
        blocks.append(order[n_done : n_done + size])
        n_done += size
    return blocks


def _rows(lists: Lists, rows: Ids) -> Lists:
    count = np.diff(lists.ptr)[rows]
    taken = ranges(lists.ptr[rows], count)
    return Lists(_pointers(count), lists.place[taken], lists.ms[taken])


def _pointers(count: Ids) -> Ids:
    return np.concatenate([[0], np.cumsum(count)])
