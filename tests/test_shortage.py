"""Stations missing, at least and at most, by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.shortage import ALL, shortage_table

CAPS = {"urban": 7.0, "near_suburb": 15.0}
CELLS = pd.DataFrame(
    {
        "area_km2": [14.0, 30.0, 100.0, 3.5],
        "place": ["urban", "near_suburb", "other", "urban"],
        "unit_id": ["east", "east", "west", "west"],
        "cap_km2": np.nan,
    }
)


def test_by_hand() -> None:
    """Land / cap reads 14 / 7 + 30 / 15 + 3.5 / 7 = 4.5; proven are 47.5 / 15, four stations; the plan has six."""
    there = pd.Series({"S1": "east", "S2": "west"})
    planned = pd.Series({"S1": "east", "S2": "west", "N1": "east", "N2": "east", "N3": "east", "N4": ""})
    table = shortage_table(CELLS, there, cap_km2=CAPS, planned=planned)
    assert table.index.tolist() == ["east", "west", ALL]
    assert table.by_area.tolist() == pytest.approx([4.0, 0.5, 4.5])
    assert table.loc[ALL, ["there", "at_least", "at_most"]].tolist() == [2, 4, 6]
    assert table.loc[ALL, ["missing_at_least", "missing_at_most"]].tolist() == [2, 4]
    assert table.loc[ALL, ["rate_at_least", "rate_at_most"]].tolist() == pytest.approx([2 / 4, 4 / 6])
    assert table.loc["east", ["there", "at_most", "missing_at_most"]].tolist() == [1, 4, 3]
    assert np.isnan(table.at_least["east"])


def test_a_proof_may_say_more_than_the_area() -> None:
    """A covering bound of 6.2 is seven stations; one of 5 and a little rounding is five."""
    for proven, at_least in ((6.2, 7), (5.0 + 1e-12, 5), (1.0, 4)):
        table = shortage_table(CELLS, pd.Series(dtype=object), cap_km2=CAPS, proven=proven)
        assert table.at_least[ALL] == at_least
        assert np.isnan(table.at_most[ALL])


def test_the_bound_holds_for_mixed_districts() -> None:
    """6 km² of town and 9 of suburb are one lawful district of a suburb, though land / cap reads 1.46."""
    cells = pd.DataFrame({"area_km2": [6.0, 9.0], "place": ["urban", "near_suburb"], "unit_id": "", "cap_km2": np.nan})
    table = shortage_table(cells, pd.Series({"S1": ""}), cap_km2=CAPS)
    assert table.by_area[ALL] == pytest.approx(6 / 7 + 9 / 15)
    assert table.loc[ALL, ["at_least", "missing_at_least"]].tolist() == [1, 0]


def test_land_with_a_cap_of_its_own_proves_what_it_needs() -> None:
    """
    14 km² of town at 3.5 are four stations and 30 of suburb at 60 half of one, by either reading; other land is none.

    3.5 km² of town are 3.5 / 7, and 3.5 / 15 of a district of mostly suburb: 4.73 in all, five are proven.
    """
    own = CELLS.assign(cap_km2=[3.5, 60.0, 5.0, np.nan])
    table = shortage_table(own, pd.Series(dtype=object), cap_km2=CAPS)
    assert table.by_area[ALL] == pytest.approx(5.0)
    assert table.at_least[ALL] == 5
    roomy = shortage_table(own.assign(cap_km2=[14.0, 60.0, 5.0, 35.0]), pd.Series(dtype=object), cap_km2=CAPS)
    assert roomy.at_least[ALL] == 2  # 1.6, which caps above the class's allow


def test_enough_is_never_a_negative_shortage() -> None:
    """More stations than the land asks for: none is missing."""
    there = pd.Series({f"S{number}": "east" for number in range(9)})
    table = shortage_table(CELLS, there, cap_km2=CAPS)
    assert table.loc[ALL, ["missing_at_least", "rate_at_least"]].tolist() == [0, 0]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 50), st.sampled_from(["urban", "near_suburb", "other"])), min_size=1))
def test_units_add_up(rows: list[tuple[float, str]]) -> None:
    """However the land is cut into units, their shares are those of the whole."""
    area_km2, places = zip(*rows, strict=True)
    units = [f"u{number % 3}" for number in range(len(rows))]
    cells = pd.DataFrame({"area_km2": area_km2, "place": places, "unit_id": units, "cap_km2": np.nan})
    table = shortage_table(cells, pd.Series(dtype=object), cap_km2=CAPS)
    assert table.by_area.drop(ALL).sum() == pytest.approx(table.by_area[ALL])
