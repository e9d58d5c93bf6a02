"""People in a table: points (households, grid centres) or polygons (census blocks) with a weight column."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats
from siting.crs import would_lie_in_if_swapped
from siting.errors import InputError
from siting.geofiles import short_name
from siting.inputs.demand.model import AtEdge, CarriedDemand
from siting.inputs.demand.overlay import overlay
from siting.inputs.vector import keep_given, read_table
from siting.study_area import StudyArea
from siting.tables import (
    Faults,
    check_columns,
    check_crs,
    check_geometry,
    check_not_empty,
    check_unique,
    check_weights,
    noted,
    some,
)

SHAPES = ("Point", "Polygon", "MultiPolygon")
FORMATS = ("share", "gap", "s", "km²", "stations", "districts")
"""Words that reports print in a way of their own; a caller's column of that name is shown in quotes instead."""


def carry_table(
    area: StudyArea,
    *,
    path: str | Path,
    weight: str,
    counts: str | None = None,
    points: Mapping[str, float] | None = None,
    per_km2: bool = False,
    id: str | None = None,  # noqa: A002 - the name in the scenario
    at_edge: AtEdge = "share",
    layer: str | None = None,
    crs: str | None = None,
    lon: str | None = None,
    lat: str | None = None,
    encoding: str | None = None,
) -> CarriedDemand:
    """
    The weight column of a file, carried to the cells; see `carry_rows`.

    Parameters
    ----------
    counts
        What the weight counts, as reports say it ("people", "calls"); when absent "points" of words, else the column's
        name.
    points
        Where the weight column holds words: what each counts for, such as {hospital = 5, school = 2}; other words count
        nothing, with a note.
    per_km2
        Whether it is what each km² of a polygon counts for, as of risk zones, and not the whole polygon.
    id
        Column that names the rows, kept as the index of `CarriedDemand.rows`; row numbers when absent.
    layer, crs, lon, lat, encoding
        As in `siting.inputs.vector.read_table`.

    Raises
    ------
    InputError
        Naming every fault: no such column, ids twice, weights or words of no sense, nothing in the study area.
    """
    rows = read_table(path, layer=layer, crs=crs, lon=lon, lat=lat, encoding=encoding)
    if id is not None:
        faults = Faults(str(path))
        check_columns(faults, rows, [id])
        faults.stop()
        check_unique(faults, rows[id], id)
        faults.stop()
        rows = rows.set_index(id, drop=False).rename_axis("demand_id")
    rows = _with_points(rows, weight, points, str(path)) if points is not None else rows
    rows = _with_land(rows, weight, area, str(path)) if per_km2 else rows
    carried = carry_rows(area, rows, weight=weight, at_edge=at_edge, source=str(path))
    counted = counts or ("points" if points is not None else None)
    return carried if counted is None else replace(carried, unit=_quoted(counted))


def _with_points(rows: gpd.GeoDataFrame, weight: str, points: Mapping[str, float], where: str) -> gpd.GeoDataFrame:
    """The rows with the points of each word in the weight column."""
    faults = Faults(where)
    check_columns(faults, rows, [weight])
    faults.stop()
    words = rows[weight].convert_dtypes().astype("string").str.strip().fillna("")
    notes = noted("topic_demand", "note_words_without_points", rows.index[~words.isin(list(points))],
                  column=weight, words=some(sorted(set(words) - set(points))))  # fmt: skip
    found = rows.assign(**{weight: words.map(points).astype("float64").fillna(0.0)})
    found.attrs["notes"] = (*rows.attrs["notes"], *notes)
    return found


def _with_land(rows: gpd.GeoDataFrame, weight: str, area: StudyArea, where: str) -> gpd.GeoDataFrame:
    """The rows with their weight times their own km²."""
    faults = Faults(where)
    check_columns(faults, rows, [weight])
    check_geometry(faults, rows, SHAPES[1:])
    if weight in rows.columns:
        check_weights(faults, rows[weight], weight)
    faults.stop()
    km2 = rows.geometry.to_crs(area.crs).area / 1e6
    found = rows.assign(**{weight: rows[weight].astype("float64") * km2})
    found.attrs = rows.attrs
    return found


def _quoted(unit: str) -> str:
    return f"'{unit}'" if unit in FORMATS else unit


def carry_rows(
    area: StudyArea, rows: gpd.GeoDataFrame, *, weight: str, at_edge: AtEdge = "share", source: str = "demand"
) -> CarriedDemand:
    """
    The weight of each row, carried to the cells it lies on.

    A point's weight goes to the cell that holds it; a polygon's is spread over its area, exactly, and so are its
    shares of cells.

    Parameters
    ----------
    rows
        Points or polygons in any CRS.
    weight
        Name of the column with non-negative numbers.
    at_edge
        Polygons across the boundary: "share" leaves the part outside out of the cells, "inside" puts all weight on
        the part inside. Points are inside or not.

    Raises
    ------
    InputError
        Naming every fault: no such column, weights missing or negative, lines among the rows, no CRS, no row inside.

    Examples
    --------
    >>> square = gpd.GeoSeries([shapely.box(500000, 0, 500200, 400)], crs=4549)
    >>> area = StudyArea.from_geometry(square, cell_m=200, crs=4549)
    >>> block = gpd.GeoDataFrame({"people": [90]}, geometry=[shapely.box(500000, 100, 500200, 700)], crs=4549)
    >>> carried = carry_rows(area, block, weight="people")
    >>> carried.weight.tolist(), carried.total_outside
    ([15.0, 30.0], 45.0)
    """
    faults = Faults(source)
    check_columns(faults, rows, [weight])
    check_not_empty(faults, rows)
    check_crs(faults, rows)
    places = gpd.GeoSeries(list(map(_single, rows.geometry)), rows.index, rows.crs)
    check_geometry(faults, places.to_frame(), SHAPES)
    if weight in rows.columns:
        check_weights(faults, rows[weight], weight)
        _check_commas(faults, rows[weight], weight)
    faults.stop()
    amount = rows[weight].astype("float64").to_numpy()
    shapes = places.to_crs(area.crs).to_numpy()
    cell, row, share = _shares(area, shapes, at_edge)
    inside = np.bincount(row, share, minlength=len(rows)) * amount
    touched = np.bincount(row, minlength=len(rows)) > 0
    if not touched.any():
        x, y = shapely.get_coordinates(shapely.centroid(rows.geometry.to_numpy())).T
        swapped = would_lie_in_if_swapped(x, y, rows.crs, area.boundary, area.crs)
        advice = "Longitude and latitude (or x and y) look swapped." if swapped else "Check the CRS of both."
        raise InputError(source, [f"None of its {len(rows)} rows touches the study area. {advice}"])
    total, total_inside = math.fsum(amount), math.fsum(inside)
    added = {"weight_inside": inside, "reason": np.where(touched, "", "outside the boundary")}
    return CarriedDemand(
        weight=pd.Series(
            np.bincount(cell, share * amount[row], minlength=len(area.cells)), index=area.cells.index, name="weight"
        ),
        total_read=total,
        total_inside=total_inside,
        total_outside=math.fsum(np.maximum(amount - inside, 0.0)),  # not -1e-13 by rounding
        unit=_quoted(weight),
        source=short_name(source),
        rows=keep_given(rows, added).assign(**added),
        notes=rows.attrs.get("notes", ()),
    )


def _single(shape: BaseGeometry | None) -> BaseGeometry | None:
    """A point that a Shapefile or QGIS wrote as a MultiPoint of one, as the point."""
    return shape.geoms[0] if isinstance(shape, shapely.MultiPoint) and len(shape.geoms) == 1 else shape


def _check_commas(faults: Faults, weight: pd.Series, name: str) -> None:
    """Note numbers as other countries write them, or with thousands apart."""
    commas = weight[weight.map(lambda value: isinstance(value, str) and "," in value)]
    if len(commas):
        faults.add(
            f"{len(commas)} values of {name} are written with commas, such as {commas.iloc[0]!r}. Write decimals with "
            "a point and thousands without a mark."
        )


def _shares(area: StudyArea, shapes: np.ndarray, at_edge: AtEdge) -> tuple[np.ndarray, np.ndarray, Floats]:
    """Cell, row, and the share of the row's weight that lies on the cell, for every pair that has some."""
    is_point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    points, outlines = np.flatnonzero(is_point), np.flatnonzero(~is_point)
    cell = area.cell_at(shapely.get_x(shapes[points]), shapely.get_y(shapes[points]))
    held = cell >= 0
    outline_cell, outline_row, share = overlay(area, shapes[outlines], at_edge)
    return (
        np.concatenate([cell[held], outline_cell]),
        np.concatenate([points[held], outlines[outline_row]]),
        np.concatenate([np.ones(int(held.sum())), share]),
    )
