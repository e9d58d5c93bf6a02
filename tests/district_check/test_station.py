"""A district and its own station: where it stands, and how far it drives."""

from __future__ import annotations

import pytest
import shapely

from tests.district_check.handmade import clause, judged, stations


@pytest.mark.parametrize(("away_m", "is_kept"), [(50.0, True), (51.0, False)])
def test_a_station_may_stand_a_little_outside(away_m: float, is_kept: bool) -> None:
    """As far as the clause lets it."""
    moved = stations()
    moved.loc["B", "geometry"] = shapely.Point(2400 - away_m, 1300)
    verdict = judged((clause("holds_station", tolerance_m=50.0),), stations=moved).verdicts[0]
    assert (verdict.passed, verdict.worst) == (is_kept, () if is_kept else (("B", pytest.approx(51.0)),))


@pytest.mark.parametrize(("budget_s", "share"), [(200.0, 1.0), (199.99, 2 / 3)])
def test_the_last_second_of_the_budget(budget_s: float, share: float) -> None:
    """A needs 200 s to its far corner, which is in time and no more; two of three are asked for."""
    table = stations().assign(travel_budget_s=[budget_s, 240.0, 240.0, 240.0])
    verdict = judged((clause("district_time", share=2 / 3),), stations=table).verdicts[0]
    assert (verdict.measured, verdict.passed) == (pytest.approx(share), True)
    assert [site for site, _ in verdict.worst] == ([] if share == 1.0 else ["A"])
