"""Numbers as a reader sees them: never claiming more than is true."""

from __future__ import annotations

import math
import unicodedata
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pandas as pd

from siting.language import Language, word
from siting.printable import visible
from siting.rules import Clock

PLURAL = {"station": "stations", "micro_station": "micro_stations", "hydrant": "hydrants"}
"""By kind: the name of its layer, and of how many there are."""
LAND = "km²"
"""The unit of demand that is plain land."""
NOTHING = "–"
"""Shown where there is no number: nothing reached, nothing judged."""


def _percent(share: float, rounding: str) -> str:
    if not math.isfinite(share):
        return NOTHING
    # 0.57 * 100 is 56.99999999999999, which rounds down to 56.9: decimal digits decide, after the noise of summing.
    percent = Decimal(repr(round(float(share), 9) + 0.0)) * 100  # + 0.0: nothing is not "-0.0 %"
    return f"{percent.quantize(Decimal('0.1'), rounding=rounding)} %"


def percent_at_least(share: float) -> str:
    """
    A share rounded down, for what is achieved.

    Examples
    --------
    >>> percent_at_least(0.9997), percent_at_least(0.57), percent_at_least(1.0), percent_at_least(float("nan"))
    ('99.9 %', '57.0 %', '100.0 %', '–')
    """
    return _percent(share, ROUND_FLOOR)


def percent_at_most(share: float) -> str:
    """
    A share rounded up, for what may still be missing.

    Examples
    --------
    >>> percent_at_most(0.0004), percent_at_most(0.003), percent_at_most(0.0), percent_at_most(-1e-17)
    ('0.1 %', '0.3 %', '0.0 %', '0.0 %')
    """
    return _percent(share, ROUND_CEILING)


def duration(time_s: float, language: Language) -> str:
    """
    Minutes and seconds, rounded up to whole seconds: a limit of 4 min is not shown as kept when it is missed.

    Examples
    --------
    >>> duration(240, "en"), duration(240.001, "en"), duration(59, "zh"), duration(float("inf"), "en")
    ('4 min', '4 min 1 s', '59 秒', '–')
    """
    if not math.isfinite(time_s):
        return NOTHING
    minutes, seconds = divmod(math.ceil(round(time_s, 3)), 60)
    if not minutes:
        return word("duration_s", language, seconds=seconds)
    return word("duration_min_s" if seconds else "duration_min", language, minutes=minutes, seconds=seconds)


def clock_text(clock: Clock, language: Language) -> str:
    """How the standard's limit becomes time to drive; what takes no time is not mentioned."""
    parts = {"alarm": clock.alarm_handling_s, "turnout": clock.turnout_s}
    less = [word(f"map_clock_{part}", language, time=duration(time_s, language)) for part, time_s in parts.items()
            if time_s]  # fmt: skip
    limit, travel = (duration(time_s, language) for time_s in (clock.response_limit_s, clock.travel_budget_s))
    return word("map_clock", language, limit=limit, less="".join(less), travel=travel)


def count(number: float) -> str:
    """
    A whole number with thousands apart; people are counted up, so that a fraction left behind is somebody.

    Examples
    --------
    >>> count(101355), count(0.2), count(float("nan"))
    ('101,355', '1', '–')
    """
    return f"{_whole(number):,}" if math.isfinite(number) else NOTHING


def _whole(number: float) -> int:
    return math.ceil(round(number, 6))


def km2(area_km2: float) -> str:
    """
    Square kilometres with two decimals, rounded up against a limit, without trailing noughts.

    Examples
    --------
    >>> km2(7.0), km2(7.0001), km2(15.5)
    ('7', '7.01', '15.5')
    """
    if not math.isfinite(area_km2):
        return NOTHING
    shown = Decimal(repr(round(float(area_km2), 9) + 0.0)).quantize(Decimal("0.01"), rounding=ROUND_CEILING)
    return f"{shown.normalize():f}"


def amount(number: float, unit: str, language: Language) -> str:
    """
    So many of what the demand counts.

    Examples
    --------
    >>> amount(1712, "people", "zh"), amount(11.804, "km²", "en"), amount(3, "calls", "en"), amount(1, "stations", "en")
    ('1,712 人', '11.81 km²', '3 calls', '1 station')
    """
    if unit == LAND:
        return f"{km2(number)} km²"
    if not math.isfinite(number):
        return NOTHING
    return known_word(f"amount_{unit}", language, f"{count(number)} {unit}", n=_whole(number))


def unit_word(unit: str, language: Language) -> str:
    """What the demand counts, in the reader's language where the table of words has it, else as the caller wrote it."""
    return known_word(f"unit_{unit}", language, unit)


def known_word(key: str, language: Language, otherwise: str, **values: object) -> str:
    """The word for a key that may be a caller's own, else what stands there."""
    try:
        return word(key, language, **values)
    except KeyError:
        return otherwise


def text_width(value: object) -> int:
    """
    Columns that a text takes where letters are equally wide; a Chinese letter takes two.

    Examples
    --------
    >>> text_width("站 1")
    4
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in str(value))


def as_text(table: pd.DataFrame) -> str:
    r"""
    A table for a terminal, its columns aligned where Chinese letters are two wide; no name in it is obeyed.

    Examples
    --------
    >>> as_text(pd.DataFrame({"name": ["\x1b[2J站"]}))
    '       name\n\\u001b[2J站'
    """
    shown = table.map(lambda value: visible(value) if isinstance(value, str) else value)
    with pd.option_context("display.unicode.east_asian_width", True):
        return shown.to_string(index=False)
