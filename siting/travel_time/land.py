"""Cells of land and the place on the roads from which each is served; outlines round those that are reached."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import contourpy
import numpy as np
import shapely

from siting.arrays import Floats, Ids, Milliseconds
from siting.network import CLOSED, EdgePositions, RoadNetwork, position_xy, snap
from siting.travel_time.access import ranges

_TOUCH_M = 1e-6
"""A cell exactly on the outline counts as outside, or the outline would touch itself there."""


class Spots(NamedTuple):
    """
    Places along edges, sorted by edge, with the land that is reached from each.

    Attributes
    ----------
    ptr
        Shape (E + 1,). Edge e has spots ``ptr[e]:ptr[e + 1]``.
    edge, fraction
        The place on the road.
    column, row
        The cell: its centre lies at ``(column + 0.5) * cell_m``, in the network's CRS.
    distance_m
        From the road to the centre of the cell; 0 for cells that the road itself crosses.
    """

    ptr: Ids
    edge: Ids
    fraction: Floats
    column: Ids
    row: Ids
    distance_m: Floats

    def at(self, rows: Ids) -> Spots:
        """These spots, in this order; `ptr` no longer fits them."""
        return Spots(
            self.ptr, self.edge[rows], self.fraction[rows], self.column[rows], self.row[rows], self.distance_m[rows]
        )


def land_beside(network: RoadNetwork, edges: Ids, cell_m: float, reach_m: float) -> Spots:
    """
    The cells around these edges whose nearest road is within `reach_m`, or a cell more, each with its place on it.

    The nearest road is found as for demand (`snap`): it must be part of the main network and have frontage, and it
    need not be one of `edges`.
    """
    tile = int(np.ceil(reach_m / cell_m)) + 2
    xy = position_xy(network, _along(network, edges, tile * cell_m))
    column, row = unpacked_cells(np.unique(packed_cells(*np.floor(xy.T / (tile * cell_m)).astype(np.int64))))
    around = np.concatenate([packed_cells(column + right, row + up) for right in (-1, 0, 1) for up in (-1, 0, 1)])
    tiles = np.column_stack(unpacked_cells(np.unique(around)))
    inside = np.stack(np.meshgrid(np.arange(tile), np.arange(tile)), -1).reshape(-1, 2)
    cell = (tiles[:, None] * tile + inside).reshape(-1, 2)
    x, y = (cell + 0.5).T * cell_m
    places = snap(network, x, y, reach_m + cell_m)
    kept = np.flatnonzero(places.on_road)
    return _spots(network, places.take(kept), cell[kept, 0], cell[kept, 1], places.distance_m[kept])


def land_on(network: RoadNetwork, edges: Ids, starts: EdgePositions, cell_m: float) -> Spots:
    """
    The cells that these edges cross, also those without frontage, and those at the starts.

    All four centres around a place on the road are taken, so that the place itself lies within the outline.
    """
    along = _along(network, edges, cell_m)
    own = starts.take(starts.on_road)
    edge, fraction = np.concatenate([along.edge, own.edge]), np.concatenate([along.fraction, own.fraction])
    low = np.floor(position_xy(network, EdgePositions(edge, fraction, fraction)) / cell_m - 0.5).astype(np.int64)
    column, row = ((low[:, axis, None] + offset).ravel() for axis, offset in ((0, [0, 1, 0, 1]), (1, [0, 0, 1, 1])))
    edge, fraction = np.repeat(edge, 4), np.repeat(fraction, 4)
    return _spots(network, EdgePositions(edge, fraction, fraction), column, row, np.zeros(len(edge)))


def packed_cells(column: Ids, row: Ids) -> Ids:
    """Column and row as one number, which sorts far faster."""
    return (column << 32) + row


def unpacked_cells(cell: Ids) -> tuple[Ids, Ids]:
    """Column and row of each packed cell."""
    column = (cell + 2**31) >> 32  # rounds, so that a negative row does not cost a column
    return column, cell - (column << 32)


def times_at(network: RoadNetwork, spots: Spots, starts: EdgePositions, arrival_ms: Floats) -> tuple[Spots, Floats]:
    """
    The spots on edges that may be driven, with the milliseconds to each: from either end, or from a start on the edge.

    A spot beside a start comes twice. Times that lie beyond the limit of `arrival_ms` are there too, as far as an end
    of their edge was reached.
    """
    edges = driven(network, arrival_ms, starts)
    taken = ranges(spots.ptr[edges], np.diff(spots.ptr)[edges])
    edge, fraction = spots.edge[taken], spots.fraction[taken]
    with np.errstate(invalid="ignore"):  # 0 of a closed edge: the end itself, reached by its other edges
        ms = np.fmin(
            arrival_ms[network.edge_from[edge]] + fraction * _open(network.forward_ms[edge]),
            arrival_ms[network.edge_to[edge]] + (1.0 - fraction) * _open(network.backward_ms[edge]),
        )
    rows, times = [taken], [np.where(np.isnan(ms), np.inf, ms)]
    for e, at in zip(starts.edge, starts.fraction, strict=True):
        rows.append(np.arange(spots.ptr[e], spots.ptr[e + 1]))
        ahead = spots.fraction[rows[-1]] - at
        whole = _open(np.where(ahead > 0, network.forward_ms[e], network.backward_ms[e]))
        whole[ahead == 0] = 0.0
        times.append(np.abs(ahead) * whole)
    return spots.at(np.concatenate(rows)), np.concatenate(times)


def driven(network: RoadNetwork, arrival_ms: Floats, starts: EdgePositions) -> Ids:
    """The edges that may be driven: one end is reached, or somebody starts there."""
    reached = np.isfinite(arrival_ms)
    edges = np.flatnonzero(reached[network.edge_from] | reached[network.edge_to])
    return np.union1d(edges, starts.edge[starts.on_road])


def outline(parts: Iterable[tuple[Spots, Floats]], cell_m: float) -> shapely.MultiPolygon:
    """
    The land where a level drawn between the centres of cells is below 0.

    Parameters
    ----------
    parts
        Spots with their levels: metres within (below 0) or beyond the edge of what is reached. Of several levels of one
        cell the least counts; a cell without one is `cell_m` beyond.
    """
    columns, rows, levels = (
        np.concatenate(arrays) for arrays in zip(*((s.column, s.row, level) for s, level in parts), strict=True)
    )
    if not (levels < 0).any():
        return shapely.MultiPolygon()
    near = levels < cell_m
    columns, rows, levels = columns[near], rows[near], np.maximum(levels[near], -cell_m)
    left, bottom = columns.min() - 1, rows.min() - 1
    field = np.full((rows.max() - bottom + 2, columns.max() - left + 2), cell_m)
    np.minimum.at(field.ravel(), (rows - bottom) * field.shape[1] + columns - left, levels)
    field[np.abs(field) < _TOUCH_M] = _TOUCH_M
    x, y = ((low + np.arange(size) + 0.5) * cell_m for low, size in ((left, field.shape[1]), (bottom, len(field))))
    lines = contourpy.contour_generator(x, y, field, fill_type=contourpy.FillType.OuterOffset)
    polygons = [
        shapely.Polygon(points[rings[0] : rings[1]], [points[a:b] for a, b in pairwise(rings[1:])])
        for points, rings in zip(*lines.filled(-2.0 * cell_m, 0.0), strict=True)
    ]
    land = shapely.MultiPolygon(polygons)
    simple = shapely.simplify(land, cell_m / 8.0, preserve_topology=False)
    return simple if simple.is_valid else shapely.simplify(land, cell_m / 8.0)  # several times slower


def _along(network: RoadNetwork, edges: Ids, spacing_m: float) -> EdgePositions:
    """Places along edges, both ends included."""
    count = np.maximum(1, np.ceil(network.edge_length_m[edges] / spacing_m)).astype(np.int64) + 1
    fraction = ranges(np.zeros(len(edges), np.int64), count) / np.repeat(count - 1, count)
    return EdgePositions(np.repeat(edges, count), fraction, np.zeros(len(fraction)))


def _spots(network: RoadNetwork, places: EdgePositions, column: Ids, row: Ids, distance_m: Floats) -> Spots:
    order = np.argsort(places.edge, kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(places.edge, minlength=network.n_edges))])
    return Spots(ptr, places.edge, places.fraction, column, row, distance_m).at(order)


def _open(ms: Milliseconds) -> Floats:
    return np.where(ms == CLOSED, np.inf, ms)
