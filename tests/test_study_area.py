"""A boundary becomes a study area, or is refused with all its faults."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from siting.errors import InputError
from siting.study_area import StudyArea
from siting.tables import Note

SQUARE = gpd.GeoDataFrame(geometry=[box(121.20, 31.40, 121.23, 31.42)], crs=4326)


def test_crs_is_stated_and_the_caller_s_is_kept() -> None:
    """Inside, metres; in outputs, what the caller came with; and a note says so."""
    area = StudyArea.from_geometry(SQUARE, name="Square")
    assert (area.name, area.crs.to_epsg(), area.source_crs.to_epsg()) == ("Square", 4549, 4326)
    assert "EPSG:4549" in area.notes[0].message("zh")
    assert area.cells.crs == area.crs
    assert area.area_km2 == pytest.approx(area.cells["area_km2"].sum(), rel=1e-9)


def test_notes_of_reading_are_kept() -> None:
    """What the file reader assumed about boundary, units or land is not forgotten on the way."""
    read = SQUARE.copy()
    read.attrs["notes"] = (Note("topic_table", "note_assumed_gb18030", 1),)
    assert "topic_table" in [note.topic for note in StudyArea.from_geometry(read).notes]
    units = read.assign(unit_id="1")
    units.attrs = read.attrs
    assert "topic_table" in [note.topic for note in StudyArea.from_geometry(SQUARE, units=units).notes]


def test_several_rows_are_one_boundary() -> None:
    """Townships that share a border make one area without the border."""
    halves = gpd.GeoSeries([box(121.20, 31.40, 121.22, 31.42), box(121.22, 31.40, 121.23, 31.42)], crs=4326)
    area = StudyArea.from_geometry(halves)
    assert isinstance(area.boundary, Polygon)
    assert area.area_km2 == pytest.approx(StudyArea.from_geometry(SQUARE).area_km2, rel=1e-6)


def test_reach_holds_boundary_and_buffer() -> None:
    """Help from 3 km outside counts; from 3.1 km it does not."""
    area = StudyArea.from_geometry(SQUARE, buffer_m=3000)
    _, _, east, _ = area.boundary.bounds
    middle = area.boundary.centroid.y
    assert area.reach.covers(area.boundary)
    assert area.reach.covers(shapely.Point(east + 2900, middle))
    assert not area.reach.covers(shapely.Point(east + 3100, middle))


def test_every_fault_at_once() -> None:
    """No CRS, a line, a missing and a broken polygon, and two bad lengths are six faults in one message."""
    bow_tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    bad = gpd.GeoDataFrame(geometry=[bow_tie, shapely.LineString([(0, 0), (1, 1)]), None])
    with pytest.raises(InputError) as caught:
        StudyArea.from_geometry(bad, cell_m=0, buffer_m=-1)
    assert len(caught.value.faults) == 6
    for part in ("cell_m is 0", "buffer_m is -1", "no coordinate reference", "no geometry", "LineString", "invalid"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("boundary", "choices", "message"),
    [
        (gpd.GeoDataFrame(geometry=[], crs=4326), {}, "no row"),
        (gpd.GeoDataFrame(geometry=[box(31.4, 121.2, 31.5, 121.3)], crs=4326), {}, "swapped"),
        (gpd.GeoDataFrame(geometry=[box(350e3, 3470e3, 360e3, 3480e3)], crs=4326), {}, "cannot be degrees"),
        (gpd.GeoDataFrame(geometry=[box(110, 25, 120, 35)], crs=4326), {}, "at most 600 km"),
        (gpd.GeoDataFrame(geometry=[box(121.2, 31.4, 121.200001, 31.400001)], crs=4326), {}, "no land"),
        (SQUARE, {"crs": 4490}, "not in metres"),
        (SQUARE, {"crs": "EPSG:3857"}, "times the true ones"),
        (SQUARE, {"crs": "nonsense"}, "not a CRS"),
        (SQUARE, {"cell_m": 1.0}, "Choose cell_m = 10 or more"),
        (SQUARE, {"cell_m": float("inf")}, "cell_m is inf"),
        (SQUARE, {"cell_m": float("nan")}, "cell_m is nan"),
        (SQUARE, {"buffer_m": float("inf")}, "buffer_m is inf.*at most 600 km"),
        (SQUARE, {"buffer_m": float("nan")}, "buffer_m is nan"),
    ],
)
def test_each_fault_says_what_to_do(boundary: gpd.GeoDataFrame, choices: dict[str, object], message: str) -> None:
    """One wrong thing, one sentence that names it."""
    with pytest.raises(InputError, match=message):
        StudyArea.from_geometry(boundary, **choices)  # type: ignore[arg-type]


def test_the_cell_size_that_is_advised_fits() -> None:
    """Doing what the message says works."""
    province = gpd.GeoDataFrame(geometry=[box(118, 30, 122, 34)], crs=4326)
    with pytest.raises(InputError) as caught:
        StudyArea.from_geometry(province, cell_m=100)
    advised = float(caught.value.faults[0].split("cell_m = ")[1].split()[0])
    assert 165_000e6 / advised**2 < 2_000_000
    assert advised <= 300


def test_a_county_is_cut_whole() -> None:
    """The built-in district's size, 464 km² at 200 m, with a boundary of two thousand corners: no area is lost."""
    disc = shapely.Point(350_000, 3_470_000).buffer(np.sqrt(464.2e6 / np.pi), quad_segs=500)
    area = StudyArea.from_geometry(gpd.GeoSeries([disc], crs=4549))
    assert len(area.cells) > 11_600
    assert area.cells["area_km2"].sum() == pytest.approx(area.area_km2, rel=1e-9)


def test_file_faults_name_the_file(tmp_path: Path) -> None:
    """A missing file, one of another kind, an empty one and a broken one each say so."""
    with pytest.raises(InputError, match="no such file"):
        StudyArea.from_file(tmp_path / "nothing.geojson")
    for name, content, message in (
        ("notes.txt", "x", "not read here"),
        ("empty.geojson", "", "empty"),
        ("broken.geojson", '{"type": "FeatureColl', "cannot be read"),
    ):
        (tmp_path / name).write_text(content)
        with pytest.raises(InputError, match=message):
            StudyArea.from_file(tmp_path / name)
    gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=4326).to_file(tmp_path / "point.gpkg")
    with pytest.raises(InputError, match=r"point.gpkg: 1 rows are not Polygon or MultiPolygon but Point"):
        StudyArea.from_file(tmp_path / "point.gpkg")


@pytest.mark.real
def test_cambridge(real: Callable[[str], Path]) -> None:
    """The city's own figure is 18.46 km²; outside China the zone is UTM 19 north."""
    area = StudyArea.from_file(real("cambridge_ma/BOUNDARY_CityBoundary.geojson"), cell_m=100)
    assert area.crs.to_epsg() == 32619
    assert area.area_km2 == pytest.approx(18.46, abs=0.01)
    assert area.cells["area_km2"].sum() == pytest.approx(area.area_km2, rel=1e-9)
