"""A map of districts drawn by hand: one layer of polygons, each with the id of its station."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from siting.crs import check_coordinates
from siting.district_check.drawn import SLIVER_M
from siting.geofiles import open_layer
from siting.tables import (
    Faults,
    Note,
    check_columns,
    check_crs,
    check_geometry,
    check_not_empty,
    did_you_mean,
    id_text,
    noted,
    some,
)

STATION_COLUMNS = ("site_id", "station_id", "station", "消防站编号", "消防站")
"""Where the id of the station is looked for when no column is named."""
_POLYGONS = ("Polygon", "MultiPolygon")


def read_map(
    drawn: str | Path | gpd.GeoDataFrame,
    crs: pyproj.CRS,
    stations: Collection[str],
    *,
    layer: str | None = None,
    station_column: str | None = None,
) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """
    The polygons of a map, indexed by station, in a metric CRS, and what to know about them.

    Parameters
    ----------
    drawn
        File, URL of a table of a database, or a table.
    crs
        Metric, to work in.
    stations
        The ids that may be named.
    layer
        Of a file with several.
    station_column
        Where the id of the station is; found among `STATION_COLUMNS` when absent.

    Raises
    ------
    InputError
        Naming every fault: no row, no such column, no CRS, rings that cross themselves and where, ids that are empty or
        of no station.
    """
    named = f"{drawn}" if isinstance(drawn, str | Path) else "districts"
    table = open_layer(drawn, layer=layer) if isinstance(drawn, str | Path) else drawn
    faults = Faults(named)
    column = station_column or _station_column(table)
    check_columns(faults, table, [column])
    check_not_empty(faults, table)
    check_crs(faults, table)
    _check_rings(faults, table)
    check_coordinates(faults, table)
    faults.stop()
    site_id = table[column].map(id_text).fillna("")
    _check_stations(faults, site_id, stations, column)
    faults.stop()
    shapes = shapely.force_2d(table.geometry.to_crs(crs).to_numpy())
    placed = gpd.GeoDataFrame(geometry=shapes, index=pd.Index(site_id, name="site_id"), crs=crs)
    return placed, [
        *table.attrs.get("notes", ()),
        *_slivers(placed),
        *noted("topic_districts", "note_several_rows", placed.index[placed.index.duplicated()].unique()),
    ]


def _station_column(table: gpd.GeoDataFrame) -> str:
    """The first usual name that the table has; without one, a table indexed by station, else what is asked for."""
    return next((name for name in STATION_COLUMNS if name in table.columns), STATION_COLUMNS[0])


def _check_rings(faults: Faults, table: gpd.GeoDataFrame) -> None:
    """Note what is no polygon, and where an outline crosses itself."""
    broken = table[table.geom_type.isin(_POLYGONS) & ~table.geometry.is_valid]
    check_geometry(faults, table.drop(index=broken.index), _POLYGONS)
    if len(broken):
        reasons = [f"row {row}: {shapely.is_valid_reason(shape)}" for row, shape in broken.geometry.items()]
        faults.add(
            f"{len(broken)} outlines are invalid ({some(reasons)}). Repair them, in QGIS with Fix geometries, and look "
            "at what it made of them."
        )


def _check_stations(faults: Faults, site_id: pd.Series, stations: Collection[str], column: str) -> None:
    empty = site_id.index[site_id == ""]
    if len(empty):
        faults.add(f"{len(empty)} rows have no station in {column!r} (rows {some(empty)}). Every district needs one.")
    known = sorted(map(str, stations))
    strange = sorted(set(site_id) - set(known) - {""})
    if strange:
        hint = next(filter(None, (did_you_mean(name, known) for name in strange)), "")
        faults.add(
            f"{len(strange)} ids in {column!r} are of no station of the scenario ({some(strange)}).{hint} It has "
            f"{some(known, 12)}."
        )


def _slivers(placed: gpd.GeoDataFrame) -> list[Note]:
    """Overlaps that are nowhere wider than a sliver: not judged, counted by the pair of districts."""
    shapes, ids = placed.geometry.to_numpy(), placed.index.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    common = shapely.intersection(shapes[a], shapes[b])
    thin = (shapely.area(common) > 1e-3) & shapely.is_empty(shapely.buffer(common, -SLIVER_M / 2))
    pairs = [f"{ids[i]} + {ids[j]}" for i, j in zip(a[thin], b[thin], strict=True) if ids[i] != ids[j]]
    m2 = float(shapely.area(common[thin]).sum())
    return noted("topic_districts", "note_slivers", pairs, width=f"{SLIVER_M:g}", m2=f"{m2:,.0f}")
