"""Each reduction leaves the optimum alone, and maps back to the caller's sites."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.optimise import Problem, covered_weight, reduce, simple_problem
from siting.optimise.objectives import lscp, mclp
from siting.optimise.reduce import Step, reduced, settled, whole
from siting.optimise.relation import components, with_unit_costs
from tests.optimise import cases


@pytest.mark.parametrize("step", [settled, *mclp.STEPS])
@settings(max_examples=100, deadline=None)
@given(problem=cases.problems(), data=st.data())
def test_mclp_optimum_stays(step: Step, problem: Problem, data: st.DataObject) -> None:
    """What is covered already plus the optimum of the rest is the optimum; the plan of the rest maps back to it."""
    sites = data.draw(st.integers(0, len(cases.free_sites(problem))))
    left = step(settled(whole(with_unit_costs(problem))))
    assert left.covered + cases.most_covered(left.problem, sites) == cases.most_covered(problem, sites)
    chosen = np.flatnonzero(~left.problem.fixed_closed)
    assert covered_weight(problem, left.plan(chosen)) == left.covered + covered_weight(left.problem, chosen)


@pytest.mark.parametrize("step", [settled, *lscp.STEPS])
@settings(max_examples=100, deadline=None)
@given(problem=cases.problems())
def test_lscp_optimum_stays(step: Step, problem: Problem) -> None:
    """The cost of what is opened already plus the optimum of the rest is the optimum; a cover of the rest is one."""
    left = step(settled(whole(problem)))
    assert problem.cost[left.opened].sum() + cases.least_cost(left.problem) == cases.least_cost(problem)
    assert cases.is_cover(problem, left.plan(np.arange(left.problem.n_sites)))


@settings(max_examples=100, deadline=None)
@given(problem=cases.problems())
def test_rounds_reach_the_end(problem: Problem) -> None:
    """After the rounds no step finds anything more, nothing is fixed, and no demand is without a site."""
    for steps in (mclp.STEPS, lscp.STEPS):
        left = reduced(whole(problem), steps)
        for step in steps:
            again = step(left)
            assert (again.problem.n_demand, again.problem.n_sites) == (left.problem.n_demand, left.problem.n_sites)
        assert not (left.problem.fixed_open | left.problem.fixed_closed).any()
        assert (np.diff(left.problem.indptr) > 0).all()


def test_equal_demand_is_merged_with_its_weights() -> None:
    """Rows 0 and 2 share a cover set and become one row of weight 5; row 1 stays."""
    left = reduce.with_equal_demand_merged(whole(simple_problem([[0, 1], [1], [0, 1]], weight=[2, 7, 3])))
    assert left.problem.indptr.tolist() == [0, 2, 3]
    assert left.problem.weight.tolist() == [5, 7]


def test_dominated_site_stays_when_it_is_cheaper() -> None:
    """Site 0 covers a part of what site 1 covers: it goes at the same cost and stays when it costs less."""
    problem = simple_problem([[0, 1], [1]])
    assert reduce.without_dominated_sites(whole(problem)).site.tolist() == [1]
    cheaper = replace(problem, cost=np.array([1.0, 2.0]))
    assert reduce.without_dominated_sites(whole(cheaper)).site.tolist() == [0, 1]


@settings(max_examples=100, deadline=None)
@given(problem=cases.problems(max_demand=15, max_sites=9))
def test_components_share_nothing_and_lose_nothing(problem: Problem) -> None:
    """The parts hold each row with a site once, with its own sites, and their optima add up."""
    left = settled(whole(problem)).problem
    parts = components(left)
    rows = sorted(tuple(p[q.sites[a:b]]) for q, p in parts for a, b in zip(q.indptr, q.indptr[1:], strict=False))
    assert rows == sorted(tuple(left.sites[a:b]) for a, b in zip(left.indptr, left.indptr[1:], strict=False))
    positions = np.concatenate([np.empty(0), *(p for _, p in parts)])
    assert len(positions) == len(set(positions))
    assert sum(cases.least_cost(q) for q, _ in parts) == cases.least_cost(left)
