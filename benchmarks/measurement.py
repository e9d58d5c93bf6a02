"""One line of a benchmark, and how its seconds and megabytes are taken."""

from __future__ import annotations

import math
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measurement:
    """
    What was asked of one piece of work, and what it did.

    Attributes
    ----------
    work, against
        What was measured, and on or compared with what.
    target, reached
        In `unit`; a target of nan is none, and what is reached is only shown.
    unit
        "x" is how many times faster than `against`, in CPU time within this run.
    at_most
        The target is an upper limit.
    not_judged
        Why nothing was measured here, or why what was measured says nothing about the target.
    """

    work: str
    against: str
    target: float
    reached: float
    unit: str = "x"
    at_most: bool = False
    not_judged: str = ""

    @property
    def is_missed(self) -> bool:
        """Whether the target was judged and not met."""
        if self.not_judged or math.isnan(self.target):
            return False
        return self.reached > self.target if self.at_most else self.reached < self.target


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


def machine_s() -> float:
    """CPU seconds that all processes together, and whoever shares the machine, took since it was started (Linux)."""
    user, nice, system, _, _, irq, softirq, stolen = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + stolen) / os.sysconf("SC_CLK_TCK")


def peak_mb() -> float:
    """The most that this process held at once (Linux); `ru_maxrss` also knows what its parent held when it started."""
    return _status_mb("VmHWM")


def resident_mb() -> float:
    """What this process holds now (Linux)."""
    return _status_mb("VmRSS")


def _status_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1.024e-3
