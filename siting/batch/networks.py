"""Which jobs drive on the same roads: their network is built once and taken from a cache by the others."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from siting.batch.jobs import Job
from siting.scenario import Scenario

_REACH = {"boundary_name", "boundary_layer", "boundary_crs", "bbox", "buffer_m", "crs"}


def by_roads(jobs: Sequence[Job]) -> list[list[Job]]:
    """
    Jobs in groups that ask for the same roads, in order of the first of each.

    This only decides who waits for whom: that the network is the right one, the cache sees to by the bytes of the file.
    """
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(_roads(job.scenario), []).append(job)
    return list(groups.values())


def with_cache(job: Job, folder: Path) -> Job:
    """The job with its network kept in `folder`, unless the scenario says another."""
    roads = job.scenario.roads
    kept = roads.model_copy(update={"cache": roads.cache or str(folder)})
    return replace(job, scenario=job.scenario.model_copy(update={"roads": kept}))


def _roads(scenario: Scenario) -> str:
    table, area = scenario.roads, scenario.study_area
    boundary = os.path.realpath(scenario.path(area.boundary)) if area.boundary else None
    speeds = os.path.realpath(scenario.path(table.speeds)) if table.speeds.endswith(".toml") else table.speeds
    asked = [
        *map(str, (os.path.realpath(scenario.path(table.file)), speeds, table.traffic, boundary)),
        area.model_dump(mode="json", include=_REACH),
    ]
    return json.dumps(asked)
