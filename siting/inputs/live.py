"""
Questions to live servers through OSMnx that always come to an end.

OSMnx itself asks again for ever when a server answers 429 or 504 (55 s later, by recursion), and follows Overpass's
status page for as long as that says "Currently running". Here OSMnx still writes the questions and reads the answers,
but a response hook, which it hands on to requests, raises before it sees an answer that cannot be used; asking again, a
given number of times, is done by `ask`. The status page is not read: a server without a free slot says 429 and, in
Retry-After, for how long.

OSMnx keeps its settings in a module of globals and pins the server's address in `socket`; `osmnx_settings` sets both
for the time of a question and puts them back, so two threads must not fetch at once.
"""

from __future__ import annotations

import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil
from typing import Any, TypeVar

import osmnx as ox
import requests

from siting.errors import FetchError

BUSY = frozenset({429, 500, 502, 503, 504})
"""HTTP answers after which the same question may succeed a little later."""
LONGEST_WAIT_S = 300.0
"""A server that asks for more patience than this is given up."""
LONGEST_ANSWER = 10.0
"""An answer that trickles in for so many times the longest silence is given up; requests itself sets no end to it."""
MOST_ANSWER_B = 2 * 2**30
"""Unpacked: a few bytes may be as many; the roads of a province are a tenth."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Server:
    """
    Where to ask, and how patiently.

    Attributes
    ----------
    name, url
        For messages; ``https://host/api``, without the part that OSMnx adds.
    timeout_s
        Longest silence of the server.
    attempts
        How often one question is asked, at most.
    pause_s
        Wait before the second attempt, doubled before each further one (`LONGEST_WAIT_S` at most); the server's
        Retry-After goes first.
    """

    name: str
    url: str
    timeout_s: float
    attempts: int
    pause_s: float


class _UnusableAnswerError(Exception):
    """Worth asking again; the second argument is the server's own word on how many seconds to wait, or None."""


def ask(server: Server, question: Callable[[], Answer]) -> Answer:
    """
    The answer to a question, asked again while the server is busy or its answer is broken.

    Parameters
    ----------
    question
        Calls OSMnx within `osmnx_settings`.

    Raises
    ------
    FetchError
        With every reason and what to do, when the last attempt failed or the server wants too long a wait.
    """
    reasons: list[str] = []
    for attempt in range(server.attempts):
        wait_s = min(server.pause_s * 2**attempt, LONGEST_WAIT_S)
        try:
            return question()
        except _UnusableAnswerError as fault:
            reason, asked_s = fault.args
            wait_s = wait_s if asked_s is None else asked_s
        except requests.RequestException as fault:
            reason = _what_happened(fault, server.timeout_s)
        reasons.append(reason)
        if wait_s > LONGEST_WAIT_S:
            reasons.append(f"it wants to be left alone for {wait_s:.0f} s")
            break
        if attempt + 1 < server.attempts:
            time.sleep(wait_s)
    raise FetchError(
        f"{server.name} ({server.url}) gave no usable answer (attempts: {attempt + 1}): "
        f"{'; '.join(dict.fromkeys(reasons))}. Try again later, name another server, or read roads from a file "
        "(.osm.pbf) instead."
    )


@contextmanager
def osmnx_settings(server: Server, answer: type[dict] | type[list], **settings: Any) -> Iterator[None]:
    """
    OSMnx set up to ask one server, and put back afterwards.

    Parameters
    ----------
    answer
        What the server's JSON is on the outside: Overpass answers a dict with "elements", Nominatim a list.
    settings
        Further names of `osmnx.settings`.
    """

    def judge(response: requests.Response, **_: object) -> requests.Response | None:
        return None if response.is_redirect else _whole_answer(response, answer, LONGEST_ANSWER * server.timeout_s)

    own = {
        "requests_timeout": server.timeout_s,
        "requests_kwargs": {"hooks": {"response": judge}},
        # Overpass takes whole seconds only
        "overpass_settings": f"[out:json][timeout:{ceil(server.timeout_s)}]{{maxsize}}",
        "overpass_rate_limit": False,
        "doh_url_template": None,
        "cache_only_mode": False,
        "all_oneway": False,
        **settings,
    }
    before = {key: getattr(ox.settings, key) for key in own}
    lookup = socket.getaddrinfo
    try:
        for key, value in own.items():
            setattr(ox.settings, key, value)
        yield
    finally:
        socket.getaddrinfo = lookup
        for key, value in before.items():
            setattr(ox.settings, key, value)


def _whole_answer(response: requests.Response, answer: type[dict] | type[list], longest_s: float) -> requests.Response:
    """A response like the one given, read to its end; only complete answers pass on to OSMnx."""
    status = f"HTTP {response.status_code} {response.reason}"
    if response.status_code in BUSY:
        raise _UnusableAnswerError(f"it is busy or out of order ({status})", _retry_after_s(response))
    if response.status_code != requests.codes.ok:
        raise FetchError(f"{response.url} refused the question ({status}). Check the address of the server.")
    body = _read(response, longest_s)
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as fault:
        start = body[:40].decode("utf-8", "replace").strip()
        raise _UnusableAnswerError(f"its answer is not whole JSON (it begins {start!r})", None) from fault
    if not isinstance(told, answer) or (isinstance(told, dict) and not isinstance(told.get("elements"), list)):
        raise _UnusableAnswerError("its JSON is not what was asked for", None)
    if isinstance(told, dict) and "error" in str(told.get("remark", "")):
        # Overpass reports an exhausted server with status 200 and the part that it had found by then.
        raise _UnusableAnswerError(f"it stopped halfway ({told['remark']})", None)
    whole = requests.Response()
    whole.status_code, whole.reason, whole.url = response.status_code, response.reason, response.url
    whole.raw = io.BytesIO(body)
    return whole


def _read(response: requests.Response, longest_s: float) -> bytes:
    started = time.monotonic()
    parts, size = [], 0
    for part in response.iter_content(chunk_size=1024):
        parts.append(part)
        size += len(part)
        if size > MOST_ANSWER_B:
            raise FetchError(f"{response.url} answers with more than {MOST_ANSWER_B / 2**30:g} GiB. Ask for less.")
        if time.monotonic() - started > longest_s:
            raise _UnusableAnswerError(f"its answer was not complete after {longest_s:g} s", None)
    return b"".join(parts)


def _retry_after_s(response: requests.Response) -> float | None:
    """Seconds from now (RFC 9110, 10.2.3: a number or a date)."""
    told = response.headers.get("Retry-After", "")
    if told.isdecimal():
        return float(told)
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max((until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)


def _what_happened(fault: requests.RequestException, timeout_s: float) -> str:
    if isinstance(fault, requests.Timeout):
        return f"it was silent for {timeout_s:g} s"
    if isinstance(fault, requests.exceptions.ChunkedEncodingError):
        return "its answer broke off in the middle"
    return f"the connection failed ({type(fault).__name__})"
