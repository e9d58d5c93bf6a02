"""Land cells: a boundary cut into squares, which of them touch, and which of them holds a place."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats, Ids

_TOUCH_M = 1e-3
"""A shared stretch of edge shorter than a millimetre is rounding, not a border one could cross."""
_LAND_M2 = 1e-6
"""A piece of less than a square millimetre is rounding of the overlay, not land."""
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class _Span(NamedTuple):
    """Rows or columns of the grid, first to last, both included."""

    first: int
    last: int


def cut_cells(boundary: BaseGeometry, crs: pyproj.CRS, cell_m: float) -> gpd.GeoDataFrame:
    """
    A boundary cut into squares, nothing dropped: the cells' areas add up to the boundary's.

    The squares lie on the multiples of `cell_m` in `crs`, so that two study areas side by side share their grid. Cells
    on the edge are clipped, however small a sliver remains.

    Parameters
    ----------
    boundary
        Polygon or MultiPolygon in `crs`, which is in metres.

    Returns
    -------
    Index `cell_id` (0, 1, ... row by row from the south-west). Columns: geometry, area_km2, x, y (the centroid, or
    a point inside where that lies outside), row and col (of the square from `cell_m` * col to `cell_m` * (col + 1)).

    Examples
    --------
    >>> cells = cut_cells(shapely.box(100, 0, 400, 200), pyproj.CRS(4549), 200)
    >>> cells[["area_km2", "x", "y", "row", "col"]].to_numpy().tolist()
    [[0.02, 150.0, 100.0, 0.0, 0.0], [0.04, 300.0, 100.0, 0.0, 1.0]]
    """
    rows, cols, geometry = [], [], []
    shapely.prepare(boundary)
    for row, strip in _strips(boundary, cell_m):
        columns, squares = _squares(strip, row, cell_m)
        whole = shapely.contains_properly(boundary, squares)
        pieces = squares.copy()
        pieces[~whole] = polygons_of(shapely.intersection(squares[~whole], strip))
        there = shapely.area(pieces) > _LAND_M2
        rows.append(np.full(int(there.sum()), row))
        cols.append(columns[there])
        geometry.append(pieces[there])
    shapes = np.concatenate(geometry)
    x, y = _inner_points(shapes)
    return gpd.GeoDataFrame(
        {
            "area_km2": shapely.area(shapes) / 1e6,
            "x": x,
            "y": y,
            "row": np.concatenate(rows),
            "col": np.concatenate(cols),
        },
        geometry=shapes,
        index=pd.RangeIndex(len(shapes), name="cell_id"),
        crs=crs,
    )


def cell_adjacency(boundary: BaseGeometry, cells: gpd.GeoDataFrame, cell_m: float) -> Ids:
    """
    Cells that share a stretch of edge inside the boundary.

    The sides of all squares lie on the grid's lines, so each line is intersected with the boundary once, and what is
    inside is read off as intervals: no cell is compared with another.

    Returns
    -------
    Shape (K, 2), positions in `cells`, each pair once with the smaller first, sorted.
    """
    low_x, low_y, high_x, high_y = boundary.bounds
    east_of, in_row = _inner_sides(boundary, _span(low_x, high_x, cell_m), (low_y, high_y), cell_m, vertical=True)
    north_of, in_col = _inner_sides(boundary, _span(low_y, high_y, cell_m), (low_x, high_x), cell_m, vertical=False)
    pairs = np.vstack(
        [
            np.column_stack([_position(cells, in_row, east_of - 1), _position(cells, in_row, east_of)]),
            np.column_stack([_position(cells, north_of - 1, in_col), _position(cells, north_of, in_col)]),
        ]
    )
    return np.unique(pairs[(pairs >= 0).all(axis=1)], axis=0)


def containing_cell(boundary: BaseGeometry, cells: gpd.GeoDataFrame, cell_m: float, x: Floats, y: Floats) -> Ids:
    """
    Position in `cells` of the one that holds each place; -1 outside the boundary.

    Parameters
    ----------
    x, y
        Shape (P,), metres in the cells' CRS.
    """
    low_x, low_y, high_x, high_y = boundary.bounds
    near = np.flatnonzero((x >= low_x) & (x <= high_x) & (y >= low_y) & (y <= high_y))  # leaves out inf and nan
    row, col = np.floor(y[near] / cell_m).astype(np.int64), np.floor(x[near] / cell_m).astype(np.int64)
    cell = _position(cells, row, col)
    clipped = (cells["area_km2"].to_numpy() < cell_m**2 / 1e6 * (1 - 1e-12))[cell] & (cell >= 0)
    shapely.prepare(boundary)
    at_edge = near[clipped]
    cell[clipped] = np.where(shapely.intersects_xy(boundary, x[at_edge], y[at_edge]), cell[clipped], -1)
    found = np.full(len(x), -1, dtype=np.int64)
    found[near] = cell
    return found


def polygons_of(shapes: np.ndarray) -> np.ndarray:
    """Shape by shape only what has an area: lines and points that an intersection leaves behind are taken out."""
    is_polygon = np.isin(shapely.get_type_id(shapes), _POLYGONS)
    shapes = shapes.copy()
    for i in np.flatnonzero(~is_polygon):
        parts = shapely.get_parts(shapes[i])
        land = parts[shapely.area(parts) > 0]
        shapes[i] = shapely.union_all(land) if len(land) else shapely.Polygon()
    return shapes


def _span(low: float, high: float, cell_m: float) -> _Span:
    return _Span(int(np.floor(low / cell_m)), int(np.ceil(high / cell_m)) - 1)


def _strips(boundary: BaseGeometry, cell_m: float) -> list[tuple[int, BaseGeometry]]:
    """The boundary row by row, so that a cell on the edge is cut out of its row and not out of the whole."""
    low_x, low_y, high_x, high_y = boundary.bounds
    first, last = _span(low_y, high_y, cell_m)
    rows = np.arange(first, last + 1)
    bands = shapely.box(low_x - cell_m, rows * cell_m, high_x + cell_m, (rows + 1) * cell_m)
    strips = polygons_of(shapely.intersection(bands, boundary))
    return [(int(row), strip) for row, strip in zip(rows, strips, strict=True) if strip.area > 0]


def _squares(strip: BaseGeometry, row: int, cell_m: float) -> tuple[Ids, np.ndarray]:
    """Columns and squares of a row that the strip's extent reaches."""
    low_x, _, high_x, _ = strip.bounds
    first, last = _span(low_x, high_x, cell_m)
    columns = np.arange(first, last + 1)
    return columns, shapely.box(columns * cell_m, row * cell_m, (columns + 1) * cell_m, (row + 1) * cell_m)


def _inner_points(shapes: np.ndarray) -> tuple[Floats, Floats]:
    points = shapely.centroid(shapes)
    astray = ~shapely.intersects(shapes, points)
    points[astray] = shapely.point_on_surface(shapes[astray])
    return shapely.get_x(points), shapely.get_y(points)


def _inner_sides(
    boundary: BaseGeometry, span: _Span, extent: tuple[float, float], cell_m: float, *, vertical: bool
) -> tuple[Ids, Ids]:
    """Number of the grid line, and of the row or column along it, for every square's side that runs inside."""
    numbers = np.arange(span.first + 1, span.last + 1)
    at = numbers * cell_m
    ends = np.full((len(at), 2, 2), np.nan)
    ends[:, :, 0 if vertical else 1] = at[:, None]
    ends[:, :, 1 if vertical else 0] = (extent[0] - cell_m, extent[1] + cell_m)
    # All lines at once: one overlay of many lines is far quicker than many overlays of one.
    inside = shapely.intersection(shapely.multilinestrings(shapely.linestrings(ends)), boundary)
    inside = shapely.difference(inside, boundary.boundary)  # a line along the outline has land on one side only
    pieces = shapely.get_parts(inside)
    bounds = shapely.bounds(pieces[~shapely.is_empty(pieces)])
    here, low, high = bounds[:, [0, 1, 3]].T if vertical else bounds[:, [1, 0, 2]].T
    numbers = np.rint(here / cell_m).astype(np.int64)
    lines, places = [numbers[:0]], [numbers[:0]]
    for number, start, stop in zip(numbers, low, high, strict=True):
        crossed = np.arange(int(np.floor(start / cell_m)), int(np.ceil(stop / cell_m)))
        length = np.minimum(stop, (crossed + 1) * cell_m) - np.maximum(start, crossed * cell_m)
        crossed = crossed[length > _TOUCH_M]
        lines.append(np.full(len(crossed), number))
        places.append(crossed)
    return np.concatenate(lines), np.concatenate(places)


def _position(cells: gpd.GeoDataFrame, row: Ids, col: Ids) -> Ids:
    """Position in `cells` of the square at each row and column; -1 where there is none."""
    rows, cols = cells["row"].to_numpy(), cells["col"].to_numpy()
    first_row, first_col = rows.min(), cols.min()
    grid = np.full((rows.max() - first_row + 1, cols.max() - first_col + 1), -1, dtype=np.int64)
    grid[rows - first_row, cols - first_col] = np.arange(len(cells))
    i, j = row - first_row, col - first_col
    there = (i >= 0) & (i < grid.shape[0]) & (j >= 0) & (j < grid.shape[1])
    found = np.full(len(i), -1, dtype=np.int64)
    found[there] = grid[i[there], j[there]]
    return found
