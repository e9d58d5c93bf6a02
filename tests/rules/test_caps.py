"""How large a district may be: by class, by place, by a risk assessment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.rules import load_rules
from siting.rules.caps import assessed_caps, district_caps, district_places
from siting.verification import sum_checks
from tests.rules.handmade import today


def test_where_a_district_lies() -> None:
    """More than half near-suburb: near-suburb. Else any urban land: urban. Else other, which has no cap."""
    situation, _ = today(["near_suburb", "urban", "near_suburb", "near_suburb", "urban", "urban"])
    assert district_places(situation.cells).to_dict() == {"S": "urban", "N": "near_suburb"}
    situation, _ = today(["other", "urban", "other", "near_suburb", "other", "urban"])
    assert district_places(situation.cells).to_dict() == {"S": "urban", "N": "other"}
    for place in ("urban", "near_suburb", "other"):
        assert district_places(today(place)[0].cells).to_dict() == {"S": place, "N": place}


def test_half_is_not_most_of_a_district() -> None:
    """0.76 + 0.92 + 0.41 is above 2.09 in floats, and no more land: three places that sum cells have to agree."""
    half = pd.DataFrame(
        {"site_id": "S", "place": ["near_suburb"] * 3 + ["urban"], "area_km2": [0.76, 0.92, 0.41, 2.09]}
    )
    assert sum(half.area_km2[:3]) > 2.09
    assert district_places(half).to_dict() == {"S": "urban"}
    assert sum_checks.district_place(half) == "urban"


def test_caps_follow_class_and_place() -> None:
    """建标152-2017: 2 km² for a small station in town, 15 at the edge of town whatever the class, none elsewhere."""
    ruleset = load_rules("cn-jb152-2017")
    classes = pd.Series(["一级站", "二级站", "小型站", "特勤站", "战勤保障站", "", "二级站", "一级站"])
    places = pd.Series(["urban"] * 6 + ["near_suburb", "other"])
    assert district_caps(ruleset, classes, places).tolist()[:4] == [7.0, 4.0, 2.0, 7.0]
    assert np.isnan(district_caps(ruleset, classes, places)[4])
    assert district_caps(ruleset, classes, places).tolist()[5:7] == [7.0, 15.0]
    assert np.isnan(district_caps(ruleset, classes, places)[7])


def test_a_cap_of_land_is_shared_by_area() -> None:
    """Half of 4 km² at 3.5, half at the class's 7: 2 / 3.5 + 2 / 7 = 6 / 7 is used, so 4.67 km² would fill it."""
    cells = pd.DataFrame(
        {"site_id": ["A", "A", "B", "C", ""], "area_km2": [2.0, 2.0, 1.0, 4.0, 9.0],
         "cap_km2": [3.5, np.nan, np.nan, 3.5, 1.0]}
    )  # fmt: skip
    usual = pd.Series({"A": 7.0, "B": 7.0, "C": np.nan, "D": 2.0})
    caps = assessed_caps(cells, usual)
    assert caps["A"] == pytest.approx(4 * 7 / 6, abs=1e-9)
    assert caps[["B", "D"]].tolist() == [7.0, 2.0]
    assert np.isnan(caps["C"])  # a district without any limit has none
    pd.testing.assert_series_equal(caps, sum_checks.full_at(cells, usual), check_names=False, rtol=0, atol=2e-9)
    pd.testing.assert_series_equal(assessed_caps(cells.assign(cap_km2=np.nan), usual), usual, check_names=False)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40_000), st.floats(0.1, 30.0)), min_size=1, max_size=30))
def test_a_district_is_above_its_cap_when_the_shares_add_up_to_more_than_one(cells: list[tuple[int, float]]) -> None:
    """As the judge of drawn maps says it; what is just full is not above."""
    m2, cap_km2 = (np.array(column, dtype=float) for column in zip(*cells, strict=True))
    full = np.ones(len(m2)) * cap_km2 / len(m2)  # each takes its equal share of the whole
    for km2 in (m2 / 1e6, full, full * 1.001):
        table = pd.DataFrame({"site_id": "A", "area_km2": km2, "cap_km2": cap_km2})
        above = table.groupby("site_id").area_km2.sum()["A"] > assessed_caps(table, pd.Series({"A": 7.0}))["A"]
        assert above == ((km2 / cap_km2).sum() > 1 + 1e-9)
