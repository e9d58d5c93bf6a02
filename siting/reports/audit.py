"""Today against the standard, as text for a terminal."""

from __future__ import annotations

import pandas as pd

from siting.language import Language, word
from siting.proposal import Proposal
from siting.reports.headline import headline
from siting.reports.shown import NOTHING, amount, as_text, count, duration, km2, percent_at_least
from siting.rules import Finding


def audit_text(proposal: Proposal) -> str:
    """What is covered today, every requirement judged, each district against its limit, each grid unit."""
    language = proposal.language
    parts = [
        headline(proposal),
        _table(word("audit_findings", language), _findings(proposal)),
        _table(word("audit_districts", language), _districts(proposal)),
        _table(word("audit_units", language), _units(proposal)),
    ]
    return "\n\n".join(part for part in parts if part)


def _table(title: str, rows: pd.DataFrame) -> str:
    return "" if rows.empty else f"{title}\n{as_text(rows)}"


def _findings(proposal: Proposal) -> pd.DataFrame:
    language = proposal.language
    return pd.DataFrame(
        [
            {
                word("audit_requirement", language): finding.requirement.title[language],
                word("audit_clause", language): finding.requirement.clause,
                word("audit_severity", language): word(f"severity_{finding.requirement.severity}", language),
                word("audit_measured", language): _measure(finding.measured, finding, language),
                word("audit_required", language): _measure(finding.required, finding, language),
                word("audit_judged", language): _judged(finding, language),
            }
            for finding in proposal.findings_today
        ]
    )


def _judged(finding: Finding, language: Language) -> str:
    return NOTHING if finding.passed is None else word("audit_met" if finding.passed else "audit_not_met", language)


def _measure(value: float, finding: Finding, language: Language) -> str:
    if pd.isna(value):
        return NOTHING
    return percent_at_least(value) if finding.unit == "share" else amount(value, finding.unit, language)


def _districts(proposal: Proposal) -> pd.DataFrame:
    language, table, names = proposal.language, proposal.today.districts, proposal.today.stations["name"]
    return pd.DataFrame(
        [
            {
                word("station", language): f"{district.Index} {names[district.Index]}",
                word("audit_class", language): classes,
                word("audit_area", language): km2(district.area_km2),
                word("audit_cap", language): NOTHING if pd.isna(district.cap_km2) else km2(district.cap_km2),
                word("audit_over", language): word("audit_not_met", language) if district.is_over_cap else "",
                word("audit_demand", language): count(district.people),
                word("audit_worst", language): duration(district.worst_s, language),
            }
            for district, classes in zip(table.itertuples(), table["class"], strict=True)
        ]
    )


def _units(proposal: Proposal) -> pd.DataFrame:
    language = proposal.language
    return pd.DataFrame(
        [
            {
                word("audit_unit", language): unit.name,
                word("audit_demand", language): count(unit.people),
                word("audit_share_demand", language): percent_at_least(unit.share_people),
                word("audit_share_area", language): percent_at_least(unit.share_area),
                word("audit_stations", language): str(unit.stations),
            }
            for unit in proposal.today.units.itertuples(index=False)
        ]
    )
