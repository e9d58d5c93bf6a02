"""How well hydrants serve roads and land: radius in a straight line, spacing along the road (GB 50974-2014, 7.2.5)."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from siting.arrays import Floats, Ids
from siting.network import EdgePositions, RoadNetwork, csr, snap
from siting.study_area import StudyArea
from siting.tables import Note, noted
from siting.travel_time import distances_from

RADIUS_M, SPACING_M = 150.0, 120.0
"""GB 50974-2014, 7.2.5."""
DUE = ("primary", "secondary", "tertiary", "unclassified", "residential", "living_street")
"""Streets of a town: GB 50974-2014 asks for municipal hydrants along them, and not along motorways or service lanes."""
_QUAD_SEGS = 64
"""Of a circle's quarter: the polygon that stands for it lacks 0.01 % of its area."""
_ROUNDING = 1e-9
"""Of a cell's land: so little is left over when circles together just cover it."""
_ROUNDING_M = 2e-3
"""Distances along roads are whole millimetres: a shorter gap is rounding."""


@dataclass(frozen=True)
class HydrantCover:
    """
    Measured cover by hydrants that count.

    Attributes
    ----------
    radius_m, spacing_m
        The limits measured against, 150 and 120 in GB 50974-2014.
    n_counted, n_not_counted
        Working hydrants, and those set aside (abandoned, broken) with their reasons in the hydrant table.
    cells
        Index `cell_id`: share_within, the share of the cell's land within `radius_m` of a hydrant, straight.
    share_area, share_people
        Of all land and people.
    road_km, road_km_short
        Road inside the boundary where hydrants are due, and how much of it lies farther than half the spacing from
        the nearest hydrant along the road (so that two neighbours stand more than `spacing_m` apart).
    gaps
        The stretches behind `road_km_short`: geometry in the metric CRS, length_m, highway, name.
    notes
        Hydrants that stand on no road.
    """

    radius_m: float
    spacing_m: float
    n_counted: int
    n_not_counted: int
    cells: pd.DataFrame
    share_area: float
    share_people: float
    road_km: float
    road_km_short: float
    gaps: gpd.GeoDataFrame
    notes: tuple[Note, ...] = ()


def hydrant_cover(
    network: RoadNetwork,
    area: StudyArea,
    cells: gpd.GeoDataFrame,
    hydrants: gpd.GeoDataFrame,
    *,
    radius_m: float = RADIUS_M,
    spacing_m: float = SPACING_M,
    due: Collection[str] = DUE,
    snap_limit_m: float = 30.0,
) -> HydrantCover:
    """
    Cover of land and people by radius, and of roads by spacing.

    Parameters
    ----------
    cells
        `area.cells` with people.
    hydrants
        Facility table, in any CRS; only rows with an empty reason count.
    radius_m
        Straight from the hydrant.
    spacing_m
        Along the road, in both directions whatever the traffic may do.
    due
        Classes of road along which hydrants are due.
    snap_limit_m
        A hydrant farther than this from every road protects land, but stands on no road.

    References
    ----------
    GB 50974-2014, 7.2.5.
    """
    counted = hydrants[hydrants.reason == ""]
    points = counted.geometry.to_crs(network.crs)
    share = _share_within(cells.geometry.to_numpy(), points.to_numpy(), radius_m)
    stands = snap(network, points.x.to_numpy(), points.y.to_numpy(), snap_limit_m, main_only=False)
    streets = _streets(network, due)
    roads = _inside(area, streets)
    gaps = _inside(area, _far_stretches(network, streets, stands.take(stands.on_road), spacing_m / 2.0))
    people = float(cells.people.sum())
    return HydrantCover(
        radius_m=radius_m,
        spacing_m=spacing_m,
        n_counted=len(counted),
        n_not_counted=len(hydrants) - len(counted),
        cells=pd.DataFrame({"share_within": share}, index=cells.index),
        share_area=1.0 - float((cells.area_km2 * (1.0 - share)).sum() / cells.area_km2.sum()),
        share_people=1.0 - float((cells.people * (1.0 - share)).sum()) / people if people > 0 else math.nan,
        road_km=float(roads.length_m.sum()) / 1e3,
        road_km_short=float(gaps.length_m.sum()) / 1e3,
        gaps=gaps[["length_m", "highway", "name", "geometry"]],
        notes=tuple(noted("hydrant", "note_hydrants_off_road", counted.index[~stands.on_road], limit_m=snap_limit_m)),
    )


def _share_within(cells: np.ndarray, points: np.ndarray, radius_m: float) -> Floats:
    """Share of each cell's land within the radius of any point."""
    circles = shapely.buffer(points, radius_m, quad_segs=_QUAD_SEGS)
    shapely.prepare(circles)
    tree = shapely.STRtree(cells)
    circle, cell = tree.query(circles, predicate="intersects")
    whole = np.zeros(len(cells), dtype=bool)
    whole[tree.query(circles, predicate="contains")[1]] = True
    partly = ~whole[cell]
    circle, cell = circle[partly], cell[partly]
    pieces = shapely.intersection(circles[circle], cells[cell])
    within_m2 = np.where(whole, shapely.area(cells), 0.0)
    # Cell by cell, since a union of all circles is one shape with every arc of the town in it.
    order = np.argsort(cell, kind="stable")
    there, start = np.unique(cell[order], return_index=True)
    for i, mine in zip(there, np.split(pieces[order], start)[1:], strict=True):
        within_m2[i] = shapely.union_all(mine).area
    share = within_m2 / shapely.area(cells)
    return np.where(share > 1.0 - _ROUNDING, 1.0, share)


def _streets(network: RoadNetwork, due: Collection[str]) -> gpd.GeoDataFrame:
    """Edges where hydrants are due, by position: highway, name, geometry, and metres on the ellipsoid for one drawn."""
    edge = np.flatnonzero(network.edges.highway.isin(list(due)).to_numpy())
    row = np.repeat(np.arange(network.n_edges), np.diff(network.coord_ptr))
    chosen = np.isin(row, edge)
    lines = shapely.linestrings(network.coords[chosen], indices=np.searchsorted(edge, row[chosen]))
    streets = network.edges[["highway", "name"]].iloc[edge].set_axis(edge)
    drawn_m = shapely.length(lines)
    streets["metres_per_drawn"] = np.divide(
        network.edge_length_m[edge], drawn_m, out=np.ones(len(edge)), where=drawn_m > 0
    )
    return gpd.GeoDataFrame(streets, geometry=lines, crs=network.crs)


def _inside(area: StudyArea, pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What of these pieces of streets lies inside the boundary, with its length_m."""
    lines = pieces.geometry.to_numpy().copy()
    shapely.prepare(area.boundary)
    crossing = ~shapely.contains_properly(area.boundary, lines)
    lines[crossing] = shapely.intersection(lines[crossing], area.boundary)
    clipped = pieces.set_geometry(gpd.GeoSeries(lines, index=pieces.index, crs=pieces.crs))
    clipped["length_m"] = shapely.length(lines) * pieces.metres_per_drawn
    return clipped[clipped.length_m > 0].reset_index(drop=True)


def _far_stretches(
    network: RoadNetwork, streets: gpd.GeoDataFrame, hydrants: EdgePositions, limit_m: float
) -> gpd.GeoDataFrame:
    """The stretches of street farther than the limit, along the road, from every hydrant."""
    edge, start_m, end_m = _stretches(network, hydrants, limit_m)
    due = np.isin(edge, streets.index)
    edge, start_m, end_m = edge[due], start_m[due], end_m[due]
    far = streets.loc[edge]
    lines, length_m = far.geometry.to_numpy().copy(), network.edge_length_m[edge]
    for i in np.flatnonzero((start_m > 0) | (end_m < length_m)):
        lines[i] = substring(lines[i], start_m[i] / length_m[i], end_m[i] / length_m[i], normalized=True)
    return far.set_geometry(gpd.GeoSeries(lines, index=far.index, crs=far.crs))


def _stretches(network: RoadNetwork, hydrants: EdgePositions, limit_m: float) -> tuple[Ids, Floats, Floats]:
    """
    Edge, from and to in metres of every stretch farther than the limit from a hydrant.

    What a hydrant covers of an edge is an interval: around itself on its own edge, and from an end node as far as the
    limit leaves after the way there. Gaps are what is left between the intervals.
    """
    length_m, n = network.edge_length_m, network.n_edges
    to_node_m = _node_distances(network, hydrants)
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
    is_gap = (edge[1:] == edge[:-1]) & (low[1:] - covered_to[:-1] > _ROUNDING_M)
    return edge[1:][is_gap], covered_to[:-1][is_gap], low[1:][is_gap]


def _node_distances(network: RoadNetwork, hydrants: EdgePositions) -> Floats:
    """Metres along roads from each node to the nearest hydrant, either way along every edge; inf without one."""
    every = np.arange(network.n_edges, dtype=np.uint32)
    length_mm = np.maximum(1, np.rint(network.edge_length_m * 1000.0)).astype(np.int32)
    both_ways = csr(
        network.n_nodes,
        np.concatenate([network.edge_from, network.edge_to]),
        np.concatenate([network.edge_to, network.edge_from]),
        np.concatenate([length_mm, length_mm]),
        np.concatenate([every, every]),
    )
    start_mm = np.rint(hydrants.fraction * length_mm[hydrants.edge]).astype(np.int32)
    seed_node = np.concatenate([network.edge_from[hydrants.edge], network.edge_to[hydrants.edge]])
    seed_mm = np.concatenate([start_mm, length_mm[hydrants.edge] - start_mm])
    mm = distances_from(both_ways, seed_node, seed_mm)
    return np.where(mm == np.iinfo(np.int32).max, np.inf, mm / 1000.0)
