"""Fetching a place from a stand-in on the loopback address: what is written, and that every bad server has an end."""

from __future__ import annotations

import json
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import osmnx as ox
import pyproj
import pytest
from geopandas.array import GeometryArray

from siting.errors import FetchError, InputError, OutputError, SitingError
from siting.files import digest
from siting.inputs import live
from siting.inputs.fetch import fetch_place
from siting.inputs.roads import read_ways, ways_from_graph
from tests.inputs.overpass_stand_in import (
    FACILITIES,
    PLACES,
    ROADS,
    Reply,
    StandIn,
    good,
    half,
    silence,
    stand_in,
    status,
    text,
)
from tests.inputs.test_roads_osm import assert_same, routes


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Two savings for a stand-in that always answers about one place.

    OSMnx waits a second before it asks Nominatim, as that asks of everybody; and looking up the UTM zone takes most of
    a small fetch.
    """
    monkeypatch.setattr("osmnx._nominatim.time.sleep", _short_sleep)
    monkeypatch.setattr(GeometryArray, "estimate_utm_crs", lambda *_: pyproj.CRS("EPSG:32650"))


def _short_sleep(seconds: float, sleep: Any = time.sleep) -> None:
    sleep(min(seconds, 0.05))


def fetch(server: StandIn, folder: Path, place: str = "一地, 某省", **how: Any) -> Path:
    how = {"buffer_m": 100.0, "timeout_s": 0.4, "attempts": 3, "pause_s": 0.01, **how}
    return fetch_place(place, folder, overpass_url=server.url, nominatim_url=server.url, **how)


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
    "first",
    [
        status(429, Retry_After="0"),
        status(504),
        half(ROADS, told_length=True),
        half(ROADS, told_length=False),
        silence,
        text("<html>rate limited</html>"),
        good([]),
        good({"version": 0.6}),
        good({**ROADS, "remark": "runtime error: Query timed out"}),
    ],
    ids=["429", "504", "half", "half, no length", "silence", "page", "list", "no elements", "stopped halfway"],
)
def test_one_bad_answer_is_asked_again(first: Reply, tmp_path: Path) -> None:
    """After each kind of bad answer the next good one is taken, and nothing of the bad one is kept."""
    with stand_in(roads=[first, good(ROADS)]) as server:
        folder = fetch(server, tmp_path / "place")
    assert server.times("roads") == 2
    assert routes(read_ways(folder / "roads.graphml")) == [(10, [1, 2, 3, 4]), (11, [5, 2])]


@pytest.mark.parametrize(
    ("kind", "always", "message"),
    [
        ("places", status(429), "HTTP 429 Too Many Requests"),
        ("places", half(PLACES, told_length=True), "broke off in the middle"),
        ("places", half(PLACES, told_length=False), "not whole JSON"),
        ("places", silence, "silent for 0.4 s"),
        ("places", text("<html>rate limited</html>"), "it begins '<html>rate limited"),
        ("places", good({"error": "no"}), "not what was asked for"),
        ("roads", status(504), "HTTP 504 Gateway Timeout"),
        ("roads", silence, "silent for 0.4 s"),
        ("roads", half(ROADS, told_length=True), "broke off in the middle"),
        ("roads", good({**ROADS, "remark": "runtime error: Query timed out"}), "stopped halfway .runtime error"),
        ("facilities", status(429), "HTTP 429 Too Many Requests"),
        ("facilities", half(FACILITIES, told_length=False), "not whole JSON"),
    ],
)
def test_a_bad_server_is_given_up(kind: str, always: Reply, message: str, tmp_path: Path) -> None:
    """Exactly as many attempts as allowed, in bounded time, what happened, what to do, and nothing written."""
    started = time.monotonic()
    with stand_in(**{kind: [always]}) as server, pytest.raises(FetchError, match=message) as fault:
        fetch(server, tmp_path / "place")
    assert time.monotonic() - started < 5
    assert server.times(kind) == 3
    name = "Nominatim" if kind == "places" else "Overpass"
    assert f"{name} ({server.url}) gave no usable answer (attempts: 3)" in str(fault.value)
    assert "Try again later, name another server" in str(fault.value)
    assert list(tmp_path.iterdir()) == []


def test_nominatim_is_asked_again_too(tmp_path: Path) -> None:
    """A busy moment of Nominatim does not end a fetch."""
    with stand_in(places=[status(429), good(PLACES)]) as server:
        fetch(server, tmp_path / "place")
    assert server.times("places") == 2


def test_a_refusal_is_not_asked_again(tmp_path: Path) -> None:
    """400 means that the question is wrong: once is enough."""
    with stand_in(roads=[status(400)]) as server, pytest.raises(FetchError, match=r"refused the question .HTTP 400"):
        fetch(server, tmp_path / "place")
    assert server.times("roads") == 1


def test_nobody_listens(tmp_path: Path) -> None:
    """A server that is not there."""
    with stand_in() as server:
        pass
    with pytest.raises(FetchError, match=r"the connection failed .ConnectionError"):
        fetch(server, tmp_path / "place")


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_goes_before_our_own_pause(as_date: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's number of seconds, or its date, is what is waited; without one the pause doubles."""
    waits: list[float] = []
    monkeypatch.setattr(live.time, "sleep", waits.append)
    asked = format_datetime(datetime.now(UTC) + timedelta(seconds=8), usegmt=True) if as_date else "7"
    with stand_in(roads=[status(429, Retry_After=asked), status(504), good(ROADS)]) as server:
        fetch(server, tmp_path / "place", pause_s=3.0)
    waits = [wait for wait in waits if wait > 1]  # OSMnx shares the clock: its courtesy second, and pauses of 0
    assert waits[0] == pytest.approx(7, abs=1)
    assert waits[1:] == [6.0]


def test_too_long_a_wait_ends_the_fetch(tmp_path: Path) -> None:
    """An hour of Retry-After is told instead of waited for."""
    with (
        stand_in(roads=[status(429, Retry_After="3600")]) as server,
        pytest.raises(FetchError, match=r"attempts: 1.*wait of 3600 s"),
    ):
        fetch(server, tmp_path / "place")


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


def test_osmnx_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and the pinned address are put back, after success and after failure, and no cache is left behind."""
    monkeypatch.chdir(tmp_path)
    before, lookup = dict(vars(ox.settings)), socket.getaddrinfo
    with stand_in() as server:
        fetch(server, tmp_path / "place")
    with stand_in(roads=[status(504)]) as server, pytest.raises(FetchError):
        fetch(server, tmp_path / "other")
    assert vars(ox.settings) == before
    assert socket.getaddrinfo is lookup
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


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
    """Without a single question asked, and somebody's folder is left alone."""
    (tmp_path / "thesis.docx").touch()
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
    assert len(fault.value.faults) == 7
    assert "holds something that fetch did not write (thesis.docx)" in str(fault.value)
    assert server.asked == []
    assert (tmp_path / "thesis.docx").exists()


def test_no_place_to_write_to(tmp_path: Path) -> None:
    """Known before the first question."""
    (tmp_path / "file").touch()
    with stand_in() as server, pytest.raises(OutputError, match="cannot be written") as fault:
        fetch(server, tmp_path / "file" / "place")
    assert isinstance(fault.value, SitingError)
    assert server.asked == []
