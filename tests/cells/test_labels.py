"""Which grid unit and which kind of ground a cell belongs to."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from siting.errors import InputError
from siting.study_area import StudyArea

SQUARE = gpd.GeoDataFrame(geometry=[box(121.20, 31.40, 121.23, 31.42)], crs=4326)


def test_units_are_given_to_the_cells_they_hold() -> None:
    """By the cell's point; a cell in none has an empty id and is noted, an id that occurs twice is refused."""
    west = gpd.GeoDataFrame(
        {"code": [7], "label": ["西镇"], "rank": ["town"]}, geometry=[box(121.19, 31.39, 121.215, 31.43)], crs=4326
    )
    area = StudyArea.from_geometry(SQUARE, units=west, units_id="code", units_name="label", units_level="rank")
    lon = gpd.GeoSeries(gpd.points_from_xy(area.cells["x"], area.cells["y"]), crs=area.crs).to_crs(4326).x.to_numpy()
    assert (area.cells["unit_id"].to_numpy() == np.where(lon < 121.215, "7", "")).all()
    assert area.units.loc["7", ["name", "level"]].tolist() == ["西镇", "town"]
    outside = [note for note in area.notes if note.key == "note_cells_without_unit"]
    assert [note.count for note in outside] == [int((lon > 121.215).sum())]
    with pytest.raises(InputError, match="occur more than once"):
        StudyArea.from_geometry(
            SQUARE, units=gpd.GeoDataFrame({"code": [1, 1]}, geometry=[*SQUARE.geometry] * 2, crs=4326), units_id="code"
        )
    with pytest.raises(InputError, match="No column 'id'"):
        StudyArea.from_geometry(SQUARE, units=west, units_id="id")


def test_land_says_which_limit_counts() -> None:
    """Without construction land all is urban; with it, what lies on none of it is other ground."""
    assert set(StudyArea.from_geometry(SQUARE).cells["place"]) == {"urban"}
    land = gpd.GeoDataFrame(
        {"place": ["urban", "near_suburb"]},
        geometry=[box(121.19, 31.39, 121.21, 31.43), box(121.21, 31.39, 121.22, 31.43)],
        crs=4326,
    )
    area = StudyArea.from_geometry(SQUARE, land=land)
    share = area.cells.groupby("place")["area_km2"].sum() / area.area_km2
    assert share.to_dict() == pytest.approx({"urban": 1 / 3, "near_suburb": 1 / 3, "other": 1 / 3}, abs=0.05)
    with pytest.raises(InputError, match="rural"):
        StudyArea.from_geometry(SQUARE, land=land.assign(place="rural"))


def test_land_that_says_two_things_is_noted() -> None:
    """The first counts, not in silence; polygons that overlap and say the same are none."""
    west, east = box(121.19, 31.39, 121.22, 31.43), box(121.21, 31.39, 121.24, 31.43)

    def noted(places: list[str], caps_km2: list[float]) -> list[int]:
        land = gpd.GeoDataFrame({"place": places, "cap_km2": caps_km2}, geometry=[west, east], crs=4326)
        area = StudyArea.from_geometry(SQUARE, land=land)
        assert set(area.cells["place"]) == set(places)
        return [note.count for note in area.notes if note.key == "note_cells_on_several_lands"]

    (count,) = noted(["urban", "near_suburb"], [np.nan, np.nan])
    assert count == pytest.approx(len(StudyArea.from_geometry(SQUARE).cells) / 3, rel=0.15)
    assert noted(["urban", "urban"], [np.nan, 3.5]) == [count]
    assert noted(["urban", "urban"], [3.5, 3.5]) == noted(["urban", "urban"], [np.nan, np.nan]) == []


def test_land_may_have_a_cap_of_its_own() -> None:
    """Where the column is empty or no polygon lies there is none, and a note says how much land has one."""
    halves = gpd.GeoDataFrame(
        {"place": ["urban", "near_suburb"], "cap_km2": [3.5, None]},
        geometry=[box(121.19, 31.39, 121.21, 31.43), box(121.21, 31.39, 121.22, 31.43)],
        crs=4326,
    )
    area = StudyArea.from_geometry(SQUARE, land=halves)
    is_urban = area.cells["place"] == "urban"
    assert (area.cells.cap_km2[is_urban] == 3.5).all()
    assert area.cells.cap_km2[~is_urban].isna().all()
    (told,) = (note for note in area.notes if note.key == "note_own_caps")
    assert told.count == is_urban.sum()
    assert f"({area.cells.area_km2[is_urban].sum():.2f} km² of land; caps 3.5 km²)" in told.message("en")
    assert "上限（3.5 km²）" in told.message("zh")
    assert StudyArea.from_geometry(SQUARE, land=halves[["place", "geometry"]]).cells.cap_km2.isna().all()


def test_every_cap_that_is_none_is_named_with_the_other_faults() -> None:
    """Nought, less, endless and words; a number written as text is one, and an unknown place comes along."""
    shapes = [box(121.20 + 0.005 * i, 31.40, 121.205 + 0.005 * i, 31.42) for i in range(6)]
    land = gpd.GeoDataFrame(
        {"place": ["rural", *["urban"] * 5], "cap_km2": ["3.5", None, 0, -2, np.inf, "seven"]},
        geometry=shapes,
        crs=4326,
    )
    with pytest.raises(InputError) as refused:
        StudyArea.from_geometry(SQUARE, land=land)
    said = str(refused.value)
    assert "1 values of place (rural)" in said
    assert "4 values of cap_km2 (0, -2, inf, seven; rows 2, 3, 4, 5) are not a number above 0" in said


def test_overlapping_units_give_the_first() -> None:
    """A cell in two townships counts once, for the one that comes first, and is noted."""
    two = gpd.GeoDataFrame(
        {"name": ["first", "second"]},
        geometry=[box(121.19, 31.39, 121.22, 31.43), box(121.21, 31.39, 121.24, 31.43)],
        crs=4326,
        index=["b", "a"],
    )
    area = StudyArea.from_geometry(SQUARE, units=two, units_name="name")
    shares = area.cells.groupby("unit_id")["area_km2"].sum() / area.area_km2
    assert shares.to_dict() == pytest.approx({"b": 2 / 3, "a": 1 / 3}, abs=0.05)
    assert [note.key for note in area.notes if "unit" in note.key] == ["note_cells_in_several_units"]


def units(*shapes: tuple[float, float, float, float], ids: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": ids}, geometry=[box(*shape) for shape in shapes], crs=4326)


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_unit_without_an_id_is_refused(blank: str) -> None:
    """Its cells could not be told from those in no unit."""
    two = units((121.19, 31.39, 121.21, 31.43), (121.21, 31.39, 121.22, 31.43), ids=[blank, "b"])
    with pytest.raises(InputError, match="1 rows have no code"):
        StudyArea.from_geometry(SQUARE, units=two, units_id="code")


def test_a_missing_id_and_an_empty_one_are_none() -> None:
    """A row without a value, and a row with an empty text."""
    two = units((121.19, 31.39, 121.21, 31.43), (121.21, 31.39, 121.22, 31.43), ids=["", None])  # type: ignore[list-item]
    with pytest.raises(InputError, match="2 rows have no code"):
        StudyArea.from_geometry(SQUARE, units=two, units_id="code")


def test_ids_are_read_as_they_are_written() -> None:
    """Whole numbers that a GIS made floats are whole, as those of stations are; what is one id as text is no two."""
    two = units((121.19, 31.39, 121.21, 31.43), (121.21, 31.39, 121.22, 31.43), ids=[1.0, 2.0])  # type: ignore[list-item]
    assert StudyArea.from_geometry(SQUARE, units=two, units_id="code").units.index.tolist() == ["1", "2"]
    with pytest.raises(InputError, match="occur more than once"):
        StudyArea.from_geometry(SQUARE, units=two.assign(code=[1, "1 "]), units_id="code")


def test_units_of_another_place_are_refused_with_both_extents() -> None:
    """Else every unit would show 0 people."""
    away = units((117.19, 28.39, 117.21, 28.43), ids=["a"])
    with pytest.raises(
        InputError, match=r"117\.1\d+ to 117\.2\d+, 28\.3.* to 28\.4.*boundary: 121\.\d+ to 121\.2303, 31\.3"
    ):
        StudyArea.from_geometry(SQUARE, units=away, units_id="code")


def test_a_place_where_units_overlap_is_in_the_first() -> None:
    """Stations are counted by `unit_at`: once, as cells are."""
    two = units((121.19, 31.39, 121.22, 31.43), (121.21, 31.39, 121.225, 31.43), ids=["a", "b"])
    area = StudyArea.from_geometry(SQUARE, units=two, units_id="code")
    points = gpd.GeoSeries(gpd.points_from_xy([121.205, 121.215, 121.222, 121.228], [31.41] * 4), crs=4326).to_crs(
        area.crs
    )
    assert area.unit_at(points.x.to_numpy(), points.y.to_numpy()).tolist() == [0, 0, 1, -1]
    nowhere = StudyArea.from_geometry(SQUARE)
    assert nowhere.unit_at(points.x.to_numpy(), points.y.to_numpy()).tolist() == [-1] * 4
