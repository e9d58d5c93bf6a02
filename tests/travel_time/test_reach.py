"""Times from sites to demand: solved by hand, held to their properties, and recomputed by networkx."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting import toy
from siting.errors import InputError
from siting.network import CLOSED, EdgePositions, RoadNetwork
from siting.travel_time import TravelTimes, reach, reach_blocks
from tests.travel_time.streets import network_of, places, random_places, seconds_by_networkx, town


def times(
    network: RoadNetwork, sites: EdgePositions, demand: EdgePositions, limit_s: float, threads: int = 1
) -> TravelTimes:
    labels = pd.RangeIndex(len(sites)), pd.RangeIndex(len(demand))
    return reach(network, sites, demand, limit_s, site_ids=labels[0], demand_ids=labels[1], threads=threads)


def table(found: TravelTimes) -> np.ndarray:
    """Dense seconds [j, i], inf where nothing was found."""
    dense = np.full((len(found.site_ids), len(found.demand_ids)), np.inf)
    dense[found.site, found.demand] = found.ms / 1000.0
    return dense


BLOCK = network_of(
    [(0, 0), (100, 0), (100, 100), (0, 100)],
    [(0, 1, 10_000, CLOSED), (1, 2, 10_000, CLOSED), (2, 3, 10_000, CLOSED), (3, 0, 10_000, CLOSED)],
)
"""Four one-way streets round a block, 10 s each."""


def test_toy_town_by_hand() -> None:
    """Every time of the toy town, with its one-way quay and its island, is the one worked out on paper."""
    network = toy.network()
    found = times(network, toy.sites(), toy.demand(), 300.0)
    expected = np.array([toy.SECONDS[name] for name in toy.SITES])
    assert np.isinf(expected).any()
    np.testing.assert_allclose(table(found), expected, rtol=0.005)


@pytest.mark.parametrize(
    ("site", "demand", "seconds"),
    [
        ((0, 0.25), (0, 0.75), 5.0),  # straight ahead
        ((0, 0.75), (0, 0.25), 35.0),  # behind: once round the block
        ((0, 0.5), (0, 0.5), 0.0),  # here
        ((0, 0.5), (3, 1.0), 35.0),  # to the junction that the street starts from
        ((3, 1.0), (0, 0.5), 5.0),  # at a junction, whichever street it was snapped to
        ((3, 1 - 1e-12), (3, 0.5), 35.0),  # as good as at a junction, but the street is one-way all the same
        ((2, 1e-12), (1, 1.0), 0.0),  # a snapped place that is at the junction but for rounding
        ((0, 1.0), (1, 0.0), 0.0),  # one junction by two names
    ],
)
def test_one_way_block_by_hand(site: tuple[int, float], demand: tuple[int, float], seconds: float) -> None:
    """On a one-way street a place behind is reached by driving round the block."""
    found = times(BLOCK, places(site), places(demand), 60.0)
    assert found.ms.tolist() == [seconds * 1000]


def test_round_the_block_when_quicker() -> None:
    """On one long slow street, the way out, along a fast road and back in may beat the straight one."""
    network = network_of([(0, 0), (100, 0)], [(0, 1, 100_000, 100_000), (0, 1, 4_000, 4_000)])
    found = times(network, places((0, 0.1)), places((0, 0.9), (0, 0.2)), 200.0)
    assert found.ms.tolist() == [10_000 + 4_000 + 10_000, 10_000]


def test_limit_is_included_and_decided_in_milliseconds() -> None:
    """A demand exactly at the limit is reached, one a millisecond beyond is not."""
    network = network_of([(0, 0), (100, 0), (200, 0)], [(0, 1, 4_000, CLOSED), (1, 2, 1, CLOSED)])
    demand = places((0, 1.0), (1, 1.0))
    assert times(network, places((0, 0.0)), demand, 4.0).demand.tolist() == [0]
    assert times(network, places((0, 0.0)), demand, 4.001).demand.tolist() == [0, 1]


def test_part_of_an_edge_rounds_up() -> None:
    """A third of a street of 100 ms takes 34 ms, not 33; a fraction that binary cannot hold costs nothing."""
    network = network_of([(0, 0), (100, 0)], [(0, 1, 100, 100)])
    found = times(network, places((0, 0.0)), places((0, 1 / 3), (0, 0.1 + 0.2)), 1.0)
    assert found.ms.tolist() == [34, 30]


def test_off_road_keeps_its_place() -> None:
    """A site or demand without a road has no entry and moves nobody else's."""
    found = times(BLOCK, places((-1, 0.0), (0, 0.0)), places((0, 0.5), (-1, 0.0), (1, 0.5)), 60.0)
    assert found.site_ptr.tolist() == [0, 0, 2]
    assert found.demand.tolist() == [0, 2]
    assert found.ms.tolist() == [5_000, 15_000]


def test_no_site_or_no_demand() -> None:
    """Empty tables give empty relations."""
    nowhere = EdgePositions(np.empty(0, np.int64), np.empty(0), np.empty(0))
    assert len(times(BLOCK, nowhere, places((0, 0.5)), 60.0).ms) == 0
    assert times(BLOCK, places((0, 0.5)), nowhere, 60.0).site_ptr.tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(6))
def test_random_towns_against_networkx(seed: int) -> None:
    """On random towns every time within the limit agrees with networkx, rounded up by less than 2 ms."""
    rng = np.random.default_rng(seed)
    network = town(rng)
    sites, demand = random_places(network, 40, rng), random_places(network, 80, rng)
    assert_agrees(times(network, sites, demand, 45.0), seconds_by_networkx(network, sites, demand))


def assert_agrees(found: TravelTimes, expected: np.ndarray) -> None:
    """Present where networkx is well within the limit, absent where it is beyond, and never early."""
    seconds = table(found)
    there = np.isfinite(seconds)
    late_ms = (seconds[there] - expected[there]) * 1000.0
    assert len(late_ms)
    assert late_ms.min() > -0.01
    assert late_ms.max() < 2.0
    assert np.isfinite(seconds[expected <= found.limit_s - 0.002]).all()
    assert np.isinf(seconds[expected > found.limit_s]).all()


def test_sorted_and_the_same_in_any_order_and_any_threads() -> None:
    """Entries run by site, then demand; the order of sites and the number of threads change nothing else."""
    rng = np.random.default_rng(1)
    network = town(rng, side=12)
    sites, demand = random_places(network, 300, rng), random_places(network, 200, rng)
    found, shared = times(network, sites, demand, 60.0), times(network, sites, demand, 60.0, threads=3)
    for site in range(len(sites)):
        row = found.demand[found.site_ptr[site] : found.site_ptr[site + 1]]
        assert (np.diff(row.astype(np.int64)) > 0).all()
    assert all(np.array_equal(getattr(found, name), getattr(shared, name)) for name in ("site_ptr", "demand", "ms"))
    order = rng.permutation(len(sites))
    np.testing.assert_array_equal(table(times(network, sites.take(order), demand, 60.0)), table(found)[order])


@pytest.mark.parametrize("piece_entries", [1, 500, 10**6])
def test_pieces_are_the_answer_cut_by_sites(piece_entries: int) -> None:
    """Every site is in one piece, with the rows that `reach` gives it; no piece is larger than was asked for."""
    rng = np.random.default_rng(6)
    network = town(rng, side=12)
    sites, demand = random_places(network, 300, rng), random_places(network, 200, rng)
    labels = {"site_ids": pd.Index([f"s{j}" for j in range(300)]), "demand_ids": pd.RangeIndex(200)}
    whole = reach(network, sites, demand, 60.0, **labels)
    seen = []
    for rows, piece in reach_blocks(network, sites, demand, 60.0, **labels, piece_entries=piece_entries, threads=2):
        assert len(piece.ms) <= max(piece_entries, len(demand))
        assert piece.site_ids.tolist() == [f"s{j}" for j in rows]
        for at, j in enumerate(rows):
            own = slice(piece.site_ptr[at], piece.site_ptr[at + 1])
            of_whole = slice(whole.site_ptr[j], whole.site_ptr[j + 1])
            np.testing.assert_array_equal(piece.demand[own], whole.demand[of_whole])
            np.testing.assert_array_equal(piece.ms[own], whole.ms[of_whole])
        seen += rows.tolist()
    assert sorted(seen) == list(range(300))
    assert len(whole.ms) > 3000


def test_many_chunks_are_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often the pieces are put together on the way, the answer is the same."""
    rng = np.random.default_rng(8)
    network = town(rng, side=12)
    sites, demand = random_places(network, 300, rng), random_places(network, 200, rng)
    once = times(network, sites, demand, 60.0)
    monkeypatch.setattr(sys.modules["siting.travel_time.reach"], "_CHUNK_ENTRIES", 700)
    often = times(network, sites, demand, 60.0, threads=7)
    assert all(np.array_equal(getattr(once, name), getattr(often, name)) for name in ("site_ptr", "demand", "ms"))


def test_pieces_may_be_left_untaken() -> None:
    """Whoever has seen enough may stop; nothing hangs."""
    rng = np.random.default_rng(9)
    network = town(rng, side=12)
    sites, demand = random_places(network, 300, rng), random_places(network, 200, rng)
    labels = {"site_ids": pd.RangeIndex(300), "demand_ids": pd.RangeIndex(200)}
    rows, _ = next(iter(reach_blocks(network, sites, demand, 60.0, **labels, piece_entries=1)))
    assert len(rows)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), shorter=st.floats(0.001, 60.0), more=st.floats(0.0, 60.0))
def test_a_longer_limit_only_adds(seed: int, shorter: float, more: float) -> None:
    """A longer limit keeps every entry with its time, and what it adds lies above the shorter limit."""
    rng = np.random.default_rng(seed)
    network = town(rng, side=4)
    sites, demand = random_places(network, 10, rng), random_places(network, 20, rng)
    less, all_ = (table(times(network, sites, demand, limit)) for limit in (shorter, shorter + more))
    np.testing.assert_array_equal(np.where(all_ <= np.floor(shorter * 1000) / 1000, all_, np.inf), less)


def test_names_every_fault() -> None:
    """A limit that is no time and labels that do not fit are told in one message."""
    with pytest.raises(InputError, match=r"(?s)limit_s is -1.*2 site_ids for 1 site position.*3 demand_ids for 1"):
        reach(
            BLOCK, places((0, 0.0)), places((0, 0.0)), -1.0, site_ids=pd.RangeIndex(2), demand_ids=pd.RangeIndex(3)
        )  # fmt: skip
