"""Pulling away and stopping count wherever seconds come in or go out: one law, solved by hand and by brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from siting import toy
from siting.network import EdgePositions, RoadNetwork
from siting.speeds import trip_s
from siting.travel_time import Drawing, isochrones, k_nearest, matrix, nearest, reach, road_reach

START_S = 39.0
LABELS = {"site_ids": pd.Index(list(toy.SITES)), "demand_ids": pd.Index(list(toy.DEMAND))}


@pytest.fixture
def network() -> RoadNetwork:
    return replace(toy.network(), start_stop_s=START_S)


def by_hand() -> np.ndarray:
    """Seconds of each trip in the toy town, [demand, site]: the law on the town's own table."""
    return trip_s(toy.travel_time_s().to_numpy(), START_S)


def test_the_matrix_is_the_law_on_the_table(network: RoadNetwork) -> None:
    """S to d1 takes 18 s on the network, so 2 √(18 · 39) s; to d2 90 s, so 129 s."""
    found = matrix(network, toy.sites(), toy.demand())
    assert found[:2, 0] == pytest.approx([52.99, 129.0], abs=0.01)
    np.testing.assert_allclose(found, by_hand(), atol=0.01)


@pytest.mark.parametrize("limit_s", [52.0, 53.0, 77.9, 100.0, 129.1, 240.0])
def test_a_limit_is_a_limit_of_the_trip(network: RoadNetwork, limit_s: float) -> None:
    """Whoever is within the limit by the table is reached, with the time of the table; nobody else."""
    times = reach(network, toy.sites(), toy.demand(), limit_s, **LABELS)
    found = np.full(by_hand().shape, np.inf)
    found[times.demand, times.site] = times.ms / 1000.0
    np.testing.assert_allclose(found, np.where(by_hand() <= limit_s, by_hand(), np.inf), atol=0.01)


def test_who_is_first_when_they_start_at_different_times(network: RoadNetwork) -> None:
    """Any turnouts: the first, and the first two, are those of the table with each station's turnout added."""
    rng = np.random.default_rng(3)
    for _ in range(50):
        turnout_s = rng.choice([0.0, 20.0, 40.0, 60.0, 90.0], 3)
        response_s = by_hand() + turnout_s
        first = nearest(network, toy.sites(), toy.demand(), start_s=turnout_s)
        two = k_nearest(network, toy.sites(), toy.demand(), 2, start_s=turnout_s)
        np.testing.assert_allclose(first.response_s, response_s.min(axis=1), atol=0.01)
        np.testing.assert_allclose(two.response_s, np.sort(response_s, axis=1)[:, :2], atol=0.01)
        there = first.site >= 0
        np.testing.assert_allclose(
            first.travel_s[there], by_hand()[there, first.site[there]], atol=0.01, err_msg=str(turnout_s)
        )


def test_a_short_trip_is_not_its_time_and_turnout(network: RoadNetwork) -> None:
    """4 s away after 20 s of turnout beats 18 s away at once: 25 + 20 s against 53 s, though 24 s is more than 18 s."""
    there = toy.demand().take(np.array([0]))
    sites = EdgePositions(there.edge[[0, 0]], there.fraction - np.array([4.0, 18.0]) / 36.0, np.zeros(2))
    first = nearest(network, sites, there, start_s=np.array([20.0, 0.0]))
    assert first.site.tolist() == [0]
    assert first.response_s == pytest.approx([44.98], abs=0.01)
    assert nearest(toy.network(), sites, there, start_s=np.array([20.0, 0.0])).site.tolist() == [1]


def test_roads_and_land_end_with_the_trip(network: RoadNetwork) -> None:
    """What 100 s reach with the law is what 61 s reach without it, and 60 s what 23.077 s do; labels stay as asked."""
    plain = toy.network()
    sites, ids = toy.sites(), LABELS["site_ids"]
    for limit_s, cruise_s in ((100.0, 61.0), (60.0, 60.0**2 / (4 * START_S))):
        roads, same = road_reach(network, sites, [limit_s], ids), road_reach(plain, sites, [cruise_s], ids)
        assert roads.limit_s.unique().tolist() == [limit_s]
        np.testing.assert_allclose(roads.length_m, same.length_m, atol=0.02)
        for form in ("overlap", "nearest", "dissolved"):
            land, as_land = (
                isochrones(on, sites, [limit], ids, Drawing(form=form))
                for on, limit in ((network, limit_s), (plain, cruise_s))
            )
            assert land.limit_s.unique().tolist() == [limit_s]
            np.testing.assert_allclose(land.area_km2, as_land.area_km2, rtol=1e-3)


def test_without_a_start_nothing_changes() -> None:
    """The default profile's 0 s is no law at all: the same milliseconds."""
    plain = reach(toy.network(), toy.sites(), toy.demand(), 240.0, **LABELS)
    none = reach(replace(toy.network(), start_stop_s=0.0), toy.sites(), toy.demand(), 240.0, **LABELS)
    np.testing.assert_array_equal(plain.ms, none.ms)
