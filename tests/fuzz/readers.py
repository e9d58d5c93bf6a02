"""Every reader with a good small file, and the words that mean something in files of its kind."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from zipfile import ZipFile

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import shapely

from siting.geofiles import write_geofile
from siting.inputs.barriers import read_barriers
from siting.inputs.boundary import read_boundary
from siting.inputs.demand.pixels import read_pixels
from siting.inputs.facilities import read_facilities
from siting.inputs.ground import slope_percent
from siting.inputs.roads import read_ways
from siting.inputs.vector import read_table
from siting.rules import load_rules
from siting.rules.load import DATA as RULES
from siting.scenario_file import read_scenarios
from siting.speeds import load_profile
from siting.speeds.load import PROFILES
from tests.inputs.osm_text import TOWN
from tests.inputs.rasters import write_raster
from tests.inputs.test_roads_osm import NODES, WAYS, document
from tests.test_scenario_file import GOOD

_BOX = (121.205, 31.415, 121.215, 31.425)
_XML_WORDS = (
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    b'<!ENTITY x SYSTEM "file:///etc/passwd">',
    b"&b;",
    b'<nd ref="-9223372036854775808"/>',
    b'<member type="way" ref="1" role="outer"/>',
    b'lat="NaN"',
    b'lon="1e999"',
    b"\x00",
    b"</way>",
    b"<![CDATA[",
    b"\xff\xfe",
)
_GRAPHML_WORDS = (
    *(word for word in _XML_WORDS if not word.startswith(b"<nd")),
    b'<data key="d0">',
    b"LINESTRING (0 0)",
    b"LINESTRING EMPTY",
    b"[" * 3000,
    b"[7, 8]",
    b"True",
    b"epsg:0",
    b"nan",
    b"1e999",
    b"-1",
)
_JSON_WORDS = (
    b"null", b"[" * 3000, b"{}", b"NaN", b"Infinity", b"-1e999", b"9" * 5000, b'"\\ud800"', b'"Polygon"', b'"Point"',
    b'"GeometryCollection"', b"[[]]", b'"crs":{"type":"name","properties":{"name":"EPSG:0"}},', b'"id":', b"[0,0,0,0]",
    b'"geometry":', b'"type":"Topology",',
)  # fmt: skip
_CSV_WORDS = (
    b'"', b",", b"\n", b"\r", b";", b"\t", b"\x00", b"\xef\xbb\xbf", b"nan", b"inf", b"1e999", b"lon", b"lat", b"=1+1",
    b"\xff\xff", b"9" * 400, "\u202e".encode(), b"geometry",
)  # fmt: skip
_TOML_WORDS = (
    b"[" * 3000, b"x = " + b"9" * 5000, b"nan", b"inf", b"-1", b"1e999", b"{}", b"[]", b'""', b"[[plan]]", b"true",
    b"1979-05-27", b'"""', b"a.b.c = 1\n", b"0x", b"[sweep]\n", b"\\", b"\x00", b"[overrides.a]\n", b'extends = "x"\n',
    b'base = "fire-engine"\n',
)  # fmt: skip
_BINARY_WORDS = (
    b"\x00" * 8,
    b"\xff" * 9,
    b"\xff" * 60,
    b"\x80" * 30 + b"\x01",
    b"\x1a\x00",
    b"PK\x05\x06",
    b"../../x.shp",
)


_VARIANTS = """
[overrides.more.plan.station]
sites = 5
[scenarios]
base = []
more = ["more"]
[sweep]
"study_area.cell_m" = [100, 200]
"""


@dataclass(frozen=True)
class Reader:
    """What is fuzzed: the name of the file, its bytes when it is good, and what reads it."""

    file_name: str
    good: Callable[[], bytes]
    read: Callable[[Path], object]
    words: tuple[bytes, ...]


def _made(suffix: str, write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"made{suffix}")
        write(path)
        return path.read_bytes()


def _places() -> gpd.GeoDataFrame:
    points = shapely.points([[121.2, 31.4], [121.21, 31.41]])
    return gpd.GeoDataFrame({"name": ["东站", "S2"], "people": [3, 4.5]}, geometry=points, crs=4326)


def _blocks() -> gpd.GeoDataFrame:
    places = _places()
    return places.set_geometry(shapely.buffer(places.geometry.array, 0.01, quad_segs=1), crs=4326)


@cache
def osm_xml() -> bytes:
    """A few roads, one with all that is odd."""
    return document(NODES, WAYS)


@cache
def osm_pbf() -> bytes:
    """The same roads; nothing in it is compressed, so that a changed byte is one of the content."""

    def write(path: Path) -> None:
        xml = path.with_suffix(".osm")
        xml.write_bytes(osm_xml())
        with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=none")) as writer:
            for thing in osmium.FileProcessor(xml):
                writer.add(thing)

    return _made(".pbf", write)


@cache
def _town_pbf() -> bytes:
    def write(path: Path) -> None:
        xml = path.with_suffix(".osm")
        xml.write_text(TOWN, "utf-8")
        with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=none")) as writer:
            for thing in osmium.FileProcessor(xml):
                writer.add(thing)

    return _made(".pbf", write)


@cache
def graphml() -> bytes:
    """A street of two ways and one of one, as OSMnx keeps them."""
    import osmnx  # six seconds of imports, for this reader only

    street = {"osmid": 7, "highway": "primary", "oneway": False, "length": 900.0}
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_nodes_from((n, {"x": 121.2 + n / 100, "y": 31.4}) for n in (1, 2, 3))
    graph.add_edge(1, 2, **street, reversed=False, geometry=shapely.LineString([(121.21, 31.4), (121.22, 31.4)]))
    graph.add_edge(2, 1, **street, reversed=True)
    merged = {"osmid": [8, 9], "highway": ["primary", "tertiary"], "oneway": True}
    graph.add_edge(2, 3, **street | merged, reversed=False)
    return _made(".graphml", lambda path: osmnx.save_graphml(graph, path))


@cache
def geojson(rows: Callable[[], gpd.GeoDataFrame] = _places) -> bytes:
    """Two places."""
    return rows().to_json().encode()


@cache
def geopackage() -> bytes:
    """Two blocks."""
    return _made(".gpkg", lambda path: _blocks().to_file(path))


@cache
def flatgeobuf() -> bytes:
    """Two blocks."""
    return _made(".fgb", lambda path: write_geofile(_blocks(), path, "blocks"))


@cache
def geoparquet() -> bytes:
    """Two blocks, not compressed, so that a changed byte is one of the content."""
    return _made(".parquet", lambda path: _blocks().to_parquet(path, compression=None))


@cache
def zipped_shapefile(member: str = "places") -> bytes:
    """Two places, stored as they are, in files of this name."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, ZipFile(packed, "w") as archive:
        _places().to_file(Path(folder, "places.shp"))
        for part in sorted(Path(folder).iterdir()):
            archive.writestr(f"{member}{part.suffix}", part.read_bytes())
    return packed.getvalue()


@cache
def geotiff() -> bytes:
    """Forty by thirty pixels of people."""
    return _made(".tif", lambda path: write_raster(path, np.arange(1200, dtype="float32").reshape(30, 40)))


def _slope(path: Path) -> object:
    return slope_percent(path, _places().geometry)


def _stations(path: Path) -> object:
    return read_facilities(path, kind="station")


READERS = {
    "roads_pbf": Reader("in.osm.pbf", osm_pbf, read_ways, _BINARY_WORDS),
    "roads_xml": Reader("in.osm", osm_xml, read_ways, _XML_WORDS),
    "roads_graphml": Reader("in.graphml", graphml, read_ways, _GRAPHML_WORDS),
    "stations_pbf": Reader("in.osm.pbf", _town_pbf, _stations, _BINARY_WORDS),
    "stations_xml": Reader("in.osm", TOWN.encode, _stations, _XML_WORDS),
    "barriers_xml": Reader("in.osm", TOWN.encode, read_barriers, _XML_WORDS),
    "boundary_xml": Reader("in.osm", TOWN.encode, partial(read_boundary, name="relation/4"), _XML_WORDS),
    "geojson": Reader("in.geojson", geojson, read_table, _JSON_WORDS),
    "boundary": Reader("in.geojson", partial(geojson, _blocks), read_boundary, _JSON_WORDS),
    "geopackage": Reader("in.gpkg", geopackage, read_table, (*_BINARY_WORDS, b"gpkg_contents", b"SELECT", b"features")),
    "flatgeobuf": Reader("in.fgb", flatgeobuf, read_table, _BINARY_WORDS),
    "geoparquet": Reader("in.parquet", geoparquet, read_table, (*_BINARY_WORDS, b"geo", b"PAR1", b"WKB", b"columns")),
    "shapefile": Reader("in.zip", zipped_shapefile, read_table, _BINARY_WORDS),
    "csv": Reader("in.csv", "lon,lat,name\n121.2,31.4,东站\n121.3,31.5,007\n".encode, read_table, _CSV_WORDS),
    "stations_csv": Reader("in.csv", b"name;lng;lat\na;121.2;31.4\n".strip, _stations, _CSV_WORDS),
    "geotiff": Reader(
        "in.tif",
        geotiff,
        partial(read_pixels, around=_BOX, unit="people_per_km2"),
        (*_BINARY_WORDS, b"II+\x00", b"inf"),
    ),
    "heights": Reader("in.tif", geotiff, _slope, _BINARY_WORDS),
    "scenario": Reader("in.toml", f"{GOOD}{_VARIANTS}".encode, read_scenarios, _TOML_WORDS),
    "rules": Reader("in.toml", (RULES / "de-agbf.toml").read_bytes, load_rules, _TOML_WORDS),
    "speeds": Reader("in.toml", PROFILES["fire-engine-turns"].read_bytes, load_profile, _TOML_WORDS),
}
