"""A judged map as text and as plain values."""

from __future__ import annotations

from dataclasses import replace

from shapely import box

from tests.district_check.handmade import A, barriers, broken, cells, clause, districts, judged


def test_what_may_be_does_not_make_a_map_unlawful() -> None:
    """It counts as not met all the same."""
    report = judged((replace(clause("people_per_station", people=10_000), severity="may"),))
    assert (broken(report), report.is_lawful) == ({"people_per_station": ["A"]}, True)
    assert "2 of 3 districts break nothing; 1 of 1 clause judged is not met." in report.text("en")


def test_districts_with_what_they_break() -> None:
    """An overlap is of both districts; land left out is nobody's, not of a station that is called like the cell."""
    assert judged(districts=districts(B=box(2340, 0, 4000, 2400))).districts.broken.tolist() == [
        ["map-overlap"],
        ["map-overlap"],
        [],
    ]
    gap = districts(A=A.difference(box(0, 0, 90, 90)))
    report = judged(districts=gap, cells=cells().rename(index={0: "C"}))
    assert broken(report) == {"nothing_left_out": ["C"]}
    assert report.districts.broken.map(len).sum() == 0


def test_a_report_clause_by_clause() -> None:
    """What is met, what is not and what nobody can judge; the six worst places, the sixth counted only."""
    clauses = (
        clause("nothing_left_out"),
        replace(clause("people_per_station", people=15_000), confidence="low", severity="may"),
        clause("crosses_barrier", severity="wall", half_width_m=15.0, strip_m=100.0),
    )
    gap = districts(A=A.difference(box(0, 0, 1200, 100)))
    report = judged(clauses, districts=gap, barriers=barriers().iloc[1:])
    assert report.text().splitlines() == [
        "3 of 3 districts break nothing; 1 of 2 clauses judged is not met.",
        "[not met] nothing_left_out [14, should]",
        "    0.120 of 11.52 km² of land that needs a station are in no district.",
        "    worst: 0 0.02 km², 1 0.02 km², 2 0.02 km², 3 0.02 km², 4 0.02 km², ... (6 in all)",
        "[met] people_per_station [14, may, editable default]",
        "    0 of 3 districts have more than 15,000 people; the most is 14,100.",
        "[not judged] crosses_barrier [14, should]",
        "    Not judged: no barrier is a wall. Give barriers as study_area.barriers.",
    ]
    assert report.text("zh").startswith("3 个辖区中 3 个没有问题；已评判 2 条，其中 1 条未满足。")
    assert report.districts.columns[:2].tolist() == ["class", "broken"]
