"""Small stations beside full ones, in the toy town."""

from __future__ import annotations

from dataclasses import replace

from tests.rules.handmade import found, today


def test_class_adjacency() -> None:
    """S (d1, d2) touches N (d3 ...): fine when N is a full station, not when it is small too."""
    values = {"classes": ["小型站"], "neighbours": ["一级站", "二级站", "特勤站"]}
    leaning, area = today(**{"class": ["小型站", "一级站", "一级站"]})
    assert found("class_adjacency", leaning, area, **values).passed
    alone, area = today(**{"class": ["小型站", "小型站", "一级站"]})
    finding = found("class_adjacency", alone, area, **values)
    assert (finding.measured, finding.required, finding.passed) == (2.0, 0.0, False)
    assert finding.worst == (("N", 3.0), ("S", 2.0))


def test_class_adjacency_of_any_district_that_has_land() -> None:
    """N with half a km² is asked; E, without any land, has no neighbours and is not."""
    situation, area = today(**{"class": ["二级站", "小型站", "小型站"]})
    situation = replace(situation, districts=situation.districts.assign(area_km2=[2.0, 0.5, 0.0]))
    finding = found("class_adjacency", situation, area, classes=["小型站"], neighbours=["一级站"])
    assert finding.worst == (("N", 0.5),)
    assert "1 of 1" in finding.remark["en"]


def test_on_whichever_side_the_neighbour_lies() -> None:
    """N leans on S, that is west of it, as S does on N."""
    situation, area = today(**{"class": ["一级站", "小型站", "一级站"]})
    assert found("class_adjacency", situation, area, classes=["小型站"], neighbours=["一级站"]).passed


def test_no_station_leans_on_itself() -> None:
    """Two small stations lean on each other where the rule lets them; one that stands alone has no neighbour."""
    values = {"classes": ["小型站"], "neighbours": ["小型站", "一级站"]}
    situation, area = today(**{"class": ["小型站", "小型站", "一级站"]})
    assert found("class_adjacency", situation, area, **values).passed
    situation, area = today(**{"class": ["小型站", "二级站", "一级站"]})
    assert found("class_adjacency", situation, area, **values).worst == (("S", 2.0),)
