"""Ground that nobody can build on, and how steep the rest is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np

from siting.arrays import Floats
from siting.errors import InputError
from siting.inputs.demand.pixels import check_pixels, check_transform
from siting.inputs.osm_features import is_osm_file, read_kinds
from siting.inputs.raster_file import opened
from siting.inputs.vector import read_table
from siting.tables import Faults, check_columns

_DEGREE_M = 111_195.0
"""Length of a degree of a great circle of the mean Earth."""
_KEYS = ("natural", "waterway", "railway")


def read_ground(path: str | Path, *, layer: str | None = None, crs: str | None = None) -> gpd.GeoDataFrame:
    """
    Water and railways with their column kind: from an OpenStreetMap file, or from one with kinds of the caller's own.

    Of OpenStreetMap: areas of natural=water and waterway=riverbank, and railway=rail outside tunnels.

    Raises
    ------
    InputError
        If the file cannot be read, or has no column kind.
    """
    if not is_osm_file(path):
        rows = read_table(path, layer=layer, crs=crs)
        faults = Faults(str(path))
        check_columns(faults, rows, ["kind"])
        faults.stop()
        return rows[["kind", rows.geometry.name]]
    found, kind = read_kinds(Path(path), _KEYS, _kind)
    is_area = found.geom_type.isin(["Polygon", "MultiPolygon"])
    kept = np.where(kind == "water", is_area, found.geom_type != "Point")
    return gpd.GeoDataFrame({"kind": kind}, geometry=found.geometry, crs=found.crs)[kept]


def _kind(tags: Mapping[str, str]) -> str:
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank":
        return "water"
    return "railway" if tags.get("railway") == "rail" and tags.get("tunnel", "no") == "no" else ""


def slope_percent(path: Path, points: gpd.GeoSeries) -> Floats:
    """
    How steep the ground is at each point, from a raster of heights in metres: rise over run, in percent.

    By central differences over the neighbouring pixels; nan outside the raster, at its rim, and beside missing heights.

    Raises
    ------
    InputError
        If the file is no raster, or does not say its CRS.
    """
    with opened(path) as raster:
        if raster.crs is None:
            raise InputError(str(path), ["It has no coordinate reference system. Write one into the file."])
        check_transform(raster.transform, str(path))
        check_pixels(raster.width * raster.height, str(path))
        places = points.to_crs(raster.crs)
        x, y, back = places.x.to_numpy(), places.y.to_numpy(), ~raster.transform
        col = np.floor(back.a * x + back.b * y + back.c)
        row = np.floor(back.d * x + back.e * y + back.f)
        heights = raster.read(1, masked=True).astype(np.float64).filled(np.nan)
        width, height = abs(raster.transform.a), abs(raster.transform.e)
        east = np.cos(np.radians(places.y.to_numpy())) * _DEGREE_M if raster.crs.is_geographic else 1.0
        north = _DEGREE_M if raster.crs.is_geographic else 1.0
    inside = (row >= 0) & (row < heights.shape[0]) & (col >= 0) & (col < heights.shape[1])
    row, col = (np.where(inside, at, 0).astype(np.int64) + 1 for at in (row, col))
    heights = np.pad(heights, 1, constant_values=np.nan)  # so that the rim, too, has neighbours
    rise_east = (heights[row, col + 1] - heights[row, col - 1]) / (2 * width * east)
    rise_north = (heights[row + 1, col] - heights[row - 1, col]) / (2 * height * north)
    return np.where(inside, 100.0 * np.hypot(rise_east, rise_north), np.nan)
