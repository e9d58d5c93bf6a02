"""Demand as a scenario asks for it: one source, or a mix of parts; and what a proposal tells of it."""

from __future__ import annotations

from typing import Any

from siting.errors import InputError
from siting.inputs.demand import CarriedDemand, carry
from siting.scenario import Scenario, SourceTable
from siting.study_area import StudyArea

_OF_A_MIX = {"source", "file", "parts", "share", "exposure"}
"""Keys that no source takes as they stand."""


def read_demand(scenario: Scenario, area: StudyArea) -> CarriedDemand:
    """
    Demand on the cells of the study area.

    Raises
    ------
    InputError
        If the source is at fault; of a mix, with the faults of every part.
    """
    table = scenario.demand
    if table.parts is None:
        return carry(table.source, area, **_given(scenario, table))
    carried: dict[str, CarriedDemand] = {}
    faults: list[str] = []
    for name, part in sorted(table.parts.items(), key=lambda named: named[1].exposure is not None):
        exposure = {"exposure": carried[part.exposure].weight} if part.exposure in carried else {}
        try:
            carried[name] = carry(part.source, area, **_given(scenario, part), **exposure)
        except InputError as fault:
            faults += [f"{name}: {fault.where}: {one}" for one in fault.faults]
    if faults:
        raise InputError("demand.parts", faults)
    shares = {name: part.share for name, part in table.parts.items() if part.share is not None}
    parts = {name: carried[name] for name in table.parts}
    return carry(table.source, area, **_given(scenario, table), parts=parts, shares=shares)


def _given(scenario: Scenario, table: SourceTable) -> dict[str, Any]:
    """The keys that the file states, as keywords of its source."""
    if table.file is None and table.source not in ("land", "risk"):
        raise InputError("demand", [f"The source {table.source!r} needs the key 'file'."])
    given = table.model_dump(exclude=_OF_A_MIX, exclude_unset=True, exclude_none=True)
    return given if table.file is None else {**given, "path": scenario.source(table.file)}


def told_demand(demand: CarriedDemand) -> dict[str, Any]:
    """Source, unit and totals; of a mix also each part: its share, its own totals, what one of its unit counts for."""
    facts: dict[str, Any] = _totals(demand)
    if demand.parts:
        facts["residents"] = None if demand.residents is None else demand.residents.name
        facts["parts"] = [
            {"part": part.name, "share_points": part.share, **_totals(part.carried), "points_each": part.points_each}
            for part in demand.parts
        ]
    return facts


def _totals(demand: CarriedDemand) -> dict[str, Any]:
    return {
        "source": demand.source,
        "unit": demand.unit,
        "read": demand.total_read,
        "inside": demand.total_inside,
        "outside": demand.total_outside,
    }
