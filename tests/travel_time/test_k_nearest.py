"""The first k sites at each demand: by hand, and exactly those that the whole table puts first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.errors import InputError
from siting.network import CLOSED, EdgePositions, RoadNetwork
from siting.travel_time import k_nearest, matrix, nearest
from tests.travel_time.streets import network_of, places, random_places, town

STREET = network_of([(0, 0), (100, 0), (200, 0)], [(0, 1, 10_000, 10_000), (1, 2, 10_000, 10_000)])


def test_along_a_street_by_hand() -> None:
    """Three sites on a street of 20 s: in order of distance, a tie to the lower position."""
    found = k_nearest(STREET, places((0, 0.0), (1, 1.0), (0, 0.6)), places((0, 0.5), (1, 0.8), (0, 1.0)), 2)
    assert found.site.tolist() == [[2, 0], [1, 2], [2, 0]]
    assert found.travel_s.tolist() == [[1.0, 5.0], [2.0, 12.0], [4.0, 10.0]]


def test_two_sites_at_one_place_are_two() -> None:
    """The backup may stand in the same house; the same site is never its own backup."""
    found = k_nearest(STREET, places((0, 0.5), (0, 0.5), (1, 1.0)), places((0, 0.4)), 3)
    assert found.site.tolist() == [[0, 1, 2]]
    assert found.travel_s.tolist() == [[1.0, 1.0, 16.0]]


def test_fewer_sites_than_asked_for() -> None:
    """Places that nobody can fill are empty: too few sites, a one-way, off the road, no site at all."""
    network = network_of([(0, 0), (100, 0), (200, 0)], [(0, 1, 10_000, CLOSED), (1, 2, 10_000, CLOSED)])
    found = k_nearest(network, places((-1, 0.0), (1, 0.5)), places((0, 0.5), (1, 0.75), (-1, 0.0)), 2)
    assert found.site.tolist() == [[-1, -1], [1, -1], [-1, -1]]
    assert found.response_s.tolist() == [[np.inf, np.inf], [2.5, np.inf], [np.inf, np.inf]]
    nowhere = EdgePositions(np.empty(0, np.int64), np.empty(0), np.empty(0))
    assert k_nearest(STREET, nowhere, places((0, 0.5)), 1).site.tolist() == [[-1]]
    assert k_nearest(STREET, places((0, 0.5)), nowhere, 3).site.shape == (0, 3)


def test_start_decides_and_is_told_apart_from_travel() -> None:
    """A station that turns out late is second; both clocks are given."""
    found = k_nearest(STREET, places((0, 0.5), (1, 0.5)), places((0, 0.75)), 2, start_s=np.array([20.0, 5.0]))
    assert found.site.tolist() == [[1, 0]]
    assert found.travel_s.tolist() == [[7.5, 2.5]]
    assert found.response_s.tolist() == [[12.5, 22.5]]


def test_names_what_is_wrong() -> None:
    """No site is no answer, and a missing turnout is not guessed."""
    with pytest.raises(InputError, match="k is 0"):
        k_nearest(STREET, places((0, 0.5)), places((0, 0.7)), 0)
    with pytest.raises(InputError, match=r"1 sites have no number from 0 to 86400 s \(positions 0\)"):
        k_nearest(STREET, places((0, 0.5)), places((0, 0.7)), 1, start_s=np.array([np.nan]))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_sites=st.integers(1, 15), k=st.integers(1, 5))
def test_exactly_the_first_of_the_whole_table(seed: int, n_sites: int, k: int) -> None:
    """With any start times: the same sites in the same order as sorting every arrival, ties to the lower site."""
    rng = np.random.default_rng(seed)
    network = town(rng, side=4)
    sites, demand = random_places(network, n_sites, rng), random_places(network, 25, rng)
    assert_first_of_table(network, sites, demand, k, rng.integers(0, 20, n_sites).astype(np.float64))


def test_a_larger_town() -> None:
    """Many sites and many steps of the horizon."""
    rng = np.random.default_rng(5)
    network = town(rng, side=40)
    sites, demand = random_places(network, 60, rng), random_places(network, 2000, rng)
    assert_first_of_table(network, sites, demand, 4, np.zeros(60))
    first = nearest(network, sites, demand)
    np.testing.assert_array_equal(k_nearest(network, sites, demand, 1).site[:, 0], first.site)


def assert_first_of_table(
    network: RoadNetwork, sites: EdgePositions, demand: EdgePositions, k: int, start_s: np.ndarray
) -> None:
    response_s = (matrix(network, sites, demand) + start_s).round(3)
    order = np.argsort(response_s, axis=1, kind="stable")[:, :k]
    expected_s = np.full((len(demand), k), np.inf)
    expected_s[:, : order.shape[1]] = np.take_along_axis(response_s, order, axis=1)
    expected = np.full((len(demand), k), -1)
    expected[:, : order.shape[1]] = order
    expected[np.isinf(expected_s)] = -1
    found = k_nearest(network, sites, demand, k, start_s)
    np.testing.assert_array_equal(found.site, expected)
    np.testing.assert_allclose(found.response_s, expected_s, atol=1e-9)
    there = expected >= 0
    np.testing.assert_allclose(found.travel_s[there], (expected_s - start_s[np.maximum(expected, 0)])[there], atol=1e-9)
