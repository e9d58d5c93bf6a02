"""What a batch survives: being killed, losing a worker or its scheduler, a full disk, Ctrl-C."""

from __future__ import annotations

import asyncio
import ctypes
import json
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster, Scheduler, Worker

import siting
from siting.batch import TABLE, reach_on, run_batch
from siting.batch.run import WAITING
from siting.cli import _end
from siting.errors import OutputError
from siting.optimise import Solution, solve
from tests.batch.test_batch import NAMES
from tests.pipeline.conftest import summary_apart_from_times

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and locks of POSIX")
REPORTS = ["proposal.gpkg", "summary.json"]
FORKS = multiprocessing.get_context("forkserver")
"""Processes forked from one that has imported everything and answered once: quick enough to be killed in dozens."""


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    FORKS.set_forkserver_preload(["distributed", "siting.batch", "tests.batch.loaded"])
    started(int).join()  # so that no run is measured with the loading in it


def batch_in_one_process(towns: list[Path], out: Path, limit_bytes: int | None = None) -> None:
    """A run with its scheduler and its worker inside it, so that a kill takes all of them at once."""
    if limit_bytes is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        run_batch(towns, out, scheduler=cluster.scheduler_address)


def started(work: Callable[..., None], *given: object) -> multiprocessing.process.BaseProcess:
    process = FORKS.Process(target=work, args=given)
    process.start()
    return process


def finished(out: Path) -> dict[str, int]:
    """When each proposal that stands there was written; each of them is whole."""
    there = sorted(out.glob("[!.]*/[!.]*"))
    for folder in there:
        assert sorted(file.name for file in folder.iterdir()) == REPORTS
        json.loads((folder / "summary.json").read_text("utf-8"))
    return {str(folder.relative_to(out)): folder.stat().st_mtime_ns for folder in there}


def check_survived(towns: list[Path], out: Path, plain: Path, here: str) -> None:
    """The next run finishes the rest, with the answers that an undisturbed one gives, and clears up."""
    before = finished(out)
    assert set(run_batch(towns, out, scheduler=here).status) == {"done"}
    after = finished(out)
    assert before.items() <= after.items()
    assert after.keys() == finished(plain).keys()
    for name in after:
        assert summary_apart_from_times(out / name) == summary_apart_from_times(plain / name)
    assert not [left for left in out.rglob("*") if ".partial-" in left.name]


@pytest.mark.slow
def test_killed_at_any_moment(towns: list[Path], here: str, tmp_path: Path) -> None:
    """kill -9 of the whole run at 50 random moments: nothing finished is lost, nothing half-written is left."""
    plain, out, two = tmp_path / "plain", tmp_path / "out", towns[:1]
    began = time.monotonic()
    started(batch_in_one_process, two, plain).join()
    whole_s, chance = time.monotonic() - began, np.random.default_rng(50)
    for _ in range(50):
        before = finished(out)
        if len(before) == 2:
            check_survived(two, out, plain, here)
            shutil.rmtree(out)
            before = {}
        run = started(batch_in_one_process, two, out)
        run.join(chance.uniform(0.0, whole_s))
        run.kill()
        run.join()
        assert before.items() <= finished(out).items()
    check_survived(two, out, plain, here)


def test_a_full_disk(towns: list[Path], here: str, tmp_path: Path) -> None:
    """No file may grow beyond 30 kB: every row says that it cannot be written, and with room the run ends well."""
    out = tmp_path / "out"
    started(batch_in_one_process, towns, out, 30_000).join()
    assert finished(out) == {}
    status = (out / TABLE).read_text("utf-8-sig")
    assert status.count("cannot be written") == len(NAMES)
    assert run_batch(towns, out, scheduler=here).status.tolist() == ["done"] * 3


def test_an_output_that_cannot_be_written(towns: list[Path], tmp_path: Path) -> None:
    """Nobody may write there, the owner neither: said at once, with nothing answered and nothing changed."""
    out = tmp_path / "out"
    out.mkdir(mode=0o555)
    run = started(batch_without_rights, towns, out)
    run.join()
    assert run.exitcode == 1
    assert (tmp_path / "said").read_text("utf-8").startswith(f"{out / TABLE}: cannot be written (Permission denied)")
    assert list(out.iterdir()) == []


def batch_without_rights(towns: list[Path], out: Path) -> None:
    """Root may write everywhere, and tests often run as root: as one who is asked for rights like everybody."""
    assert ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()) == 0
    try:
        run_batch(towns, out, scheduler="tcp://nobody:1")
    except OutputError as fault:
        (out.parent / "said").write_text(str(fault), "utf-8")
        sys.exit(1)


@pytest.mark.slow
def test_two_runs_on_one_cache_and_one_output(towns: list[Path], here: str, tmp_path: Path) -> None:
    """The second is refused or finds all finished; proposals and cache are as of one run."""
    plain, out = tmp_path / "plain", tmp_path / "out"
    run_batch(towns, plain, scheduler=here)
    runs = [started(batch_in_one_process, towns, out) for _ in range(2)]
    for run in runs:
        run.join()
    assert sorted(run.exitcode for run in runs) in ([0, 0], [0, 1])
    check_survived(towns, out, plain, here)


@pytest.mark.slow
def test_a_lost_worker(towns: list[Path], tmp_path: Path) -> None:
    """kill -9 of one worker of two in the middle of the work: every scenario is answered all the same."""
    killed: list[int] = []

    def kill_one(told: str) -> None:
        if not killed:
            killed.append(min(client.run(os.getpid).values()))
            os.kill(killed[0], signal.SIGKILL)

    with (
        dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}),  # that of `_loaded`
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        table = run_batch(towns, tmp_path / "out", scheduler=cluster.scheduler_address, progress=kill_one)
    assert killed
    assert table.status.tolist() == ["done"] * 3
    for name in NAMES:
        siting.verify(tmp_path / "out" / name)


def test_a_lost_scheduler(towns: list[Path], here: str, tmp_path: Path) -> None:
    """It ends in the middle of the work: what is finished stays, the rest waits for the next run."""
    out = tmp_path / "out"
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:

        def end_after_one(told: str) -> None:
            if told.startswith("1 of"):
                cluster.close()

        table = run_batch(towns, out, scheduler=cluster.scheduler_address, progress=end_after_one)
    assert table.status.value_counts().to_dict() == {"done": 1, WAITING: 2}
    kept = finished(out)
    assert len(kept) >= 1
    assert run_batch(towns, out, scheduler=here).status.tolist() == ["done"] * 3
    assert kept.items() <= finished(out).items()


def scheduler_alone(sender: Connection) -> None:
    """A scheduler as `dask scheduler` runs it, in a process of its own."""

    async def serve() -> None:
        async with Scheduler(host="127.0.0.1", port=0, dashboard_address="127.0.0.1:0") as scheduler:
            sender.send(scheduler.address)
            await scheduler.finished()

    asyncio.run(serve())


def worker_alone(address: str, scratch: Path) -> None:
    """A worker as `dask worker --nthreads 1` runs it, in a process of its own."""

    async def serve() -> None:
        place = {"local_directory": str(scratch), "dashboard_address": "127.0.0.1:0"}
        async with Worker(address, nthreads=1, **place) as worker:
            await worker.finished()

    asyncio.run(serve())


@pytest.mark.slow
def test_a_scheduler_elsewhere(towns: list[Path], here: str, tmp_path: Path) -> None:
    """Processes of their own, by address: a killed worker loses nothing, a killed scheduler only what is left."""
    receiver, sender = FORKS.Pipe(duplex=False)
    with ExitStack() as ended:
        scheduler = started(scheduler_alone, sender)
        ended.callback(scheduler.kill)
        address = receiver.recv()
        workers = [started(worker_alone, address, tmp_path / str(n)) for n in range(2)]
        for worker in workers:
            ended.callback(worker.kill)

        def kill_after_one(process: multiprocessing.process.BaseProcess) -> Callable[[str], None]:
            return lambda told: process.kill() if told.startswith("1 of") else None

        table = run_batch(towns, tmp_path / "first", scheduler=address, progress=kill_after_one(workers[0]))
        assert table.status.tolist() == ["done"] * 3
        out = tmp_path / "second"
        table = run_batch(towns, out, scheduler=address, progress=kill_after_one(scheduler))
        assert table.status.value_counts().to_dict() == {"done": 1, WAITING: 2}
    workers[1].join()
    check_survived(towns, out, tmp_path / "first", here)


@pytest.mark.parametrize("seconds", [-1e5, 1e5])
def test_the_clock_jumps(towns: list[Path], tmp_path: Path, seconds: float) -> None:
    """A day back or ahead in the middle of the work, for dask too: all is answered, and known as finished later."""
    out = tmp_path / "out"
    run = started(batch_with_a_jump, towns, out, seconds)
    run.join(120)
    assert run.exitcode == 0
    written = finished(out)
    assert run_batch(towns, out, scheduler="tcp://nobody:1").status.tolist() == ["done"] * 3
    assert finished(out) == written


def batch_with_a_jump(towns: list[Path], out: Path, seconds: float) -> None:
    real = time.time

    def jump(told: str) -> None:
        if told.startswith("1 of"):
            for module in [*sys.modules.values()]:
                if vars(module).get("time") is real:
                    module.time = lambda: real() + seconds

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        run_batch(towns, out, scheduler=cluster.scheduler_address, progress=jump)


@pytest.mark.parametrize(("number", "ending"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)])
@pytest.mark.parametrize("stage", ["search", "plan"])
def test_a_signal_while_a_scenario_is_split(
    towns: list[Path], here: str, tmp_path: Path, monkeypatch, number: signal.Signals, ending: type, stage: str
) -> None:
    """On the workers or in the search for the plan: it ends the batch and not just the search; the next run answers."""
    heard: list[str] = []

    def hear(*_: object) -> None:
        heard.append(stage)
        os.kill(os.getpid(), number)

    def search(*given: Any, **labels: Any) -> object:
        hear()
        return reach_on(*given, **labels)

    def plan(*given: Any, **limits: Any) -> Solution:
        return solve(*given, **limits | {"progress": hear})

    out = tmp_path / "out"
    before = signal.signal(signal.SIGTERM, _end)
    try:
        with monkeypatch.context() as patch, pytest.raises(ending):
            patch.setattr("siting.batch.answer._cap_mb", lambda: 100.0)
            if stage == "search":
                patch.setattr("siting.batch.split.reach_on", search)
            else:
                patch.setattr("siting.pipeline.plan.solve", plan)
            run_batch(towns[1:], out, scheduler=here)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [stage]
    assert not [left for left in out.rglob("*") if left.is_file() and left.name != TABLE]
    assert run_batch(towns[1:], out, scheduler=here).status.tolist() == ["done"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_the_command(towns: list[Path], here: str, tmp_path: Path, number: signal.Signals) -> None:
    """As a terminal, a service manager and a cluster end it: one line or none, no worker left, resumed by the next."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "siting.cli", "batch", *map(str, towns), "--out", str(out), "--workers", "1"]
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)  # noqa: S603 - our own
    deadline = time.monotonic() + 120
    while not finished(out) and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    (os.killpg if number == signal.SIGINT else os.kill)(run.pid, number)
    _, err = run.communicate(timeout=60)
    assert run.returncode in {signal.SIGINT: (130, 0), signal.SIGTERM: (143, 0), signal.SIGKILL: (-9, 0)}[number]
    assert "Traceback" not in err
    assert ("Interrupted: nothing half-written was left behind." in err) == (run.returncode in (130, 143))
    for _ in range(100):
        if not members(run.pid):
            break
        time.sleep(0.1)
    assert members(run.pid) == []
    if number != signal.SIGKILL:
        assert not [*out.rglob(".*.partial-*")]
    kept = finished(out)
    assert run_batch(towns, out, scheduler=here).status.tolist() == ["done"] * 3
    assert kept.items() <= finished(out).items()


def members(session: int) -> list[int]:
    """Processes of a session that still live (Linux)."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if _session(pid) == session]


def _session(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if fields[0] == "Z" else int(fields[3])
