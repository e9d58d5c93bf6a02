"""The tables of a proposal: the same rows go into the workbook and, as attribute tables, into the GeoPackage."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from siting.lanes import FINDING_COLUMNS, lane_findings
from siting.made_by import SCHEMA_VERSION
from siting.network import overrides_by_way
from siting.proposal import Answers, DistrictAnswer, Proposal
from siting.reports.brigade_tables import BRIGADE_SHEETS
from siting.reports.district_tables import readings_table, shortage_rows, station_reasons_table, unserved_table
from siting.reports.drawn import drawn_clauses, drawn_districts, situation_of
from siting.reports.figures import figure_text, key_figures
from siting.reports.grid_tables import grid_table
from siting.reports.indicator_tables import indicators_table
from siting.reports.micro_tables import micro_measures_table, micro_places_table

FINDING = ("situation", "requirement_id", "kind", "title", "clause", "severity", "confidence", "measured", "required",
           "unit", "passed", "worst", "remark", "values", "source")  # fmt: skip
"""Columns of the findings."""


def key_figures_table(proposal: Proposal) -> pd.DataFrame:
    """One row for each key figure: key, label, unit, today, proposed, and both as printed."""
    rows = [
        {
            "key": figure.key,
            "label": figure.label[proposal.language],
            "unit": figure.unit,
            "today": figure.today,
            "proposed": figure.proposed,
            "today_text": figure_text(figure.today, figure.unit, proposal.language),
            "proposed_text": figure_text(figure.proposed, figure.unit, proposal.language),
        }
        for figure in key_figures(proposal)
    ]
    return pd.DataFrame(rows)


def stations_table(proposal: Proposal) -> pd.DataFrame:
    """Every station open today or as proposed, in order of id: what it is, and its own readiness."""
    both = pd.concat([proposal.proposed.stations, proposal.today.stations])
    stations = both[~both.index.duplicated()].sort_index()
    stations.insert(0, "open_today", stations.index.isin(proposal.today.stations.index))
    stations.insert(1, "open_proposed", stations.index.isin(proposal.proposed.stations.index))
    stations["status"] = stations["status"].mask(stations.open_today & ~stations.open_proposed, "closed")
    return stations.rename_axis("site_id").reset_index()


def districts_table(proposal: Proposal) -> pd.DataFrame:
    """The district of each open station, today and as proposed, below each other."""
    parts = []
    for situation in proposal.situations:
        part = pd.DataFrame(situation.districts.drop(columns="geometry")).rename_axis("site_id").reset_index()
        part.insert(0, "situation", situation.label)
        part.insert(2, "name", part["site_id"].map(situation.stations["name"]))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def units_table(proposal: Proposal) -> pd.DataFrame:
    """Each grid unit, today and as proposed, below each other."""
    parts = []
    for situation in proposal.situations:
        part = situation.units.rename_axis("unit_id").reset_index()
        part.insert(0, "situation", situation.label)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def findings_table(proposal: Proposal) -> pd.DataFrame:
    """Every requirement judged on each situation; empty under a rule set that has none."""
    language = proposal.language
    rows = [
        {
            "situation": label,
            "requirement_id": finding.requirement.id,
            "kind": finding.requirement.kind,
            "title": finding.requirement.title[language],
            "clause": finding.requirement.clause,
            "severity": finding.requirement.severity,
            "confidence": finding.requirement.confidence,
            "measured": finding.measured,
            "required": finding.required,
            "unit": finding.unit,
            "passed": {True: "yes", False: "no", None: ""}[finding.passed],
            "worst": "; ".join(f"{place}: {value:g}" for place, value in finding.worst),
            "remark": finding.remark[language],
            "values": finding.requirement.values,  # noqa: PD011 - no table
            "source": finding.requirement.source,
        }
        for label, findings in proposal.findings.items()
        for finding in findings
    ]
    return pd.DataFrame(rows, columns=list(FINDING))


def plan_table(proposal: Proposal) -> pd.DataFrame:
    """What each plan decides: one row for each site kept, added or dropped."""
    rows = [
        {"plan": number, "kind": plan.kind, "objective": plan.objective, "site_id": site, "decision": decision}
        for number, plan in enumerate(proposal.plans, start=1)
        for decision in ("kept", "added", "dropped")
        for site in getattr(plan, decision)
    ]
    return pd.DataFrame(rows, columns=["plan", "kind", "objective", "site_id", "decision"])


def answers_table(proposal: Proposal, name: str) -> pd.DataFrame:
    """One kind of answer of every plan: its fields, ids with commas between; empty where none was asked for."""
    return pd.DataFrame(
        {"plan": number, **{key: ", ".join(value) if isinstance(value, tuple) else value for key, value in row.items()}}
        for number, plan in enumerate(proposal.plans, start=1)
        for row in map(dataclasses.asdict, getattr(plan.answers, name))
    )


def hydrants_table(proposal: Proposal) -> pd.DataFrame:
    """Measures of hydrant cover, one column for each situation; empty without hydrants."""
    today, proposed = proposal.today.hydrants, proposal.proposed.hydrants
    if proposed is None:
        return pd.DataFrame(columns=["measure", "today", "proposed"])
    figures = proposed.figures
    before = figures if today is None else today.figures
    return pd.DataFrame(
        {
            "measure": list(figures),
            "today": [float(before[name]) for name in figures],
            "proposed": [float(figures[name]) for name in figures],
        }
    )


def hydrant_lots(table: pd.DataFrame) -> pd.DataFrame:
    """New hydrants by the lot in which they are built: how many, who lives along the street they close, and its km."""
    built = table[table.status == "proposed"]
    lots = built.groupby("opens_in", sort=True).agg(
        hydrants=("status", "size"), people_closed=("weight_closed", "sum"), km_closed=("metres_closed", "sum")
    )
    lots = lots.assign(km_closed=lots.km_closed / 1e3).reset_index()
    number = pd.to_numeric(lots.opens_in.str.rstrip("+"), errors="coerce")
    return lots.iloc[number.argsort(kind="stable")].reset_index(drop=True)


def overrides_table(proposal: Proposal) -> pd.DataFrame:
    """The ways that only an engine may drive so, by the right that it takes."""
    return overrides_by_way(proposal.network)


def lanes_table(proposal: Proposal) -> pd.DataFrame:
    """What the map's tags say of fire lanes, a row for each check; empty where the scenario does not ask."""
    if proposal.lanes is None:
        return pd.DataFrame(columns=list(FINDING_COLUMNS))
    return lane_findings(proposal.lanes, proposal.language)


def notes_table(proposal: Proposal) -> pd.DataFrame:
    """What was set aside or assumed, with counts."""
    language = proposal.language
    rows = [
        {
            "topic": note.heading(language),
            "count": note.count,
            "message": note.message(language),
            "examples": ", ".join(note.examples),
        }
        for note in proposal.notes
    ]
    return pd.DataFrame(rows, columns=["topic", "count", "message", "examples"])


def certificate_table(proposal: Proposal) -> pd.DataFrame:
    """The proof of each plan: one row for each entry of its certificate."""
    rows = [
        {"plan": number, "kind": plan.kind, "entry": entry, "value": value}
        for number, plan in enumerate(proposal.plans, start=1)
        for entry, value in flat(
            {"travel_budget_s": plan.travel_budget_s, "unit": plan.unit, **plan.solution.certificate(proposal.language)}
        )
    ]
    return pd.DataFrame(rows, columns=["plan", "kind", "entry", "value"])


def provenance_table(proposal: Proposal) -> pd.DataFrame:
    """Where every number comes from: rule set, CRS, demand totals, inputs with digests, settings."""
    facts = {
        "schema_version": SCHEMA_VERSION,
        "name": proposal.name,
        "crs": proposal.area.crs.to_string(),
        "boundary_crs": proposal.area.source_crs.to_string(),
        "speed_profile": proposal.network.profile,
        "start_stop_s": proposal.network.start_stop_s,
        "rule_set": {"id": proposal.ruleset.id, "edition": proposal.ruleset.edition, "digest": proposal.ruleset.digest},
        "demand": dict(proposal.demand),
        "provenance": dict(proposal.provenance),
    }
    return pd.DataFrame(flat(facts), columns=["entry", "value"])


def flat(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, object]]:
    """
    The leaves of nested mappings and lists, each with its path.

    Examples
    --------
    >>> list(flat({"a": 1, "b": {"c": [2, 3]}}))
    [('a', 1), ('b.c.1', 2), ('b.c.2', 3)]
    """
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}{key}.")
        elif isinstance(value, list | tuple):
            yield from flat({str(i): entry for i, entry in enumerate(value, start=1)}, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


SHEETS: dict[str, Callable[[Proposal], pd.DataFrame]] = {
    "summary": key_figures_table,
    "stations": stations_table,
    "districts": districts_table,
    "units": units_table,
    "findings": findings_table,
    "plan": plan_table,
    "hydrants": hydrants_table,
    "lanes": lanes_table,
    "overrides": overrides_table,
    "notes": notes_table,
    "certificate": certificate_table,
    "provenance": provenance_table,
}
"""Those that every proposal has, in the order of the workbook."""
ANSWERS = tuple(field.name for field in dataclasses.fields(Answers))
"""Tables of what plans were asked besides; written where one was."""
DISTRICT_SHEETS: dict[str, Callable[[DistrictAnswer], pd.DataFrame]] = {
    "station_reasons": station_reasons_table,
    "unserved": unserved_table,
    "shortage": shortage_rows,
    "readings": readings_table,
}
"""Those of a plan that draws districts."""
MICRO_SHEETS: dict[str, Callable[[Proposal], pd.DataFrame]] = {
    "micro_stations": micro_measures_table,
    "micro_places": micro_places_table,
}
"""Those of micro stations."""


def sheets(proposal: Proposal) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table by name, in the order of the workbook; of districts only where a map of them was given or planned."""
    for name, table_of in SHEETS.items():
        yield name, table_of(proposal)
        if name == "plan":
            answered = ((answer, answers_table(proposal, answer)) for answer in ANSWERS)
            yield from ((answer, table) for answer, table in answered if len(table))
    if "parts" in proposal.demand:
        yield "demand_parts", pd.DataFrame(proposal.demand["parts"])
    if proposal.grid:
        yield "grid", grid_table(proposal)
    if proposal.today.micro is not None:
        yield from ((name, table_of(proposal)) for name, table_of in MICRO_SHEETS.items())
    if proposal.brigades is not None:
        yield from ((name, table_of(proposal.brigades)) for name, table_of in BRIGADE_SHEETS.items())
    if proposal.indicators is not None:
        yield "indicators", indicators_table(proposal.indicators, proposal)
    if proposal.full_alarm is not None:
        yield "full_alarm", proposal.full_alarm.table
    if proposal.workload is not None:
        yield "workload", proposal.workload.table
    if proposal.joint is not None:
        yield "joint", proposal.joint
    if any(plan.kind == "hydrant" for plan in proposal.plans):
        yield "hydrant_lots", hydrant_lots(proposal.facilities["hydrant"])
    if proposal.screened is not None:
        yield "screened", proposal.screened
    for name, report in proposal.judged.items():
        districts = drawn_districts(situation_of(proposal, name), report)
        yield f"{name}_districts", pd.DataFrame(districts.drop(columns="geometry"))
        yield f"{name}_clauses", drawn_clauses(report, proposal.language)
    if proposal.districts is not None:
        yield from ((name, table_of(proposal.districts)) for name, table_of in DISTRICT_SHEETS.items())
