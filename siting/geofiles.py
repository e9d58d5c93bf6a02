"""Vector files by their ending: GeoJSON, GeoPackage, FlatGeobuf, GeoParquet, Shapefile; faults say what to do."""

from __future__ import annotations

import codecs
import io
import sqlite3
import zipfile
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import GEOSException

from siting.database_url import database_url, is_database
from siting.errors import InputError
from siting.file_text import BROKEN_ZIP, lost_letters, rows_with_zeros, unsaid_encoding, whole_letters
from siting.geoparquet import SUFFIXES as PARQUET
from siting.geoparquet import read_geoparquet, write_geoparquet
from siting.made_by import made_by
from siting.sqlite_tables import check_stored
from siting.tables import Note, some

SUFFIXES = (".geojson", ".json", ".gpkg", ".fgb", ".shp", ".zip", *PARQUET)
"""GeoJSON, GeoPackage, FlatGeobuf, Shapefile, zipped Shapefile, GeoParquet."""
_DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".fgb": "FlatGeobuf"}
WRITTEN = (*_DRIVERS, ".parquet")
"""Endings of files that are written."""

_LAYER = "layer = ..., or the key that ends in _layer where a table of the scenario names several files"
_SHAPEFILES = (".shp", ".zip")
_JSON = (".geojson", ".json")
_BROKEN = (RuntimeError, ValueError, GEOSException, OSError, TypeError, LookupError)
"""Of GDAL, of a value, of a shape; the last three of GeoParquet."""
_MOST_UNPACKED_B = 8 * 2**30
"""Of a zipped Shapefile: its two large parts hold 2 to 4 GB each at most, so more is a trap."""
_STARTS = {
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".gpkg": (b"SQLite format 3\0",),
    ".fgb": (b"fgb\x03fgb",),
    **dict.fromkeys(PARQUET, (b"PAR1",)),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".zip": (b"PK\x03\x04",),
}
"""
First bytes. GDAL goes by content, not by name: a virtual layer in disguise would have it read any other file, or fetch
one. It looks for its words up to the first zero byte, which all of these but JSON have before there is room for any.
"""
_ROOM_B = 16
_JSON_DRIVERS = ("GeoJSON", "ESRIJSON", "TopoJSON")
"""Named, or GDAL would also take recipes in JSON for layers, and cook them (GDALG)."""


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


def check_encoding(encoding: str | None, where: str) -> None:
    """
    Whether Python knows an encoding of this name.

    Raises
    ------
    InputError
        If not.
    """
    try:
        codecs.lookup(encoding or "utf-8")
    except LookupError as fault:
        raise InputError(where, [f'The encoding {encoding!r} is not known. Write "utf-8" or "gb18030".']) from fault


def _check_kind(path: Path) -> None:
    """Whether the file begins as its name says, and whether a packed one holds a Shapefile of a bearable size."""
    with path.open("rb") as file:
        start = file.read(64).removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    kind = path.suffix.lower()
    is_open_text = kind not in (*_JSON, *PARQUET) and b"\0" not in start[:_ROOM_B]
    if is_open_text or not start.startswith(_STARTS[kind]):
        raise InputError(str(path), [f"It does not begin as a {kind} file does. Export it again, or name it rightly."])
    if kind == ".gpkg":
        check_stored(path)
    if kind != ".zip":
        return
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
            shapes = [name for name in packed.namelist() if name.lower().endswith(".shp")]
            strange = [name for name in shapes if not _begins_as_shapes(packed, name)]
    except BROKEN_ZIP as fault:
        raise InputError(str(path), [f"It cannot be unpacked ({fault}). Fetch or pack it again."]) from fault
    if not shapes:
        raise InputError(str(path), ["There is no .shp in it. Pack a Shapefile, or give the file itself."])
    if size > _MOST_UNPACKED_B:
        told = f"It would unpack to {size / 2**30:,.1f} GiB. Expected at most {_MOST_UNPACKED_B / 2**30:g}."
        raise InputError(str(path), [told])
    if strange:
        raise InputError(str(path), [f"{some(strange)} in it does not begin as a .shp file does. Pack it again."])


def _begins_as_shapes(packed: zipfile.ZipFile, name: str) -> bool:
    with packed.open(name) as part:
        return part.read(4) in _STARTS[".shp"]


def _check_count(path: Path) -> None:
    """Whether the rows that a FlatGeobuf says it holds fit into its bytes: room is made for them before one is read."""
    rows, size = int(pyogrio.read_info(path)["features"]), path.stat().st_size
    if rows > size:
        raise InputError(str(path), [f"It cannot be read: it says {rows:,} rows in {size:,} bytes. Export it again."])


def open_layer(source: str | Path, *, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    """
    Rows of a file as `open_geofile` gives them, or of a table of a database as `siting.postgis.read_layer` does.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    if not is_database(source):
        return open_geofile(Path(source), layer=layer, encoding=encoding)
    from siting.postgis import read_layer  # the driver is loaded where a database is named

    if layer is not None:
        raise InputError(short_name(source), [f"layer = {layer!r}: a table is named in the URL, ?table=NAME."])
    return read_layer(str(source))


def short_name(source: str | Path) -> str:
    """
    The name of a file without its folder, or of a table without its schema.

    Examples
    --------
    >>> short_name("data/stations.csv"), short_name("postgresql://planner@db/fire?table=city.stations")
    ('stations.csv', 'stations')
    """
    if not is_database(source):
        return Path(source).name
    return database_url(str(source), "table", ("geometry",)).own["table"].rpartition(".")[2]


def open_geofile(path: Path, *, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    """
    Rows of one layer as they stand in the file, in its CRS, counted from 1.

    What was decided on the way is in ``.attrs["notes"]``, a tuple of `siting.tables.Note`.

    Parameters
    ----------
    encoding
        Of the text of a Shapefile; all others are UTF-8. A Shapefile that does not say (no .cpg) is read as
        UTF-8 or GB 18030 (which holds GBK) where its text is so, with a note of the latter.

    Raises
    ------
    InputError
        If the file cannot be opened, has no geometry, or holds several layers and none is named.
    """
    check_file(path, SUFFIXES)
    _check_kind(path)
    check_encoding(encoding, str(path))
    found = unsaid_encoding(path) if encoding is None else None
    kind = path.suffix.lower()
    is_shapefile = kind in _SHAPEFILES
    try:
        if kind in PARQUET:
            _chosen(path, [path.stem], layer)
            rows = read_geoparquet(path, _MOST_UNPACKED_B)
        else:
            with whole_letters(path) if kind in _JSON else nullcontext(path) as whole:
                source, layers = _opened(whole)
                chosen = _chosen(path, layers, layer)
                if kind == ".fgb":
                    _check_count(path)
                text = (encoding or found) if is_shapefile else None
                rows = gpd.read_file(source, layer=layers.index(chosen), encoding=text)
    except InputError:
        raise
    except UnicodeDecodeError as fault:
        advice = 'Say which it has, for example encoding = "gb18030".' if is_shapefile else "Save it as UTF-8."
        raise InputError(str(path), [f"Its text is not {encoding or fault.encoding} ({fault}). {advice}"]) from fault
    except UnboundLocalError as fault:  # what pyogrio comes to after text of a CRS that it could not decode
        told = "The text of its coordinate system is not UTF-8. Save it as UTF-8"
        rest = " (the .prj), or take the .prj away and say crs = ..." if is_shapefile else ""
        raise InputError(str(path), [f"{told}{rest}."]) from fault
    except _BROKEN as fault:
        raise InputError(
            str(path), [f"It cannot be read ({fault}). Is it complete, and of the kind its name says?"]
        ) from fault
    if not isinstance(rows, gpd.GeoDataFrame):
        raise InputError(str(path), ["It is a table without geometry. Expected places on a map."])
    rows.index = rows.index + 1
    if kind in PARQUET and len(zeros := rows_with_zeros(rows)):
        raise InputError(str(path), [f"{len(zeros)} rows hold a zero character (rows {some(zeros)}). Take it out."])
    notes = [Note("topic_table", "note_assumed_gb18030", len(rows))] if found == "gb18030" else []
    rows.attrs["notes"] = (*notes, *(lost_letters(rows) if kind in _JSON else []))
    return rows


def _opened(path: Path) -> tuple[str | Path, list[str]]:
    """What GDAL is to read, JSON by the driver that takes it, and the names of its layers."""
    if path.suffix.lower() not in _JSON:
        return path, _layers(path)
    faults = []
    for driver in _JSON_DRIVERS:
        source = f"{driver}:{path.absolute()}"
        try:
            return source, _layers(source)
        except DataSourceError as fault:
            faults.append(fault)
    raise faults[0]


def _layers(source: str | Path) -> list[str]:
    return [str(name) for name in pyogrio.list_layers(source)[:, 0]]


def _chosen(path: Path, layers: list[str], layer: str | None) -> str:
    """The layer that is asked for, or the only one."""
    if not layers:
        raise InputError(str(path), ["It holds no layer. Export it again."])
    if layer is None and len(layers) > 1:
        raise InputError(str(path), [f"It holds {len(layers)} layers ({some(layers, 12)}). Say which: {_LAYER}."])
    if layer is not None and layer not in layers:
        raise InputError(str(path), [f"It has no layer {layer!r}. It has {some(layers, 12)}."])
    return layer or layers[0]


def write_geofile(table: pd.DataFrame, path: Path, layer: str, **options: Any) -> None:
    """
    Write one layer in the format of the file's ending, one of `WRITTEN`, its rows in their order.

    A table without shapes is a table of attributes; in a FlatGeobuf, which has none, its geometry is empty. The
    layer's description says what made it.

    Parameters
    ----------
    options
        Of the GDAL driver.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    if path.suffix == ".parquet":
        write_geoparquet(table, path, made_by())
        return
    if path.suffix == ".fgb":
        options["SPATIAL_INDEX"] = "NO"  # it would sort the rows, and refuse those without a shape
    if isinstance(table, gpd.GeoDataFrame) and table.geometry.isna().all():
        options["geometry_type"] = "Unknown"
    # GDAL tells nobody of a disk that is full when it closes a file: the file would be cut off, or lack its index.
    in_memory = None if path.suffix == ".gpkg" else io.BytesIO()
    try:
        pyogrio.write_dataframe(
            table, in_memory or path, layer=layer, driver=_DRIVERS[path.suffix], DESCRIPTION=made_by(), **options
        )
    except (DataSourceError, DataLayerError) as fault:  # a full disk, for one, is none of Python's own errors here
        raise OSError(f"layer {layer}: {str(fault)[:200]}") from fault
    if in_memory is not None:
        path.write_bytes(in_memory.getbuffer())
    elif isinstance(table, gpd.GeoDataFrame) and not _is_indexed(path, layer):
        raise OSError(f"layer {layer}: no space left for its spatial index")


def _is_indexed(path: Path, layer: str) -> bool:
    """Whether a layer of a GeoPackage has its spatial index, which GDAL makes last."""
    query = "SELECT 1 FROM gpkg_extensions WHERE table_name = ? AND extension_name = 'gpkg_rtree_index'"
    with closing(sqlite3.connect(path)) as package:
        try:
            return package.execute(query, [layer]).fetchone() is not None
        except sqlite3.OperationalError:  # no index was made at all, so there is no such list
            return False
