"""Questions to bad servers, put through a whole fetch: every one is asked again as often as allowed, and has an end."""

from __future__ import annotations

import io
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import osmnx as ox
import pytest
import requests

from siting.errors import FetchError
from siting.inputs import live
from siting.inputs.roads import read_ways
from tests.inputs.overpass_stand_in import (
    FACILITIES,
    PLACES,
    ROADS,
    Reply,
    fetch,
    good,
    half,
    silence,
    stand_in,
    status,
    text,
    trickle,
)
from tests.inputs.test_roads_osm import routes


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
    assert time.monotonic() - started < 30
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
        fetch(server, tmp_path / "place", attempts=1)


@pytest.mark.parametrize("form", ["seconds", "date", "date of no zone"])
def test_retry_after_goes_before_our_own_pause(form: str, tmp_path: Path) -> None:
    """The server's number of seconds, or its date, is what is waited; without one the pause doubles."""
    waits: list[float] = []
    then = datetime.now(UTC) + timedelta(seconds=8)
    dates = {"date": format_datetime(then, usegmt=True), "date of no zone": format_datetime(then.replace(tzinfo=None))}
    asked = dates.get(form, "7")
    replies = [status(429, Retry_After=asked), status(504), good(ROADS)]
    with stand_in(roads=replies) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(live.time, "sleep", waits.append)
        fetch(server, tmp_path / "place", pause_s=3.0)
    waits = [wait for wait in waits if wait > 1]  # OSMnx shares the clock: its courtesy second, and pauses of 0
    assert waits[0] == pytest.approx(7, abs=1)
    assert waits[1:] == [6.0]


def test_our_own_pause_doubles_up_to_a_limit() -> None:
    """No sleep after the last attempt; every different reason is told once."""
    waits: list[float] = []
    answers = iter([requests.ConnectTimeout(), requests.ConnectionError(), requests.ConnectTimeout()])

    def question() -> None:
        raise next(answers)

    server = live.Server("Overpass", "http://example", timeout_s=9.0, attempts=3, pause_s=200.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live.time, "sleep", waits.append)
        with pytest.raises(
            FetchError, match=r"3\): it was silent for 9 s; the connection failed \(ConnectionError\)\. "
        ):
            live.ask(server, question)
    assert waits == [200.0, 300.0]


def test_too_long_a_wait_ends_the_fetch(tmp_path: Path) -> None:
    """An hour of Retry-After is told instead of waited for."""
    with (
        stand_in(roads=[status(429, Retry_After="3600")]) as server,
        pytest.raises(FetchError, match=r"attempts: 1.*left alone for 3600 s"),
    ):
        fetch(server, tmp_path / "place")


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


@pytest.mark.parametrize(("most_b", "said"), [(100, "answers with more than"), (10**9, "not whole JSON")])
def test_an_answer_to_fill_the_memory(most_b: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few packed bytes may be gigabytes, a few thousand brackets a stack."""
    response = requests.Response()
    response.status_code, response.url, response.raw = 200, "http://example", io.BytesIO(b"[" * 100_000)
    monkeypatch.setattr(live, "MOST_ANSWER_B", most_b)
    with pytest.raises((FetchError, live._UnusableAnswerError), match=said):
        live._whole_answer(response, dict, 9.0)


def test_a_trickle_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that never pauses and never ends runs into no time-out of requests, but into ours."""
    monkeypatch.setattr(live, "LONGEST_ANSWER", 1.5)
    with stand_in(roads=[trickle]) as server, pytest.raises(FetchError, match=r"not complete after 0.6 s"):
        fetch(server, tmp_path / "place", attempts=1)
