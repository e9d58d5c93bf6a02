"""A hand-drawn file is read, or refused with all of its faults."""

from pathlib import Path

import geopandas as gpd
import pyproj
import pytest
import shapely
from shapely import Polygon, box

from siting.district_check import read_map
from siting.errors import InputError

CRS = pyproj.CRS("EPSG:4549")
IDS = ["S1", "S2", "7"]
SQUARES = [box(500_000 + x, 3_470_000, 501_000 + x, 3_471_000) for x in (0, 1000, 2000)]


def drawn(ids: list[object], shapes: list[shapely.Geometry] = SQUARES, column: str = "site_id") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({column: ids}, geometry=shapes, crs=CRS)


def test_a_geopackage_from_a_gis(tmp_path: Path) -> None:
    """In degrees, on a layer of several, with another column's name; a number that became a float is an id again."""
    path = tmp_path / "map.gpkg"
    drawn(["S1", "S2", "7"], column="责任站").to_crs(4326).to_file(path, layer="辖区")
    gpd.GeoDataFrame(geometry=SQUARES, crs=CRS).to_file(path, layer="other")
    placed, notes = read_map(path, CRS, IDS, layer="辖区", station_column="责任站")
    assert placed.index.tolist() == ["S1", "S2", "7"]
    assert placed.area.tolist() == pytest.approx([1e6] * 3)
    assert notes == []
    with pytest.raises(InputError, match="2 layers"):
        read_map(path, CRS, IDS)
    assert read_map(drawn([7.0], SQUARES[:1]), CRS, IDS)[0].index.tolist() == ["7"]


def test_every_fault_at_once() -> None:
    """A ring that crosses itself, with its place; a point; an id of nobody, the nearest named; an empty id."""
    bow_tie = Polygon([(500_000, 0), (501_000, 1000), (501_000, 0), (500_000, 1000)])
    with pytest.raises(InputError) as caught:
        read_map(drawn(["S1", "S2", "7"], [bow_tie, shapely.Point(500_000, 0), SQUARES[0]]), CRS, IDS)
    assert len(caught.value.faults) == 2
    for told in ("Self-intersection[500500 500]", "row 0", "Fix geometries", "not Polygon or MultiPolygon but"):
        assert told in str(caught.value)
    with pytest.raises(InputError) as caught:
        read_map(drawn(["S11", None, "9"]), CRS, IDS)
    assert len(caught.value.faults) == 2
    for told in ("1 rows have no station", "2 ids in 'site_id'", "Did you mean 'S1'?"):
        assert told in str(caught.value)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (drawn(["S1"] * 3).set_crs(None, allow_override=True), "no coordinate reference system"),
        (drawn(["S1"] * 3, column="name"), "No column 'site_id'"),
        (drawn(["S1"] * 3).iloc[:0], "no row"),
    ],
)
def test_refused(table: gpd.GeoDataFrame, message: str) -> None:
    """Without a CRS, a column of stations, or a row."""
    with pytest.raises(InputError, match=message):
        read_map(table, CRS, IDS)


def test_stations_are_named_up_to_twelve() -> None:
    """Of thirteen the last is counted only."""
    for count, said in ((12, "It has a, b, c, d, e, f, g, h, i, j, k, l."), (13, "k, l, ... (13 in all)")):
        with pytest.raises(InputError) as caught:
            read_map(drawn(["9", "a", "b"]), CRS, list("abcdefghijklm"[:count]))
        assert said in str(caught.value)


def test_a_sliver_is_up_to_ten_metres_wide() -> None:
    """What is wider is left to the judge, and so is what only touches."""
    for wide_m, is_noted in ((0, False), (9, True), (11, False)):
        second = box(501_000 - wide_m, 3_470_000, 502_000, 3_471_000)
        assert bool(read_map(drawn(["S1", "S2"], [SQUARES[0], second]), CRS, IDS)[1]) == is_noted


def test_what_is_noted() -> None:
    """A sliver between two districts, and a station with two polygons; a wide overlap is left to the judge."""
    wider = box(500_900, 3_470_000, 502_003, 3_471_000)
    _, notes = read_map(drawn(["S1", "S2", "7", "7"], [SQUARES[0], wider, SQUARES[2], box(0, 0, 9, 9)]), CRS, IDS)
    assert [(note.key, note.examples) for note in notes] == [
        ("note_slivers", ("S2 + 7",)),
        ("note_several_rows", ("7",)),
    ]


def test_a_file_is_named_with_its_faults(tmp_path: Path) -> None:
    """As it was asked for."""
    path = tmp_path / "map.gpkg"
    drawn(["S1", "S2", "8"]).to_file(path)
    with pytest.raises(InputError, match=r"map\.gpkg"):
        read_map(path, CRS, IDS)
    with pytest.raises(InputError, match=r"^districts"):
        read_map(drawn(["S1", "S2", "8"]), CRS, IDS)


def test_metres_that_are_called_degrees() -> None:
    """Coordinates that their CRS cannot have are refused."""
    with pytest.raises(InputError, match="cannot be degrees"):
        read_map(drawn(["S1", "S2", "7"]).set_crs(4326, allow_override=True), CRS, IDS)


def test_a_square_metre_of_overlap_is_noted() -> None:
    """A millimetre along a border of a kilometre."""
    second = box(500_999.999, 3_470_000, 502_000, 3_471_000)
    (note,) = read_map(drawn(["S1", "S2"], [SQUARES[0], second]), CRS, IDS)[1]
    assert note.key == "note_slivers"
