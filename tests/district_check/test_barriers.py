"""Land beyond a barrier, and what is only its edge."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import box

from tests.district_check.handmade import CRS, broken, judged, swapped


def test_a_strip_along_a_wall_is_not_land_beyond_it() -> None:
    """Up to 100 m wide, from 15 m beside the middle of the motorway on."""
    for wide_m, is_land in ((90, False), (110, True)):
        beyond = swapped("A", "B", box(2385 - wide_m, 0, 2400, 400))
        assert ("crosses_barrier" in broken(judged(districts=beyond))) == is_land


def test_land_beyond_a_river_that_has_its_own_width() -> None:
    """B reaches 400 m over the edge of a river 10 m wide: what lies beyond is land to its bank, 395 m by 400 m."""
    river = gpd.GeoDataFrame({"severity": ["wall"]}, geometry=[box(2395, -500, 2405, 2900)], crs=CRS)
    report = judged(districts=swapped("A", "B", box(2000, 0, 2400, 400)), barriers=river)
    verdict = next(verdict for verdict in report.verdicts if verdict.clause.id == "map-barrier-wall")
    assert verdict.worst == (("B", pytest.approx(0.158, rel=1e-9)),)
