"""The main part is the largest strongly connected one, as networkx finds it, and what is cut off is said with names."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from siting import toy
from siting.network import build_network
from siting.network.connectivity import main_part
from siting.speeds import load_profile
from tests.network.drawing import draw
from tests.travel_time.streets import network_of


@pytest.mark.parametrize("seed", range(20))
def test_main_part_is_that_of_networkx(seed: int) -> None:
    random = np.random.default_rng(seed)
    edge_from, edge_to = random.integers(0, 30, (2, 45)).astype(np.uint32)
    forward, backward = np.where(random.random((2, 45)) < 0.6, 1, -1).astype(np.int32)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(30))
    graph.add_edges_from((a, b) for a, b, ms in zip(edge_from, edge_to, forward, strict=True) if ms > 0)
    graph.add_edges_from((b, a) for a, b, ms in zip(edge_from, edge_to, backward, strict=True) if ms > 0)
    parts = sorted(nx.strongly_connected_components(graph), key=len)
    assert len(parts[-1]) > len(parts[-2]), "a tie would prove nothing: take another seed"
    is_open = (forward > 0) | (backward > 0)
    ends = zip(edge_from, edge_to, strict=True)
    expected = [bool(o) and a in parts[-1] and b in parts[-1] for o, (a, b) in zip(is_open, ends, strict=True)]
    streets = list(zip(edge_from, edge_to, forward, backward, strict=True))
    assert main_part(network_of([(i, 0) for i in range(30)], streets)).tolist() == expected


def test_a_street_one_can_leave_but_not_enter_is_cut_off() -> None:
    points = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (200.0, 0.0), "d": (300.0, 0.0)}
    roads = [("a b", {}), ("b c", {"oneway": "-1", "name": "Exit"}), ("c d", {"oneway": "yes"})]
    network = build_network(draw(points, roads), load_profile("flat-40"), toy.CRS)
    assert network.edges.way_id[network.is_main].tolist() == [1]
    (note,) = network.notes
    assert (note.count, set(note.examples)) == (2, {"Exit", "way 3"})
    assert note.message("en").startswith("2 road pieces (0.2 of 0.3 km) are cut off from the main network")


def test_a_whole_network_leaves_no_note() -> None:
    network = build_network(draw({"a": (0, 0), "b": (9, 0)}, [("a b", {})]), load_profile("flat-40"), toy.CRS)
    assert network.is_main.all()
    assert network.notes == ()
