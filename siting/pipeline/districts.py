"""A map of districts judged with the ground, roads, stations and standard of a scenario."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from siting.district_check import CHECKS, Clause, DistrictReport, judge_map, lay_over, map_clauses, read_map
from siting.inputs.roads import Progress, silent
from siting.language import Language
from siting.pipeline.material import Material
from siting.pipeline.propose import check, only_scenario
from siting.pipeline.question import travel_budget_s
from siting.reports.geopackage import roads_layer
from siting.rules import RuleSet
from siting.scenario import Scenario


def check_districts(
    drawn: str | Path | gpd.GeoDataFrame,
    scenario: Scenario | str | Path,
    *,
    layer: str | None = None,
    station_column: str | None = None,
    progress: Progress = silent,
) -> DistrictReport:
    """
    Judge a map of districts clause by clause: partition, connection, barriers, area, people, time, classes.

    Parameters
    ----------
    drawn
        GeoPackage, GeoJSON or Shapefile of polygons, or a table of them.
    scenario
        Ground, barriers, roads, people, stations (candidates may be named too) and standard; its plans are not made.
    layer, station_column
        Of the map: which layer of several, and which column holds the id of the station; a usual name when absent.
    progress
        Called with the name of each step as it begins.

    Raises
    ------
    InputError
        With every fault of the map or of an input of the scenario.
    """
    if not isinstance(scenario, Scenario):
        scenario = only_scenario(Path(scenario))

    given = check(scenario.model_copy(update={"plan": []}), progress=progress)
    return judge_drawn(given, drawn, layer=layer, station_column=station_column, language=scenario.outputs.language)


def judge_drawn(
    given: Material,
    drawn: str | Path | gpd.GeoDataFrame,
    *,
    layer: str | None,
    station_column: str | None,
    language: Language,
) -> DistrictReport:
    """The map judged with what a scenario is answered from."""
    stations = given.facilities["station"].to_crs(given.area.crs)
    stations = stations[stations.reason == ""]
    stations = stations.assign(travel_budget_s=travel_budget_s(stations, given.clock))
    placed, notes = read_map(drawn, given.area.crs, stations.index, layer=layer, station_column=station_column)
    standing = stations.index.isin(placed.index) | (
        (stations.status == "existing") & stations.intersects(given.area.boundary)
    )
    roads = roads_layer(given.network)
    laid = lay_over(placed, stations[standing], given.cells, roads, barriers=given.area.barriers)
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
