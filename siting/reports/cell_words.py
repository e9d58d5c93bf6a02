"""Headers and codes of the workbook in the reader's language, with units; GeoPackage and JSON keep the codes."""

from __future__ import annotations

import pandas as pd

from siting.language import Language
from siting.reports.shown import LAND, known_word, unit_word

UNITS = {"_s": "s", "_m": "m", "_km2": "km²", "_km": "km", "_kph": "km/h"}
CODES = {
    "situation": "{}",
    "kind": "kind_{}",
    "status": "status_{}",
    "objective": "objective_{}",
    "decision": "decision_{}",
    "severity": "severity_{}",
    "confidence": "confidence_{}",
    "passed": "passed_{}",
    "unit": "in_{}",
    "missing_unit": "in_{}",
    "sample": "sample_{}",
    "check": "lane_check_{}",
    "judged": "judged_{}",
    "override": "override_{}",
    "without": "without_{}",
    "why": "why_{}",
    "reading": "reading_{}",
    "is_asked": "passed_{}",
    "level": "level_{}",
    "force": "force_{}",
    "counts": "counts_{}",
    "land_judged": "enough_{}",
    "persons_judged": "enough_{}",
    "state_today": "state_{}",
    "state_proposed": "state_{}",
}
"""By column: the word for a code in it."""
PATHS = ["measure", "entry"]
"""Columns whose texts are names themselves, one within another."""


def in_words(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The table with its codes as words; a code without a word, like a class of the caller's, stays as it is."""
    told = table.copy()
    for column in told.columns.intersection(list(CODES)):
        told[column] = [known_word(CODES[column].format(code), language, str(code)) for code in told[column]]
    for column in told.columns.intersection(PATHS):
        told[column] = [path_text(str(path), language) for path in told[column]]
    return told


def path_text(path: str, language: Language) -> str:
    """
    A name within names; the scenario's own stay as they stand in the caller's file.

    Examples
    --------
    >>> path_text("rule_set.edition", "zh"), path_text("clock.turnout_s", "en"), path_text("scenario.plan.1.keep", "zh")
    ('标准 · 版本', 'clock · turnout (s)', 'scenario.plan.1.keep')
    """
    if "scenario." in path:
        return path
    return " · ".join(header(part, language) for part in path.removeprefix("provenance.").split("."))


def header(column: str, language: Language, demand: str = "people") -> str:
    """
    A column's name in the reader's language, with its unit; a name without a word is shown as it is.

    Examples
    --------
    >>> header("area_km2", "zh"), header("worst_s", "en"), header("share_people", "en"), header("lot", "zh")
    ('面积 (km²)', 'longest drive (s)', 'share of people (0-1)', 'lot')
    >>> header("people_covered", "zh", "km²")
    '覆盖土地 (km²)'
    """
    ending = next((ending for ending in UNITS if column.endswith(ending)), "")
    unit = UNITS.get(ending, "0-1" if column.startswith("share_") else "")
    if demand == LAND and column in ("people", "people_covered"):
        unit = LAND
    plain = column.removesuffix(ending)
    name = plain.replace("_", " ")
    for key in (plain, column):
        name = known_word(f"column_{key}", language, name, unit=unit_word(demand, language))
    return f"{name} ({unit})" if unit else name
