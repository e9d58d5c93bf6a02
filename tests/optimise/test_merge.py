"""Demand merged in pieces is the same question."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.optimise import Problem, covered_weight
from siting.optimise.merge import merged
from siting.optimise.problem import is_coverable
from tests.optimise import cases


@settings(max_examples=100, deadline=None)
@given(problem=cases.problems(), data=st.data())
def test_every_plan_keeps_its_value(problem: Problem, data: st.DataObject) -> None:
    """However the rows are cut into pieces: no cover set comes twice, no weight is lost, each plan covers the same."""
    n = problem.n_demand
    cuts = [0, *sorted(data.draw(st.lists(st.integers(0, n), max_size=3))), n]
    pieces = [
        (
            problem.indptr[a : b + 1] - problem.indptr[a],
            problem.sites[problem.indptr[a] : problem.indptr[b]],
            problem.weight[a:b],
        )
        for a, b in pairwise(cuts)
    ]
    found = merged(pieces, problem.cost)
    found.check()
    rows = [tuple(found.sites[a:b]) for a, b in pairwise(found.indptr)]
    assert len(set(rows)) == len(rows)
    assert found.weight.sum() == problem.weight.sum()
    out = found.weight[~is_coverable(found)].sum()
    assert out == problem.weight[np.diff(problem.indptr) == 0].sum()
    plan = np.flatnonzero(data.draw(st.lists(st.booleans(), min_size=problem.n_sites, max_size=problem.n_sites)))
    assert covered_weight(found, plan) == covered_weight(problem, plan)
