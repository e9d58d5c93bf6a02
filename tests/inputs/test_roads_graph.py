"""Graphs of OSMnx: a small one by hand in every form it comes in, then a Chinese city against OSMnx's figures."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx as ox
import pyproj
import pytest
from shapely.geometry import LineString

from siting.arrays import Floats
from siting.inputs.roads import read_ways, ways_from_graph
from siting.network.ways import Ways
from tests.inputs.test_roads_osm import assert_same, routes

PLACES = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.02, 0.0), 4: (0.02, 0.01), 5: (0.0, 0.01)}


def town(*edges: tuple[int, int, dict[str, object]], crs: str = "EPSG:4326", **about: object) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph(crs=crs, **about)
    for node, (x, y) in PLACES.items():
        graph.add_node(node, x=x, y=y)
    for u, v, data in edges:
        graph.add_edge(u, v, **{"oneway": False, "reversed": False, "highway": "residential", **data})
    return graph


def both(*nodes: int, **data: object) -> list[tuple[int, int, dict[str, object]]]:
    """A two-way street as OSMnx lays it: forward edges, then backward ones."""
    there = [(u, v, {**data, "reversed": False}) for u, v in pairwise(nodes)]
    return there + [(v, u, {**data, "reversed": True}) for u, v, _ in there]


def great_circle_m(ways: Ways) -> Floats:
    """Length of each way on OSMnx's sphere (radius 6,371,009 m)."""
    lon, lat = np.radians(ways.lon[ways.ref]), np.radians(ways.lat[ways.ref])
    half = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    so_far = np.r_[0.0, np.cumsum(2 * 6371009 * np.arcsin(np.sqrt(half)))]
    return so_far[ways.ref_ptr[1:] - 1] - so_far[ways.ref_ptr[:-1]]


def directed_length_m(ways: Ways) -> float:
    """Two-way streets counted twice, as a directed graph does."""
    return float((great_circle_m(ways) * np.where(ways.tags["oneway"] == "no", 2, 1)).sum())


def test_a_two_way_street_becomes_one_way_of_its_pieces() -> None:
    """Four directed pieces of way 7 are one line, drawn as OSM draws it; the one-way street beside it stays alone."""
    ways = ways_from_graph(town(*both(1, 2, 3, osmid=7), (5, 1, {"osmid": 8, "oneway": True})))
    assert routes(ways) == [(7, [1, 2, 3]), (8, [5, 1])]
    assert ways.tags["oneway"].tolist() == ["no", "yes"]
    assert ways.node_id.tolist() == [1, 2, 3, 5]


def test_the_drawn_direction_is_kept_whichever_edge_comes_first() -> None:
    """Way 7 is drawn 3-2-1; networkx lists the edges of node 1 first."""
    assert routes(ways_from_graph(town(*both(3, 2, 1, osmid=7)))) == [(7, [3, 2, 1])]


def test_a_ring_is_closed_where_it_began() -> None:
    """A one-way ring of one way has no first piece; all pieces are there once."""
    ring = [(u, v, {"osmid": 7, "oneway": True, "junction": "roundabout"}) for u, v in [(1, 2), (2, 4), (4, 1)]]
    assert routes(ways_from_graph(town(*ring))) == [(7, [1, 2, 4, 1])]


def test_a_fork_of_one_id_is_not_joined() -> None:
    """Where two pieces of the same id go on, none is preferred."""
    pieces = [(1, 2), (2, 3), (2, 4)]
    ways = ways_from_graph(town(*[(u, v, {"osmid": 7, "oneway": True}) for u, v in pieces]))
    assert sorted(nodes for _, nodes in routes(ways)) == [[1, 2], [2, 3], [2, 4]]


def test_bends_of_simplified_edges() -> None:
    """Points between the ends become nodes of their own, shared by both directions; parallel edges stay apart."""
    straight, bent = LineString([(0, 0), (0.01, 0)]), LineString([(0, 0), (0.005, 0.002), (0.007, 0.003), (0.01, 0)])
    ways = ways_from_graph(
        town(
            (1, 2, {"osmid": 7, "geometry": straight}),
            (1, 2, {"osmid": 7, "geometry": bent}),
            (2, 1, {"osmid": 7, "geometry": bent.reverse(), "reversed": True}),
            (2, 1, {"osmid": 7, "geometry": straight.reverse(), "reversed": True}),
        )
    )
    assert routes(ways) == [(7, [1, 2]), (7, [1, -1, -2, 2])]
    assert ways.tags["oneway"].tolist() == ["no", "no"]
    assert list(zip(ways.lon[2:].tolist(), ways.lat[2:].tolist(), strict=True)) == [(0.005, 0.002), (0.007, 0.003)]


def test_merged_ways() -> None:
    """Lists are joined with ";" in sorted order, the least id names the way, the lesser class is taken and told."""
    merged = {"osmid": [9, 7], "highway": ["primary", "tertiary"], "maxspeed": ["60", "40"], "name": "大道"}
    ways = ways_from_graph(town(*both(1, 2, **merged), simplified=True))
    assert ways.way_id.tolist() == [7]
    assert ways.tags.loc[0, ["highway", "maxspeed", "name"]].tolist() == ["tertiary", "40;60", "大道"]
    assert [(note.key, note.count, note.examples) for note in ways.notes] == [
        ("note_edges_merged", 1, ("7 (primary;tertiary)",))
    ]


def test_an_edge_without_its_opposite_is_one_way() -> None:
    """The graph is believed, and the contradiction told."""
    ways = ways_from_graph(town((1, 2, {"osmid": 7})))
    assert ways.tags["oneway"].tolist() == ["yes"]
    assert [(note.key, note.count) for note in ways.notes] == [("note_edges_without_opposite", 1)]


def test_what_is_no_road_is_left_out_and_told() -> None:
    """`graph_from_xml` makes edges of buildings and rivers too; their nodes go with them."""
    graph = town(*both(1, 2, osmid=7), (4, 5, {"osmid": 9}))
    del graph.edges[4, 5, 0]["highway"]
    ways = ways_from_graph(graph)
    assert ways.node_id.tolist() == [1, 2]
    assert [(note.count, note.examples) for note in ways.notes] == [(1, ("9",))]


def test_projected_graphs_come_back_to_degrees() -> None:
    """Also from CGCS2000 Gauss-Krüger, and with axes in x, y order."""
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:4548", always_xy=True)
    graph = town(*both(1, 2, osmid=7), crs="EPSG:4548")
    for node, lon in ((1, 117.2), (2, 117.3)):
        graph.nodes[node]["x"], graph.nodes[node]["y"] = to_metres.transform(lon, 28.3)
    ways = ways_from_graph(graph)
    assert ways.lon == pytest.approx([117.2, 117.3], abs=1e-9)
    assert ways.lat == pytest.approx([28.3, 28.3], abs=1e-9)


def test_node_tags_and_an_unchanged_graph() -> None:
    """Signals and barriers of the nodes on roads; the caller's graph is as before."""
    graph = town(*both(1, 2, osmid=7))
    graph.nodes[2]["highway"] = "traffic_signals"
    graph.nodes[5]["barrier"] = "gate"
    before = graph.copy()
    ways = ways_from_graph(graph)
    assert ways.node_tags.index.tolist() == [1]
    assert ways.node_tags.loc[1, "highway"] == "traffic_signals"
    assert nx.utils.graphs_equal(graph, before)
    assert graph.graph == before.graph


@pytest.fixture(scope="module")
def guixi(real: Callable[[str], Path]) -> nx.MultiDiGraph:
    """OSMnx's own reading of the extract, roads only, not simplified."""
    graph = ox.graph_from_xml(real("guixi/guixi.osm"), simplify=False, retain_all=True)
    graph.remove_edges_from([(u, v, k) for u, v, k, data in graph.edges(keys=True, data=True) if "highway" not in data])
    graph.remove_nodes_from(list(nx.isolates(graph)))
    return graph


@pytest.mark.real
@pytest.mark.parametrize("simplified", [False, True])
@pytest.mark.parametrize("projected", [False, True])
def test_nothing_is_lost_from_a_city(guixi: nx.MultiDiGraph, simplified: bool, projected: bool, tmp_path: Path) -> None:
    """Same nodes and same directed length as the graph, simplified or not, in metres or degrees, and out of a file."""
    graph = ox.simplify_graph(guixi) if simplified else guixi
    length_m = sum(data["length"] for *_, data in graph.edges(data=True))
    graph = ox.project_graph(graph) if projected else graph
    ways = ways_from_graph(graph)
    assert set(ways.node_id[ways.node_id > 0].tolist()) == set(graph.nodes)
    assert directed_length_m(ways) == pytest.approx(length_m, rel=1e-9)
    n_oneway = len({min(_ids(d["osmid"])) for *_, d in graph.edges(data=True) if d["oneway"]})
    assert len(set(ways.way_id[ways.tags["oneway"] == "yes"].tolist())) == n_oneway
    ox.save_graphml(graph, tmp_path / "guixi.graphml")
    assert_same(read_ways(tmp_path / "guixi.graphml"), ways)


@pytest.mark.real
def test_file_and_graph_agree_on_a_city(guixi: nx.MultiDiGraph, real: Callable[[str], Path]) -> None:
    """Our reading of the OSM file and OSMnx's: the same nodes, junctions, ways, lines and directed lengths."""
    ours, theirs = read_ways(real("guixi/guixi.osm")), ways_from_graph(guixi)
    assert ours.node_id.tolist() == theirs.node_id.tolist()
    assert np.allclose(ours.lon, theirs.lon, rtol=0, atol=1e-9)
    assert junctions(ours) == junctions(theirs)
    assert set(ours.way_id.tolist()) == set(theirs.way_id.tolist())
    one_way = ours.tags["oneway"].isin(["yes", "1", "-1"]) | (ours.tags["junction"] == "roundabout")
    length_m = (great_circle_m(ours) * np.where(one_way, 1, 2)).sum()
    assert length_m == pytest.approx(directed_length_m(theirs), rel=1e-9)
    assert length_m == pytest.approx(sum(data["length"] for *_, data in guixi.edges(data=True)), rel=1e-9)


def junctions(ways: Ways) -> set[int]:
    """Nodes where more than two straight pieces of road meet."""
    pieces = [(a, b) for _, nodes in routes(ways) for a, b in pairwise(nodes)]
    meeting = np.array(sorted({(min(pair), max(pair)) for pair in pieces})).ravel()
    nodes, degree = np.unique(meeting, return_counts=True)
    return set(nodes[degree > 2].tolist())


def _ids(osmid: int | list[int]) -> list[int]:
    return osmid if isinstance(osmid, list) else [osmid]
