"""Real extracts: every time against networkx, and reference answers by another group's program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import pytest

from benchmarks.luxembourg import answered_otherwise, read_arrays, road_graph
from siting.inputs.roads import read_ways
from siting.network import EdgePositions, RoadNetwork, build_network
from siting.speeds import load_profile
from siting.travel_time import distances_from, k_nearest, matrix, nearest, reach, reversed_network
from siting.travel_time.kernels import FAR
from tests.travel_time.streets import random_places, seconds_by_networkx

pytestmark = pytest.mark.real

Real = Callable[[str], Path]

EXTRACTS = {
    "guixi/guixi.osm": ("EPSG:4548", 25, 300),
    "helsinki_center/Helsinki.osm.pbf": ("EPSG:32635", 25, 300),
    "cambridge_ma/cambridge_city_derived.osm.pbf": ("EPSG:32619", 25, 300),
    "cambridge_ma/boston_cambridge_east.osm.pbf": ("EPSG:32619", 15, 300),
    "liechtenstein/liechtenstein-2015.osm.pbf": ("EPSG:32632", 15, 300),
    "porto_alegre/poa.osm.pbf": ("EPSG:32722", 10, 300),
    "porto_metro/porto_portugal.osm.pbf": ("EPSG:32629", 3, 300),
}
"""CRS, sites and demand for each."""


@pytest.mark.parametrize("name", EXTRACTS)
def test_every_time_agrees_with_networkx(real: Real, name: str) -> None:
    """
    Random sites and demand along the roads of a real extract: the same pairs within 240 s, times to 2 ms.

    So do the three nearest sites and the full table, forward and, searched from the demand, in reverse.
    Half of the demand stands on the roads around the sites, so that same-edge trips and short ones occur.
    """
    crs, n_sites, n_demand = EXTRACTS[name]
    network = build_network(read_ways(real(name)), load_profile("fire-engine"), pyproj.CRS(crs))
    rng = np.random.default_rng(7)
    sites, far = random_places(network, n_sites, rng), random_places(network, n_demand, rng)
    near = _around(network, sites.take(sites.on_road), n_demand, rng)
    demand = EdgePositions(*(np.concatenate(pair) for pair in zip(_fields(far), _fields(near), strict=True)))
    expected = seconds_by_networkx(network, sites, demand)
    found = reach(
        network, sites, demand, 240.0, site_ids=pd.RangeIndex(len(sites)), demand_ids=pd.RangeIndex(len(demand))
    )
    seconds = np.full_like(expected, np.inf)
    seconds[found.site, found.demand] = found.ms / 1000.0
    _assert_within_2_ms(seconds, np.where(expected <= 240.0, expected, np.inf), 240.0)
    assert np.isfinite(seconds).sum() > n_sites * n_demand / 20
    _assert_within_2_ms(nearest(network, sites, demand).travel_s, expected.min(axis=0), 1e9)
    _assert_within_2_ms(k_nearest(network, sites, demand, 3).travel_s, np.sort(expected, axis=0)[:3].T, 1e9)
    every = matrix(network, sites, demand)
    _assert_within_2_ms(every, expected.T, 1e9)
    np.testing.assert_array_equal(matrix(reversed_network(network), demand, sites).T, every)


def _assert_within_2_ms(seconds: np.ndarray, expected: np.ndarray, limit_s: float) -> None:
    clear = ~(np.abs(expected - limit_s) < 0.002)
    np.testing.assert_array_equal(np.isinf(seconds)[clear], np.isinf(expected)[clear])
    both = np.isfinite(seconds) & np.isfinite(expected)
    assert np.abs(seconds[both] - expected[both]).max() < 0.002


def _around(network: RoadNetwork, sites: EdgePositions, n: int, rng: np.random.Generator) -> EdgePositions:
    """Places on the sites' own edges and on those that share a node number nearby (nodes lie along a curve)."""
    edge = np.minimum(np.maximum(rng.choice(sites.edge, n) + rng.integers(-3, 4, n), 0), network.n_edges - 1)
    return EdgePositions(edge, rng.random(n), np.zeros(n))


def _fields(positions: EdgePositions) -> tuple[np.ndarray, ...]:
    return positions.edge, positions.fraction, positions.distance_m


@pytest.fixture(scope="module")
def luxembourg(real: Real) -> dict[str, np.ndarray]:
    return read_arrays(real("luxembourg_rk"))


def test_luxembourg_reference_queries(luxembourg: dict[str, np.ndarray]) -> None:
    """The answers that RoutingKit ships, for every 200th source, among them those without a way: 0 differences."""
    graph, source, target = road_graph(luxembourg), luxembourg["source_node"], luxembourg["target_node"]
    answer = luxembourg["query_reference_travel_time_length"]
    start = np.zeros(1, dtype=np.int32)
    for one in np.unique(source)[::200]:
        asked = source == one
        np.testing.assert_array_equal(distances_from(graph, np.array([one]), start)[target[asked]], answer[asked])
    assert (answer == FAR).any()


def test_luxembourg_within_the_answer(luxembourg: dict[str, np.ndarray]) -> None:
    """The bounded search agrees with the answers of every 50th source (`python -m benchmarks travel_time` asks all)."""
    n_asked, n_otherwise = answered_otherwise(luxembourg, every=50)
    assert n_asked > 1_900
    assert n_otherwise == 0


def test_luxembourg_from_many_seeds_is_the_least_of_each(luxembourg: dict[str, np.ndarray]) -> None:
    """One search from 40 seeds equals the least of 40 searches."""
    graph = road_graph(luxembourg)
    seeds, zero = luxembourg["source_node"][:40], np.zeros(1, dtype=np.int32)
    least = np.min([distances_from(graph, seeds[k : k + 1], zero) for k in range(40)], axis=0)
    np.testing.assert_array_equal(distances_from(graph, seeds, np.zeros(40, dtype=np.int32)), least)
