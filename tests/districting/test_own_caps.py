"""Land with a cap of its own: what the solver counts against what the caps say, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.districting import DistrictProblem, breaches, plan_districts, simple_districts, with_own_caps
from siting.districting.problem import joined_reach
from tests.districting.cases import best_by_trying, problems


def keeps_caps(problem: DistrictProblem, own_m2: np.ndarray, site: np.ndarray) -> bool:
    """Whether the shares that cells take of their own cap, or of their station's, add up to 1 at most; exactly."""
    taken = [Fraction(0)] * problem.n_sites
    for i, j in enumerate(site):
        if j >= 0 and problem.area_m2[i]:
            cap = int(problem.cap_m2[j]) if np.isnan(own_m2[i]) else Fraction(own_m2[i])
            taken[j] += Fraction(int(problem.area_m2[i])) / cap
    return max(taken) <= 1


def is_lawful(problem: DistrictProblem, own_m2: np.ndarray, site: np.ndarray) -> bool:
    free = replace(problem, area_m2=np.zeros_like(problem.area_m2))
    return keeps_caps(problem, own_m2, site) and not breaches(free, site)


def best_within_caps(problem: DistrictProblem, own_m2: np.ndarray, required: np.ndarray, sites: int | None) -> float:
    """As `best_by_trying`, by the caps that cells and stations have of their own."""
    return best_by_trying(problem, sites, required, lambda site: is_lawful(problem, own_m2, site))


@settings(max_examples=12, deadline=None)
@given(problems(max_cells=6), st.lists(st.sampled_from([np.nan, 1.0, 1.5, 3.0, 40.0]), min_size=6, max_size=6))
def test_plans_are_lawful_and_bounds_hold(problem: DistrictProblem, own: list[float]) -> None:
    """Whatever the caps of sites and cells: counted most every plan keeps them, counted least no bound is too tight."""
    own_m2 = np.array(own[: problem.n_cells])
    roomy, strict = (with_own_caps(problem, own_m2, factor) for factor in ("least", "most"))
    required = problem.is_required & (np.diff(joined_reach(roomy).indptr) > 0)
    fewest = plan_districts(roomy, time_limit_s=600)
    assert fewest.bound <= best_within_caps(problem, own_m2, required, None)
    assert is_lawful(problem, own_m2, plan_districts(strict, time_limit_s=600).site)
    new = int((~problem.fixed_open & ~problem.fixed_closed).any())
    most, lawful = (plan_districts(asked, sites=new, time_limit_s=600) for asked in (roomy, strict))
    assert is_lawful(problem, own_m2, lawful.site)
    assert lawful.value <= best_within_caps(problem, own_m2, required, new) <= most.bound


def test_two_zones_by_hand() -> None:
    """
    Eight cells of 1 km² in a row, a site of 7 km² at each end; three in the west may be in districts of 3.5.

    One station could serve seven; the three count double, so it serves 3 + 1, and two serve all: 3 × 2 + 1, and 4.
    """
    row = simple_districts([[0, 1]] * 8, touching=[(i, i + 1) for i in range(7)], home=[0, 7], cap_m2=7_000_000,
                           area_m2=[1_000_000] * 8)  # fmt: skip
    own_m2 = np.array([3.5e6] * 3 + [np.nan] * 5)
    zoned = with_own_caps(row, own_m2, "least")
    assert zoned.area_m2.tolist() == [2_000_000] * 3 + [1_000_000] * 5
    assert (with_own_caps(row, own_m2, "most").area_m2 == zoned.area_m2).all()
    plan = plan_districts(zoned)
    assert (plan.value, plan.status) == (2.0, "optimal")
    assert plan_districts(row, sites=1).value == 7.0
    only_west = replace(zoned, fixed_closed=np.array([False, True]))
    assert plan_districts(only_west, sites=1).value == 4.0


def test_without_zones_the_problem_is_the_same() -> None:
    """Not a copy: nothing that follows can differ."""
    problem = simple_districts([[0], []], touching=[(0, 1)], home=[0], cap_m2=7)
    assert with_own_caps(problem, np.array([np.nan, np.nan]), "most") is problem
    assert with_own_caps(problem, np.array([np.nan, 3.0]), "least") is problem  # nobody reaches the zone


def test_a_cap_that_no_cell_keeps_overflows_nothing() -> None:
    """Next to nothing: the cell is more than any district, and no more than that."""
    problem = simple_districts([[0], [0]], touching=[(0, 1)], home=[0], cap_m2=7_000_000, area_m2=[40_000] * 2)
    tiny = with_own_caps(problem, np.array([np.nan, 1e-300]), "most")
    assert tiny.area_m2.tolist() == [40_000, 14_000_000]
