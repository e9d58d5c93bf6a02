"""What turn delays cost: the same search for the same seconds on directed edges, against the one on junctions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.measurement import Measurement, cpu_seconds
from benchmarks.networks import at_nodes
from siting.network import RoadNetwork, with_turns
from siting.network.ways import no_restrictions
from siting.speeds import load_profile
from siting.travel_time.reach import reach_states


def measure(small: RoadNetwork, large: RoadNetwork, *, quick: bool) -> list[Measurement]:
    """Time at 240 s from the same places, on a small network and on a large one; and making the graph of turns."""
    rounds, n = (1, 20) if quick else (7, 1000)
    found = [_slowdown(network, n, rounds) for network in (small, large)]
    (building_s,) = cpu_seconds(lambda: charged(large).states, rounds=1 if quick else 3)
    work = f"graph of turns of {large.n_nodes:,} junctions made ({charged(large).states.n_states:,} directed edges)"
    return [*found, Measurement(work, "CPU time", 5.0, building_s, unit="s", at_most=True)]


def charged(network: RoadNetwork) -> RoadNetwork:
    """The network with the turn delays of the profile that charges them."""
    return with_turns(network, load_profile("fire-engine-turns"), no_restrictions())


def _slowdown(plain: RoadNetwork, n: int, rounds: int) -> Measurement:
    turning = charged(plain)
    sites, _ = at_nodes(plain, n)
    sites = replace(sites, fraction=np.full(n, 0.5))  # along an edge, where a turn follows
    plain_s, turning_s = cpu_seconds(
        lambda: reach_states(plain, sites, 240.0), lambda: reach_states(turning, sites, 240.0), rounds=rounds
    )
    work = f"all within 240 s of {n:,} sites, turns charged, {plain.n_nodes:,} junctions"
    return Measurement(work, "the same without turns", 1.4, turning_s / plain_s, at_most=True)
