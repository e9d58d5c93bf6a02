"""Records of calls: what counts, what does not and is told, and what becomes of it on the cells."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from siting.errors import InputError
from siting.geofiles import write_geofile
from siting.inputs.demand.incidents import carry_incidents, hour_of_day
from siting.inputs.demand.smooth import shrunk_counts
from siting.study_area import StudyArea

X, Y = 500_000, 3_400_000
AREA = StudyArea.from_geometry(gpd.GeoSeries([shapely.box(X, Y, X + 600, Y + 200)], crs=4549), cell_m=200, crs=4549)
"""Three cells in a row."""
RECORDS = """time,type,x,y
2025-03-01 09:00,fire,500100,3400100
2025-03-01 23:30,fire,500100,3400100
2025/3/2 7:59:59,rescue,500300,3400100
2025-03-02,rescue,500300,3400100
2025-03-02 12:00,,500500,3400100
2025-03-02 13:00,gas,500500,3400100
2025-03-02 14:00,fire,,
2025-03-02 21:00,fire,509000,3400100
"""


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    (tmp_path / "calls.csv").write_text(RECORDS, "utf-8")
    return tmp_path / "calls.csv"


def test_every_record_counts_or_says_why_not(calls: Path) -> None:
    """Of eight records one has no place and one lies outside: six count, and time and type are not even looked at."""
    found = carry_incidents(AREA, path=calls, crs="EPSG:4549", smooth="none")
    assert found.weight.tolist() == [2, 2, 2]
    assert (found.total_read, found.total_inside, found.total_outside, found.unit) == (7, 6, 1, "calls")
    assert [(note.key, note.count) for note in found.notes] == [("note_calls_without_place", 1)]
    assert found.rows is not None
    assert found.rows.reason.tolist() == [*[""] * 6, "no place", "outside the boundary"]


def test_night_and_types(calls: Path) -> None:
    """From 20 to 8 o'clock, a fire for three points: one fire and one rescue inside, one fire outside."""
    found = carry_incidents(
        AREA, path=calls, crs="EPSG:4549", smooth="none", hours=[20, 8], points={"fire": 3.0, "rescue": 1.0}
    )
    assert found.weight.tolist() == [3, 1, 0]
    assert (found.total_read, found.total_outside, found.unit) == (7, 3, "weighted calls")
    told = {note.key: note.count for note in found.notes}
    assert told == {"note_calls_without_place": 1, "note_calls_without_time": 1, "note_calls_of_other_hours": 3}
    assert found.rows is not None
    assert len(found.rows) == 8  # none dropped


def test_types_that_do_not_count(calls: Path) -> None:
    """A record without a type and one of another type are told apart."""
    found = carry_incidents(AREA, path=calls, crs="EPSG:4549", smooth="none", points={"fire": 1.0, "rescue": 1.0})
    told = {note.key: note.count for note in found.notes}
    assert told["note_calls_without_type"] == told["note_calls_of_other_type"] == 1
    assert found.weight.tolist() == [2, 2, 0]


def test_smoothing_keeps_what_is_inside(calls: Path) -> None:
    """The kernel spreads six calls and no seventh; empirical Bayes takes the exposure it is given."""
    spread = carry_incidents(AREA, path=calls, crs="EPSG:4549", bandwidth_m=300)
    assert spread.weight.sum() == pytest.approx(6)
    people = pd.Series([900.0, 90.0, 10.0], AREA.cells.index)
    shrunk = carry_incidents(AREA, path=calls, crs="EPSG:4549", smooth="empirical_bayes", exposure=people)
    assert shrunk.weight.tolist() == pytest.approx(shrunk_counts(np.array([2.0, 2.0, 2.0]), people.to_numpy()).tolist())


def test_hours_in_many_forms() -> None:
    """Twelve-hour clocks, ISO with an offset, Chinese colons; a date alone or an hour of 25 is no time of day."""
    there = ["12:05 am", "12:05 PM", "2025-01-02T03:04:05+08:00", "2025年1月2日 7：30"]
    said = pd.Series([*there, "2025-01-02", "25:00", None])
    assert hour_of_day(said).round(4).tolist()[:4] == [0.0833, 12.0833, 3.0667, 7.5]
    assert hour_of_day(said).isna().tolist() == [False] * 4 + [True] * 3
    assert hour_of_day(pd.Series(pd.to_datetime(["2025-01-02 03:30"]))).tolist() == [3.5]


def test_dates_of_a_shapefile_are_no_midnight() -> None:
    """The format knows dates only, which are read as instants: no call of it happened at night; one at 0:00 did."""
    days = pd.Series(pd.to_datetime(["2025-01-02", None, "2025-03-04"]))
    assert hour_of_day(days).isna().all()
    assert hour_of_day(pd.concat([days, pd.Series(pd.to_datetime(["2025-01-02 00:01"]))])).isna().sum() == 1


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet", ".csv"])
def test_times_that_a_format_turned_into_utc_are_told(tmp_path: Path, suffix: str) -> None:
    """A fire at half past nine in the evening in Beijing, which these formats keep as 13:30 UTC, is no night's."""
    when = pd.to_datetime(["2025-03-01 21:30+08:00", "2025-03-01 17:00+08:00"]).tz_convert("UTC")
    places = gpd.GeoDataFrame({"time": when}, geometry=gpd.points_from_xy([X + 100, X + 300], [Y + 100] * 2), crs=4549)
    path = tmp_path / f"calls{suffix}"
    if suffix == ".csv":
        places.assign(x=places.geometry.x, y=places.geometry.y).drop(columns="geometry").to_csv(path, index=False)
    else:
        write_geofile(places, path, "calls")
    with pytest.raises(InputError, match="other hours: 2"):
        carry_incidents(AREA, path=path, crs="EPSG:4549", hours=[20, 8])
    found = carry_incidents(AREA, path=path, crs="EPSG:4549", hours=[12, 0.5])
    assert [(note.key, note.count) for note in found.notes if "hours" not in note.key] == [("note_calls_in_utc", 2)]
    assert carry_incidents(AREA, path=path, crs="EPSG:4549").notes == ()


def test_every_fault_at_once(calls: Path) -> None:
    """Columns that are not there, hours and points of no sense; and records of which none counts."""
    with pytest.raises(InputError) as caught:
        carry_incidents(
            AREA, path=calls, crs="EPSG:4549", time_column="at", hours=[8, 8], smooth="kernels", points={"fire": 0.0}
        )  # type: ignore[arg-type]
    assert len(caught.value.faults) == 4
    assert "Did you mean 'kernel'?" in str(caught.value)
    with pytest.raises(InputError, match=r"None of its 8 records counts \(other type: 6, no type: 1, no place: 1\)"):
        carry_incidents(AREA, path=calls, crs="EPSG:4549", points={"flood": 1.0})
