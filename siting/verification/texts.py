"""Numbers and codes as a reader sees them, put into words a second time."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pandas as pd

from siting.language import Language, word

NOTHING = "–"
LAND = "km²"
CODES = {
    "situation": "{}", "kind": "kind_{}", "status": "status_{}", "objective": "objective_{}",
    "decision": "decision_{}", "severity": "severity_{}", "confidence": "confidence_{}", "passed": "passed_{}",
    "unit": "in_{}", "missing_unit": "in_{}", "sample": "sample_{}", "check": "lane_check_{}",
    "judged": "judged_{}", "override": "override_{}", "without": "without_{}", "why": "why_{}",
    "reading": "reading_{}", "is_asked": "passed_{}", "level": "level_{}",
    "force": "force_{}", "counts": "counts_{}", "land_judged": "enough_{}", "persons_judged": "enough_{}",
    "state_today": "state_{}", "state_proposed": "state_{}",
}  # fmt: skip
"""By column of the workbook: the key of the word for a code."""
_ENDINGS = {"_km2": "km²", "_kph": "km/h", "_km": "km", "_m": "m", "_s": "s"}
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What no document tells: control characters, marks of direction, what is no character."""
_LONGEST = 32_767
"""Characters of a text that a spreadsheet keeps."""
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def percent(share: float, *, up: bool = False) -> str:
    """
    Tenths of a percent, rounded down for what is achieved and up for what is missing.

    Examples
    --------
    >>> percent(0.9997), percent(0.57), percent(0.0004, up=True), percent(float("nan"))
    ('99.9 %', '57.0 %', '0.1 %', '–')
    """
    if math.isnan(share):
        return NOTHING
    billionths = round(share * 1e9)
    tenths = -(-billionths // 10**6) if up else billionths // 10**6
    return f"{tenths // 10}.{tenths % 10} %"


def minutes(time_s: float, language: Language) -> str:
    """
    Minutes and whole seconds, rounded up.

    Examples
    --------
    >>> minutes(240, "en"), minutes(911.329, "en"), minutes(59, "zh")
    ('4 min', '15 min 12 s', '59 秒')
    """
    if math.isnan(time_s):
        return NOTHING
    whole = math.ceil(round(time_s, 3))
    key = "duration_s" if whole < 60 else "duration_min_s" if whole % 60 else "duration_min"
    return word(key, language, minutes=whole // 60, seconds=whole % 60)


def square_km(area_km2: float) -> str:
    """
    At most two decimals, rounded up.

    Examples
    --------
    >>> square_km(7.0), square_km(7.0001), square_km(15.5)
    ('7', '7.01', '15.5')
    """
    return f"{-(-round(area_km2 * 1e9) // 10**7) / 100:.2f}".rstrip("0").rstrip(".")


def figure_text(value: float, unit: str, language: Language) -> str:
    """A key figure as it is printed."""
    if math.isnan(value):
        return NOTHING
    if unit in ("share", "gap"):
        return percent(value, up=unit == "gap")
    if unit == LAND:
        return f"{square_km(value)} km²"
    return minutes(value, language) if unit == "s" else f"{math.ceil(round(value, 6)):,}"


def word_or(key: str, language: Language, otherwise: str, **values: object) -> str:
    """The word for what may be a caller's own, else what stands there."""
    try:
        return word(key, language, **values)
    except KeyError:
        return otherwise


def header(column: str, language: Language, demand: str = "people") -> str:
    """
    The name of a column with its unit.

    Examples
    --------
    >>> header("area_km2", "zh"), header("share_people", "en"), header("lot", "zh"), header("people", "en", "km²")
    ('面积 (km²)', 'share of people (0-1)', 'lot', 'land (km²)')
    """
    ending = next((ending for ending in _ENDINGS if column.endswith(ending)), "")
    unit = _ENDINGS.get(ending, "0-1" if column.startswith("share_") else "")
    if demand == LAND and column in ("people", "people_covered"):
        unit = LAND
    counted = word_or(f"unit_{demand}", language, demand)
    plain = column.removesuffix(ending)
    name = word_or(f"column_{plain}", language, plain.replace("_", " "), unit=counted)
    name = word_or(f"column_{column}", language, name, unit=counted)
    return f"{name} ({unit})" if unit else name


def in_words(column: pd.Series, language: Language) -> list[Any]:
    """A column of a table with codes and paths as the workbook words them."""
    if column.name in CODES:
        return [word_or(CODES[str(column.name)].format(code), language, code) for code in map(plain_text, column)]
    if column.name in ("measure", "entry"):
        return [_path(str(path), language) for path in column]
    return column.tolist()


def _path(path: str, language: Language) -> str:
    if "scenario." in path:
        return path
    return " · ".join(header(part, language) for part in path.removeprefix("provenance.").split("."))


def plain_text(value: Any) -> str:
    """A cell as text, "" where there is nothing; what a spreadsheet cannot hold is left out."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None or value is pd.NA or value != value else _HIDDEN.sub("", str(value))


def is_alike(printed: Any, expected: Any) -> bool:
    """
    Two cells that say the same, whatever type their file gave them.

    Examples
    --------
    >>> is_alike(0.1 + 0.2, 0.3), is_alike(5, "5.0"), is_alike("'=1", "=1"), is_alike(None, float("nan"))
    (True, True, True, True)
    >>> is_alike("007", "7"), is_alike("yes", "no"), is_alike(None, 0.0)
    (False, False, False)
    """
    a, b = plain_text(printed), plain_text(expected)
    b = f"'{b}" if b.startswith(_FORMULA) and a.startswith("'") else b
    if a == b or (len(a) >= _LONGEST and b.startswith(a)):
        return True
    if (isinstance(printed, str) and isinstance(expected, str)) or not (a and b):
        return False
    try:
        return math.isclose(float(a), float(b), rel_tol=1e-9, abs_tol=1e-9)
    except ValueError:
        return False
