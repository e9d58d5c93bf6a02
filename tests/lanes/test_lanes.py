"""What the tags show to fail fails, what they show to pass passes, and what they do not say is called unknown."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pyproj
import pytest
import shapely

from siting import toy
from siting.errors import InputError
from siting.inputs.roads import read_ways
from siting.lanes import LaneLimits, dead_ends, judge_lanes, lane_findings, lane_profile, passages, spacing
from siting.network import RoadNetwork, build_network, closed
from siting.speeds import load_profile
from tests.network.drawing import draw

ENGINE, LIMITS = load_profile("fire-engine"), LaneLimits()
LANES = lane_profile(ENGINE)
POINTS = {
    "a": (0.0, 0.0), "b": (30.0, 0.0), "c": (60.0, 0.0), "d": (160.0, 0.0), "e": (60.0, 100.0), "f": (160.0, 100.0),
    "g": (60.0, -30.0), "h": (60.0, 200.0), "i": (90.0, 230.0), "j": (30.0, 230.0),
}  # fmt: skip
BLOCK = [("c d f", {}), ("c e", {}), ("e f", {})]


def built(roads, node_tags=None) -> RoadNetwork:
    return build_network(draw(POINTS, roads, node_tags), LANES, toy.CRS)


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    (x0, x1), (y0, y1) = toy.xy([(west, south), (east, north)])
    return shapely.box(x0, y0, x1, y1)


WIDE = box(-500, -500, 900, 900)

TAGS = {
    "none": ({}, "unknown", "unknown"),
    "narrow": ({"width": "3.5"}, "fail", "unknown"),
    "just wide enough": ({"width": "4 m"}, "pass", "unknown"),
    "narrow sign": ({"width": "6", "maxwidth": "3"}, "fail", "unknown"),
    "two lanes are no width": ({"lanes": "2"}, "unknown", "unknown"),
    "low": ({"maxheight": "3.8"}, "unknown", "fail"),
    "too low for the engine": ({"maxheight": "2.2"}, "unknown", "fail"),
    "high": ({"maxheight": "4.5", "width": "20 ft"}, "pass", "pass"),
    "no sign": ({"maxheight": "default"}, "unknown", "unknown"),
    "no limit": ({"maxheight": "none"}, "unknown", "pass"),
    "nonsense": ({"width": "wide"}, "unknown", "unknown"),
}


@pytest.mark.parametrize(("tags", "width", "height"), TAGS.values(), ids=TAGS)
def test_width_and_height_by_tags(tags, width, height) -> None:
    road = passages(built([("a b", tags), ("b c", {})]), WIDE, LIMITS).query("way_id == 1")
    assert (road.width.tolist(), road.height.tolist()) == ([width], [height])


def test_roads_too_low_for_the_engine_are_judged_though_it_never_drives_there() -> None:
    roads = draw(POINTS, [("a b", {"maxheight": "2.2"}), ("b c", {})])
    assert build_network(roads, ENGINE, toy.CRS).edges.way_id.tolist() == [2]
    assert build_network(roads, LANES, toy.CRS).edges.way_id.tolist() == [1, 2]


def test_only_open_roads_on_the_ground_are_listed() -> None:
    network = built([("a b", {}), *BLOCK])
    assert passages(network, box(-10, -10, 10, 10), LIMITS).way_id.tolist() == [1]
    assert 1 not in passages(closed(network, "works", way_ids=[1]), WIDE, LIMITS).way_id.tolist()


DEAD_ENDS = {
    "long": ([("a b", {}), ("b c", {}), *BLOCK], {}, WIDE, [(60, "fail")]),
    "short": ([("b c", {}), *BLOCK], {}, WIDE, [(30, "pass")]),
    "turning circle": ([("a b c", {}), *BLOCK], {"a": {"highway": "turning_circle"}}, WIDE, [(60, "pass")]),
    "turning loop on the way": ([("a b c", {}), *BLOCK], {"b": {"highway": "turning_loop"}}, WIDE, [(60, "pass")]),
    "an end that is only a crossing": ([("a b c", {}), *BLOCK], {"a": {"highway": "crossing"}}, WIDE, [(60, "fail")]),
    "beyond the area": ([("a b c", {}), *BLOCK], {}, box(10, -100, 900, 900), [(60, "unknown")]),
    "outside the area": ([("a b c", {}), *BLOCK], {}, box(100, -100, 900, 900), []),
    "loop at the end": ([("e h i j h", {}), *BLOCK], {}, WIDE, []),
    "none in a ring": (BLOCK, {}, WIDE, []),
    "a side road divides": ([("a b c g", {}), ("c e", {})], {}, WIDE, [(30, "pass"), (60, "fail"), (100, "fail")]),
    "no way on at all": ([("a b", {}), ("b c", {})], {}, WIDE, [(60, "fail")]),
    "one of two ends beyond the area": ([("a b c", {})], {}, box(-10, -10, 50, 10), [(60, "fail")]),
    "the other end beyond the area": ([("a b c", {})], {}, box(10, -10, 90, 10), [(60, "fail")]),
    "blocked": ([("c d f", {}), ("c e", {}), ("e f", {})], {"d": {"barrier": "bollard"}}, WIDE, [(400, "fail")]),
}


@pytest.mark.parametrize(("roads", "node_tags", "ground", "expected"), DEAD_ENDS.values(), ids=DEAD_ENDS)
def test_dead_ends(roads, node_tags, ground, expected) -> None:
    found = dead_ends(built(roads, node_tags), ground, LIMITS)
    listed = zip(found.length_m.round().astype(int), found.status, strict=True)
    assert sorted(listed) == expected
    assert found.length.to_numpy() == pytest.approx(found.length_m.to_numpy(), rel=1e-3)


def test_a_closed_road_makes_dead_ends() -> None:
    town = closed(toy.network(), "bridge lost", way_ids=toy.network().edges.query("name == 'Bridge'").way_id.unique())
    assert len(dead_ends(town, toy.area().boundary, LIMITS)) >= len(
        dead_ends(toy.network(), toy.area().boundary, LIMITS)
    )


def two_roads(apart_m: float, tags=None) -> tuple[RoadNetwork, shapely.Polygon]:
    """Parallel roads 3 km long, joined far outside the ground between them."""
    points = {"a": (0, 0), "b": (3000, 0), "c": (3000, apart_m), "d": (0, apart_m)}
    network = build_network(draw(points, [("a b c d a", tags or {})]), LANES, toy.CRS)
    return network, box(500, 0, 2500, apart_m)


@pytest.mark.parametrize("apart_m", [100.0, 159.0])
def test_no_gap_between_lanes_near_enough(apart_m: float) -> None:
    network, ground = two_roads(apart_m)
    parts = judge_lanes(network, ground).ground
    assert parts.status.tolist() == ["unknown"]
    assert parts.area_km2.sum() == pytest.approx(ground.area / 1e6)


def test_a_gap_has_the_width_and_area_worked_by_hand() -> None:
    """Roads 200 m apart: a strip of 40 m between them is farther than 80 m from both, 2 km long."""
    network, ground = two_roads(200.0)
    parts = judge_lanes(network, ground).ground.set_index("status")
    assert parts.spacing_m["fail"] == pytest.approx(200.0, abs=2.0)
    assert parts.area_km2["fail"] == pytest.approx(2.0 * 0.04, rel=1e-3)
    assert parts.area_km2["unknown"] == pytest.approx(2.0 * 0.16, rel=1e-3)


def test_known_lanes_pass_and_narrow_ones_are_none() -> None:
    network, ground = two_roads(150.0, {"width": "6", "maxheight": "none"})
    assert judge_lanes(network, ground).ground.status.tolist() == ["pass"]
    network, ground = two_roads(150.0, {"width": "3"})
    assert judge_lanes(network, ground).ground.status.tolist() == ["fail"]
    network, ground = two_roads(150.0, {"bridge": "yes"})
    assert judge_lanes(network, ground).ground.status.tolist() == ["fail"]


def test_findings_add_up_and_name_their_clause() -> None:
    roads = [("a b c", {"width": "3"}), ("c d f", {"width": "7", "maxheight": "5"}), ("c e", {}), ("e f", {})]
    network = built(roads, {"a": {"highway": "turning_circle"}})
    lanes = judge_lanes(network, WIDE)
    found = lane_findings(lanes).set_index("check")
    assert found.loc["width", ["fails", "meets", "not_known"]].to_numpy(float) == pytest.approx(
        [0.06, 0.2, 0.2], abs=1e-4
    )
    assert found.loc["height", ["fails", "meets", "not_known"]].to_numpy(float) == pytest.approx(
        [0, 0.2, 0.26], abs=1e-4
    )
    assert found.loc["dead_end", ["fails", "meets", "not_known"]].tolist() == [0, 1, 0]
    assert found.judged.to_dict() == {"width": "fail", "height": "unknown", "dead_end": "pass", "spacing": "fail"}
    area = found.loc["spacing", ["fails", "meets", "not_known"]].sum()
    assert area == pytest.approx(WIDE.area / 1e6)
    assert found.clause["spacing"] == "GB 50016-2014 7.1.1"
    assert found.text["width"].startswith("Narrower than 4 m: 0.06 km of road")
    assert lane_findings(lanes, "zh").text[0].startswith("净宽不足 4 m 的道路 0.06 km")


def test_built_up_land_alone_needs_lanes() -> None:
    town = box(60, 0, 160, 100)
    parts = judge_lanes(built(BLOCK), WIDE, built_up=shapely.union(town, box(5000, 5000, 6000, 6000))).ground
    assert parts.area_km2.sum() == pytest.approx(0.01)
    assert parts.status.tolist() == ["unknown"]


def test_built_up_land_of_another_place_is_refused() -> None:
    """Nothing would be judged, and nothing fail."""
    with pytest.raises(InputError, match="None of it lies inside the boundary"):
        judge_lanes(built(BLOCK), WIDE, built_up=box(5000, 5000, 6000, 6000))


@pytest.mark.real
def test_second_opinions_on_real_roads(real) -> None:
    """Ends by networkx, and gaps by one union of all buffers instead of tiles."""
    network = build_network(read_ways(real("guixi/guixi.osm")), LANES, pyproj.CRS.from_epsg(4548))
    ground = shapely.box(network.x.min(), network.y.min(), network.x.max(), network.y.max()).buffer(1)
    graph = nx.MultiGraph()
    graph.add_edges_from(zip(network.edge_from.tolist(), network.edge_to.tolist(), strict=True))
    ends = sorted(node for node, degree in graph.degree if degree == 1)
    found = dead_ends(network, ground, LIMITS)
    both_ends = sum(1 for part in nx.connected_components(graph) if _is_path(graph.subgraph(part)))
    assert len(found) == len(ends) - both_ends
    assert set(found.end_node) <= set(network.node_id[ends])

    roads = passages(network, ground, LIMITS)
    parts = spacing(roads, ground, LIMITS)
    lanes = roads.geometry[roads.has_frontage & (roads.height != "fail") & (roads.width != "fail")]
    whole = shapely.difference(ground, shapely.union_all(shapely.buffer(lanes.to_numpy(), 80.0)))
    tiled = shapely.union_all(parts.geometry[parts.status == "fail"].to_numpy())
    assert shapely.symmetric_difference(whole, tiled).area < 1.0
    assert (parts.spacing_m[parts.status == "fail"] >= 160.0).all()
    assert np.isclose(parts.area_km2.sum(), ground.area / 1e6)


def _is_path(part: nx.MultiGraph) -> bool:
    degrees = sorted(degree for _, degree in part.degree)
    return degrees[:2] == [1, 1] and all(degree == 2 for degree in degrees[2:])
