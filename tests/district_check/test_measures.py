"""What the districts of the lawful map are like, by hand."""

from __future__ import annotations

import math

import pytest
from shapely import box

from tests.district_check.handmade import broken, cells, districts, judged, roads, swapped


def test_measures_by_hand() -> None:
    """A holds 144 cells of 100 people, 9.6 km round; its engine needs 12 blocks to the far corner."""
    farm = cells()
    farm.loc[287, "place"] = "other"  # in C
    table = judged(cells=farm).districts
    assert table.construction_km2.tolist() == pytest.approx([5.76, 3.84, 1.88])
    assert table.no_road_km2.tolist() == [0.0, 0.0, 0.0]
    a = table.loc["A"]
    assert a[["area_km2", "construction_km2", "people", "worst_s", "perimeter_km"]].tolist() == pytest.approx(
        [5.76, 5.76, 14_400, 200, 9.6], rel=1e-9
    )
    assert a.compactness == pytest.approx(math.pi / 4, rel=1e-9)
    steps = [abs(column - 6) + abs(row - 6) for column in range(12) for row in range(12)]
    assert a.mean_s == pytest.approx(sum(steps) / 144 * 200 / 12)


def test_a_border_shares_the_people_of_a_cell() -> None:
    """A quarter of a row of cells is a quarter of its people."""
    table = judged(districts=swapped("A", "B", box(2350, 0, 2400, 2400))).districts
    assert table.people.tolist() == pytest.approx([14_400 - 300, 9_600 + 300, 4_800])


def test_land_that_nobody_times() -> None:
    """A cell without a road is counted, not judged; one whose road the engine cannot drive to is late."""
    no_road = cells()
    no_road.loc[0, "edge"] = -1
    report = judged(cells=no_road)
    assert report.districts.no_road_km2.tolist() == pytest.approx([0.04, 0.0, 0.0])
    verdict = next(v for v in report.verdicts if v.clause.kind == "district_time")
    assert (verdict.passed, verdict.values["no_road_km2"]) == (True, pytest.approx(0.04))
    gone = roads()
    gone.loc[(gone.from_node == 0), ["forward_s", "backward_s"]] = float("nan")
    assert broken(judged(roads=gone))["district_time"] == ["A"]


def test_a_district_beyond_the_land_has_nothing() -> None:
    """But its shape; and where nobody lives no mean drive is told."""
    report = judged(districts=districts(D=box(5000, 0, 5200, 200)), cells=cells().assign(people=0.0))
    d = report.districts.loc["D"]
    assert d[["area_km2", "construction_km2", "people", "no_road_km2", "parts"]].tolist() == [0.04, 0.0, 0.0, 0.0, 1]
    assert report.districts.mean_s.isna().all()
    assert report.districts.worst_s.isna().tolist() == [False, False, False, True]
