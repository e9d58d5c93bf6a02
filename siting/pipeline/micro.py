"""Micro fire stations: ways and a clock of their own, the places that need one, and what they reach."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.cells import first_holder
from siting.errors import InputError
from siting.inputs.road_network import read_roads
from siting.inputs.roads import Progress
from siting.inputs.vector import read_table
from siting.micro_places import judged_places, needs_site
from siting.network import RoadNetwork
from siting.pipeline.material import MicroGround
from siting.proposal import stands
from siting.rules import Clock, RuleSet, measure
from siting.rules.situation import MicroTier
from siting.scenario import DueTable, MicroStationsTable, Scenario
from siting.speeds import load_profile
from siting.study_area import StudyArea
from siting.tables import Faults, Note, check_columns, check_unique, id_text, noted, read_amounts, some

PLACE_COLUMNS = ("kind", "name", "residents", "least_people", "shares_with", "source")


def micro_network(scenario: Scenario, asked: MicroStationsTable, area: StudyArea, progress: Progress) -> RoadNetwork:
    """The ways of the road file at the speeds of micro stations; closures of roads do not stop who walks."""
    speeds = load_profile(scenario.path(asked.speeds) if asked.speeds.endswith(".toml") else asked.speeds)
    cache = scenario.roads.cache
    folder = scenario.path(cache) if isinstance(cache, str) else cache
    network = read_roads(scenario.path(scenario.roads.file), area, speeds=speeds, cache=folder, progress=progress)
    return replace(network, notes=tuple(replace(note, topic="topic_micro_ways") for note in network.notes))


def micro_ground(
    scenario: Scenario,
    asked: MicroStationsTable,
    area: StudyArea,
    network: RoadNetwork,
    cells: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
) -> tuple[MicroGround, list[Note]]:
    """
    The ground of micro stations, and what was noticed about the places that need one.

    Parameters
    ----------
    cells
        With their place on `network`.
    stations
        The facility table of micro stations.

    Raises
    ------
    InputError
        If more than the time on scene passes before anybody moves, or a table of places is at fault.
    """
    if asked.start_s >= asked.on_scene_s:
        fault = f"start_s = {asked.start_s:g} leaves nothing of on_scene_s = {asked.on_scene_s:g} to move. Lower it."
        raise InputError("micro_stations", [fault])
    places, notes = due_places(scenario, asked.due, area)
    today = judged_places(places, _points(stations[stands(stations, "today")], area), cells)
    units = needs_site(today, ~places.is_point.to_numpy(dtype=bool))
    holder, _ = first_holder(units.geometry, cells.x.to_numpy(), cells.y.to_numpy())
    named = units[["name"]].assign(level=units.kind).set_geometry(units.geometry).rename_axis("unit_id")
    unit_id = np.append(named.index.to_numpy(dtype=object), "")[holder]
    clock = Clock("call_to_arrival", asked.on_scene_s, 0.0, asked.start_s)
    ruleset = RuleSet("micro-stations", {"zh": "", "en": ""}, "", clock, (), "")
    ground = MicroGround(network, replace(area, units=named), cells.assign(unit_id=unit_id), ruleset, places)
    return ground, notes


def measure_micro(label: str, ground: MicroGround, stations: gpd.GeoDataFrame) -> MicroTier:
    """What the open micro stations reach in time, and which places have one."""
    standing = stations[stands(stations, label)]
    measured = measure(label, ground.network, ground.area, ground.cells, standing, ground.ruleset)
    places = judged_places(ground.places, _points(standing, ground.area), ground.cells)
    return MicroTier(measured, places, ground.clock, ground.network, ground.cells)


def _points(stations: gpd.GeoDataFrame, area: StudyArea) -> gpd.GeoSeries:
    return stations.geometry.to_crs(area.crs)


def due_places(scenario: Scenario, due: list[DueTable], area: StudyArea) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Every place that a rule speaks of and that lies in the study area."""
    notes: list[Note] = []
    parts = []
    for table in due:
        rows = _read(scenario, table, area)
        notes += rows.attrs["notes"]
        inside = rows.geometry.intersects(area.boundary)
        notes += noted("micro_station", "note_places_outside", rows.index[~inside], kind=table.kind)
        parts.append(rows[inside])
    if not parts:
        return gpd.GeoDataFrame(columns=[*PLACE_COLUMNS, "is_point"], geometry=[], crs=area.crs), notes
    places = pd.concat(parts)
    twice = places.index[places.index.duplicated()]
    if len(twice):
        raise InputError("micro_stations.due", [f"{len(twice)} ids of places occur in two tables ({some(twice)})."])
    return places, notes


def _read(scenario: Scenario, table: DueTable, area: StudyArea) -> gpd.GeoDataFrame:
    """The rows of one table that its rule speaks of; points as the ground within reach of them."""
    path = scenario.source(table.file)
    given = table.model_dump(include={"layer", "crs", "lon", "lat", "encoding"})
    rows = read_table(path, **given, kinds=("Point", "Polygon", "MultiPolygon"))
    noticed = rows.attrs["notes"]
    faults = Faults(str(path))
    columns = (table.id_column, table.name_column, table.people_column, table.shares_column, *table.only)
    check_columns(faults, rows, [name for name in columns if name is not None])
    faults.stop()
    for column, values in table.only.items():
        rows = rows[rows[column].map(id_text).fillna("").isin(values)]
    ids = pd.Series(rows.index if table.id_column is None else rows[table.id_column].to_numpy(), dtype=object)
    ids = ids.map(id_text)
    check_unique(faults, ids, table.id_column or "row number")
    residents = pd.Series(np.nan, rows.index)
    if table.people_column is not None:
        residents = read_amounts(faults, rows, table.people_column, "people")
    faults.stop()
    ground = rows.geometry.to_crs(area.crs)
    is_point = (ground.geom_type == "Point").to_numpy()
    names = ids if table.name_column is None else rows[table.name_column].fillna("").astype(str)
    shares = "" if table.shares_column is None else rows[table.shares_column].map(id_text).fillna("").to_numpy()
    places = gpd.GeoDataFrame(
        {
            "kind": table.kind,
            "name": names.to_numpy(),
            "residents": residents.to_numpy(dtype=np.float64),
            "least_people": table.least_people,
            "shares_with": shares,
            "source": table.source,
            "is_point": is_point,
        },
        index=pd.Index(ids, name="place_id"),
        geometry=np.where(is_point, ground.buffer(table.near_m), ground.to_numpy()),
        crs=area.crs,
    )
    places.attrs["notes"] = noticed
    return places
