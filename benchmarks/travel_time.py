"""
Travel times on metropolitan Porto and on a road-like network of a million junctions made by code.

The same work by what one would use instead; answers are compared before times are. Peers that are not installed here
(pandana) are not measured. Targets come from `docs/travel_time.md`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import networkx as nx
import numpy as np
from scipy.sparse.csgraph import dijkstra

from benchmarks import c_search, roads
from benchmarks.measurement import Measurement, cpu_seconds
from benchmarks.networks import EXTRACTS, SEED, as_graph, as_matrix, at_nodes, extract, road_like
from siting.network import RoadNetwork
from siting.travel_time import spread
from siting.travel_time.reach import reach_states


def measure(*, quick: bool) -> list[Measurement]:
    rounds = 1 if quick else 3
    real = EXTRACTS["porto_metro"][0].exists() and not quick
    small = extract("porto_metro") if real else road_like(1_600 if quick else 100_000)
    large = road_like(2_500 if quick else 1_000_000)
    print(f"{small.n_nodes:,} and {large.n_nodes:,} junctions")
    few, many = (20, 40) if quick else (200, 2000)
    found = [
        *_against_scipy(small, 240.0, many, rounds, target=10.0),
        *_against_scipy(large, 240.0, few, rounds, target=70.0),
        *_against_scipy(small, 900.0, few // 5, rounds, target=4.0),
        _against_networkx(small, 240.0, few, 85.0, "networkx cutoff", _by_cutoff, nx.DiGraph),
        _against_networkx(small, 240.0, few // 10, 1000.0, "ego_graph of MultiDiGraph", _by_ego_graph, nx.MultiDiGraph),
        _against_networkx(small, 900.0, few // 10, 100.0, "networkx cutoff", _by_cutoff, nx.DiGraph),
        *_against_c(large, many, rounds),
        _first_site(large, 100, rounds),
        *_streaming(2_500 if quick else 1_000_000, 100 if quick else 100_000),
    ]
    _show_growth([400, 2_500] if quick else [10_000, 100_000, 1_000_000], few)
    if real:
        found += _against_scipy(extract("porto_alegre"), 900.0, 40, rounds, target=4.0)
    return [*found, *roads.measure(small, quick=quick)]


def _against_scipy(network: RoadNetwork, limit_s: float, n: int, rounds: int, *, target: float) -> list[Measurement]:
    """All nodes within the limit of each of n nodes; scipy in batches, for it has a number for every node."""
    sites, nodes = at_nodes(network, n)
    graph = as_matrix(network)

    def ours() -> int:
        return len(reach_states(network, sites, limit_s).ms)

    def scipys() -> int:
        parts = np.array_split(nodes, max(1, n // 50))
        found = (dijkstra(graph, indices=part, limit=limit_s * 1000.0) for part in parts)
        return sum(int(np.isfinite(times).sum()) for times in found)

    assert ours() == scipys(), "scipy reaches other nodes"
    our_s, scipy_s = cpu_seconds(ours, scipys, rounds=rounds)
    work = f"{network.n_nodes:,} nodes, within {limit_s:g} s: {our_s / n * 1e6:.0f} us a site, {ours() / n:.0f} reached"
    return [Measurement(work, "scipy dijkstra(limit)", target, scipy_s / our_s)]


def _against_networkx(
    network: RoadNetwork,
    limit_s: float,
    n: int,
    target: float,
    name: str,
    theirs: Callable[[nx.DiGraph, int, float], int],
    kind: type[nx.DiGraph],
) -> Measurement:
    sites, nodes = at_nodes(network, n)
    graph = as_graph(network, kind)
    many, _ = at_nodes(network, 20 * n)  # a longer piece of work, for a steadier time

    def by_them() -> list[int]:
        return [theirs(graph, int(node), limit_s * 1000.0) for node in nodes]

    assert by_them() == np.diff(reach_states(network, sites, limit_s).ptr).tolist(), f"{name} reaches other nodes"
    our_s, their_s = cpu_seconds(lambda: reach_states(network, many, limit_s), by_them, rounds=1)
    work = f"{network.n_nodes:,} nodes, within {limit_s:g} s"
    return Measurement(work, name, target, 20.0 * their_s / our_s)


def _by_cutoff(graph: nx.DiGraph, node: int, limit_ms: float) -> int:
    return len(nx.single_source_dijkstra_path_length(graph, node, cutoff=limit_ms))


def _by_ego_graph(graph: nx.DiGraph, node: int, limit_ms: float) -> int:
    return len(nx.ego_graph(graph, node, radius=limit_ms, distance="weight"))


def _against_c(network: RoadNetwork, n: int, rounds: int) -> list[Measurement]:
    sites, nodes = at_nodes(network, n)
    found = []
    for (name, search), target in zip(c_search.searches().items(), (0.9, 2.0), strict=False):
        assert search(network, nodes, 240.0) == len(reach_states(network, sites, 240.0).ms), f"{name}: other nodes"
        our_s, c_s = cpu_seconds(
            lambda: reach_states(network, sites, 240.0),
            lambda search=search: search(network, nodes, 240.0),
            rounds=rounds,
        )
        found.append(Measurement(f"{network.n_nodes:,} nodes, within 240 s", name, target, c_s / our_s))
    return found


def _first_site(network: RoadNetwork, n: int, rounds: int) -> Measurement:
    """The first of n sites at every node, and which it is."""
    seeds = np.random.default_rng(SEED).choice(network.n_nodes, n, replace=False)
    graph, zero = as_matrix(network), np.zeros(n, dtype=np.int32)

    def ours() -> np.ndarray:
        return spread(network.outward, seeds, zero, np.arange(n))[0]

    def scipys() -> np.ndarray:
        return dijkstra(graph, indices=seeds, min_only=True, return_predecessors=True)[0]

    there = np.isfinite(scipys())
    assert (ours()[there] == scipys()[there]).all(), "scipy finds other times"
    our_s, scipy_s = cpu_seconds(ours, scipys, rounds=rounds)
    work = f"{network.n_nodes:,} nodes, first of {n} sites everywhere: {our_s * 1000:.0f} ms"
    return Measurement(work, "scipy dijkstra(min_only)", 2.5, scipy_s / our_s)


def _streaming(n_nodes: int, n_sites: int) -> list[Measurement]:
    """A process of its own that takes every piece of `reach_blocks`; its memory with Python and the network in it."""
    command = [sys.executable, "-m", "benchmarks.streaming", str(n_nodes), str(n_sites), str(n_nodes)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    seconds, megabytes, entries = map(float, printed.split())
    work = f"{n_sites:,} sites x {n_nodes:,} demand within 240 s, {entries / 1e6:.1f} million times"
    return [
        Measurement(work, "CPU time", 6.0, seconds, unit="s", at_most=True),
        Measurement(work, "peak memory", 1000.0, megabytes, unit="MB", at_most=True),
    ]


def _show_growth(sizes: list[int], n: int) -> None:
    for size in sizes:
        network = road_like(size)
        sites, _ = at_nodes(network, 10 * n)
        n_reached = len(reach_states(network, sites, 240.0).ms)
        (seconds,) = cpu_seconds(lambda: reach_states(network, sites, 240.0), rounds=3)  # noqa: B023
        print(
            f"{network.n_nodes:>9,} nodes: {seconds / n / 10 * 1e6:.0f} us a site, {n_reached / n / 10:.0f} reached, "
            f"{seconds / n_reached * 1e9:.0f} ns a node"
        )
