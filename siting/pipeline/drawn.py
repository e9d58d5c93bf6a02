"""A map of districts judged with what a scenario is answered from."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

import geopandas as gpd
import pandas as pd

from siting.district_check import (
    CHECKS,
    CONSTRUCTION_LAND,
    Clause,
    DistrictReport,
    judge_map,
    lay_over,
    map_clauses,
    polygons_of_cells,
    read_map,
)
from siting.language import Language
from siting.network import turn_table
from siting.pipeline.material import Material
from siting.pipeline.question import travel_budget_s
from siting.reports.road_layer import roads_layer
from siting.rules import RuleSet

DistrictMap: TypeAlias = str | Path | gpd.GeoDataFrame | pd.Series
"""A file or table of polygons; or, by cell_id, the station that each land cell belongs to, "" for none."""


def judge_drawn(
    given: Material,
    drawn: DistrictMap,
    *,
    layer: str | None = None,
    station_column: str | None = None,
    land: Literal["all", "construction"] = "all",
    language: Language,
) -> DistrictReport:
    """
    Judge a map by the clauses of every map and those of the scenario's standard.

    The stations are those the map names, and those that stand inside the boundary today.

    Parameters
    ----------
    land
        Which land counts against the caps of area.

    Raises
    ------
    InputError
        With every fault of the map.
    """
    if isinstance(drawn, pd.Series):
        drawn = polygons_of_cells(given.cells, drawn.reindex(given.cells.index, fill_value="")).reset_index()
    stations = given.facilities["station"].to_crs(given.area.crs)
    stations = stations[stations.reason == ""]
    stations = stations.assign(travel_budget_s=travel_budget_s(stations, given.clock))
    placed, notes = read_map(drawn, given.area.crs, stations.index, layer=layer, station_column=station_column)
    standing = stations.index.isin(placed.index) | (
        (stations.status == "existing") & stations.intersects(given.area.boundary)
    )
    laid = lay_over(
        placed,
        stations[standing],
        given.cells,
        roads_layer(given.network),
        turns=None if given.network.turns is None else turn_table(given.network),
        start_stop_s=given.network.start_stop_s,
        barriers=given.area.barriers,
        capped_places=CONSTRUCTION_LAND if land == "construction" else None,
    )
    clauses = (*map_clauses(strip_m=given.area.cell_m), *_clauses(given.ruleset))
    return judge_map(laid, clauses, notes=notes, language=language)


def _clauses(ruleset: RuleSet) -> list[Clause]:
    """What a standard asks of districts, as plain values for a judge that knows no rule sets."""
    return [
        Clause(
            asked.id, asked.kind, asked.title, asked.clause, asked.source, asked.severity, asked.confidence,
            dict(asked.values),
        )
        for asked in ruleset.requirements
        if asked.kind in CHECKS
    ]  # fmt: skip
