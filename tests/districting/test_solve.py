"""Plans of districts: lawful, and as good as trying everything where that can be tried."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

import siting.districting.solve as solve_module
from siting.districting import REASONS, DistrictProblem, breaches, plan_districts, simple_districts
from siting.districting.problem import joined_reach
from siting.errors import InputError
from tests.districting.cases import best_by_trying, fewest_by_subsets, grid, is_lawful, problems

ROW = {"touching": [(0, 1), (1, 2), (2, 3)], "home": [0, 3]}


def test_two_stations_share_a_row_by_area() -> None:
    """Either site reaches three of four cells and may serve three: both are needed, and two is proven by the caps."""
    plan = plan_districts(simple_districts([[0], [0, 1], [0, 1], [1]], cap_m2=3, **ROW))
    assert plan.open_sites.tolist() == [0, 1]
    assert (plan.value, plan.bound, plan.status) == (2.0, 2.0, "optimal")
    assert plan.bounds["area"] == 2.0


def test_one_station_serves_the_weight_its_cap_allows() -> None:
    """The cap allows three of four cells in a row from the site: the heavy end cannot be had without the middle."""
    problem = simple_districts([[0]] * 4, touching=ROW["touching"], home=[0], cap_m2=3, weight=[1, 1, 1, 9])
    plan = plan_districts(problem, sites=1)
    assert plan.site.tolist() == [0, 0, 0, -1]
    assert (plan.value, plan.bound, plan.status) == (3.0, 3.0, "optimal")


def test_a_bound_that_a_plan_beats_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound on the wrong side is a fault of ours: it ends in an error, never in a plan that is called the best."""
    searched = solve_module.most_served
    monkeypatch.setattr(solve_module, "most_served", lambda *asked: replace(searched(*asked), bounds={"cover": 2.0}))
    with pytest.raises(AssertionError, match=r"bound cover = 2\.0 is on the wrong side of a plan of value 3\.0"):
        plan_districts(simple_districts([[0], [0, 1], [0, 1], [1]], cap_m2=3, **ROW), sites=1)


def test_why_a_cell_is_not_served() -> None:
    """Off the road, out of reach, behind a wall, and without room, each is told apart."""
    problem = simple_districts(
        [[0], [0], [], [0], []],
        touching=[(0, 1), (1, 2)],
        home=[0],
        cap_m2=1,
        has_road=np.array([1, 1, 1, 1, 0], dtype=bool),
    )
    plan = plan_districts(problem)
    assert [REASONS[reason] for reason in plan.reason] == ["", "no_room", "beyond_budget", "cut_off", "no_road"]
    assert plan.status == "unknown"


def test_a_station_that_stays_is_open_and_counted() -> None:
    """Site 1 could serve all; site 0 stays, so two are open."""
    problem = simple_districts(
        [[0, 1], [1], [1]], touching=[(0, 1), (1, 2)], home=[0, 2], cap_m2=9, fixed_open=np.array([True, False])
    )
    plan = plan_districts(problem)
    assert plan.open_sites.tolist() == [0, 1]
    assert plan.status == "optimal"


def test_a_small_station_needs_a_host_beside_it() -> None:
    """A small station is nearest and cheapest, but alone it has no lawful district."""
    problem = simple_districts(
        [[0, 1], [0, 1]],
        touching=[(0, 1)],
        home=[0, 1],
        cap_m2=2,
        cost=np.array([1.0, 5.0]),
        is_small=np.array([True, False]),
        is_host=np.array([False, True]),
    )
    plan = plan_districts(problem)
    assert plan.open_sites.tolist() == [1]
    assert (plan.value, plan.status) == (5.0, "optimal")


def test_cells_leave_a_district_that_a_barrier_crosses() -> None:
    """A cell as near to either station goes to the one on its own side of a soft barrier."""
    problem = simple_districts([[0], [0, 1], [1]], touching=[(0, 1), (1, 2)], home=[0, 2], cap_m2=2)
    crossing = np.array([[5.0, 5.0, 0.0, 0.0], [0.0, 0.0, 5.0, 5.0]])  # between 0 and 1; between 1 and 2
    served_by = [int(plan_districts(replace(problem, crossing=barrier)).site[1]) for barrier in crossing]
    assert served_by == [1, 0]


@settings(max_examples=30, deadline=None)
@given(problems())
def test_no_choice_is_better(problem: DistrictProblem) -> None:
    """For any small problem both questions come back proven, lawful, and worth what trying everything finds."""
    lawful = joined_reach(problem)
    required = problem.is_required & (np.diff(lawful.indptr) > 0)
    plan = plan_districts(problem, time_limit_s=600)
    assert is_lawful(problem, plan.site)
    best = best_by_trying(problem, None, required)
    if np.isfinite(best):
        assert (plan.value, plan.bound, plan.status) == (best, best, "optimal")
    else:
        assert plan.status == "unknown"
    for sites in range(1 + int((~problem.fixed_open & ~problem.fixed_closed).sum())):
        most = plan_districts(problem, sites=sites, time_limit_s=600)
        assert is_lawful(problem, most.site)
        best = best_by_trying(problem, sites, required)
        assert (most.value, most.bound, most.status) == (best, best, "optimal")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_sixty_cells_and_twelve_sites(seed: int) -> None:
    """The fewest stations of a walled grid are proven, and CP-SAT finds no smaller set of sites that serves it."""
    problem = grid(6, 10, 12, seed=seed, steps=5, cap=24)
    required = np.diff(joined_reach(problem).indptr) > 0
    plan = plan_districts(problem)
    assert is_lawful(problem, plan.site)
    assert plan.status == "optimal"
    assert plan.value == fewest_by_subsets(problem, required)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sites", [None, 5])
def test_larger_grids_are_lawful_and_within_their_bound(seed: int, sites: int | None) -> None:
    """On 576 cells each plan keeps the law, its bound holds, and the same question gives the same plan."""
    problem = grid(24, 24, 60, seed=seed, steps=9, cap=150, walls=0.02)
    plan, again = (plan_districts(problem, sites=sites, time_limit_s=600, rounds=40) for _ in range(2))
    assert is_lawful(problem, plan.site)
    assert not breaches(problem, plan.site)
    assert plan.status != "unknown"
    assert plan.bound <= plan.value if sites is None else plan.bound >= plan.value
    assert plan.site.tolist() == again.site.tolist()


def test_a_deadline_is_kept() -> None:
    """Even without time there is a plan, or the word that none was found, and a bound."""
    plan = plan_districts(grid(30, 30, 60, seed=1, steps=8, cap=90), time_limit_s=0)
    assert plan.seconds < 300
    assert plan.status in ("feasible", "unknown", "optimal")
    assert plan.bound >= 1


def test_arrays_that_do_not_fit_are_refused() -> None:
    """Every fault is named at once."""
    problem = simple_districts([[0], [0]], touching=[(0, 1)], home=[0], cap_m2=2)
    broken = replace(problem, cost=np.array([-1.0]), weight=np.ones(3), people_limit=0)
    with pytest.raises(InputError) as refused:
        plan_districts(broken)
    assert len(refused.value.faults) == 3
    with pytest.raises(InputError, match="free to open"):
        plan_districts(problem, sites=2)
