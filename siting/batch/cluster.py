"""The dask cluster that works a batch off: processes of this machine, or any scheduler by its address."""

from __future__ import annotations

import logging
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from pathlib import Path

import dask
from dask.utils import parse_bytes
from distributed import Client, LocalCluster

from siting.errors import InputError

_DEATHS = 1
"""How many workers a job may lose before it is given up: one may have been killed by somebody, two were not."""
_SILENT = {"TTY_COMPATIBLE": "0"}
"""So that no worker draws on the terminal of the run (rich)."""
_WAIT = "30s"


@contextmanager
def cluster(workers: int | None, memory: str | None, scheduler: str | None, scratch: Path) -> Iterator[Client]:
    """
    A client of the scheduler at an address, else of a cluster of processes that lives as long as the client.

    Parameters
    ----------
    workers
        Processes, one for each core when absent.
    memory
        What each may hold, such as ``"4GiB"``; an equal share of the machine's when absent. A worker that holds more
        is ended and started again.
    scratch
        Folder for what the processes write.

    Raises
    ------
    InputError
        If an argument is wrong, or no scheduler answers.
    """
    _check(workers, memory)
    if scheduler is not None:
        with _client(scheduler) as client:
            yield client
        return
    settings = {
        "distributed.scheduler.allowed-failures": _DEATHS,
        "distributed.worker.memory.terminate": 0.95,
        "distributed.scheduler.no-workers-timeout": "5 minutes",  # all gone, none comes back: a fault, not a wait
        "distributed.admin.tick.limit": "1h",  # a worker that solves for minutes is not a fault
        "distributed.worker.profile.enabled": False,  # nobody looks at it, and it keeps an hour of call stacks
    }
    try:
        with dask.config.set(settings), ExitStack() as open_until_the_end:
            with _deaf_children():
                local = open_until_the_end.enter_context(
                    LocalCluster(
                        n_workers=workers or os.cpu_count() or 1,
                        threads_per_worker=1,
                        memory_limit=memory or "auto",
                        dashboard_address="127.0.0.1:0",
                        local_directory=str(scratch),
                        silence_logs=logging.CRITICAL,
                        env=_SILENT,
                    )
                )
            yield open_until_the_end.enter_context(Client(local))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _deaf_children() -> Iterator[None]:
    """
    Threads begun meanwhile never hear Ctrl-C, nor does any process that they begin, now or when a worker is replaced.

    A terminal sends it to all processes of a run. The run itself hears it, ends its workers and says so in one line; a
    worker that hears it too says so in a traceback of its own.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # a thread that begins it hears Ctrl-C again afterwards
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def _client(scheduler: str) -> Client:
    try:
        return Client(scheduler, timeout=_WAIT)
    except (OSError, ValueError) as fault:
        advice = "Start one with `dask scheduler`, or leave the option out."
        raise InputError("--scheduler", [f"No scheduler answers at {scheduler!r} ({fault}). {advice}"]) from fault


def _check(workers: int | None, memory: str | None) -> None:
    faults = []
    if workers is not None and workers < 1:
        faults.append(f"workers = {workers}. Expected 1 or more.")
    try:
        if memory is not None and parse_bytes(memory) <= 0:
            faults.append(f"memory = {memory!r}. Expected more than nothing.")
    except ValueError:
        faults.append(f"memory = {memory!r} is no amount of memory. Expected a number with a unit, such as '4GiB'.")
    if faults:
        raise InputError("batch", faults)
