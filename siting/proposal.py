"""Today beside proposed, with the proof and the provenance: what is claimed, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from siting.language import Language
from siting.network import RoadNetwork
from siting.optimise import Solution
from siting.rules import Finding, RuleSet, Situation
from siting.study_area import StudyArea
from siting.tables import Note


@dataclass(frozen=True)
class Plan:
    """
    What one [[plan]] of the scenario answered.

    Attributes
    ----------
    kind, objective
        Which tier, which question.
    kept, added
        Ids of the existing sites that stay and of the new ones, in order of id.
    dropped
        Ids of existing sites the plan closes.
    solution
        With its certificate.
    travel_budget_s, unit
        The budget behind coverage, and what the weight counts ("people").
    """

    kind: str
    objective: str
    kept: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    solution: Solution
    travel_budget_s: float
    unit: str


@dataclass(frozen=True)
class Proposal:
    """
    One scenario answered.

    Attributes
    ----------
    name, language
        For titles and labels.
    area, network, ruleset
        Ground, roads with times, standard.
    facilities
        By kind: the caller's rows, all of them, in the caller's order and CRS and with the caller's columns, then the
        candidates made here. Index `site_id`; added columns: kind, class, name, role, turnout_s, source, reason ("" or
        why the row was not used), status ("existing", "proposed", "candidate", "closed", "not_used"), edge, fraction,
        snap_m (position on `network`).
    demand
        Totals of the demand: read, inside, outside, unit, source.
    cells
        `area.cells` with people, edge, fraction, snap_m.
    today, proposed
        Measured with the same roads, cells and clock. The same object when nothing was planned.
    findings_today, findings_proposed
        Every requirement of the rule set, judged on each.
    plans
        Empty after an audit.
    notes
        From every room, in the order data walked through them.
    provenance
        version; rules (id, digest); inputs (a list of file, role, digest, bytes); profile; clock (name and seconds);
        crs; notice (printed on every output, "" if none); attribution (data credit); created (date, ISO);
        seconds (by step).
    """

    name: str
    language: Language
    area: StudyArea
    network: RoadNetwork
    ruleset: RuleSet
    facilities: Mapping[str, gpd.GeoDataFrame]
    demand: Mapping[str, Any]
    cells: gpd.GeoDataFrame
    today: Situation
    proposed: Situation
    findings_today: tuple[Finding, ...]
    findings_proposed: tuple[Finding, ...]
    plans: tuple[Plan, ...]
    notes: tuple[Note, ...]
    provenance: Mapping[str, Any]
