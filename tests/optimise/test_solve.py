"""`solve` against answers that were found some other way: by hand, by brute force, by spopt, in the literature."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.optimise import Problem, Solution, covered_weight, simple_problem, solve
from tests.optimise import cases

TOWN = simple_problem([[0, 1], [1], [1, 2], [2, 3], [3], []], weight=[10, 20, 5, 30, 1, 7], fixed_open=[0])
"""Site 0 stands; 1 adds 25, 2 adds 35, 3 adds 31; nobody reaches the last row."""


def is_proven(solution: Solution) -> bool:
    return solution.status == "optimal" and solution.bound == solution.value and solution.optimality_gap == 0


@pytest.mark.parametrize(("sites", "plan", "value"), [(0, [0], 10), (1, [0, 2], 45), (2, [0, 1, 3], 66)])
def test_town_solved_by_hand(sites: int, plan: list[int], value: float) -> None:
    """New sites count besides the one that stands."""
    solution = solve(TOWN, "mclp", sites=sites)
    assert solution.plan.tolist() == plan
    assert solution.value == value
    assert is_proven(solution)


def test_what_nobody_reaches_is_told() -> None:
    """Uncoverable demand leaves as a reason with its count and weight, for each objective."""
    assert "1 of 6 demand rows (weight 7 of 73)" in solve(TOWN, "mclp", sites=1).reasons[0].message("en")
    solution = solve(TOWN, "lscp")
    assert (solution.reasons[0].count, solution.reasons[0].examples) == (1, ("5",))
    assert "6 个需求点中有 1 个" in str(solution.certificate("zh")["reasons"])
    assert solution.plan.tolist() == [0, 1, 3]
    assert is_proven(solution)


def test_sites_that_add_nothing_stay_closed() -> None:
    """Three new sites are asked for, two cover everything: the third is not opened, and that is said."""
    solution = solve(TOWN, "mclp", sites=3)
    assert solution.plan.tolist() == [0, 1, 3]
    assert "2 of the 3 new sites cover all" in solution.reasons[1].message("en")


@settings(max_examples=300, deadline=None)
@given(problem=cases.problems(), data=st.data())
def test_mclp_equals_brute_force(problem: Problem, data: st.DataObject) -> None:
    """Whole weights, with sites fixed open and closed: proven, and the optimum."""
    sites = data.draw(st.integers(0, len(cases.free_sites(problem))))
    solution = solve(problem, "mclp", sites=sites)
    assert solution.value == cases.most_covered(problem, sites) == covered_weight(problem, solution.plan)
    assert is_proven(solution)
    assert set(np.flatnonzero(problem.fixed_open)) <= set(solution.plan)
    assert not problem.fixed_closed[solution.plan].any()
    assert len(solution.plan) <= sites + problem.fixed_open.sum()


@settings(max_examples=100, deadline=None)
@given(problem=cases.problems(whole=False), data=st.data())
def test_mclp_with_fractions_equals_brute_force(problem: Problem, data: st.DataObject) -> None:
    """Weights of any size, down to almost nothing, are proven to the stated tolerance."""
    sites = data.draw(st.integers(0, len(cases.free_sites(problem))))
    solution = solve(problem, "mclp", sites=sites)
    assert solution.value == pytest.approx(cases.most_covered(problem, sites), rel=1e-9, abs=0)
    assert is_proven(solution)


@settings(max_examples=200, deadline=None)
@given(problem=cases.problems())
def test_lscp_equals_brute_force(problem: Problem) -> None:
    """Least cost with sites fixed open and closed, costs of zero among them: proven, and a cover."""
    solution = solve(problem, "lscp")
    assert solution.value == cases.least_cost(problem)
    assert cases.is_cover(problem, solution.plan)
    assert is_proven(solution)


@settings(max_examples=100, deadline=None)
@given(problem=cases.problems(whole=False))
def test_lscp_with_fractions_equals_brute_force(problem: Problem) -> None:
    """Costs that are not whole numbers."""
    solution = solve(problem, "lscp")
    assert solution.value == pytest.approx(cases.least_cost(problem), rel=1e-9, abs=0)
    assert is_proven(solution)


@pytest.mark.real
def test_known_optima(real: Callable[[str], Path]) -> None:
    """SJC324 and SJC402 at 800, 1200 and 1600 m, San Francisco at 2500 and 5000 m: each value reached and proven."""
    rows = cases.known_optima(real)
    assert len(rows) == 35
    for known in rows:
        solution = solve(cases.read_instance(real, known.instance, known.radius), "mclp", sites=known.sites)
        assert solution.value == known.value, known
        assert is_proven(solution), known
