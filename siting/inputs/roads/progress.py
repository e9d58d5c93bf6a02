"""What a long read says of itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Progress = Callable[[str], None]
"""Told in a sentence what is going on."""
EVERY_S = 2.0

Thing = TypeVar("Thing")


def silent(_: str) -> None:
    """Nobody listens."""


def told(things: Iterable[Thing], what: str, progress: Progress, look: int = 10_000) -> Iterator[Thing]:
    """
    The same things, with their count told every few seconds; the clock is looked at once for `look` of them.

    Examples
    --------
    >>> list(told("ab", "letters read", silent))
    ['a', 'b']
    """
    then = time.monotonic() + EVERY_S
    for count, thing in enumerate(things):
        if count % look == 0 and time.monotonic() >= then:
            then = time.monotonic() + EVERY_S
            progress(f"{count:,} {what}.")
        yield thing
