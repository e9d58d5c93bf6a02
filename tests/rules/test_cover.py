"""People and land within the travel budget, in the toy town."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.handmade import found, today


def test_time_cover_people() -> None:
    """950 of 1000; the 50 on the island have no road."""
    situation, area = today()
    finding = found("time_cover_people", situation, area, share=0.95)
    assert finding.measured == pytest.approx(0.95)
    assert finding.passed
    assert finding.worst == (("north", 50.0),)
    by_cell = found("time_cover_people", replace(situation, units=situation.units.iloc[:0]), area, share=0.95)
    assert by_cell.worst == (("d6", 50.0),)
    assert finding.remark["en"].startswith(
        "50 of 1,000 people are not covered: too far 0, no station can drive there 0, no"
    )
    assert not found("time_cover_people", situation, area, share=0.951).passed


def test_time_cover_land_can_leave_land_out() -> None:
    """5 of 6 km²; 4 of 4 when the island and one field are not construction land."""
    situation, area = today(["urban", "urban", "near_suburb", "urban", "other", "other"])
    finding = found("time_cover_land", situation, area, share=1.0)
    assert (finding.measured, finding.worst) == (pytest.approx(5 / 6), (("north", 1.0),))
    built = found("time_cover_land", situation, area, share=1.0, places=["urban", "near_suburb"])
    assert (built.measured, built.passed, built.worst) == (1.0, True, ())
    fields, area = today("other")
    nothing = found("time_cover_land", fields, area, share=1.0, places=["urban", "near_suburb"])
    assert nothing.passed is None
    assert "(urban, near-suburb)" in nothing.remark["en"]


def test_everybody_is_covered_however_the_sum_is_rounded() -> None:
    """Uncovered land without people: the share of people is 1, not 0.9999999999999999."""
    situation, area = today()
    people = [0.1, 0.2, 0.3, 0.1, 0.7, 0.0]
    situation = replace(situation, cells=situation.cells.assign(people=people))
    assert found("time_cover_people", situation, area, share=1.0).passed


def test_why_people_are_not_covered() -> None:
    """Each reason with its own people, in whole numbers of them."""
    situation, area = today()
    reasons = ["", "too_far", "unreachable", "too_far", "", "no_road"]
    cells = situation.cells.assign(people=[1.0, 20.0, 300.0, 4.0, 500.0, 6.0], reason=reasons)
    situation = replace(situation, cells=cells.assign(is_covered=cells.reason == ""))
    remark = found("time_cover_people", situation, area, share=0.95).remark["en"]
    assert remark.startswith("330 of 831 people are not covered: too far 24, no station can drive there 300, no")
    assert remark.endswith(" 6.")
