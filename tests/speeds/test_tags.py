"""Every way mappers write limits is read as meant, or said to be not understood; nothing raises."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.speeds.tags import (
    CHANGING,
    LEGAL_DEFAULT,
    NONSENSE,
    SEVERAL,
    parse_length,
    parse_maxspeed,
    parse_weight,
)

SPEEDS = {
    "50": (50.0, ""),
    " 50 ": (50.0, ""),
    "50 km/h": (50.0, ""),
    "50kmh": (50.0, ""),
    "50 kph": (50.0, ""),
    "30 mph": (48.28032, ""),
    "30mph": (48.28032, ""),
    "10 knots": (18.52, ""),
    "50; 40": (40.0, SEVERAL),
    "80;50": (50.0, SEVERAL),
    "80|100": (80.0, SEVERAL),
    "none;50": (50.0, SEVERAL),
    "50;signals": (50.0, SEVERAL),
    "none": (math.inf, ""),
    "walk": (7.0, ""),
    "DE:zone:30": (30.0, ""),
    "DE:zone30": (30.0, ""),
    "IT:30": (30.0, ""),
    "GB:zone:20": (32.18688, ""),
    "CN:urban": (math.nan, LEGAL_DEFAULT),
    "GB:nsl_single": (math.nan, LEGAL_DEFAULT),
    "BE-VLG:rural": (math.nan, LEGAL_DEFAULT),
    "signals": (math.nan, CHANGING),
    "variable": (math.nan, CHANGING),
    "unknown": (math.nan, ""),
    "": (math.nan, ""),
    "fast": (math.nan, NONSENSE),
    "0": (math.nan, NONSENSE),
    "-50": (math.nan, NONSENSE),
    "5000": (math.nan, NONSENSE),
    "50 furlongs": (math.nan, NONSENSE),
    "fast;faster": (math.nan, NONSENSE),
}
LENGTHS = {
    "3.5": (3.5, ""),
    "3,5": (3.5, ""),
    "3.5 m": (3.5, ""),
    "3.5m": (3.5, ""),
    "350 cm": (3.5, ""),
    "12'6\"": (3.81, ""),
    "12' 6\"": (3.81, ""),
    "12'": (3.6576, ""),
    "12 ft": (3.6576, ""),
    "12 ft 6 in": (3.81, ""),
    "3.5;3.2": (3.2, SEVERAL),
    "default": (math.nan, ""),
    "no_sign": (math.nan, ""),
    "none": (math.inf, ""),
    "low": (math.nan, NONSENSE),
    "350": (math.nan, NONSENSE),
    "0'": (math.nan, NONSENSE),
    "350 ft": (math.nan, NONSENSE),
}
WEIGHTS = {
    "7.5": (7.5, ""),
    "7.5 t": (7.5, ""),
    "7.5t": (7.5, ""),
    "7500 kg": (7.5, ""),
    "16000 lbs": (7.25747792, ""),
    "16,000 lbs": (7.25747792, ""),
    "7,500kg": (7.5, ""),
    "7,500 t": (7.5, ""),
    "8 st": (7.25747792, ""),
    "none": (math.inf, ""),
    "heavy": (math.nan, NONSENSE),
}
EVERY = [
    (parse, text, expected)
    for parse, cases in ((parse_maxspeed, SPEEDS), (parse_length, LENGTHS), (parse_weight, WEIGHTS))
    for text, expected in cases.items()
]


@pytest.mark.parametrize(("parse", "text", "expected"), EVERY, ids=lambda value: getattr(value, "__name__", str(value)))
def test_text_is_read_as_meant(parse, text, expected) -> None:
    limit = parse(text)
    assert limit.value == pytest.approx(expected[0], nan_ok=True)
    assert limit.remark == expected[1]


@given(st.text(max_size=20))
def test_any_text_gives_a_positive_value_or_none_at_all(text: str) -> None:
    for parse in (parse_maxspeed, parse_length, parse_weight):
        value = parse(text).value
        assert math.isnan(value) or value > 0


@given(st.lists(st.integers(3, 130), min_size=2, max_size=4))
def test_of_several_speeds_the_lowest_counts(speeds: list[int]) -> None:
    assert parse_maxspeed("; ".join(map(str, speeds))).value == min(speeds)


@pytest.mark.parametrize("text", ["0.0001", "0", "2", "1 mph", "DE:zone:1", "250", "1000000000"])
def test_speeds_nobody_posts_are_not_understood(text: str) -> None:
    """Slower than a walk or faster than any road: taken as it stands, an edge would last days."""
    assert math.isnan(parse_maxspeed(text).value)
    assert parse_maxspeed(text).remark == "note_limit_not_understood"


def test_the_slowest_signs_there_are_count() -> None:
    """3 mph on private roads, 4 km/h in yards."""
    assert [round(parse_maxspeed(text).value, 2) for text in ("3 mph", "4", "5", "walk")] == [4.83, 4.0, 5.0, 7.0]
