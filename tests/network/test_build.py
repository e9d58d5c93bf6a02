"""Ways become edges exactly where they should, with lengths on the ellipsoid and times charged as stated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyproj
import pytest
import shapely

from siting import toy
from siting.errors import InputError
from siting.network import CLOSED, RoadNetwork, Ways, build_network
from siting.speeds import load_profile
from tests.network.drawing import draw

FLAT, ENGINE = load_profile("flat-40"), load_profile("fire-engine")
LINE = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (200.0, 0.0), "d": (300.0, 0.0), "e": (200.0, 100.0)}


def built(ways: Ways, profile=FLAT, within=None) -> RoadNetwork:
    return build_network(ways, profile, toy.CRS, within)


def pieces(network: RoadNetwork) -> list[tuple[int, int, float]]:
    """Node ids of both ends, the smaller first, and length to the decimetre."""
    ends = network.node_id[np.column_stack([network.edge_from, network.edge_to]).astype(int)]
    return sorted(
        (min(pair), max(pair), round(float(m), 1)) for pair, m in zip(ends, network.edge_length_m, strict=True)
    )


def test_ways_are_cut_where_they_meet_and_nowhere_else() -> None:
    network = built(draw(LINE, [("a b c d", {}), ("c e", {})]))
    assert pieces(network) == [(100, 102, 200.0), (102, 103, 100.0), (102, 104, 100.0)]
    longest = int(network.edge_length_m.argmax())
    assert network.coord_ptr[longest + 1] - network.coord_ptr[longest] == 3


def test_a_change_of_way_is_never_merged() -> None:
    network = built(draw(LINE, [("a b", {"name": "One"}), ("b c", {"name": "Two"})]))
    assert pieces(network) == [(100, 101, 100.0), (101, 102, 100.0)]
    assert sorted(network.edges.name) == ["One", "Two"]


def test_ways_that_are_not_driven_make_no_junction() -> None:
    network = built(draw(LINE, [("a b c d", {}), ("c e", {"highway": "footway"})]))
    assert pieces(network) == [(100, 103, 300.0)]


def test_loops_and_parallel_edges_stay() -> None:
    loop = built(draw(LINE, [("a c", {}), ("c d e c", {}), ("c d", {})]))
    assert pieces(loop) == [(100, 102, 200.0), (102, 103, 100.0), (102, 103, 100.0), (102, 103, 241.4)]
    ring = built(draw(LINE, [("c d e c", {})]))
    assert ring.n_nodes == 1
    assert ring.edge_from.tolist() == ring.edge_to.tolist() == [0]


def test_a_way_that_touches_itself_is_cut_there() -> None:
    assert pieces(built(draw(LINE, [("a c d e c b", {})]))) == [(100, 102, 200.0), (101, 102, 100.0), (102, 102, 341.4)]


def test_a_node_twice_in_a_row_is_one_node_and_a_way_of_one_node_is_none() -> None:
    assert pieces(built(draw(LINE, [("a b b c", {}), ("d", {})]))) == [(100, 102, 200.0)]


def test_time_is_length_over_speed_rounded_up() -> None:
    network = built(draw({"a": (0, 0), "b": (0, 123.456)}, [("a b", {"highway": "primary"})]), ENGINE)
    exact_ms = network.edge_length_m[0] * 3.6 / 45 * 1000
    assert network.forward_ms[0] == np.ceil(exact_ms) == network.backward_ms[0]


def test_two_nodes_in_one_place_take_a_millisecond() -> None:
    network = built(draw({"a": (0, 0), "b": (0, 0)}, [("a b", {})]))
    assert (network.edge_length_m[0], network.forward_ms[0]) == (0.0, 1)


def test_directions() -> None:
    for tags, is_open in (({"oneway": "yes"}, (True, False)), ({"oneway": "-1"}, (False, True)), ({}, (True, True))):
        network = built(draw(LINE, [("a b", tags)]))
        drawn_forward = network.node_id[network.edge_from[0]] == 100
        assert drawn_forward
        assert (network.forward_ms[0] != CLOSED, network.backward_ms[0] != CLOSED) == is_open


def test_a_signal_at_a_junction_delays_whoever_drives_into_it() -> None:
    network = built(draw(LINE, [("a b", {}), ("b c", {})], {"b": {"highway": "traffic_signals"}}), ENGINE)
    plain_ms = 100 * 3.6 / 25 * 1000
    for e in range(2):
        into_b = network.node_id[network.edge_to[e]] == 101
        assert network.forward_ms[e] == pytest.approx(plain_ms + (5000 if into_b else 0), abs=1)
        assert network.backward_ms[e] == pytest.approx(plain_ms + (0 if into_b else 5000), abs=1)


def test_a_signal_with_a_direction_delays_only_whom_it_faces() -> None:
    """Inside a way, and where the way is cut at a junction: forward is the way's own direction."""
    signal = {"b": {"highway": "traffic_signals", "traffic_signals:direction": "forward"}}
    inside = built(draw(LINE, [("a b c", {})], signal), ENGINE)
    plain_ms = 200 * 3.6 / 25 * 1000
    assert (inside.forward_ms[0], inside.backward_ms[0]) == pytest.approx((plain_ms + 5000, plain_ms), abs=1)
    cut = built(draw({**LINE, "x": (100.0, 50.0)}, [("a b c", {}), ("b x", {})], signal), ENGINE)
    ms = {
        (int(cut.node_id[a]), int(cut.node_id[b])): (int(there), int(back))
        for a, b, there, back in zip(cut.edge_from, cut.edge_to, cut.forward_ms, cut.backward_ms, strict=True)
    }
    assert ms[100, 101] == pytest.approx((plain_ms / 2 + 5000, plain_ms / 2), abs=1)
    assert ms[101, 102] == pytest.approx((plain_ms / 2, plain_ms / 2), abs=1)


def test_a_gate_inside_an_edge_delays_both_directions() -> None:
    network = built(draw(LINE, [("a b c", {})], {"b": {"barrier": "gate"}}), ENGINE)
    assert network.n_edges == 1
    assert network.forward_ms[0] == network.backward_ms[0] == pytest.approx(200 * 3600 / 25 + 20_000, abs=1)


def test_a_bollard_cuts_the_road_and_costs_nothing_on_either_side() -> None:
    network = built(draw(LINE, [("a b c", {})], {"b": {"barrier": "bollard"}}), ENGINE)
    assert pieces(network) == [(100, 101, 100.0), (101, 102, 100.0)]
    assert network.n_nodes == 4
    assert sorted(network.node_id) == [100, 101, 101, 102]
    assert network.forward_ms.tolist() == pytest.approx([14_400] * 2, abs=1)
    assert network.is_main.sum() == 1


def test_a_bollard_where_roads_meet_parts_them_all() -> None:
    network = built(draw(LINE, [("a c", {}), ("d c e", {})], {"c": {"barrier": "block"}}), ENGINE)
    assert (network.n_edges, network.n_nodes) == (3, 6)


def test_barriers_on_paths_nobody_drives_are_not_reported() -> None:
    network = built(draw(LINE, [("a b", {}), ("c e", {"highway": "footway"})], {"e": {"barrier": "bollard"}}), ENGINE)
    assert not [note for note in network.notes if note.key == "note_barriers_closed"]


def test_edges_that_touch_the_area_stay_whole() -> None:
    (west,), (south,) = toy.xy([(150.0, -10.0)])
    near_c = shapely.box(west, south, west + 100, south + 20)
    network = built(draw(LINE, [("a b", {}), ("b c", {}), ("c d", {}), ("c e", {})]), within=near_c)
    assert pieces(network) == [(101, 102, 100.0), (102, 103, 100.0), (102, 104, 100.0)]


def test_edges_are_sorted_by_the_node_they_leave_and_arcs_agree() -> None:
    network = toy.network()
    assert (np.diff(network.edge_from.astype(int)) >= 0).all()
    assert len(network.outward.head) == 28 + 28 - 4  # South Quay is one-way
    assert network.coords[network.coord_ptr[:-1], 0] == pytest.approx(network.x[network.edge_from])
    assert network.coords[network.coord_ptr[1:] - 1, 1] == pytest.approx(network.y[network.edge_to])


def test_lengths_are_those_on_the_ellipsoid_not_on_the_map() -> None:
    """In UTM zone 51 the town lies 3° off the meridian: the map stretches it by 1 m in 1 km, the lengths stay."""
    network = build_network(toy.ways(), FLAT, pyproj.CRS("EPSG:32651"))
    on_map = np.hypot(*(np.diff(network.coords, axis=0).T))[network.coord_ptr[:-1]]
    assert network.edge_length_m == pytest.approx(np.where(network.edges.name == "Island Lane", 100, 400), abs=1e-4)
    assert on_map / network.edge_length_m == pytest.approx(1.00061, abs=1e-4)


def test_nothing_to_drive_on_names_the_classes() -> None:
    with pytest.raises(
        InputError, match=r"None of its 2 ways can be driven with profile 'flat-40' \(classes: footway, steps\)"
    ):
        built(draw(LINE, [("a b", {"highway": "steps"}), ("b c", {"highway": "footway"})]))


def test_no_way_at_all() -> None:
    ways = draw(LINE, [("a b", {})])
    empty = replace(
        ways, way_id=ways.way_id[:0], tags=ways.tags[:0], ref_ptr=np.array([0]), ref=ways.ref[:0],
        node_id=ways.node_id[:0], lon=ways.lon[:0], lat=ways.lat[:0],
    )  # fmt: skip
    with pytest.raises(InputError, match="drawing: There is no way in it"):
        built(empty)


def test_boundary_elsewhere_gives_both_extents() -> None:
    with pytest.raises(InputError, match=r"outside the roads. Boundary: 120\.5.*roads: 119\.9895, 31\.3.*same place"):
        built(toy.ways(), within=shapely.box(550_000, 3_470_000, 551_000, 3_471_000))


def test_swapped_boundary_is_recognised() -> None:
    """Roads at 30.2° E, 31.3° N and a boundary at 31.3° E, 30.2° N: each in Egypt, and one the other's mirror."""
    ways = toy.ways()
    moved = replace(ways, lon=ways.lon - 89.8)
    with pytest.raises(InputError, match="With longitude and latitude swapped they would overlap"):
        build_network(moved, FLAT, pyproj.CRS("EPSG:32636"), shapely.box(*_utm36(31.34, 30.18), *_utm36(31.36, 30.21)))


def _utm36(lon: float, lat: float) -> tuple[float, float]:
    return pyproj.Transformer.from_crs(4326, 32636, always_xy=True).transform(lon, lat)


def test_swapped_roads_are_recognised() -> None:
    ways = toy.ways()
    with pytest.raises(
        InputError, match=r"22 nodes have no longitude within 180 and latitude within 90 degrees \(ids 100"
    ):
        built(replace(ways, lon=ways.lat, lat=ways.lon))


def test_pulling_away_is_no_part_of_an_edge_and_the_note_says_so() -> None:
    plain, with_start = built(toy.ways()), built(toy.ways(), replace(FLAT, start_stop_s=39.0))
    assert (plain.forward_ms == with_start.forward_ms).all()
    assert (plain.start_stop_s, with_start.start_stop_s) == (0.0, 39.0)
    assert next(note for note in with_start.notes if note not in plain.notes).key == "note_start_stop"


def test_an_area_between_the_roads_says_so() -> None:
    (x,), (y,) = toy.xy([(200.0, 200.0)])
    with pytest.raises(InputError, match="No road that can be driven touches the boundary, though the extents overlap"):
        built(toy.ways(), within=shapely.Point(x, y).buffer(50))


FAR = LINE | {"z": (30_000.0, 0.0), "gone": (-2_000_000.0, -1_500_000.0)}


def test_an_edge_that_takes_days_is_refused_by_its_way() -> None:
    """What did not fit into int32 milliseconds came out as time below 0."""
    crawling = replace(FLAT, kph={**FLAT.kph, "residential": 0.001})
    with pytest.raises(
        InputError, match=r"drawing: 2 edges take longer than a day to drive \(ways 1, 3\); the longest"
    ):
        built(draw(LINE, [("a b", {}), ("c d", {"highway": "primary"}), ("c e", {})]), crawling)


def test_times_are_never_below_0_however_slow_the_sign() -> None:
    network = built(draw(LINE, [("a b c d", {"maxspeed": "0.0001"})]), ENGINE)
    assert (network.forward_ms > 0).all()
    assert [note.key for note in network.notes] == ["note_limit_not_understood"]


def test_a_leap_to_a_misplaced_node_is_left_out_and_named() -> None:
    """2,500 km between two nodes is no road; the rest of the town stays, and so does what is merely long."""
    network = built(draw(FAR, [("a b", {}), ("b gone", {}), ("b c d", {}), ("d z", {})]))
    assert pieces(network) == [(100, 101, 100.0), (101, 103, 200.0), (103, 105, 29_699.9)]
    assert [(note.key, note.examples) for note in network.notes] == [
        ("note_leaps", ("2",)),
        ("note_long_segments", ("4",)),
    ]


def test_nodes_on_the_other_side_of_the_earth_do_not_count_against_a_boundary() -> None:
    """Roads that cannot be projected here (120 degrees from the meridian) are elsewhere, and warn of nothing."""
    ways = draw(LINE, [("a b", {}), ("b c", {}), ("d e", {})])
    lon, lat = ways.lon.copy(), ways.lat.copy()
    lon[3:], lat[3:] = [0.0, 0.5], 0.0
    (west,), (south,) = toy.xy([(-50.0, -50.0)])
    network = built(replace(ways, lon=lon, lat=lat), within=shapely.box(west, south, west + 400, south + 400))
    assert pieces(network) == [(100, 101, 100.0), (101, 102, 100.0)]
