"""Today against the standard, as text for a terminal."""

from __future__ import annotations

import pandas as pd

from siting.language import word
from siting.proposal import Proposal
from siting.reports.headline import headline
from siting.reports.sheets import lanes_table
from siting.reports.shown import as_text
from siting.reports.shown_tables import districts_shown, findings_shown, units_shown


def audit_text(proposal: Proposal) -> str:
    """What is covered today, every requirement judged, each district against its limit, each grid unit."""
    language, demand = proposal.language, str(proposal.demand["unit"])
    parts = [
        headline(proposal),
        _table(word("audit_findings", language), findings_shown(proposal.findings_today, language)),
        _table(word("audit_districts", language), districts_shown(proposal.today, demand, language)),
        _table(word("audit_units", language), units_shown(proposal.today, demand, language)),
        "" if proposal.drawn is None else f"{word('audit_drawn', language)}\n{proposal.drawn.text(language)}",
        "\n".join([word("audit_lanes", language), *lanes_table(proposal).text]) if proposal.lanes else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _table(title: str, rows: pd.DataFrame) -> str:
    return "" if rows.empty else f"{title}\n{as_text(rows)}"
