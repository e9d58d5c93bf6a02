"""Parts that share the cost of their sites: a bound no plan exceeds, and what a better plan opens or shuns."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.optimise import Problem, covered_weight, shared_costs, simple_problem, solve
from siting.optimise.bound import most_coverable
from siting.optimise.objective import Limits
from siting.optimise.reduce import settled, whole
from siting.optimise.shared_costs import narrowed
from siting.optimise.warm_start import best_known_sites
from tests.optimise import cases

ENDLESS = Limits(np.inf)


@settings(max_examples=40, deadline=None)
@given(problem=cases.problems(), data=st.data())
def test_no_better_plan_is_ruled_out(problem: Problem, data: st.DataObject) -> None:
    """Whatever prices, parts and nodes: every plan is within the bound, and better ones keep what is decided."""
    left = settled(whole(problem)).problem
    if left.n_sites < 2:
        return
    sites = data.draw(st.integers(1, left.n_sites - 1))
    shares = data.draw(
        st.lists(st.sampled_from([0.0, 1e-310, 0.3, 0.5, 1.0]), min_size=left.n_demand, max_size=left.n_demand)
    )
    start = np.array(data.draw(st.lists(st.integers(0, left.n_sites - 1), max_size=sites, unique=True)), dtype=np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared_costs, "ROWS", data.draw(st.sampled_from([2, 4, 20])))
        patch.setattr(shared_costs, "NODES", data.draw(st.sampled_from([2, 1000])))
        found = narrowed(left, sites, left.weight * np.array(shares), start, 1 - 1e-6, ENDLESS)
    value = covered_weight(left, found.plan)
    assert len(found.plan) <= sites
    assert value >= covered_weight(left, start)
    for chosen in combinations(range(left.n_sites), sites):
        plan = np.array(chosen)
        assert covered_weight(left, plan) <= found.bound * (1 + 1e-9)
        if covered_weight(left, plan) > value:
            assert found.must_open[np.setdiff1d(np.arange(left.n_sites), plan)].sum() == 0
            assert not found.must_close[plan].any()


def test_sites_that_overlap_or_leave_gaps_lose() -> None:
    """Any two of three demand points share a site: 2.5 by prices, and one site covers two. Solved by hand."""
    ring = simple_problem([[0, 1], [1, 2], [0, 2]])
    assert narrowed(ring, 1, np.full(3, 0.5), np.array([0]), 0.0, ENDLESS).bound == pytest.approx(2.0)


def test_a_town_in_parts_is_bounded_below_its_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Costs that move between four parts close more than half of the gap of the prices, and decide some sites."""
    town = settled(whole(cases.in_square(240, 60, 6.0, seed=3))).problem
    plan = best_known_sites(town, 8)
    known = covered_weight(town, plan)
    priced = most_coverable(town, 8, known)
    monkeypatch.setattr(shared_costs, "ROWS", 60)
    found = narrowed(town, 8, priced.price, plan, 1 - 1e-6, ENDLESS)
    assert found.bound - known < 0.5 * (priced.bound - known)
    assert found.must_close.any()
    assert found.bound >= solve(town, "mclp", sites=8).value
