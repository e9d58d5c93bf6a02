"""Tiers of different worth as one MCLP: by hand, and against every set of sites that the budget allows."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest

from siting.optimise import Terms, solve
from siting.optimise.problem import Problem, covered_weight, simple_problem
from siting.optimise.stacked import side_by_side, stacked


def worth_served(problem: Problem, worth: np.ndarray, plan: tuple[int, ...]) -> float:
    """Each row by the best open site that serves it, one row after the other."""
    rows = np.split(problem.sites, problem.indptr[1:-1])
    best = [max((worth[site] for site in row if site in plan), default=0.0) for row in rows]
    return float(problem.weight @ np.array(best))


def drawn(seed: int) -> tuple[Problem, np.ndarray]:
    """Ten rows; three stations, one of them standing, two small ones and four micro stations."""
    draw = np.random.default_rng(seed)
    covers = [np.flatnonzero(draw.random(9) < 0.3).tolist() for _ in range(10)]
    cost = np.array([5.0, 5, 5, 3, 3, 1, 1, 1, 1])
    weight = draw.integers(1, 50, 10).astype(float)
    problem = simple_problem(covers, n_sites=9, weight=weight.tolist(), cost=cost.tolist(), fixed_open=[0])
    return problem, np.array([1.0, 1, 1, 0.7, 0.7, 0.3, 0.3, 0.3, 0.3])


@pytest.mark.parametrize("seed", range(12))
def test_its_covered_weight_is_the_worth_of_the_best_tier(seed: int) -> None:
    """For every plan, not only for the best."""
    problem, worth = drawn(seed)
    tiers = stacked(problem, worth)
    tiers.check()
    for plan in combinations(range(problem.n_sites), 3):
        assert covered_weight(tiers, np.array(plan)) == pytest.approx(worth_served(problem, worth, plan))


@pytest.mark.parametrize("seed", range(12))
def test_no_set_of_sites_within_the_budget_is_worth_more(seed: int) -> None:
    """Brute force over all subsets that cost 9 or less besides the station that stands."""
    problem, worth = drawn(seed)
    solution = solve(stacked(problem, worth), "mclp", terms=Terms(cost_budget=9.0))
    free = range(1, problem.n_sites)
    every = chain.from_iterable(combinations(free, n) for n in range(len(free) + 1))
    best = max(worth_served(problem, worth, (0, *new)) for new in every if problem.cost[list(new)].sum() <= 9.0)
    assert solution.status == "optimal"
    assert solution.value == pytest.approx(best)
    assert solution.bound == pytest.approx(best)
    assert problem.cost[np.setdiff1d(solution.plan, [0])].sum() <= 9.0


def test_side_by_side_each_tier_keeps_its_own_relation() -> None:
    """The second tier's site 0 is site 2 of both; fixed and dear sites stay so."""
    stations = simple_problem([[0], [0, 1], []], weight=[1, 2, 3], cost=[4, 5], fixed_open=[1])
    micro = simple_problem([[1], [], [0, 1]], cost=[1, 2])
    both = side_by_side([stations, micro])
    both.check()
    rows = [row.tolist() for row in np.split(both.sites, both.indptr[1:-1])]
    assert rows == [[0, 3], [0, 1], [2, 3]]
    assert (both.cost.tolist(), both.fixed_open.tolist()) == ([4, 5, 1, 2], [False, True, False, False])
    assert both.weight.tolist() == [1, 2, 3]
