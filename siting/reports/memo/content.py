"""What the memo says. Every number comes from the tables that the other files of the proposal are made of."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd

from siting.language import word
from siting.proposal import IndicatorAnswer, Proposal
from siting.reports.cell_words import header, in_words
from siting.reports.figures import key_figures
from siting.reports.headline import headline
from siting.reports.indicator_tables import indicator_definitions, indicators_shown
from siting.reports.memo.document import Block, Document, Grid, Paragraph, Picture, Points, Section, grid
from siting.reports.memo.maps import coverage_map
from siting.reports.memo.site_sheet import site_sheets
from siting.reports.sheets import ANSWERS, answers_table, certificate_table, notes_table, provenance_table, sheets
from siting.reports.shown import clock_text
from siting.reports.shown_tables import cell_text, districts_shown, findings_shown, units_shown
from siting.rules import Finding

_PROOF = ("objective", "value", "bound", "optimality_gap", "status", "method", "seed", "seconds")
"""Entries of a certificate that a reader of the memo looks for; all of them stand in the workbook."""
_OTHER_TIERS = (
    "hydrants", "hydrant_lots", "full_alarm", "workload", "joint", "micro_stations", "brigades", "lanes", "shortage",
    "unserved",
)  # fmt: skip
"""Sheets that have a table in the memo wherever the proposal has them."""


def memo(proposal: Proposal) -> Document:
    """The memo of a proposal: summary, today, proposal with a sheet for each new station, method, proof, data."""
    language = proposal.language
    roads = proposal.network.lines
    sections = [_summary(proposal, roads), _today(proposal)]
    if proposal.plans:
        sections += [_proposed(proposal), *site_sheets(proposal, roads)]
        sections += _asked_besides(proposal)
    if proposal.indicators is not None:
        sections.append(_indicators(proposal, proposal.indicators))
    sections += [_method(proposal), _data(proposal)]
    return Document(
        title=word("memo_title", language, name=proposal.name),
        subtitle=word("memo_subtitle", language, area=proposal.area.name, rules=proposal.ruleset.title[language],
                      created=str(proposal.provenance.get("created", ""))),
        notice=str(proposal.provenance.get("notice", "")),
        language=language,
        created=str(proposal.provenance.get("created", "1980-01-01")),
        sections=tuple(sections),
    )  # fmt: skip


def _summary(proposal: Proposal, roads: gpd.GeoSeries) -> Section:
    language = proposal.language
    figures = pd.DataFrame([figure.row(language) for figure in key_figures(proposal)])
    if proposal.is_audit:
        figures = figures.drop(columns=word("proposed", language))
    return Section(
        word("memo_summary", language),
        (
            Paragraph(headline(proposal), is_lead=True),
            grid(word("memo_figures", language), figures),
            Picture(coverage_map(proposal, roads), word("memo_coverage", language)),
        ),
    )


def _today(proposal: Proposal) -> Section:
    language, demand = proposal.language, str(proposal.demand["unit"])
    blocks: list[Block] = [
        *_rows(word("audit_findings", language), findings_shown(proposal.findings_today, language)),
        *_remarks(proposal.findings_today, proposal),
        *_rows(word("audit_districts", language), districts_shown(proposal.today, demand, language)),
        *_rows(word("audit_units", language), units_shown(proposal.today, demand, language)),
    ]
    if proposal.drawn is not None:
        blocks += [Paragraph(word("audit_drawn", language)), Points(tuple(proposal.drawn.text(language).splitlines()))]
    return Section(word("memo_today", language), tuple(blocks))


def _rows(caption: str, table: pd.DataFrame) -> list[Block]:
    """The table, or nothing where it has no row: Word opens no table without a cell."""
    return [grid(caption, table)] if len(table) else []


def _remarks(findings: tuple[Finding, ...], proposal: Proposal) -> list[Block]:
    """What findings remark, with the clause that each belongs to."""
    language = proposal.language
    items = tuple(
        f"{finding.requirement.title[language]} ({finding.requirement.clause}): {finding.remark[language]}"
        for finding in findings
        if finding.remark[language]
    )
    return [Points(items)] if items else []


def _proposed(proposal: Proposal) -> Section:
    """Findings and districts as proposed, and what other tiers say."""
    language, demand = proposal.language, str(proposal.demand["unit"])
    blocks: list[Block] = [
        *_rows(word("memo_findings_proposed", language), findings_shown(proposal.findings_proposed, language)),
        *_remarks(proposal.findings_proposed, proposal),
        *_rows(word("memo_districts_proposed", language), districts_shown(proposal.proposed, demand, language)),
    ]
    there = dict(sheets(proposal))
    blocks += [
        _sheet(word(f"sheet_{name}", language), there[name], proposal)
        for name in _OTHER_TIERS
        if name in there and len(there[name])
    ]
    return Section(word("memo_proposal", language), tuple(blocks))


def _asked_besides(proposal: Proposal) -> Iterator[Section]:
    """Phases, curve and whatever else a plan was asked."""
    tables = {name: answers_table(proposal, name) for name in ANSWERS}
    blocks = tuple(
        _sheet(word(f"sheet_{name}", proposal.language), table, proposal)
        for name, table in tables.items()
        if len(table)
    )
    if blocks:
        yield Section(word("memo_besides", proposal.language), blocks)


def _indicators(proposal: Proposal, answer: IndicatorAnswer) -> Section:
    """Each indicator today, by phase and as proposed, against its targets; then what each measures."""
    language = proposal.language
    return Section(
        word("memo_indicators", language),
        (
            grid(word("memo_indicators_table", language), indicators_shown(answer, language)),
            Paragraph(word("memo_indicators_defined", language)),
            Points(indicator_definitions(answer, proposal)),
        ),
    )


def _method(proposal: Proposal) -> Section:
    language, clock = proposal.language, proposal.ruleset.clock
    told = [word("memo_roads", language, profile=proposal.network.profile, edges=f"{proposal.network.n_edges:,}")]
    if clock is not None:
        told.append(f"{word(f'clock_{clock.name}', language)}: {clock_text(clock, language)}")
    told.append(word("memo_cells", language, cells=f"{len(proposal.cells):,}", size=f"{proposal.area.cell_m:g}",
                     crs=proposal.area.crs.name))  # fmt: skip
    blocks: list[Block] = [Points(tuple(told))]
    proof = certificate_table(proposal)
    if len(proof):
        blocks += [
            Paragraph(word("memo_proof", language)),
            _sheet(word("sheet_certificate", language), proof[proof.entry.isin(_PROOF)], proposal),
        ]
    return Section(word("memo_method", language), tuple(blocks))


def _data(proposal: Proposal) -> Section:
    language = proposal.language
    inputs = pd.DataFrame(proposal.provenance.get("inputs", []), columns=["role", "file", "bytes", "digest"])
    inputs["digest"] = inputs.digest.str[:19] + "…"  # whole in the workbook
    notes = notes_table(proposal)
    entries = provenance_table(proposal)
    demand = entries[entries.entry.str.startswith("demand.") & ~entries.entry.str.startswith("demand.parts.")]
    parts = [_sheet(word("memo_parts", language), table, proposal) for name, table in sheets(proposal)
             if name == "demand_parts"]  # fmt: skip
    blocks: list[Block] = [
        _sheet(word("memo_inputs", language), inputs, proposal),
        _sheet(word("memo_demand", language), demand, proposal),
        *parts,
        Paragraph(word("memo_limits", language)),
        Points(tuple(f"{topic}: {message}" for topic, message in zip(notes.topic, notes.message, strict=True))),
    ]
    credit = str(proposal.provenance.get("attribution", ""))
    if credit:
        blocks.append(Paragraph(credit))
    return Section(word("memo_data", language), tuple(blocks))


def _sheet(caption: str, table: pd.DataFrame, proposal: Proposal) -> Grid:
    """A table of the workbook, its codes in words, its numbers as they are printed."""
    language, demand = proposal.language, str(proposal.demand["unit"])
    told = in_words(table, language)
    shown = {
        header(str(name), language, demand): [cell_text(value, str(name), language) for value in told[name]]
        for name in told
    }
    return grid(caption, pd.DataFrame(shown))
