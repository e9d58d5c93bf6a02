"""
From a scenario to its proposal: the only room that knows the order of the others.

study area -> roads -> network -> demand on cells -> facilities on roads -> today, measured and judged -> plans ->
proposed, measured and judged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.candidates import candidates_along_roads
from siting.coverage import coverage
from siting.errors import InputError
from siting.files import digest
from siting.inputs.boundary import boundary_from_bbox, read_boundary
from siting.inputs.demand import SOURCES, CarriedDemand
from siting.inputs.facilities import read_facilities
from siting.inputs.roads import read_ways
from siting.inputs.vector import read_table
from siting.network import EdgePositions, RoadNetwork, build_network, snap
from siting.optimise import Problem, Solution, solve
from siting.proposal import Plan, Proposal
from siting.rules import Clock, RuleSet, Situation, combine, judge, load_rules, measure
from siting.scenario import FacilitiesTable, PlanTable, Scenario
from siting.scenario_file import read_scenarios
from siting.speeds import load_profile
from siting.study_area import StudyArea
from siting.tables import Note
from siting.travel_time import reach

Progress = Callable[[str], None]
OSM_CREDIT = "© OpenStreetMap contributors"


def propose(
    scenario: Scenario | str | Path, *, audit_only: bool = False, progress: Progress | None = None
) -> Proposal:
    """
    Answer one scenario: judge what exists today, plan what it asks for, and judge that.

    Parameters
    ----------
    scenario
        A scenario, or the path of a file that holds exactly one.
    audit_only
        Leave the plans out: today is judged, nothing is proposed.
    progress
        Called with the name of each step as it begins.

    Raises
    ------
    InputError
        If an input is wrong; the message names every fault of that input.
    InfeasibleError
        If a plan cannot be made at all.
    """
    if not isinstance(scenario, Scenario):
        scenario = only_scenario(Path(scenario))
    steps = _Steps(progress or (lambda step: None))

    with steps("rules"):
        ruleset = combine([load_rules(name) for name in _names(scenario.rules)])
        clock = _clock(ruleset)
    with steps("study area"):
        area = study_area(scenario)
    with steps("roads"):
        network = road_network(scenario, area)
    with steps("demand"):
        demand = carried_demand(scenario, area)
        cells = _cells_on_roads(area, demand, network, scenario.roads.snap_limit_m)
    with steps("facilities"):
        facilities = facilities_on_roads(scenario, area, network)
    with steps("today"):
        hydrants = facilities.get("hydrant")
        today = measure("today", network, area, cells, _open(facilities["station"]), ruleset, hydrants=hydrants)
        findings_today = judge(ruleset, today, area)

    plans: list[Plan] = []
    proposed, findings_proposed = today, findings_today
    for table in [] if audit_only else scenario.plan:
        with steps(f"plan {table.kind}: {table.objective}"):
            plan, stations = _plan(table, facilities["station"], cells, network, clock, demand.unit)
        plans.append(plan)
        facilities = {**facilities, "station": stations}
        with steps("proposed"):
            proposed = measure("proposed", network, area, cells, _open(stations), ruleset, hydrants=hydrants)
            findings_proposed = judge(ruleset, proposed, area)

    return Proposal(
        name=scenario.name,
        language=scenario.outputs.language,
        area=area,
        network=network,
        ruleset=ruleset,
        facilities=facilities,
        demand={
            "source": demand.source,
            "unit": demand.unit,
            "read": demand.total_read,
            "inside": demand.total_inside,
            "outside": demand.total_outside,
        },
        cells=cells,
        today=today,
        proposed=proposed,
        findings_today=findings_today,
        findings_proposed=findings_proposed,
        plans=tuple(plans),
        notes=(*area.notes, *network.notes, *demand.notes, *_unused(facilities)),
        provenance=_provenance(scenario, ruleset, clock, area, network, steps.seconds),
    )


def only_scenario(path: Path, *, data_folder: Path | None = None) -> Scenario:
    """
    The scenario of a file that holds exactly one.

    Raises
    ------
    InputError
        If the file asks for several; `read_scenarios` gives them by name.
    """
    scenarios = read_scenarios(path, data_folder=data_folder)
    if len(scenarios) != 1:
        raise InputError(path.name, [f"It holds {len(scenarios)} scenarios; expected one. Use read_scenarios or "
                                     "`siting run`."])  # fmt: skip
    return next(iter(scenarios.values()))


def study_area(scenario: Scenario) -> StudyArea:
    """Boundary, cells, grid units and land classes of a scenario."""
    table = scenario.study_area
    if table.bbox is not None:
        boundary = boundary_from_bbox(*table.bbox)
    else:
        assert table.boundary is not None  # noqa: S101 - the scenario has one or the other
        boundary = read_boundary(
            scenario.path(table.boundary),
            name=table.boundary_name,
            layer=table.boundary_layer,
            crs=table.boundary_crs,
        )
    return StudyArea.from_geometry(
        boundary,
        name=scenario.name,
        cell_m=table.cell_m,
        buffer_m=table.buffer_m,
        crs=table.crs,
        units=None if table.units is None else read_table(scenario.path(table.units)),
        units_id=table.units_id,
        units_name=table.units_name,
        land=None if table.land is None else read_table(scenario.path(table.land)),
    )


def road_network(scenario: Scenario, area: StudyArea) -> RoadNetwork:
    """Roads of the study area and its buffer, with the times of the scenario's speed profile."""
    speeds = scenario.roads.speeds
    profile = load_profile(scenario.path(speeds) if speeds.endswith(".toml") else speeds)
    reach_degrees = gpd.GeoSeries([area.reach], crs=area.crs).to_crs("EPSG:4326").total_bounds
    west, south, east, north = (float(degree) for degree in reach_degrees)
    ways = read_ways(scenario.path(scenario.roads.file), bbox=(west, south, east, north))
    return build_network(ways, profile, area.crs, within=area.reach)


def carried_demand(scenario: Scenario, area: StudyArea) -> CarriedDemand:
    """Demand of the scenario on the cells of its study area."""
    table = scenario.demand
    if table.source not in SOURCES:
        raise InputError("demand.source", [f"{table.source!r} is not known. Known are {', '.join(SOURCES)}."])
    return SOURCES[table.source](
        area,
        **{key: value for key, value in table.model_dump(exclude={"source", "file"}).items() if value is not None},
        **({} if table.file is None else {"path": scenario.path(table.file)}),
    )


def facilities_on_roads(scenario: Scenario, area: StudyArea, network: RoadNetwork) -> dict[str, gpd.GeoDataFrame]:
    """Every facility of the scenario by kind, with its position along the roads and its status before any plan."""
    limit_m = scenario.roads.snap_limit_m
    tables: dict[str, list[gpd.GeoDataFrame]] = {"station": []}
    for table in scenario.facilities:
        tables.setdefault(table.kind, []).append(_on_roads(_read_facilities(scenario, table, area), network, limit_m))
    for kind, made in scenario.candidates.items():
        candidates = candidates_along_roads(
            network, area.boundary, made.spacing_m, highway=made.highway, kind=kind, class_name=made.class_
        )
        tables.setdefault(kind, []).append(_with_status(candidates))
    if not tables["station"]:
        raise InputError("facilities", ["No station and no candidate is given. Add [[facilities]] with kind = "
                                        '"station", or [candidates.station].'])  # fmt: skip
    return {kind: _joined(kind, parts) for kind, parts in tables.items()}
