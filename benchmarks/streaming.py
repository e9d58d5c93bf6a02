"""`python -m benchmarks.streaming NODES SITES DEMAND`: CPU seconds, peak megabytes and entries of one long answer."""

from __future__ import annotations

import sys
import time

import pandas as pd

from benchmarks.measurement import peak_mb
from benchmarks.networks import anywhere, road_like
from siting.travel_time import reach_blocks


def main(n_nodes: int, n_sites: int, n_demand: int) -> None:
    network = road_like(n_nodes)
    sites, demand = anywhere(network, n_sites), anywhere(network, n_demand)
    labels = {"site_ids": pd.RangeIndex(n_sites), "demand_ids": pd.RangeIndex(n_demand)}
    for _ in reach_blocks(network, sites.take(slice(0, 2)), demand, 240.0, **labels | {"site_ids": pd.RangeIndex(2)}):
        pass  # compiled now
    start = time.process_time()
    n_entries = sum(len(times.ms) for _, times in reach_blocks(network, sites, demand, 240.0, **labels))
    print(time.process_time() - start, peak_mb(), n_entries)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
