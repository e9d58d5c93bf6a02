"""Stations, micro fire stations and hydrants: the caller's rows, all of them, with what we need to know beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.crs import lonlat_text, would_lie_in_if_swapped
from siting.errors import InputError
from siting.geofiles import short_name
from siting.inputs.osm_facilities import OSM_KINDS, lifecycle_reason, read_osm_facilities
from siting.inputs.osm_features import is_osm_file, tags_of
from siting.inputs.supply import read_supply
from siting.inputs.vector import keep_given, read_table
from siting.language import Language, word
from siting.study_area import StudyArea
from siting.tables import Faults, Note, check_columns, check_unique, id_text, noted, read_amounts, some

ROLES = ("existing", "required", "candidate", "forbidden")
SHAPES = ("Point", "MultiPoint", "LineString", "Polygon", "MultiPolygon")

_MOST_TURNOUT_S = 3600.0
"""More is no turnout; most likely milliseconds, or a time of day."""
_SAME_M, _SAME_DEGREES = 0.1, 1e-6
"""Two facilities nearer than this are one place, drawn twice or with two outlets."""


def read_facilities(
    path: str | Path,
    *,
    kind: str,
    area: StudyArea | None = None,
    role: str = "existing",
    role_column: str | None = None,
    class_name: str | None = None,
    class_column: str | None = None,
    id_column: str | None = None,
    name_column: str | None = None,
    turnout_column: str | None = None,
    exclude: Mapping[str, Sequence[object]] | None = None,
    flow_column: str | None = None,
    flow_unit: str | None = None,
    pressure_column: str | None = None,
    pressure_unit: str | None = None,
    radius_column: str | None = None,
    radius_m: float | None = None,
    layer: str | None = None,
    crs: str | None = None,
    lon: str | None = None,
    lat: str | None = None,
    encoding: str | None = None,
    language: Language = "en",
) -> gpd.GeoDataFrame:
    """
    A facility table from an OpenStreetMap file, or as in `siting.inputs.vector.read_table`.

    No row is left out: one that does not count says why in `reason`. What was assumed is in ``.attrs["notes"]``.

    Parameters
    ----------
    kind
        "station", "micro_station" or "hydrant"; in an OSM file it says which tags are read.
    area
        Rows outside its boundary and buffer get a reason.
    role, role_column
        "existing" (stands today), "required" (does not stand yet, and is built in every plan), "candidate" or
        "forbidden": of every row, or row by row (where empty: `role`).
    class_name, class_column
        Such as "一级站": of every row, or row by row.
    id_column
        Without it rows are numbered, as name (of file or table) and number; in an OSM file ids are "node/1", "way/2",
        "relation/3".
    name_column
        A column `name` is taken when absent.
    turnout_column
        Seconds from the call to wheels rolling, where known.
    exclude
        Column and the values that mean a row does not count, ``{"status": ["broken"]}``; "" means that it is empty.
    flow_column, flow_unit, pressure_column, pressure_unit, radius_column, radius_m
        Of hydrants, as in `siting.inputs.supply.read_supply`; what is asked for comes as flow_lps, pressure_mpa and
        radius_m.
    layer, crs, lon, lat, encoding
        As in `siting.inputs.vector.read_table`.

    Returns
    -------
    Index `site_id` (str); the caller's columns, order and CRS; points (of a polygon, a point inside it); kind, class,
    name, role, turnout_s (float, nan unknown), source (name of file or table), reason ("" where the row counts). A
    caller's column with one of these names that is not the one read for it comes back as ``<name>_given``.

    Raises
    ------
    InputError
        Naming every fault of the table.
    """
    if kind not in OSM_KINDS:
        raise InputError("facilities", [f"The kind {kind!r} is not one of {', '.join(OSM_KINDS)}."])
    if is_osm_file(path):
        rows = read_osm_facilities(Path(path), kind)
        reason = [lifecycle_reason(tags, kind, language) for tags in tags_of(rows)]
    else:
        rows = read_table(path, layer=layer, crs=crs, lon=lon, lat=lat, encoding=encoding, kinds=SHAPES)
        reason = [""] * len(rows)
    faults = Faults(str(path))
    notes = [*rows.attrs["notes"]]
    named = [id_column, name_column, class_column, role_column, turnout_column, *(exclude or {})]
    named += [flow_column, pressure_column, radius_column]
    check_columns(faults, rows, [column for column in named if column is not None])
    faults.stop()
    name_column = name_column or next((column for column in rows.columns if column.lower() == "name"), None)
    ids = _ids(faults, rows, id_column, path, notes)
    table = gpd.GeoDataFrame(rows.drop(columns=rows.geometry.name), geometry=_points(rows, kind, notes), crs=rows.crs)
    added = {
        "kind": kind,
        "class": _text(rows, class_column, class_name or ""),
        "name": _text(rows, name_column, ""),
        "role": _roles(faults, rows, role_column, role),
        "turnout_s": _turnout(faults, rows, turnout_column),
        "source": short_name(path),
        **read_supply(
            faults,
            rows,
            flow_column=flow_column,
            flow_unit=flow_unit,
            pressure_column=pressure_column,
            pressure_unit=pressure_unit,
            radius_column=radius_column,
            radius_m=radius_m,
        ),
    }
    reason = _first_reason(reason, _excluded(rows, exclude or {}, notes, language))
    if area is not None:
        reason = _first_reason(reason, _outside(faults, table.geometry, area, language))
    added["reason"] = reason
    faults.stop()
    read_as = {"name": name_column, "class": class_column, "role": role_column, "turnout_s": turnout_column}
    read_as |= {"radius_m": radius_column}
    clashing = [column for column in added if read_as.get(column) != column]
    table = keep_given(table, clashing).assign(**added)
    table.index = pd.Index(ids, name="site_id", dtype=object)
    _note_coincident(table, kind, notes)
    table.attrs["notes"] = tuple(notes)
    return table


def _ids(faults: Faults, rows: gpd.GeoDataFrame, column: str | None, path: str | Path, notes: list[Note]) -> list[str]:
    if column is not None:
        values = rows[column].map(id_text)
        check_unique(faults, values, column)
        return values.fillna("").tolist()
    if is_osm_file(path):
        return rows.index.astype(str).tolist()
    name = short_name(path)
    stem = name.split(".")[0]
    notes.append(Note("topic_facilities", "note_rows_numbered", len(rows), values={"file": name}))
    return [f"{stem}-{number}" for number in range(1, len(rows) + 1)]


def _points(rows: gpd.GeoDataFrame, kind: str, notes: list[Note]) -> np.ndarray:
    shapes = shapely.force_2d(rows.geometry.to_numpy())
    wide = shapely.get_type_id(shapes) != shapely.GeometryType.POINT
    if wide.any():
        notes += noted(kind, "note_outlines", rows.index[wide])
        shapes[wide] = shapely.point_on_surface(shapes[wide])
    return shapes


def _text(rows: gpd.GeoDataFrame, column: str | None, default: str) -> list[str]:
    if column is None:
        return [default] * len(rows)
    return [default if pd.isna(value) or value == "" else str(value) for value in rows[column]]


def _roles(faults: Faults, rows: gpd.GeoDataFrame, column: str | None, role: str) -> list[str]:
    roles = _text(rows, column, role)
    unknown = sorted({value for value in (*roles, role) if value not in ROLES})
    if unknown:
        faults.add(f"The roles {some(unknown)} are not known. Expected {', '.join(ROLES)}.")
    return roles


def _turnout(faults: Faults, rows: gpd.GeoDataFrame, column: str | None) -> np.ndarray:
    if column is None:
        return np.full(len(rows), np.nan)
    seconds = read_amounts(faults, rows, column, "seconds").to_numpy()
    long = rows.index[np.isfinite(seconds) & (seconds > _MOST_TURNOUT_S)]
    if len(long):
        faults.add(
            f"{len(long)} values of {column} are above {_MOST_TURNOUT_S:g} s, an hour (rows {some(long)}). Expected "
            "seconds: are they milliseconds?"
        )
    return seconds


def _first_reason(found: Sequence[str], more: Sequence[str]) -> list[str]:
    return [one or other for one, other in zip(found, more, strict=True)]


def _excluded(
    rows: gpd.GeoDataFrame, exclude: Mapping[str, Sequence[object]], notes: list[Note], language: Language
) -> list[str]:
    """Why the caller's own values say that a row does not count; "" where they do not."""
    reason = [""] * len(rows)
    for column, values in exclude.items():
        text = [id_text(value) or "" for value in rows[column]]
        for value in map(str, values):
            hit = [found == value for found in text]
            why = word("reason_excluded" if value else "reason_empty", language, column=column, value=value)
            reason = _first_reason(reason, [why if yes else "" for yes in hit])
            if not any(hit):
                key = "note_nothing_excluded" if value else "note_nothing_empty"
                held = some(dict.fromkeys(text))
                notes.append(Note("topic_facilities", key, 0, values={"column": column, "value": value, "held": held}))
    return reason


def _outside(faults: Faults, points: gpd.GeoSeries, area: StudyArea, language: Language) -> list[str]:
    """Why a row is too far away to count; "" within reach. A fault when all are."""
    metric = points.to_crs(area.crs)
    inside = shapely.intersects_xy(area.reach, metric.x.to_numpy(), metric.y.to_numpy())
    if not inside.any():
        reach = gpd.GeoSeries([area.reach], crs=area.crs)
        x, y = points.x.to_numpy(), points.y.to_numpy()
        swapped = would_lie_in_if_swapped(x, y, points.crs, area.reach, area.crs)
        advice = "Longitude and latitude (or x and y) look swapped." if swapped else "Check the CRS."
        faults.add(
            f"None of its {len(points)} rows lies in the study area and its buffer. Longitude and latitude of the "
            f"rows: {lonlat_text(points)}; of the area: {lonlat_text(reach)}. {advice}"
        )
    return np.where(inside, "", word("reason_outside", language)).tolist()


def _note_coincident(table: gpd.GeoDataFrame, kind: str, notes: list[Note]) -> None:
    near = _SAME_DEGREES if table.crs.is_geographic else _SAME_M
    points = table.geometry.to_numpy()
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=near)
    notes += noted(kind, "note_same_place", table.index[np.unique(one[one != other])])
