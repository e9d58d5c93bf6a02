"""Every piece of land has one station, and every district is one piece."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import box

from siting.district_check.checks.partition import land_parts
from tests.district_check.handmade import A, broken, cells, districts, judged, verdict_of


def test_land_left_out_in_square_kilometres() -> None:
    """90 m by 90 m, in all and at its place."""
    report = judged(districts=districts(A=A.difference(box(0, 0, 90, 90))))
    verdict = next(v for v in report.verdicts if v.clause.kind == "nothing_left_out")
    km2 = pytest.approx(0.0081, rel=1e-9)
    assert (verdict.measured, verdict.worst) == (km2, (("0", km2),))


def test_land_that_needs_a_station() -> None:
    """Farmland may be left out beside a town; where there is nothing else it may not."""
    gap = districts(A=A.difference(box(0, 0, 90, 90)))
    farm = cells()
    farm.loc[0, "place"] = "other"
    assert "nothing_left_out" not in broken(judged(districts=gap, cells=farm))
    assert broken(judged(districts=gap, cells=farm.assign(place="other")))["nothing_left_out"] == ["0"]


def test_slivers_are_not_faults() -> None:
    """Borders that miss each other by 8 m overlap, gape and touch like borders that meet."""
    assert broken(judged(districts=districts(B=box(2392, 0, 4008, 2400)))) == {}
    assert broken(judged(districts=districts(B=box(2408, 0, 3992, 2400)))) == {}


def test_a_piece_counts_where_it_is_wider_than_a_sliver() -> None:
    """Beside a block, a strip of 3 m is a piece of its own at slivers of 2 m, and one of 1.5 m is none."""
    block = box(0, 0, 100, 100)
    assert len(land_parts(shapely.union_all([block, box(200, 0, 203, 100)]), 2.0)) == 2
    assert len(land_parts(shapely.union_all([block, box(200, 0, 201.5, 100)]), 2.0)) == 1


def test_overlap_in_square_kilometres() -> None:
    """60 m along the whole border, one pair."""
    verdict = verdict_of("nothing_twice", judged(districts=districts(B=box(2340, 0, 4000, 2400))))
    km2 = pytest.approx(0.144, rel=1e-9)
    assert (verdict.measured, verdict.worst, verdict.values["km2"]) == (1.0, (("A + B", km2),), km2)


def test_land_left_out_by_grid_unit() -> None:
    """Two cells of one unit and one of another, the unit with more of it first."""
    land = cells()
    land["unit_id"] = np.where(land.geometry.centroid.x < 400, "west", "east")
    report = judged(districts=districts(A=A.difference(box(0, 0, 500, 90))), cells=land)
    assert verdict_of("nothing_left_out", report).worst == (
        ("west", pytest.approx(0.036)),
        ("east", pytest.approx(0.009)),
    )
