"""A batch from beginning to end: what is finished is kept, the rest goes to the workers, the table says how it went."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import pandas as pd
from distributed import Client, Future, KilledWorker, as_completed

from siting.batch.answer import DONE, Answered, answer, keep_network
from siting.batch.cluster import cluster
from siting.batch.jobs import OWN, TABLE, Job, read_jobs
from siting.batch.networks import by_roads, with_cache
from siting.batch.split import answer_split
from siting.batch.written import HEAD, finished_row, row
from siting.errors import OutputError
from siting.files import clear_abandoned, locked
from siting.inputs.roads import Progress, silent
from siting.language import Language
from siting.pipeline import check_table, write_table
from siting.pipeline.provenance import file_content
from siting.reports.shown import duration
from siting.tables import some

WAITING = "not answered yet"
_TABLE_EVERY_S = 5.0


def run_batch(
    paths: Iterable[str | Path],
    out: str | Path,
    *,
    workers: int | None = None,
    memory: str | None = None,
    scheduler: str | None = None,
    allow_outside: bool = False,
    language: Language | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """
    Answer every scenario of some files on a dask cluster, each into ``out/FILE/SCENARIO``, with a table of all of them.

    A proposal of the same scenario, inputs and version that stands there already is kept, so a batch that was cut off
    goes on when it is asked for again. Scenarios on the same roads share one network, built once. A fault in one, or
    the death of a worker, stops no other: its row says what is wrong.

    Parameters
    ----------
    workers
        Processes, one for each core when absent; a scheduler has its own.
    memory
        What each may hold, such as ``"4GiB"``; an equal share of the machine's when absent.
    scheduler
        Address of a dask scheduler, ``"tcp://host:8786"``, whose workers see the same files by the same paths.
    allow_outside
        As in `siting.read_scenarios`.
    progress
        Told after each scenario how many are answered and about how long the rest takes.

    Returns
    -------
    DataFrame
        As written to ``out/batch.csv``: scenario, status ("done" or the fault), seconds (empty for what an earlier run
        finished), headline, the key figures with their units.

    Raises
    ------
    InputError
        If an argument is wrong; a faulty scenario file is a row.
    OutputError
        If `out` cannot be written, its table is somebody else's, or another batch is at work in it; a folder of one
        scenario file that cannot be written or holds something else is a row.
    """
    out = Path(os.path.realpath(out))
    jobs, refused = read_jobs([Path(path) for path in paths], out, language, allow_outside=allow_outside)
    check_table(out / TABLE, HEAD)
    rows: dict[str, dict[str, object]] = {
        **{label: {"scenario": label, "status": str(fault)} for label, fault in refused.items()},
        **{job.name: {"scenario": job.name, "status": WAITING} for job in jobs},
    }
    with _alone_in(out):
        once = cache(file_content)  # what a thousand scenarios share is not read a thousand times
        finished = {job.name: told for job in jobs if (told := finished_row(job, once)) is not None}
        rows.update(finished)
        left = [job for job in jobs if job.name not in finished]
        wrong = f" Files at fault: {some(refused)}." if refused else ""
        progress(f"{len(jobs)} scenarios, {len(finished)} of them finished before.{wrong}")
        try:
            if left:
                with cluster(workers, memory, scheduler, out / OWN / "dask") as client:
                    _work_off(client, left, out, rows, progress)
        finally:
            for job in left:  # what workers were writing when they were ended
                clear_abandoned(job.folder)
            table = write_table(list(rows.values()), out / TABLE)
    return table


def _work_off(
    client: Client, jobs: list[Job], out: Path, rows: dict[str, dict[str, object]], progress: Progress
) -> None:
    """Fill the rows of the jobs as they are answered."""
    began = written = time.monotonic()
    for n, (job, answered) in enumerate(_answered(client, jobs, out / OWN / "networks"), start=1):
        rows[job.name] = row(job, answered)
        now = time.monotonic()
        if now - written > _TABLE_EVERY_S:
            with suppress(OutputError):  # a disk that is full now may have room again by the end
                write_table(list(rows.values()), out / TABLE)
            written = now
        still_s = (now - began) / n * (len(jobs) - n)
        how = "" if answered.status == DONE else ", at fault"
        progress(f"{n} of {len(jobs)}, about {duration(still_s, 'en')} left: {job.name}{how}")


def _answered(client: Client, jobs: list[Job], networks: Path) -> Iterator[tuple[Job, Answered]]:
    """Each job as soon as a worker has answered it or was lost over it; then those that no worker can hold."""
    waiting: dict[Future, Job] = {}
    large: list[Job] = []
    for group in by_roads(jobs):
        ready = None
        if len(group) > 1:
            group = [with_cache(job, networks) for job in group]
            ready = client.submit(keep_network, group[0].scenario, pure=False)
        waiting.update({client.submit(answer, job, ready, pure=False): job for job in group})
    for future in as_completed(list(waiting)):
        job = waiting.pop(future)
        if future.cancelled():  # the scheduler is gone; the next run takes it up
            continue
        fault = future.exception()
        if fault is None and future.result().is_too_large:
            large.append(job)
        elif fault is None:
            yield job, future.result()
        elif isinstance(fault, KilledWorker):
            yield job, Answered("Every worker that took it was lost: most likely it needs more memory. Give each "
                                "more (--memory) with fewer --workers, or ask for larger cells.", 0.0)  # fmt: skip
        else:
            yield job, Answered(f"{type(fault).__name__}: {fault}", 0.0)
    for job in large:  # last, when the workers have nothing else to hold
        yield job, answer_split(client, job, networks.parent)


@contextmanager
def _alone_in(out: Path) -> Iterator[None]:
    """Only one batch at a time writes into a folder; a killed one holds nothing."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise OutputError(f"{out}: cannot be written ({fault.strerror}). Choose another --out folder.") from fault
    with locked(out) as is_alone:
        if is_alone is False:
            raise OutputError(f"{out}: another batch is at work in it. Wait for its end, or choose another --out.")
        for partial in out.glob(f".{Path(TABLE).stem}.partial-*") if is_alone else ():  # of a killed one
            partial.unlink()
        yield
