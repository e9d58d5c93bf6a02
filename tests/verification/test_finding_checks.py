"""Findings counted anew, for what no proposal of the other tests asks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pytest
import shapely

from siting.verification.finding_checks import MEASURES

CRS = "EPSG:32650"


@pytest.mark.parametrize(
    ("neighbours", "alone"),
    [(["一级站"], 2), (["小型站", "一级站"], 0), (["小型站"], 1), ([], 3)],
)
def test_districts_beside_others(neighbours: list[str], alone: int) -> None:
    """Small A beside full B, small C beside small D farther off: nobody is beside itself."""
    west = [0.0, 1000.0, 3000.0, 4000.0]
    layer = gpd.GeoDataFrame(
        {"class": ["小型站", "一级站", "小型站", "小型站"]},
        geometry=[shapely.box(x, 0, x + 1000, 1000) for x in west], crs=CRS,
    )  # fmt: skip
    written: Any = SimpleNamespace(layers={"districts_today": layer})
    state: Any = SimpleNamespace(label="today")
    values = {"classes": ["小型站"], "neighbours": neighbours}
    assert MEASURES["class_adjacency"](written, state, values) == alone
