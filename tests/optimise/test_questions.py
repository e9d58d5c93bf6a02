"""Curves, phases, losses, alternatives and sensitivity against every plan tried one by one."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.errors import InputError
from siting.optimise import Problem, covered_weight, simple_problem, solve
from siting.optimise.questions import alternatives, contribution, curve, if_lost, phases, sensitivity
from tests.optimise import cases
from tests.optimise.test_objectives import plans, sized

TOWN = cases.in_square(300, 40, 5.0, seed=3)


@settings(max_examples=100, deadline=None)
@given(case=sized())
def test_curve_equals_brute_force(case: tuple[Problem, int]) -> None:
    """Each number of sites is solved and proven; the curve never falls."""
    problem, most = case
    points = curve(problem, most)
    assert [point.sites for point in points] == list(range(most + 1))
    for point in points:
        best = cases.most_covered(problem, point.sites)
        assert point.value == point.bound == best == covered_weight(problem, point.plan)
        assert len(point.plan) <= point.sites + problem.fixed_open.sum()


def test_curve_equals_one_solve_for_each_number() -> None:
    """On a town that prices alone do not close, and every bound holds when there is no time."""
    seen: list[int] = []
    points = curve(TOWN, 12, progress=lambda point: seen.append(point.sites))
    assert seen == list(range(13))
    hurried = curve(TOWN, 12, time_limit_s=0.0)
    for point, rough in zip(points, hurried, strict=True):
        assert point.value == point.bound == solve(TOWN, "mclp", sites=point.sites).value
        assert rough.value <= point.value <= rough.bound
    assert all(a.value <= b.value for a, b in pairwise(points))


@pytest.mark.parametrize("aim", ["last", "first"])
def test_phases_are_nested_and_say_what_it_costs(aim: str) -> None:
    """Plans grow, the year aimed at loses nothing, and each year is the best nested choice."""
    found = phases(TOWN, {2027: 2, 2029: 4, 2032: 7}, aim=aim)
    assert [phase.year for phase in found] == [2027, 2029, 2032]
    assert all(set(a.nested.plan) <= set(b.nested.plan) for a, b in pairwise(found))
    assert found[-1 if aim == "last" else 0].loss == 0
    assert all(phase.loss >= 0 and phase.nested.status == "optimal" for phase in found)
    assert found[1].loss == found[1].free.value - covered_weight(TOWN, found[1].nested.plan)
    if aim == "last":
        inside = replace(TOWN, fixed_closed=~np.isin(np.arange(TOWN.n_sites), found[2].nested.plan))
        assert found[1].nested.value == cases.most_covered(inside, 4)
    assert [len(phase.nested.plan) for phase in found] == [2, 4, 7]


def test_phases_that_shrink_are_refused() -> None:
    """What is built stays."""
    with pytest.raises(InputError, match="2030 has fewer"):
        phases(TOWN, {2027: 3, 2030: 2})


@settings(max_examples=60, deadline=None)
@given(case=sized())
def test_losses_equal_brute_force(case: tuple[Problem, int]) -> None:
    """Contribution is the difference of two values; the replacement and the plan anew are the best there are."""
    problem, sites = case
    plan = solve(problem, "mclp", sites=sites).plan
    alone = contribution(problem, plan)
    for site, lost in zip(plan.tolist(), alone, strict=True):
        rest = np.setdiff1d(plan, [site])
        assert lost == covered_weight(problem, plan) - covered_weight(problem, rest)
        loss = if_lost(problem, plan, site)
        others = [j for j in cases.free_sites(problem) if j not in plan]
        best = max(
            covered_weight(problem, np.array([*rest, *one], dtype=np.int64)) for one in [[], *([j] for j in others)]
        )
        assert (loss.lost, loss.repaired.value) == (lost, best)
        assert site not in loss.free.plan
        kept = set(np.flatnonzero(problem.fixed_open).tolist()) - {site}
        anew = [
            covered_weight(problem, np.setdiff1d(other, [site]))
            for other in plans(problem)
            if len(np.setdiff1d(other, [site])) <= max(len(plan), len(kept))
        ]
        assert loss.free.value == max(anew)


def test_a_site_outside_the_plan_cannot_be_lost() -> None:
    """It is named."""
    with pytest.raises(InputError, match="7 is not open"):
        if_lost(TOWN, np.array([1, 2]), 7)


@settings(max_examples=60, deadline=None)
@given(case=sized(), differ=st.integers(1, 2))
def test_alternatives_equal_brute_force(case: tuple[Problem, int], differ: int) -> None:
    """Each is the best of the plans that lack enough of every plan before, and is proven so."""
    problem, sites = case
    found = alternatives(problem, sites, plans=4, differ=differ)
    fixed = set(np.flatnonzero(problem.fixed_open).tolist())
    for number, solution in enumerate(found):
        allowed = [
            plan
            for plan in plans(problem, sites)
            if all(
                len((set(before.plan) - fixed) & set(plan)) <= max(len(set(before.plan) - fixed) - differ, 0)
                for before in found[:number]
            )
        ]
        assert solution.value == solution.bound == max(covered_weight(problem, plan) for plan in allowed)
        assert solution.value == covered_weight(problem, solution.plan)
        assert number == 0 or f"Does without {differ} or more" in solution.reasons[0].message("en")
    assert len({tuple(solution.plan) for solution in found}) == len(found)


def test_alternatives_of_a_town_differ() -> None:
    """Three plans of six sites, each lacking two of every other, none far from the best."""
    found = alternatives(TOWN, 6, plans=3, differ=2)
    assert len(found) == 3
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert len(set(found[a].plan) - set(found[b].plan)) >= 2
    assert all(0 <= found[0].bound - solution.value < 0.1 * found[0].value for solution in found)


def test_sensitivity_counts_plans() -> None:
    """Shares are counts over samples; regret is against each sample's own bound."""
    samples = [cases.in_square(200, 30, radius, seed=5) for radius in (4.5, 5.0, 5.5)]
    found = sensitivity(samples, 5)
    assert found.share.sum() == pytest.approx(sum(len(s.plan) for s in found.solutions) / 3)
    assert set(np.round(found.share * 3, 9)) <= {0.0, 1.0, 2.0, 3.0}
    assert (found.regret >= 0).all()
    assert found.regret[0] == 0
    with pytest.raises(InputError, match="same sites"):
        sensitivity([samples[0], simple_problem([[0]])], 1)


def test_sensitivity_within_a_cost_budget() -> None:
    """One dear site covers all as usual; where it costs more than there is, the two cheap ones are chosen."""
    usual = simple_problem([[0, 1], [0, 2], [0]], weight=[1, 1, 3], cost=[2, 1, 1])
    dearer = replace(usual, cost=np.array([3.0, 1.0, 1.0]))
    found = sensitivity([usual, dearer], cost_budget=2.0)
    assert [best.plan.tolist() for best in found.solutions] == [[0], [1, 2]]
    assert found.share.tolist() == [0.5, 0.5, 0.5]


def test_curve_keeps_its_time() -> None:
    """Half a second is given; it is kept but for what is always computed."""
    start = time.monotonic()
    curve(cases.in_square(2_000, 150, 6.0, seed=2), 10, time_limit_s=0.5)
    assert time.monotonic() - start < 10  # alone on the machine less than one; others may share it
