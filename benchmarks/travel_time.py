"""
Travel times on metropolitan Porto (about 69,000 junctions), or on a grid of 100,000 where the extract is absent.

The same work by what one would use instead: scipy's bounded Dijkstra, networkx with a cutoff. Answers are compared
before times are. Targets come from `docs/travel_time.md`.
"""

from __future__ import annotations

import os
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pyproj
import shapely
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from benchmarks.measurement import Measurement, cpu_seconds
from siting.inputs.roads import read_ways
from siting.network import EdgePositions, RoadNetwork, build_network, position_xy
from siting.speeds import load_profile
from siting.travel_time import isochrones, reach, spread
from siting.travel_time.reach import reach_nodes

REAL = Path(os.environ.get("SITING_REAL_DATA", Path(__file__).parents[2] / "shared" / "data" / "real"))
PORTO = REAL / "porto_metro" / "porto_portugal.osm.pbf"
SEED = 20


def measure(*, quick: bool) -> list[Measurement]:
    network, rounds = _network(quick), 1 if quick else 5
    print(f"{network.n_nodes:,} junctions, {network.n_edges:,} edges")
    return [
        *_bounded_search(network, 240.0, 40 if quick else 2000, rounds, scipy_target=8.0, networkx_target=70.0),
        *_bounded_search(network, 900.0, 10 if quick else 40, rounds, scipy_target=3.0, networkx_target=50.0),
        _first_site(network, 100, rounds),
        _sites_to_demand(network, 500 if quick else 20_000, 2_000 if quick else 200_000, rounds),
        *_isochrones(network, 2 if quick else 50, rounds),
    ]


def _bounded_search(
    network: RoadNetwork, limit_s: float, n: int, rounds: int, *, scipy_target: float, networkx_target: float
) -> list[Measurement]:
    """All nodes within the limit of each of n nodes."""
    rng = np.random.default_rng(SEED)
    edge = np.sort(rng.integers(0, network.n_edges, n))
    sites = EdgePositions(edge, np.zeros(n), np.zeros(n))
    nodes = network.edge_from[edge].astype(np.int64)
    matrix, graph = _matrix(network), _graph(network)
    few = nodes[:: max(1, n // 20)]

    def ours() -> int:
        return len(reach_nodes(network, sites, limit_s).ms)

    def scipys() -> int:  # in batches, for its answer has a number for every node of the network
        return sum(
            int(np.isfinite(dijkstra(matrix, indices=part, limit=limit_s * 1000.0)).sum())
            for part in np.array_split(nodes, max(1, n // 50))
        )

    def networkxs() -> list[int]:
        return [len(nx.single_source_dijkstra_path_length(graph, int(s), cutoff=limit_s * 1000.0)) for s in few]

    assert ours() == scipys(), "scipy reaches other nodes"
    assert networkxs() == np.diff(reach_nodes(network, sites, limit_s).ptr)[:: max(1, n // 20)].tolist()
    our_s, scipy_s, networkx_s = cpu_seconds(ours, scipys, networkxs, rounds=rounds)
    work = f"all nodes within {limit_s:g} s, {our_s / n * 1e6:.0f} us per site"
    return [
        Measurement(work, "scipy dijkstra(limit)", scipy_target, scipy_s / our_s),
        Measurement(work, "networkx cutoff", networkx_target, (networkx_s / len(few)) / (our_s / n)),
    ]


def _first_site(network: RoadNetwork, n: int, rounds: int) -> Measurement:
    """The first of n sites at every node, and which it is."""
    seeds = np.random.default_rng(SEED).choice(network.n_nodes, n, replace=False)
    matrix, zero = _matrix(network), np.zeros(n, dtype=np.int32)

    def ours() -> np.ndarray:
        return spread(network.outward, seeds, zero, np.arange(n))[0]

    def scipys() -> np.ndarray:
        return dijkstra(matrix, indices=seeds, min_only=True, return_predecessors=True)[0]

    there = np.isfinite(scipys())
    assert (ours()[there] == scipys()[there]).all(), "scipy finds other times"
    our_s, scipy_s = cpu_seconds(ours, scipys, rounds=rounds)
    work = f"first of {n} sites everywhere, {our_s * 1000:.1f} ms"
    return Measurement(work, "scipy dijkstra(min_only)", 2.5, scipy_s / our_s)


def _sites_to_demand(network: RoadNetwork, n_sites: int, n_demand: int, rounds: int) -> Measurement:
    """Sites and demand along edges, sorted table out. 15 million a second is 1e5 sites x 1e6 demand in 6 s."""
    rng = np.random.default_rng(SEED)
    sites, demand = (
        EdgePositions(np.sort(rng.integers(0, network.n_edges, n)), rng.random(n), np.zeros(n))
        for n in (n_sites, n_demand)
    )
    labels = {"site_ids": pd.RangeIndex(n_sites), "demand_ids": pd.RangeIndex(n_demand)}
    n_entries = len(reach(network, sites, demand, 240.0, **labels).ms)
    (seconds,) = cpu_seconds(lambda: reach(network, sites, demand, 240.0, **labels), rounds=rounds)
    work = f"{n_sites:,} sites x {n_demand:,} demand within 240 s, {n_entries / 1e6:.1f} million times"
    return Measurement(work, "CPU time", 15.0, n_entries / seconds / 1e6, unit="million/s")


def _isochrones(network: RoadNetwork, n: int, rounds: int) -> list[Measurement]:
    """Polygons at 240 s, and how much of what is reached along the roads they leave out."""
    rng = np.random.default_rng(SEED)
    sites = EdgePositions(rng.integers(0, network.n_edges, n), rng.random(n), np.zeros(n))
    demand = EdgePositions(rng.integers(0, network.n_edges, 20_000), rng.random(20_000), np.zeros(20_000))
    site_ids = pd.RangeIndex(n)
    land = isochrones(network, sites, [240.0], site_ids).geometry
    found = reach(network, sites, demand, 240.0, site_ids=site_ids, demand_ids=pd.RangeIndex(20_000))
    xy = position_xy(network, demand)
    # Demand stands up to 25 m beside its road, as a house does.
    at = xy[found.demand] + 25.0 * np.sqrt(rng.random((len(found.demand), 1))) * _directions(len(found.demand), rng)
    missed = 1.0 - np.mean([shapely.contains_xy(land[j], *at[found.site == j].T).mean() for j in range(n)])
    (seconds,) = cpu_seconds(lambda: isochrones(network, sites, [240.0], site_ids), rounds=rounds)
    return [
        Measurement("isochrone of 240 s", "CPU time", 15.0, seconds / n * 1000.0, unit="ms", at_most=True),
        Measurement("reached places outside it", "reach", 0.5, missed * 100.0, unit="%", at_most=True),
    ]


def _directions(n: int, rng: np.random.Generator) -> np.ndarray:
    angle = rng.random(n) * 2.0 * np.pi
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _network(quick: bool) -> RoadNetwork:
    if PORTO.exists() and not quick:
        return build_network(read_ways(PORTO), load_profile("fire-engine"), pyproj.CRS("EPSG:32629"))
    return _grid(40 if quick else 316)


def _grid(side: int) -> RoadNetwork:
    """A grid of streets of about 100 m, two-way, row by row."""
    rng = np.random.default_rng(SEED)
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    xy = 100.0 * np.stack(np.unravel_index(np.arange(side * side), (side, side)), axis=1).astype(np.float64)
    ms = rng.integers(5_000, 20_000, len(tail)).astype(np.int32)
    return RoadNetwork(
        crs=pyproj.CRS("EPSG:32629"),
        node_id=np.arange(side * side),
        x=xy[:, 0],
        y=xy[:, 1],
        edge_from=tail.astype(np.uint32),
        edge_to=head.astype(np.uint32),
        edge_length_m=np.full(len(tail), 100.0),
        coord_ptr=np.arange(len(tail) + 1) * 2,
        coords=np.stack([xy[tail], xy[head]], axis=1).reshape(-1, 2),
        forward_ms=ms,
        backward_ms=ms,
        is_main=np.ones(len(tail), dtype=bool),
        edges=pd.DataFrame({"has_frontage": np.ones(len(tail), dtype=bool)}),
        profile="grid",
    )


def _arcs(network: RoadNetwork) -> pd.Series:
    """The quickest of parallel arcs, in milliseconds, by tail and head."""
    graph = network.outward
    tail = np.repeat(np.arange(network.n_nodes), np.diff(graph.indptr))
    arcs = pd.DataFrame({"tail": tail, "head": graph.head.astype(np.int64), "ms": graph.weight})
    return arcs.groupby(["tail", "head"]).ms.min()


def _matrix(network: RoadNetwork) -> sparse.csr_array:
    arcs = _arcs(network)
    tail, head = (arcs.index.get_level_values(k).to_numpy() for k in (0, 1))
    return sparse.csr_array((arcs.to_numpy(np.float64), (tail, head)), shape=(network.n_nodes, network.n_nodes))


def _graph(network: RoadNetwork) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(network.n_nodes))
    graph.add_weighted_edges_from((int(u), int(v), int(ms)) for (u, v), ms in _arcs(network).items())
    return graph
