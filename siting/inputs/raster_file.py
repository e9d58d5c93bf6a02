"""Rasters by their ending: GeoTIFF, Erdas Imagine, ASCII grid; a file has no other file read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rasterio
from pyproj.exceptions import ProjError
from rasterio.errors import RasterioError

from siting.errors import InputError
from siting.geofiles import check_file

DRIVERS = {".tif": "GTiff", ".tiff": "GTiff", ".img": "HFA", ".asc": "AAIGrid"}
"""GDAL goes by content: a virtual raster by another name would have it read any other file, or fetch it."""
_BESIDE = (".msk", ".ovr")
"""Of masks and overviews beside a raster, which GDAL opens with whatever driver takes them."""
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@contextmanager
def opened(path: Path) -> Iterator[rasterio.DatasetReader]:
    """
    A raster to read from, closed afterwards.

    Raises
    ------
    InputError
        If it is none, a virtual one, or breaks while it is read.
    """
    check_file(path, tuple(DRIVERS))
    for beside in (path.with_name(f"{path.name}{ending}") for ending in _BESIDE):
        if beside.exists() and not _start(beside).startswith(_TIFF):
            raise InputError(str(beside), ["It lies beside a raster and is no TIFF. Take it away, or make it anew."])
    try:
        with rasterio.open(path, driver=DRIVERS[path.suffix.lower()]) as raster:
            yield raster
    except (RasterioError, ProjError) as fault:  # ProjError: a CRS that cannot be reached from the Earth's
        raise InputError(str(path), [f"It cannot be read as a raster ({fault}). Is it complete?"]) from fault


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)
