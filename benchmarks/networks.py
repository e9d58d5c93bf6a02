"""Networks to measure on: real extracts where they are at hand, and towns of any size made by code."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pyproj
from scipy import sparse

from siting.inputs.roads import read_ways
from siting.network import CLOSED, EdgePositions, RoadNetwork, build_network
from siting.network.hilbert import hilbert_order
from siting.speeds import load_profile

REAL = Path(os.environ.get("SITING_REAL_DATA", Path(__file__).parents[2] / "shared" / "data" / "real"))
EXTRACTS = {
    "porto_metro": (REAL / "porto_metro" / "porto_portugal.osm.pbf", "EPSG:32629"),
    "porto_alegre": (REAL / "porto_alegre" / "poa.osm.pbf", "EPSG:32722"),
}
SEED = 20


def extract(name: str) -> RoadNetwork:
    path, crs = EXTRACTS[name]
    return build_network(read_ways(path), load_profile("fire-engine"), pyproj.CRS(crs))


def road_like(n_nodes: int) -> RoadNetwork:
    """
    Crooked streets about 110 m long, a third missing, a sixth one-way, every eighth faster; in Hilbert order.

    2.6 arcs leave a junction and 240 s reach some 850 of them, much as on a real network.
    """
    rng, side = np.random.default_rng(SEED), int(np.sqrt(n_nodes))
    row, column = np.divmod(np.arange(side * side), side)
    x, y = (110.0 * axis + rng.uniform(-35.0, 35.0, side * side) for axis in (column, row))
    order = hilbert_order(x, y)
    rank = np.empty(len(order), dtype=np.uint32)
    rank[order] = np.arange(len(order), dtype=np.uint32)
    x, y = x[order], y[order]
    node = rank.reshape(side, side)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    is_fast = np.concatenate(
        [row.reshape(side, side)[:, :-1].ravel() % 8 == 0, column.reshape(side, side)[:-1].ravel() % 8 == 0]
    )
    kept = np.flatnonzero(is_fast | (rng.random(len(tail)) < 0.66))
    kept = kept[np.lexsort((head[kept], tail[kept]))]
    tail, head, is_fast = tail[kept], head[kept], is_fast[kept]
    ends = np.stack([np.column_stack([x[tail], y[tail]]), np.column_stack([x[head], y[head]])], axis=1)
    length_m = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    ms = np.ceil(length_m * 3600.0 / np.where(is_fast, 55.0, rng.uniform(20.0, 35.0, len(tail)))).astype(np.int32)
    return RoadNetwork(
        crs=pyproj.CRS("EPSG:32629"),
        node_id=np.arange(side * side),
        x=x,
        y=y,
        edge_from=tail,
        edge_to=head,
        edge_length_m=length_m,
        coord_ptr=np.arange(len(tail) + 1) * 2,
        coords=ends.reshape(-1, 2),
        forward_ms=ms,
        backward_ms=np.where(rng.random(len(tail)) < 1 / 6, CLOSED, ms).astype(np.int32),
        is_main=np.ones(len(tail), dtype=bool),
        edges=pd.DataFrame({"has_frontage": np.ones(len(tail), dtype=bool)}),
        profile="road-like",
    )


def tiled(network: RoadNetwork, n: int) -> RoadNetwork:
    """A network n times side by side, not connected: real junctions, as many as a country has."""
    east = np.arange(n) * 2.0 * np.ptp(network.x)
    nodes = np.repeat(np.arange(n, dtype=np.uint32) * np.uint32(network.n_nodes), network.n_edges)
    n_coords = len(network.coords)
    return replace(
        network,
        node_id=np.arange(n * network.n_nodes),
        x=(east[:, None] + network.x).ravel(),
        y=np.tile(network.y, n),
        edge_from=np.tile(network.edge_from, n) + nodes,
        edge_to=np.tile(network.edge_to, n) + nodes,
        edge_length_m=np.tile(network.edge_length_m, n),
        coord_ptr=np.append(np.arange(n)[:, None] * n_coords + network.coord_ptr[:-1], n * n_coords),
        coords=np.tile(network.coords, (n, 1)) + np.repeat(np.column_stack([east, 0.0 * east]), n_coords, axis=0),
        forward_ms=np.tile(network.forward_ms, n),
        backward_ms=np.tile(network.backward_ms, n),
        is_main=np.tile(network.is_main, n),
        edges=pd.concat([network.edges] * n, ignore_index=True),
    )


def anywhere(network: RoadNetwork, n: int) -> EdgePositions:
    """Places along edges, sorted as nodes are."""
    rng = np.random.default_rng(SEED)
    return EdgePositions(np.sort(rng.integers(0, network.n_edges, n)), rng.random(n), np.zeros(n))


def at_nodes(network: RoadNetwork, n: int) -> tuple[EdgePositions, np.ndarray]:
    """Places at the start of edges, and their nodes."""
    edge = np.sort(np.random.default_rng(SEED).integers(0, network.n_edges, n))
    return EdgePositions(edge, np.zeros(n), np.zeros(n)), network.edge_from[edge].astype(np.int64)


def as_matrix(network: RoadNetwork) -> sparse.csr_array:
    arcs = _arcs(network)
    tail, head = (arcs.index.get_level_values(k).to_numpy() for k in (0, 1))
    return sparse.csr_array((arcs.to_numpy(np.float64), (tail, head)), shape=(network.n_nodes, network.n_nodes))


def as_graph(network: RoadNetwork, kind: type[nx.DiGraph] = nx.DiGraph) -> nx.DiGraph:
    graph = kind()
    graph.add_nodes_from(range(network.n_nodes))
    graph.add_weighted_edges_from((int(u), int(v), int(ms)) for (u, v), ms in _arcs(network).items())
    return graph


def _arcs(network: RoadNetwork) -> pd.Series:
    """The quickest of parallel arcs, in milliseconds, by tail and head."""
    graph = network.outward
    tail = np.repeat(np.arange(network.n_nodes), np.diff(graph.indptr))
    arcs = pd.DataFrame({"tail": tail, "head": graph.head.astype(np.int64), "ms": graph.weight})
    return arcs.groupby(["tail", "head"]).ms.min()
