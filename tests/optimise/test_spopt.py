"""spopt, solved by CBC, as a second opinion on medium problems with existing sites."""

from __future__ import annotations

import numpy as np
import pulp
import pytest
from spopt import locate

from siting.optimise import Problem, solve
from tests.optimise import cases

# spopt 0.7 calls PuLP 3 in ways that PuLP announces the end of.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def as_matrix(problem: Problem) -> np.ndarray:
    """[i, j]: 0 where site j covers demand i, else 1; spopt covers up to a service radius."""
    matrix = np.ones((problem.n_demand, problem.n_sites))
    matrix[problem.demand, problem.sites] = 0
    return matrix


@pytest.mark.parametrize("kept", [[], [3, 17]])
def test_mclp(kept: list[int]) -> None:
    """Four new sites besides those that stand cover as much by spopt."""
    problem = cases.in_square(400, 50, 4.5, seed=11)
    problem = cases.with_fixed(problem, kept)
    predefined = problem.fixed_open.astype(int) if kept else None
    model = locate.MCLP.from_cost_matrix(
        as_matrix(problem), problem.weight, 0.5, 4 + len(kept), predefined_facilities_arr=predefined
    ).solve(pulp.PULP_CBC_CMD(msg=False))
    ours = solve(problem, "mclp", sites=4)
    assert ours.status == "optimal"
    assert ours.value == pytest.approx(model.problem.objective.value())


@pytest.mark.parametrize("kept", [[], [3, 17]])
def test_lscp(kept: list[int]) -> None:
    """As few sites as spopt needs, with and without sites that stand."""
    problem = cases.with_fixed(cases.without_uncoverable(cases.in_square(400, 50, 5.0, seed=12)), kept)
    predefined = problem.fixed_open.astype(int) if kept else None
    model = locate.LSCP.from_cost_matrix(as_matrix(problem), 0.5, predefined_facilities_arr=predefined).solve(
        pulp.PULP_CBC_CMD(msg=False)
    )
    ours = solve(problem, "lscp")
    assert ours.status == "optimal"
    assert ours.value == model.problem.objective.value()
