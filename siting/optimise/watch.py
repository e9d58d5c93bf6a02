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


@dataclass(frozen=True)
class _Task:
    """Two events: Ctrl-C has come; a search has begun."""

    stop: threading.Event
    search: threading.Event


_TASK: ContextVar[_Task | None] = ContextVar("task", default=None)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """
    An event that the first Ctrl-C sets; the second is an ordinary `KeyboardInterrupt`.

    Inside another, or in a task that is `finishing`, it is the other's event: all searches of a task end with the first
    Ctrl-C.
    """
    task = _TASK.get()
    if task is None:
        with finishing(), stopping() as stop:
            yield stop
        return
    task.search.set()
    yield task.stop


@contextmanager
def finishing(say: Callable[[], None] = lambda: None) -> Iterator[threading.Event]:
    """
    From the first search inside to the end there is something to keep: Ctrl-C sets the event and the task goes on.

    Before that search Ctrl-C is an ordinary `KeyboardInterrupt`, and so is the second one. Only the main thread of
    Python hears signals: in any other, and where Ctrl-C is somebody else's already (a job that a script runs in the
    background ignores it), the event is never set from here.

    Parameters
    ----------
    say
        Called when Ctrl-C is heard, so that nobody has to guess; inside another task, that one speaks.
    """
    around = _TASK.get()
    if around is not None:
        yield around.stop
        return
    task = _Task(threading.Event(), threading.Event())
    inside = _TASK.set(task)
    try:
        with _heard(task, say):
            yield task.stop
    finally:
        _TASK.reset(inside)


@contextmanager
def unheard() -> Iterator[None]:
    """Ctrl-C ends no search with what it has: it is an ordinary `KeyboardInterrupt` for whoever runs them."""
    inside = _TASK.set(_Task(threading.Event(), threading.Event()))
    try:
        yield
    finally:
        _TASK.reset(inside)


@contextmanager
def _heard(task: _Task, say: Callable[[], None]) -> Iterator[None]:
    """Stop the searches of a task with the first Ctrl-C after they began."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
        yield
        return

    def heard(number: int, frame: FrameType | None) -> None:
        if not task.search.is_set():
            signal.default_int_handler(number, frame)
        task.stop.set()
        signal.signal(signal.SIGINT, before)
        say()

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
