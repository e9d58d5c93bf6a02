"""The ground that a scenario names, read by the room that knows how: one function for each noun."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd

from siting.cells import units_table
from siting.errors import InputError
from siting.grids import GridLevel, grid_levels
from siting.hydrants import HydrantLimits
from siting.inputs.barriers import read_barriers
from siting.inputs.boundary import boundary_from_bbox, read_boundary
from siting.inputs.demand import CarriedDemand
from siting.inputs.road_network import read_roads
from siting.inputs.roads import Progress
from siting.inputs.vector import read_table
from siting.lanes import LaneLimits, Lanes, judge_lanes, lane_profile
from siting.network import RoadNetwork, closed, snap
from siting.network.place import with_place
from siting.rules import RuleSet, combine, load_rules
from siting.rules import hydrant_limits as limits_of
from siting.scenario import ClosureTable, Scenario
from siting.speeds import SpeedProfile, load_profile
from siting.study_area import StudyArea
from siting.tables import Note


def rule_set(scenario: Scenario) -> RuleSet:
    """The standard, or several as one."""
    names = [scenario.rules] if isinstance(scenario.rules, str) else scenario.rules
    return combine([load_rules(scenario.path(name) if name.endswith(".toml") else name) for name in names])


def study_area(scenario: Scenario) -> StudyArea:
    """Boundary, cells, grid units and land classes."""
    table = scenario.study_area
    if table.boundary is None:
        boundary = boundary_from_bbox(*(table.bbox or ()))
    else:
        boundary = read_boundary(
            scenario.source(table.boundary),
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
        units=None
        if table.units is None
        else read_table(scenario.source(table.units), layer=table.units_layer, crs=table.units_crs),
        units_id=table.units_id,
        units_name=table.units_name,
        units_level=table.units_level,
        land=None
        if table.land is None
        else read_table(scenario.source(table.land), layer=table.land_layer, crs=table.land_crs),
        barriers=None
        if table.barriers is None
        else read_barriers(scenario.source(table.barriers), layer=table.barriers_layer, crs=table.barriers_crs),
        barrier_severity=table.barrier_severity,
    )


def road_network(scenario: Scenario, area: StudyArea, progress: Progress) -> RoadNetwork:
    """
    Roads of the study area and its buffer, with the times of the speed profile, without the roads closed.

    Raises
    ------
    InputError
        If the roads or the profile are wrong, or with the faults of every closure.
    """
    network = _roads(scenario, area, speed_profile(scenario), progress)
    faults = []
    for closure in scenario.roads.closures:
        try:
            network = _without(network, closure, scenario)
        except InputError as fault:
            faults.append(fault)
    if faults:
        where = faults[0].where if len(faults) == 1 else "[[roads.closures]]"
        said = [one if len(faults) == 1 else f"{fault.where}: {one}" for fault in faults for one in fault.faults]
        raise InputError(where, said)
    return network


def speed_profile(scenario: Scenario) -> SpeedProfile:
    """The speed profile in the traffic that the scenario asks for."""
    speeds = scenario.roads.speeds
    return load_profile(scenario.path(speeds) if speeds.endswith(".toml") else speeds, traffic=scenario.roads.traffic)


def lanes(scenario: Scenario, area: StudyArea, progress: Progress) -> Lanes | None:
    """Whether engines get through, on the roads as they are without closures; None where nobody asks."""
    asked = scenario.lanes
    if asked is None:
        return None
    network = _roads(scenario, area, lane_profile(speed_profile(scenario)), progress)
    built_up = None
    if asked.built_up is not None:
        land = read_table(
            scenario.source(asked.built_up),
            layer=asked.built_up_layer,
            crs=asked.built_up_crs,
            kinds=("Polygon", "MultiPolygon"),
        )
        built_up = land.geometry.to_crs(area.crs).union_all()
    limits = LaneLimits(asked.width_m, asked.height_m, asked.dead_end_m, asked.spacing_m)
    return judge_lanes(network, area.boundary, built_up=built_up, limits=limits)


def _roads(scenario: Scenario, area: StudyArea, profile: SpeedProfile, progress: Progress) -> RoadNetwork:
    file, cache = scenario.path(scenario.roads.file), scenario.roads.cache
    folder = scenario.path(cache) if isinstance(cache, str) else cache
    return read_roads(file, area, speeds=profile, cache=folder, progress=progress)


def _without(network: RoadNetwork, closure: ClosureTable, scenario: Scenario) -> RoadNetwork:
    ground, noticed = None, ()
    if closure.file is not None:
        ground = read_table(scenario.source(closure.file), layer=closure.layer, crs=closure.crs)
        noticed = ground.attrs["notes"]
    network = replace(network, notes=(*network.notes, *noticed))
    return closed(
        network, closure.reason, polygons=ground, way_ids=closure.way_ids, spared_way_ids=closure.spared_way_ids
    )


def grid(scenario: Scenario, area: StudyArea) -> tuple[tuple[GridLevel, ...], list[Note]]:
    """The grid levels on the cells of the study area."""
    notes: list[Note] = []
    layers: dict[str, gpd.GeoDataFrame] = {}
    for table in scenario.grid:
        rows = read_table(scenario.source(table.file), layer=table.layer, crs=table.crs)
        notes += rows.attrs["notes"]
        layers[table.level] = units_table(rows, table.id_column, table.name_column, None, area.boundary, area.crs)
    levels, told = grid_levels(layers, area.cells)
    return levels, [*notes, *told]


def cells(area: StudyArea, demand: CarriedDemand, network: RoadNetwork, limit_m: float) -> gpd.GeoDataFrame:
    """
    The land cells with people, and where on the roads the inner point of each lies: edge, fraction, snap_m.

    Of a mix, `people` holds its points; part_NAME holds each part in its own unit, and `residents` who lives there.
    """
    at = snap(network, area.cells.x.to_numpy(), area.cells.y.to_numpy(), limit_m)
    parts = {f"part_{part.name}": part.carried.weight for part in demand.parts}
    residents = {} if demand.residents is None else {"residents": demand.residents}
    return with_place(area.cells.assign(people=demand.weight, **parts, **residents), at)


def hydrant_limits(scenario: Scenario, ruleset: RuleSet) -> HydrantLimits:
    """What hydrants are measured by: the rule set's numbers, and what the scenario says of the place."""
    asked = scenario.hydrants
    limits = limits_of(ruleset)
    return replace(
        limits,
        highway=limits.highway if asked.highway is None else tuple(asked.highway),
        places=tuple(asked.places),
        widths_m={**limits.widths_m, **asked.widths_m},
        is_cold=asked.cold,
    )


def buildings(scenario: Scenario, area: StudyArea) -> gpd.GeoDataFrame | None:
    """Outlines inside the boundary, in the study area's CRS; None where the scenario names none."""
    asked = scenario.hydrants
    if asked.buildings is None:
        return None
    table = read_table(
        scenario.source(asked.buildings),
        layer=asked.buildings_layer,
        crs=asked.buildings_crs,
        kinds=("Polygon", "MultiPolygon"),
    )
    outlines = table[[table.geometry.name]].to_crs(area.crs)
    return outlines[outlines.intersects(area.boundary)].reset_index(drop=True)
