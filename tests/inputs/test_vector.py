"""One door for vector files: what comes in comes back, and every fault is named."""

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from siting.errors import InputError
from siting.inputs.vector import read_table
from siting.shifted import SHIFTING
from siting.tables import Note

TOWNS = gpd.GeoDataFrame(
    {"code": ["007", "12"], "名称": ["东镇", "西镇"], "people": [3, 4]},
    geometry=[shapely.Point(121.2, 31.4), shapely.Point(121.3, 31.5)],
    crs=4326,
)


@pytest.mark.parametrize("name", ["towns.geojson", "towns.gpkg", "towns.shp", "towns.zip"])
def test_formats_say_the_same(tmp_path: Path, name: str) -> None:
    """Rows, columns, order and CRS are those that were written, Chinese names too."""
    if name.endswith(".zip"):
        TOWNS.to_file(tmp_path / "towns.shz", driver="ESRI Shapefile")
        (tmp_path / "towns.shz").rename(tmp_path / name)
    else:
        TOWNS.to_file(tmp_path / name, encoding="utf-8")
    table = read_table(tmp_path / name)
    pd.testing.assert_frame_equal(
        pd.DataFrame(table.drop(columns="geometry")),
        pd.DataFrame(TOWNS.drop(columns="geometry")).set_axis([1, 2]),
        check_dtype=False,
    )
    assert table.crs.to_epsg() == 4326
    assert shapely.equals(table.geometry.to_numpy(), TOWNS.geometry.to_numpy()).all()
    assert table.attrs["notes"] == ()


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("header", "crs", "x"), [("lon,lat", None, 121.2), ("经度,纬度", None, 121.2), ("X,Y", "EPSG:4549", 350000.0)]
)
def test_csv_coordinates_are_found(tmp_path: Path, header: str, crs: str | None, x: float) -> None:
    """Usual names are enough for degrees (with a note); other coordinates need their CRS."""
    y = 31.4 if x < 180 else 3470000.0
    path = write(tmp_path / "a.csv", f"id,{header}\n007,{x},{y}\n")
    table = read_table(path, crs=crs)
    assert (table.geometry.x.tolist(), table.geometry.y.tolist()) == ([x], [y])
    assert table.crs.to_epsg() == (4549 if crs else 4326)
    assert [note.key for note in table.attrs["notes"]] == ([] if crs else ["note_assumed_degrees"])
    assert table["id"].tolist() == ["007"]


def test_csv_named_columns(tmp_path: Path) -> None:
    """Latitude may come first, and columns may be called anything when they are named."""
    path = write(tmp_path / "a.csv", "b,a\n31.4,121.2\n")
    assert read_table(path, lon="a", lat="b", crs="EPSG:4326").geometry.x.tolist() == [121.2]


def test_csv_in_gbk(tmp_path: Path) -> None:
    """As Excel saves it in China; said in a note. A stated encoding needs no note, a wrong one is refused."""
    text = "名称,经度,纬度\n安亭站,121.2,31.3\n"
    table = read_table(write(tmp_path / "gbk.csv", text, "gbk"))
    assert table["名称"].tolist() == ["安亭站"]
    assert [note.key for note in table.attrs["notes"]] == ["note_assumed_gb18030", "note_assumed_degrees"]
    assert len(read_table(tmp_path / "gbk.csv", encoding="gbk").attrs["notes"]) == 1
    with pytest.raises(InputError, match="not utf-8"):
        read_table(tmp_path / "gbk.csv", encoding="utf-8")
    assert read_table(write(tmp_path / "bom.csv", text, "utf-8-sig"))["名称"].tolist() == ["安亭站"]


@pytest.mark.parametrize(("separator", "note"), [(";", "note_semicolons"), ("\t", "note_tabs")])
def test_csv_separators(tmp_path: Path, separator: str, note: str) -> None:
    """As a spreadsheet writes it in other countries; a comma in a name does not split it."""
    text = "name,lon,lat\nA B,121.2,31.3\n".replace(",", separator).replace("A B", "A,B")
    table = read_table(write(tmp_path / "a.csv", text))
    assert table["name"].tolist() == ["A,B"]
    assert [note.key for note in table.attrs["notes"]] == [note, "note_assumed_degrees"]


def test_csv_rows_are_lines_of_the_file(tmp_path: Path) -> None:
    """The number that an editor shows, also after an empty line and a line of commas alone."""
    table = read_table(write(tmp_path / "a.csv", "name,lon,lat\nA,121.2,31.3\n\n,,\nB,121.2,31.3\n"))
    assert table.index.tolist() == [2, 5]
    with pytest.raises(InputError, match=r"1 rows have no number .*\(lines 5;"):
        read_table(write(tmp_path / "b.csv", "name,lon,lat\nA,121.2,31.3\n\n,,\nB,,31.3\n"))


def test_csv_with_a_column_called_geometry(tmp_path: Path) -> None:
    """The caller's text is kept beside the points."""
    table = read_table(write(tmp_path / "a.csv", "lon,lat,geometry\n121.2,31.3,wkt\n"))
    assert table["geometry_given"].tolist() == ["wkt"]
    assert table.geometry.x.tolist() == [121.2]


def test_csv_types_lose_nothing(tmp_path: Path) -> None:
    """Numbers become numbers; ids with leading zeros or eighteen digits stay text."""
    text = "lon,lat,people,code,card,share\n121,31,5,007,310114199001011234,0.5\n121,31,,010,310114199001011235,1e-3\n"
    table = read_table(write(tmp_path / "a.csv", text))
    assert table["code"].tolist() == ["007", "010"]
    assert table["card"].tolist() == ["310114199001011234", "310114199001011235"]
    assert table["share"].tolist() == [0.5, 0.001]
    assert table["people"].iloc[0] == 5
    assert table["people"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("text", "choices", "message"),
    [
        ("lat,lon\n121.2,31.4\n", {}, "swapped"),
        ("x,y\n350000,3470000\n", {}, "no coordinate reference system"),
        ("a,b\n1,2\n", {}, "No columns of longitude and latitude. The table has 'a', 'b'"),
        ("lon,lat\n1,2\n", {"lon": "x", "lat": "y"}, "No columns 'x' and 'y'"),
        (
            "lon,lat\n121.2,31.4\n,31.4\n121.2,n/a\n",
            {},
            r"2 rows have no number .*\(lines 3, 4; the first says '', '31.4'\)",
        ),
        ("lon;lat\n121,2;31,4\n", {}, r"1 rows .*the first says '121,2', '31,4'\). Expected .* a decimal point"),
        ("\nlon,lat\n121.2,31.4\n", {}, "first line is empty"),
        ("lon,lat\n121.2,31.4,5\n", {}, r"more values than the header has names \(lon,lat\)"),
        ("lon,经度,lat\n1,2,3\n", {}, "'lon', '经度', 'lat' may all hold coordinates. Say which"),
        ("a,lat\n121.2,31.4\n", {"lon": "a"}, "Only lon is given"),
        ("lon,lat\n121.2,31.4\n", {"encoding": "gkb"}, "encoding 'gkb' is not known"),
        ("lon,lat\n", {}, "no row"),
        ("lon,lat\n1,2,3,4\n1,2\n1,2,3,4,5,6\n", {}, "comma-separated"),
        ("lon,lat\n350000,3470000\n", {}, "cannot be degrees"),
        ("lon,lat\n1,2\n", {"crs": "EPSG:1"}, "not a CRS"),
    ],
)
def test_csv_faults(tmp_path: Path, text: str, choices: dict[str, str], message: str) -> None:
    """One wrong thing, one sentence that names it."""
    with pytest.raises(InputError, match=message):
        read_table(write(tmp_path / "a.csv", text), **choices)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["towns.shp", "towns.zip"])
@pytest.mark.parametrize(
    ("encoding", "keys"), [("utf-8", []), ("gb18030", ["note_assumed_gb18030"])], ids=["utf-8", "gb18030"]
)
def test_shapefile_that_does_not_say_its_encoding(tmp_path: Path, name: str, encoding: str, keys: list[str]) -> None:
    """Without a .cpg: told by its letters, GB 18030 with a note, and no note where it is stated."""
    TOWNS.to_file(tmp_path / "towns.shp", encoding=encoding)
    (tmp_path / "towns.cpg").unlink()
    if name.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as packed:
            for part in tmp_path.glob("towns.???"):
                if part.suffix != ".zip":
                    packed.write(part, part.name)
    table = read_table(tmp_path / name)
    assert table["名称"].tolist() == ["东镇", "西镇"]
    assert [note.key for note in table.attrs["notes"]] == keys
    assert read_table(tmp_path / name, encoding=encoding).attrs["notes"] == ()


def test_western_shapefile_is_not_taken_for_chinese(tmp_path: Path) -> None:
    """The bytes of Zürich and Bülach are valid GB 18030 too, but not for letters that anybody writes."""
    rows = gpd.GeoDataFrame({"Gemeinde": ["Zürich", "Bülach"]}, geometry=TOWNS.geometry)
    rows.to_file(tmp_path / "a.shp", encoding="iso-8859-1")
    (tmp_path / "a.cpg").unlink(missing_ok=True)
    table = read_table(tmp_path / "a.shp")
    assert table["Gemeinde"].tolist() == ["Zürich", "Bülach"]
    assert table.attrs["notes"] == ()


def test_text_that_is_not_in_its_encoding(tmp_path: Path) -> None:
    """Said with what to do: state it for a Shapefile, save again for a GeoJSON."""
    TOWNS.to_file(tmp_path / "a.shp", encoding="gb18030")
    (tmp_path / "a.cpg").unlink()
    with pytest.raises(InputError, match=r"not utf-8 .*encoding = \"gb18030\""):
        read_table(tmp_path / "a.shp", encoding="utf-8")
    TOWNS.to_file(tmp_path / "a.geojson")
    write(tmp_path / "b.geojson", (tmp_path / "a.geojson").read_text("utf-8"), "gbk")
    with pytest.raises(InputError, match=r"not utf-8 .*Save it as UTF-8"):
        read_table(tmp_path / "b.geojson")


def test_layers_and_crs(tmp_path: Path) -> None:
    """Several layers must be chosen from; a stated CRS counts more than the file's, and is noted."""
    TOWNS.to_file(tmp_path / "a.gpkg", layer="one")
    TOWNS.to_file(tmp_path / "a.gpkg", layer="two")
    with pytest.raises(InputError, match=r"2 layers \(one, two\)"):
        read_table(tmp_path / "a.gpkg")
    with pytest.raises(InputError, match="no layer 'three'"):
        read_table(tmp_path / "a.gpkg", layer="three")
    table = read_table(tmp_path / "a.gpkg", layer="two", crs="EPSG:4490")
    assert table.crs.to_epsg() == 4490
    assert table.geometry.x.tolist() == TOWNS.geometry.x.tolist()
    assert "WGS 84" in table.attrs["notes"][0].message("en")


def test_geometry_faults_together(tmp_path: Path) -> None:
    """A missing geometry and one of another kind are named in one message."""
    rows = gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=[shapely.Point(0, 0), None, shapely.box(0, 0, 1, 1)], crs=4326)
    rows.to_file(tmp_path / "a.geojson")
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "a.geojson", kinds=("Point",))
    assert len(caught.value.faults) == 2


def test_not_a_map(tmp_path: Path) -> None:
    """A folder, and a table without geometry."""
    with pytest.raises(InputError, match="folder"):
        read_table(tmp_path)
    write(
        tmp_path / "a.json",
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": 1}, "geometry": null}]}',
    )
    with pytest.raises(InputError, match="geometry"):
        read_table(tmp_path / "a.json")


@pytest.mark.parametrize("shift", ["GCJ-02", "BD-09"])
def test_shifted_coordinates_are_converted(tmp_path: Path, shift: str) -> None:
    """A file in shifted coordinates, polygons too, comes back in WGS 84 to a millimetre, with a note that says so."""
    true = shapely.box(121.2, 31.3, 121.3, 31.4)
    shown = shapely.transform(true, SHIFTING[shift], interleaved=False)
    gpd.GeoDataFrame({"id": [1]}, geometry=[shown], crs=4326).to_file(tmp_path / "a.gpkg")
    table = read_table(tmp_path / "a.gpkg", crs=shift)
    assert table.crs.to_epsg() == 4326
    assert shapely.equals_exact(table.geometry.iloc[0], true, 1e-8)
    (note,) = table.attrs["notes"]
    assert note == Note("topic_table", "note_unshifted", 1, values={"shift": shift, "outside": 0})


def test_shifted_csv_and_places_outside(tmp_path: Path) -> None:
    """A CSV declared GCJ-02: the row in China moves by 475 m, the one in Helsinki stays and is counted."""
    path = write(tmp_path / "a.csv", "lon,lat\n121.25,31.38\n24.94,60.17\n")
    table = read_table(path, crs="gcj02")
    moved_m = table.to_crs(4549).distance(gpd.GeoSeries([shapely.Point(121.25, 31.38)], crs=4326).to_crs(4549).iloc[0])
    assert moved_m[2] == pytest.approx(475, abs=2)
    assert (table.geometry.x[3], table.geometry.y[3]) == (24.94, 60.17)
    assert table.attrs["notes"][-1] == Note(
        "topic_table", "note_unshifted", 2, values={"shift": "GCJ-02", "outside": 1}
    )


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [(40_512_345, 3_470_000, "zone 40, as in EPSG:4528"), (3_470_000, 20_512_345, "northing stands first.*EPSG:4498")],
)
def test_missing_crs_of_a_numbered_zone_is_advised(tmp_path: Path, x: int, y: int, said: str) -> None:
    """Eastings that bear a zone number say which CRS to name; it is still asked for, never guessed."""
    with pytest.raises(InputError, match=f"no coordinate reference system(.|\n)*{said}"):
        read_table(write(tmp_path / "a.csv", f"x,y\n{x},{y}\n"))
