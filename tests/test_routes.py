"""Routes are roads that join, take the time they say, and are as quick as the search for sites finds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest

from siting import toy
from siting.inputs.roads import read_ways
from siting.network import CLOSED, EdgePositions, RoadNetwork, build_network, closed, turn_table
from siting.routes import Routes, routes
from siting.speeds import cruise_s, load_profile, trip_s
from siting.travel_time import matrix, reach
from tests.network.drawing import draw
from tests.travel_time.streets import random_places, town
from tests.travel_time.test_turns import random_forbidden, turning


def check(network: RoadNetwork, origins: EdgePositions, destinations: EdgePositions, ways: Routes) -> None:
    """Pieces are open, join end to end, begin and end where they should, and their times add up."""
    ms = np.where(ways.is_forward, network.forward_ms[ways.edge], network.backward_ms[ways.edge])
    assert (ms != CLOSED).all()
    driven_s = np.bincount(ways.trip, ms * ways.share / 1000.0, len(ways.travel_s))
    there = np.isfinite(ways.travel_s)
    assert driven_s[there] == pytest.approx(ways.travel_s[there], abs=0.004)
    tail = np.where(ways.is_forward, network.edge_from[ways.edge], network.edge_to[ways.edge])
    head = np.where(ways.is_forward, network.edge_to[ways.edge], network.edge_from[ways.edge])
    same_trip = ways.trip[1:] == ways.trip[:-1]
    assert (head[:-1] == tail[1:])[same_trip].all()
    inner = np.r_[False, same_trip] & np.r_[same_trip, False]
    assert ways.share[inner] == pytest.approx(1.0)
    assert (ways.share > 0).all()
    assert (ways.share <= 1).all()


def all_pairs(sites: EdgePositions, demand: EdgePositions) -> tuple[EdgePositions, EdgePositions]:
    j, i = np.divmod(np.arange(len(sites) * len(demand)), len(demand))
    return sites.take(j), demand.take(i)


def test_the_towns_table_of_times() -> None:
    pairs = all_pairs(toy.sites(), toy.demand())
    ways = routes(toy.network(), *pairs)
    check(toy.network(), *pairs, ways)
    expected = toy.travel_time_s().to_numpy().T.ravel()
    assert ways.travel_s == pytest.approx(np.where(np.isnan(expected), np.inf, expected), abs=0.003)


@pytest.mark.parametrize("seed", range(3))
def test_routes_with_turns(seed: int) -> None:
    """As quick as the search finds; driving and turning make up the time; forbidden turns are not made."""
    rng = np.random.default_rng(seed)
    plain = town(rng)
    forbidden = random_forbidden(plain, rng, 15)
    network = turning(plain, forbidden)
    sites, demand = random_places(network, 5, rng), random_places(network, 40, rng)
    ways = routes(network, *all_pairs(sites, demand))
    assert ways.travel_s == pytest.approx(matrix(network, sites, demand).T.ravel(), abs=0.0005)
    ms = np.where(ways.is_forward, network.forward_ms[ways.edge], network.backward_ms[ways.edge])
    driven_s = np.bincount(ways.trip, ms * ways.share / 1000.0, len(ways.travel_s))
    code = 2 * ways.edge + ~ways.is_forward
    turns = turn_table(network).astype({"from_forward": bool, "to_forward": bool})
    cost = {
        (2 * t.from_edge + (not t.from_forward), 2 * t.to_edge + (not t.to_forward)): t.seconds
        for t in turns.itertuples()
    }
    turned_s = np.zeros(len(ways.travel_s))
    for k in np.flatnonzero(ways.trip[1:] == ways.trip[:-1]):
        turned_s[ways.trip[k]] += cost.get((int(code[k]), int(code[k + 1])), 0.0)
    there = np.isfinite(ways.travel_s)
    assert (driven_s + turned_s)[there] == pytest.approx(ways.travel_s[there], abs=0.004)
    assert ways.turn_s[there] == pytest.approx(turned_s[there], abs=0.004)
    assert turned_s.max() > 0


def test_one_edge_directly_round_the_block_and_not_at_all() -> None:
    points = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (100.0, 100.0), "d": (0.0, 100.0)}
    oneway = build_network(
        draw(points, [("a b", {"oneway": "yes"}), ("b c d a", {})]), load_profile("flat-40"), toy.CRS
    )
    street = int(oneway.edge_length_m.argmin())
    early, late = (EdgePositions(np.array([street]), np.array([f]), np.zeros(1)) for f in (0.2, 0.7))
    ahead, back = routes(oneway, early, late), routes(oneway, late, early)
    assert (ahead.edge.tolist(), ahead.share.round(6).tolist()) == ([street], [0.5])
    assert back.share.round(6).tolist() == [0.3, 1.0, 0.2]
    assert back.travel_s == pytest.approx([0.09 * (30 + 300 + 20)], abs=0.003)
    shut = routes(closed(oneway, "works", edges=[street]), early, late)
    assert (len(shut.edge), shut.travel_s.tolist()) == (0, [np.inf])


def test_of_two_streets_between_the_same_corners_the_quicker_is_taken() -> None:
    points = {"o": (-50.0, 0.0), "a": (0.0, 0.0), "b": (100.0, 0.0), "m": (50.0, 50.0), "z": (150.0, 0.0)}
    roads = [("o a", {}), ("a m b", {"highway": "primary"}), ("a b", {"highway": "service"}), ("b z", {})]
    network = build_network(draw(points, roads), load_profile("fire-engine"), toy.CRS)
    end = [int(np.flatnonzero(network.edges.way_id == way)[0]) for way in (1, 4)]
    at = [float(network.node_id[network.edge_to[e]] == node) for e, node in zip(end, (100, 104), strict=True)]
    origin, destination = (
        EdgePositions(np.array([e]), np.array([f]), np.zeros(1)) for e, f in zip(end, at, strict=True)
    )
    assert network.edges.way_id.iloc[routes(network, origin, destination).edge].tolist() == [1, 2, 4]


def test_nothing_to_drive() -> None:
    """No trip, and trips to where one is: 0 s, and not less than nothing."""
    there = routes(toy.network(), toy.sites(), toy.sites()).travel_s
    assert (there.tolist(), np.signbit(there).any()) == ([0.0] * 3, False)
    assert len(routes(toy.network(), toy.sites().take(np.arange(0)), toy.demand().take(np.arange(0))).travel_s) == 0


@pytest.mark.parametrize("lost_s", [0.0, 20.0, 39.0, 200.0])
def test_the_law_of_pulling_away_is_a_limit_on_the_network(lost_s: float) -> None:
    """Who is reached within T by the law is who is reached within cruise_s(T) on the network, for every T."""
    town, names = toy.network(), {"site_ids": pd.RangeIndex(3), "demand_ids": pd.RangeIndex(6)}
    by_law_s = trip_s(routes(town, *all_pairs(toy.sites(), toy.demand())).travel_s, lost_s).reshape(3, 6)
    for limit_s in np.arange(5.0, 400.0, 7.3):
        times = reach(town, toy.sites(), toy.demand(), cruise_s(limit_s, lost_s), **names)
        found = np.zeros((3, 6), dtype=bool)
        found[times.site, times.demand.astype(int)] = True
        assert (found == (by_law_s <= limit_s)).all()


@pytest.mark.real
def test_as_quick_as_the_search_on_real_roads(real) -> None:
    network = build_network(read_ways(real("guixi/guixi.osm")), load_profile("fire-engine"), pyproj.CRS.from_epsg(4548))
    rng = np.random.default_rng(3)
    edges = np.flatnonzero(network.is_main)
    sites, demand = (
        EdgePositions(rng.choice(edges, n), rng.choice([0.0, 0.3, rng.random(), 1.0], n), np.zeros(n)) for n in (6, 60)
    )
    pairs = all_pairs(sites, demand)
    ways = routes(network, *pairs)
    check(network, *pairs, ways)
    times = reach(network, sites, demand, 1e5, site_ids=pd.RangeIndex(6), demand_ids=pd.RangeIndex(60))
    found = np.full((6, 60), np.inf)
    found[times.site, times.demand.astype(int)] = times.ms / 1000.0
    assert ways.travel_s == pytest.approx(found.ravel(), abs=0.0005)
