"""What fuzzing and thinking have found, each by hand: refused in words, where once was a crash, a hang or a leak."""

from __future__ import annotations

import io
import re
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import geopandas as gpd
import numpy as np
import pytest
from affine import Affine
from shapely import Point

from siting import geofiles
from siting.errors import InputError
from siting.inputs.demand import pixels
from siting.inputs.facilities import read_facilities
from siting.inputs.roads import pbf, pbf_kernels, read_ways
from siting.inputs.roads.osm import read_osm
from siting.inputs.vector import read_table
from siting.rules import load_rules
from siting.scenario_file import read_scenarios
from siting.speeds import load_profile
from tests.fuzz.readers import READERS, geojson, osm_pbf, osm_xml, zipped_shapefile
from tests.inputs.rasters import write_raster

SECRET = b"lon,lat,name\n121.2,31.4,secret\n"
VIRTUAL = (
    "<OGRVRTDataSource><OGRVRTLayer name='secret'><SrcDataSource>{}</SrcDataSource><GeometryType>wkbPoint"
    "</GeometryType><GeometryField encoding='PointFromColumns' x='lon' y='lat'/></OGRVRTLayer></OGRVRTDataSource>"
)


def message(number: int, content: bytes) -> bytes:
    """A field of bytes as Protocol Buffers have it."""
    size = len(content)
    assert size < 2**14
    return bytes([number << 3 | 2]) + (bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])) + content


def test_a_length_across_the_end_of_a_message_does_not_go_back() -> None:
    """Its size was taken as below -1 without a sign: any was let through, also one that leads back, for ever."""
    way = b"\x08\x01\x12"  # ends after the tag of a field, whose length is read from what follows
    data = np.frombuffer(way + varint(2**64 - 5) + pbf_kernels.SPARE, np.uint8)
    with pytest.raises(ValueError, match="longer than its message"):
        pbf_kernels.field(data, 2, len(way))


def test_a_member_of_more_than_ten_bytes_is_refused() -> None:
    """Room was made for each number that ends; one that never ends was read as several, behind the room."""
    texts = message(1, message(1, b"") + message(1, b"restriction") + message(1, b"no_u_turn"))
    endless = b"\xff" * 60
    relation = b"\x08\x01" + message(2, b"\x01") + message(3, b"\x02")
    relation += message(8, b"\x00" * 60) + message(9, endless) + message(10, b"\x00" * 60)
    with pytest.raises(ValueError, match="a member is no number"):
        pbf._block(message(1, texts + message(2, message(4, relation))), ("highway",), ("barrier",), ("restriction",))


def test_a_number_in_place_of_a_blob_makes_no_room() -> None:
    """`bytes` of a number is as many zeros: two bytes in a file would take all memory."""
    with pytest.raises(pbf.UnusualFileError, match="not zlib"):
        pbf.unpacked(b"\x18\xff\xff\xff\xff\xff\x7f")


def test_a_packed_blob_is_not_unpacked_beyond_the_format() -> None:
    """64 MiB of zeros in 64 KiB: no blob may be longer than 32 MiB."""
    packed = zlib.compress(bytes(2 * pbf._LONGEST_B), 9)
    with pytest.raises(pbf.UnusualFileError, match="longer than"):
        pbf.unpacked(b"\x1a" + varint(len(packed)) + packed)


@pytest.mark.parametrize("name", ["roads_pbf", "stations_pbf"])
def test_a_zero_within_a_text_does_not_bring_libosmium_down(name: str, tmp_path: Path) -> None:
    """It ends the text there and reads beyond its memory: a crash of the interpreter."""
    path = tmp_path / READERS[name].file_name
    text = b"highway" if "roads" in name else b"fire_station"
    path.write_bytes(READERS[name].good().replace(text, b"fi\0" + text[3:]))
    with pytest.raises(InputError, match="zero byte"):
        (read_osm if "roads" in name else READERS[name].read)(path)


def varint(number: int) -> bytes:
    """Seven bits to a byte, lowest first."""
    return bytes([number & 127 | 128]) + varint(number >> 7) if number > 127 else bytes([number])


@pytest.mark.parametrize("name", ["roads_pbf", "stations_pbf"])
def test_texts_of_osm_that_are_not_utf_8(name: str, tmp_path: Path) -> None:
    """Pyosmium decodes them when asked, with an error of its own kind."""
    path = tmp_path / READERS[name].file_name
    good = READERS[name].good()
    path.write_bytes(good.replace(b"highway" if "roads" in name else b"fire_station", b"\xff\xf1xyzab", 1))
    with pytest.raises(InputError, match="cannot be read"):
        READERS[name].read(path)


def test_an_id_of_fifty_digits(tmp_path: Path) -> None:
    """Libosmium calls it a ValueError."""
    path = tmp_path / "in.osm"
    path.write_bytes(osm_xml().replace(b'way id="20"', b'way id="' + b"6" * 50 + b'"'))
    with pytest.raises(InputError, match="illegal id"):
        read_ways(path)
    with pytest.raises(InputError, match="illegal id"):
        read_facilities(path, kind="station")


def test_coordinates_of_osm_that_are_none(tmp_path: Path) -> None:
    """Stations, barriers and boundaries say so as roads do."""
    path = tmp_path / "in.osm"
    path.write_bytes(READERS["stations_xml"].good().replace(b'lat="31.400"', b'lat="31.4_0"'))
    with pytest.raises(InputError, match="characters after coordinate"):
        read_facilities(path, kind="station")


@pytest.mark.parametrize(
    ("good", "spoiled"),
    [
        (b'target="2"', b""),
        (b"LINESTRING (121.21 31.4, 121.22 31.4)", b"LINESTRING (0"),
        (b"[8, 9]", b"[" * 3000),
        (b"[8, 9]", b"[8, 9"),
    ],
)
def test_values_of_graphml_that_are_no_python(good: bytes, spoiled: bytes, tmp_path: Path) -> None:
    """OSMnx and networkx read them as their kind of error comes: a type, a shape, a depth, a syntax."""
    path = tmp_path / "in.graphml"
    content = READERS["roads_graphml"].good()
    assert good in content
    path.write_bytes(content.replace(good, spoiled, 1))
    with pytest.raises(InputError, match="not a GraphML file that OSMnx wrote"):
        read_ways(path)


def test_a_coordinate_system_named_in_gbk(tmp_path: Path) -> None:
    """A .prj that an older program wrote in Chinese: pyogrio stumbles over it, the planner is told what to do."""
    path = tmp_path / "towns.shp"
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(121.0, 31.0)], crs=4490).to_file(path)
    crs = path.with_suffix(".prj")
    crs.write_bytes(re.sub(rb'"[^"]*"', '"大地坐标"'.encode("gbk"), crs.read_bytes(), count=1))
    with pytest.raises(InputError, match=r"coordinate system is not UTF-8.*take the \.prj away"):
        read_table(path)


@pytest.mark.parametrize("read", [read_ways, lambda path: read_facilities(path, kind="station")])
def test_entities_of_xml_are_neither_expanded_nor_fetched(read, tmp_path: Path) -> None:
    """A billion laughs and a file from elsewhere: refused at the first."""
    (tmp_path / "secret.txt").write_text("secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for entities in (f'<!ENTITY l0 "ha">{laughs}', f'<!ENTITY l9 SYSTEM "{tmp_path / "secret.txt"}">'):
        path = tmp_path / "in.osm"
        start, rest = osm_xml().decode().split("?>", 1)
        path.write_text(f"{start}?><!DOCTYPE osm [{entities}]>{rest.replace('primary', '&l9;')}", "utf-8")
        with pytest.raises(InputError, match="entities are not supported") as refused:
            read(path)
        assert "secret\n" not in str(refused.value)


def test_a_virtual_layer_in_disguise_is_not_opened(tmp_path: Path) -> None:
    """GDAL would read the file it names, wherever that is, or fetch it."""
    (tmp_path / "elsewhere").mkdir()
    secret = tmp_path / "elsewhere" / "secret.csv"
    secret.write_bytes(SECRET)
    for name in ("in.geojson", "in.json", "in.gpkg", "in.shp"):
        path = tmp_path / name
        path.write_text(VIRTUAL.format(secret))
        with pytest.raises(InputError, match="does not begin as a"):
            read_table(path, crs="EPSG:4326")
    with ZipFile(tmp_path / "in.zip", "w") as packed:
        packed.writestr("in.vrt", VIRTUAL.format(secret))
    with pytest.raises(InputError, match=r"no \.shp in it"):
        read_table(tmp_path / "in.zip", crs="EPSG:4326")


def test_zero_characters_within_names(tmp_path: Path) -> None:
    """They cut the name off in every other format: two ids that differ behind one would be the same."""
    (tmp_path / "in.csv").write_bytes(b"lon,lat,name\n121.2,31.4,A\0B\n")
    (tmp_path / "wide.csv").write_bytes("lon,lat,name\n121.2,31.4,站\n".encode("utf-16"))
    named = gpd.GeoDataFrame({"name": ["A\0B"]}, geometry=[Point(121.2, 31.4)], crs=4326)
    named.to_parquet(tmp_path / "in.parquet")
    for name, said in (("in.csv", "zero bytes"), ("wide.csv", "UTF-16"), ("in.parquet", "1 rows hold a zero")):
        with pytest.raises(InputError, match=said):
            read_table(tmp_path / name)
    assert read_table(tmp_path / "wide.csv", encoding="utf-16")["name"].tolist() == ["站"]


def test_a_table_of_one_line_without_end(tmp_path: Path) -> None:
    """Gigabytes without a line break are no names of columns."""
    (tmp_path / "in.csv").write_bytes(b"x," * 1_000_000)
    with pytest.raises(InputError, match="longer than 1,000,000 characters"):
        read_table(tmp_path / "in.csv")


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32651"])
@pytest.mark.parametrize("number", ["1e308", "-1e308", "1e-320"])
def test_coordinates_at_the_end_of_the_numbers(number: str, crs: str, tmp_path: Path) -> None:
    """They lie nowhere, or in the Gulf of Guinea."""
    (tmp_path / "in.csv").write_text(f"x,y\n{number},{number}\n")
    if number == "1e-320" and crs == "EPSG:4326":
        assert len(read_table(tmp_path / "in.csv", crs=crs)) == 1
        return
    with pytest.raises(InputError, match=r"cannot be degrees|lie nowhere|look like degrees"):
        read_table(tmp_path / "in.csv", crs=crs)


def test_geojson_may_begin_with_a_mark_or_a_blank(tmp_path: Path) -> None:
    """As Notepad and hands leave it."""
    path = tmp_path / "in.geojson"
    path.write_bytes(b"\xef\xbb\xbf\r\n " + geojson())
    assert len(read_table(path)) == 2


@pytest.mark.parametrize("member", ["../../places", "{outside}/places", "a/../../places"])
def test_a_zip_writes_nothing_whatever_its_parts_are_called(member: str, tmp_path: Path) -> None:
    """GDAL reads it where it lies; whether it takes names that lead out of it or not, nothing is put there."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    path = inner / "in.zip"
    path.write_bytes(zipped_shapefile(member.format(outside=tmp_path)))
    with suppress(InputError):
        assert len(read_table(path)) == 2
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [path]


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what it says of itself, before anything is unpacked."""
    monkeypatch.setattr(geofiles, "_MOST_UNPACKED_B", 2**20)
    path = tmp_path / "in.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        packed.writestr("in.shp", bytes(2**22))
    with pytest.raises(InputError, match="would unpack to"):
        read_table(path)


def test_a_zip_with_a_broken_list_of_parts(tmp_path: Path) -> None:
    """Python's own reader of it raises half a dozen kinds of error."""
    good = zipfile_with_offset(zipped_shapefile())
    path = tmp_path / "in.zip"
    path.write_bytes(good)
    with pytest.raises(InputError, match=r"cannot be (unpacked|read)"):
        read_table(path)


def zipfile_with_offset(content: bytes) -> bytes:
    """A zip whose end says that its list begins where it does not."""
    at = content.rindex(b"PK\x05\x06") + 16
    return content[:at] + struct.pack("<I", 2**31) + content[at + 4 :]


def test_a_geopackage_that_ends_like_a_zip_is_none(tmp_path: Path) -> None:
    """Only files called .zip are asked for parts."""
    path = tmp_path / "in.gpkg"
    path.write_bytes(READERS["geopackage"].good() + zipfile_with_offset(zipped_shapefile()))
    assert len(read_table(path)) == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # GDAL's own word on the ring
@pytest.mark.filterwarnings("ignore:Non closed ring")
def test_a_ring_that_is_not_closed(tmp_path: Path) -> None:
    """GEOS says so, with an error that is of no other kind."""
    ring = "[[[121.2,31.4],[121.3,31.4],[121.3,31.5],[121.2,31.5]]]"
    feature = f'{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}'
    path = tmp_path / "in.geojson"
    path.write_text(f'{{"type":"FeatureCollection","features":[{feature}]}}')
    with pytest.raises(InputError, match="closed linestring"):
        read_table(path)


@pytest.mark.parametrize("transform", [Affine(0, 0, 121.2, 0, 0, 31.4), Affine(1e-320, 0, 121.2, 0, -1e-320, 31.4)])
@pytest.mark.parametrize("name", ["geotiff", "heights"])
def test_pixels_without_a_size(name: str, transform: Affine, tmp_path: Path) -> None:
    """Nothing lies anywhere on such a grid."""
    path = write_raster(tmp_path / "in.tif", np.ones((30, 40), "float32"), transform=transform)
    with pytest.raises(InputError, match=r"have no size|lies nowhere"):
        READERS[name].read(path)


@pytest.mark.parametrize("name", ["geotiff", "heights"])
def test_more_pixels_than_can_be_held_are_not_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header of a few hundred bytes may speak of a billion by a billion."""
    monkeypatch.setattr(pixels, "_MOST_PIXELS", 50)
    path = write_raster(tmp_path / "in.tif", np.ones((30, 40), "float32"))
    with pytest.raises(InputError, match="pixels would have to be read"):
        READERS[name].read(path)


@pytest.mark.parametrize("read", [read_scenarios, load_rules, load_profile])
@pytest.mark.parametrize(("text", "why"), [("x = " + "9" * 5000, "digit"), ("x = " + "[" * 9000, "nested too deep")])
def test_toml_that_python_does_not_take(read, text: str, why: str, tmp_path: Path) -> None:
    """A number of 5,000 digits, and brackets in brackets beyond the depth of Python's own calls."""
    path = tmp_path / "in.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=why):
        read(path)


def test_a_bracket_that_never_closes(tmp_path: Path) -> None:
    """Within a text it is good TOML; the search for the line of a fault tried every way to share out the blanks."""
    path = tmp_path / "in.toml"
    path.write_text(f'unknown = 1\nnotice = """\n[{" " * 100_000}\n"""\n')
    with pytest.raises(InputError, match="line 1: unknown key 'unknown'"):
        read_scenarios(path)


def test_an_unknown_key_with_a_bracket(tmp_path: Path) -> None:
    """It was taken for a word of the checker, and nothing was left to name."""
    path = tmp_path / "in.toml"
    path.write_text('"[" = 1')
    with pytest.raises(InputError, match=r"unknown key '\['"):
        read_scenarios(path)


def test_a_zipped_shapefile_without_a_table_or_shapes(tmp_path: Path) -> None:
    """Nothing for GDAL to open."""
    path = tmp_path / "in.zip"
    with ZipFile(path, "w") as packed:
        packed.writestr("in.shp", b"")
    with pytest.raises(InputError, match="does not begin as a"):
        read_table(path)


def test_a_flatgeobuf_of_a_billion_rows(tmp_path: Path) -> None:
    """The number of rows in the header, and not the rows, said how much room was made for them."""
    path = tmp_path / "in.fgb"
    good, two = READERS["flatgeobuf"].good(), struct.pack("<Q", 2)
    assert good.count(two) == 1
    path.write_bytes(good.replace(two, struct.pack("<Q", 10**9)))
    with pytest.raises(InputError, match=r"it says 1,000,000,000 rows in .* bytes"):
        read_table(path)


def test_the_files_of_the_fuzzer_are_what_they_are_called(tmp_path: Path) -> None:
    """The little PBF holds the roads of the little XML, so both decoders are fuzzed on the same."""
    found = {}
    for name, content in (("in.osm.pbf", osm_pbf()), ("in.osm", osm_xml())):
        path = tmp_path / name
        path.write_bytes(content)
        found[name] = read_ways(path).way_id.tolist()
    assert found["in.osm.pbf"] == found["in.osm"] != []
    assert len(io.BytesIO(osm_pbf()).getvalue()) < 2000
