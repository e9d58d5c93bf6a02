"""Busy shares against the exact hypercube, and expected cover with unequal shares against brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.optimise import Problem, Terms, solve
from siting.optimise.hypercube import busy_in_plan, busy_shares
from siting.optimise.unequal import value
from tests.optimise import cases
from tests.optimise.test_objectives import plans, sized

TOWN = cases.in_square(120, 25, 5.0, seed=3)


def exact(order: Ids, calls: Floats, service_h: float) -> Floats:
    """Larson's hypercube itself: 2^N states of free and busy engines, and the balance of their probabilities."""
    n = order.shape[1]
    rate = np.zeros((2**n, 2**n))
    for state in range(2**n):
        for i, wanted in enumerate(order):
            free = [j for j in wanted if not state >> j & 1]
            if free:
                rate[state, state | 1 << free[0]] += calls[i]
        for j in range(n):
            if state >> j & 1:
                rate[state, state & ~(1 << j)] += 1.0 / service_h
    balance = (rate - np.diag(rate.sum(axis=1))).T
    balance[-1] = 1.0
    chance = np.linalg.solve(balance, np.eye(2**n)[-1])
    return np.array([sum(chance[s] for s in range(2**n) if s >> j & 1) for j in range(n)])


@pytest.mark.parametrize(("load", "within"), [(0.3, 0.01), (0.8, 0.02), (2.0, 0.02)])
@pytest.mark.parametrize("seed", range(5))
def test_busy_shares_are_near_the_exact_hypercube(load: float, within: float, seed: int) -> None:
    """Five stations, thirty demands with calls and orders of their own: wrong by a hundredth or two."""
    rng = np.random.default_rng(seed)
    place, station = rng.uniform(size=(30, 2)), rng.uniform(size=(5, 2))
    order = np.argsort(np.linalg.norm(place[:, None] - station, axis=2), axis=1)
    calls = rng.uniform(0.2, 1.0, 30)
    service_h = load / calls.sum()
    found, truth = busy_shares(order, calls, service_h), exact(order, calls, service_h)
    assert found.sum() == pytest.approx(truth.sum(), rel=1e-6)  # Erlang's loss, which no order changes
    assert np.abs(found - truth).max() < within
    assert np.abs(found - truth).max() < np.abs(found.mean() - truth).max()  # nearer than one share for all


def test_like_stations_are_alike_and_quiet_ones_idle() -> None:
    """By symmetry; and without calls nobody is out."""
    order = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1]])
    assert np.ptp(busy_shares(order, np.ones(3), 0.7)) < 1e-9
    assert busy_shares(order, np.ones(3), 0.7) == pytest.approx(exact(order, np.ones(3), 0.7))
    assert busy_shares(order, np.zeros(3), 0.7).tolist() == [0.0, 0.0, 0.0]


def test_what_does_not_fit_is_refused() -> None:
    """Every fault at once."""
    with pytest.raises(InputError, match=r"(?s)each of 2 stations once.*2 numbers of 0 or more.*service_h = -1"):
        busy_shares(np.array([[0, 0], [0, 1]]), np.array([1.0, -1.0]), -1.0)
    with pytest.raises(InputError, match="need distance"):
        busy_in_plan(TOWN, np.array([1]), np.ones(120), 0.1)


@settings(max_examples=80, deadline=None)
@given(case=sized(whole=False), seed=st.integers(0, 99))
def test_unequal_shares_equal_brute_force(case: tuple[Problem, int], seed: int) -> None:
    """Every plan tried: value and bound are the best of them."""
    problem, sites = case
    busy = np.random.default_rng(seed).uniform(0.0, 0.9, problem.n_sites)
    best = max(value(problem, np.asarray(plan, dtype=np.int64), busy) for plan in plans(problem, sites))
    found = solve(problem, "expected", terms=Terms(sites=sites, busy_shares=busy))
    assert found.value == pytest.approx(best, abs=1e-9)
    assert best * (1 - 1e-9) <= found.bound <= best * (1 + 1e-5) + 1e-9


def test_equal_shares_are_mexclp() -> None:
    """The same question asked in both ways, on a town."""
    each = solve(TOWN, "expected", terms=Terms(sites=5, busy_shares=np.full(25, 0.3)), time_limit_s=20)
    assert each.value == pytest.approx(solve(TOWN, "expected", terms=Terms(sites=5, busy_share=0.3)).value)
    assert each.optimality_gap < 1e-3


def test_expected_takes_the_shares_of_the_hypercube() -> None:
    """Shares of the first plan find a plan that is no worse by them, and both kinds at once are refused."""
    town = replace(TOWN, distance=np.random.default_rng(1).uniform(0, 10, len(TOWN.sites)))
    first = solve(town, "expected", terms=Terms(sites=5, busy_share=0.2))
    shares = busy_in_plan(town, first.plan, np.full(120, 0.05), 0.25)
    assert shares[first.plan].mean() == pytest.approx(np.delete(shares, first.plan)[0])
    second = solve(town, "expected", terms=Terms(sites=5, busy_shares=shares), time_limit_s=10)
    assert second.bound >= second.value >= value(town, first.plan, shares)
    with pytest.raises(InputError, match="one of the two"):
        solve(town, "expected", terms=Terms(sites=5, busy_share=0.2, busy_shares=shares))
