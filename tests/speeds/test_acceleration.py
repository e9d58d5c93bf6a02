"""The law of pulling away and stopping gives its published values, and turns round exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.speeds import cruise_s, start_stop_s, trip_s

KPH, START_STOP_S = 1.609344 / (1.7 / 60), 0.65 * 60
"""RAND's line: T = 0.65 min + 1.7 min a mile."""
SECONDS = st.floats(0.0, 1e5)
LOST = st.just(0.0) | st.floats(0.001, 500.0)


def test_the_line_is_35_mph_and_0_40_metres_a_second_squared() -> None:
    assert pytest.approx(56.8, abs=0.01) == KPH
    assert start_stop_s(KPH, 0.4046) == pytest.approx(START_STOP_S, abs=0.05)


@pytest.mark.parametrize(("km", "minutes"), [(1, 1.71), (2, 2.76), (3, 3.82), (0.615, 1.30), (0.25, 0.83)])
def test_published_values(km: float, minutes: float) -> None:
    """The last two: 0.65 + 1.056 km at the joint, and 1.657 times the root of the kilometres below it."""
    assert trip_s(km / KPH * 3600, START_STOP_S) / 60 == pytest.approx(minutes, abs=0.005)


def test_four_minutes_reach_three_kilometres() -> None:
    assert cruise_s(240.0, START_STOP_S) / 3600 * KPH == pytest.approx(3.17, abs=0.005)


def test_root_and_line_meet_with_the_same_slope() -> None:
    around = START_STOP_S + np.array([-1e-3, 0.0, 1e-3])
    below, at, above = trip_s(around, START_STOP_S)
    assert at == 2 * START_STOP_S
    assert (at - below) / 1e-3 == pytest.approx((above - at) / 1e-3, rel=1e-4)


@given(SECONDS, LOST)
def test_one_undoes_the_other(seconds: float, lost_s: float) -> None:
    assert cruise_s(trip_s(seconds, lost_s), lost_s) == pytest.approx(seconds, abs=1e-6, rel=1e-9)


@given(SECONDS, SECONDS, LOST)
def test_a_longer_drive_never_takes_less(one: float, other: float, lost_s: float) -> None:
    shorter, longer = sorted((one, other))
    assert trip_s(shorter, lost_s) <= trip_s(longer, lost_s) <= longer + lost_s + 1e-9


def test_arrays_keep_what_cannot_be_reached() -> None:
    assert trip_s(np.array([0.0, 100.0, np.inf]), 39.0).tolist() == [0.0, 139.0, np.inf]
    assert trip_s(np.array([0.0, np.inf]), 0.0).tolist() == [0.0, np.inf]
