"""Stations, micro stations and hydrants: every row comes back, and says why where it does not count."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.errors import InputError
from siting.inputs.demand.table import carry_table
from siting.inputs.facilities import read_facilities
from siting.study_area import StudyArea
from tests.inputs.osm_text import town

AREA = StudyArea.from_geometry(
    gpd.GeoSeries([shapely.box(121.19, 31.39, 121.22, 31.42)], crs=4326), cell_m=500, buffer_m=1000
)


def write(folder: Path, **columns: list[object]) -> Path:
    """Three stations in the caller's own metric CRS: two inside, the third 30 km away."""
    places = gpd.points_from_xy([121.20, 121.21, 121.50], [31.40, 31.41, 31.40], crs=4326)
    table = gpd.GeoDataFrame(columns, geometry=places, crs=4326).to_crs(4528)
    path = folder / "stations.gpkg"
    table.to_file(path)
    return path


def test_rows_order_columns_and_crs_come_back(tmp_path: Path) -> None:
    """The caller's table stands unchanged at the front of ours."""
    path = write(tmp_path, code=["b", "a", "c"], 名称=["乙", "甲", "丙"], engines=[3, 2, 1])
    given = gpd.read_file(path)
    table = read_facilities(path, kind="station", area=AREA, id_column="code", name_column="名称", class_name="一级站")
    assert table.index.tolist() == ["b", "a", "c"]
    assert table.index.name == "site_id"
    assert table.columns.tolist()[:4] == ["code", "名称", "engines", "geometry"]
    assert table.crs.to_epsg() == 4528
    assert (table.geometry.to_numpy() == given.geometry.to_numpy()).all()
    assert table["name"].tolist() == ["乙", "甲", "丙"]
    assert set(table["class"]) == {"一级站"}
    assert set(table["role"]) == {"existing"}
    assert set(table["kind"]) == {"station"}
    assert set(table["source"]) == {"stations.gpkg"}
    assert table["turnout_s"].isna().all()
    assert table["reason"].tolist() == ["", "", "outside the study area and its buffer"]


def test_columns_row_by_row(tmp_path: Path) -> None:
    """Role, class and turnout by column; an empty cell takes the default, or stays unknown."""
    path = write(tmp_path, r=["required", None, "candidate"], c=["特勤站", "", None], t=[60, None, 45.5])
    table = read_facilities(
        path, kind="station", role_column="r", class_column="c", class_name="二级站", turnout_column="t"
    )
    assert table["role"].tolist() == ["required", "existing", "candidate"]
    assert table["class"].tolist() == ["特勤站", "二级站", "二级站"]
    assert table["turnout_s"].fillna(-1).tolist() == [60, -1, 45.5]


def test_rows_without_ids_are_numbered(tmp_path: Path) -> None:
    """By file, so that two files of one kind do not clash; and a note says so."""
    table = read_facilities(write(tmp_path), kind="station")
    assert table.index.tolist() == ["stations-1", "stations-2", "stations-3"]
    assert [note.key for note in table.attrs["notes"]] == ["note_rows_numbered"]


def test_numbers_as_ids_are_written_as_people_do(tmp_path: Path) -> None:
    """12 and not 12.0."""
    table = read_facilities(write(tmp_path, code=[12.0, 3.0, 4.0]), kind="station", id_column="code")
    assert table.index.tolist() == ["12", "3", "4"]


def test_a_turnout_of_more_than_an_hour_is_refused(tmp_path: Path) -> None:
    """Milliseconds, most likely; an hour itself still passes."""
    path = write(tmp_path, t=[60_000, 3600, 1e12])
    with pytest.raises(InputError, match=r"2 values of t are above 3600 s.*rows 1, 3.*milliseconds\?"):
        read_facilities(path, kind="station", turnout_column="t")


def test_columns_named_like_the_way_out_are_kept_apart(tmp_path: Path) -> None:
    """`kind` and `kind_given` of the caller's stay two columns, whatever their case."""
    path = write(tmp_path, kind=["x"] * 3, KIND_given=["y"] * 3, kind_given_given=["z"] * 3)
    table = read_facilities(path, kind="station")
    assert table["kind"].tolist() == ["station"] * 3
    assert table[["kind_given_given_given", "KIND_given", "kind_given_given"]].iloc[0].tolist() == ["x", "y", "z"]
    assert table.columns.str.lower().is_unique


def test_columns_with_our_names_are_not_lost(tmp_path: Path) -> None:
    """`name` is read as ours; another `NAME`, `kind` or `reason` of the caller's comes back as given."""
    path = write(tmp_path, name=["a", "b", "c"], kind=["x", "y", "z"], Reason=["p", "q", "r"])
    table = read_facilities(path, kind="station")
    assert table["name"].tolist() == ["a", "b", "c"]
    assert table["kind_given"].tolist() == ["x", "y", "z"]
    assert table["Reason_given"].tolist() == ["p", "q", "r"]
    assert "name_given" not in table
    path = write(tmp_path, NAME=["a", "b", "c"], title=["x", "y", "z"])
    table = read_facilities(path, kind="station", name_column="title")
    assert table["NAME_given"].tolist() == ["a", "b", "c"]
    assert table["name"].tolist() == ["x", "y", "z"]
    table.reset_index().to_file(tmp_path / "out.gpkg")  # no two columns differ only in case


def test_excluded_values_say_so(tmp_path: Path) -> None:
    """The role stays; a value that no row has is noted, as it may be a slip of the pen."""
    path = write(tmp_path, status=["ok", "broken", "ok"], year=[1990, 1990, 2020])
    table = read_facilities(path, kind="hydrant", exclude={"status": ["broken", "brokn"], "year": [2020]})
    assert table["reason"].tolist() == [
        "",
        "status is broken, which does not count",
        "year is 2020, which does not count",
    ]
    assert set(table["role"]) == {"existing"}
    assert any("'brokn' (the column holds ok, broken)" in note.message("en") for note in table.attrs["notes"])
    table = read_facilities(path, kind="hydrant", exclude={"status": ["broken"]}, language="zh")
    assert table["reason"].iloc[1] == "status 为 broken，不计入"


def test_empty_cells_can_be_excluded(tmp_path: Path) -> None:
    """ "" means null, not a number and empty text alike; where no cell is empty, a note says so."""
    path = write(tmp_path, lot=[None, "", "一级站"], engines=[2.0, None, 3.0], year=[1990, 1991, 1992])
    table = read_facilities(path, kind="station", exclude={"lot": [""]})
    assert table["reason"].tolist() == ["lot is empty, which does not count"] * 2 + [""]
    table = read_facilities(path, kind="station", exclude={"engines": ["3", ""], "year": [""]}, language="zh")
    assert table["reason"].tolist() == ["", "engines 为空，不计入", "engines 为 3，不计入"]
    assert [note.message("en") for note in table.attrs["notes"] if note.key == "note_nothing_empty"] == [
        "No row has an empty year, so nothing is excluded by that."
    ]


def test_every_fault_at_once(tmp_path: Path) -> None:
    """Ids twice, an unknown role and two bad turnouts are three faults in one message; so are missing columns one."""
    path = write(tmp_path, code=["a", "a", "b"], r=["existing", "maybe", "existing"], t=["x", "-5", "60"])
    with pytest.raises(InputError) as caught:
        read_facilities(path, kind="station", id_column="code", role_column="r", turnout_column="t")
    assert len(caught.value.faults) == 3
    assert "'a'" in str(caught.value) or "(a)" in str(caught.value)
    assert "maybe" in str(caught.value)
    assert "2 values of t" in str(caught.value)
    with pytest.raises(InputError, match="No column 'x', 'y'"):
        read_facilities(path, kind="station", id_column="x", name_column="y")


@pytest.mark.parametrize(("choices", "message"), [({"kind": "heliport"}, "heliport"), ({"role": "boss"}, "boss")])
def test_unknown_words(tmp_path: Path, choices: dict[str, str], message: str) -> None:
    """The known ones are listed."""
    with pytest.raises(InputError, match=f"{message}.*(station, micro_station|existing, required)"):
        read_facilities(write(tmp_path), **{"kind": "station", **choices})  # type: ignore[arg-type]


def test_nothing_in_reach_is_a_fault(tmp_path: Path) -> None:
    """Both extents are told, in degrees."""
    path = tmp_path / "far.csv"
    path.write_text("lon,lat\n116.4,39.9\n")
    with pytest.raises(InputError, match=r"116.4000 to 116.4000, 39.9000 .* of the area: 121.17"):
        read_facilities(path, kind="station", area=AREA)


@pytest.mark.parametrize(("crs", "x", "y"), [("EPSG:4326", 60.17, 24.94), ("EPSG:3067", 6672000, 385000)])
def test_swapped_coordinates_are_told(tmp_path: Path, crs: str, x: float, y: float) -> None:
    """Both orders are possible places on Earth; the study area shows which was meant."""
    area = StudyArea.from_geometry(gpd.GeoSeries([shapely.box(24.9, 60.15, 25.0, 60.2)], crs=4326), cell_m=500)
    path = tmp_path / "a.csv"
    path.write_text(f"x,y,people\n{x},{y},5\n")
    with pytest.raises(InputError, match=r"(look|seem to be) swapped"):
        read_facilities(path, kind="station", area=area, crs=crs)
    with pytest.raises(InputError, match=r"(look|seem to be) swapped"):
        carry_table(area, path=path, weight="people", crs=crs)
    path.write_text(f"x,y,people\n{y},{x},5\n")
    assert read_facilities(path, kind="station", area=area, crs=crs)["reason"].tolist() == [""]


def test_outlines_stand_for_a_point_inside(tmp_path: Path) -> None:
    """A courtyard building's centroid is not in it; its point is."""
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(1, 1, 9, 9))
    gpd.GeoDataFrame({"a": [1]}, geometry=[ring], crs=4326).to_file(tmp_path / "a.geojson")
    table = read_facilities(tmp_path / "a.geojson", kind="station")
    assert table.geom_type.tolist() == ["Point"]
    assert ring.covers(table.geometry.iloc[0])
    assert any(note.key == "note_outlines" for note in table.attrs["notes"])


def test_osm_stations_and_micro_stations(tmp_path: Path) -> None:
    """One tag, two kinds by name; the old station stays with its reason; what has no position is noted."""
    path = town(tmp_path)
    stations = read_facilities(path, kind="station", area=AREA)
    assert stations["reason"].to_dict() == {
        "node/1": "",
        "node/3": "out of use (disused:amenity=fire_station)",
        "way/1": "",
        "relation/1": "",
        "relation/2": "",
    }
    assert stations["name"].tolist() == ["东站", "老站", "", "环站", "断站"]
    told = {note.key: note.examples for note in stations.attrs["notes"]}
    assert told["note_other_kind"] == ("node/2",)
    assert told["note_no_position"] == ("relation/3",)
    micro = read_facilities(path, kind="micro_station")
    assert micro.index.tolist() == ["node/2"]


def test_osm_hydrants_that_do_not_work(tmp_path: Path) -> None:
    """Broken and planned ones are in the table, and do not count."""
    hydrants = read_facilities(town(tmp_path), kind="hydrant")
    assert hydrants["reason"].tolist() == [
        "",
        "not working (operational_status=out_of_order)",
        "not there yet (proposed:emergency=fire_hydrant)",
    ]


def test_a_node_in_its_building_is_noted(tmp_path: Path) -> None:
    """One station drawn twice would count twice: said aloud, and left to the caller."""
    path = tmp_path / "twice.osm"
    node = '<node id="7" lat="31.411" lon="121.211"><tag k="amenity" v="fire_station"/></node>'
    path.write_text(town(tmp_path).read_text("utf-8").replace('<node id="11"', node + '<node id="11"'), "utf-8")
    notes = read_facilities(path, kind="station").attrs["notes"]
    noted = [note for note in notes if note.key == "note_inside_outline"]
    assert [note.examples for note in noted] == [("node/7",)]


def test_osm_without_any(tmp_path: Path) -> None:
    """An empty result is refused, not taken for a town without hydrants."""
    (tmp_path / "a.osm").write_text("<osm version='0.6'><node id='1' lat='1' lon='1'/></osm>")
    with pytest.raises(InputError, match="no emergency=fire_hydrant"):
        read_facilities(tmp_path / "a.osm", kind="hydrant")


@pytest.mark.real
def test_cambridge_hydrants(real: Callable[[str], Path]) -> None:
    """1,960 rows, of which 1,940 count; one pair stands on one place."""
    table = read_facilities(
        real("cambridge_ma/INFRA_Hydrants.geojson"),
        kind="hydrant",
        area=StudyArea.from_file(real("cambridge_ma/BOUNDARY_CityBoundary.geojson")),
        id_column="GlobalID",
        exclude={"LIFECYCLESTATUS": ["ABN", "MITFL"]},
    )
    assert len(table) == 1960
    assert table["reason"].value_counts().tolist() == [1940, 16, 4]
    assert [note.count for note in table.attrs["notes"] if note.key == "note_same_place"] == [2]


@pytest.mark.real
def test_cambridge_stations_from_both_files(real: Callable[[str], Path]) -> None:
    """The city's table and the OSM file hold the same eight places."""
    table = read_facilities(
        real("cambridge_ma/PUBLICSAFETY_FireStations.geojson"), kind="station", name_column="SITE_NAME"
    )
    osm = read_facilities(real("cambridge_ma/cambridge_city_derived.osm.pbf"), kind="station")
    assert len(table) == len(osm) == 8
    apart = shapely.distance(table.to_crs(32619).geometry.to_numpy()[:, None], osm.to_crs(32619).geometry.to_numpy())
    assert np.max(apart.min(axis=1)) < 1.0
