"""Road networks and places for tests: streets drawn by hand, random towns, and a second opinion by networkx."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import networkx as nx
import numpy as np
import pandas as pd
import pyproj

from siting.arrays import Floats, Ids
from siting.network import CLOSED, EdgePositions, RoadNetwork

Street = tuple[int, int, int, int]
"""From node, to node, milliseconds forward and backward."""


def network_of(xy: Sequence[tuple[float, float]], streets: Sequence[Street]) -> RoadNetwork:
    """Straight streets between points given in metres; a loop is 60 m long."""
    points = np.asarray(xy, dtype=np.float64)
    tail, head, forward, backward = (np.array(column) for column in zip(*streets, strict=True))
    return RoadNetwork(
        crs=pyproj.CRS("EPSG:32650"),
        node_id=np.arange(len(points)),
        x=points[:, 0],
        y=points[:, 1],
        edge_from=tail.astype(np.uint32),
        edge_to=head.astype(np.uint32),
        edge_length_m=np.where(tail == head, 60.0, np.hypot(*(points[tail] - points[head]).T)),
        coord_ptr=np.arange(len(streets) + 1) * 2,
        coords=np.stack([points[tail], points[head]], axis=1).reshape(-1, 2),
        forward_ms=forward.astype(np.int32),
        backward_ms=backward.astype(np.int32),
        is_main=np.ones(len(streets), dtype=bool),
        edges=pd.DataFrame({"way_id": np.arange(len(streets)), "has_frontage": True}),
        profile="test",
    )


def places(*at: tuple[int, float]) -> EdgePositions:
    """Places by edge and fraction."""
    edge, fraction = (np.array(column) for column in zip(*at, strict=True))
    return _off_road(edge.astype(np.int64), fraction.astype(np.float64))


def _off_road(edge: Ids, fraction: Floats) -> EdgePositions:
    return EdgePositions(edge, np.where(edge < 0, np.nan, fraction), np.where(edge < 0, np.inf, 0.0))


def random_places(network: RoadNetwork, n: int, rng: np.random.Generator) -> EdgePositions:
    """Places anywhere along the streets; some exactly at a junction, some in one place, some off the road."""
    edge = rng.integers(0, network.n_edges, n)
    fraction = rng.random(n)
    fraction[rng.random(n) < 0.1] = 0.0
    fraction[rng.random(n) < 0.1] = 1.0
    edge[: n // 10] = edge[-1]
    fraction[: n // 20] = fraction[-1]
    edge[rng.random(n) < 0.03] = -1
    return _off_road(edge, fraction)


def town(rng: np.random.Generator, side: int = 6) -> RoadNetwork:
    """A grid with gaps, one-way streets, crescents beside straight streets, and a loop."""
    xy = [(100.0 * i, 100.0 * j) for j in range(side) for i in range(side)]
    streets: list[Street] = []
    for node in range(side * side):
        for other in ((node + 1) if (node + 1) % side else -1, node + side):
            if 0 <= other < side * side and rng.random() < 0.85:
                ms = int(rng.integers(1, 20_000))
                way = rng.random()
                streets.append(
                    (node, other, ms if way < 0.75 else CLOSED, ms + 7 if way < 0.5 or way >= 0.75 else CLOSED)
                )
    streets += [(0, 1, 9_000, CLOSED), (1, 0, 30_000, CLOSED), (2, 2, 8_000, CLOSED)]
    return network_of(xy, streets)


def seconds_by_networkx(network: RoadNetwork, sites: EdgePositions, demand: EdgePositions) -> Floats:
    """
    Seconds from each site to all demand, shape (J, I), by cutting every street at every place and asking networkx.

    A place at the end of a street is the junction itself, and places at one spot are one node.
    """
    graph = nx.DiGraph()
    edge = np.concatenate([sites.edge, demand.edge])
    fraction = np.concatenate([sites.fraction, demand.fraction])
    by_edge = pd.Series(fraction[edge >= 0]).groupby(edge[edge >= 0]).unique().to_dict()
    for e in range(network.n_edges):
        stops = sorted({0.0, 1.0, *by_edge.get(e, ())})
        for here, there in itertools.pairwise(stops):
            for ms, a, b in ((network.forward_ms[e], here, there), (network.backward_ms[e], there, here)):
                if ms != CLOSED:
                    u, v, cost = _node(network, e, a), _node(network, e, b), (there - here) * float(ms)
                    if not graph.has_edge(u, v) or cost < graph[u][v]["weight"]:
                        graph.add_edge(u, v, weight=cost)
    seconds = np.full((len(sites), len(demand)), np.inf)
    for j in np.flatnonzero(sites.on_road):
        start = _node(network, sites.edge[j], sites.fraction[j])
        graph.add_node(start)
        found = nx.single_source_dijkstra_path_length(graph, start)
        for i in np.flatnonzero(demand.on_road):
            seconds[j, i] = found.get(_node(network, demand.edge[i], demand.fraction[i]), np.inf) / 1000.0
    return seconds


def _node(network: RoadNetwork, edge: int, fraction: float) -> object:
    if fraction in (0.0, 1.0):
        return int(network.edge_to[edge] if fraction else network.edge_from[edge])
    return int(edge), float(fraction)
