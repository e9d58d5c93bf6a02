"""Turn delays and forbidden turns: by hand at crossings, and every query against networkx on a graph of its own."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pyproj
import pytest

from siting.arrays import Floats
from siting.inputs.roads import read_ways
from siting.network import CLOSED, EdgePositions, RoadNetwork, build_network, closed, with_turns
from siting.network.ways import no_restrictions
from siting.speeds import load_profile
from siting.travel_time import Drawing, isochrones, k_nearest, matrix, nearest, reach, reversed_network, road_reach
from tests.travel_time.streets import network_of, places, random_places, seconds_by_networkx, town

DELAYS = {"near_s": 3.0, "across_s": 10.0, "sharp_s": 4.0, "u_turn_s": 30.0, "from_deg": 45.0, "sharp_from_deg": 120.0}
Pair = tuple[int, int]
"""A directed edge: edge, and 1 where it is driven backward."""


def turning(
    network: RoadNetwork, forbidden: Collection[tuple[Pair, Pair]] = (), *, side: str = "right", **delays: float
) -> RoadNetwork:
    """The network with the delays above, or others, and some turns forbidden."""
    profile = replace(load_profile("fire-engine-turns"), turns=DELAYS | delays, driving_side=side)
    charged = with_turns(network, profile, no_restrictions())
    assert charged.turns is not None
    codes = sorted((2 * e + d, 2 * f + c) for (e, d), (f, c) in forbidden)
    return replace(charged, turns=replace(charged.turns, forbidden=np.array(codes, dtype=np.int64).reshape(-1, 2)))


def seconds(network: RoadNetwork, site: tuple[int, float], demand: tuple[int, float]) -> float:
    """From one place to another, by `matrix`."""
    return float(matrix(network, places(site), places(demand), threads=1)[0, 0])


CROSSING = network_of(
    [(0, 0), (100, 0), (200, 0), (100, 100), (100, -100)],
    [(0, 1, 10_000, 10_000), (1, 2, 10_000, 10_000), (1, 3, 10_000, 10_000), (1, 4, 10_000, 10_000)],
)
"""Four streets of 10 s that meet in node 1: edge 0 from the west, 1 to the east, 2 to the north, 3 to the south."""


@pytest.mark.parametrize(
    ("side", "demand", "expected"),
    [
        ("right", (1, 0.5), 10.0),
        ("right", (2, 0.5), 10.0 + 10.0),
        ("right", (3, 0.5), 10.0 + 3.0),
        ("left", (2, 0.5), 10.0 + 3.0),
        ("left", (3, 0.5), 10.0 + 10.0),
        ("right", (0, 0.25), 2.5),
        ("right", (0, 0.75), 2.5),
        ("right", (1, 0.0), 5.0),
        ("right", (2, 1.0), 5.0 + 10.0 + 10.0),
    ],
)
def test_a_crossing_by_hand(side: str, demand: tuple[int, float], expected: float) -> None:
    """
    From the middle of the western street: straight on free, left 10 s, right 3 s (the other way where traffic keeps
    left); along the own street no turn; a place on the junction is reached without turning; at a dead end neither.
    """
    assert seconds(turning(CROSSING, side=side), (0, 0.5), demand) == pytest.approx(expected)


def test_a_site_on_the_junction_leaves_by_every_street_without_turning() -> None:
    """Whichever street it was snapped to."""
    network = turning(CROSSING)
    for site in ((0, 1.0), (1, 0.0), (2, 0.0), (3, 0.0)):
        for edge, fraction in ((0, 0.5), (1, 0.5), (2, 0.5), (3, 0.5)):
            assert seconds(network, site, (edge, fraction)) == 5.0
        assert seconds(network, site, (3, 0.0)) == 0.0


def test_a_sharp_turn_costs_more() -> None:
    """135 degrees to the left is 10 s and 4 s more."""
    network = network_of([(0, 0), (100, 0), (0, 100), (200, 0)], [(0, 1, 9000, 9000), (1, 2, 9000, 9000), (1, 3, 1, 1)])
    assert seconds(turning(network), (0, 0.0), (1, 1.0)) == 9.0 + 14.0 + 9.0


def test_a_bend_is_no_turn() -> None:
    """Where only two streets meet the road goes round a corner, and nobody waits."""
    network = network_of([(0, 0), (100, 0), (100, 100)], [(0, 1, 9000, 9000), (1, 2, 9000, 9000)])
    assert seconds(turning(network), (0, 0.0), (1, 1.0)) == 18.0


def test_a_forbidden_left_forces_round_the_block() -> None:
    """
    A block of streets of 10 s without delays. From the west to the north at the lower left corner is forbidden: on to
    the lower right, up, left and down again is 40 s instead of 10 s.
    """
    block = network_of(
        [(0, 0), (100, 0), (200, 0), (200, 100), (100, 100)],
        [(0, 1, *[10_000] * 2), (1, 2, *[10_000] * 2), (2, 3, *[10_000] * 2), (3, 4, *[10_000] * 2),
         (1, 4, *[10_000] * 2)],
    )  # fmt: skip
    free = dict.fromkeys(("near_s", "across_s", "sharp_s"), 0.0)
    network = turning(block, [((0, 0), (4, 0))], **free, u_turn_s=60.0)
    assert seconds(network, (0, 0.5), (4, 0.5)) == 5.0 + 30.0 + 5.0
    assert seconds(turning(block, **free), (0, 0.5), (4, 0.5)) == 10.0
    assert seconds(network, (4, 0.5), (0, 0.5)) == 10.0  # the other way round is another turn


def test_a_dead_end_is_left_by_a_u_turn() -> None:
    """Past the forbidden left to the dead end and back: 5 + 10 + 30 + 10, then a right turn of 3 s, and 5 s."""
    network = turning(CROSSING, [((0, 0), (2, 0))])
    assert seconds(network, (0, 0.5), (2, 0.5)) == 5 + 10 + 30 + 10 + 3 + 5


def test_round_a_block_where_a_turn_is_forbidden() -> None:
    """
    Left off the main road is forbidden: past it, round a block of 18 s that comes back later than any turn costs, and
    right from the other side is still quicker than a U-turn of 30 s.
    """
    network = network_of(
        [(-100, 0), (0, 0), (0, 100), (100, 0), (200, 0), (300, 0), (200, 100)],
        [(0, 1, *[10_000] * 2), (1, 2, *[10_000] * 2), (1, 3, *[1000] * 2), (3, 4, *[1000] * 2), (4, 5, 6000, CLOSED),
         (5, 6, 6000, CLOSED), (6, 4, 6000, CLOSED)],
    )  # fmt: skip
    barred = turning(network, [((0, 0), (1, 0))])
    assert seconds(barred, (0, 0.5), (1, 0.5)) == 5 + 2 + 18 + 3 + 2 + 3 + 5
    assert seconds(turning(network), (0, 0.5), (1, 0.5)) == 5 + 10 + 5


@pytest.mark.parametrize("seed", range(40))
def test_who_comes_too_late_gains_nothing(seed: int) -> None:
    """The bounded search, which ends where another came earlier, against the one to every junction, which does not."""
    rng = np.random.default_rng(seed)
    plain = town(rng)
    delays = {key: float(rng.choice([0.0, 2.0, 20.0])) for key in ("near_s", "across_s", "sharp_s")}
    forbidden = random_forbidden(plain, rng, int(rng.integers(20)))
    network = turning(plain, forbidden, **delays, u_turn_s=1.0 + float(rng.integers(40)))
    sites, demand = random_places(network, 12, rng), random_places(network, 80, rng)
    found = matrix(network, sites, demand, threads=1)
    for j in range(len(sites)):
        alone = nearest(network, sites.take(np.array([j])), demand).travel_s
        np.testing.assert_array_equal(found[:, j], alone)


def by_networkx(
    network: RoadNetwork, sites: EdgePositions, demand: EdgePositions, forbidden: Collection[tuple[Pair, Pair]] = ()
) -> Floats:
    """
    Seconds, shape (J, I), from an explicit graph of points on directed edges: every street cut at every place.

    Turns are priced anew, from the angle between the ends of two streets.
    """
    graph = nx.DiGraph()
    on_edge: dict[int, set[float]] = {}
    for e, f in (*zip(sites.edge, sites.fraction, strict=True), *zip(demand.edge, demand.fraction, strict=True)):
        on_edge.setdefault(int(e), {0.0, 1.0}).add(float(f))
    driven = []
    for e in range(network.n_edges):
        for back, ms in enumerate((network.forward_ms[e], network.backward_ms[e])):
            if ms == CLOSED:
                continue
            driven.append((e, back))
            stops = sorted(on_edge.get(e, {0.0, 1.0}), reverse=bool(back))
            for here, there in itertools.pairwise(stops):
                graph.add_edge((e, back, here), (e, back, there), weight=abs(there - here) * float(ms))
    ends = list(zip(network.edge_from.tolist(), network.edge_to.tolist(), strict=True))
    legs = np.bincount(np.concatenate([network.edge_from, network.edge_to]), minlength=network.n_nodes)
    leaves: dict[int, list[Pair]] = {}
    for e, back in driven:
        leaves.setdefault(ends[e][back], []).append((e, back))
    for e, back in driven:
        node = ends[e][1 - back]
        for f, way in leaves.get(node, []):
            if ((e, back), (f, way)) not in forbidden:
                cost = 1000.0 * _turn_s(network, (e, back), (f, way), legs[node] > 2)
                graph.add_edge((e, back, float(1 - back)), (f, way, float(way)), weight=cost)

    def around(e: int, f: float, is_site: bool) -> list[tuple[int, int, float]]:
        if f not in (0.0, 1.0):
            return [(e, back, f) for back in (0, 1)]
        node = ends[e][int(f)]
        out = [(g, way, float(way)) for g, way in leaves.get(node, [])]
        into = [(g, way, float(1 - way)) for g, way in driven if ends[g][1 - way] == node]
        return out if is_site else out + into

    found = np.full((len(sites), len(demand)), np.inf)
    for j in np.flatnonzero(sites.on_road):
        starts = [at for at in around(int(sites.edge[j]), float(sites.fraction[j]), True) if at in graph]
        reached = nx.multi_source_dijkstra_path_length(graph, starts) if starts else {}
        for i in np.flatnonzero(demand.on_road):
            at = around(int(demand.edge[i]), float(demand.fraction[i]), False)
            found[j, i] = min((reached.get(one, np.inf) for one in at), default=np.inf) / 1000.0
    return found


def _turn_s(network: RoadNetwork, come: Pair, go: Pair, is_crossing: bool) -> float:
    if come[0] == go[0] and come[1] != go[1]:
        return DELAYS["u_turn_s"]
    if not is_crossing:
        return 0.0
    back, on = (
        math.degrees(math.atan2(y, x))
        for x, y in (_end_vector(network, come[0], 1 - come[1]), _end_vector(network, go[0], go[1]))
    )
    left_deg = round(on - back, 4) % 360.0 - 180.0  # 0 is straight on: the street one came by lies behind
    if abs(left_deg) < DELAYS["from_deg"]:
        return 0.0
    turned = DELAYS["across_s"] if left_deg > 0.0 or abs(left_deg) > 179.9 else DELAYS["near_s"]
    return turned + (DELAYS["sharp_s"] if abs(left_deg) >= DELAYS["sharp_from_deg"] else 0.0)


def _end_vector(network: RoadNetwork, edge: int, end: int) -> tuple[float, float]:
    """From one end of a street to 15 m along it, or to its middle."""
    line = network.coords[network.coord_ptr[edge] : network.coord_ptr[edge + 1]]
    line = line[::-1] if end else line
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = min(15.0 / max(network.edge_length_m[edge], 15.0), 0.5) * steps.sum()
    x, y = (float(np.interp(along, np.concatenate([[0.0], np.cumsum(steps)]), axis)) for axis in line.T)
    return x - float(line[0, 0]), y - float(line[0, 1])


def random_forbidden(network: RoadNetwork, rng: np.random.Generator, n: int) -> list[tuple[Pair, Pair]]:
    ends = np.column_stack([network.edge_from, network.edge_to]).astype(int)
    pairs = [
        ((e, back), (f, way))
        for e, f in rng.integers(0, network.n_edges, (200 * n, 2)).tolist()
        for back in (0, 1)
        for way in (0, 1)
        if ends[e, 1 - back] == ends[f, way]
    ]
    return pairs[:n]


def assert_all_queries_agree(
    network: RoadNetwork, sites: EdgePositions, demand: EdgePositions, expected: Floats, limit_s: float
) -> None:
    """reach, nearest, k_nearest, matrix, and the same searched from the demand; times to 2 ms."""
    np.testing.assert_allclose(matrix(network, sites, demand), expected.T, atol=0.002)
    np.testing.assert_allclose(matrix(reversed_network(network), demand, sites), expected, atol=0.002)
    np.testing.assert_allclose(nearest(network, sites, demand).travel_s, expected.min(axis=0), atol=0.002)
    np.testing.assert_allclose(
        k_nearest(network, sites, demand, 3).travel_s, np.sort(expected, axis=0)[:3].T, atol=0.002
    )
    labels = {"site_ids": pd.RangeIndex(len(sites)), "demand_ids": pd.RangeIndex(len(demand))}
    times = reach(network, sites, demand, limit_s, **labels)
    found = np.full_like(expected, np.inf)
    found[times.site, times.demand] = times.ms / 1000.0
    assert len(times.ms) == np.isfinite(found).sum()
    clear = np.abs(expected - limit_s) > 0.002
    np.testing.assert_allclose(found[clear], np.where(expected <= limit_s, expected, np.inf)[clear], atol=0.002)


@pytest.mark.parametrize("seed", range(12))
def test_every_query_agrees_with_networkx(seed: int) -> None:
    """Random towns with one-ways, crescents, a loop and forbidden turns; places on junctions and off the road."""
    rng = np.random.default_rng(seed)
    plain = town(rng)
    forbidden = random_forbidden(plain, rng, 15)
    network = turning(plain, forbidden)
    sites, demand = random_places(network, 14, rng), random_places(network, 60, rng)
    expected = by_networkx(network, sites, demand, forbidden)
    assert_all_queries_agree(network, sites, demand, expected, 60.0)
    assert (expected >= seconds_by_networkx(plain, sites, demand) - 1e-9).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_roads_reached_are_those_within_the_limit(seed: int) -> None:
    """A place along a street lies on a piece of `road_reach` just when its time is within the limit."""
    rng = np.random.default_rng(seed)
    network = turning(town(rng))
    sites, demand = random_places(network, 5, rng), random_places(network, 300, rng)
    demand = demand.take(demand.on_road & (demand.fraction > 0) & (demand.fraction < 1))
    times = matrix(network, sites, demand)
    roads = road_reach(network, sites, [40.0], pd.RangeIndex(len(sites)))
    on_land = isochrones(network, sites, [40.0], pd.RangeIndex(len(sites)), Drawing(reach_m=30.0, cell_m=10.0))
    for j in range(len(sites)):
        own = roads[roads.site_id == j]
        is_reached = np.zeros(len(demand), dtype=bool)
        for row in own.itertuples():
            ends = network.coords[network.coord_ptr[row.edge] : network.coord_ptr[row.edge + 1]]
            span = np.hypot(*(ends[1] - ends[0]))
            if span == 0:
                continue
            along = sorted(
                np.hypot(*(np.array(xy) - ends[0])) / span for xy in (row.geometry.coords[0], row.geometry.coords[-1])
            )
            is_reached |= (demand.edge == row.edge) & (along[0] <= demand.fraction) & (demand.fraction <= along[1])
        clear = (np.abs(times[:, j] - 40.0) > 0.02) & (network.edge_from != network.edge_to)[demand.edge]
        np.testing.assert_array_equal(is_reached[clear], (times[:, j] <= 40.0)[clear])
        assert on_land.area_km2[j] == 0 if not sites.on_road[j] else on_land.area_km2[j] > 0


def test_without_costs_the_network_of_junctions_is_searched() -> None:
    """A profile that charges no turn leaves the network as it was: nothing is paid for what is not used."""
    free = with_turns(CROSSING, load_profile("fire-engine"), no_restrictions())
    assert free.turns is None
    assert free.states.arcs is free.outward


def test_closures_keep_the_turns() -> None:
    """The straight way is closed: nobody comes from west to east, but still from west to south for a right turn."""
    no_rights = {"forward_override": np.uint8(0), "backward_override": np.uint8(0)}
    named = replace(CROSSING, edges=CROSSING.edges.assign(name="", **no_rights))
    shut = closed(turning(named), "works", edges=[1])
    assert seconds(shut, (0, 0.5), (1, 0.5)) == np.inf
    assert seconds(shut, (0, 0.5), (3, 0.5)) == 13.0


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "crs"),
    [("helsinki_center/Helsinki.osm.pbf", "EPSG:32635"), ("porto_alegre/poa.osm.pbf", "EPSG:32722")],
)
def test_real_roads_agree_with_networkx(real: Callable[[str], Path], name: str, crs: str) -> None:
    """Random places on real extracts with their own restrictions, all queries, every time to 2 ms."""
    ways = read_ways(real(name))
    profile = replace(load_profile("fire-engine-turns"), turns=DELAYS)
    network = build_network(ways, profile, pyproj.CRS(crs))
    assert network.turns is not None
    codes = network.turns.forbidden.tolist()
    forbidden = {(divmod(come, 2), divmod(go, 2)) for come, go in codes}
    rng = np.random.default_rng(3)
    sites, demand = random_places(network, 8, rng), random_places(network, 200, rng)
    assert_all_queries_agree(network, sites, demand, by_networkx(network, sites, demand, forbidden), 240.0)
