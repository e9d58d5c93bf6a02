"""Bounds hold whatever happens, and the choices that prices make lose no better plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.optimise import Problem, covered_weight
from siting.optimise.bound import decided, least_cost, most_coverable
from siting.optimise.objective import Limits
from siting.optimise.problem import is_covered, opened
from siting.optimise.reduce import settled, whole
from siting.optimise.relation import with_unit_costs
from siting.optimise.warm_start import best_known_sites, cover
from tests.optimise import cases


@settings(max_examples=200, deadline=None)
@given(problem=cases.problems(), data=st.data())
def test_no_plan_covers_more(problem: Problem, data: st.DataObject) -> None:
    """The bound is at least the optimum, and every plan that beats the known one agrees with what was decided."""
    left = settled(whole(with_unit_costs(problem))).problem
    sites = data.draw(st.integers(0, left.n_sites))
    known = data.draw(st.sampled_from([0.0, covered_weight(left, best_known_sites(left, sites))]))
    priced = most_coverable(left, sites, known)
    assert priced.bound >= cases.most_covered(left, sites)
    must_open, must_close = decided(priced, sites, slack=priced.bound - known)
    for plan in combinations(range(left.n_sites), sites):
        chosen = np.array(plan, dtype=np.int64)
        if covered_weight(left, chosen) > known:
            assert set(np.flatnonzero(must_open)) <= set(plan)
            assert not must_close[chosen].any()


@settings(max_examples=200, deadline=None)
@given(problem=cases.problems())
def test_no_cover_is_cheaper(problem: Problem) -> None:
    """The bound is at most the optimum, and every cheaper cover agrees with what was decided."""
    left = settled(whole(problem)).problem
    known = float(left.cost[cover(left)].sum())
    priced = least_cost(left, known)
    assert priced.bound <= cases.least_cost(left)
    must_open, must_close = decided(priced, left.n_sites, slack=known - priced.bound)
    for n in range(left.n_sites + 1):
        for plan in combinations(range(left.n_sites), n):
            chosen = np.array(plan, dtype=np.int64)
            if is_covered(left, opened(left, chosen)).all() and left.cost[chosen].sum() < known:
                assert set(np.flatnonzero(must_open)) <= set(plan)
                assert not must_close[chosen].any()


def test_bound_is_tight_where_the_relaxation_is() -> None:
    """On a larger instance the prices come within two per cent of the best plan known."""
    left = settled(whole(cases.in_square(2_000, 200, 3.0, seed=5))).problem
    known = covered_weight(left, best_known_sites(left, 12))
    assert known <= most_coverable(left, 12, known).bound <= known * 1.02


def test_prices_stop_at_the_gap_asked_for() -> None:
    """With a gap of 5 % the bound ends within it, and further from the optimum than the bound without."""
    left = settled(whole(cases.in_square(2_000, 200, 3.0, seed=5))).problem
    known = covered_weight(left, best_known_sites(left, 12))
    early = most_coverable(left, 12, known, Limits(np.inf, relative_gap=0.05)).bound
    assert most_coverable(left, 12, known).bound < early <= known / 0.95 * (1 + 1e-9)


def test_prices_do_not_stop_where_they_are_all_at_an_end() -> None:
    """
    Few sites far apart among many, fractional weights: after a few steps no price can move the way it was going.

    The search once took that for the end, and left a bound a third too high.
    """
    problem = cases.in_square(1_200, 300, 3.0, seed=4)
    fractions = np.random.default_rng(0).uniform(0.5, 1.5, problem.n_demand)
    left = settled(whole(replace(problem, weight=problem.weight * fractions))).problem
    known = covered_weight(left, best_known_sites(left, 4))
    assert most_coverable(left, 4, known).bound <= known * 1.02
