"""What `solve` refuses, how it repeats itself, and what its certificate says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.errors import InputError
from siting.optimise import OBJECTIVES, Problem, Solution, Terms, simple_problem, solve
from tests.optimise import cases

TOWN = simple_problem([[0, 1], [1], [1, 2], [2]], n_sites=4, fixed_open=[0], fixed_closed=[3])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"objective": "mcpl", "sites": 1}, r"'mcpl' is not known. Did you mean 'mclp'\? Known: "),
        ({"objective": "mclp"}, "needs the number of new sites"),
        ({"objective": "mclp", "sites": -1}, "sites = -1. Expected 0 or more"),
        ({"objective": "mclp", "sites": 3}, "sites = 3, but only 2 candidates are free to open"),
        ({"objective": "lscp", "sites": 3}, "lscp does not take sites"),
        ({"objective": "lscp", "time_limit_s": -1.0}, "time_limit_s = -1.0"),
        ({"objective": "lscp", "time_limit_s": float("nan"), "relative_gap": 2.0, "threads": 0}, "3 faults"),
        ({"objective": "lscp", "seed": -4}, "seed = -4"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict, said: str) -> None:
    """The message says what is wrong and what was expected."""
    with pytest.raises(InputError, match=said):
        solve(TOWN, **arguments)


def test_every_fault_of_a_problem_is_named() -> None:
    """Four faults, one message."""
    broken = Problem(
        indptr=np.array([0, 2]),
        sites=np.array([1, 0], dtype=np.uint32),
        weight=np.array([np.nan]),
        cost=np.array([-1.0, 1.0]),
        fixed_open=np.array([True, False]),
        fixed_closed=np.array([True, False]),
    )
    with pytest.raises(InputError) as caught:
        solve(broken, "lscp")
    assert len(caught.value.faults) == 4
    for said in ("1 cover sets are not ascending", "weight are negative or not", "cost are", "fixed open and closed"):
        assert said in str(caught.value)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_nothing_to_do_is_done(objective: str) -> None:
    """No demand, or no site: an empty plan, proven."""
    for empty in (simple_problem([], n_sites=3), simple_problem([[], []], n_sites=0)):
        problem, terms = cases.asked(objective, empty, 0)
        solution = solve(problem, objective, terms=terms)
        assert (solution.plan.tolist(), solution.value, solution.status) == ([], 0.0, "optimal")


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_same_input_and_seed_give_the_same_plan(objective: str) -> None:
    """Twice the same call, the same sites, method and bound."""
    problem, terms = cases.asked(objective, cases.in_square(150, 25, 9.0, seed=1), 6)
    first, second = (solve(problem, objective, terms=terms, seed=7) for _ in range(2))
    assert first.plan.tolist() == second.plan.tolist()
    assert (first.value, first.bound, first.method) == (second.value, second.bound, second.method)


@settings(max_examples=50, deadline=None)
@given(problem=cases.problems(), data=st.data())
def test_order_of_demand_does_not_matter(problem: Problem, data: st.DataObject) -> None:
    """Shuffled rows have the same optimum."""
    order = data.draw(st.permutations(range(problem.n_demand)))
    rows = [problem.sites[problem.indptr[i] : problem.indptr[i + 1]].tolist() for i in order]
    shuffled = simple_problem(
        rows,
        n_sites=problem.n_sites,
        weight=problem.weight[list(order)],
        cost=problem.cost,
        fixed_open=np.flatnonzero(problem.fixed_open),
        fixed_closed=np.flatnonzero(problem.fixed_closed),
    )
    terms = Terms(sites=min(2, len(cases.free_sites(problem))))
    for objective, question in {"lscp": Terms(), "mclp": terms, "backup": terms}.items():
        there = solve(shuffled, objective, terms=question)
        assert there.value == solve(problem, objective, terms=question).value


def test_certificate_says_how() -> None:
    """Objective, bound, gap, method, seed, settings with the tolerance, and sizes before and after."""
    said = solve(cases.in_square(200, 20, 6.0, seed=1), "mclp", sites=3, seed=5, relative_gap=0.01).certificate()
    assert said["seed"] == 5
    assert said["bound"] >= said["value"]
    assert said["settings"] == {
        "sites": 3, "time_limit_s": 60.0, "relative_gap": 0.01, "threads": 1, "tolerance": 1e-9
    }  # fmt: skip
    assert said["sizes"]["reduced_demand"] < said["sizes"]["demand"] == 200


def test_every_objective_states_its_model() -> None:
    """Each entry carries sense, value, search and a formulation with numbered lines and its source."""
    for name, objective in OBJECTIVES.items():
        assert objective.formulation.strip().startswith(name.upper())
        assert "(1)" in objective.formulation
        problem, terms = cases.asked(name, TOWN, 2)
        solution = solve(problem, name, terms=terms)
        assert isinstance(solution, Solution)
        assert solution.bound >= solution.value if objective.sense == "max" else solution.bound <= solution.value
