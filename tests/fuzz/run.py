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

LONGEST_S = 120
"""For one small file; more is a hang. The first may wait for compilation on a busy machine."""

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
            signal.alarm(LONGEST_S)
            try:
                reader.read(path)
                outcome["read"] += 1
            except SitingError as fault:
                outcome["refused" if len(str(fault)) > _SHORTEST_MESSAGE else "refused without a word"] += 1
            except Exception as fault:
                raise AssertionError(f"{name} {seed}: {''.join(traceback.format_exception(fault)[-3:])}") from fault
            finally:
                signal.alarm(0)
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
        raise TimeoutError(f"it was at work for {LONGEST_S} s")

    before = signal.signal(signal.SIGALRM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)
