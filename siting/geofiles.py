"""Vector files as GDAL opens them (GeoJSON, GeoPackage, Shapefile), with faults that a planner can act on."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from siting.errors import InputError
from siting.tables import some

SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".zip")
"""GeoJSON, GeoPackage, Shapefile, zipped Shapefile."""


def check_file(path: Path, suffixes: tuple[str, ...]) -> None:
    """
    Whether there is a file, with bytes in it and a name that says what it is.

    Raises
    ------
    InputError
        If not.
    """
    if not path.exists():
        raise InputError(str(path), ["There is no such file. Paths in a scenario are relative to the scenario file."])
    if not path.is_file():
        raise InputError(str(path), ["It is a folder. Name the file."])
    if path.stat().st_size == 0:
        raise InputError(str(path), ["The file is empty (0 bytes). Fetch or export it again."])
    if not path.name.lower().endswith(suffixes):
        raise InputError(str(path), [f"Files of this kind are not read here. Expected one of {', '.join(suffixes)}."])


def open_geofile(path: Path, *, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    """
    Rows of one layer as they stand in the file, in its CRS.

    Raises
    ------
    InputError
        If the file cannot be opened, has no geometry, or holds several layers and none is named.
    """
    check_file(path, SUFFIXES)
    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if layer is None and len(layers) > 1:
            raise InputError(str(path), [f"It holds {len(layers)} layers ({some(layers, 12)}). Say which: layer = ..."])
        rows = gpd.read_file(path, layer=layer or layers[0], encoding=encoding)
    except DataLayerError as fault:
        raise InputError(str(path), [f"It has no layer {layer!r}. It has {some(layers, 12)}."]) from fault
    except (DataSourceError, UnicodeDecodeError) as fault:
        raise InputError(
            str(path), [f"It cannot be read ({fault}). Is it complete, and of the kind its name says?"]
        ) from fault
    if not isinstance(rows, gpd.GeoDataFrame):
        raise InputError(str(path), ["It is a table without geometry. Expected places on a map."])
    return rows
