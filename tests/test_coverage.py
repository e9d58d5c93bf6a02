"""Coverage and its measures, solved by hand: three demands, three sites."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from siting.coverage import coverage, coverage_of_pieces, depth
from siting.errors import InputError
from siting.travel_time import TravelTimes, whole_ms

TIMES = TravelTimes(  # A reaches 1 in 100 s and 2 in 200 s; B reaches 2 in exactly 240 s; C reaches nothing
    site_ids=pd.Index(["A", "B", "C"]),
    demand_ids=pd.Index([1, 2, 3]),
    site_ptr=np.array([0, 2, 3, 3]),
    demand=np.array([0, 1, 1], dtype=np.uint32),
    ms=np.array([100_000, 200_000, 240_000], dtype=np.int32),
    limit_s=300.0,
)


def test_the_budget_counts_to_the_millisecond() -> None:
    """240 s is within 240 s and beyond 239.999 s; a budget may be as long as the times were computed for."""
    assert depth(coverage(TIMES, 240.0), plan=["A", "B", "C"]).tolist() == [1, 2, 0]
    assert depth(coverage(TIMES, 239.999), plan=["A", "B", "C"]).tolist() == [1, 1, 0]
    assert depth(coverage(TIMES, 300.0), plan=["A", "B", "C"]).tolist() == [1, 2, 0]


def test_what_binary_lacks_of_a_budget_is_no_millisecond() -> None:
    """A drive of 261.4 s, in the 300 s that a turnout of 38.6 s leaves; every whole millisecond is itself again."""
    drive = replace(TIMES, ms=np.array([100_000, 200_000, 261_400], dtype=np.int32))
    assert depth(coverage(drive, 300.0 - 38.6), plan=["B"]).tolist() == [0, 1, 0]
    every = np.arange(1_000_000)
    assert (whole_ms(every / 1000.0) == every).all()


def test_each_station_keeps_its_own_turnout() -> None:
    """A slow turnout takes A's reach of 2 away and leaves B's."""
    covers = coverage(TIMES, pd.Series({"A": 150.0, "B": 240.0, "C": 240.0}))
    assert depth(covers, plan=["A", "B"]).tolist() == [1, 1, 0]


def test_any_relation_and_budgets() -> None:
    """Against the full matrix: who is within whose budget, sites ascending; some reach nothing, some budgets are 0."""
    rng = np.random.default_rng(3)
    ms = np.where(rng.random((40, 25)) < 0.3, rng.integers(0, 5, (40, 25)) * 60_000, -1)  # site by demand
    site, demand = np.nonzero(ms >= 0)
    times = TravelTimes(
        site_ids=pd.RangeIndex(40),
        demand_ids=pd.RangeIndex(25),
        site_ptr=np.searchsorted(site, np.arange(41)),
        demand=demand.astype(np.uint32),
        ms=ms[site, demand].astype(np.int32),
        limit_s=240.0,
    )
    budget_s = pd.Series(rng.integers(0, 5, 40) * 60.0)
    covers = coverage(times, budget_s)
    inside = (ms >= 0) & (ms <= budget_s.to_numpy()[:, None] * 1000)
    for i in range(25):
        assert covers.sites[covers.indptr[i] : covers.indptr[i + 1]].tolist() == np.flatnonzero(inside[:, i]).tolist()
    assert covers.demand.tolist() == np.nonzero(inside.T)[0].tolist()


def test_pieces_in_any_order_say_the_same() -> None:
    """Sites searched in blocks, the last block first: the same relation, sites ascending within each demand."""
    labels = TIMES.site_ids, TIMES.demand_ids
    pieces = [
        (rows, TravelTimes(TIMES.site_ids.take(rows), TIMES.demand_ids, *found, limit_s=300.0))
        for rows, found in [
            (np.array([2, 1]), (np.array([0, 0, 1]), TIMES.demand[2:], TIMES.ms[2:])),
            (np.array([0]), (np.array([0, 2]), TIMES.demand[:2], TIMES.ms[:2])),
        ]
    ]
    for budget_s in (300.0, 199.0, pd.Series({"A": 150.0, "B": 240.0, "C": -10.0})):
        at_once, in_pieces = coverage(TIMES, budget_s), coverage_of_pieces(pieces, budget_s, *labels, 300.0)
        assert in_pieces.indptr.tolist() == at_once.indptr.tolist()
        assert in_pieces.sites.tolist() == at_once.sites.tolist()
    assert coverage_of_pieces(pieces, 300.0, *labels, 300.0).sites.tolist() == [0, 0, 1]


def test_times_and_matrix_agree() -> None:
    """The tidy table and the sparse [i, j] matrix say the same."""
    frame = TIMES.to_frame()
    assert frame.travel_time_s.tolist() == [100.0, 200.0, 240.0]
    assert TIMES.matrix().toarray().tolist() == [[100.0, 0.0, 0.0], [200.0, 240.0, 0.0], [0.0, 0.0, 0.0]]


def test_faults_are_named_together() -> None:
    """A budget beyond what was computed, and one that is missing."""
    with pytest.raises(InputError, match=r"(?s)No travel budget for sites C.*Compute them with limit_s=400"):
        coverage(TIMES, pd.Series({"A": 400.0, "B": 240.0}))
    with pytest.raises(InputError, match="1 sites are not in the coverage"):
        depth(coverage(TIMES, 240.0), plan=["Z"])
