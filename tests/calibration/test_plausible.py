"""Which runs no engine drives, and from when on a figure is called rough or worthless; by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from siting.calibration.plausible import check_worth, is_driven, trust_notes
from siting.errors import InputError


def figures(low: float, high: float, start_high_s: float = 20.0) -> pd.DataFrame:
    return pd.DataFrame(
        {"low": [low, 0.0], "high": [high, start_high_s], "runs": [40, 40]}, index=["main", "start_stop_s"]
    )


def test_the_borders_of_what_is_driven() -> None:
    """150 km/h is driven and 151 is not; a crew may stand for five minutes, and a minute more for 50 m."""
    km = np.array([15.0, 15.1, 0.0, 0.05, 0.05])
    seconds = np.array([360.0, 360.0, 300.0, 359.0, 361.0])
    assert is_driven(km, seconds).tolist() == [True, False, True, True, False]


@pytest.mark.parametrize(
    ("of", "keys"),
    [
        (figures(0.8, 1.2), []),
        (figures(0.8, 1.21), ["note_factors_wide"]),
        (figures(0.8, 1.2, start_high_s=61.0), ["note_start_wide"]),
    ],
)
def test_what_is_told_roughly_is_noted(of: pd.DataFrame, keys: list[str]) -> None:
    """A factor from limits 1.5 times apart on, the start from 60 s on; each in both languages."""
    notes = trust_notes(of, 0.5)
    assert [note.key for note in notes] == keys
    assert [note.key for note in trust_notes(of, 0.51)] == [*keys, "note_runs_scatter"]
    assert all(note.message("zh") and note.message("en") for note in trust_notes(of, 0.51))


def test_open_factors_are_refused_all_at_once() -> None:
    """Four times is borne; beyond it, and with a lower limit of 0, every group is named."""
    check_worth(figures(0.5, 2.0))
    two = pd.concat([figures(0.5, 2.01).head(1), figures(0.0, 2.0).rename(index={"main": "streets"})])
    with pytest.raises(InputError, match=r"(?s)factor of main .* 4.02 times.*factor of streets"):
        check_worth(two)
