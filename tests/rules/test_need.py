"""How many stations there should be, for the six square kilometres and 1,000 people of the toy town."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.handmade import found, today


def test_shortage_has_two_readings() -> None:
    """6 km² in all, of which 3 urban and 2 near-suburb; caps of 0.5 and 1 km²; three stations stand there."""
    situation, area = today(["urban", "urban", "near_suburb", "urban", "near_suburb", "other"])
    values = {"cap_km2": 0.5, "near_suburb_cap_km2": 1.0}
    everything = found("shortage", situation, area, base="administrative", **values)
    assert (everything.measured, everything.required, everything.passed) == (3.0, 12.0, False)
    assert "shortage rate 75.0%" in everything.remark["en"]
    built = found("shortage", situation, area, base="construction_land", **values)
    assert (built.measured, built.required) == (3.0, 8.0)
    enough = found("shortage", situation, area, base="construction_land", cap_km2=2.0, near_suburb_cap_km2=2.0)
    assert (enough.required, enough.passed) == (3.0, True)
    assert "missing 0, shortage rate 0.0%" in enough.remark["en"]
    fields, area = today("other")
    nothing = found("shortage", fields, area, base="construction_land", **values)
    assert (nothing.required, nothing.passed) == (0.0, None)


def test_shortage_does_not_count_rounding() -> None:
    """0.1 + 0.1 + ... six times is a little less or more than 0.6: with a cap of 0.1 km² it is six stations."""
    situation, area = today()
    situation = replace(situation, cells=situation.cells.assign(area_km2=[0.1, 0.1, 0.1, 0.1, 0.1, 0.1 + 1e-16]))
    finding = found("shortage", situation, area, base="administrative", cap_km2=0.1, near_suburb_cap_km2=15.0)
    assert finding.required == 6.0


def test_shortage_counts_only_stations_in_the_area() -> None:
    """A station outside the boundary helps to cover, and is not one of the area's own."""
    situation, area = today()
    situation = replace(situation, stations=situation.stations.assign(is_inside=[True, False, False]))
    finding = found("shortage", situation, area, base="construction_land", cap_km2=6.0, near_suburb_cap_km2=15.0)
    assert (finding.measured, finding.required, finding.passed) == (1.0, 1.0, True)
    assert "all land counts as construction land" in finding.remark["en"]


def test_people_per_station() -> None:
    """1000 people, three stations; the district of S has 500."""
    situation, area = today()
    finding = found("people_per_station", situation, area, people=460.0)
    assert finding.measured == pytest.approx(1000 / 3)
    assert finding.passed
    assert finding.worst == (("S", 500.0),)
    assert found("people_per_station", situation, area, people=500.0).worst == ()


def test_what_counts_as_construction_land_is_said_where_it_counts() -> None:
    """All land being urban matters to the reading by construction land, and only where it is so."""
    mixed = ["urban", "urban", "near_suburb", "urban", "near_suburb", "other"]
    for place, base, is_said in (
        ("urban", "construction_land", True),
        ("urban", "administrative", False),
        (mixed, "construction_land", False),
    ):
        finding = found("shortage", *today(place), base=base, cap_km2=7.0, near_suburb_cap_km2=15.0)
        assert ("all land counts as construction land" in finding.remark["en"]) == is_said


def test_people_per_station_at_the_limit() -> None:
    """Two stations for 1000 people are enough at 500 each, and so is S for its 500."""
    situation, area = today()
    two = replace(situation, stations=situation.stations.assign(is_inside=[True, True, False]))
    finding = found("people_per_station", two, area, people=500.0)
    assert (finding.measured, finding.passed) == (500.0, True)
    assert "more people than the limit: 0." in finding.remark["en"]


def test_without_a_station_in_the_area_nobody_is_divided() -> None:
    """However many people there are, and whoever helps from outside."""
    situation, area = today()
    none = replace(situation, stations=situation.stations.assign(is_inside=False))
    finding = found("people_per_station", none, area, people=500.0)
    assert (finding.passed, finding.remark["en"]) == (None, "Not judged: no station stands in the area.")
