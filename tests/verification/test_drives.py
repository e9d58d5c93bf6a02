"""The second opinion on drives is itself checked: by hand on one edge, and by networkx on random roads."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from siting.network import turn_table
from siting.reports.road_layer import roads_layer
from siting.travel_time import matrix
from siting.verification.drives import ROUNDED_UP_S, drives
from tests.travel_time.streets import random_places, town
from tests.travel_time.test_turns import random_forbidden, turning


def roads(*edges: tuple[int, int, float, float]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(edges, columns=["from_node", "to_node", "forward_s", "backward_s"])
    return gpd.GeoDataFrame(table.assign(edge=range(len(table)), length_m=100.0, geometry=None))


def places(*at: tuple[int, float]) -> pd.DataFrame:
    return pd.DataFrame(at, columns=["edge", "fraction"])


def test_along_one_edge() -> None:
    """A quarter of a two-way edge ahead, and back at the speed of the other direction; the same place is 0 s."""
    told = drives(roads((0, 1, 100, 200)), places((0, 0.5)), places((0, 0.75), (0, 0.25), (0, 0.5), (-1, np.nan)))
    assert told.tolist() == [[25.0, 50.0, 0.0, np.inf]]


def test_one_way_means_a_detour() -> None:
    """Against a one-way edge the engine goes round by the next street."""
    network = roads((0, 1, 100, np.nan), (1, 0, 30, 30))
    assert drives(network, places((0, 0.5)), places((0, 0.25))).tolist() == [[50 + 30 + 25]]


def test_the_end_of_an_edge_is_the_junction() -> None:
    """A station at the far end of a one-way edge leaves by any street that meets there."""
    network = roads((0, 1, 100, np.nan), (0, 2, 10, 10))
    assert drives(network, places((0, 0.0)), places((1, 1.0))).tolist() == [[10.0]]
    assert drives(network, places((1, 0.5)), places((0, 0.0))).tolist() == [[5.0]]
    nearly = 1.0 - 2.0**-53  # what snapping gives for the end of an edge
    assert drives(roads((0, 1, 100, np.nan), (2, 1, 30, 30)), places((1, 0.0)), places((0, nearly))).tolist() == [
        [30.0]
    ]


def test_of_parallel_edges_the_quicker_counts() -> None:
    """They are not added up, as a sparse matrix would do unasked."""
    network = roads((0, 1, 50, 50), (0, 1, 20, 20), (1, 2, 5, 5))
    assert drives(network, places((0, 0.0)), places((2, 1.0))).tolist() == [[25.0]]


def test_a_site_without_a_road_reaches_nothing() -> None:
    """Its row is infinite, and stays in its place."""
    assert np.isinf(drives(roads((0, 1, 1, 1)), places((-1, np.nan)), places((0, 0.5)))).all()


@pytest.mark.parametrize("seed", range(3))
def test_networkx_agrees(seed: int) -> None:
    """Random one-way and two-way roads; networkx with each place put in as a node of its own."""
    rng = np.random.default_rng(seed)
    n_nodes, n_edges = 30, 70
    table = roads(
        *(
            (int(a), int(b), float(f), float(g) if two_way else np.nan)
            for a, b, f, g, two_way in zip(
                rng.integers(0, n_nodes, n_edges), rng.integers(0, n_nodes, n_edges), rng.integers(1, 99, n_edges),
                rng.integers(1, 99, n_edges), rng.random(n_edges) < 0.6, strict=True,
            )
            if a != b
        )
    )  # fmt: skip
    sites, demand = (
        places(*zip(rng.integers(0, len(table), n).tolist(), rng.uniform(0.05, 0.95, n).tolist(), strict=True))
        for n in (6, 25)
    )
    graph = nx.DiGraph()

    def arc(tail: object, head: object, seconds: float) -> None:
        if np.isfinite(seconds) and seconds < graph.get_edge_data(tail, head, {"s": np.inf})["s"]:
            graph.add_edge(tail, head, s=seconds)

    for row in table.itertuples():
        stops = [(0.0, row.from_node), (1.0, row.to_node)]
        stops += [(p.fraction, (name, p.Index)) for name, own in (("site", sites), ("demand", demand))
                  for p in own[own.edge == row.edge].itertuples()]  # fmt: skip
        stops.sort(key=lambda stop: stop[0])
        for (at, a), (then, b) in pairwise(stops):
            arc(a, b, (then - at) * row.forward_s)
            arc(b, a, (then - at) * row.backward_s)
    told = drives(table, sites, demand)
    for j in range(len(sites)):
        lengths = nx.single_source_dijkstra_path_length(graph, ("site", j), weight="s")
        expected = [lengths.get(("demand", i), np.inf) for i in range(len(demand))]
        np.testing.assert_allclose(told[j], expected, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_turns_agree_with_the_engine(seed: int) -> None:
    """Random towns with turn delays and forbidden turns, places on junctions too: the written layers and scipy."""
    rng = np.random.default_rng(seed)
    plain = town(rng)
    rights = {"forward_override": np.uint8(0), "backward_override": np.uint8(0)}
    told = {"highway": "", "name": "", "speed_kph": 1.0, "structure": "", "width_m": np.nan}
    network = turning(replace(plain, edges=plain.edges.assign(**told, **rights)), random_forbidden(plain, rng, 15))
    sites, demand = random_places(network, 10, rng), random_places(network, 80, rng)
    tables = [pd.DataFrame({"edge": at.edge, "fraction": at.fraction}) for at in (sites, demand)]
    driven = drives(roads_layer(network), *tables, turn_table(network))
    np.testing.assert_allclose(driven, matrix(network, sites, demand).T, atol=ROUNDED_UP_S)
    assert (driven > drives(roads_layer(network), *tables) + 1.0).any()
