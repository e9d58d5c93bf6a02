"""One spoiled file after the other through a reader, and what comes of it."""

from __future__ import annotations

import resource
import signal
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from siting.errors import SitingError
from tests.fuzz.mutate import spoiled
from tests.fuzz.readers import READERS

_LIMITS_S = {signal.ITIMER_PROF: 60.0, signal.ITIMER_REAL: 1800.0}
"""CPU and wall seconds for one small file; more is a hang. At the lowest priority a file may have to wait for long."""

_SHORTEST_MESSAGE = 20
_MEMORY_B = 8 * 2**30


def bounded_cases(name: str, seeds: range, sender: Connection) -> None:
    """What `cases` tells of a process that may hold so much and no more, and the CPU seconds it took."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_B, _MEMORY_B))
    with tempfile.TemporaryDirectory() as folder:
        outcome = cases(name, seeds, Path(folder))
    sender.send((outcome, time.process_time()))


def cases(name: str, seeds: range, folder: Path) -> Counter[str]:
    """
    How many files were read and how many were refused.

    Raises
    ------
    AssertionError
        Naming the seed where something else came of it: another error, no message, a hang, or a file that stayed.
    """
    reader = READERS[name]
    good, path = reader.good(), folder / reader.file_name
    outcome: Counter[str] = Counter()
    with _temporary_files_in(folder / "temporary"), _no_hang(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a library's word on odd bytes
        for seed in seeds:
            path.write_bytes(spoiled(good, reader.words, seed))
            _set_timers(_LIMITS_S)
            try:
                reader.read(path)
                outcome["read"] += 1
            except SitingError as fault:
                outcome["refused" if len(str(fault)) > _SHORTEST_MESSAGE else "refused without a word"] += 1
            except Exception as fault:
                raise AssertionError(f"{name} {seed}: {''.join(traceback.format_exception(fault)[-3:])}") from fault
            finally:
                _set_timers(dict.fromkeys(_LIMITS_S, 0.0))
            left = sorted(str(file.relative_to(folder)) for file in folder.rglob("*"))
            assert left == sorted([reader.file_name, "temporary"]), f"{name} {seed}: files stayed: {left}"
    assert "refused without a word" not in outcome, f"{name}: {outcome}"
    return outcome


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    before = tempfile.tempdir
    folder.mkdir(exist_ok=True)
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def _no_hang() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError(f"it took longer than {_LIMITS_S[signal.ITIMER_PROF]:g} CPU seconds, or hung")

    before = {number: signal.signal(number, stop) for number in (signal.SIGPROF, signal.SIGALRM)}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def _set_timers(limits_s: dict[int, float]) -> None:
    for timer, limit_s in limits_s.items():
        signal.setitimer(timer, limit_s)
