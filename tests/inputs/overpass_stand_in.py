"""
A stand-in for Overpass and Nominatim on the loopback address.

It answers each kind of question (``places``, ``roads``, ``facilities``) from a list of replies, one after the other,
the last one again and again, and keeps what it was asked.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pyproj
import pytest
from geopandas.array import GeometryArray

from siting.inputs.fetch import fetch_place

Reply = Callable[["Handler"], None]

PLACES = [
    {
        "osm_type": "relation",
        "osm_id": 1,
        "display_name": "一地, 某省",
        "importance": 0.5,
        "lat": "28.305",
        "lon": "117.205",
        "boundingbox": ["28.30", "28.31", "117.20", "117.21"],
        "geojson": {
            "type": "Polygon",
            "coordinates": [[[117.20, 28.30], [117.21, 28.30], [117.21, 28.31], [117.20, 28.31], [117.20, 28.30]]],
        },
    }
]

_PRIMARY = {"highway": "primary", "name": "大道", "maxspeed": "60", "oneway": "-1"}
ROADS = {
    "version": 0.6,
    "elements": [
        {"type": "node", "id": 1, "lat": 28.302, "lon": 117.202},
        {"type": "node", "id": 2, "lat": 28.302, "lon": 117.204},
        {"type": "node", "id": 3, "lat": 28.302, "lon": 117.206, "tags": {"highway": "traffic_signals"}},
        {"type": "node", "id": 4, "lat": 28.302, "lon": 117.208},
        {"type": "node", "id": 5, "lat": 28.306, "lon": 117.204},
        {"type": "way", "id": 10, "nodes": [1, 2, 3, 4], "tags": {"highway": "residential", "name": "小街"}},
        {"type": "way", "id": 11, "nodes": [2, 5], "tags": _PRIMARY},
    ],
}
"""A two-way street through nodes 1-2-3-4 with a signal at 3, and a one-way street drawn 2-5 and driven 5-2."""

FACILITIES = {
    "version": 0.6,
    "elements": [
        {"type": "node", "id": 20, "lat": 28.303, "lon": 117.203, "tags": {"emergency": "fire_hydrant"}},
        {"type": "node", "id": 31, "lat": 28.304, "lon": 117.204},
        {"type": "node", "id": 32, "lat": 28.304, "lon": 117.205},
        {"type": "node", "id": 33, "lat": 28.305, "lon": 117.205},
        {
            "type": "way",
            "id": 30,
            "nodes": [31, 32, 33, 31],
            "tags": {"amenity": "fire_station", "building": "yes", "name": "消防站"},
        },
    ],
}


def good(answer: object) -> Reply:
    """Status 200 and the whole JSON."""

    def reply(handler: Handler) -> None:
        handler.send(200, json.dumps(answer).encode())

    return reply


def status(code: int, **headers: str) -> Reply:
    """An empty answer with this status; header names with _ for -."""

    def reply(handler: Handler) -> None:
        handler.send(code, b"", {key.replace("_", "-"): value for key, value in headers.items()})

    return reply


def text(body: str) -> Reply:
    """Status 200 and a page instead of JSON."""

    def reply(handler: Handler) -> None:
        handler.send(200, body.encode(), {"Content-Type": "text/html"})

    return reply


def half(answer: object, *, told_length: bool) -> Reply:
    """The first half of the JSON, then the connection is closed; with or without a Content-Length for the whole."""

    def reply(handler: Handler) -> None:
        body = json.dumps(answer).encode()
        handler.send_response(200)
        if told_length:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])

    return reply


def trickle(handler: Handler) -> None:
    """A hundred spaces every 20 ms, for ever."""
    handler.send_response(200)
    handler.end_headers()
    with suppress(ConnectionError):
        while not handler.stand_in.closing.wait(0.02):
            handler.wfile.write(b" " * 100)


def silence(handler: Handler) -> None:
    """No answer until the stand-in is closed."""
    handler.stand_in.closing.wait(10)


@dataclass
class StandIn:
    """What to answer, and what was asked: (kind, query) in the order of asking."""

    replies: Mapping[str, Sequence[Reply]]
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def times(self, kind: str) -> int:
        """How often this kind of question came."""
        return sum(asked == kind for asked, _ in self.asked)


class Handler(BaseHTTPRequestHandler):
    """Finds out which kind of question it is, and gives the next reply to it."""

    stand_in: StandIn

    def do_GET(self) -> None:
        query = urlparse(self.path).query
        self._answer("places", parse_qs(query).get("q", [query])[0])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = parse_qs(body)["data"][0]
        self._answer("facilities" if "fire_station" in query else "roads", query)

    def _answer(self, kind: str, query: str) -> None:
        replies = self.stand_in.replies[kind]
        turn = min(self.stand_in.times(kind), len(replies) - 1)
        self.stand_in.asked.append((kind, query))
        replies[turn](self)

    def send(self, code: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(code)
        for key, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing on stderr."""


@contextmanager
def stand_in(**replies: Sequence[Reply]) -> Iterator[StandIn]:
    """
    A running stand-in; kinds that are not given answer well.

    Meanwhile two things are quicker, because it always speaks of one place: OSMnx does not wait a second before it asks
    Nominatim, as that asks of everybody, and nobody looks up the UTM zone, which takes most of a small fetch.
    """
    well = {"places": [good(PLACES)], "roads": [good(ROADS)], "facilities": [good(FACILITIES)]}
    this = StandIn({**well, **replies})
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"stand_in": this}))
    this.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("osmnx._nominatim.time.sleep", _short_sleep)
            patch.setattr(GeometryArray, "estimate_utm_crs", lambda *_: pyproj.CRS("EPSG:32650"))
            yield this
    finally:
        this.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _short_sleep(seconds: float, sleep: Any = time.sleep) -> None:
    sleep(min(seconds, 0.05))


def fetch(server: StandIn, folder: Path, place: str = "一地, 某省", **how: Any) -> Path:
    """`fetch_place` from the stand-in, impatiently."""
    how = {"buffer_m": 100.0, "timeout_s": 0.4, "attempts": 3, "pause_s": 0.01, **how}
    return fetch_place(place, folder, overpass_url=server.url, nominatim_url=server.url, **how)
