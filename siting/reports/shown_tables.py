"""Tables as a reader sees them, every value a text: for the terminal and for the memo."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from siting.language import Language, word
from siting.reports.plain import as_text as as_plain_text
from siting.reports.shown import LAND, NOTHING, amount, count, duration, km2, percent_at_least, unit_word
from siting.rules import Finding, Situation


def findings_shown(findings: Sequence[Finding], language: Language) -> pd.DataFrame:
    """Each requirement judged: title, clause, severity, measured, required, whether it is met."""
    return pd.DataFrame(
        [
            {
                word("audit_requirement", language): finding.requirement.title[language],
                word("audit_clause", language): finding.requirement.clause,
                word("audit_severity", language): word(f"severity_{finding.requirement.severity}", language),
                word("audit_measured", language): measure_text(finding.measured, finding, language),
                word("audit_required", language): measure_text(finding.required, finding, language),
                word("audit_judged", language): judged_text(finding, language),
            }
            for finding in findings
        ]
    )


def judged_text(finding: Finding, language: Language) -> str:
    """Met, not met, or nothing where it could not be judged."""
    return NOTHING if finding.passed is None else word("audit_met" if finding.passed else "audit_not_met", language)


def measure_text(value: float, finding: Finding, language: Language) -> str:
    """A measured or required value of a finding, in its unit."""
    if pd.isna(value):
        return NOTHING
    return percent_at_least(value) if finding.unit == "share" else amount(value, finding.unit, language)


def districts_shown(situation: Situation, demand: str, language: Language) -> pd.DataFrame:
    """The first-due district of each open station against its area limit; `demand` is what the weight counts."""
    table, stations = situation.districts, situation.stations
    over, unit = word("audit_not_met", language), unit_word(demand, language)
    return pd.DataFrame(
        {
            word("station", language): stations.index.astype(str) + " " + stations["name"],
            word("audit_class", language): table["class"],
            word("audit_area", language): table.area_km2.map(km2),
            word("audit_cap", language): table.cap_km2.map(km2),
            word("audit_over", language): table.is_over_cap.map({True: over, False: ""}),
            unit: table.people.map(km2 if demand == LAND else count),
            **_residents(table, language),
            word("audit_worst", language): table.worst_s.map(lambda time_s: duration(time_s, language)),
        }
    )


def units_shown(situation: Situation, demand: str, language: Language) -> pd.DataFrame:
    """Each grid unit with what is covered of it."""
    table = situation.units
    unit = unit_word(demand, language)
    return pd.DataFrame(
        {
            word("audit_unit", language): table["name"],
            unit: table.people.map(km2 if demand == LAND else count),
            word("audit_share_demand", language, unit=unit): table.share_people.map(percent_at_least),
            **_residents(table, language),
            word("audit_share_area", language): table.share_area.map(percent_at_least),
            word("audit_stations", language): table.stations,
        }
    )


def _residents(table: pd.DataFrame, language: Language) -> dict[str, pd.Series]:
    """Residents, and how many of them are covered, where they are told beside a demand that counts something else."""
    shown = {}
    if "residents" in table:
        shown[word("column_residents", language)] = table.residents.map(count)
    if "share_residents" in table:
        shown[word("column_share_residents", language)] = table.share_residents.map(percent_at_least)
    return shown


def cell_text(value: object, column: str, language: Language) -> str:
    """
    A cell of a workbook's table as the memo prints it: seconds as minutes, shares in percent, thousands apart.

    Examples
    --------
    >>> cell_text(250.0, "worst_s", "en"), cell_text(0.57, "share_area", "en"), cell_text(1712.0, "people", "en")
    ('4 min 10 s', '57.0 %', '1,712')
    >>> cell_text(float("nan"), "cap_km2", "en"), cell_text(True, "is_inside", "en")
    ('–', 'True')
    >>> cell_text(2035, "year", "en"), cell_text(101355.62, "bound", "en"), cell_text(0.0001234, "bound", "en")
    ('2035', '101,355.6', '0.0001234')
    """
    if isinstance(value, bool | str) or not isinstance(value, int | float | np.number):
        return as_plain_text(value) or NOTHING
    number = float(value)
    if not math.isfinite(number):
        return NOTHING
    if column.endswith("_s"):
        return duration(number, language)
    if column.startswith("share"):
        return percent_at_least(number)
    if column in ("people", "people_covered", "people_reached", "read", "inside", "outside"):
        return count(number)
    if number.is_integer():
        return f"{int(number)}" if column == "year" else f"{int(number):,}"
    return f"{number:,.1f}" if abs(number) >= 1000.0 else f"{number:,.4g}"
