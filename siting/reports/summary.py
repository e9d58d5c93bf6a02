"""summary.json: every claim of a proposal for machines, and what `siting verify` holds it to."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pandas as pd

from siting.full_alarm import AlarmAnswer
from siting.language import Language
from siting.made_by import SCHEMA_VERSION
from siting.proposal import BrigadeAnswer, DistrictAnswer, IndicatorAnswer, Plan, Proposal
from siting.reports.brigade_tables import BRIGADE_SHEETS
from siting.reports.grid_tables import grid_table
from siting.reports.headline import headline
from siting.reports.indicator_tables import indicators_table
from siting.reports.micro_tables import micro_measures_table, micro_places_table
from siting.reports.plain import as_json
from siting.reports.sheets import (
    DISTRICT_SHEETS,
    districts_table,
    findings_table,
    hydrants_table,
    key_figures_table,
    lanes_table,
    units_table,
)
from siting.rules import Clock, RuleSet
from siting.rules.situation import MicroTier
from siting.study_area import StudyArea
from siting.tables import Note
from siting.workload import WorkloadAnswer


def summary(proposal: Proposal) -> dict[str, Any]:
    """
    The proposal without its geometry, ready for strict JSON: no value is NaN or infinite, an absent number is None.

    Shares run from 0 to 1, times are seconds, areas square kilometres.
    """
    hydrants = proposal.proposed.hydrants
    told: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "name": proposal.name,
        "language": proposal.language,
        "headline": headline(proposal),
        "key_figures": _rows(key_figures_table(proposal)),
        "plans": [_plan(plan, proposal.language) for plan in proposal.plans],
        "study_area": _study_area(proposal.area),
        "demand": proposal.demand,
        "travel_budget_s": proposal.proposed.travel_budget_s,
        "rule_set": _rule_set(proposal.ruleset),
        "speed_profile": proposal.network.profile,
        "start_stop_s": proposal.network.start_stop_s,
        "districts": _rows(districts_table(proposal)),
        "units": _rows(units_table(proposal)),
        "hydrants": _rows(hydrants_table(proposal)),
        "hydrant_rules": None if hydrants is None else dataclasses.asdict(hydrants.limits),
        "findings": _rows(findings_table(proposal)),
        "drawn": None if proposal.drawn is None else proposal.drawn.to_dict(),
        "district_plan": None if proposal.districts is None else _district_plan(proposal.districts),
        "lanes": _rows(lanes_table(proposal)),
        "grid": _rows(grid_table(proposal)) if proposal.grid else [],
        "brigades": None if proposal.brigades is None else _brigades(proposal.brigades),
        "full_alarm": None if proposal.full_alarm is None else _full_alarm(proposal.full_alarm),
        "workload": None if proposal.workload is None else _workload(proposal.workload),
        "indicators": None if proposal.indicators is None else _indicators(proposal, proposal.indicators),
        "joint": None if proposal.joint is None else _rows(proposal.joint),
        "micro_stations": None if proposal.today.micro is None else _micro_stations(proposal, proposal.today.micro),
        "screening": None if proposal.screened is None else _screening(proposal.screened),
        "notes": [_told(note, proposal.language) for note in proposal.notes],
        "provenance": proposal.provenance,
    }
    plain: dict[str, Any] = as_json(told)
    return plain


def write_summary(proposal: Proposal, path: Path) -> None:
    """Write `summary` as UTF-8 JSON, keys in a fixed order."""
    text = json.dumps(summary(proposal), ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _plan(plan: Plan, language: Language) -> dict[str, Any]:
    """What was asked, what it builds and closes, and its proof."""
    return {
        "kind": plan.kind,
        "objective": plan.objective,
        "unit": plan.unit,
        "travel_budget_s": plan.travel_budget_s,
        "kept": plan.kept,
        "added": plan.added,
        "dropped": plan.dropped,
        "asked": plan.asked,
        "answers": dataclasses.asdict(plan.answers),
        "certificate": plan.solution.certificate(language),
    }


def _study_area(area: StudyArea) -> dict[str, Any]:
    """The ground and how it was cut into cells."""
    return {
        "area_km2": area.area_km2,
        "cells": len(area.cells),
        "cell_m": area.cell_m,
        "buffer_m": area.buffer_m,
        "crs": area.crs.to_string(),
        "crs_name": area.crs.name,
        "boundary_crs": area.source_crs.to_string(),
    }


def _rule_set(ruleset: RuleSet) -> dict[str, Any]:
    """Which standard, and the seconds it counts."""
    return {
        "id": ruleset.id,
        "title": ruleset.title,
        "edition": ruleset.edition,
        "digest": ruleset.digest,
        "clock": None if ruleset.clock is None else _clock(ruleset.clock),
    }


def _clock(clock: Clock) -> dict[str, Any]:
    return {**dataclasses.asdict(clock), "travel_budget_s": clock.travel_budget_s}


def _brigades(answer: BrigadeAnswer) -> dict[str, Any]:
    """By what units were judged, and every table."""
    told = {"reach_s": answer.reach_s, "share": answer.share, "level": answer.level}
    return told | {name: _rows(table_of(answer)) for name, table_of in BRIGADE_SHEETS.items()}


def _full_alarm(answer: AlarmAnswer) -> dict[str, Any]:
    """What was asked, and the shares."""
    told = {"engines": answer.engines, "first_s": answer.first_s, "all_s": answer.all_s}
    return told | {"measures": _rows(answer.table)}


def _workload(answer: WorkloadAnswer) -> dict[str, Any]:
    """The calls, and how busy they keep each station."""
    told = {
        "calls_per_hour": answer.calls_per_hour,
        "calls_not_reached": answer.calls_not_reached,
        "minutes_per_call": answer.minutes_per_call,
        "source": answer.source,
    }
    return told | {"stations": _rows(answer.table)}


def _indicators(proposal: Proposal, answer: IndicatorAnswer) -> dict[str, Any]:
    """What they are computed from, and the table."""
    return {
        "forces": answer.forces,
        "facts": [{"situation": label, **dataclasses.asdict(facts)} for label, facts in answer.facts.items()],
        "people_as_of": answer.people_as_of,
        "sources": answer.sources,
        "table": _rows(indicators_table(answer, proposal)),
    }


def _micro_stations(proposal: Proposal, tier: MicroTier) -> dict[str, Any]:
    """By what ways and clock they come, what they reach, and which places have one."""
    return {
        "speed_profile": tier.ways.profile,
        "start_stop_s": tier.ways.start_stop_s,
        "clock": _clock(tier.clock),
        "measures": _rows(micro_measures_table(proposal)),
        "places": _rows(micro_places_table(proposal)),
    }


def _district_plan(answer: DistrictAnswer) -> dict[str, Any]:
    """The planned districts, why each station is there, what is unserved and how many stations are missing."""
    return {
        "land": answer.land,
        "bounds": dict(answer.bounds),
        "planned": answer.report.to_dict(),
        "redrawn": None if answer.redrawn is None else answer.redrawn.to_dict(),
        **{name: _rows(table_of(answer)) for name, table_of in DISTRICT_SHEETS.items()},
    }


def _screening(screened: pd.DataFrame) -> dict[str, Any]:
    """How many candidates each clause speaks against, how many are set aside in all, and who was kept all the same."""
    overridden = screened[screened.kept_because != ""].drop_duplicates("site_id")
    return {
        "by_clause": screened.groupby("clause_id", sort=False).site_id.nunique().to_dict(),
        "set_aside": int(screened[screened.rejects & (screened.kept_because == "")].site_id.nunique()),
        "overridden": dict(zip(overridden.site_id, overridden.kept_because, strict=True)),
    }


def _told(note: Note, language: Language) -> dict[str, Any]:
    return {
        "key": note.key,
        "topic": note.heading(language),
        "message": note.message(language),
        "count": note.count,
        "examples": note.examples,
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
