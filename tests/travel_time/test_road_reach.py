"""The exact road pieces: by hand, in length, and against the times of places along them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from siting.errors import InputError
from siting.network import CLOSED, position_xy
from siting.travel_time import nearest, road_reach
from tests.travel_time.streets import network_of, places, random_places, town

SITE = pd.Index(["S"])
STREET = network_of([(0, 0), (100, 0), (200, 0)], [(0, 1, 10_000, 10_000), (1, 2, 10_000, 10_000)])


def spans(found: pd.DataFrame) -> list[tuple[int, float, float]]:
    """Edge, and where each piece starts and ends to the east of the first point."""
    return [
        (int(edge), round(line.coords[0][0], 6), round(line.coords[-1][0], 6))
        for edge, line in zip(found.edge, found.geometry, strict=True)
    ]


def test_cut_where_the_time_ends() -> None:
    """From the middle of a street, both ways, past a junction, to the metre."""
    found = road_reach(STREET, places((0, 0.5)), [3.0, 7.5], SITE)
    assert spans(found[found.limit_s == 3.0]) == [(0, 20.0, 80.0)]
    assert spans(found[found.limit_s == 7.5]) == [(0, 0.0, 100.0), (1, 100.0, 125.0)]
    assert found.length_m.tolist() == pytest.approx([60.0, 100.0, 25.0])


def test_two_pieces_where_the_middle_is_not_reached() -> None:
    """A slow street between two fast ways is entered from both ends."""
    network = network_of([(0, 0), (100, 0)], [(0, 1, 1_000, 1_000), (0, 1, 40_000, 20_000)])
    found = road_reach(network, places((0, 0.0)), [5.0], SITE)
    assert spans(found) == [(0, 0.0, 100.0), (1, 0.0, 12.5), (1, 80.0, 100.0)]


def test_one_way_behind_is_reached_from_the_other_end_only() -> None:
    """On a one-way street the part behind the site is driven only after going round."""
    network = network_of([(0, 0), (100, 0)], [(0, 1, 10_000, CLOSED), (1, 0, 2_000, CLOSED)])
    assert spans(road_reach(network, places((0, 0.5)), [8.0], SITE)) == [
        (0, 0.0, 10.0),
        (0, 50.0, 100.0),
        (1, 100.0, 0.0),
    ]
    assert spans(road_reach(network, places((0, 0.5)), [60.0], SITE)) == [(0, 0.0, 100.0), (1, 100.0, 0.0)]


def test_off_road_has_no_row() -> None:
    """A site without a road reaches nothing; columns and CRS stay."""
    found = road_reach(STREET, places((-1, 0.0)), [60.0], SITE)
    assert found.empty
    assert list(found.columns) == ["site_id", "limit_s", "edge", "length_m", "geometry"]
    assert found.crs == STREET.crs


def test_names_every_fault() -> None:
    """No limit, and labels that do not fit."""
    with pytest.raises(InputError, match=r"(?s)limits_s is \[0\].*2 site_ids for 1"):
        road_reach(STREET, places((0, 0.0)), [0], pd.Index(["A", "B"]))


@pytest.mark.parametrize("seed", range(4))
def test_a_place_lies_on_a_piece_just_when_it_is_in_time(seed: int) -> None:
    """Thousands of places on random towns: in time means on a reached piece, to the rounding of 2 ms."""
    rng = np.random.default_rng(seed)
    network = town(rng)
    site, demand = places((int(rng.integers(network.n_edges)), 0.4)), random_places(network, 2000, rng)
    demand = demand.take(demand.on_road & ~np.isin(network.edge_from[demand.edge], 2))  # a loop has no drawn length
    found = road_reach(network, site, [30.0], SITE)
    travel_s = nearest(network, site, demand).travel_s
    x, y = position_xy(network, demand).T
    start, end = (np.array([line.coords[k] for line in found.geometry]) for k in (0, -1))
    on_piece = np.zeros(len(demand), dtype=bool)
    for edge, a, b in zip(found.edge, start, end, strict=True):
        on_piece |= (
            (demand.edge == edge)
            & (np.minimum(a[0], b[0]) <= x + 1e-6) & (x <= np.maximum(a[0], b[0]) + 1e-6)
            & (np.minimum(a[1], b[1]) <= y + 1e-6) & (y <= np.maximum(a[1], b[1]) + 1e-6)
        )  # fmt: skip
    clear = np.abs(travel_s - 30.0) > 0.002
    at_junction = (demand.fraction == 0) | (demand.fraction == 1)
    assert 100 < (travel_s < 30.0).sum() < len(demand) - 100
    np.testing.assert_array_equal(on_piece[clear & ~at_junction], (travel_s < 30.0)[clear & ~at_junction])
