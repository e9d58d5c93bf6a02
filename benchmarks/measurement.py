"""One line of a benchmark, and how its seconds are taken."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """
    What was asked of one piece of work, and what it did.

    Attributes
    ----------
    work, against
        What was measured, and on or compared with what.
    target, reached
        In `unit`.
    unit
        "x" is how many times faster than `against`, in CPU time within this run.
    at_most
        The target is an upper limit.
    """

    work: str
    against: str
    target: float
    reached: float
    unit: str = "x"
    at_most: bool = False

    @property
    def ratio(self) -> float:
        """1 or more where the target is met, whichever way it points."""
        better, worse = (self.target, self.reached) if self.at_most else (self.reached, self.target)
        return better / worse if worse else float("inf")


def cpu_seconds(*works: Callable[[], object], rounds: int) -> list[float]:
    """
    CPU seconds of each piece of work: the median over rounds in which all take turns.

    Each runs once before, so that compiling and page faults are not counted.
    """
    for work in works:
        work()
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, seconds in zip(works, taken, strict=True):
            start = time.process_time()
            work()
            seconds.append(time.process_time() - start)
    return [statistics.median(seconds) for seconds in taken]
