"""What no engine drives, and figures that runs cannot tell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.arrays import Floats, Mask
from siting.errors import InputError
from siting.tables import Note, noted, some

FASTEST_KPH, SLOWEST_KPH, SLOWEST_FROM_S = 150.0, 3.0, 300.0
"""A run faster than the first on the quickest road, or slower than a walk once five minutes are over, is no run."""
WIDE, WORTHLESS = 1.5, 4.0
"""Upper over lower limit of a factor: from the first on it is noted, from the second on nothing is written."""
WIDE_START_S = 60.0
SCATTERED = 0.5
"""Spread of a run from which on the roads hardly explain the seconds."""


def is_driven(km: Floats, observed_s: Floats) -> Mask:
    """
    Whether an engine may have driven so far in so long, along the quickest road.

    Examples
    --------
    Two kilometres in three minutes, in three seconds, and in three minutes written as milliseconds:

    >>> is_driven(np.array([2.0, 2.0, 2.0]), np.array([180.0, 3.0, 180_000.0])).tolist()
    [True, False, False]
    """
    hours = observed_s / 3600.0
    is_slow = km < SLOWEST_KPH * (hours - SLOWEST_FROM_S / 3600.0)
    return np.asarray((km <= FASTEST_KPH * hours) & ~is_slow, dtype=np.bool_)


def check_worth(figures: pd.DataFrame) -> None:
    """
    Refuse factors that the runs leave anywhere; `figures` is that of a `Calibration`.

    Raises
    ------
    InputError
        Naming each: its limits, and by how much they are apart.
    """
    ratio = _ratio(figures)
    faults = [
        f"The factor of {row.Index} may be anything from {row.low:.3g} to {row.high:.3g} (95 %, {row.runs:.0f} "
        f"runs): the upper limit is {times:.3g} times the lower. Expected at most {WORTHLESS:g}: check what "
        "the seconds measure, give more runs, or fewer groups."
        for row, times in zip(figures.drop(index="start_stop_s").itertuples(), ratio, strict=True)
        if not times <= WORTHLESS
    ]
    if faults:
        raise InputError("runs", faults)


def trust_notes(figures: pd.DataFrame, error_mad: float) -> list[Note]:
    """Figures that the runs tell only roughly, and runs that scatter more than roads explain."""
    ratio = _ratio(figures)
    wide = ratio.index[ratio > WIDE]
    notes = noted("topic_calibration", "note_factors_wide", wide, ratio=WIDE, names=some(wide))
    start = figures.loc["start_stop_s"]
    if start["high"] - start["low"] > WIDE_START_S:
        notes.append(Note("topic_calibration", "note_start_wide", 1, values={"limit": WIDE_START_S}))
    if error_mad > SCATTERED:
        notes.append(Note("topic_calibration", "note_runs_scatter", 1, values={"spread": f"{error_mad:.0%}"}))
    return notes


def left_out_notes(has_way: Mask, driven: Mask) -> list[Note]:
    """Runs without a way, and runs that no engine drove, by position."""
    lost, strange = np.flatnonzero(~has_way), np.flatnonzero(has_way & ~driven)
    return [
        *noted("topic_calibration", "note_runs_without_way", lost, positions=some(lost)),
        *noted(
            "topic_calibration",
            "note_runs_not_driven",
            strange,
            positions=some(strange),
            fastest=f"{FASTEST_KPH:g}",
            slowest=f"{SLOWEST_KPH:g}",
            minutes=f"{SLOWEST_FROM_S / 60:g}",
        ),
    ]


def _ratio(figures: pd.DataFrame) -> pd.Series:
    """Upper over lower limit of each factor."""
    factors = figures.drop(index="start_stop_s")
    return factors["high"] / factors["low"].where(factors["low"] > 0)
