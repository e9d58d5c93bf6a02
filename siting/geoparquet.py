"""GeoParquet: tables by column, with their shapes as WKB and their CRS beside them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.errors import InputError

SUFFIXES = (".parquet", ".geoparquet")
_VALUE_BYTES = 8


def read_geoparquet(path: Path, most_bytes: int) -> gpd.GeoDataFrame:
    """
    Rows of a GeoParquet file as GDAL would give them: whole numbers with gaps are floats, the index is a column.

    So are exact decimals; categories are what they stand for. The shapes are in the column `geometry`, another of that
    name becomes `geometry_given`. Longitude and latitude of the format (OGC:CRS84) are EPSG:4326, which every other
    format says for them.

    Parameters
    ----------
    most_bytes
        A file that would hold more in memory is refused before it is read: few bytes may stand for a billion rows.

    Raises
    ------
    InputError
        If it has no shapes, or would hold too much.
    OSError, RuntimeError, ValueError, TypeError, LookupError
        If it is broken.
    """
    from pyarrow import parquet, types  # heavy, and most scenarios have no such file

    told = parquet.read_metadata(path)
    size = sum(told.row_group(group).total_byte_size for group in range(told.num_row_groups))
    size = max(size, told.num_rows * told.num_columns * _VALUE_BYTES)
    if size > most_bytes:
        text = f"It would unpack to {size / 2**30:,.1f} GiB. Expected at most {most_bytes / 2**30:g}."
        raise InputError(str(path), [text])
    if b"geo" not in (told.metadata or {}):
        raise InputError(str(path), ["It is a table without geometry. Expected places on a map."])
    # Without partitioning=None a folder called "sites=3" would become a column.
    rows = gpd.read_parquet(path, partitioning=None, to_pandas_kwargs={"ignore_metadata": True})
    if rows.crs is not None and rows.crs.to_authority() == ("OGC", "CRS84"):
        rows = rows.set_crs(4326, allow_override=True)
    for column in told.schema.to_arrow_schema():
        if types.is_decimal(column.type):
            rows[column.name] = rows[column.name].astype("float64")
        elif types.is_dictionary(column.type):
            rows[column.name] = np.asarray(rows[column.name])
    if rows.geometry.name != "geometry":
        rows = rows.rename(columns={"geometry": "geometry_given"}).rename_geometry("geometry")
    return rows


def write_geoparquet(table: pd.DataFrame, path: Path, description: str) -> None:
    """
    Write a table, with or without shapes; zstd packs it, and pandas gives the description back as ``attrs``.

    Examples
    --------
    >>> import tempfile
    >>> import shapely
    >>> places = gpd.GeoDataFrame({"site_id": ["A"]}, geometry=[shapely.Point(117.2, 28.3)], crs=4326)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_geoparquet(places, Path(folder, "places.parquet"), "by hand")
    ...     back = read_geoparquet(Path(folder, "places.parquet"), most_bytes=2**20)
    >>> back.equals(places), back.crs.to_string()
    (True, 'EPSG:4326')
    """
    described = table.copy(deep=False)
    described.attrs = {"description": description}
    described.to_parquet(path, index=False, compression="zstd")
