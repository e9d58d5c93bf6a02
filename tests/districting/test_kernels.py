"""Cells given and taken: what separates a district, what it may hold, chains, and districts that move."""

from __future__ import annotations

import numpy as np
import pytest

from siting.districting import DistrictProblem, breaches, simple_districts
from siting.districting.growth import grown
from siting.districting.kernels import (
    Districts,
    absorb,
    dissolve_unhosted,
    empty_districts,
    ground_of,
    has_room,
    pushed,
    separates,
    settle,
    take,
)
from siting.districting.problem import joined_reach
from siting.districting.relocate import relocated
from tests.districting.cases import grid, is_lawful

ROW = [(0, 1), (1, 2), (2, 3)]


def settled(problem: DistrictProblem, site: list[int]) -> Districts:
    """Each site in the slot of its number, with the cells that `site` gives it."""
    ground, districts = ground_of(problem), empty_districts(problem.n_sites, problem.n_cells)
    for j in range(problem.n_sites):
        settle(ground, districts, j, j)
    for i, j in enumerate(site):
        if j >= 0:
            take(ground, districts, j, i)
    return districts


def space(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.zeros(n, dtype=np.int64), np.zeros(1, dtype=np.int64), np.empty(n, dtype=np.int64)


def test_the_middle_of_a_row_separates_and_its_end_does_not() -> None:
    """Home is at one end: it separates, and so does all between it and the other end."""
    problem = simple_districts([[0]] * 4, touching=ROW, home=[0], cap_m2=4)
    districts = settled(problem, [0, 0, 0, 0])
    assert [separates(ground_of(problem), districts, i, *space(4)) for i in range(4)] == [True, True, True, False]


def test_a_ring_holds_together_without_any_cell_but_home() -> None:
    """Four cells in a ring: there is another way round."""
    problem = simple_districts([[0]] * 4, touching=[*ROW, (0, 3)], home=[0], cap_m2=4)
    districts = settled(problem, [0, 0, 0, 0])
    assert [separates(ground_of(problem), districts, i, *space(4)) for i in range(4)] == [True, False, False, False]


def test_room_is_of_area_and_of_people() -> None:
    """Two more square metres, or three more people, are too much; in exchange for a cell they are not."""
    problem = simple_districts(
        [[0]] * 3, touching=ROW[:2], home=[0], cap_m2=3, area_m2=[2, 1, 2], weight=[1, 1, 3], people_limit=4
    )
    districts = settled(problem, [0, 0, -1])
    ground = ground_of(problem)
    assert not has_room(ground, districts, 0, 2, -1)
    assert not has_room(ground, districts, 0, 2, 1)
    assert has_room(ground, districts, 0, 2, 0)


def test_a_cell_is_absorbed_by_the_roomiest_that_touches_it() -> None:
    """Both neighbours reach it; one has one cell of room, the other two."""
    problem = simple_districts([[0, 1]] * 3, touching=ROW[:2], home=[0, 2], cap_m2=[2, 3])
    districts = settled(problem, [0, -1, 1])
    assert absorb(ground_of(problem), districts, np.array([1]), 1) == 1
    assert districts.owner.tolist() == [0, 1, 1]


def test_a_full_district_hands_a_cell_on() -> None:
    """Cell 0 is site 0's alone, whose district is full: it passes cell 2 on to site 1 first."""
    problem = simple_districts([[0], [0], [0, 1], [1]], touching=ROW, home=[1, 3], cap_m2=2)
    districts = settled(problem, [-1, 0, 0, 1])
    got, giver, queue = (np.empty(2, dtype=np.int64) for _ in range(3))
    seen, stamp, flood = space(4)
    assert pushed(ground_of(problem), districts, 0, got, giver, queue, seen, stamp, flood)
    assert districts.owner.tolist() == [0, 0, 1, 1]
    assert districts.area_m2.tolist() == [2, 2]


def test_a_small_station_without_a_host_beside_it_is_dissolved() -> None:
    """Site 0 is small; site 1, a host, does not touch it, until it has the cell between."""
    problem = simple_districts(
        [[0], [1], [1]],
        touching=ROW[:2],
        home=[0, 2],
        cap_m2=3,
        is_small=np.array([True, False]),
        is_host=np.array([False, True]),
    )
    for between, left in ((-1, [-1, -1, 1]), (1, [0, 1, 1])):
        districts = settled(problem, [0, between, 1])
        dissolve_unhosted(ground_of(problem), districts)
        assert districts.owner.tolist() == left


def test_a_district_grows_to_the_urgent_land_first() -> None:
    """From the middle of a row with room for three: the urgent right end, not the left."""
    problem = simple_districts([[0]] * 5, touching=[*ROW, (3, 4)], home=[2], cap_m2=3)
    ground, districts = ground_of(problem), empty_districts(1, 5)
    settle(ground, districts, 0, 0)
    out = np.empty(5, dtype=np.int64)
    count, worth = grown(ground, districts, 0, np.array([1.0, 1.0, 1.0, 5.0, 9.0]), *space(5)[:2], out)
    assert (sorted(out[:count].tolist()), worth) == ([2, 3, 4], 15.0)


@pytest.mark.parametrize("heat", [0.0, 50.0])
def test_districts_that_move_stay_lawful_and_what_they_serve_is_told(heat: float) -> None:
    """After any number of steps the best is lawful, serves what is said, and no less than at the start."""
    problem = joined_reach(grid(16, 16, 40, seed=3, steps=6, cap=50))
    ground, districts = ground_of(problem), empty_districts(5, problem.n_cells)
    is_open = np.zeros(problem.n_sites, dtype=bool)
    for slot in range(5):
        settle(ground, districts, slot, slot)
        is_open[slot] = True
    owner, sites = np.empty_like(districts.owner), np.empty_like(districts.site)
    weight = np.where(np.diff(problem.indptr) > 0, problem.weight, 0.0)
    served = [relocated(ground, districts, weight, is_open, (owner, sites), 60, heat, seed) for seed in range(4)]
    site = np.where(owner >= 0, np.append(sites, -1)[owner], -1)
    assert is_lawful(problem, site)
    assert not breaches(problem, site)
    assert served[-1] == weight[site >= 0].sum()
    assert served[-1] > 0.5 * weight.sum()
    assert is_open.sum() == 5
