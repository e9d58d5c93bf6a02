"""The first site at each demand: by hand, against the least over all sites, and on any graph against scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from siting.errors import InputError
from siting.network import CLOSED, EdgePositions, csr
from siting.travel_time import distances_from, nearest, reach, spread
from siting.travel_time.kernels import FAR
from tests.travel_time.streets import network_of, places, random_places, seconds_by_networkx, town

STREET = network_of([(0, 0), (100, 0), (200, 0)], [(0, 1, 10_000, 10_000), (1, 2, 10_000, 10_000)])


def test_along_a_street_by_hand() -> None:
    """Between two stations the street belongs to the one that is nearer along it, not to a node's."""
    found = nearest(STREET, places((0, 0.0), (1, 1.0)), places((0, 0.5), (0, 1.0), (1, 0.25), (1, 0.75)))
    assert found.site.tolist() == [0, 0, 1, 1]  # the middle is a tie: the lower position
    assert found.travel_s.tolist() == [5.0, 10.0, 7.5, 2.5]


def test_two_sites_on_one_edge() -> None:
    """Sites on the demand's own edge are seen, whichever lies between."""
    found = nearest(STREET, places((0, 0.9), (0, 0.1)), places((0, 0.0), (0, 0.4), (0, 0.6), (0, 0.9), (1, 0.1)))
    assert found.site.tolist() == [1, 1, 0, 0, 0]
    assert found.travel_s.tolist() == [1.0, 3.0, 3.0, 0.0, 2.0]


def test_start_decides_and_is_told_apart_from_travel() -> None:
    """A station that turns out late is second to a farther one; both clocks are given."""
    found = nearest(STREET, places((0, 0.5), (1, 0.5)), places((0, 0.75)), start_s=np.array([20.0, 5.0]))
    assert found.site.tolist() == [1]
    assert found.travel_s.tolist() == [7.5]
    assert found.response_s.tolist() == [12.5]


def test_nobody_can_drive_there() -> None:
    """Against a one-way, and off the road: no site, inf on both clocks."""
    network = network_of([(0, 0), (100, 0), (200, 0)], [(0, 1, 10_000, CLOSED), (1, 2, 10_000, CLOSED)])
    found = nearest(network, places((-1, 0.0), (1, 0.5)), places((0, 0.5), (1, 0.75), (-1, 0.0)))
    assert found.site.tolist() == [-1, 1, -1]
    assert found.travel_s.tolist() == found.response_s.tolist() == [np.inf, 2.5, np.inf]


def test_without_sites() -> None:
    """No site at all: nobody comes, nothing fails."""
    nowhere = EdgePositions(np.empty(0, np.int64), np.empty(0), np.empty(0))
    assert nearest(STREET, nowhere, places((0, 0.5))).site.tolist() == [-1]


def test_start_must_be_a_number_for_each_site() -> None:
    """A missing turnout is not guessed."""
    with pytest.raises(InputError, match=r"1 sites have no number from 0 to 86400 s \(positions 1\)"):
        nearest(STREET, places((0, 0.5), (1, 0.5)), places((0, 0.7)), start_s=np.array([0.0, np.nan]))
    for milliseconds_or_worse in (90_000.0, 2.2e6, 1e12, np.inf):
        with pytest.raises(InputError, match=r"positions 0"):
            nearest(STREET, places((0, 0.5)), places((0, 0.7)), start_s=np.array([milliseconds_or_worse]))
    with pytest.raises(InputError, match="shape"):
        nearest(STREET, places((0, 0.5), (1, 0.5)), places((0, 0.7)), start_s=np.array([0.0]))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_sites=st.integers(1, 12))
def test_nearest_is_the_least_over_reach(seed: int, n_sites: int) -> None:
    """With any start times, the first site and its time are the least of the whole table, ties to the lower one."""
    rng = np.random.default_rng(seed)
    network = town(rng, side=4)
    sites, demand = random_places(network, n_sites, rng), random_places(network, 25, rng)
    start_s = rng.integers(0, 20, n_sites).astype(np.float64)
    labels = {"site_ids": pd.RangeIndex(n_sites), "demand_ids": pd.RangeIndex(25)}
    every = reach(network, sites, demand, 100_000.0, **labels)
    response = np.full((n_sites, 25), np.inf)
    response[every.site, every.demand] = every.ms / 1000.0
    response += start_s[:, None]
    found = nearest(network, sites, demand, start_s=start_s)
    best = response.min(axis=0)
    np.testing.assert_allclose(found.response_s, best, atol=1e-9)
    np.testing.assert_array_equal(found.site, np.where(np.isinf(best), -1, response.round(3).argmin(axis=0)))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_another_site_never_makes_it_later(seed: int) -> None:
    """Adding a site leaves every demand as it was or earlier, and changes hands only where it is earlier."""
    rng = np.random.default_rng(seed)
    network = town(rng, side=4)
    sites, demand = random_places(network, 6, rng), random_places(network, 25, rng)
    before, after = nearest(network, sites.take(np.arange(5)), demand), nearest(network, sites, demand)
    assert (after.travel_s <= before.travel_s).all()
    np.testing.assert_array_equal(after.site != before.site, after.travel_s < before.travel_s)


def test_random_town_against_networkx() -> None:
    """The first arrival agrees with networkx on every demand, rounded up by less than 2 ms."""
    rng = np.random.default_rng(3)
    network = town(rng, side=9)
    sites, demand = random_places(network, 12, rng), random_places(network, 150, rng)
    expected = seconds_by_networkx(network, sites, demand).min(axis=0)
    found = nearest(network, sites, demand)
    np.testing.assert_array_equal(np.isinf(found.travel_s), np.isinf(expected))
    there = np.isfinite(expected)
    late_s = found.travel_s[there] - expected[there]
    assert -1e-5 < late_s.min() < late_s.max() < 0.002


def test_any_graph_against_scipy() -> None:
    """`distances_from` and `spread` agree with scipy from many seeds, among them closed and doubled ones."""
    rng = np.random.default_rng(4)
    graph = town(rng, side=20).outward
    seeds = rng.integers(0, 400, 15)
    seeds[1] = seeds[0]
    label = rng.permutation(15)
    n = len(graph.indptr) - 1
    least = sparse.coo_array((graph.weight, (np.repeat(np.arange(n), np.diff(graph.indptr)), graph.head)), shape=(n, n))
    dense = np.full((n, n), np.inf)
    np.minimum.at(dense, (least.row, least.col), least.data)
    expected = sparse.csgraph.dijkstra(np.where(np.isinf(dense), 0, dense), indices=seeds).min(axis=0)
    start = np.zeros(15, dtype=np.int32)
    weight, first = spread(graph, seeds, start, label)
    np.testing.assert_array_equal(weight, np.where(np.isinf(expected), FAR, expected))
    np.testing.assert_array_equal(distances_from(graph, seeds, start), weight)
    assert (first[seeds[2:]] >= 0).all()
    assert first[seeds[0]] == label[:2].min()
    start[2:] = -1
    assert (spread(graph, seeds, start, label)[1] <= label[:2].max()).all()


def test_more_improvements_than_the_queue_has_room() -> None:
    """
    A hub is improved twenty times, and each time its twenty neighbours after it: 420 entries, room for 100.

    The later a node of the street is looked at, the shorter the way over it to the hub.
    """
    k = 20
    street, hub, leaf = np.arange(k), k, k + 1 + np.arange(k)
    tail = np.concatenate([street[:-1], street, np.full(k, hub)])
    head = np.concatenate([street[1:], np.full(k, hub), leaf])
    ms = np.concatenate([np.ones(k - 1), 2 * (k - street), np.ones(k)]).astype(np.int32)
    graph = csr(2 * k + 1, tail.astype(np.uint32), head.astype(np.uint32), ms, tail.astype(np.uint32))
    expected = [*street, k + 1, *[k + 2] * k]
    assert distances_from(graph, np.array([0]), np.array([0])).tolist() == expected
    weight, label = spread(graph, np.array([0]), np.array([0]), np.array([3]))
    assert weight.tolist() == expected
    assert set(label.tolist()) == {3}
