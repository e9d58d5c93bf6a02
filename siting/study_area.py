"""The ground that is planned for: boundary, metric CRS, buffer, land cells and their neighbours, grid units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats, Ids
from siting.cells import (
    POLYGONS,
    Crossings,
    Neighbours,
    Severity,
    barriers_table,
    cell_adjacency,
    containing_cell,
    crossings,
    cut_cells,
    first_holder,
    land_of_cell,
    neighbours,
    polygons_of,
    unit_of_cell,
    units_table,
)
from siting.crs import as_crs, check_metric, check_places, lonlat_bounds, metric_crs
from siting.errors import InputError
from siting.geofiles import open_layer, short_name
from siting.tables import Faults, Note

MOST_CELLS = 2_000_000
"""Above this a plan takes hours and tens of gigabytes; a province at 200 m has about this many."""

MOST_KM = 600.0
"""Wider than this no single metric CRS is true to scale, and it is most likely a mistake in the coordinates."""


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
        without units), place ("urban", "near_suburb" or "other"; which limit the standard sets on it), cap_km2 (the
        largest district by a fire-risk assessment, instead of the standard's; nan: none).
    adjacency
        Shape (K, 2), positions in `cells`, each pair once with the smaller first: cells that share a stretch of edge.
    barriers
        What districts should not reach across: columns kind, severity ("wall", "penalty" or "open"), geometry in `crs`.
        Empty without barriers.
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
    barriers: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    notes: tuple[Note, ...] = ()

    @classmethod
    def from_geometry(
        cls,
        boundary: gpd.GeoDataFrame | gpd.GeoSeries,
        *,
        name: str = "",
        cell_m: float = 200.0,
        buffer_m: float = 3000.0,
        crs: object | None = None,
        units: gpd.GeoDataFrame | None = None,
        units_id: str | None = None,
        units_name: str | None = None,
        units_level: str | None = None,
        land: gpd.GeoDataFrame | None = None,
        barriers: gpd.GeoDataFrame | None = None,
        barrier_severity: Mapping[str, Severity] | None = None,
    ) -> StudyArea:
        """
        A study area from polygons that together are its boundary.

        Parameters
        ----------
        boundary
            One or more polygons in any CRS; several are joined.
        crs
            A metric CRS to work in; without it, one is chosen from the extent (see `siting.crs.metric_crs`).
        units
            Grid units, in any CRS. A cell belongs to the first unit that holds its point x, y.
        units_id, units_name, units_level
            Columns of `units`: the id (without it, the table's index), the name (the id), the level ("").
        land
            Polygons with a column `place` ("urban", "near_suburb"), for example city construction land, and perhaps
            `cap_km2`. A cell is what the polygon that holds its point says, else "other". Without `land` every cell is
            "urban".
        barriers
            Lines or polygons that districts should not reach across, with a column kind and, if wanted, severity.
        barrier_severity
            "wall", "penalty" or "open" by kind, before `siting.cells.DEFAULT_SEVERITY`.

        Raises
        ------
        InputError
            Naming every fault of the boundary, or of `units`, `land` or `barriers`.

        Examples
        --------
        >>> square = gpd.GeoSeries([shapely.box(121.20, 31.40, 121.22, 31.41)], crs=4326)
        >>> area = StudyArea.from_geometry(square, name="Example", cell_m=500)
        >>> area.crs.to_epsg(), len(area.cells), round(area.area_km2, 2)
        (4549, 20, 2.11)
        """
        shape = boundary.geometry
        metric, notes = _checked_boundary(shape, cell_m, buffer_m, crs)
        outline = _joined(shape, metric)
        _check_size(outline, cell_m)
        cells = cut_cells(outline, metric, cell_m)
        grid_units = units_table(units, units_id, units_name, units_level, outline, metric)
        unit_ids, unit_notes = unit_of_cell(cells, grid_units)
        ground, land_notes = land_of_cell(cells, land)
        barred, barrier_notes = barriers_table(barriers, metric, barrier_severity or {})
        return cls(
            name=name,
            boundary=outline,
            crs=metric,
            source_crs=shape.crs,
            cell_m=float(cell_m),
            buffer_m=float(buffer_m),
            cells=cells.assign(unit_id=unit_ids, **ground),
            adjacency=cell_adjacency(outline, cells, cell_m),
            barriers=barred,
            units=grid_units,
            notes=(
                *_notes_of_reading(boundary, units, land, barriers),
                *(*notes, *unit_notes, *land_notes, *barrier_notes),
            ),
        )

    @classmethod
    def from_file(cls, path: str | Path, *, layer: str | None = None, **choices: Any) -> StudyArea:
        """
        A study area from a file, or a table of a database by URL; `choices` as in `from_geometry`.

        The name is the file's unless given. A boundary from an OpenStreetMap file is read with
        `siting.inputs.boundary.read_boundary`.
        """
        try:
            return cls.from_geometry(open_layer(path, layer=layer), **{"name": Path(short_name(path)).stem, **choices})
        except InputError as fault:
            if fault.where == "boundary":
                raise InputError(str(path), fault.faults) from fault
            raise

    @property
    def area_km2(self) -> float:
        """Of the boundary, in the metric CRS."""
        return float(self.boundary.area) / 1e6

    @cached_property
    def reach(self) -> BaseGeometry:
        """Boundary and buffer together: where roads and stations are read."""
        return self.boundary.buffer(self.buffer_m)

    @cached_property
    def crossing(self) -> Crossings:
        """Shape (K,). What stands between each pair of `adjacency`: `siting.cells.OPEN`, `PENALTY` or `WALL`."""
        return crossings(self.cells, self.adjacency, self.barriers)

    @cached_property
    def neighbours(self) -> Neighbours:
        """The cells as a graph, with the length of each border and what stands there."""
        return neighbours(self.cells, self.adjacency, self.crossing)

    def cell_at(self, x: Floats, y: Floats) -> Ids:
        """Position in `cells` of the one that holds each place (metres in `crs`); -1 outside the boundary."""
        return containing_cell(self.boundary, self.cells, self.cell_m, x, y)

    def unit_at(self, x: Floats, y: Floats) -> Ids:
        """Position in `units` of the first that holds each place (metres in `crs`); -1 in none."""
        return first_holder(self.units.geometry, x, y)[0]


def _notes_of_reading(*tables: gpd.GeoDataFrame | gpd.GeoSeries | None) -> list[Note]:
    """What `siting.inputs.vector.read_table` decided, which travels with a table in its attrs."""
    return [note for table in tables if table is not None for note in table.attrs.get("notes", ())]


def _checked_boundary(
    shape: gpd.GeoSeries, cell_m: float, buffer_m: float, crs: object | None
) -> tuple[pyproj.CRS, list[Note]]:
    """The metric CRS to work in, once the boundary can be worked with at all."""
    faults = Faults("boundary")
    if not 0 < cell_m <= MOST_KM * 1000:
        faults.add(f"cell_m is {cell_m:g}. Expected metres above 0, for example 200.")
    if not 0 <= buffer_m <= MOST_KM * 1000:
        faults.add(f"buffer_m is {buffer_m:g}. Expected 0 m or more, for example 3000; at most {MOST_KM:g} km.")
    table = gpd.GeoDataFrame(geometry=shape)
    check_places(faults, table, POLYGONS)
    faults.stop()
    _check_width(faults, table)
    faults.stop()
    if crs is None:
        metric = metric_crs(table)
        return metric, [Note("topic_study_area", "note_metric_crs", 1, values={"crs": _title(metric)})]
    metric = as_crs(crs)
    check_metric(faults, metric, table)
    faults.stop()
    return metric, [Note("topic_study_area", "note_metric_crs_asked", 1, values={"crs": _title(metric)})]


def _title(crs: pyproj.CRS) -> str:
    code = crs.to_authority()
    return f"{crs.name} ({':'.join(code)})" if code else crs.name


def _check_width(faults: Faults, table: gpd.GeoDataFrame) -> None:
    west, south, east, north = lonlat_bounds(table)
    geod = pyproj.Geod(ellps="WGS84")
    middle = (south + north) / 2
    width = geod.line_length([west, (west + east) / 2, east], [middle] * 3) / 1000
    height = geod.line_length([west, west], [south, north]) / 1000
    if max(width, height) > MOST_KM:
        faults.add(
            f"It is {width:,.0f} km wide and {height:,.0f} km high (longitude {west:.3f} to {east:.3f}, latitude "
            f"{south:.3f} to {north:.3f}); at most {MOST_KM:g} km is expected. Check its CRS and look for stray "
            "polygons, or plan district by district."
        )


def _check_size(outline: BaseGeometry, cell_m: float) -> None:
    if outline.area < 1:
        raise InputError("boundary", [f"Its area is {outline.area:.2g} m²: there is no land in it to plan for."])
    count = outline.area / cell_m**2
    if count > MOST_CELLS:
        fits = 10 * np.ceil(np.sqrt(outline.area / MOST_CELLS) / 10)
        fault = (
            f"{outline.area / 1e6:,.0f} km² in cells of {cell_m:g} m are about {count:,.0f} cells; at most "
            f"{MOST_CELLS:,} are planned for. Choose cell_m = {fits:g} or more."
        )
        raise InputError("boundary", [fault])


def _joined(shape: gpd.GeoSeries, metric: pyproj.CRS) -> BaseGeometry:
    """All polygons as one, in metres; what projecting bent over itself by rounding is mended."""
    projected = shapely.make_valid(shapely.force_2d(shape.to_crs(metric).to_numpy()))
    return polygons_of(np.array([shapely.union_all(projected)]))[0]
