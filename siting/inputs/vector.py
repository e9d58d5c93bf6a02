"""One door for tables of places: vector files, tables of a PostGIS database, and CSV with coordinates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import geopandas as gpd
import shapely

from siting.crs import WGS84, as_crs, check_coordinates, zone_guess
from siting.database_url import is_database
from siting.geofiles import SUFFIXES, check_file, open_layer
from siting.inputs.csv_places import read_csv_places
from siting.shifted import SHIFTED, is_shifted_there, shifted_name
from siting.tables import Faults, Note, check_crs, check_geometry, check_not_empty


def read_table(
    path: str | Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    lon: str | None = None,
    lat: str | None = None,
    encoding: str | None = None,
    kinds: Sequence[str] | None = None,
    may_lack_place: bool = False,
) -> gpd.GeoDataFrame:
    """
    Rows of a file with the columns, order and CRS they came in.

    The index counts rows from 1, in a CSV the lines of the file, so that a fault names a row that can be found. What
    was decided on the way is in ``.attrs["notes"]``, a tuple of `siting.tables.Note`.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, FlatGeobuf, GeoParquet, Shapefile (also zipped) or CSV; or the URL of a table of a PostGIS
        database, as in `siting.postgis.read_layer`.
    layer
        Of a GeoPackage with several.
    crs
        Of a file that does not say its own; where the file says another, this one counts, with a note. A CSV needs
        it, unless its columns are called longitude and latitude (lon, lat, 经度, 纬度, ...): then it is EPSG:4326, with
        a note. "GCJ-02" or "BD-09": converted to EPSG:4326, with a note.
    lon, lat
        CSV: columns of longitude or easting, and latitude or northing. Found among the usual names when absent.
    encoding
        Of text. A CSV, or a Shapefile that does not say, is tried as UTF-8, then as GB 18030 (which holds GBK and
        GB 2312), with a note.
    kinds
        Geometry types that are of use; any when absent.
    may_lack_place
        Rows without coordinates or geometry come along, without geometry; one at least has some.

    Raises
    ------
    InputError
        Naming every fault of the file: no rows, no or absurd coordinates, no CRS, missing or invalid geometry.
    """
    if not is_database(path):
        check_file(Path(path), (*SUFFIXES, ".csv"))
    faults = Faults(str(path))
    shifted = shifted_name(crs)
    crs = crs if shifted is None else "EPSG:4326"
    if not is_database(path) and Path(path).suffix.lower() == ".csv":
        table, notes = read_csv_places(
            Path(path), faults, crs=crs, lon=lon, lat=lat, encoding=encoding, may_lack_place=may_lack_place
        )
    else:
        table, notes = _in_crs(open_layer(path, layer=layer, encoding=encoding), crs)
    placed = table[~(table.geometry.isna() | table.geometry.is_empty)] if may_lack_place else table
    check_not_empty(faults, placed)
    check_crs(faults, placed)
    if placed.crs is None and (guess := zone_guess(placed)):
        faults.add(guess)
    check_coordinates(faults, placed)
    check_geometry(faults, placed, kinds or sorted(set(placed.geom_type.dropna())))
    faults.stop()
    if shifted is not None:
        table, note = _unshifted(table, shifted)
        notes = [*notes, note]
    table.attrs["notes"] = tuple(notes)
    return table


def keep_given(table: gpd.GeoDataFrame, added: Collection[str]) -> gpd.GeoDataFrame:
    """
    The table with room for columns of ours: a caller's column of that name becomes ``<name>_given``.

    Upper and lower case count as one, as they do in a GeoPackage. Where the new name is taken too, one more ``_given``
    is added until it is free.
    """
    taken = {str(name).lower() for name in table.columns} | set(added)
    free: dict[str, str] = {}
    for name in table.columns:
        if name.lower() in added:
            free[name] = f"{name}_given"
            while free[name].lower() in taken:
                free[name] += "_given"
            taken.add(free[name].lower())
    return table.rename(columns=free)


def _in_crs(table: gpd.GeoDataFrame, crs: str | None) -> tuple[gpd.GeoDataFrame, list[Note]]:
    notes = [*table.attrs["notes"]]
    if crs is None:
        return table, notes
    stated = as_crs(crs)
    if table.crs is None or table.crs == stated:
        return table.set_crs(stated, allow_override=True), notes
    note = Note(
        "topic_table", "note_crs_overridden", len(table), values={"said": table.crs.name, "stated": stated.name}
    )
    return table.set_crs(stated, allow_override=True), [*notes, note]


def _unshifted(table: gpd.GeoDataFrame, shifted: str) -> tuple[gpd.GeoDataFrame, Note]:
    """The table in true WGS 84, point by point; what lies outside the box of the shift stays and is counted."""
    lon, lat = shapely.get_coordinates(table.geometry.to_numpy()).T
    outside = int((~is_shifted_there(lon, lat)).sum())
    true = shapely.transform(table.geometry.to_numpy(), SHIFTED[shifted], interleaved=False)
    note = Note("topic_table", "note_unshifted", len(table), values={"shift": shifted, "outside": outside})
    return table.set_geometry(true, crs=WGS84), note
