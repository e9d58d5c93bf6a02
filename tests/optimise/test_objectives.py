"""Every objective against every plan tried one by one, and p-median against the proven optima of pmed1 to pmed5."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.optimise import Problem, Solution, Terms, covered_weight, simple_problem, solve
from siting.optimise.objective import Limits
from siting.optimise.objectives import capacitated
from siting.optimise.problem import is_coverable
from siting.optimise.terms import Alarm
from tests.optimise import cases
from tests.optimise.test_solve import is_proven


def plans(problem: Problem, sites: int | None = None) -> list[np.ndarray]:
    """Every plan with at most `sites` new sites."""
    kept, free = np.flatnonzero(problem.fixed_open), cases.free_sites(problem)
    most = len(free) if sites is None else sites
    return [
        np.array(sorted([*kept, *choice]), dtype=np.int64)
        for n in range(most + 1)
        for choice in combinations(free.tolist(), n)
    ]


def counts(problem: Problem, plan: np.ndarray) -> np.ndarray:
    """How often each row is covered, by a loop that shares no code with the package."""
    rows = [problem.sites[a:b] for a, b in zip(problem.indptr[:-1], problem.indptr[1:], strict=True)]
    return np.array([sum(int(j) in set(plan.tolist()) for j in row) for row in rows], dtype=np.int64)


def is_allowed(problem: Problem, solution: Solution, sites: int | None = None) -> bool:
    """Fixed sites are respected, and no more are opened than may be."""
    new = np.setdiff1d(solution.plan, np.flatnonzero(problem.fixed_open))
    return (
        set(np.flatnonzero(problem.fixed_open)) <= set(solution.plan.tolist())
        and not problem.fixed_closed[solution.plan].any()
        and (sites is None or len(new) <= sites)
    )


@st.composite
def sized(draw: st.DrawFn, *, whole: bool = True) -> tuple[Problem, int]:
    """A problem and a number of new sites that it has room for."""
    problem = draw(cases.problems(max_demand=9, max_sites=6, whole=whole))
    return problem, draw(st.integers(0, len(cases.free_sites(problem))))


@st.composite
def measured(draw: st.DrawFn) -> tuple[Problem, int]:
    """The same with distances."""
    problem, sites = draw(sized())
    distance = draw(st.lists(st.integers(0, 20), min_size=len(problem.sites), max_size=len(problem.sites)))
    return replace(problem, distance=np.array(distance, dtype=np.float64)), sites


def solved(problem: Problem, objective: str, *, sites: int | None = None, terms: Terms | None = None) -> Solution:
    """The answer when a solver is asked even where bound and plan meet before; it must be the usual one."""
    usual = solve(problem, objective, sites=sites, terms=terms)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Limits, "is_enough", lambda *_: False)
        thorough = solve(problem, objective, sites=sites, terms=terms)
    assert thorough.status == usual.status
    assert thorough.value == pytest.approx(usual.value, rel=1e-8, nan_ok=True)
    return thorough


@settings(max_examples=150, deadline=None)
@given(case=sized())
def test_backup_equals_brute_force(case: tuple[Problem, int]) -> None:
    """Most weight once, and of those plans most twice: both proven."""
    problem, sites = case

    def both(plan: np.ndarray) -> tuple[float, float]:
        covered = counts(problem, plan)
        return float(problem.weight[covered >= 1].sum()), float(problem.weight[covered >= 2].sum())

    once, twice = max(both(plan) for plan in plans(problem, sites))
    solution = solved(problem, "backup", sites=sites)
    assert (solution.also["covered_once"], solution.value) == (once, twice) == both(solution.plan)
    assert solution.also["covered_once_bound"] == once
    assert is_proven(solution)
    assert is_allowed(problem, solution, sites)


@settings(max_examples=100, deadline=None)
@given(case=sized(whole=False))
def test_backup_is_proven_where_weights_are_not_whole(case: tuple[Problem, int]) -> None:
    """What the sums leave open in the first cover is no gap in the second, though the second be 0."""
    problem, sites = case
    covered = [counts(problem, plan) for plan in plans(problem, sites)]
    once = [float(problem.weight[count >= 1].sum()) for count in covered]
    best = max(
        float(problem.weight[count >= 2].sum())
        for count, first in zip(covered, once, strict=True)
        if first >= max(once) * (1 - 1e-9)
    )
    solution = solved(problem, "backup", sites=sites)
    assert solution.value == pytest.approx(best, rel=1e-8)
    assert solution.status == "optimal"


@st.composite
def alarmed(draw: st.DrawFn) -> tuple[Problem, Terms]:
    """A problem, whose sites send 0 to 3 engines, and who of them is in time for a full alarm."""
    problem, sites = draw(sized())
    covers = draw(
        st.lists(st.sets(st.integers(0, problem.n_sites - 1)), min_size=problem.n_demand, max_size=problem.n_demand)
    )
    engines = draw(st.lists(st.integers(0, 3), min_size=problem.n_sites, max_size=problem.n_sites))
    reach = simple_problem(covers, n_sites=problem.n_sites, weight=problem.weight)
    alarm = Alarm(reach, np.array(engines, dtype=np.float64), float(draw(st.integers(1, 5))))
    return problem, Terms(sites=sites, alarm=alarm, give_up=draw(st.sampled_from([None, 0.1, 0.5])))


@settings(max_examples=60, deadline=None)
@given(case=alarmed())
def test_full_alarm_equals_brute_force(case: tuple[Problem, Terms]) -> None:
    """Most weight with all engines among the plans that keep what the first engine has to reach: both proven."""
    problem, terms = case
    assert terms.alarm is not None

    def both(plan: np.ndarray) -> tuple[float, float]:
        reach, engines = terms.alarm.reach, terms.alarm.engines
        rows = [reach.sites[a:b] for a, b in zip(reach.indptr[:-1], reach.indptr[1:], strict=True)]
        sent = np.array([sum(engines[j] for j in row if j in plan) for row in rows])
        first = float(problem.weight[counts(problem, plan) >= 1].sum())
        return first, float(problem.weight[sent >= terms.alarm.needed].sum())

    every = [both(plan) for plan in plans(problem, terms.sites)]
    most = max(first for first, _ in every)
    best = max(there for first, there in every if first >= (1 - (terms.give_up or 0.0)) * most * (1 - 1e-9))
    solution = solved(problem, "full_alarm", terms=terms)
    assert (solution.also["covered_once"], solution.value) == both(solution.plan)
    assert solution.value == best
    assert solution.also["covered_once"] >= (1 - (terms.give_up or 0.0)) * most * (1 - 1e-9)
    assert is_proven(solution)
    assert is_allowed(problem, solution, terms.sites)


def test_full_alarm_of_two_engines_is_backup() -> None:
    """One engine at each site, two in an alarm, the same cover: two formulations, one answer."""
    problem, terms = cases.asked("full_alarm", cases.in_square(60, 20, 9.0, seed=3), 4)
    alarm, backup = solve(problem, "full_alarm", terms=terms), solve(problem, "backup", sites=4)
    assert (alarm.value, alarm.status) == (backup.value, backup.status)
    assert alarm.also["covered_once"] == backup.also["covered_once"]


@settings(max_examples=150, deadline=None)
@given(case=sized(whole=False), busy_share=st.sampled_from([0.0, 0.1, 0.3, 0.9]))
def test_expected_equals_brute_force(case: tuple[Problem, int], busy_share: float) -> None:
    """Weight times the chance of a free engine."""
    problem, sites = case
    best = max(
        float((problem.weight * (1 - busy_share ** counts(problem, plan))).sum()) for plan in plans(problem, sites)
    )
    solution = solved(problem, "expected", sites=sites, terms=Terms(busy_share=busy_share))
    assert solution.value == pytest.approx(best, rel=1e-8, abs=0)
    assert solution.bound >= best * (1 - 1e-9)
    assert solution.optimality_gap < 1e-6
    assert is_allowed(problem, solution, sites)


@settings(max_examples=150, deadline=None)
@given(problem=cases.problems(max_demand=9, max_sites=6), cost_budget=st.integers(0, 20))
def test_cost_budget_equals_brute_force(problem: Problem, cost_budget: int) -> None:
    """Sites within a cost, those fixed open paid for already."""
    charged = np.where(problem.fixed_open, 0.0, problem.cost)
    best = max(covered_weight(problem, plan) for plan in plans(problem) if charged[plan].sum() <= cost_budget)
    solution = solved(problem, "mclp", terms=Terms(cost_budget=float(cost_budget)))
    assert solution.value == best
    assert charged[solution.plan].sum() <= cost_budget
    assert is_proven(solution)
    assert is_allowed(problem, solution)


@settings(max_examples=150, deadline=None)
@given(problem=cases.problems(max_demand=9, max_sites=6), cost_budget=st.integers(0, 25), data=st.data())
def test_closing_costs_equal_brute_force(problem: Problem, cost_budget: int, data: st.DataObject) -> None:
    """Standing sites may close at a cost: covering all for least, and covering most within a budget."""
    closing = data.draw(st.lists(st.sampled_from([0, 0, 3, 12]), min_size=problem.n_sites, max_size=problem.n_sites))
    town = replace(problem, closing_cost=np.array(closing, dtype=np.float64))

    def spent(plan: np.ndarray, *, with_kept: bool) -> float:
        closed = np.setdiff1d(np.arange(problem.n_sites), plan)
        charged = plan if with_kept else np.setdiff1d(plan, np.flatnonzero(problem.fixed_open))
        return float(problem.cost[charged].sum() + town.closing_cost[closed].sum())

    least = min(spent(plan, with_kept=True) for plan in plans(town) if cases.is_cover(town, plan))
    cover = solved(town, "lscp")
    assert cover.value == least == spent(cover.plan, with_kept=True)
    assert is_proven(cover)
    affordable = [plan for plan in plans(town) if spent(plan, with_kept=False) <= cost_budget]
    most = solved(town, "mclp", terms=Terms(cost_budget=float(cost_budget)))
    if not affordable:
        assert most.status == "infeasible"
        assert "Every plan costs" in most.reasons[0].message("en")
        return
    assert most.value == max(covered_weight(town, plan) for plan in affordable)
    assert spent(most.plan, with_kept=False) <= cost_budget
    assert is_proven(most)


def distances(problem: Problem, plan: np.ndarray) -> np.ndarray:
    """To the nearest open site, for rows that any plan can reach, by a loop."""
    out = []
    for i in np.flatnonzero(is_coverable(problem)):
        entries = range(problem.indptr[i], problem.indptr[i + 1])
        out.append(min((problem.distance[e] for e in entries if problem.sites[e] in plan), default=np.inf))
    return np.array(out)


def assert_best_or_too_few(problem: Problem, objective: str, sites: int, best: float) -> None:
    """The best value is proven; where it is infinite, that too few sites were asked for."""
    solution = solved(problem, objective, sites=sites)
    if np.isinf(best):
        assert solution.status == "infeasible"
        assert "sites are needed" in solution.reasons[-1].message("en")
        return
    assert solution.value == best
    assert is_proven(solution)
    assert is_allowed(problem, solution, sites)


@settings(max_examples=200, deadline=None)
@given(case=measured())
def test_p_median_equals_brute_force(case: tuple[Problem, int]) -> None:
    """Least weighted distance, or the proof that too few sites are asked for."""
    problem, sites = case
    weight = problem.weight[is_coverable(problem)]
    heavy = weight > 0
    best = min(float((weight[heavy] * distances(problem, plan)[heavy]).sum()) for plan in plans(problem, sites))
    assert_best_or_too_few(problem, "p_median", sites, best)


@settings(max_examples=200, deadline=None)
@given(case=measured())
def test_p_center_equals_brute_force(case: tuple[Problem, int]) -> None:
    """Least longest distance, or the proof that too few sites are asked for."""
    problem, sites = case
    best = min(float(distances(problem, plan).max(initial=0.0)) for plan in plans(problem, sites))
    assert_best_or_too_few(problem, "p_center", sites, best)


@st.composite
def in_states(draw: st.DrawFn) -> tuple[Problem, int, Terms]:
    """A problem with one or two other traffic states, and how often each holds."""
    problem, sites = draw(sized())
    others = []
    for _ in range(draw(st.integers(1, 2))):
        covers = [draw(st.sets(st.integers(0, problem.n_sites - 1))) for _ in range(problem.n_demand)]
        others.append(simple_problem(covers, n_sites=problem.n_sites, weight=problem.weight))
    chance = np.array([draw(st.integers(1, 3)) for _ in range(1 + len(others))], dtype=np.float64)
    return problem, sites, Terms(sites=sites, others=tuple(others), chance=chance)


@settings(max_examples=100, deadline=None)
@given(case=in_states())
def test_robust_equals_brute_force(case: tuple[Problem, int, Terms]) -> None:
    """The worst state, and the mean of all."""
    problem, sites, terms = case

    def covered(plan: np.ndarray) -> list[float]:
        return [float(state.weight[counts(state, plan) > 0].sum()) for state in (problem, *(terms.others or ()))]

    def mean(plan: np.ndarray) -> float:
        return float(np.average(covered(plan), weights=terms.chance))

    every = plans(problem, sites)
    cautious = solved(problem, "robust", terms=terms)
    assert cautious.value == max(min(covered(plan)) for plan in every) == min(covered(cautious.plan))
    assert cautious.also["mean"] == pytest.approx(mean(cautious.plan))
    assert is_proven(cautious)
    assert is_allowed(problem, cautious, sites)
    usual = solved(problem, "robust_mean", terms=terms)
    assert usual.value == pytest.approx(max(mean(plan) for plan in every), rel=1e-9)
    assert usual.also["worst"] == min(covered(usual.plan))
    assert is_proven(usual)


@settings(max_examples=150, deadline=None)
@given(case=sized(), floor=st.sampled_from([0.0, 0.5, 0.8, 1.0]), data=st.data())
def test_equity_equals_brute_force(case: tuple[Problem, int], floor: float, data: st.DataObject) -> None:
    """Most cover with every unit at its floor and a station in every township; or infeasible, which is said why."""
    problem, sites = case
    unit = np.array([data.draw(st.integers(-1, 1)) for _ in range(problem.n_demand)], dtype=np.int64)
    township = np.array([data.draw(st.integers(-1, 1)) for _ in range(problem.n_sites)], dtype=np.int64)

    def is_fair(plan: np.ndarray) -> bool:
        covered = problem.weight * (counts(problem, plan) > 0)
        units = all(covered[unit == u].sum() >= floor * problem.weight[unit == u].sum() for u in (0, 1))
        return units and all(t in township[plan] for t in set(township.tolist()) - {-1})

    fair = [plan for plan in plans(problem, sites) if is_fair(plan)]
    solution = solved(problem, "equity", sites=sites, terms=Terms(floor=floor, unit=unit, township=township))
    if not fair:
        assert solution.status == "infeasible"
        assert solution.reasons
        return
    assert solution.value == max(covered_weight(problem, plan) for plan in fair)
    assert is_fair(solution.plan)
    assert is_proven(solution)
    assert is_allowed(problem, solution, sites)


@settings(max_examples=60, deadline=None)
@given(case=sized(), people_limit=st.integers(0, 20))
def test_capacitated_equals_brute_force(case: tuple[Problem, int], people_limit: int) -> None:
    """Most people served: by Hall's condition, the least over all sets of rows of what must stay without service."""
    problem, sites = case

    def served(plan: np.ndarray) -> float:
        # Max flow is min cut: choose the sites on the near side; rows that touch any site outside are cut.
        least = np.inf
        for n in range(len(plan) + 1):
            for full in combinations(plan.tolist(), n):
                others = np.setdiff1d(plan, full)
                rows = counts(problem, others) > 0
                least = min(least, n * people_limit + float(problem.weight[rows].sum()))
        return least

    solution = solved(problem, "capacitated", sites=sites, terms=Terms(people_limit=float(people_limit)))
    assert solution.value == max(served(plan) for plan in plans(problem, sites)) == served(solution.plan)
    assert is_proven(solution)
    assert is_allowed(problem, solution, sites)
    shares = replace(problem, weight=problem.weight * 1e-9)
    assert 1e9 * capacitated.served(shares, solution.plan, people_limit * 1e-9) == pytest.approx(solution.value)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "sites", "optimum"),
    [("pmed1", 5, 5819), ("pmed2", 10, 4093), ("pmed3", 10, 4250), ("pmed4", 20, 3034), ("pmed5", 33, 1355)],
)
def test_pmed(name: str, sites: int, optimum: int, real: Callable[[str], Path]) -> None:
    """OR-Library's first five p-median problems, each to the proven optimum."""
    solution = solve(cases.read_pmed(real, name), "p_median", sites=sites)
    assert solution.value == optimum
    assert is_proven(solution)


def test_distances_are_asked_for() -> None:
    """A problem without distances is refused with what is missing."""
    with pytest.raises(Exception, match="needs distance"):
        solve(simple_problem([[0]]), "p_median", sites=1)
