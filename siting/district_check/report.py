"""A map of districts judged clause by clause, and how it is said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from siting.district_check.checks import CHECKS
from siting.district_check.drawn import DrawnMap
from siting.district_check.measures import measures
from siting.district_check.model import Clause, Verdict
from siting.language import Language, word
from siting.tables import Note, some

_SHOWN = 5


@dataclass(frozen=True)
class DistrictReport:
    """
    What a map of districts is like, and which clauses it breaks.

    Attributes
    ----------
    verdicts
        One for each clause, in the order of the clauses.
    districts
        As `siting.district_check.measures` gives them, and broken: ids of the clauses each district breaks.
    notes
        What was set aside or assumed while reading.
    language
        Of the text.
    """

    verdicts: tuple[Verdict, ...]
    districts: gpd.GeoDataFrame
    notes: tuple[Note, ...]
    language: Language

    @property
    def is_lawful(self) -> bool:
        """Whether every clause that shall or should hold does, of those that could be judged."""
        return not any(verdict.passed is False and verdict.clause.severity != "may" for verdict in self.verdicts)

    def text(self, language: Language | None = None) -> str:
        """Clause by clause, worst places named, then what was noticed while reading."""
        said = language or self.language
        lines = [line for verdict in self.verdicts for line in _lines(verdict, said)]
        noted = [
            word("notes_line", said, topic=note.heading(said), message=note.message(said), examples="")
            for note in self.notes
        ]
        return "\n".join([_headline(self, said), *lines, *noted])

    def to_dict(self) -> dict[str, Any]:
        """For machines: every clause with its figures and all of its worst places, and every district."""
        return {
            "is_lawful": self.is_lawful,
            "clauses": [_row(verdict, self.language) for verdict in self.verdicts],
            "districts": [
                {"site_id": str(site), **{key: _plain(value) for key, value in row.items()}}
                for site, row in self.districts.drop(columns="geometry").iterrows()
            ],
            "notes": [note.message(self.language) for note in self.notes],
        }

    def __repr__(self) -> str:
        return f"<district map: {_headline(self, self.language)}>"


def judge_map(
    drawn: DrawnMap, clauses: Sequence[Clause], *, notes: Sequence[Note] = (), language: Language = "en"
) -> DistrictReport:
    """Judge a map by clauses whose kind is known here."""
    verdicts = tuple(CHECKS[clause.kind](clause, drawn, **clause.values) for clause in clauses)
    table = measures(drawn)
    broken: dict[str, list[str]] = {str(site): [] for site in table.index}
    for verdict in verdicts:
        for site in verdict.sites if verdict.passed is False else ():
            broken[site].append(verdict.clause.id)
    table.insert(1, "broken", [broken[str(site)] for site in table.index])
    return DistrictReport(verdicts, table, tuple(notes), language)


def _headline(report: DistrictReport, language: Language) -> str:
    failed = [verdict for verdict in report.verdicts if verdict.passed is False]
    judged = [verdict for verdict in report.verdicts if verdict.passed is not None]
    fine = sum(not ids for ids in report.districts["broken"])
    return word(
        "drawn_headline", language, districts=len(report.districts), fine=fine, failed=len(failed), judged=len(judged)
    )


def _lines(verdict: Verdict, language: Language) -> list[str]:
    clause = verdict.clause
    sign = {True: "drawn_met", False: "drawn_broken", None: "drawn_not_judged"}[verdict.passed]
    own = "" if clause.confidence == "high" else word("drawn_editable", language)
    severity = word(f"severity_{clause.severity}", language)
    head = f"{word(sign, language)} {clause.title[language]} [{clause.clause}, {severity}{own}]"
    lines = [head, f"    {verdict.remark(language)}"]
    if verdict.worst:
        shown = [f"{place} {value:,.4g} {verdict.worst_unit}" for place, value in verdict.worst]
        lines.append(f"    {word('drawn_worst', language)} {some(shown, _SHOWN)}")
    return lines


def _row(verdict: Verdict, language: Language) -> dict[str, Any]:
    clause = verdict.clause
    return {
        "id": clause.id,
        "title": clause.title[language],
        "clause": clause.clause,
        "source": clause.source,
        "severity": clause.severity,
        "confidence": clause.confidence,
        "measured": _plain(verdict.measured),
        "required": _plain(verdict.required),
        "unit": verdict.unit,
        "passed": verdict.passed,
        "worst": [[place, _plain(value)] for place, value in verdict.worst],
        "worst_unit": verdict.worst_unit,
        "remark": verdict.remark(language),
    }


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
