"""Rasters written for tests: 0.001 degree pixels from 121.205 E, 31.425 N unless told otherwise."""

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine

NORTH_WEST = (121.205, 31.425)


def pixels_from(west: float, north: float, wide: float, high: float) -> Affine:
    """The transform of north-up pixels; rasterio's own from_origin warns under affine 3."""
    return Affine(wide, 0, west, 0, -high, north)


def write_raster(path: Path, values: np.ndarray, **profile: Any) -> Path:
    """One band of `values`, north at the top."""
    settings = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
        "crs": "EPSG:4326",
        "transform": pixels_from(*NORTH_WEST, 0.001, 0.001),
        **profile,
    }
    with rasterio.open(path, "w", **settings) as raster:
        raster.write(values, 1)
    return path
