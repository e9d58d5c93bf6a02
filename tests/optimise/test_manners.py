"""What `solve` refuses, how it repeats itself, and what its certificate says."""

from __future__ import annotations

from dataclasses import replace

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


UNIT = np.zeros(2, dtype=np.int64)
APART = replace(simple_problem([[0], [1]], weight=[3, 1]), distance=np.array([5.0, 5.0]))


@pytest.mark.parametrize(
    ("problem", "objective", "terms", "en", "zh"),
    [
        (APART, "p_median", Terms(sites=1), "2 or more sites are needed to reach all", "至少需要 2 处站址"),
        (APART, "p_center", Terms(sites=1), "at most 1 may be open", "最多只能有 1 处"),
        (APART, "equity", Terms(sites=1, floor=1.0, unit=UNIT), "takes 2 or more new sites; 1 is", "至少需要新建 2 处"),
        (
            replace(APART, fixed_closed=np.array([False, True])),
            "equity",
            Terms(sites=1, floor=0.9, unit=UNIT),
            "1 unit stays below the floor of 90.0% even with all sites open: 0 (75.0%).",
            "仍有 1 个单元达不到 90.0% 的最低覆盖率：0 (75.0%)。",
        ),
        (
            replace(APART, fixed_closed=np.array([False, True])),
            "equity",
            Terms(sites=1, township=np.array([4, 7])),
            "1 township has no site that may open: 7.",
            "1 个乡镇没有可设站址：7。",
        ),
        (
            replace(APART, closing_cost=np.array([0.0, 9.0]), cost=np.array([1.0, 7.0])),
            "mclp",
            Terms(cost_budget=6.5),
            "Every plan costs 7 or more for closing or keeping 1 standing site; the budget is 6.5.",
            "至少需要费用 7，超出预算 6.5",
        ),
    ],
)
def test_what_cannot_be_is_said_in_both_languages(
    problem: Problem, objective: str, terms: Terms, en: str, zh: str
) -> None:
    """Infeasible, no value, and the requirement that cannot be met with its count."""
    solution = solve(problem, objective, terms=terms)
    assert (solution.status, np.isnan(solution.value)) == ("infeasible", True)
    assert en in " ".join(solution.certificate("en")["reasons"])
    assert zh in " ".join(solution.certificate("zh")["reasons"])


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
