"""Dead ends, and whether an engine can turn there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.arrays import Ids, Mask
from siting.lanes.limits import LaneLimits, Status
from siting.network import CLOSED, RoadNetwork


def dead_ends(network: RoadNetwork, ground: BaseGeometry, limits: LaneLimits) -> gpd.GeoDataFrame:
    """
    Every stretch from a road's end back to the first junction where an engine has another way on.

    A side road counts as such a way, however short: an engine can back into it. A loop at the end is none, since it can
    be driven round. Longer than the limit, a stretch passes where a turning circle or loop is mapped on it (its size is
    not), and fails where none is: turning places are mapped with gaps, so a failure is a place to look at. A road that
    ends outside the ground may go on beyond the data: unknown. One with two ends is judged from that on the ground.

    Parameters
    ----------
    ground
        Polygon in the network's CRS; stretches that touch it are listed.

    Returns
    -------
    A row for each: way_id, highway and name of the road at the end, length_m, can_turn, status, end_node (its id),
    geometry.
    """
    rows = []
    is_open = (network.forward_ms != CLOSED) | (network.backward_ms != CLOSED)
    ptr, edge_at = _edges_at_nodes(network, is_open)
    n_ways = np.diff(ptr)
    can_turn = network.edges["can_turn"].to_numpy()
    ends = np.flatnonzero(n_ways == 1)
    is_inside = shapely.contains_xy(ground, network.x[ends], network.y[ends])
    order = np.argsort(~is_inside, kind="stable")
    seen: set[int] = set()
    for node, inside in zip(ends[order].tolist(), is_inside[order].tolist(), strict=True):
        edges = _back_to_junction(network, node, ptr, edge_at)
        if edges[0] in seen:
            continue  # a road with two ends and no junction, met from its other end
        seen |= {edges[0], edges[-1]}
        length_m = float(network.edge_length_m[edges].sum())
        turns = bool(can_turn[edges].any())
        rows.append((edges, length_m, turns, _status(length_m, turns, inside, limits), network.node_id[node]))
    table = pd.DataFrame(rows, columns=["edges", "length_m", "can_turn", "status", "end_node"])
    of_end = network.edges[["way_id", "highway", "name"]].iloc[[edges[0] for edges in table["edges"]]]
    lines = [_line(network, edges) for edges in table["edges"]]
    found = gpd.GeoDataFrame(
        pd.concat([of_end.reset_index(drop=True), table.drop(columns="edges")], axis=1), geometry=lines, crs=network.crs
    )
    return found[found.intersects(ground)].reset_index(drop=True)


def _status(length_m: float, turns: bool, inside: bool, limits: LaneLimits) -> Status:
    if length_m <= limits.dead_end_m or turns:
        return "pass"
    return "fail" if inside else "unknown"


def _edges_at_nodes(network: RoadNetwork, is_open: Mask) -> tuple[Ids, Ids]:
    """The open edges that meet at each node, a loop twice: node n has ``edge[ptr[n]:ptr[n + 1]]``."""
    edge = np.tile(np.flatnonzero(is_open), 2)
    node = np.concatenate([network.edge_from[is_open], network.edge_to[is_open]])
    ptr = np.zeros(network.n_nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(node, minlength=network.n_nodes), out=ptr[1:])
    return ptr, edge[np.argsort(node, kind="stable")]


def _back_to_junction(network: RoadNetwork, node: int, ptr: Ids, edge_at: Ids) -> list[int]:
    """The edges from an end back to where three or more meet, or to another end."""
    edges = [int(edge_at[ptr[node]])]
    while True:
        node = int(network.edge_from[edges[-1]]) + int(network.edge_to[edges[-1]]) - node
        here = edge_at[ptr[node] : ptr[node + 1]]
        if len(here) != 2:
            return edges
        edges.append(int(here[0] if here[1] == edges[-1] else here[1]))


def _line(network: RoadNetwork, edges: list[int]) -> BaseGeometry:
    parts = [network.coords[network.coord_ptr[e] : network.coord_ptr[e + 1]] for e in edges]
    return shapely.line_merge(shapely.multilinestrings([shapely.linestrings(part) for part in parts]))
