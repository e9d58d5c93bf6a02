"""
Long answers, taken piece by piece in a process of their own; prints CPU seconds, peak megabytes and how much there was.

`python -m benchmarks.streaming times NODES SITES DEMAND` or `isochrones NETWORK SITES`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pandas as pd

from benchmarks.measurement import peak_mb
from benchmarks.networks import EXTRACTS, anywhere, extract, road_like
from siting.travel_time import isochrone_blocks, reach_blocks


def times(n_nodes: str, n_sites: str, n_demand: str) -> Callable[[int], Iterator[int]]:
    """How many times from sites to demand within 240 s each piece holds, from some of the sites."""
    network = road_like(int(n_nodes))
    sites, demand = anywhere(network, int(n_sites)), anywhere(network, int(n_demand))

    def pieces(n: int) -> Iterator[int]:
        labels = {"site_ids": pd.RangeIndex(n), "demand_ids": pd.RangeIndex(len(demand))}
        return (len(found.ms) for _, found in reach_blocks(network, sites.take(slice(0, n)), demand, 240.0, **labels))

    return pieces


def isochrones(name: str, n_sites: str) -> Callable[[int], Iterator[int]]:
    """How many polygons of three limits each block holds."""
    network = extract(name) if name in EXTRACTS else road_like(int(name))
    sites = anywhere(network, int(n_sites))

    def blocks(n: int) -> Iterator[int]:
        limits_s = [180.0, 240.0, 300.0]
        return map(len, isochrone_blocks(network, sites.take(slice(0, n)), limits_s, pd.RangeIndex(n)))

    return blocks


def in_own_process(kind: str, *given: object) -> tuple[float, float, int]:
    """CPU seconds, peak megabytes, with Python and the network in them, and how much there was."""
    command = [sys.executable, "-m", "benchmarks.streaming", kind, *map(str, given)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    seconds, megabytes, n_found = printed.split()
    return float(seconds), float(megabytes), int(n_found)


def main(kind: str, *given: str) -> None:
    pieces = {"times": times, "isochrones": isochrones}[kind](*given)
    for _ in pieces(2):
        pass  # compiled now
    start = time.process_time()
    n_found = sum(pieces(int(given[1])))
    print(time.process_time() - start, peak_mb(), n_found)


if __name__ == "__main__":
    main(*sys.argv[1:])
