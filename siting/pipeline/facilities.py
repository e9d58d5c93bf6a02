"""Facilities that a scenario names, and candidates made along its roads: one table for each kind, set on its ways."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.candidates import candidates_along_roads
from siting.errors import InputError
from siting.hydrants import HydrantLimits, weak_reason
from siting.inputs.facilities import read_facilities
from siting.inputs.suspected_shift import suspected_shift
from siting.inputs.vector import keep_given
from siting.language import Language, word
from siting.network import RoadNetwork
from siting.network.place import place, with_place
from siting.scenario import FORCES, FacilitiesTable, Scenario
from siting.study_area import StudyArea
from siting.tables import Faults, Note, check_columns, noted, some, unknown


def facilities_of(
    scenario: Scenario,
    area: StudyArea,
    network: RoadNetwork,
    networks: Mapping[str, RoadNetwork],
    limits: HydrantLimits,
) -> tuple[dict[str, gpd.GeoDataFrame], list[Note]]:
    """
    Every facility by kind, and what was noticed: the caller's rows as they came, the candidates made here after them.

    Each row has its position along the roads (edge, fraction, snap_m) and its status before any plan: "existing",
    "candidate" (required ones too: they do not stand yet) or, with the reason beside it, "not_used".

    Parameters
    ----------
    networks
        Ways of their own, for the kinds that do not come by `network`.

    Raises
    ------
    InputError
        If there is no station to judge and no candidate to plan with, or ids occur in two files of one kind.
    """
    parts, notes = _named(scenario, area, network, limits)
    for kind, asked in scenario.candidates.items():
        made = candidates_along_roads(
            networks.get(kind, network),
            area.boundary,
            asked.spacing_m,
            highway=tuple(asked.highway),
            kind=kind,
            class_name=asked.class_,
        )
        parts.setdefault(kind, []).append(made.assign(force=_usual_force(kind)) if _tells_forces(scenario) else made)
    _check_named(parts, networks)
    limit_m, language = scenario.roads.snap_limit_m, scenario.outputs.language
    joined = {kind: _joined(kind, rows) for kind, rows in parts.items()}
    placed = {kind: _on_roads(rows, networks.get(kind, network), limit_m, language) for kind, rows in joined.items()}
    if scenario.hydrants.plan is not None:  # there may be none today
        placed.setdefault("hydrant", placed["station"].iloc[:0].assign(kind="hydrant"))
    return placed, notes


def _named(
    scenario: Scenario, area: StudyArea, network: RoadNetwork, limits: HydrantLimits
) -> tuple[dict[str, list[gpd.GeoDataFrame]], list[Note]]:
    """The tables of each kind that the scenario names, and what was noticed."""
    parts: dict[str, list[gpd.GeoDataFrame]] = {"station": []}
    notes: list[Note] = []
    for table in scenario.facilities:
        rows = _read(scenario, table, area)
        if _tells_forces(scenario):
            rows = _with_force(rows, table)
        if table.kind == "hydrant":
            weak = weak_reason(rows, limits, scenario.outputs.language)
            rows["reason"] = rows.reason.where(rows.reason != "", weak)
            notes += _unmeasured(rows)
        notes += [*rows.attrs["notes"], *suspected_shift(rows, network, table.file)]
        parts.setdefault(table.kind, []).append(rows)
    return parts, notes


def _tells_forces(scenario: Scenario) -> bool:
    return scenario.brigades is not None or scenario.indicators is not None


def _usual_force(kind: str) -> str:
    return "micro" if kind == "micro_station" else "national"


def _check_named(parts: Mapping[str, list[gpd.GeoDataFrame]], networks: Mapping[str, RoadNetwork]) -> None:
    """Whether there is something of every kind that is asked for."""
    faults = Faults("facilities")
    if not parts["station"]:
        faults.add(
            'No station and no candidate is named. Add [[facilities]] of kind "station", or [candidates.station].'
        )
    for kind in networks.keys() - parts.keys():
        faults.add(f"No {kind} and no candidate is named. Add [[facilities]] of that kind, or [candidates.{kind}].")
    faults.stop()


def _read(scenario: Scenario, table: FacilitiesTable, area: StudyArea) -> gpd.GeoDataFrame:
    given = table.model_dump(exclude={"file", "class_", "force", "force_column"}, exclude_none=True)
    path, language = scenario.source(table.file), scenario.outputs.language
    return read_facilities(path, area=area, class_name=table.class_, language=language, **given)


def _with_force(rows: gpd.GeoDataFrame, table: FacilitiesTable) -> gpd.GeoDataFrame:
    """The rows with the force that each belongs to."""
    usual = table.force or _usual_force(table.kind)
    forces = pd.Series(usual, rows.index)
    if table.force_column is not None:
        faults = Faults(table.file)
        check_columns(faults, rows, [table.force_column])
        faults.stop()
        given = rows[table.force_column].fillna("")
        forces = given.where(given != "", usual)
        for name in sorted(set(forces) - set(FORCES)):
            faults.add(f"{table.force_column}: {unknown(str(name), FORCES)}")
        faults.stop()
    notes = rows.attrs
    rows = keep_given(rows, ["force"]).assign(force=forces)
    rows.attrs = notes
    return rows


def _unmeasured(rows: gpd.GeoDataFrame) -> list[Note]:
    """Hydrants whose flow or pressure a column should tell and does not: they count."""
    usable = rows[rows.reason == ""]
    columns = [column for column in ("flow_lps", "pressure_mpa") if column in usable]
    missing = usable.index[usable[columns].isna().any(axis=1)] if columns else usable.index[:0]
    return noted("hydrant", "note_hydrant_unmeasured", missing)


def _joined(kind: str, tables: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    joined = pd.concat([table.to_crs(tables[0].crs) for table in tables])
    twice = joined.index[joined.index.duplicated()]
    if len(twice):
        raise InputError(f"facilities of kind {kind}", [f"{len(twice)} ids occur in two files ({some(twice)})."])
    return joined


def _on_roads(table: gpd.GeoDataFrame, network: RoadNetwork, limit_m: float, language: Language) -> gpd.GeoDataFrame:
    at = place(network, table, limit_m)
    no_road, forbidden = word("not_used_no_road", language, limit=f"{limit_m:g}"), word("not_used_forbidden", language)
    reason = table.reason.mask((table.reason == "") & ~at.on_road, no_road)
    reason = reason.mask((reason == "") & (table.role == "forbidden"), forbidden)
    status = np.select([reason != "", table.role != "existing"], ["not_used", "candidate"], default="existing")
    table = keep_given(table, ["status", "edge", "fraction", "snap_m"])
    return with_place(table.assign(reason=reason, status=status), at)
