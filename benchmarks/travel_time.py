"""
Travel times on metropolitan Porto and on a road-like network of a million junctions made by code.

The same work by what one would use instead; answers are compared before times are. Targets come from
`docs/travel_time.md`. Every search writes the nodes that it reaches and their milliseconds. Sites are sorted along the
nodes' curve; peers that take long are given every so-manieth of them, and times are compared per site.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from benchmarks import c_search, luxembourg, roads, streaming, turns
from benchmarks.measurement import Measurement, cpu_seconds, machine_s
from benchmarks.networks import EXTRACTS, SEED, anywhere, as_graph, as_matrix, at_nodes, extract, road_like, tiled
from siting.network import RoadNetwork
from siting.travel_time import insert_site, reach_blocks, spread
from siting.travel_time.reach import reach_states

Search = Callable[[RoadNetwork, np.ndarray, float], int]
"""How many nodes are within seconds of these nodes, by somebody else."""


def measure(*, quick: bool) -> Iterator[Measurement]:
    real = EXTRACTS["porto_metro"][0].exists() and not quick
    small = extract("porto_metro") if real else road_like(1_600 if quick else 100_000)
    large = road_like(2_500 if quick else 1_000_000)
    few, many = (10, 40) if quick else (200, 20_000)
    yield _against(large, 240.0, many, few, _scipy(large), "scipy dijkstra(limit), batches of 20", 70.0)
    if real:
        copies = tiled(small, 16)
        yield _against(copies, 240.0, many, few, _scipy(copies), "scipy dijkstra(limit), batches of 20", 70.0)
        yield luxembourg.measure()
        poa = extract("porto_alegre")
        yield _against(poa, 900.0, 2 * few, few, _scipy(poa), "scipy dijkstra(limit), batches of 20", 4.0)
    yield _against(small, 240.0, many, 5 * few, _scipy(small), "scipy dijkstra(limit), batches of 20", 10.0)
    yield _against(small, 900.0, 5 * few, few, _scipy(small), "scipy dijkstra(limit), batches of 20", 4.0)
    yield _against(small, 240.0, many, 5 * few, _by_cutoff(small), "networkx cutoff", 85.0)
    yield _against(small, 900.0, 5 * few, few // 5, _by_cutoff(small), "networkx cutoff", 100.0)
    yield _against(small, 240.0, many, few // 2, _by_ego_graph(small), "ego_graph of MultiDiGraph", 1000.0)
    for network in (large, small):
        yield from _against_c(network, many)
    yield from turns.measure(small, large, quick=quick)
    yield from _streaming(2_500 if quick else 1_000_000, 100 if quick else 100_000)
    yield _two_threads(large, 5 * many)
    yield _first_site(large, 100)
    yield _one_more_site(large, 100)
    for size in [400, 2_500] if quick else [10_000, 100_000, 1_000_000]:
        yield _growth(size, many)
    yield from roads.measure(small, quick=quick)
    yield _against_pandana(road_like(400 if quick else 10_000), many // 10, few)  # 70,000 nodes: minutes to prepare


def _ours(network: RoadNetwork, limit_s: float, n: int) -> Callable[[], int]:
    sites, _ = at_nodes(network, n)
    return lambda: sum(len(found.ms) for found in reach_states(network, sites, limit_s))


def _against(
    network: RoadNetwork, limit_s: float, n: int, n_theirs: int, theirs: Search, name: str, target: float
) -> Measurement:
    """All nodes within the limit of each of n nodes, the peer from some of them."""
    sites, nodes = at_nodes(network, n)
    some = np.arange(0, n, max(1, n // n_theirs))
    found = sum(len(found.ms) for found in reach_states(network, sites.take(some), limit_s))
    assert found == theirs(network, nodes[some], limit_s), f"{name} reaches other nodes"
    ours = _ours(network, limit_s, n)
    our_s, their_s = cpu_seconds(ours, lambda: theirs(network, nodes[some], limit_s), rounds=3 if n_theirs > 20 else 1)
    our_us, their_us = our_s / n * 1e6, their_s / len(some) * 1e6
    work = f"{network.n_nodes:,} nodes, within {limit_s:g} s: {our_us:.1f} us a site, {ours() / n:.0f} reached"
    return Measurement(work, f"{name}: {their_us:,.0f} us", target, their_us / our_us)


def _scipy(network: RoadNetwork) -> Search:
    """In batches, for scipy answers with a number for every node; what is finite is kept."""
    graph = as_matrix(network)

    def search(_: RoadNetwork, nodes: np.ndarray, limit_s: float) -> int:
        n_found = 0
        for batch in np.array_split(nodes, math.ceil(len(nodes) / 20)):
            times = dijkstra(graph, indices=batch, limit=limit_s * 1000.0).ravel()
            kept = np.flatnonzero(np.isfinite(times))  # the quick way to find them: one axis
            n_found += len(times[kept].astype(np.int32))
        return n_found

    return search


def _by_cutoff(network: RoadNetwork) -> Search:
    graph = as_graph(network)
    return lambda _, nodes, limit_s: sum(
        len(nx.single_source_dijkstra_path_length(graph, int(node), cutoff=limit_s * 1000.0)) for node in nodes
    )


def _by_ego_graph(network: RoadNetwork) -> Search:
    graph = as_graph(network, nx.MultiDiGraph)
    return lambda _, nodes, limit_s: sum(
        len(nx.ego_graph(graph, int(node), radius=limit_s * 1000.0, distance="weight")) for node in nodes
    )


def _against_pandana(network: RoadNetwork, n: int, n_theirs: int) -> Measurement:
    """Its contraction hierarchy is built before and not counted."""
    name = "pandana nodes_in_range"
    try:
        import pandana
    except ImportError:
        work, why = f"{network.n_nodes:,} nodes, within 240 s", "pandana is not installed (extra: bench)"
        return Measurement(work, name, 70.0, math.nan, not_judged=why)
    arcs = as_matrix(network).tocoo()
    weight = pd.DataFrame({"ms": arcs.data})
    graph = pandana.Network(
        pd.Series(network.x), pd.Series(network.y), pd.Series(arcs.row), pd.Series(arcs.col), weight, twoway=False
    )
    theirs: Search = lambda _, nodes, limit_s: len(graph.nodes_in_range(nodes, limit_s * 1000.0).drop_duplicates())  # noqa: E731
    return _against(network, 240.0, n, n_theirs, theirs, name, 70.0)


def _against_c(network: RoadNetwork, n: int) -> Iterator[Measurement]:
    _, nodes = at_nodes(network, n)
    ours, work = _ours(network, 240.0, n), f"{network.n_nodes:,} nodes, within 240 s"
    searches = c_search.searches()
    for name, target in (("bucket queue", 0.9), ("binary heap", 2.0)):
        if not searches:
            yield Measurement(work, f"C {name}", target, math.nan, not_judged="there is no gcc here")
            continue
        search = searches[name]
        assert search(network, nodes, 240.0) == ours(), f"C {name}: other nodes"
        our_s, c_s = cpu_seconds(ours, lambda search=search: search(network, nodes, 240.0), rounds=5)
        ns = f"{our_s / ours() * 1e9:.1f} ns a node reached"
        yield Measurement(f"{work}: {ns}", f"C {name}, gcc -O3 -march=native", target, c_s / our_s)


def _first_site(network: RoadNetwork, n: int) -> Measurement:
    """The first of n sites at every node, and which it is."""
    seeds = np.random.default_rng(SEED).choice(network.n_nodes, n, replace=False)
    graph, zero = as_matrix(network), np.zeros(n, dtype=np.int32)

    def ours() -> np.ndarray:
        return spread(network.outward, seeds, zero, np.arange(n))[0]

    def scipys() -> np.ndarray:
        return dijkstra(graph, indices=seeds, min_only=True, return_predecessors=True)[0]

    there = np.isfinite(scipys())
    assert (ours()[there] == scipys()[there]).all(), "scipy finds other times"
    our_s, scipy_s = cpu_seconds(ours, scipys, rounds=5)
    work = f"{network.n_nodes:,} nodes, first of {n} sites everywhere: {our_s * 1000:.0f} ms"
    return Measurement(work, "scipy dijkstra(min_only)", 2.5, scipy_s / our_s)


def _one_more_site(network: RoadNetwork, n: int) -> Measurement:
    """Twenty sites, one after the other, into the answer for n."""
    seeds = np.random.default_rng(SEED).choice(network.n_nodes, n + 20, replace=False)
    zero, site = np.zeros(n + 20, dtype=np.int32), np.arange(n + 20)
    weight, label = spread(network.outward, seeds[:n], zero[:n], site[:n])
    weights, labels = (np.tile(one, (3, 1)) for one in (weight, label))  # the first round compiles, two are measured
    rows = iter(range(3))

    def inserted() -> None:
        row = next(rows)
        for k in site[n:]:
            insert_site(network.outward, weights[row], labels[row], seeds[k : k + 1], zero[:1], k)

    our_s, again_s = cpu_seconds(inserted, lambda: spread(network.outward, seeds, zero, site), rounds=2)
    assert (labels[-1] == spread(network.outward, seeds, zero, site)[1]).all(), "inserting gives another answer"
    work = f"{network.n_nodes:,} nodes, one site more than {n}: {our_s / 20 * 1e6:.0f} us"
    return Measurement(work, "all sites again", 100.0, again_s / (our_s / 20))


def _streaming(n_nodes: int, n_sites: int) -> Iterator[Measurement]:
    """A process of its own that takes every piece of `reach_blocks`."""
    seconds, megabytes, entries = streaming.in_own_process("times", n_nodes, n_sites, n_nodes)
    work = f"{n_sites:,} sites x {n_nodes:,} demand within 240 s, {entries / 1e6:.1f} million times"
    yield Measurement(work, "CPU time", 6.0, seconds, unit="s", at_most=True)
    yield Measurement(work, "peak memory of the process", 1000.0, megabytes, unit="MB", at_most=True)


def _two_threads(network: RoadNetwork, n: int) -> Measurement:
    """Wall time of one thread by that of two; it says something only where nobody else is at work meanwhile."""
    sites, demand = anywhere(network, n), anywhere(network, network.n_nodes)
    labels = {"site_ids": pd.RangeIndex(len(sites)), "demand_ids": pd.RangeIndex(len(demand))}
    best = {1: np.full(2, np.inf), 2: np.full(2, np.inf)}
    wall_s = others_s = 0.0
    for threads in (1, 2) * 3:
        began = np.array([time.perf_counter(), time.process_time(), machine_s()])
        for _ in reach_blocks(network, sites, demand, 240.0, **labels, threads=threads):
            pass
        wall, own, all_s = np.array([time.perf_counter(), time.process_time(), machine_s()]) - began
        best[threads] = np.minimum(best[threads], [wall, own])
        wall_s, others_s = wall_s + wall, others_s + all_s - own
    busy = others_s / wall_s
    why = f"others kept {busy:.2f} of a core busy" if busy > 0.1 else ""
    ratio, cpu_ratio = best[1] / best[2]
    work = f"{n:,} sites x {len(demand):,} demand on two threads; CPU time {1 / cpu_ratio:.2f} x that of one"
    return Measurement(work, "wall time of one thread", 1.85, ratio, not_judged=why)


def _growth(n_nodes: int, n: int) -> Measurement:
    """The same reach on networks of any size."""
    network = road_like(n_nodes)
    ours = _ours(network, 240.0, n)
    (seconds,) = cpu_seconds(ours, rounds=3)
    work = f"{network.n_nodes:,} nodes, within 240 s: {ours() / n:.0f} reached, {seconds / n * 1e6:.1f} us a site"
    return Measurement(work, "time for each node reached", math.nan, seconds / ours() * 1e9, unit="ns")
