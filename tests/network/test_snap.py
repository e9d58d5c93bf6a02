"""Snapping finds the nearest place on any road exactly: by hand, by brute force over segments, and as shapely does."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting import toy
from siting.arrays import Floats
from siting.errors import InputError
from siting.inputs.roads import read_ways
from siting.network import EdgePositions, RoadNetwork, build_network, position_xy, snap
from siting.speeds import load_profile
from tests.network.drawing import draw


def snapped(*plan: tuple[float, float], limit_m: float = 1000.0, main_only: bool = True) -> EdgePositions:
    return snap(toy.network(), *toy.xy(list(plan)), limit_m, main_only=main_only)


def lines(network: RoadNetwork) -> np.ndarray:
    edge = np.repeat(np.arange(network.n_edges), np.diff(network.coord_ptr))
    return shapely.linestrings(network.coords, indices=edge)


def test_a_place_beside_a_street() -> None:
    places = snapped((100.0, -30.0), (1600.0, 900.0), (1630.0, 900.0))
    assert toy.network().edges.name[places.edge].tolist() == ["South Street", "E Avenue", "E Avenue"]
    assert places.fraction == pytest.approx([0.25, 0.25, 0.25], abs=1e-6)
    assert places.distance_m == pytest.approx([30, 0, 30], abs=1e-6)


def test_the_limit_is_inclusive_and_keeps_the_row() -> None:
    places = snapped((200.0, -50.0), (200.0, -50.2), limit_m=50.1)
    assert places.on_road.tolist() == [True, False]
    assert places.edge[1] == -1
    assert np.isnan(places.fraction[1])
    assert places.distance_m[1] == np.inf


def test_roads_that_are_cut_off_count_only_when_asked() -> None:
    assert snapped((1200.0, 610.0)).distance_m[0] == pytest.approx(190, abs=1e-3)
    island = snapped((1200.0, 610.0), main_only=False)
    assert toy.network().edges.name[island.edge[0]] == "Island Lane"


def test_nobody_is_reached_from_a_motorway_a_bridge_or_a_tunnel() -> None:
    """The street runs 100 m south of the point, the fast road 10 m north of it."""
    points = {"a": (0.0, 0.0), "b": (400.0, 0.0), "c": (0.0, 110.0), "d": (400.0, 110.0)}
    for tags in ({"highway": "motorway"}, {"bridge": "yes"}, {"tunnel": "yes"}):
        roads = [("a b", {"name": "Street"}), ("a c", {}), ("c d", {"oneway": "no"} | tags), ("d b", {})]
        network = build_network(draw(points, roads), load_profile("fire-engine"), toy.CRS)
        assert network.is_main.all()
        x, y = toy.xy([(200.0, 100.0)])
        assert snap(network, x, y, 150.0).distance_m == pytest.approx(100.0, abs=1e-3)
        assert snap(network, x, y, 150.0, main_only=False).distance_m == pytest.approx(10.0, abs=1e-3)


def test_at_a_junction_the_lowest_edge_takes_it() -> None:
    network = toy.network()
    places = snap(network, network.x, network.y, 1.0, main_only=False)
    for node in range(network.n_nodes):
        meeting = np.flatnonzero((network.edge_from == node) | (network.edge_to == node))
        assert (places.edge[node], places.distance_m[node]) == (meeting.min(), 0.0)


def test_far_away_points_find_the_town() -> None:
    places = snapped((-5000.0, 0.0), (0.0, 9000.0), limit_m=8000.0)
    assert places.distance_m == pytest.approx([5000, 7800], abs=1e-3)


def test_edges_without_length_take_places_too() -> None:
    network = build_network(draw({"a": (0, 0), "b": (0, 0)}, [("a b", {})]), load_profile("flat-40"), toy.CRS)
    places = snap(network, *toy.xy([(3.0, 4.0)]), 10.0)
    assert (places.edge[0], places.fraction[0]) == (0, 0.0)
    assert places.distance_m[0] == pytest.approx(5.0, abs=1e-6)
    assert position_xy(network, places)[0] == pytest.approx(network.coords[0])


def test_without_any_road_to_snap_to_nothing_is_on_road() -> None:
    network = replace(toy.network(), is_main=np.zeros(toy.network().n_edges, dtype=np.bool_))
    places = snap(network, *toy.xy([(0.0, 0.0)]), 100.0)
    assert (places.edge[0], places.distance_m[0]) == (-1, np.inf)


def test_no_points_give_no_places() -> None:
    assert len(snap(toy.network(), np.empty(0), np.empty(0), 100.0)) == 0


def test_bad_points_and_limits_are_named_together() -> None:
    with pytest.raises(InputError, match=r"(?s)limit_m is 0.*1 points have no finite coordinates \(rows 1\)"):
        snap(toy.network(), np.array([0.0, np.nan]), np.array([0.0, 0.0]), 0)


def test_a_road_far_away_makes_the_grid_coarser_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lane of 250 km once filled memory with cells; with few cells everything is found as with many."""
    points = {"a": (0, 0), "b": (300, 0), "c": (300, 200), "far": (180_000, 170_000)}
    network = build_network(draw(points, [("a b", {}), ("b c", {}), ("c far", {})]), load_profile("flat-40"), toy.CRS)
    x, y = toy.xy([*np.random.default_rng(1).uniform(-400, 900, (300, 2))])
    fine = snap(network, x, y, 400.0)
    monkeypatch.setattr(sys.modules[snap.__module__], "_MOST_GRID_CELLS", 1000)
    coarse = snap(network, x, y, 400.0)
    assert fine.on_road.any()
    assert not fine.on_road.all()
    assert coarse.edge.tolist() == fine.edge.tolist()
    assert coarse.distance_m.tolist() == fine.distance_m.tolist()


@cache
def tangle(seed: int) -> RoadNetwork:
    """Crooked roads over 2 km, some far longer than a grid cell."""
    random = np.random.default_rng(seed)
    points = {f"n{i}": (x, y) for i, (x, y) in enumerate(random.uniform(0, 2000, (40, 2)))}
    roads = [(" ".join(f"n{i}" for i in random.permutation(40)[: random.integers(2, 6)]), {}) for _ in range(14)]
    return build_network(draw(points, roads), load_profile("flat-40"), toy.CRS)


def brute_force(network: RoadNetwork, x: float, y: float) -> Floats:
    """Distance to every edge, segment by segment in plain arithmetic."""
    distances = []
    for begin, end in zip(network.coord_ptr[:-1], network.coord_ptr[1:], strict=True):
        a, b = network.coords[begin : end - 1], network.coords[begin + 1 : end]
        share = np.clip(((np.array([x, y]) - a) * (b - a)).sum(axis=1) / ((b - a) ** 2).sum(axis=1), 0, 1)
        distances.append(np.hypot(*(a + share[:, None] * (b - a) - [x, y]).T).min())
    return np.array(distances)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 3), st.floats(-600, 2600), st.floats(-600, 2600), st.floats(1, 900))
def test_nearest_is_that_of_brute_force(seed: int, east: float, north: float, limit_m: float) -> None:
    network = tangle(seed)
    x, y = toy.xy([(east, north)])
    places = snap(network, x, y, limit_m, main_only=False)
    distances = brute_force(network, x[0], y[0])
    if distances.min() > limit_m:
        assert places.edge[0] == -1
        return
    assert places.distance_m[0] == pytest.approx(distances.min(), abs=1e-6)
    assert distances[places.edge[0]] == pytest.approx(distances.min(), abs=1e-6)
    found = position_xy(network, places)[0]
    assert np.hypot(*(found - [x[0], y[0]])) == pytest.approx(places.distance_m[0], abs=1e-5)


def test_hamlets_in_an_empty_land() -> None:
    """Lanes of 60 m, kilometres apart; points between and far outside find the nearest all the same."""
    random = np.random.default_rng(5)
    starts = random.uniform(0, 9000, (20, 2))
    points = {f"a{i}": tuple(start) for i, start in enumerate(starts)}
    points |= {f"b{i}": tuple(start + random.uniform(-60, 60, 2)) for i, start in enumerate(starts)}
    network = build_network(draw(points, [(f"a{i} b{i}", {}) for i in range(20)]), load_profile("flat-40"), toy.CRS)
    x, y = toy.xy([*random.uniform(-6000, 15_000, (400, 2))])
    found = snap(network, x, y, 1e5, main_only=False)
    distances = np.array([brute_force(network, *xy) for xy in zip(x, y, strict=True)])
    np.testing.assert_allclose(found.distance_m, distances.min(axis=1), atol=1e-6)
    assert found.edge.tolist() == distances.argmin(axis=1).tolist()


def test_positions_walk_along_the_geometry() -> None:
    network = tangle(0)
    edge = np.arange(network.n_edges)
    shapes = lines(network)
    for share in (0.0, 0.3, 0.5, 1.0):
        places = EdgePositions(edge, np.full(len(edge), share), np.zeros(len(edge)))
        expected = shapely.get_coordinates(shapely.line_interpolate_point(shapes, share, normalized=True))
        assert position_xy(network, places) == pytest.approx(expected, abs=1e-6)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "epsg"),
    [("guixi/guixi.osm", 4548), ("porto_alegre/poa.osm.pbf", 32722), ("helsinki_center/Helsinki.osm.pbf", 32635)],
)
def test_distances_on_real_roads_are_those_of_shapely(real, name: str, epsg: int) -> None:
    network = build_network(read_ways(real(name)), load_profile("fire-engine"), pyproj.CRS.from_epsg(epsg))
    random = np.random.default_rng(1)
    low, high = network.coords.min(axis=0) - 200, network.coords.max(axis=0) + 200
    x, y = random.uniform(low, high, (4000, 2)).T
    places = snap(network, x, y, 300.0)
    fronts = network.is_main & network.edges["has_frontage"].to_numpy()
    tree = shapely.STRtree(lines(network)[fronts])
    (row, _), away = tree.query_nearest(shapely.points(x, y), return_distance=True, all_matches=False)
    expected = np.full(len(x), np.inf)
    expected[row] = away
    near = expected <= 300.0
    assert 500 < near.sum() < 4000 or name.startswith("helsinki")
    assert (places.on_road == near).all()
    assert places.distance_m[near] == pytest.approx(expected[near], abs=1e-6)
    assert fronts[places.edge[near]].all()
