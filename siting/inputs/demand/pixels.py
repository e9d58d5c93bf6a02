"""The pixels of a raster that have people: where each lies, and how many there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import affine
import numpy as np
import pyproj
import rasterio
from rasterio.windows import Window

from siting.arrays import Floats, Ids, Mask
from siting.crs import WGS84, as_crs, transform_bounds, transformer
from siting.errors import InputError
from siting.inputs.raster_file import opened
from siting.tables import Faults

UNITS = {"people_per_cell": None, "people_per_km2": 1e6, "people_per_m2": 1.0}
"""The square metres a value counts people on; None where it counts those of its pixel."""

_MOST_PEOPLE = 1e10
"""More in one pixel is a mark for "no data", most often the largest float: 3.4e38."""

_MOST_PIXELS = 250_000_000
"""At once: 8 GB while they are checked. A province at 25 m has fewer."""

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
"""Of a pixel, right and down, around it."""


@dataclass(frozen=True)
class Pixels:
    """
    Pixels with people, row by row.

    Attributes
    ----------
    people
        Shape (P,). Above 0.
    col, row
        Shape (P,). Where each is in the raster.
    transform
        From column and row, counted from the corner, to x and y in `crs`.
    crs
        Of the raster.
    """

    people: Floats
    col: Ids
    row: Ids
    transform: affine.Affine
    crs: pyproj.CRS

    def at(self, right: Floats | float, down: Floats | float) -> tuple[Floats, Floats]:
        """Coordinates of a place in each pixel: (0, 0) is its first corner, (0.5, 0.5) its middle."""
        return _xy(self.transform, self.col + right, self.row + down)

    def take(self, which: Ids | Mask) -> Pixels:
        """Some of them."""
        return Pixels(self.people[which], self.col[which], self.row[which], self.transform, self.crs)


def read_pixels(
    path: Path,
    around: Sequence[float],
    unit: str,
    band: int = 1,
    crs: str | None = None,
    nodata: float | None = None,
) -> Pixels:
    """
    Pixels with people in the window of a raster that covers a box.

    Parameters
    ----------
    around
        West, south, east, north in WGS 84 degrees.
    unit, band, crs, nodata
        As in `siting.inputs.demand.raster.carry_raster`.

    Raises
    ------
    InputError
        Naming every fault of the raster.
    """
    faults = Faults(str(path))
    if unit not in UNITS:
        known = ", ".join(UNITS)
        faults.add(f"The unit {unit!r} is not one of {known}. The raster's own documentation says; it is not guessed.")
    with opened(path) as raster:
        where = _crs(faults, raster, crs)
        if not 1 <= band <= raster.count:
            faults.add(f"Band {band} was asked for, but it has {raster.count}.")
        faults.stop()
        window = _window(raster, where, around, str(path))
        values = raster.read(band, window=window, masked=True)
        scale, offset = raster.scales[band - 1], raster.offsets[band - 1]
        transform = raster.transform
    data, missing = np.ma.getdata(values).astype(np.float64), np.ma.getmaskarray(values)
    if nodata is not None:
        missing = missing | (data == nodata)
    data = np.where(missing, 0.0, data * scale + offset)
    _check_values(faults, data)
    faults.stop()
    row, col = np.nonzero(data)
    pixels = Pixels(data[row, col], col + window.col_off, row + window.row_off, transform, where)
    per_m2 = UNITS[unit]
    if per_m2 is None:
        return pixels
    return Pixels(pixels.people * pixel_area_m2(pixels) / per_m2, pixels.col, pixels.row, transform, where)


def pixel_area_m2(pixels: Pixels) -> Floats:
    """
    True area of each pixel on the ellipsoid, whatever the raster's CRS does to areas.

    The corners are taken to longitude and the area of the belt between the equator and their latitude (Snyder, Map
    Projections: A Working Manual, 1987, eq. 3-12): a plane on which areas are true, where a polygon's is simple.
    """
    degrees: Any = pixels.crs.geodetic_crs  # a CRS on Earth always has one, and an ellipsoid
    ellipsoid: Any = pixels.crs.get_geod()
    to_degrees = transformer(pixels.crs, degrees)
    corners = [to_degrees.transform(*pixels.at(*corner)) for corner in CORNERS]
    first = corners[0][0]
    # Relative to the first corner, so that a pixel across the 180th meridian is not the way around the Earth.
    x = [np.radians((lon - first + 180) % 360 - 180) for lon, _ in corners]
    y = [_belt(lat, ellipsoid.b, math.sqrt(ellipsoid.es)) for _, lat in corners]
    return np.abs(sum(x[i] * (y[(i + 1) % 4] - y[i - 1]) for i in range(4))) / 2


def _belt(latitude: Floats, b: float, e: float) -> Floats:
    """Square metres between the equator and a latitude for each radian of longitude."""
    sine = np.sin(np.radians(latitude))
    return b**2 / 2 * (sine / (1 - (e * sine) ** 2) + (np.arctanh(e * sine) / e if e else sine))


def _xy(transform: affine.Affine, col: Any, row: Any) -> tuple[Floats, Floats]:
    return (
        transform.a * col + transform.b * row + transform.c,
        transform.d * col + transform.e * row + transform.f,
    )


def _crs(faults: Faults, raster: rasterio.DatasetReader, crs: str | None) -> pyproj.CRS:
    if crs is not None:
        return as_crs(crs)
    if raster.crs is None:
        faults.add(
            'It has no coordinate reference system. Say which, for example crs = "EPSG:4326"; it is not guessed.'
        )
        return WGS84
    return pyproj.CRS.from_user_input(raster.crs)


def _window(raster: rasterio.DatasetReader, crs: pyproj.CRS, around: Sequence[float], where: str) -> Window:
    """Whole pixels that the box touches."""
    low_x, low_y, high_x, high_y = transform_bounds(tuple(around), WGS84, crs)
    corners = np.array([(low_x, low_y), (low_x, high_y), (high_x, low_y), (high_x, high_y)])
    check_transform(raster.transform, where)
    col, row = _xy(~raster.transform, corners[:, 0], corners[:, 1])
    if not (np.isfinite(col).all() and np.isfinite(row).all()):
        raise InputError(where, ["The study area lies nowhere on its grid. Check its CRS and the size of its pixels."])
    left, right = max(0, int(np.floor(col.min()))), min(raster.width, int(np.ceil(col.max())))
    top, bottom = max(0, int(np.floor(row.min()))), min(raster.height, int(np.ceil(row.max())))
    if left >= right or top >= bottom:
        west, south, east, north = transform_bounds(raster.bounds, crs, WGS84)
        fault = (
            f"It does not overlap the study area. Longitude and latitude of the raster: {west:.4f} to {east:.4f}, "
            f"{south:.4f} to {north:.4f}; of the area with its buffer: {around[0]:.4f} to {around[2]:.4f}, "
            f"{around[1]:.4f} to {around[3]:.4f}. Check the CRS of both, or get the right tile."
        )
        raise InputError(where, [fault])
    check_pixels((right - left) * (bottom - top), where)
    return Window(left, top, right - left, bottom - top)


def check_transform(transform: affine.Affine, where: str) -> None:
    """
    Refuse pixels without an area, or with one that is no number.

    Raises
    ------
    InputError
        In the name of `where`, the file.
    """
    if not (np.isfinite(np.array(transform)).all() and transform.determinant != 0):
        raise InputError(where, ["Its pixels have no size. Write the place of the raster into the file again."])


def check_pixels(count: int, where: str) -> None:
    """
    Refuse more pixels than can be read at once.

    Raises
    ------
    InputError
        In the name of `where`, the file.
    """
    if count > _MOST_PIXELS:
        fault = f"{count:,} pixels would have to be read. Expected at most {_MOST_PIXELS:,}: cut or coarsen it."
        raise InputError(where, [fault])


def _check_values(faults: Faults, data: Floats) -> None:
    for bad, what in (
        (~np.isfinite(data), "not numbers"),
        (data < 0, "negative"),
        (np.isfinite(data) & (data > _MOST_PEOPLE), "more than all people on Earth"),
    ):
        if bad.any():
            row, col = np.argwhere(bad)[0]
            faults.add(
                f"{int(bad.sum())} of {data.size} pixels are {what} (the first: {data[row, col]:g}) and are not "
                "declared as nodata. If they mean that nobody lives there, say so with nodata = ..."
            )
