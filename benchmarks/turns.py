"""What turn delays cost: the same searches for the same seconds on directed edges, against those on junctions."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from benchmarks.measurement import Measurement, cpu_seconds
from benchmarks.networks import anywhere
from siting.network import RoadNetwork, with_turns
from siting.network.ways import no_restrictions
from siting.speeds import load_profile
from siting.travel_time import reach_blocks
from siting.travel_time.reach import reach_states


def measure(small: RoadNetwork, large: RoadNetwork, *, quick: bool) -> Iterator[Measurement]:
    """The times from sites to demand, on a small network and on a large one; and making the graph of turns."""
    for network in (small, large):
        yield from _slowdown(network, 20 if quick else 10_000, 1 if quick else 5)
    (building_s,) = cpu_seconds(lambda: charged(large).states, rounds=1 if quick else 3)
    work = f"graph of turns of {large.n_nodes:,} junctions made ({charged(large).states.n_states:,} directed edges)"
    yield Measurement(work, "CPU time", 5.0, building_s, unit="s", at_most=True)


def charged(network: RoadNetwork) -> RoadNetwork:
    """The network with the turn delays of the profile that charges them."""
    return with_turns(network, load_profile("fire-engine-turns"), no_restrictions())


def _slowdown(plain: RoadNetwork, n: int, rounds: int) -> Iterator[Measurement]:
    """
    The same answer with turns and without: times from sites to demand. Beside it, with no target, all that the search
    itself touches: every directed edge out of a junction that it reaches, half as many again as there are junctions.
    """
    turning = charged(plain)
    sites, demand = anywhere(plain, n), anywhere(plain, plain.n_nodes)
    labels = {"site_ids": pd.RangeIndex(len(sites)), "demand_ids": pd.RangeIndex(len(demand))}

    def answered(network: RoadNetwork) -> int:
        return sum(len(times.ms) for _, times in reach_blocks(network, sites, demand, 240.0, **labels, threads=1))

    def searched(network: RoadNetwork) -> int:
        return sum(len(found.ms) for found in reach_states(network, sites, 240.0))

    for run, what, target in ((answered, "sites to demand", 1.4), (searched, "all states written", math.nan)):
        plain_s, turning_s = cpu_seconds(lambda run=run: run(plain), lambda run=run: run(turning), rounds=rounds)
        of_each = f"{run(turning) / n:.0f} for {run(plain) / n:.0f} of each of {n:,} sites"
        work = f"{plain.n_nodes:,} junctions, turns charged, within 240 s, {what}: {of_each}"
        yield Measurement(work, "the same without turns", target, turning_s / plain_s, at_most=True)
