"""A study area as a district problem: which land counts, what walls part, what a barrier weighs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from siting import toy
from siting.cells import PENALTY, WALL
from siting.districting import DistrictProblem, district_problem, plan_districts
from siting.network.place import place, with_place
from siting.study_area import StudyArea


def asked(area: StudyArea, **choices: object) -> DistrictProblem:
    """The toy town with its own stations, 100 s and 7 km² each; the eastern half is no construction land."""
    roads, stations = toy.network(), toy.stations()
    cells = with_place(area.cells, place(roads, area.cells, 300))
    east = cells.x > cells.x.median()
    cells = cells.assign(people=1.0, place=pd.Series("urban", cells.index).where(~east, "other"))
    return district_problem(
        area,
        cells,
        with_place(stations, place(roads, stations, 300)),
        roads,
        budget_s=pd.Series(100.0, stations.index),
        cap_km2=pd.Series(7.0, stations.index),
        kept=np.ones(len(stations), dtype=bool),
        **choices,  # type: ignore[arg-type]
    )


def test_construction_land_alone_counts_and_is_required() -> None:
    """The other half is reached as before, has no area against the cap, and need not be served."""
    area = toy.area()
    every, built = asked(area), asked(area, land="construction")
    east = (area.cells.x > area.cells.x.median()).to_numpy()
    assert every.is_required.all()
    assert (built.is_required == ~east).all()
    assert (built.area_m2[east] == 0).all()
    assert (built.area_m2[~east] == every.area_m2[~east]).all()
    assert (built.sites == every.sites).all()
    assert plan_districts(built).status == "optimal"


@pytest.mark.parametrize(("crossing", "is_parted"), [(WALL, True), (PENALTY, False)])
def test_walls_part_cells_and_other_barriers_weigh(crossing: int, is_parted: bool) -> None:
    """With the same barrier between all cells: as walls none touch; as penalties each border weighs 30 s."""
    area = toy.area()
    near = area.neighbours
    barred = _with_crossing(area, np.full_like(near.crossing, crossing))
    problem = asked(barred)
    if is_parted:
        assert len(problem.near) == 0
    else:
        assert len(problem.near) == len(near.cell)
        assert (problem.crossing == 30_000.0).all()


def _with_crossing(area: StudyArea, crossing: np.ndarray) -> StudyArea:
    other = replace(area)
    other.__dict__["neighbours"] = replace(area.neighbours, crossing=crossing)
    return other
