"""Words that the page's own code fills in."""

from __future__ import annotations

from typing import Any

from siting.language import Language, word
from siting.proposal import Proposal
from siting.reports.figures import figure_text
from siting.reports.shown import LAND, amount, unit_word
from siting.rules import Finding

STATES = ("today", "proposed", "difference", "what_if")
SAID = (
    "search", "search_nothing", "compare", "measure", "measure_hint", "zoom_in", "zoom_out", "region", "findings",
    "units_road", "what_if_title", "what_if_hint", "what_if_sites", "what_if_filter", "what_if_as_today",
    "what_if_as_proposed", "what_if_year", "what_if_too_large", "what_if_old_browser", "what_if_stale", "over_cap",
    "area", "cap", "is_over", "over", "not_over", "worst", "share_within",
)  # fmt: skip


def state_word(state: str, language: Language) -> str:
    """What a state of the map is called."""
    return word(state if state in ("today", "proposed") else f"map_{state}", language)


def page_words(proposal: Proposal, left_out: int) -> dict[str, Any]:
    """
    By key; braces in a duration are filled in by the page.

    Parameters
    ----------
    left_out
        Candidate sites for which the page has no room.
    """
    language, unit = proposal.language, str(proposal.demand["unit"])
    return {
        **{key: word(f"map_{key}", language) for key in SAID},
        **{state: state_word(state, language) for state in STATES},
        "duration_min_s": word("duration_min_s", language, minutes="{minutes}", seconds="{seconds}"),
        "duration_min": word("duration_min", language, minutes="{minutes}"),
        "duration_s": word("duration_s", language, seconds="{seconds}"),
        "what_if_left_out": word("map_what_if_left_out", language, n=left_out) if left_out else "",
        "amount": "{n}" if unit == LAND else amount(1_234_567, unit, language).replace("1,234,567", "{n}"),
        "is_land": unit == LAND,
        "served": word("map_served", language, unit=unit_word(unit, language)),
        "district_of": word("map_district_of", language, station="{station}"),
    }


def findings_told(proposal: Proposal) -> dict[str, Any]:
    """Every requirement judged, by state: how many are met, and each with its clause and numbers."""
    return {state: _told(findings, proposal.language) for state, findings in proposal.findings.items()}


def _told(findings: tuple[Finding, ...], language: Language) -> dict[str, Any]:
    passed = [finding.passed for finding in findings]
    numbers = {"met": passed.count(True), "broken": passed.count(False), "open": passed.count(None)}
    return {
        "count": word("map_findings_count", language, **numbers),
        "rows": [
            {
                "passed": {True: "yes", False: "no", None: ""}[finding.passed],
                "title": finding.requirement.title[language],
                "clause": finding.requirement.clause,
                "measured": _numbers(finding, language),
            }
            for finding in findings
        ],
    }


def _numbers(finding: Finding, language: Language) -> str:
    if finding.passed is None:
        return finding.remark[language]

    def shown(value: float) -> str:
        counted = finding.unit not in ("share", "s", "gap")
        return amount(value, finding.unit, language) if counted else figure_text(value, finding.unit, language)

    return word("map_findings_of", language, measured=shown(finding.measured), required=shown(finding.required))
