"""A map of districts judged with the ground, roads, stations and standard of a scenario."""

from __future__ import annotations

from pathlib import Path

from siting.district_check import DistrictReport
from siting.inputs.roads import Progress, silent
from siting.pipeline.drawn import Drawn, judge_drawn
from siting.pipeline.propose import check, only_scenario
from siting.scenario import Scenario


def check_districts(
    drawn: Drawn,
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
        GeoPackage, GeoJSON or Shapefile of polygons, or a table of them; or a Series by cell_id, the station that each
        land cell belongs to ("" for none).
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
