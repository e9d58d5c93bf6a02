"""
A province in one batch, batches in a loop, and one scenario as large as a province.

The batch and the run it is compared with are commands of their own on the same scenario file, with all their children.
The speed-up is of wall time, which says something only where nobody else is at work meanwhile; what a batch costs
besides its scenarios is CPU time. Each work is one function; `only` names those to run.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.counties import CELL_M, counties
from benchmarks.instances import problem_of
from benchmarks.measurement import Measurement, machine_s, peak_mb
from benchmarks.networks import anywhere, road_like
from siting.coverage import Coverage, coverage_of_pieces
from siting.network import EdgePositions, RoadNetwork
from siting.optimise import solve
from siting.travel_time import reach_blocks

MOST_OTHERS = 0.1
"""Share of the machine that others may have had for a wall time to count."""


@dataclass(frozen=True)
class Cost:
    """Of one command: seconds on the wall, CPU seconds with its children, share of the machine that others had."""

    wall_s: float
    cpu_s: float
    others: float


def measure(*, quick: bool, only: str = "", minutes: float = 30.0) -> Iterator[Measurement]:
    works = {
        "province": lambda: province(*((1, 1) if quick else (20, 5))),
        "one large": lambda: one_large(*((2_500, 100, 2_500, 5) if quick else (1_000_000, 100_000, 1_000_000, 200))),
        "loop": lambda: _loop(quick, minutes),
    }
    for name, work in works.items():
        if only in name:
            yield from work()


def province(n_sites: int, seeds: int) -> Iterator[Measurement]:
    """Counties on the same roads, which differ in how many stations they ask for and in the seed of the search."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "counties.toml"
        file.write_text(counties(n_sites, seeds, Path(folder) / "networks"), "utf-8")
        alone = timed("run", file, "--allow-outside", "--out", Path(folder) / "run")
        batch = timed("batch", file, "--allow-outside", "--out", Path(folder) / "batch", "--workers", 2)
        again = timed("batch", file, "--allow-outside", "--out", Path(folder) / "batch", "--workers", 2)
    work = f"{n_sites * seeds} counties, variants of the built-in district at {CELL_M} m"
    crowded = max(alone.others, batch.others)
    not_judged = f"others took {crowded:.0%} of the machine" if crowded > MOST_OTHERS else ""
    against = f"one process, {alone.cpu_s / n_sites / seeds:.1f} CPU s each"
    yield Measurement(f"{work}: 2 workers", against, 1.7, alone.wall_s / batch.wall_s, not_judged=not_judged)
    more = 100.0 * (batch.cpu_s / alone.cpu_s - 1.0)
    yield Measurement(f"{work}: CPU time of the batch besides", against, 5.0, more, "%", at_most=True)
    each_ms = 1000.0 * again.cpu_s / n_sites / seeds
    yield Measurement(f"{work}: nothing left to do", "CPU time each", float("nan"), each_ms, "ms")


def _loop(quick: bool, minutes: float) -> Iterator[Measurement]:
    from benchmarks.scale_loop import loop, toy_town, two_counties  # dask counts in the memory of all that follows

    yield from loop(*((toy_town, 1, 0.0) if quick else (two_counties, 2, minutes)))


def timed(*arguments: object) -> Cost:
    """One call of the command line."""
    began = np.array([time.perf_counter(), _children_s(), machine_s()])
    command = [sys.executable, "-m", "siting.cli", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
    wall_s, cpu_s, machine = np.array([time.perf_counter(), _children_s(), machine_s()]) - began
    return Cost(wall_s, cpu_s, max(0.0, machine - cpu_s) / (wall_s * (os.cpu_count() or 1)))


def _children_s() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def one_large(n_nodes: int, n_sites: int, n_demand: int, p: int) -> Iterator[Measurement]:
    """Cover within 240 s on one network, and the best sites of all."""
    network = road_like(n_nodes)
    sites, demand = anywhere(network, n_sites), anywhere(network, n_demand)
    _cover(network, sites.take(slice(0, 2)), demand)  # compiled now
    began = time.process_time()
    covers = _cover(network, sites, demand)
    cover_s = time.process_time() - began
    work = f"{n_nodes:,} nodes, {n_sites:,} sites x {n_demand:,} demand, {len(covers.sites) / 1e6:.1f} million pairs"
    yield Measurement(f"{work}: cover", "CPU time", 10.0, cover_s, "s", at_most=True)
    yield Measurement(f"{work}: cover", "peak memory of this process", 1500.0, peak_mb(), "MB", at_most=True)
    weight = np.random.default_rng(1).integers(1, 100, n_demand).astype(np.float64)
    problem = problem_of(covers.indptr, covers.sites, weight, n_sites)
    solution = solve(problem, "mclp", sites=p, time_limit_s=600.0, relative_gap=0.01)
    yield Measurement(f"{work}: MCLP p = {p}", "gap after at most 600 s", 1.0, 100.0 * solution.optimality_gap, "%",
                      at_most=True)  # fmt: skip


def _cover(network: RoadNetwork, sites: EdgePositions, demand: EdgePositions) -> Coverage:
    """Within 240 s, the times let go as they come."""
    labels, limit_s = (pd.RangeIndex(len(sites)), pd.RangeIndex(len(demand))), 240.0
    pieces = reach_blocks(network, sites, demand, limit_s, site_ids=labels[0], demand_ids=labels[1])
    return coverage_of_pieces(pieces, limit_s, *labels, limit_s)
