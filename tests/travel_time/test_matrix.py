"""The full table and the way back: by hand, against networkx, and against each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting import toy
from siting.network import CLOSED
from siting.travel_time import matrix, nearest, reach, reversed_network
from tests.travel_time.streets import network_of, places, random_places, seconds_by_networkx, town


def test_toy_town_by_hand() -> None:
    """Every time of the toy town, [demand, site]."""
    expected = np.array([toy.SECONDS[name] for name in toy.SITES]).T
    np.testing.assert_allclose(matrix(toy.network(), toy.sites(), toy.demand()), expected, rtol=0.005)


def test_random_town_against_networkx() -> None:
    """All pairs, the farthest too; off the road and where no way leads: inf."""
    rng = np.random.default_rng(11)
    network = town(rng, side=7)
    sites, demand = random_places(network, 30, rng), random_places(network, 60, rng)
    expected = seconds_by_networkx(network, sites, demand).T
    found = matrix(network, sites, demand)
    np.testing.assert_array_equal(np.isinf(found), np.isinf(expected))
    there = np.isfinite(expected)
    late_s = found[there] - expected[there]
    assert -1e-5 < late_s.min() < late_s.max() < 0.002


def test_longer_than_a_day() -> None:
    """Times near the end of int32 are exact, beyond it there is no way."""
    day = 86_400_000
    network = network_of(
        [(0, 0), (1, 0), (2, 0), (3, 0)],
        [(0, 1, 12 * day, CLOSED), (1, 2, 12 * day, CLOSED), (2, 3, day, CLOSED)],
    )
    seconds = matrix(network, places((0, 0.0)), places((0, 1.0), (1, 1.0), (2, 1.0)))
    assert seconds.tolist() == [[12 * 86_400.0], [24 * 86_400.0], [np.inf]]


def test_a_one_way_street_turned_round() -> None:
    """Backward along a one-way street becomes forward, also on the edge itself."""
    network = network_of([(0, 0), (100, 0)], [(0, 1, 10_000, CLOSED)])
    back = matrix(reversed_network(network), places((0, 0.75)), places((0, 0.25), (0, 1.0), (0, 0.0)))
    assert back.T.tolist() == [[5.0, np.inf, 7.5]]


def test_who_reaches_this_demand() -> None:
    """Searching from the demand on the reversed network gives the same entries as searching from the sites."""
    rng = np.random.default_rng(12)
    network = town(rng, side=10)
    sites, demand = random_places(network, 80, rng), random_places(network, 50, rng)
    labels = pd.RangeIndex(80), pd.RangeIndex(50)
    there = reach(network, sites, demand, 50.0, site_ids=labels[0], demand_ids=labels[1])
    back = reach(reversed_network(network), demand, sites, 50.0, site_ids=labels[1], demand_ids=labels[0])
    assert len(there.ms) > 100
    difference = abs(there.matrix() - back.matrix().T)
    assert difference.nnz == 0 or difference.max() == 0
    np.testing.assert_array_equal(there.matrix().count_nonzero(), back.matrix().count_nonzero())
    assert len(there.ms) == len(back.ms)


def test_the_nearest_way_to_a_place() -> None:
    """`nearest` on the reversed network is the least over the ways to each place, not from it."""
    rng = np.random.default_rng(13)
    network = town(rng, side=8)
    scenes, hospitals = random_places(network, 40, rng), random_places(network, 5, rng)
    to_hospital = matrix(network, scenes, hospitals)
    found = nearest(reversed_network(network), hospitals, scenes)
    np.testing.assert_array_equal(found.travel_s, to_hospital.min(axis=0))
