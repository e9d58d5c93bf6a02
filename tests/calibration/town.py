"""A town of three road classes, and runs in it whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from siting import toy
from siting.arrays import Floats
from siting.network import EdgePositions, RoadNetwork, Ways, build_network
from siting.routes import routes
from siting.speeds import SpeedProfile, load_profile, trip_s
from tests.network.drawing import draw

SIDE = 16
ENGINE = load_profile("fire-engine")
TRUTH = {"main": 0.8, "streets": 1.25}
GROUPS = {"main": ("primary", "secondary"), "streets": ("residential",)}
START_S = 25.0


@cache
def ways() -> Ways:
    """A grid of 200 m: every fifth road primary, every third secondary, with signals where primary roads cross."""
    points = {
        f"{i},{j}": (200.0 * i + 9 * np.sin(7 * j), 200.0 * j + 9 * np.sin(5 * i))
        for i in range(SIDE)
        for j in range(SIDE)
    }
    kinds = ["primary" if k % 5 == 2 else "secondary" if k % 3 == 1 else "residential" for k in range(SIDE)]
    roads = [(" ".join(f"{i},{j}" for j in range(SIDE)), {"highway": kinds[i]}) for i in range(SIDE)]
    roads += [(" ".join(f"{i},{j}" for i in range(SIDE)), {"highway": kinds[j]}) for j in range(SIDE)]
    signals = {f"{i},{j}": {"highway": "traffic_signals"} for i in range(2, SIDE, 5) for j in range(2, SIDE, 5)}
    return draw(points, roads, signals)


@cache
def network(profile: str = "fire-engine") -> RoadNetwork:
    return build_network(ways(), load_profile(profile), toy.CRS)


def true_profile() -> SpeedProfile:
    factor = {highway: TRUTH[group] for group, classes in GROUPS.items() for highway in classes}
    return replace(ENGINE, class_factor=factor, start_stop_s=START_S)


def runs(
    seed: int, n: int, spread: float = 0.12, odd: float = 0.1, stations: int = 8
) -> tuple[EdgePositions, EdgePositions, Floats]:
    """Runs from a few stations on the true roads; `odd` of them with a watch stopped at twice to six times the time."""
    rng = np.random.default_rng(seed)
    true_network = build_network(ways(), true_profile(), toy.CRS)

    def places(count: int) -> EdgePositions:
        return EdgePositions(rng.integers(0, true_network.n_edges, count), rng.random(count), np.zeros(count))

    origins, destinations = places(stations).take(rng.integers(0, stations, n)), places(n)
    true_s = trip_s(routes(true_network, origins, destinations).travel_s, START_S)
    observed_s = true_s * np.exp(rng.normal(0.0, spread, n))
    return origins, destinations, np.where(rng.random(n) < odd, observed_s * rng.uniform(2, 6, n), observed_s)
