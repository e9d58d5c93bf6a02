"""First-due districts: who is first, and the land put together by it."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting import toy
from siting.districts import districts, first_due
from tests.partition import is_partition

SIDE = 5


def grid(site_id: list[str], is_covered: list[bool] | None = None) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """SIDE x SIDE squares of 100 m, row by row, and who touches whom."""
    at = np.arange(SIDE**2)
    west, south = 100.0 * (at % SIDE), 100.0 * (at // SIDE)
    cells = gpd.GeoDataFrame(
        {
            "area_km2": 0.01,
            "people": (at + 1).astype(float),
            "site_id": site_id,
            "travel_time_s": np.where(np.array(site_id) == "", np.inf, 10.0 * at),
            "is_covered": [name != "" for name in site_id] if is_covered is None else is_covered,
        },
        geometry=shapely.box(west, south, west + 100.0, south + 100.0),
        crs="EPSG:4549",
    )
    east = [(i, i + 1) for i in at if i % SIDE < SIDE - 1]
    north = [(i, i + SIDE) for i in at if i < SIDE * (SIDE - 1)]
    return cells, np.array(east + north)


@given(st.lists(st.floats(0, 300), min_size=3, max_size=3))
@settings(max_examples=50, deadline=None)
def test_first_due_is_least_turnout_and_travel(turnout_s: list[float]) -> None:
    """Against the toy's table: the least sum wins, the station listed first in a tie, nobody at the island."""
    turnout = np.round(turnout_s)
    found = first_due(toy.network(), toy.sites(), toy.demand(), turnout)
    sums = toy.travel_time_s().to_numpy() + turnout
    assert found.site.tolist() == [*np.argmin(sums[:5], axis=1), -1]
    assert found.response_time_s.tolist() == pytest.approx([*sums[:5].min(axis=1), np.inf])
    assert found.travel_time_s.tolist()[-1] == np.inf


def test_a_tie_goes_to_the_station_listed_first() -> None:
    """The same site twice: the second is first due nowhere."""
    twice = toy.sites().take(np.array([1, 1]))
    assert first_due(toy.network(), twice, toy.demand(), np.zeros(2)).site.tolist() == [0, 0, 0, 0, 0, -1]


def test_pieces_are_counted_by_chains_of_neighbours() -> None:
    """A in two corners and B in between: A has two pieces; corner to corner is not a neighbour."""
    site = [""] * SIDE**2
    for i in (0, 1, 5):
        site[i] = "A"
    for i in (2, 6):
        site[i] = "B"
    site[24] = "A"
    cells, adjacency = grid(site)
    assert districts(cells, adjacency, pd.Index(["A", "B"])).parts.tolist() == [2, 2]


def test_an_empty_district_stays() -> None:
    """A station that is first due nowhere has a row with an empty shape and no times."""
    cells, adjacency = grid(["A"] * SIDE**2)
    table = districts(cells, adjacency, pd.Index(["B", "A"]))
    assert table.index.tolist() == ["B", "A"]
    assert table.geometry["B"].is_empty
    assert table.loc["B", ["area_km2", "people", "parts"]].tolist() == [0.0, 0.0, 0]
    assert table.loc["B", ["worst_s", "mean_s", "share_within"]].isna().all()


def test_mean_is_weighted_by_people_and_empty_where_nobody_lives() -> None:
    """Without people there is no mean, and the longest time is there all the same."""
    cells, adjacency = grid(["A"] * SIDE**2)
    table = districts(cells.assign(people=0.0), adjacency, pd.Index(["A"]))
    assert np.isnan(table.mean_s["A"])
    assert table.worst_s["A"] == 240.0
    weighted = districts(cells, adjacency, pd.Index(["A"])).mean_s["A"]
    assert weighted == pytest.approx(np.average(cells.travel_time_s, weights=cells.people))


@given(st.lists(st.sampled_from(["", "A", "B", "C"]), min_size=SIDE**2, max_size=SIDE**2), st.randoms())
@settings(max_examples=40, deadline=None)
def test_districts_partition_what_is_served(site_id: list[str], random: object) -> None:
    """Whatever the assignment: nothing overlaps, nothing is lost, and networkx counts the same pieces."""
    cells, adjacency = grid(site_id)
    table = districts(cells, adjacency, pd.Index(["A", "B", "C"]))
    served = cells[cells.site_id != ""]
    assert is_partition(table, served.geometry.union_all())
    assert table.area_km2.sum() == pytest.approx(served.area_km2.sum())
    assert table.area.to_numpy() / 1e6 == pytest.approx(table.area_km2.to_numpy())
    graph = nx.Graph([(a, b) for a, b in adjacency.tolist()])
    for name in "ABC":
        mine = graph.subgraph(cells.index[cells.site_id == name])
        assert table.parts[name] == nx.number_connected_components(mine)


def test_the_checker_sees_overlap_and_loss() -> None:
    """is_partition is False when land is given twice, left out, or taken from outside."""
    cells, adjacency = grid(["A"] * 10 + ["B"] * 15)
    table = districts(cells, adjacency, pd.Index(["A", "B"]))
    land = cells.geometry.union_all()
    assert is_partition(table, land)
    assert not is_partition(table, land.buffer(10))
    assert not is_partition(table, land.buffer(-10))
    assert not is_partition(table.set_geometry(table.buffer(1, join_style="mitre").intersection(land)), land)
