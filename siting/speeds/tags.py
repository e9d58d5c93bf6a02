"""Limits as mappers write them: speeds, heights, widths and weights out of one tag's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, nan

MILE_KM = 1.609344
FOOT_M = 0.3048
POUND_T = 0.00045359237

_NO_FIGURE = frozenset({"default", "unsigned", "no_sign", "no_indications", "unknown"})
_NO_LIMIT = frozenset({"none", "no", "unlimited"})
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\s*(?:kg|lbs?)\b)")
"""A comma in kilograms or pounds: nobody posts grams."""
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\d\s]*)")
_FEET = re.compile(r"(\d+)\s*(?:'|ft|feet)\s*(?:(\d+)\s*(?:\"|''|in|inches)?)?")
_ZONE = re.compile(r"(?:[a-z]{2}(?:-[a-z]+)?:)?(?:zone:?)?(\d+)")
_LEGAL_DEFAULT = re.compile(r"[a-z]{2}(?:-[a-z]+)?:[a-z_:]+")
_MILES_COUNTRIES = ("gb:", "us:")

SLOWEST_KPH, FASTEST_KPH = 3.0, 200.0
"""A posted limit beyond these is a slip of the pen; a walk is 4 to 7 km/h."""

_MOST_M = 30.0
"""No sign limits more: a number beyond is of another unit."""

_KPH = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": MILE_KM, "knots": 1.852}
_METRES = {"": 1.0, "m": 1.0, "metres": 1.0, "meters": 1.0, "cm": 0.01, "mm": 0.001}
_TONNES = {"": 1.0, "t": 1.0, "tonnes": 1.0, "kg": 0.001, "lbs": POUND_T, "lb": POUND_T, "st": 2000 * POUND_T}

NONSENSE = "note_limit_not_understood"
SEVERAL = "note_limit_of_several"
LEGAL_DEFAULT = "note_limit_by_law"
CHANGING = "note_limit_changing"


@dataclass(frozen=True)
class Limit:
    """
    What a tag says.

    Attributes
    ----------
    value
        In km/h, metres or tonnes. nan: nothing that can be used; inf: explicitly no limit.
    remark
        What a planner should know about the reading, as the key of a note; "" where the text is plain.
    """

    value: float
    remark: str = ""


def parse_maxspeed(text: str) -> Limit:
    """
    The posted limit in km/h.

    Source: OSM wiki, Key:maxspeed.

    Examples
    --------
    >>> parse_maxspeed("50").value, round(parse_maxspeed("30 mph").value, 2), parse_maxspeed("none").value
    (50.0, 48.28, inf)
    >>> parse_maxspeed("80;50")
    Limit(value=50.0, remark='note_limit_of_several')
    >>> parse_maxspeed("CN:urban").value, parse_maxspeed("DE:zone:30").value, parse_maxspeed("walk").value
    (nan, 30.0, 7.0)
    """
    return _lowest(text, _one_speed)


def parse_length(text: str) -> Limit:
    r"""
    A maximum height or width in metres.

    Source: OSM wiki, Key:maxheight.

    Examples
    --------
    >>> [round(parse_length(text).value, 2) for text in ("3.5", "3.5 m", "350 cm", "12'6\"", "default")]
    [3.5, 3.5, 3.5, 3.81, nan]
    >>> parse_length("low").remark
    'note_limit_not_understood'
    """
    return _lowest(text, lambda one: _feet(one) or _amount(one, _METRES, 0.0, _MOST_M))


def parse_weight(text: str) -> Limit:
    """
    A maximum weight in tonnes.

    Source: OSM wiki, Key:maxweight; st is the American short ton.

    Examples
    --------
    >>> [round(parse_weight(text).value, 2) for text in ("7.5", "7.5 t", "7500 kg", "16,000 lbs", "8 st")]
    [7.5, 7.5, 7.5, 7.26, 7.26]
    """
    return _lowest(text, lambda one: _amount(_THOUSANDS.sub("", one), _TONNES, 0.0, 1000.0))


def _lowest(text: str, parse: Callable[[str], Limit]) -> Limit:
    """The lowest of the values between semicolons or bars."""
    parts = [part.strip() for part in re.split(r"[;|]", text.strip().lower()) if part.strip()]
    limits = [_plain(part) or parse(part) for part in parts]
    if len(limits) < 2:
        return limits[0] if limits else Limit(nan)
    usable = [limit.value for limit in limits if limit.value == limit.value]
    return Limit(min(usable), SEVERAL) if usable else limits[0]


def _plain(text: str) -> Limit | None:
    if text in _NO_FIGURE:
        return Limit(nan)
    return Limit(inf) if text in _NO_LIMIT else None


def _one_speed(text: str) -> Limit:
    if text == "walk":
        return Limit(7.0)
    if text in ("signals", "variable"):
        return Limit(nan, CHANGING)
    zone = _ZONE.fullmatch(text)
    if zone and not text.isdigit():
        return _amount(zone[1] + (" mph" if text.startswith(_MILES_COUNTRIES) else ""), _KPH, SLOWEST_KPH, FASTEST_KPH)
    if _LEGAL_DEFAULT.fullmatch(text):
        return Limit(nan, LEGAL_DEFAULT)
    return _amount(text, _KPH, SLOWEST_KPH, FASTEST_KPH)


def _amount(text: str, units: Mapping[str, float], least: float, most: float) -> Limit:
    match = _NUMBER.fullmatch(text)
    if match is None or match[2] not in units:
        return Limit(nan, NONSENSE)
    value = float(match[1].replace(",", ".")) * units[match[2]]
    return Limit(value) if value > 0 and least <= value <= most else Limit(nan, NONSENSE)


def _feet(text: str) -> Limit | None:
    match = _FEET.fullmatch(text)
    if match is None:
        return None
    metres = (int(match[1]) + int(match[2] or 0) / 12) * FOOT_M
    return Limit(metres) if 0 < metres <= _MOST_M else Limit(nan, NONSENSE)
