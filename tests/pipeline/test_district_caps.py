"""Caps of districts that came to lie elsewhere than their station: by hand, with the shipped 7, 4 and 15 km²."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st

from siting.districting import DistrictProblem
from siting.pipeline.district_plan import solved
from siting.pipeline.district_question import lowered_caps, town_caps
from siting.rules import load_rules
from tests.districting.cases import problems
from tests.districting.test_own_caps import best_within_caps, is_lawful

SITES = pd.DataFrame({"class": ["一级站", "一级站", "一级站", "二级站"]}, index=pd.Index(list("ABCD"), name="site_id"))
CAP_M2 = np.full(4, 15_000_000)
"""All four stand in the suburbs."""


def ground(*cells: tuple[int, str, float], own_km2: float | list[float] = np.nan) -> tuple[Any, Any, np.ndarray]:
    """Cells by position of their station, place and km²: the question, the material and who has each cell."""
    site, place, km2 = (np.array(column) for column in zip(*cells, strict=True))
    table = pd.DataFrame({"place": place, "area_km2": km2, "cap_km2": own_km2})
    asked = SimpleNamespace(
        sites=SITES, problem=SimpleNamespace(area_m2=np.rint(km2 * 1e6).astype(np.int64), cap_m2=CAP_M2)
    )
    return asked, SimpleNamespace(cells=table, ruleset=load_rules("cn-jb152-2017")), site


def test_a_cap_is_lowered_where_a_district_lies_in_town_and_is_too_large_for_it() -> None:
    """A: 8 km² of town; B: as much of suburb; C: 6 km² of town, within its cap; D, of class two: 4.5 km² of town."""
    asked, given, site = ground(
        (0, "urban", 8.0), (1, "near_suburb", 8.0), (2, "urban", 6.0), (3, "urban", 4.5), (-1, "urban", 9.0)
    )
    caps, is_large = lowered_caps(asked, given, asked.problem, site)
    assert (caps / 1e6).tolist() == [7, 15, 15, 4]
    assert is_large.tolist() == [True, False, False, True]


def test_the_place_is_that_of_most_of_the_land() -> None:
    """Half in town has the town's cap, more than half in the suburbs theirs; nothing is changed below the cap."""
    asked, given, site = ground((0, "urban", 4.0), (0, "near_suburb", 4.0), (1, "urban", 4.0), (1, "near_suburb", 4.1))
    caps, is_large = lowered_caps(asked, given, asked.problem, site)
    assert (caps / 1e6).tolist() == [7, 15, 15, 15]
    assert is_large.tolist() == [True, False, False, False]


def test_land_with_a_cap_of_its_own_fills_a_district_sooner_or_later() -> None:
    """
    A: 3 km² of town at 3.5 and 3 at 7 are 3 / 3.5 + 3 / 7 = 1.29 of a district; B: 3.5 at 7, 7.5 at 15 in the suburbs.

    C: 9 km² of town, of which 8 may be in districts of 16: 8 / 16 + 1 / 7; D: 2 at 4 and 2 at 4. B and D are just full.
    """
    asked, given, site = ground(
        *((0, "urban", 3.0), (0, "urban", 3.0), (1, "near_suburb", 3.5), (1, "near_suburb", 7.5)),
        *((2, "urban", 8.0), (2, "urban", 1.0), (3, "urban", 2.0), (3, "urban", 2.0)),
        own_km2=[3.5, np.nan, 7.0, np.nan, 16.0, np.nan, 4.0, np.nan],
    )
    as_counted = SimpleNamespace(area_m2=asked.problem.area_m2 * [2, *[1] * 7], cap_m2=CAP_M2)
    for solved_as, just_full in ((asked.problem, 6 / (3 / 3.5 + 3 / 7)), (as_counted, 9 / (3 / 3.5 + 3 / 7))):
        caps, is_large = lowered_caps(asked, given, solved_as, site)
        assert is_large.tolist() == [True, False, False, False]
        assert (caps / 1e6).tolist() == [pytest.approx(just_full, abs=2e-6), 15, 15, 15]


@settings(max_examples=8, deadline=None)
@given_(problems(max_cells=6), st.data())
def test_what_is_solved_is_lawful_and_its_bound_holds(problem: DistrictProblem, data: st.DataObject) -> None:
    """Stations of 7, 4 and 2 km² among zones of 2, 3.5 and 20: against trying every division."""
    draw = lambda values, count: [data.draw(st.sampled_from(values)) for _ in range(count)]  # noqa: E731
    classes = draw(["一级站", "二级站", "小型站"], problem.n_sites)
    own_km2 = np.array(draw([np.nan, 2.0, 3.5, 20.0], problem.n_cells))
    cap_m2 = np.array([{"一级站": 7, "二级站": 4, "小型站": 2}[each] * 10**6 for each in classes])
    real = replace(problem, area_m2=problem.area_m2 * 10**6, cap_m2=cap_m2)
    cells = pd.DataFrame({"place": "urban", "area_km2": problem.area_m2.astype(float), "cap_km2": own_km2})
    sites = pd.DataFrame({"class": classes}, index=pd.Index([f"S{j}" for j in range(problem.n_sites)], name="site_id"))
    asked: Any = SimpleNamespace(sites=sites, problem=real)
    given: Any = SimpleNamespace(cells=cells, ruleset=load_rules("cn-jb152-2017"))
    new = int((~problem.fixed_open & ~problem.fixed_closed).any())
    best = best_within_caps(real, own_km2 * 1e6, np.zeros(problem.n_cells, dtype=bool), new)
    plan = solved(asked, given, new, 600.0, {})
    assert is_lawful(real, own_km2 * 1e6, plan.site)
    assert plan.value <= best <= plan.bound


def test_the_cap_of_the_town_for_all_never_raises_one() -> None:
    """By class; a cap that was lower already stays, and a class without districts keeps what it had."""
    asked, given, _ = ground((0, "urban", 1.0))
    support = SITES.assign(**{"class": ["一级站", "二级站", "战勤保障站", "小型站"]})
    asked = SimpleNamespace(sites=support)
    caps = town_caps(asked, given, np.array([15_000_000, 3_000_000, 15_000_000, 15_000_000]))
    assert (caps / 1e6).tolist() == [7, 3, 15, 2]
