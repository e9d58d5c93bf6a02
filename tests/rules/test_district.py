"""First-due districts of the toy town, judged by time and by area."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.rules import Finding, Situation
from siting.study_area import StudyArea
from tests.rules.handmade import found, today


def test_district_time() -> None:
    """S with 160 s of turnout has 140 s to drive; N with 200 s has 100 and misses d5 at 108 s."""
    situation, area = today(turnout_s=[160.0, 200.0, 300.0])
    assert situation.cells.site_id.tolist() == ["S", "S", "N", "N", "N", ""]
    finding = found("district_time", situation, area, share=1.0)
    assert (finding.measured, finding.passed, finding.worst) == (0.5, False, (("N", 108.0),))
    assert "first due nowhere: 1" in finding.remark["en"]


def area_found(situation: Situation, area: StudyArea, place: str, **cap_km2: float) -> Finding:
    return found("district_area", situation, area, place=place, cap_km2=cap_km2, default_class="full",
                 without_district=["support"])  # fmt: skip


def test_district_area_by_class() -> None:
    """S has 2 km², N 3 km²: the cap of each class decides, and a cap that is just reached is kept."""
    situation, area = today(**{"class": ["small", "full", "full"]})
    assert area_found(situation, area, "urban", small=2.0, full=3.0).passed
    finding = area_found(situation, area, "urban", small=1.9, full=2.0)
    assert (finding.measured, finding.required, finding.passed) == (2.0, 0.0, False)
    assert finding.worst == (("N", 3.0), ("S", 2.0))


def test_district_area_says_which_class_was_assumed() -> None:
    """No class given: the default's cap, said in the remark; a class without districts is not judged."""
    situation, area = today()
    finding = area_found(situation, area, "urban", full=2.5)
    assert finding.worst == (("N", 3.0),)
    assert "Judged as full, having no class that is listed: 2." in finding.remark["en"]
    situation, area = today(**{"class": ["full", "support", ""]})
    finding = area_found(situation, area, "urban", full=2.5)
    assert finding.passed
    assert "Judged as" not in finding.remark["en"]


def test_districts_and_need_follow_a_cap_of_land() -> None:
    """N has d3, d4 and d5: at 1, 3 and 3 km² it is full with 1.8; six km² of land ask for 1 + 5 / 3 stations, not 2."""
    usual, area = today()
    cells = usual.cells.assign(cap_km2=[np.nan, np.nan, 1.0, np.nan, np.nan, np.nan])
    assessed = replace(usual, cells=cells)
    assert area_found(usual, area, "urban", full=3.0).passed
    assert area_found(assessed, area, "urban", full=3.0).worst == (("N", 3.0),)
    values = {"cap_km2": 3.0, "near_suburb_cap_km2": 15.0}
    for base in ("administrative", "construction_land"):
        assert found("shortage", usual, area, base=base, **values).required == 2.0
        assert found("shortage", assessed, area, base=base, **values).required == 3.0


def test_small_districts_count_and_empty_ones_do_not() -> None:
    """N with half a km² misses its edge; E has no district to miss."""
    situation, area = today(turnout_s=[160.0, 200.0, 300.0])
    situation = replace(situation, districts=situation.districts.assign(area_km2=[2.0, 0.5, 0.0]))
    assert found("district_time", situation, area, share=0.5).measured == 0.5


def test_by_construction_land_alone() -> None:
    """S has 2 km² of it, N 1 of its 3: with a cap of 1 km² both are above it, S also by construction land alone."""
    situation, area = today(["urban", "urban", "urban", "other", "other", "other"], **{"class": "full"})
    finding = area_found(situation, area, "urban", full=1.0)
    assert "2 of 2, by construction land alone 1; the largest has 3.00 km²" in finding.remark["en"]
    fields, area = today("other", **{"class": "full"})
    finding = area_found(fields, area, "other", full=0.5)
    assert "2 of 2, by construction land alone 0;" in finding.remark["en"]
