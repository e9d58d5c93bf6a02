"""Watching a search from outside: Ctrl-C ends it with what it has, and progress is told as it is made."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import FrameType
from typing import Literal

_STOP: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


@dataclass(frozen=True)
class Progress:
    """
    How far a search has come.

    Attributes
    ----------
    value, bound
        Of the best plan so far, and proven for every plan.
    optimality_gap
        As in `Solution`.
    seconds
        Since the search began.
    """

    value: float
    bound: float
    optimality_gap: float
    seconds: float


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """
    An event that the first Ctrl-C sets; the second is an ordinary `KeyboardInterrupt`.

    Inside another it is the other's event: all searches of a task end with the first Ctrl-C. Only the main thread of
    Python hears signals: in any other, and where Ctrl-C is somebody else's already, the event is never set from here.
    """
    around = _STOP.get()
    if around is not None:
        yield around
        return
    stop = threading.Event()
    inside = _STOP.set(stop)
    try:
        with _heard(stop):
            yield stop
    finally:
        _STOP.reset(inside)


@contextmanager
def unheard() -> Iterator[None]:
    """Ctrl-C ends no search with what it has: it is an ordinary `KeyboardInterrupt` for whoever runs them."""
    inside = _STOP.set(threading.Event())
    try:
        yield
    finally:
        _STOP.reset(inside)


@contextmanager
def _heard(stop: threading.Event) -> Iterator[None]:
    """Set the event with the first Ctrl-C."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
        yield
        return

    def heard(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def watched(
    sense: Literal["max", "min"], progress: Callable[[Progress], None] | None, started_s: float
) -> Callable[[float, float], None]:
    """
    A function to tell values and bounds to, which passes on what is better than all that was told before.

    Examples
    --------
    >>> tell = watched("max", lambda seen: print(seen.value, seen.bound, seen.optimality_gap), time.monotonic())
    >>> for value, bound in [(6.0, 10.0), (5.0, 11.0), (8.0, 10.0)]:
    ...     tell(value, bound)
    6.0 10.0 0.4
    8.0 10.0 0.2
    """
    up = 1.0 if sense == "max" else -1.0
    best, least = -math.inf, math.inf  # both as if maximising

    def tell(value: float, bound: float) -> None:
        nonlocal best, least
        if progress is None or (up * value <= best and up * bound >= least):
            return
        best, least = max(best, up * value), min(least, up * bound)
        larger = max(abs(best), abs(least))
        gap = 0.0 if best >= least else (least - best) / larger if math.isfinite(larger) else math.inf
        progress(Progress(up * best, up * least, gap, time.monotonic() - started_s))

    return tell
