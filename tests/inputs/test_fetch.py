"""Fetching a place from a stand-in on the loopback address: what is written, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import osmium
import osmnx as ox
import pytest

from siting.errors import FetchError, InputError, OutputError, SitingError
from siting.files import digest
from siting.inputs.fetch import fetch_place
from siting.inputs.roads import read_ways, ways_from_graph
from siting.inputs.roads.classes import ROAD_CLASSES
from tests.inputs.overpass_stand_in import FACILITIES, PLACES, fetch, good, stand_in, status
from tests.inputs.test_roads_graph import great_circle_m
from tests.inputs.test_roads_osm import assert_same, routes


def test_a_place_is_written_ready_for_a_scenario(tmp_path: Path) -> None:
    """Boundary, roads with their tags, a station that is a building, a hydrant, and a record with right digests."""
    with stand_in() as server:
        folder = fetch(server, tmp_path / "place")
    assert sorted(file.name for file in folder.iterdir()) == [
        "boundary.geojson", "fetched.json", "hydrants.geojson", "roads.graphml", "stations.geojson"
    ]  # fmt: skip
    assert gpd.read_file(folder / "boundary.geojson").total_bounds == pytest.approx([117.20, 28.30, 117.21, 28.31])
    stations, hydrants = (gpd.read_file(folder / f"{name}.geojson") for name in ("stations", "hydrants"))
    assert stations[["osm_id", "name"]].to_numpy().tolist() == [["way/30", "消防站"]]
    assert hydrants["osm_id"].tolist() == ["node/20"]
    assert set(stations.geom_type) == set(hydrants.geom_type) == {"Point"}
    assert stations.crs == hydrants.crs == "EPSG:4326"
    record = json.loads((folder / "fetched.json").read_text("utf-8"))
    assert record["place"] == record["found"] == "一地, 某省"
    assert record["servers"] == [server.url, server.url]
    assert record["counts"] == {"junctions": 5, "road_edges": 7, "stations": 1, "hydrants": 1}
    assert record["digests"] == {f.name: digest(f) for f in sorted(folder.iterdir()) if f.name != "fetched.json"}
    assert datetime.fromisoformat(record["fetched_at"]) <= datetime.now(UTC)


def test_fetched_roads_are_what_the_server_said(tmp_path: Path) -> None:
    """The two-way street with its signal, and the one-way street turned into the direction it is driven."""
    with stand_in() as server:
        path = fetch(server, tmp_path / "place") / "roads.graphml"
    ways = read_ways(path)
    assert routes(ways) == [(10, [1, 2, 3, 4]), (11, [5, 2])]
    assert ways.tags[["highway", "name", "maxspeed", "oneway"]].to_numpy().tolist() == [
        ["residential", "小街", "", "no"],
        ["primary", "大道", "60", "yes"],
    ]
    assert ways.node_tags["highway"].to_dict() == {2: "traffic_signals"}
    assert_same(ways_from_graph(ox.load_graphml(path)), ways)


@pytest.mark.real
def test_a_fetched_city_is_the_city_in_the_file(real: Callable[[str], Path], tmp_path: Path) -> None:
    """贵溪 sent as an Overpass answer and fetched has the ways, tags and length of 贵溪 read from its file."""
    path = real("guixi/guixi.osm")
    nodes = [
        {"type": "node", "id": node.id, "lat": node.lat, "lon": node.lon, "tags": dict(node.tags)}
        for node in osmium.FileProcessor(path, osmium.osm.NODE)
    ]
    ways = [
        {"type": "way", "id": way.id, "nodes": [node.ref for node in way.nodes], "tags": dict(way.tags)}
        for way in osmium.FileProcessor(path, osmium.osm.WAY)
        if way.tags.get("highway") in ROAD_CLASSES
    ]
    west, south, east, north = 117.0, 28.1, 117.5, 28.5
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    place = {**PLACES[0], "geojson": {"type": "Polygon", "coordinates": [corners]}}
    with stand_in(places=[good([place])], roads=[good({"elements": nodes + ways})]) as server:
        fetched = read_ways(fetch(server, tmp_path / "guixi", timeout_s=30) / "roads.graphml")
    file = read_ways(path)
    assert fetched.notes == file.notes == ()
    assert set(fetched.way_id.tolist()) == set(file.way_id.tolist())
    assert great_circle_m(fetched).sum() == pytest.approx(great_circle_m(file).sum(), rel=1e-9)
    for key in ("highway", "name", "surface", "bridge"):
        told = [dict(zip(ways.way_id.tolist(), ways.tags[key], strict=True)) for ways in (fetched, file)]
        assert told[0] == told[1], key
    tagged = [set(ways.node_id[ways.node_tags.index].tolist()) for ways in (fetched, file)]
    assert tagged[0] == tagged[1]


def test_each_question_is_asked_once(tmp_path: Path) -> None:
    """Three questions; Overpass is told a whole number of seconds, the road classes, and ground around the boundary."""
    with stand_in() as server:
        fetch(server, tmp_path / "place")
    assert [kind for kind, _ in server.asked] == ["places", "roads", "facilities"]
    roads, facilities = server.asked[1][1], server.asked[2][1]
    assert roads.startswith("[out:json][timeout:1];")
    assert "|residential|" in roads
    assert "footway" not in roads
    assert "'emergency'='fire_hydrant'" in facilities
    latitudes = [float(degrees) for degrees in facilities.split("'")[5].split()[::2]]
    assert max(latitudes) == pytest.approx(28.31 + 100 / 111_000, abs=5e-5)


@pytest.mark.parametrize(
    "places",
    [[], [{**PLACES[0], "geojson": {"type": "Point", "coordinates": [117.2, 28.3]}}]],
    ids=["unknown", "a point"],
)
@pytest.mark.parametrize("place", ["无此地", "R42"])
def test_places_without_boundary(place: str, places: list[object], tmp_path: Path) -> None:
    """Unknown to Nominatim, or known as a point only; by name or by id."""
    with (
        stand_in(places=[good(places)]) as server,
        pytest.raises(FetchError, match=f"knows no place '{place}' with a boundary"),
    ):
        fetch(server, tmp_path / "place", place)
    assert server.times("places") == 1


@pytest.mark.parametrize("elements", [[], [{"type": "node", "id": 1, "lat": 50.0, "lon": 10.0}]])
def test_places_without_roads(elements: list[object], tmp_path: Path) -> None:
    """Nothing, or only what lies elsewhere."""
    with (
        stand_in(roads=[good({"elements": elements})]) as server,
        pytest.raises(FetchError, match="has no road within"),
    ):
        fetch(server, tmp_path / "place")


def test_places_without_facilities(tmp_path: Path) -> None:
    """No file for what is not there, and the count says 0; one kind alone is written."""
    with stand_in(facilities=[good({"elements": []})]) as server:
        folder = fetch(server, tmp_path / "none")
    assert not (folder / "stations.geojson").exists()
    assert json.loads((folder / "fetched.json").read_text())["counts"]["hydrants"] == 0
    with stand_in(facilities=[good({"elements": FACILITIES["elements"][:1]})]) as server:
        folder = fetch(server, tmp_path / "hydrant")
    assert (folder / "hydrants.geojson").exists()
    assert not (folder / "stations.geojson").exists()


def test_a_second_fetch_replaces_the_first_whole_or_not_at_all(tmp_path: Path) -> None:
    """A failed second fetch leaves the first as it was; a good one takes its place."""
    with stand_in() as server:
        folder = fetch(server, tmp_path / "place")
    before = {file.name: digest(file) for file in folder.iterdir()}
    with stand_in(facilities=[status(504)]) as server, pytest.raises(FetchError):
        fetch(server, folder)
    assert {file.name: digest(file) for file in folder.iterdir()} == before
    with stand_in(facilities=[good({"elements": []})]) as server:
        fetch(server, folder)
    assert not (folder / "hydrants.geojson").exists()


def test_every_wrong_argument_at_once(tmp_path: Path) -> None:
    """Without a single question asked."""
    with stand_in() as server, pytest.raises(InputError) as fault:
        fetch_place(
            " ",
            tmp_path,
            overpass_url="overpass.example",
            nominatim_url=server.url,
            buffer_m=float("nan"),
            timeout_s=0,
            attempts=0,
            pause_s=-1,
        )
    assert len(fault.value.faults) == 6
    assert server.asked == []


def test_the_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """Known before the first question."""
    (tmp_path / "thesis.docx").touch()
    with stand_in() as server, pytest.raises(OutputError, match=r"would be lost \(thesis.docx\)"):
        fetch(server, tmp_path)
    assert server.asked == []
    assert (tmp_path / "thesis.docx").exists()


def test_no_place_to_write_to(tmp_path: Path) -> None:
    """Known before the first question."""
    (tmp_path / "file").touch()
    with stand_in() as server, pytest.raises(OutputError, match="is a file, not a folder") as fault:
        fetch(server, tmp_path / "file" / "place")
    assert isinstance(fault.value, SitingError)
    assert server.asked == []
