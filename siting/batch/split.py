"""One scenario that no worker can hold: answered beside them, the searches of its sites shared out over them."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import CancelledError
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from distributed import Client, KilledWorker, as_completed

from siting.arrays import Ids
from siting.batch.answer import Answered, answered
from siting.batch.jobs import Job
from siting.inputs.network_cache import read_network, write_network
from siting.network import EdgePositions, RoadNetwork
from siting.optimise.watch import unheard
from siting.pipeline.memory import machine_mb
from siting.travel_time import TravelTimes, joined, reach

_PARTS_EACH = 4
"""Parts for each worker: a part is small beside what a worker may hold, and none waits long for the last."""


def answer_split(client: Client, job: Job, scratch: Path) -> Answered:
    """
    A job answered in this process, which may hold what the machine has, with its searches on the workers.

    Parameters
    ----------
    scratch
        Folder that every worker sees; the network stands there while it is searched.
    """

    def search(network: RoadNetwork, *places: Any, **labels: Any) -> TravelTimes:
        scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            write_network(network, Path(folder, "network"))
            return reach_on(client, Path(folder, "network"), *places, **labels)

    began = time.perf_counter()
    try:
        with unheard():
            return answered(job, machine_mb(), search)
    except (KilledWorker, CancelledError, OSError) as fault:  # of the cluster: the next run takes it up
        return Answered(f"Its searches were lost on the workers ({fault}).", time.perf_counter() - began)
    except Exception as fault:  # noqa: BLE001 - a row, as one on a worker is: the scenarios after it are answered
        return Answered(f"{type(fault).__name__}: {fault}", time.perf_counter() - began)


def reach_on(
    client: Client,
    entry: Path,
    sites: EdgePositions,
    demand: EdgePositions,
    limit_s: float,
    *,
    site_ids: pd.Index,
    demand_ids: pd.Index,
) -> TravelTimes:
    """
    `siting.travel_time.reach` with its searches on the workers of a cluster; the same milliseconds in the same order.

    A worker holds the network, which processes of one machine share, and the times of a part of the sites; the caller
    holds the answer, 8 bytes an entry.

    Parameters
    ----------
    entry
        Folder of a stored network (`siting.inputs.network_cache.write_network`) that every worker sees.
    limit_s, site_ids, demand_ids
        As `reach`.

    Raises
    ------
    InputError
        As `reach`.
    OSError, ValueError, KeyError, TypeError
        If the stored network is not what was written.
    """
    n_parts = _PARTS_EACH * max(1, len(client.scheduler_info()["workers"]))
    (places,) = client.scatter([(sites, demand, site_ids, demand_ids)], broadcast=True)
    rows_of = {
        client.submit(_part, str(entry), places, rows, limit_s, pure=False): rows
        for rows in np.array_split(np.argsort(sites.edge, kind="stable"), n_parts)
        if len(rows)
    }
    pieces = ((rows_of[future], result) for future, result in as_completed(rows_of, with_results=True))
    return joined(pieces, site_ids, demand_ids, limit_s)


def _part(
    entry: str, places: tuple[EdgePositions, EdgePositions, pd.Index, pd.Index], rows: Ids, limit_s: float
) -> TravelTimes:
    sites, demand, site_ids, demand_ids = places
    return reach(
        _network(entry),
        sites.take(rows),
        demand,
        limit_s,
        site_ids=site_ids.take(rows),
        demand_ids=demand_ids,
        threads=1,
    )


@lru_cache(maxsize=1)
def _network(entry: str) -> RoadNetwork:
    return read_network(Path(entry))
