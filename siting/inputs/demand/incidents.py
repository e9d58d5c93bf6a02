"""Past calls as demand: records with place, time of day and type, made smooth so that chance places no station."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.geofiles import short_name
from siting.inputs.demand.model import AtEdge, CarriedDemand
from siting.inputs.demand.smooth import kernel_spread, shrunk_counts
from siting.inputs.vector import keep_given, read_table
from siting.study_area import StudyArea
from siting.tables import Faults, Note, check_columns, noted, unknown

Smoothing = Literal["kernel", "empirical_bayes", "none"]

_CLOCK_TIME = r"(?<![\d:])(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?!\d)[\d:.]*\s*(?P<half>[AaPp][Mm])?"
"""A time of day, wherever it stands beside a date."""
_IN_UTC = r":\d{2}[\d:.]*\s*(?:Z|[+-]00(?::?00)?)$"
_SET_ASIDE = {
    "no place": "note_calls_without_place",
    "no time": "note_calls_without_time",
    "other hours": "note_calls_of_other_hours",
    "no type": "note_calls_without_type",
    "other type": "note_calls_of_other_type",
}
"""By reason, the first that holds: what is said of records that do not count."""


def carry_incidents(
    area: StudyArea,
    *,
    path: str | Path,
    time_column: str = "time",
    type_column: str = "type",
    points: Mapping[str, float] | None = None,
    hours: Sequence[float] | None = None,
    smooth: Smoothing = "kernel",
    bandwidth_m: float = 500.0,
    exposure: pd.Series | None = None,
    at_edge: AtEdge = "share",
    layer: str | None = None,
    crs: str | None = None,
    lon: str | None = None,
    lat: str | None = None,
    encoding: str | None = None,
) -> CarriedDemand:
    """
    The calls of a table of records, carried to the cells and smoothed there.

    A record without a place is set aside, one without a time of day where hours are asked for, one without a type
    that counts where types are; each with a note of how many. Calls outside the boundary stay outside.

    Parameters
    ----------
    time_column, type_column
        Read only where `hours` or `points` ask for them.
    points
        What one call of each type counts for, such as {fire = 3, rescue = 1}; other types count nothing, with a note.
        Every call counts 1 when absent.
    hours
        From and to, of the day as it is written, 0 to 24: [8, 20], or [20, 8] across midnight. "From" is in, "to" is
        not. All day when absent.
    smooth
        "kernel" (`siting.inputs.demand.smooth.kernel_spread`), "empirical_bayes" (`shrunk_counts`, of calls
        that count alike, since it is of counts) or "none".
    bandwidth_m
        Of the kernel. Ours: an editable default, a block or two, within which the place of the next call is chance.
    exposure
        Index `cell_id`, for empirical Bayes: to how many, or how much, a call could happen; land in km² when absent.
    at_edge
        Taken so that every source is called alike; a call is a point, inside or not.
    layer, crs, lon, lat, encoding
        As in `siting.inputs.vector.read_table`.

    Raises
    ------
    InputError
        Naming every fault: no such column, hours or types of no sense, no call that counts.
    """
    records = read_table(
        path, layer=layer, crs=crs, lon=lon, lat=lat, encoding=encoding, kinds=("Point",), may_lack_place=True
    )
    faults = Faults(str(path))
    columns = [time_column] if hours is not None else []
    check_columns(faults, records, [*columns, type_column] if points is not None else columns)
    _check_asked(faults, points, hours, smooth, bandwidth_m)
    faults.stop()
    reason, worth = _judged(
        records,
        None if hours is None else (hour_of_day(records[time_column]), hours),
        None if points is None else (records[type_column], points),
    )
    counts = reason == ""
    if not counts.any():
        found = ", ".join(f"{why}: {n:,}" for why, n in reason.value_counts().items())
        raise InputError(str(path), [f"None of its {len(records):,} records counts ({found}). Check hours and points."])
    weight, cell = np.zeros(len(area.cells)), _cells(area, records)
    reason = reason.mask(counts & (cell < 0), "outside the boundary")
    for each in np.unique(worth[counts]):
        of_worth = cell[counts & (worth == each) & (cell >= 0)]
        happened = np.bincount(of_worth, minlength=len(weight)).astype(np.float64)
        weight += each * _smoothed(area, happened, smooth, bandwidth_m, exposure)
    inside = np.where(counts & (cell >= 0), worth, 0.0)
    added = {"weight_inside": inside, "reason": reason.to_numpy()}
    return CarriedDemand(
        weight=pd.Series(weight, index=area.cells.index, name="weight"),
        total_read=math.fsum(worth[counts]),
        total_inside=math.fsum(inside),
        total_outside=math.fsum(worth[counts & (cell < 0)]),
        unit="calls" if (worth[counts] == 1.0).all() else "weighted calls",
        source=short_name(path),
        rows=keep_given(records, added).assign(**added),
        notes=(*records.attrs["notes"], *_notes(reason, None if hours is None else records[time_column])),
    )


def hour_of_day(time: pd.Series) -> pd.Series:
    """
    Hours since midnight as they are written, whatever the form of the date; nan where no time of day is.

    Dates that a format keeps as instants (Shapefile, GeoPackage) all fall on midnight: then none is a time of day.

    Examples
    --------
    >>> hour_of_day(pd.Series(["2023-05-01 14:30", "1/5/2023 2:15:07 PM", "T00:00:00+08:00", "2023-05-01"])).tolist()
    [14.5, 14.25, 0.0, nan]
    """
    if pd.api.types.is_datetime64_any_dtype(time):
        hour = time.dt.hour + time.dt.minute / 60.0
        return hour if (time > time.dt.normalize()).any() else hour * math.nan
    found = time.astype("string").str.extract(_CLOCK_TIME)
    hour, minute = (pd.to_numeric(found[name], errors="coerce").astype("float64") for name in ("hour", "minute"))
    half = found["half"].str.lower()
    hour = hour.mask(half.notna(), hour % 12 + 12.0 * (half == "pm").fillna(False).astype("float64"))
    return (hour + minute / 60.0).where((hour < 24) & (minute < 60))


def is_in_utc(time: pd.Series) -> pd.Series:
    """
    Whether each time says that it is in UTC, which GeoPackage, Parquet and PostGIS make of times with a zone.

    Examples
    --------
    >>> is_in_utc(pd.Series(["2023-05-01 06:30:00+00", "2023-05-01T06:30Z", "2023-05-01 14:30", None])).tolist()
    [True, True, False, False]
    """
    if pd.api.types.is_datetime64_any_dtype(time):
        return time.notna() & (str(time.dt.tz) in ("UTC", "UTC+00:00"))
    return time.astype("string").str.contains(_IN_UTC).fillna(False).astype(bool)


def _check_asked(
    faults: Faults,
    points: Mapping[str, float] | None,
    hours: Sequence[float] | None,
    smooth: str,
    bandwidth_m: float,
) -> None:
    if smooth not in get_args(Smoothing):
        faults.add(f"smooth: {unknown(smooth, get_args(Smoothing))}")
    if not bandwidth_m > 0:
        faults.add(f"bandwidth_m is {bandwidth_m:g}. Expected metres above 0.")
    if hours is not None and not (len(hours) == 2 and all(0 <= hour <= 24 for hour in hours) and hours[0] != hours[1]):
        faults.add(f"hours are {list(hours)}. Expected two different hours from 0 to 24, such as [20, 8].")
    wrong = [name for name, worth in (points or {}).items() if not (math.isfinite(worth) and worth > 0)]
    if wrong:
        faults.add(f"points of {', '.join(wrong)} are not above 0. Leave a type out that is not to count.")


def _judged(
    records: gpd.GeoDataFrame,
    asked_hours: tuple[pd.Series, Sequence[float]] | None,
    asked_types: tuple[pd.Series, Mapping[str, float]] | None,
) -> tuple[pd.Series, Floats]:
    """Why each record does not count ("" where it does), and what it counts for."""
    places = records.geometry
    whys = [(places.isna() | places.is_empty, "no place")]
    worth = np.ones(len(records))
    if asked_hours is not None:
        hour, (first, last) = asked_hours
        within = (hour >= first) & (hour < last) if first < last else (hour >= first) | (hour < last)
        whys += [(hour.isna(), "no time"), (~within, "other hours")]
    if asked_types is not None:
        types, points = asked_types
        named = types.convert_dtypes().astype("string").str.strip().fillna("")
        worth = np.asarray(named.map(points).astype("float64").fillna(0.0), dtype=np.float64)
        whys += [(named == "", "no type"), (~named.isin(list(points)), "other type")]
    reason = np.select([is_so.to_numpy(dtype=bool) for is_so, _ in whys], [why for _, why in whys], "")
    return pd.Series(reason, index=records.index, dtype=object), worth


def _notes(reason: pd.Series, time: pd.Series | None) -> Iterator[Note]:
    """What does not count, and times whose hours are not those of the place."""
    for why, key in _SET_ASIDE.items():
        yield from noted("topic_demand", key, reason.index[reason == why])
    if time is not None:
        yield from noted("topic_demand", "note_calls_in_utc", reason.index[is_in_utc(time)])


def _cells(area: StudyArea, records: gpd.GeoDataFrame) -> Ids:
    """Position of the cell that holds each record, -1 where none does or it has no place."""
    places = records.geometry.to_crs(area.crs)
    there = ~(places.isna() | places.is_empty).to_numpy()
    cell = np.full(len(records), -1)
    cell[there] = area.cell_at(places[there].x.to_numpy(), places[there].y.to_numpy())
    return cell


def _smoothed(
    area: StudyArea, happened: Floats, smooth: Smoothing, bandwidth_m: float, exposure: pd.Series | None
) -> Floats:
    if smooth == "kernel":
        return kernel_spread(happened, area.cells, area.cell_m, bandwidth_m)
    if smooth == "empirical_bayes":
        of = area.cells.area_km2 if exposure is None else exposure.reindex(area.cells.index)
        return shrunk_counts(happened, of.to_numpy(dtype=np.float64))
    return happened
