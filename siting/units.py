"""Seconds, metres and square kilometres: read from what people write, and shown as people read them."""

from __future__ import annotations

import math
import re

_SECONDS = {"s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0}
_AMOUNT = re.compile(r"\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-z]+)\s*")


def seconds(text: str | float) -> float:
    """
    Seconds from a number of seconds or from text with a unit.

    Raises
    ------
    ValueError
        If the text has no unit or one that is not known: a bare ``"4"`` could be minutes or seconds.

    Examples
    --------
    >>> seconds("4 min"), seconds("1 min 30 s"), seconds(240)
    (240.0, 90.0, 240.0)
    """
    if isinstance(text, int | float):
        return float(text)
    total, position = 0.0, 0
    for match in _AMOUNT.finditer(text.lower()):
        unit = match["unit"].removesuffix("s") or "s"
        if match.start() != position or unit not in _SECONDS:
            break
        total += float(match["number"]) * _SECONDS[unit]
        position = match.end()
    if position == 0 or position != len(text):
        raise ValueError(f"{text!r} is not a duration. Write the unit, for example '240 s' or '4 min'.")
    return total


def clock(time_s: float) -> str:
    """
    A duration as people read it on a map.

    Examples
    --------
    >>> clock(250), clock(59.6), clock(float("inf"))
    ('4 min 10 s', '1 min 0 s', '–')
    """
    if not math.isfinite(time_s):
        return "–"
    minutes, rest = divmod(round(time_s), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def km2(area_m2: float) -> float:
    """Square kilometres from square metres."""
    return area_m2 / 1e6
