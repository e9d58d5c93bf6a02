"""
Streets where hydrants are due, and the stretches of them that lie too far from one.

Two neighbours along a street stand no more than the spacing apart exactly when no place between them is farther than
half of it from the nearest, along the road and in both directions whatever the traffic may do.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely
import shapely.ops
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats, Ids, Mask
from siting.network import EdgePositions, RoadNetwork
from siting.travel_time import distances_from

ROUNDING_M = 5e-3
"""Distances along roads are whole millimetres, and a few add up: a shorter gap is rounding."""


class Stretches(NamedTuple):
    """Parts of edges, in order along each edge, none touching another: from and to in metres, shape (S,)."""

    edge: Ids
    start_m: Floats
    end_m: Floats

    def take(self, rows: Ids | Mask) -> Stretches:
        """The stretches at these rows, in this order."""
        return Stretches(self.edge[rows], self.start_m[rows], self.end_m[rows])

    @property
    def length_m(self) -> Floats:
        """Of each."""
        return self.end_m - self.start_m


def walked(network: RoadNetwork) -> RoadNetwork:
    """The network with metres for seconds, both ways along every edge: whoever lays hose does not ask for one-ways."""
    length_mm = np.maximum(1, np.rint(network.edge_length_m * 1000.0)).astype(np.int32)
    return replace(network, forward_ms=length_mm, backward_ms=length_mm, turns=None, start_stop_s=0.0)


def due_stretches(network: RoadNetwork, ground: BaseGeometry, highway: Collection[str]) -> Stretches:
    """Streets of these classes on the ground; not on bridges and in tunnels, where no hydrant can stand."""
    is_due = network.edges["highway"].isin(list(highway)) & network.edges["has_frontage"]
    edge = np.flatnonzero(is_due.to_numpy() & (network.edge_length_m > 0))
    lines = _lines(network, edge)
    shapely.prepare(ground)
    whole = shapely.contains_properly(ground, lines)
    crossing = np.flatnonzero(~whole & shapely.intersects(ground, lines))
    row, at = _crossings(lines[crossing], ground)
    every = np.arange(len(crossing))
    row, at = np.concatenate([row, every, every]), np.concatenate([at, np.zeros(len(every)), np.ones(len(every))])
    order = np.lexsort((at, row))
    row, at = row[order], at[order]
    is_piece = (row[1:] == row[:-1]) & (at[1:] > at[:-1])
    row, low, high = row[1:][is_piece], at[:-1][is_piece], at[1:][is_piece]
    middle = shapely.line_interpolate_point(lines[crossing[row]], (low + high) / 2, normalized=True)
    inside = shapely.intersects(ground, middle)
    parts = Stretches(
        np.concatenate([edge[whole], edge[crossing[row[inside]]]]),
        np.concatenate([np.zeros(whole.sum()), low[inside]]),
        np.concatenate([np.ones(whole.sum()), high[inside]]),
    )
    length_m = network.edge_length_m[parts.edge]
    return joined(network, Stretches(parts.edge, parts.start_m * length_m, parts.end_m * length_m))


def far_stretches(network: RoadNetwork, hydrants: EdgePositions, limit_m: float) -> Stretches:
    """
    Every stretch of road farther than the limit, along the road, from a hydrant.

    What a hydrant covers of an edge is an interval: around itself on its own edge, and from an end node as far as the
    limit leaves after the way there. Gaps are what is left between the intervals.
    """
    length_m, n = network.edge_length_m, network.n_edges
    to_node_m = node_distances(network, hydrants)
    from_start = np.clip(limit_m - to_node_m[network.edge_from], 0.0, length_m)
    from_end = np.clip(limit_m - to_node_m[network.edge_to], 0.0, length_m)
    here, at_m = hydrants.edge, hydrants.fraction * length_m[hydrants.edge]
    every = np.arange(n)
    edge = np.concatenate([every, every, here])
    low = np.concatenate([np.zeros(n), length_m - from_end, np.maximum(at_m - limit_m, 0.0)])
    high = np.concatenate([from_start, length_m, np.minimum(at_m + limit_m, length_m[here])])
    order = np.lexsort((high, low, edge))
    edge, low, high = edge[order], low[order], high[order]
    # Edges are laid end to end, so that one running maximum serves all: none of it reaches over to the next edge.
    offset = np.concatenate([[0.0], np.cumsum(length_m)])[edge]
    covered_to = np.maximum.accumulate(offset + high) - offset
    is_gap = (edge[1:] == edge[:-1]) & (low[1:] - covered_to[:-1] > ROUNDING_M)
    return Stretches(edge[1:][is_gap], covered_to[:-1][is_gap], low[1:][is_gap])


def overlap(network: RoadNetwork, one: Stretches, other: Stretches) -> Stretches:
    """The parts of edges that both hold, without crumbs of rounding."""
    offset = np.concatenate([[0.0], np.cumsum(network.edge_length_m)])
    ends = [np.sort(np.concatenate([offset[s.edge] + s.start_m, offset[s.edge] + s.end_m])) for s in (one, other)]
    cuts = np.unique(np.concatenate([*ends, offset]))
    middle = (cuts[1:] + cuts[:-1]) / 2
    # Between an odd and an even end one is inside.
    inside = np.logical_and(*(np.searchsorted(of, middle) % 2 == 1 for of in ends))
    edge = np.searchsorted(offset, middle[inside], side="right") - 1
    found = joined(network, Stretches(edge, cuts[:-1][inside] - offset[edge], cuts[1:][inside] - offset[edge]))
    return found.take(found.length_m > ROUNDING_M)


def joined(network: RoadNetwork, parts: Stretches) -> Stretches:
    """The same parts, those that touch as one, in order."""
    order = np.lexsort((parts.start_m, parts.edge))
    edge, start, end = parts.take(order)
    begins = np.ones(len(edge), dtype=bool)
    begins[1:] = (edge[1:] != edge[:-1]) | (start[1:] > end[:-1] + ROUNDING_M)
    first = np.flatnonzero(begins)
    last = np.append(first, len(edge))[1:] - 1
    return Stretches(edge[first], start[first], np.minimum(end[last], network.edge_length_m[edge[first]]))


def stretch_table(network: RoadNetwork, parts: Stretches) -> gpd.GeoDataFrame:
    """Length_m, highway, name and geometry of each stretch, in the network's CRS."""
    of = network.edges[["highway", "name"]].iloc[parts.edge].reset_index(drop=True)
    of.insert(0, "length_m", parts.length_m)
    return gpd.GeoDataFrame(of, geometry=stretch_lines(network, parts), crs=network.crs)


def stretch_lines(network: RoadNetwork, parts: Stretches) -> np.ndarray:
    """Each stretch as a line in the network's CRS."""
    edges, back = np.unique(parts.edge, return_inverse=True)
    lines = _lines(network, edges)[back]
    length_m = network.edge_length_m[parts.edge]
    for i in np.flatnonzero((parts.start_m > 0) | (parts.end_m < length_m)):
        ends = (parts.start_m[i] / length_m[i], parts.end_m[i] / length_m[i])
        lines[i] = shapely.ops.substring(lines[i], *ends, normalized=True)
    return lines


def node_distances(network: RoadNetwork, hydrants: EdgePositions) -> Floats:
    """Metres along roads from each node to the nearest hydrant, either way along every edge; inf without one."""
    on_foot = walked(network)
    length_mm = on_foot.forward_ms
    start_mm = np.rint(hydrants.fraction * length_mm[hydrants.edge]).astype(np.int32)
    seed_node = np.concatenate([network.edge_from[hydrants.edge], network.edge_to[hydrants.edge]])
    seed_mm = np.concatenate([start_mm, length_mm[hydrants.edge] - start_mm])
    mm = distances_from(on_foot.outward, seed_node, seed_mm)
    return np.where(mm == np.iinfo(np.int32).max, np.inf, mm / 1000.0)


def _lines(network: RoadNetwork, edge: Ids) -> np.ndarray:
    """The lines of these edges (ascending)."""
    row = np.repeat(np.arange(network.n_edges), np.diff(network.coord_ptr))
    chosen = np.isin(row, edge)
    return np.asarray(shapely.linestrings(network.coords[chosen], indices=np.searchsorted(edge, row[chosen])))


def _crossings(lines: np.ndarray, ground: BaseGeometry) -> tuple[Ids, Floats]:
    """Where lines cross or follow the edge of the ground: line, and share along it."""
    ring = shapely.get_parts(ground.boundary)
    xy, part = shapely.get_coordinates(ring, return_index=True)
    step = np.flatnonzero(part[1:] == part[:-1])
    sides = shapely.linestrings(np.stack([xy[step], xy[step + 1]], axis=1))
    side, line = shapely.STRtree(lines).query(sides, predicate="intersects")
    met, pair = shapely.get_coordinates(shapely.intersection(sides[side], lines[line]), return_index=True)
    row = line[pair]
    return row, shapely.line_locate_point(lines[row], shapely.points(met), normalized=True)
