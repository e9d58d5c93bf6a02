"""Today against the standard, as text for a terminal."""

from __future__ import annotations

import pandas as pd

from siting.language import Language, word
from siting.proposal import Proposal
from siting.reports.headline import headline
from siting.reports.sheets import lanes_table
from siting.reports.shown import LAND, NOTHING, amount, as_text, count, duration, km2, percent_at_least, unit_word
from siting.rules import Finding


def audit_text(proposal: Proposal) -> str:
    """What is covered today, every requirement judged, each district against its limit, each grid unit."""
    language = proposal.language
    parts = [
        headline(proposal),
        _table(word("audit_findings", language), _findings(proposal)),
        _table(word("audit_districts", language), _districts(proposal)),
        _table(word("audit_units", language), _units(proposal)),
        "" if proposal.drawn is None else f"{word('audit_drawn', language)}\n{proposal.drawn.text(language)}",
        "\n".join([word("audit_lanes", language), *lanes_table(proposal).text]) if proposal.lanes else "",
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
    language, table, stations = proposal.language, proposal.today.districts, proposal.today.stations
    over, unit = word("audit_not_met", language), unit_word(str(proposal.demand["unit"]), language)
    return pd.DataFrame(
        {
            word("station", language): stations.index.astype(str) + " " + stations["name"],
            word("audit_class", language): table["class"],
            word("audit_area", language): table.area_km2.map(km2),
            word("audit_cap", language): table.cap_km2.map(km2),
            word("audit_over", language): table.is_over_cap.map({True: over, False: ""}),
            unit: table.people.map(km2 if proposal.demand["unit"] == LAND else count),
            word("audit_worst", language): table.worst_s.map(lambda time_s: duration(time_s, language)),
        }
    )


def _units(proposal: Proposal) -> pd.DataFrame:
    language, table = proposal.language, proposal.today.units
    unit = unit_word(str(proposal.demand["unit"]), language)
    return pd.DataFrame(
        {
            word("audit_unit", language): table["name"],
            unit: table.people.map(km2 if proposal.demand["unit"] == LAND else count),
            word("audit_share_demand", language, unit=unit): table.share_people.map(percent_at_least),
            word("audit_share_area", language): table.share_area.map(percent_at_least),
            word("audit_stations", language): table.stations,
        }
    )
