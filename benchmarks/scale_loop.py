"""Batches in a loop on the same workers: whether they hold more and more."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.counties import counties
from benchmarks.measurement import Measurement, resident_mb
from siting.arrays import Floats
from siting.batch import run_batch
from siting.batch.cluster import cluster
from tests.pipeline.conftest import OUTPUTS, write_town

_FEWEST_ROUNDS = 3
"""Two of them are the last two thirds."""


def loop(write: Callable[[Path], Path], workers: int, minutes: float) -> Iterator[Measurement]:
    """
    The same small batch again and again on the same workers, which should hold no more at the end than at the start.

    The first third is left out: libraries load, caches fill.
    """
    ends_s, seen = 60.0 * minutes, []
    with tempfile.TemporaryDirectory() as folder, cluster(workers, None, None, Path(folder) / "scratch") as client:
        file = write(Path(folder) / "asked")
        began = time.monotonic()
        while len(seen) < _FEWEST_ROUNDS or time.monotonic() - began < ends_s:
            done = run_batch([file], Path(folder) / "out", scheduler=client.scheduler.address, allow_outside=True)
            assert set(done.status) == {"done"}, done.status
            shutil.rmtree(Path(folder) / "out")
            held = client.run(resident_mb)
            seen.append((time.monotonic() - began, sum(held.values()) / len(held), resident_mb()))
    at_s, each_mb, own_mb = np.array(seen[len(seen) // 3 :]).T
    work = f"{len(seen):,} batches of {len(done)} in {at_s[-1] / 60:.0f} min on the same {workers} workers"
    against = f"a line through the last two thirds, {each_mb.mean():.0f} MB a worker"
    more = growth(at_s, each_mb)
    yield Measurement(f"{work}: memory of a worker", against, 2.0, 100 * more / each_mb.mean(), "%", at_most=True)
    longer = 8 * 3600 / (at_s[-1] - at_s[0])
    yield Measurement(f"{work}: the same in 8 h", "the line goes on", float("nan"), longer * more, "MB")
    own = f"the same line, {own_mb.mean():.0f} MB"
    yield Measurement(
        f"{work}: scheduler and caller", own, float("nan"), 100 * growth(at_s, own_mb) / own_mb.mean(), "%"
    )


def two_counties(folder: Path) -> Path:
    """Scenario file of two variants of the built-in district."""
    folder.mkdir()
    file = folder / "counties.toml"
    file.write_text(counties(1, 2, folder / "networks"), "utf-8")
    return file


def toy_town(folder: Path) -> Path:
    """Scenario file of the toy town, two reports written."""
    file = write_town(folder)
    file.write_text(file.read_text("utf-8") + OUTPUTS, "utf-8")
    return file


def growth(at_s: Floats, held_mb: Floats) -> float:
    """By how many MB the line of least squares rises from the first moment to the last."""
    return float(np.polyfit(at_s, held_mb, 1)[0] * (at_s[-1] - at_s[0]))
