"""How large a district may be, in land and in people."""

from __future__ import annotations

import math

import pytest
from shapely import box

from tests.district_check.handmade import broken, cells, clause, districts, judged


def test_near_suburbs_have_their_own_cap() -> None:
    """Where most land of a district is near-suburb, the town's cap says nothing and the suburb's counts."""
    suburb = cells().assign(place="near_suburb")
    urban = clause("district_area", place="urban", cap_km2={"一级站": 1}, default_class="一级站")
    edge = clause("district_area", place="near_suburb", cap_km2={"一级站": 5}, default_class="一级站")
    first, second = judged((urban, edge), cells=suburb).verdicts
    assert (first.passed, first.required, math.isnan(first.measured)) == (None, 0.0, True)
    assert (second.passed, second.worst) == (False, (("A", 5.76),))


def test_just_the_limit_keeps_it() -> None:
    """A holds 5.76 km² and 14,400 people: no more than that is asked for, and a thousandth less is."""
    for part, is_kept in ((1.0, True), (0.999, False)):
        area = clause("district_area", place="urban", cap_km2={"一级站": 5.76 * part}, default_class="一级站")
        people = clause("people_per_station", people=14_400 * part)
        first, second = judged((area, people)).verdicts
        assert (first.passed, first.values["over_built"] == 0, second.passed) == (is_kept, is_kept, is_kept)


def test_by_how_much_and_in_what_order() -> None:
    """Every district above its cap, the largest first; by construction land alone two are, A by 44 %."""
    farm = cells()
    farm.loc[farm.geometry.centroid.x > 4000, "place"] = "other"
    cap = clause("district_area", place="urban", cap_km2={"一级站": 4, "二级站": 3}, default_class="一级站")
    edge = clause("district_area", place="other", cap_km2={"小型站": 1.5}, default_class="小型站")
    report = judged((cap, edge), cells=farm)
    assert report.districts.no_road_km2.tolist() == [0.0, 0.0, 0.0]
    first, second = report.verdicts
    assert first.worst == (("A", 5.76), ("B", 3.84))
    assert (first.values["over_built"], second.passed, second.values["over_built"]) == (2, False, 0)


def test_half_of_a_district_is_not_most_of_it() -> None:
    """Its other half being urban, A is; and so it is by a single cell in town, of 0.04 km²."""
    half = cells()
    half.loc[half.geometry.centroid.x < 1200, "place"] = "near_suburb"
    one = cells().assign(place="other")
    one.loc[0, "place"] = "urban"
    cap = clause("district_area", place="urban", cap_km2={"一级站": 5}, default_class="一级站")
    for land in (half, one):
        assert judged((cap,), cells=land).verdicts[0].worst == (("A", 5.76),)


def test_land_that_counts_against_caps() -> None:
    """Where farmland does not, A has half of its 5.76 km² and C nothing; else both are too large."""
    farm = cells()
    x = farm.geometry.centroid.x
    farm.loc[(x < 1200) | (x > 4000), "place"] = "other"
    cap = clause("district_area", place="urban", cap_km2={"一级站": 3, "二级站": 4}, default_class="一级站")
    edge = clause("district_area", place="other", cap_km2={"小型站": 1}, default_class="小型站")
    first, second = judged((cap, edge), cells=farm).verdicts
    assert (first.worst, second.worst) == ((("A", 5.76),), (("C", 1.92),))
    first, second = judged((cap, edge), cells=farm, capped_places=["urban", "near_suburb"]).verdicts
    assert (first.passed, first.values["largest_km2"]) == (True, pytest.approx(3.84))
    assert (second.passed, second.values["largest_km2"]) == (True, 0.0)


def test_the_class_that_was_assumed_is_said() -> None:
    """Where a class is not listed, and how often; where all are, nothing is assumed."""
    listed = clause(
        "district_area", place="urban", cap_km2={"一级站": 7, "二级站": 4, "小型站": 2}, default_class="一级站"
    )
    fewer = clause("district_area", place="urban", cap_km2={"一级站": 7, "二级站": 4}, default_class="二级站")
    first, second = judged((listed, fewer)).verdicts
    assert "judged as" not in first.remark("en")
    assert "1 of a class that is not listed is judged as 二级站" in second.remark("en")


def test_people_of_any_number() -> None:
    """0.288 in all are too many for a limit of 0.1 each; nobody is not judged, also in a district beyond the land."""
    limit = clause("people_per_station", people=0.1)
    assert broken(judged((limit,), cells=cells().assign(people=0.001))) == {"people_per_station": ["A"]}
    beyond = districts(D=box(5000, 0, 5200, 200))
    assert judged((limit,), districts=beyond, cells=cells().assign(people=0.0)).verdicts[0].passed is None
