"""The tree search of one part: the least loss of all plans, and what each site adds to it, against every plan."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.optimise import Problem
from siting.optimise.part_search import least_loss, lost, lost_by_each
from siting.optimise.problem import opened
from siting.optimise.reduce import settled, whole
from siting.optimise.relation import both_ways
from tests.optimise import cases


def losses(problem: Problem, price: np.ndarray, added: np.ndarray, plan: np.ndarray) -> float:
    """What a plan loses, as the head of the module defines it."""
    count = np.bincount(problem.demand, weights=opened(problem, plan)[problem.sites], minlength=problem.n_demand)
    return float(np.where(count == 0, problem.weight - price, price * (count - 1)).sum() + added[plan].sum())


@settings(max_examples=60, deadline=None)
@given(problem=cases.problems(max_demand=9, max_sites=6), data=st.data())
def test_the_least_loss_is_that_of_the_best_of_all_plans(problem: Problem, data: st.DataObject) -> None:
    """The search finds it exactly, names a plan that loses it, and is never above it where nodes run out."""
    left = settled(whole(problem)).problem
    quarters = st.integers(0, 4)
    price = left.weight * np.array(data.draw(st.lists(quarters, min_size=left.n_demand, max_size=left.n_demand))) / 4
    added = np.array(data.draw(st.lists(quarters, min_size=left.n_sites, max_size=left.n_sites)), dtype=float)
    asked = both_ways(left), price, left.weight - price, added
    plans = [np.array(chosen, dtype=bool) for chosen in product([0, 1], repeat=left.n_sites)]
    every = np.array([losses(left, price, added, np.flatnonzero(plan)) for plan in plans])
    plan = np.zeros(left.n_sites, dtype=bool)
    assert [lost(*asked, plan) for plan in plans] == pytest.approx(every)
    assert least_loss(*asked, every.max() + 1, 10_000, plan) == (pytest.approx(every.min()), True)
    assert losses(left, price, added, np.flatnonzero(plan)) == pytest.approx(every.min())
    assert least_loss(*asked, every.max() + 1, 1, plan.copy())[0] <= every.min() + 1e-9
    high = every.max() + 1
    for nodes, is_exact in ((10_000, True), (1, False)):
        when_open, when_closed = lost_by_each(*asked, high, nodes)
        for j in range(left.n_sites):
            is_open = np.array([plan[j] for plan in plans])
            for proven, best in ((when_open[j], every[is_open].min()), (when_closed[j], every[~is_open].min())):
                assert proven == pytest.approx(best) if is_exact else proven <= best + 1e-9
