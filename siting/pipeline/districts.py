"""Districts with the ground, roads, stations and standard of a scenario: planned, or a map of them judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from siting.district_check import DistrictReport
from siting.inputs.roads import Progress, silent
from siting.pipeline.drawn import DistrictMap, judge_drawn
from siting.pipeline.propose import check, only_scenario, propose
from siting.pipeline.siting_proposal import SitingProposal
from siting.scenario import PlanTable, Scenario


def check_districts(
    drawn: DistrictMap,
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
        File of polygons, URL of a table of a database, or a table of them; or a Series by cell_id, the station that
        each land cell belongs to ("" for none).
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


def plan_districts(
    scenario: Scenario | str | Path,
    *,
    sites: int | None = None,
    progress: Progress = silent,
    **keys: Any,
) -> SitingProposal:
    """
    Stations and their lawful districts: `propose` with a [[plan]] of objective "district" instead of the scenario's.

    Parameters
    ----------
    sites
        New stations besides those kept: where do they serve most? Without it: how few serve all land?
    keys
        Others of [[plan]] that the objective takes: keep, land, people_limit, redraw, curve, time_limit_s, seed, ...

    Returns
    -------
    SitingProposal
        ``.districts`` holds the districts with their polygons and findings, why each station is there, and how many
        are missing; ``.plans[0].solution`` the certificate.

    Raises
    ------
    InputError
        With every fault of an input of the scenario, or of the question.

    Examples
    --------
    >>> proposal = plan_districts("scenario.toml", keep="none", land="construction")  # doctest: +SKIP
    >>> proposal.districts.report.districts  # doctest: +SKIP
    """
    if not isinstance(scenario, Scenario):
        scenario = only_scenario(Path(scenario))
    asked = PlanTable(objective="district", sites=sites, **keys)
    return propose(scenario.model_copy(update={"plan": [asked]}), progress=progress)
