"""Bounds by prices: knapsacks against sorting, bounds against the linear programme they come near to."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from siting.districting import DistrictProblem, simple_districts
from siting.districting.bound import least_by_area, least_by_people, least_by_room, most_served_by
from siting.districting.prices import filled
from siting.districting.problem import joined_reach
from siting.optimise.objective import Limits
from tests.districting.cases import grid

ROW = {"touching": [(0, 1), (1, 2), (2, 3)], "home": [0, 3]}


def soon() -> Limits:
    return Limits(time.monotonic() + 60)


@settings(deadline=None)  # the first is compiled
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=1, max_size=12),
    st.integers(0, 20),
)
def test_a_knapsack_holds_what_sorting_finds(items: list[tuple[int, int]], room: int) -> None:
    """Filled in the order of price per size, the last in part: the same worth, and the parts add up to it."""
    price, size = (np.array(column, dtype=float) for column in zip(*items, strict=True))
    left, best = float(room), 0.0
    for worth, needs in sorted(items, key=lambda one: -one[0] / max(one[1], 1e-9)):
        part = 1.0 if needs <= left else left / needs
        best, left = best + part * worth, left - part * needs
    n = len(items)
    rate, item = np.empty(n), np.empty(n, dtype=np.int64)
    most, whole, part = filled(np.arange(n, dtype=np.uint32), 0, n, price, size, float(room), rate, item)
    assert most == pytest.approx(best)
    held = price[item[:whole]].sum() + (part * price[item[whole]] if part else 0.0)
    assert held == pytest.approx(best)
    assert size[item[:whole]].sum() <= room + 1e-9


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("people_limit", [np.inf, 60.0])
def test_prices_come_near_to_the_linear_programme(seed: int, people_limit: float) -> None:
    """On 64 cells HiGHS solves the relaxation with caps: no bound is past it, and the one by room is near."""
    problem = joined_reach(grid(8, 8, 14, seed=seed, steps=4, cap=20, people_limit=people_limit))
    required = np.diff(problem.indptr) > 0
    most = -_relaxed(problem, required, 4)
    bounds = most_served_by(problem, 4, 0.8 * most, soon())
    assert min(bounds.values()) >= most - 1e-6
    assert bounds["room"] <= 1.04 * most + 1
    if np.isinf(people_limit):
        least = _relaxed(problem, required, None)
        assert least - 0.5 <= least_by_room(problem, required, np.ceil(least) + 1, soon()) <= np.ceil(least - 1e-6)


def test_what_a_station_that_stays_reaches_is_in_every_bound() -> None:
    """Site 0 stays and holds two of its three cells; one new site, at the other end, serves one more and no less."""
    problem = simple_districts(
        [[0], [0], [0], [1]], touching=ROW["touching"], home=[0, 3], cap_m2=2, fixed_open=np.array([True, False])
    )
    assert most_served_by(problem, 0, 0.0, soon()) == {"reach": 4.0, "cover": 3, "room": 2}
    assert most_served_by(problem, 1, 0.0, soon()) == {"reach": 4.0, "cover": 4, "room": 3}


def test_a_limit_of_people_bounds_the_number_of_stations() -> None:
    """40 people, 15 to a district: three stations, though one could hold the land."""
    problem = simple_districts([[0, 1, 2]] * 4, touching=ROW["touching"], home=[0, 1, 2], cap_m2=9, weight=[10] * 4)
    everyone = np.ones(4, dtype=bool)
    limited = joined_reach(problem)
    assert least_by_area(limited, everyone) == 1
    assert least_by_people(replace(limited, people_limit=15.0), everyone) == 3


def _relaxed(problem: DistrictProblem, required: np.ndarray, new: int | None) -> float:
    """Least cost of all land, or minus the most weight of `new` sites, when cells and sites may be had in part."""
    n, k, cells = problem.n_sites, len(problem.sites), problem.n_cells
    pair, site, cell = np.arange(k), problem.sites.astype(int), problem.cell
    x = sparse.csr_array((np.ones(k), (pair, site)), shape=(k, n))
    once = sparse.csr_array((np.ones(k), (cell, pair)), shape=(cells, k))
    area = sparse.csr_array((problem.area_m2[cell].astype(float), (site, pair)), shape=(n, k))
    people = sparse.csr_array((problem.people[cell], (site, pair)), shape=(n, k))
    limit = min(problem.people_limit, 1e9)
    rows = [
        [-x, sparse.eye_array(k)],
        [sparse.csr_array((cells, n)), once],
        [sparse.diags_array(-problem.cap_m2.astype(float)), area],
        [-limit * sparse.eye_array(n), people],
    ]
    ends = [np.zeros(k), np.ones(cells), np.zeros(n), np.zeros(n)]
    if new is None:
        cost = np.concatenate([problem.cost, np.zeros(k)])
        rows.append([sparse.csr_array((int(required.sum()), n)), -once[required]])
        ends.append(-np.ones(int(required.sum())))
    else:
        cost = np.concatenate([np.zeros(n), -problem.weight[cell]])
        rows.append([np.ones((1, n)), sparse.csr_array((1, k))])
        ends.append(np.array([float(new)]))
    matrix = sparse.vstack([sparse.hstack(row) for row in rows]).tocsr()
    answer = linprog(cost, A_ub=matrix, b_ub=np.concatenate(ends), bounds=(0, 1), method="highs")
    assert answer.status == 0
    return float(answer.fun)
