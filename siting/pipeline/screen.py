"""Candidate stations held to the siting clauses of the rule set: who is rejected, by which, and who is kept."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.candidates import ALONG_ROADS
from siting.inputs.ground import read_ground, slope_percent
from siting.inputs.vector import read_table
from siting.language import Language, word
from siting.network import RoadNetwork
from siting.rules import Requirement, RuleSet
from siting.scenario import Scenario, ScreeningTable
from siting.screening import SCREENS, Judged, Surroundings
from siting.study_area import StudyArea
from siting.tables import Faults, Note, check_columns, did_you_mean, noted, read_amounts, some, unknown

COLUMNS = ("site_id", "clause_id", "title", "clause", "severity", "confidence", "measured", "limit", "unit", "beside",
           "reason", "rejects", "kept_because", "source")  # fmt: skip
"""Of the table of what clauses say: a row for each site and each clause that it does not meet."""


def screen(
    scenario: Scenario, stations: gpd.GeoDataFrame, network: RoadNetwork, area: StudyArea, ruleset: RuleSet
) -> tuple[gpd.GeoDataFrame, pd.DataFrame | None, list[Note]]:
    """
    The stations, those candidates set aside that a clause rejects, with every reason; what clauses say; and notes.

    Only candidates are screened: what stands, and what is required, stays. Only a clause of high confidence rejects;
    what an editable default says against a candidate is told. A *may* says nothing. A site that the scenario overrides
    stays a candidate, and what rejects it carries the planner's note.

    Raises
    ------
    InputError
        If a file or column is missing, a kind of hazard or a site that is overridden does not exist.
    """
    asked = scenario.screening
    if asked is None:
        return stations, None, []
    is_candidate = ((stations.status == "candidate") & (stations.role == "candidate")).to_numpy()
    overrides = {entry.site: entry.note for entry in asked.override}
    faults = Faults("screening")
    for site in overrides:
        if site not in stations.index[is_candidate]:
            hint = did_you_mean(site, map(str, stations.index[is_candidate]))
            faults.add(f"override: {site!r} is no candidate that could be used.{hint}")
    sites = _sites(faults, scenario, asked, stations[is_candidate], network, area)
    faults.stop()
    around = _surroundings(scenario, asked, area)
    notes: list[Note] = []
    language = scenario.outputs.language
    parts: list[pd.DataFrame] = []
    for clause in ruleset.siting:
        if clause.severity == "may":
            continue
        judged = SCREENS[clause.kind](sites, around, **clause.values)
        told: dict[str, object] = {"clause": clause.clause, "title": clause.title[language]}
        notes += noted("station", "note_screen_unknown", sites.index[~judged.is_known], **told)
        key = "note_screened" if _rejects(clause) else "note_screened_default"
        notes += noted("station", key, sites.index[judged.fails], **told)
        parts.append(_said(clause, judged, language))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    table["rejects"] = table.rejects.astype(bool)
    pairs = zip(table.site_id, table.rejects, strict=True)
    table["kept_because"] = [overrides.get(str(site), "") if rejects else "" for site, rejects in pairs]
    for kept_site, rows in table[table.kept_because != ""].groupby("site_id", sort=False):
        kept = {"clauses": some(rows.clause), "note": overrides[str(kept_site)]}
        notes.append(Note("station", "note_screen_overridden", 1, (str(kept_site),), kept))
    idle = [site for site in overrides if site not in set(table.site_id[table.kept_because != ""])]
    notes += noted("station", "note_override_idle", idle)
    return _set_aside(stations, table[table.rejects & (table.kept_because == "")]), table, notes


def _set_aside(stations: gpd.GeoDataFrame, rejections: pd.DataFrame) -> gpd.GeoDataFrame:
    """The stations, those with a rejection not used, with all their reasons."""
    reasons = rejections.groupby("site_id", sort=False).reason.agg("; ".join).reindex(stations.index)
    return stations.assign(
        reason=stations.reason.where(reasons.isna(), reasons), status=stations.status.where(reasons.isna(), "not_used")
    )


def _rejects(clause: Requirement) -> bool:
    """Nobody loses a site to a figure that was not seen in a text."""
    return clause.confidence == "high"


def _said(clause: Requirement, judged: Judged, language: Language) -> pd.DataFrame:
    """A row for each site that does not meet a clause."""
    fails = judged.fails
    rows = pd.DataFrame(
        {
            "site_id": judged.beside.index[fails],
            "clause_id": clause.id,
            "clause": clause.clause,
            "title": clause.title[language],
            "severity": clause.severity,
            "confidence": clause.confidence,
            "measured": judged.measured[fails],
            "limit": judged.limit[fails],
            "unit": judged.unit,
            "beside": judged.beside[fails].to_numpy(),
            "rejects": _rejects(clause),
            "source": clause.source,
        }
    )
    rows["reason"] = [_reason(row, language) for row in rows.to_dict("records")]
    return rows.reindex(columns=list(COLUMNS))


def _reason(row: dict[Hashable, Any], language: Language) -> str:
    """Clause, what it asks for, and what was found instead."""
    key = "screen_reason" if np.isfinite(row["measured"]) else "screen_reason_word"
    unit = word(f"screen_unit_{row['unit']}", language) if row["unit"] else ""
    said = word(
        key,
        language,
        **{str(name): value for name, value in row.items()} | {"unit": unit, "beside": row["beside"] or "–"},
    )
    return said if row["confidence"] == "high" else f"{said} ({word('screen_default', language)})"


def _sites(
    faults: Faults,
    scenario: Scenario,
    asked: ScreeningTable,
    candidates: gpd.GeoDataFrame,
    network: RoadNetwork,
    area: StudyArea,
) -> gpd.GeoDataFrame:
    """The candidates in metres, with class, lot_m2, frontage and slope_percent as the screens read them."""
    check_columns(faults, candidates, [name for name in (asked.lot_column, asked.frontage_column) if name is not None])
    faults.stop()
    points = candidates.geometry.to_crs(area.crs)
    road = network.edges["highway"].to_numpy()[candidates.edge.to_numpy()]
    given = candidates[asked.frontage_column].fillna("") if asked.frontage_column else pd.Series("", candidates.index)
    is_given = (given != "") & (candidates.source != ALONG_ROADS)
    lot_m2 = read_amounts(faults, candidates, asked.lot_column) if asked.lot_column else np.nan
    faults.stop()
    heights = asked.heights
    return gpd.GeoDataFrame(
        {
            "class": candidates["class"],
            "lot_m2": lot_m2,
            "frontage": given.where(is_given, road),
            "slope_percent": np.nan if heights is None else slope_percent(scenario.path(heights), points),
        },
        geometry=points,
        crs=area.crs,
    )


def _surroundings(scenario: Scenario, asked: ScreeningTable, area: StudyArea) -> Surroundings:
    ground = None
    if asked.ground is not None:
        source = scenario.source(asked.ground)
        ground = read_ground(source, layer=asked.ground_layer, crs=asked.ground_crs).to_crs(area.crs)
    table = scenario.protected
    if table is None:
        return Surroundings(ground=ground)
    path = scenario.source(table.file)
    rows = read_table(path, layer=table.layer, crs=table.crs).to_crs(area.crs)
    faults = Faults(str(path))
    check_columns(faults, rows, [table.kind_column, table.name_column])
    faults.stop()
    kind = rows[table.kind_column].fillna("")
    for name in table.hazards:
        if name not in set(kind):
            faults.add(f"hazards: the kind {unknown(name, sorted(set(kind)))}")
    faults.stop()
    named = gpd.GeoDataFrame({"name": rows[table.name_column].fillna("")}, geometry=rows.geometry, crs=area.crs)
    is_hazard = kind.isin(table.hazards)
    return Surroundings(named[~is_hazard], named[is_hazard], table.wind_from_deg, ground)
