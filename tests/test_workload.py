"""Busy shares on the toy town: who is called first, by arrival, and the equations that the shares solve."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest

from siting import toy
from siting.network.place import with_place
from siting.optimise.hypercube import busy_shares
from siting.verification.workload_checks import solved_at
from siting.workload import station_busy_shares


def answered(turnout_s: np.ndarray, calls: np.ndarray) -> tuple[np.ndarray, float]:
    stations = with_place(toy.stations(), toy.sites())
    cells = with_place(gpd.GeoDataFrame({"people": toy.weight()}, geometry=[None] * 6), toy.demand())
    shares, lost = station_busy_shares(toy.network(), stations, turnout_s, cells, calls, 0.5)
    return shares.to_numpy(), lost


@pytest.mark.parametrize("turnout_s", [np.zeros(3), np.array([0.0, 300.0, 60.0])])
def test_who_arrives_first_is_called_first(turnout_s: np.ndarray) -> None:
    """The order is that of the toy's own table of times, with each station's turnout."""
    arrival_s = toy.travel_time_s().to_numpy() + turnout_s
    is_reached = np.isfinite(arrival_s).any(axis=1)
    calls = np.array([0.5, 0.1, 0.3, 0.2, 0.4, 0.25])
    order = np.argsort(arrival_s[is_reached], axis=1, kind="stable")
    by_id = np.argsort(toy.stations().index.astype(str), kind="stable")
    assert by_id.tolist() != [0, 1, 2]  # ties aside, the order of the table does not matter
    shares, lost = answered(turnout_s, calls)
    assert shares == pytest.approx(busy_shares(order, calls[is_reached], 0.5))
    assert lost == pytest.approx(calls[~is_reached].sum())


def test_the_verifier_solves_the_same_equations() -> None:
    """The shares of random towns, put once more into equations written anew, come back; others do not."""
    random = np.random.default_rng(1)
    for n_stations in (1, 2, 5, 9):
        order = np.array([random.permutation(n_stations) for _ in range(12)])
        calls = random.uniform(0.0, 0.4, 12)
        shares = busy_shares(order, calls, 0.7)
        assert solved_at(shares, order, calls, 0.7) == pytest.approx(shares, abs=1e-8)
        if n_stations > 1:
            wrong = shares + 0.05 * np.eye(n_stations)[0]
            assert abs(solved_at(wrong, order, calls, 0.7) - wrong).max() > 0.01


def test_nobody_stands() -> None:
    """Without a station all calls are lost."""
    stations = with_place(toy.stations(), toy.sites()).iloc[:0]
    cells = with_place(gpd.GeoDataFrame({"people": toy.weight()}, geometry=[None] * 6), toy.demand())
    shares, lost = station_busy_shares(toy.network(), stations, np.empty(0), cells, np.ones(6), 0.5)
    assert shares.empty
    assert lost == 6.0
