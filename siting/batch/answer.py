"""What a worker does with one job: answer it and write the proposal, or say what is wrong."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version

from distributed import get_worker

from siting.batch.jobs import Job
from siting.errors import MemoryCapError, SitingError
from siting.inputs.roads import silent
from siting.pipeline import propose
from siting.pipeline.material import Search
from siting.pipeline.read import road_network, study_area
from siting.scenario import Scenario
from siting.travel_time import reach

DONE = "done"


@dataclass(frozen=True)
class Answered:
    """`DONE` or what is wrong, the seconds it took, and whether it would take too much memory."""

    status: str
    seconds: float
    is_too_large: bool = False


def answer(job: Job, network: None = None) -> Answered:
    """
    Write the proposal of one job, whole or not at all.

    Parameters
    ----------
    network
        What `keep_network` gave, which has to be done before.
    """
    if job.siting != version("siting"):
        told = f"The worker has siting {version('siting')}, and the batch {job.siting}. Install the same on both."
        return Answered(told, 0.0)
    return answered(job, _cap_mb())


def answered(job: Job, memory_cap_mb: float, search: Search = reach) -> Answered:
    """The job answered in this process, with the drives of its plans found by `search`."""
    began = time.perf_counter()
    try:
        propose(job.scenario, memory_cap_mb=memory_cap_mb, search=search).write(job.folder, formats=job.formats)
    except SitingError as fault:  # as text: not every exception survives the way between two processes
        left = " Its folder still holds an earlier answer." if job.folder.exists() else ""
        return Answered(f"{fault}{left}", time.perf_counter() - began, isinstance(fault, MemoryCapError))
    return Answered(DONE, time.perf_counter() - began)


def _cap_mb() -> float:
    """What this worker may hold."""
    limit = get_worker().memory_manager.memory_limit
    return limit / 1e6 if limit else math.inf


def keep_network(scenario: Scenario) -> None:
    """Build the network of a scenario into its cache, so that others find it there; faults are for `answer` to tell."""
    with suppress(SitingError, OSError):
        road_network(scenario, study_area(scenario), silent)
