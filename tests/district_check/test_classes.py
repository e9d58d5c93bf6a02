"""Districts beside others, and stations that should have none."""

from __future__ import annotations

import math

from shapely import box

from tests.district_check.handmade import B, broken, clause, districts, judged, stations


def test_neighbours_share_more_than_two_slivers_of_edge() -> None:
    """C touches B along 25 m, which makes them neighbours, or along 20 m or 15 m, which does not."""
    for edge_m, is_beside in ((25, True), (20, False), (15, False)):
        apart = districts(B=B.difference(box(3900, edge_m, 4000, 2400)))
        assert ("class_adjacency" not in broken(judged(districts=apart))) == is_beside


def test_no_district_is_its_own_neighbour() -> None:
    """C is small and alone, though small stations count as neighbours; beside another small one it is not."""
    small = clause("class_adjacency", classes=["小型站"], neighbours=["小型站", "乡镇队"])
    assert judged((small,)).verdicts[0].worst == (("C", math.inf),)
    assert judged((small,), stations=stations().assign(**{"class": "小型站"})).verdicts[0].passed


def test_the_district_of_a_support_station() -> None:
    """By its km²; where there is no such station nothing is judged."""
    alone = clause("no_district", classes=["一级站"])
    assert judged((alone,)).verdicts[0].worst == (("A", 5.76),)
    support = clause("no_district", classes=["战勤保障站"])
    assert judged((support,), stations=stations().drop("D")).verdicts[0].passed is None
