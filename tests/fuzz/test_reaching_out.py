"""No input has another file read, a server asked or a computation begun: GDAL would do all of that for a file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import numpy as np
import pytest

from siting import sqlite_tables
from siting.errors import InputError
from siting.inputs.vector import read_table
from tests.fuzz.readers import READERS, geojson
from tests.inputs.rasters import write_raster

LAYER = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
RASTER = (
    '<VRTDataset rasterXSize="40" rasterYSize="30"><SRS>EPSG:4326</SRS><GeoTransform>121,.01,0,32,0,-.01</GeoTransform>'
    '<Metadata><MDI key="INTERNAL_MASK_FLAGS_1">2</MDI></Metadata><VRTRasterBand dataType="Float32" band="1">'
    "<SimpleSource><SourceFilename>{}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand>"
    "</VRTDataset>"
)
WMS = (
    '<GDAL_WMS><Service name="TMS"><ServerUrl>{}</ServerUrl></Service><DataWindow><UpperLeftX>121</UpperLeftX>'
    "<UpperLeftY>32</UpperLeftY><LowerRightX>122</LowerRightX><LowerRightY>31</LowerRightY><TileLevel>3</TileLevel>"
    "</DataWindow><Projection>EPSG:4326</Projection><BandsCount>1</BandsCount></GDAL_WMS>"
)
RECIPE = "gdal vector reproject {} --dst-crs EPSG:4326 --output-format stream streamed_dataset"
ENDLESS = "WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k) SELECT n FROM k"


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server as GDAL would ask it, and what it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815 - as http.server calls it

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()


def zipped(text: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with ZipFile(path, "w") as packed:
            packed.writestr("in.shp", text)

    return write


def disguises(server: str) -> dict[str, bytes | Callable[[Path], None]]:
    """By the name of a file: what would ask the server for another."""
    place = f"/vsicurl/{server}"
    layer = LAYER.format(f"{place}/layer.geojson")
    recipe = {"type": "gdal_streamed_alg", "command_line": RECIPE.format(f"{place}/recipe.geojson")}
    return {
        "in.geojson": b"{" + layer.encode(),
        "recipe.json": json.dumps(recipe).encode(),
        "in.fgb": b"fgb\x03fgb\x01" + layer.encode(),
        "in.zip": zipped(layer),
        "in.tif": RASTER.format(f"{place}/raster.tif").encode(),
        "map.tif": WMS.format(server + "/${z}").encode(),
        "in.img": RASTER.format(f"{place}/raster.img").encode(),
        "in.asc": RASTER.format(f"{place}/raster.asc").encode(),
        "in.vrt": RASTER.format(f"{place}/raster.vrt").encode(),
    }


@pytest.mark.parametrize("name", disguises(""))
def test_no_server_is_asked(name: str, asked: tuple[str, list[str]], tmp_path: Path) -> None:
    """Virtual layers and rasters, map services and recipes, each by the name of something harmless."""
    server, paths = asked
    content, path = disguises(server)[name], tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)
    readers = ("geotiff", "heights") if path.suffix in (".tif", ".img", ".asc", ".vrt") else ("geojson",)
    for reader in readers:
        with pytest.raises(InputError):
            READERS[reader].read(path)
    assert paths == []


@pytest.mark.parametrize("beside", [".msk", ".ovr"])
def test_what_lies_beside_a_raster_is_no_way_out(beside: str, asked: tuple[str, list[str]], tmp_path: Path) -> None:
    """A mask is read with the raster, by any driver; a real one still is."""
    server, paths = asked
    path = write_raster(tmp_path / "in.tif", np.ones((30, 40), "float32"))
    other = path.with_name(f"in.tif{beside}")
    other.write_text(RASTER.format(f"/vsicurl/{server}/mask.tif"))
    for reader in ("geotiff", "heights"):
        with pytest.raises(InputError, match="lies beside a raster and is no TIFF"):
            READERS[reader].read(path)
    assert paths == []
    other.write_bytes(path.read_bytes())
    READERS["heights"].read(path)


@pytest.mark.parametrize(
    "where", ["/vsicurl/{}/x.geojson", "{}/x.geojson", "/vsizip/x.zip/x.geojson", "PG:dbname=x", "GeoJSON:{}/x.geojson"]
)
def test_what_gdal_takes_for_a_place_is_a_file_that_is_not_there(where: str, asked: tuple[str, list[str]]) -> None:
    """Only what stands on the disk is opened."""
    server, paths = asked
    with pytest.raises(InputError, match="no such file"):
        read_table(where.format(server))
    assert paths == []


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("CREATE VIEW v AS " + ENDLESS, "v"),
        ("DROP TABLE gpkg_contents; CREATE VIEW gpkg_contents AS " + ENDLESS, "gpkg_contents"),
        ("ALTER TABLE gpkg_contents ADD COLUMN big TEXT AS (hex(zeroblob(400000000)))", "gpkg_contents"),
    ],
)  # fmt: skip
def test_a_geopackage_is_not_made_to_compute(command: str, named: str, tmp_path: Path) -> None:
    """A view without an end is a hang, a computed column a gigabyte, and GDAL looks at every table."""
    path = tmp_path / "in.gpkg"
    path.write_bytes(READERS["geopackage"].good())
    with closing(sqlite3.connect(path)) as database:
        database.executescript(command)
    with pytest.raises(InputError, match=f"It computes {named}"):
        read_table(path)


def test_a_geopackage_that_cannot_be_quoted(tmp_path: Path) -> None:
    """SQLite names the word that it stumbles over, in whatever bytes it stands."""
    path = tmp_path / "in.gpkg"
    good = READERS["geopackage"].good()
    path.write_bytes(good.replace(b"CREATE TABLE", b"CREATE \xc5\xff\xfeAB", 1))
    with pytest.raises(InputError, match="cannot be read"):
        read_table(path)


def test_a_geopackage_in_a_folder_that_nobody_may_write_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that keeps a journal cannot put it beside itself there, and is read as it stands."""
    path = tmp_path / "in.gpkg"
    path.write_bytes(READERS["geopackage"].good())
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = wal")
    assert len(read_table(path)) == 2
    connected = sqlite_tables._connected

    def unwritable(where: str) -> sqlite3.Connection:
        if "immutable" not in where:
            raise sqlite3.OperationalError("unable to open database file")
        return connected(where)

    monkeypatch.setattr(sqlite_tables, "_connected", unwritable)
    assert len(read_table(path)) == 2


def test_other_kinds_of_json_are_read_as_before(tmp_path: Path) -> None:
    """As ArcGIS and TopoJSON write them, and GeoJSON."""
    arcgis = {
        "geometryType": "esriGeometryPoint",
        "spatialReference": {"wkid": 4326},
        "fields": [{"name": "a", "type": "esriFieldTypeString"}],
        "features": [{"attributes": {"a": "x"}, "geometry": {"x": 1, "y": 2}}],
    }
    points = {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]}
    topology = {"type": "Topology", "objects": {"a": points}, "arcs": []}
    path = tmp_path / "站 1.json"
    for content in (json.dumps(arcgis).encode(), json.dumps(topology).encode(), geojson()):
        path.write_bytes(content)
        assert len(read_table(path, crs="EPSG:4326")) in (1, 2)
