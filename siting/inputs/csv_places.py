"""CSV with a pair of coordinate columns, as people export it from a spreadsheet."""

from __future__ import annotations

import mmap
from pathlib import Path

import geopandas as gpd
import pandas as pd

from siting.crs import WGS84, as_crs
from siting.errors import InputError
from siting.geofiles import check_encoding
from siting.tables import Faults, Note, some

DEGREE_COLUMNS = (("lon", "lng", "long", "longitude", "经度", "东经"), ("lat", "latitude", "纬度", "北纬"))
METRE_COLUMNS = (("x", "easting", "东坐标"), ("y", "northing", "北坐标"))

_NUMBER = r"-?(0|[1-9]\d{0,14})(\.\d+)?([eE][-+]?\d+)?"
"""Text that loses nothing as a number: no leading zero (that is an id), no more digits than a float holds."""

_SEPARATORS = {";": "note_semicolons", "\t": "note_tabs"}
"""Other separators than the comma, and what is said of them."""

_WIDE = ("utf-16", "utf_16", "utf16", "utf-32", "utf_32", "utf32")
"""Encodings that write a zero byte with every Latin letter."""
_LONGEST_HEADER = 1_000_000


def read_csv_places(
    path: Path,
    faults: Faults,
    *,
    crs: str | None,
    lon: str | None,
    lat: str | None,
    encoding: str | None,
    may_lack_place: bool = False,
) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """
    Rows as points, with notes of what was decided; a row without coordinates is added to `faults`.

    Where rows may lack their place, such a row has no geometry instead.

    The index is the line of the file (the header is line 1). A line without any value is no row.

    Raises
    ------
    InputError
        If the text cannot be decoded, is no table, or has no coordinate columns.
    """
    text, notes = _text(path, encoding)
    x_column, y_column = _coordinate_columns(path, text, lon, lat)
    x = pd.to_numeric(text[x_column], errors="coerce")
    y = pd.to_numeric(text[y_column], errors="coerce")
    is_bad = x.isna() | y.isna()
    if is_bad.any() and not may_lack_place:
        first = text.loc[is_bad, [x_column, y_column]].fillna("").iloc[0].tolist()
        faults.add(
            f"{int(is_bad.sum())} rows have no number in {x_column!r} or {y_column!r} (lines "
            f"{some(text.index[is_bad])}; the first says {first[0]!r}, {first[1]!r}). Expected plain numbers with a "
            "decimal point, such as 121.25."
        )
    where = None if crs is None else as_crs(crs)
    if where is None and x_column.lower() in DEGREE_COLUMNS[0] and y_column.lower() in DEGREE_COLUMNS[1]:
        where = WGS84
        notes.append(Note("topic_table", "note_assumed_degrees", len(text), values={"x": x_column, "y": y_column}))
    text = text.rename(columns={"geometry": "geometry_given"})
    points = gpd.GeoSeries(gpd.points_from_xy(x.fillna(0.0), y.fillna(0.0)), text.index, crs=where)
    return gpd.GeoDataFrame(text.apply(_typed), geometry=points.mask(is_bad & may_lack_place)), notes


def _text(path: Path, encoding: str | None) -> tuple[pd.DataFrame, list[Note]]:
    """Every value as written, so that an id like 007 stays one."""
    check_encoding(encoding, str(path))
    if (encoding is None or not encoding.lower().startswith(_WIDE)) and _has_zero_byte(path):
        told = 'It holds zero bytes: it is no text, or in UTF-16. Save it as UTF-8, or say encoding = "utf-16".'
        raise InputError(str(path), [told])
    tried = (encoding,) if encoding else ("utf-8-sig", "gb18030")
    for name in tried:
        try:
            with path.open(encoding=name) as file:
                header = file.readline(_LONGEST_HEADER)
            if len(header) == _LONGEST_HEADER:
                raise InputError(str(path), [f"Its first line is longer than {_LONGEST_HEADER:,} characters."])
            if not header.strip():
                raise InputError(str(path), ["Its first line is empty. Expected the names of the columns there."])
            separator = max(",", *_SEPARATORS, key=header.count)  # a comma where none of them stands
            table = pd.read_csv(
                path, dtype=str, encoding=name, sep=separator, skipinitialspace=True, skip_blank_lines=False
            )
        except UnicodeDecodeError:
            continue
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
            raise InputError(str(path), [f"It is not a table of comma-separated values ({fault})."]) from fault
        if not isinstance(table.index, pd.RangeIndex):
            raise InputError(str(path), [f"Its rows have more values than the header has names ({header.strip()})."])
        table.columns = table.columns.str.strip()
        table.index = table.index + 2  # counted from 1, after the header
        table = table.dropna(how="all")
        notes = []
        if separator != ",":
            notes.append(Note("topic_table", _SEPARATORS[separator], len(table)))
        if encoding is None and name != tried[0]:
            notes.append(Note("topic_table", "note_assumed_gb18030", len(table)))
        return table, notes
    raise InputError(str(path), [f"The text is not {' or '.join(tried)}. Say which encoding it has, or save as UTF-8."])


def _has_zero_byte(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b"\0") >= 0


def _coordinate_columns(path: Path, table: pd.DataFrame, lon: str | None, lat: str | None) -> tuple[str, str]:
    if (lon is None) != (lat is None):
        raise InputError(str(path), [f"Only {'lon' if lat is None else 'lat'} is given. Say both, lon and lat."])
    pairs = [DEGREE_COLUMNS, METRE_COLUMNS] if lon is None or lat is None else [((lon,), (lat,))]
    for names in pairs:
        found = [[c for c in table.columns if c in usual or c.lower() in usual] for usual in names]
        if all(len(columns) == 1 for columns in found):
            return found[0][0], found[1][0]
        if all(found):
            several = some(map(repr, found[0] + found[1]), 12)
            raise InputError(str(path), [f'{several} may all hold coordinates. Say which: lon = "...", lat = "...".'])
    wanted = "of longitude and latitude" if lon is None else f"{lon!r} and {lat!r}"
    fault = (
        f"No columns {wanted}. The table has {some(map(repr, table.columns), 12)}. "
        'Say which hold the coordinates, for example lon = "x", lat = "y".'
    )
    raise InputError(str(path), [fault])


def _typed(column: pd.Series) -> pd.Series:
    """The column as numbers where that loses nothing, else as text."""
    there = column.dropna()
    if len(there) and there.str.fullmatch(_NUMBER).all():
        return pd.to_numeric(column)
    return column
