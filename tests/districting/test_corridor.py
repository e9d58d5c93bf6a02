"""A corridor to a cell that is left out, over land that others hold."""

from __future__ import annotations

import numpy as np
import pytest

from siting.districting import DistrictProblem, breaches, plan_districts, simple_districts
from siting.districting.corridor import carved
from siting.districting.kernels import ground_of
from tests.districting.test_kernels import settled

SQUARE = [(i, i + 1) for i in (0, 1, 3, 4, 6, 7)] + [(i, i + 3) for i in range(6)]


def crossing(cap: int = 9) -> DistrictProblem:
    """A square of nine: site 0 reaches the middle column from its top, 1 the middle row from its left, 2 its end."""
    reach: list[list[int]] = [[] for _ in range(9)]
    for site, cells in enumerate([(1, 4, 7), (3, 4, 5), (5, 8)]):
        for i in cells:
            reach[i].append(site)
    return simple_districts(reach, touching=SQUARE, home=[1, 3, 8], cap_m2=cap)


def carve(problem: DistrictProblem, site: list[int], i: int) -> tuple[bool, list[int]]:
    districts, n = settled(problem, site), problem.n_cells
    space = (np.empty(n), *(np.empty(n, dtype=np.int64) for _ in range(3)))
    done = carved(ground_of(problem), districts, i, *space)
    held = np.bincount(districts.owner[districts.owner >= 0], minlength=problem.n_sites)
    assert districts.area_m2.tolist() == held.tolist()
    return done, districts.owner.tolist()


def test_a_district_comes_to_its_cell_through_anothers_land() -> None:
    """Cell 7 is site 0's alone, behind the row of site 1: that loses the middle, and what lies beyond it."""
    assert carve(crossing(), [-1, 0, -1, 1, 1, 1, -1, -1, 2], 7) == (True, [-1, 0, -1, 1, 0, -1, -1, 0, 2])


@pytest.mark.parametrize(("site", "cap"), [([-1, 0, -1, 1, 1, 1, -1, -1, 2], 2), ([-1, -1, -1, 1, 1, 1, -1, -1, 2], 9)])
def test_without_room_or_a_district_nothing_changes(site: list[int], cap: int) -> None:
    """The corridor needs two cells more than a cap of two leaves; a site without its own cell has no district."""
    assert carve(crossing(cap), site, 7) == (False, site)


def test_a_cell_that_another_site_stands_on_is_spared() -> None:
    """With a station in the middle there is no way."""
    problem = simple_districts([[0], [0, 1], [0]], touching=[(0, 1), (1, 2)], home=[0, 1], cap_m2=9)
    assert carve(problem, [0, 1, -1], 2) == (False, [0, 1, -1])


def test_a_cover_that_crosses_itself_is_divided_by_a_corridor() -> None:
    """Three stations are the least cover, and only this division of it is lawful: 9 in 贵溪 were missed without it."""
    problem = crossing()
    plan = plan_districts(problem)
    assert not breaches(problem, plan.site)
    assert (plan.value, plan.status, plan.site.tolist()) == (3.0, "optimal", [-1, 0, -1, 1, 0, 2, -1, 0, 2])
