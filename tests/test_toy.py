"""The toy town is what its docstring says: lengths to the centimetre, and the table of times, found by networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from siting import toy
from siting.network import CLOSED, EdgePositions, RoadNetwork, position_xy


def as_graph(network: RoadNetwork) -> nx.DiGraph:
    graph = nx.DiGraph()
    for e in range(network.n_edges):
        a, b = int(network.edge_from[e]), int(network.edge_to[e])
        if network.forward_ms[e] != CLOSED:
            graph.add_edge(a, b, ms=int(network.forward_ms[e]))
        if network.backward_ms[e] != CLOSED:
            graph.add_edge(b, a, ms=int(network.backward_ms[e]))
    return graph


def with_places(graph: nx.DiGraph, network: RoadNetwork, label: str, places: EdgePositions) -> None:
    """Hang each place into its edge: out of it (as a site) and into it (as demand)."""
    for i, (e, f) in enumerate(zip(places.edge, places.fraction, strict=True)):
        if e < 0:
            continue
        a, b = int(network.edge_from[e]), int(network.edge_to[e])
        for ms, tail, head, share in ((network.forward_ms[e], a, b, f), (network.backward_ms[e], b, a, 1 - f)):
            if ms != CLOSED:
                graph.add_edge(f"{label}{i}", head, ms=ms * (1 - share))
                graph.add_edge(tail, f"{label}{i}", ms=ms * share)


def test_blocks_are_400_m_to_a_tenth_of_a_millimetre() -> None:
    network = toy.network()
    island = network.edges.name == "Island Lane"
    assert network.edge_length_m[~island] == pytest.approx(400.0, abs=1e-4)
    assert network.edge_length_m[island] == pytest.approx(100.0, abs=1e-4)


def test_times_are_those_of_the_docstring() -> None:
    network = toy.network()
    graph = as_graph(network)
    with_places(graph, network, "site", toy.sites())
    with_places(graph, network, "demand", toy.demand())
    found = pd.DataFrame(np.inf, index=toy.travel_time_s().index, columns=toy.travel_time_s().columns)
    for j in range(len(toy.SITES)):
        reached = nx.single_source_dijkstra_path_length(graph, f"site{j}", weight="ms")
        for i in range(len(toy.DEMAND)):
            found.iloc[i, j] = reached.get(f"demand{i}", np.inf) / 1000
    pd.testing.assert_frame_equal(found, toy.travel_time_s(), rtol=0, atol=1e-6)


def test_places_lie_where_the_plan_says() -> None:
    x, y = toy.xy(list(toy.DEMAND.values()))
    found = position_xy(toy.network(), toy.demand())
    assert found[:5] == pytest.approx(np.column_stack([x, y])[:5], abs=1e-3)
    assert np.isnan(found[5]).all()


def test_the_island_is_cut_off_and_said_so() -> None:
    network = toy.network()
    assert network.edges.name[~network.is_main].tolist() == ["Island Lane"]
    (note,) = (note for note in network.notes if note.key == "note_roads_cut_off")
    assert note.examples == ("Island Lane",)
    assert "0.1 of 10.9 km" in note.message("en")


def test_weights_and_stations_match_sites_and_demand() -> None:
    assert toy.weight().sum() == 1000
    assert list(toy.weight().index) == list(toy.DEMAND)
    assert list(toy.stations().index) == list(toy.SITES)
