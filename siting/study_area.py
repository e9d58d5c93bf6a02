"""The ground that is planned for: boundary, metric CRS, buffer, land cells and their neighbours, grid units."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pyproj
from shapely.geometry.base import BaseGeometry

from siting.arrays import Ids
from siting.tables import Note


@dataclass(frozen=True)
class StudyArea:
    """
    One boundary cut into square land cells, in metres.

    Attributes
    ----------
    name
        For titles.
    boundary
        Polygon or MultiPolygon in `crs`.
    crs
        Metric: the CGCS2000 3-degree Gauss-Krüger zone (central meridian form) in China, else UTM.
    source_crs
        What the caller's boundary came in; outputs go back to it.
    cell_m, buffer_m
        Side of a cell; how far outside the boundary roads and stations still count.
    cells
        Index `cell_id` (int, row by row from the south-west). Columns: geometry (square clipped to the boundary, in
        `crs`), area_km2, x, y (a point inside the cell, metres), row, col, unit_id (the grid unit that holds x, y; ""
        without units), place ("urban", "near_suburb" or "other"; which limit the standard sets on it).
    adjacency
        Shape (K, 2), positions in `cells`, each pair once with the smaller first: cells that share a stretch of edge.
    units
        Grid units (townships, communities) the tables are rolled up to: index `unit_id` (str), columns name, level,
        geometry in `crs`. Empty without units.
    notes
        What was decided while cutting.
    """

    name: str
    boundary: BaseGeometry
    crs: pyproj.CRS
    source_crs: pyproj.CRS
    cell_m: float
    buffer_m: float
    cells: gpd.GeoDataFrame
    adjacency: Ids
    units: gpd.GeoDataFrame
    notes: tuple[Note, ...] = ()

    @property
    def area_km2(self) -> float:
        """Of the boundary, in the metric CRS."""
        return float(self.boundary.area) / 1e6

    @property
    def reach(self) -> BaseGeometry:
        """Boundary and buffer together: where roads and stations are read."""
        return self.boundary.buffer(self.buffer_m)
