"""Cambridge, Massachusetts: what exists today, against the city's own districts and an independent search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from siting.hydrants import hydrant_cover
from siting.inputs.roads import read_ways
from siting.network import RoadNetwork, build_network
from siting.network.place import place, with_place
from siting.rules import Situation, combine, hydrant_limits, judge, load_rules, measure
from siting.speeds import load_profile
from siting.study_area import StudyArea
from tests.hydrants.test_cover import assert_gaps_are_where_it_is_far
from tests.partition import is_partition

pytestmark = pytest.mark.real
FOLDER = "cambridge_ma"
OF_ENGINE = {"Engine 1": "Fire Headquarters"} | {f"Engine {n}": f"Fire Company {n}" for n in (2, 3, 4, 5, 6, 8, 9)}


@dataclass(frozen=True)
class City:
    area: StudyArea
    network: RoadNetwork
    cells: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame
    hydrants: gpd.GeoDataFrame
    today: Situation


def on_roads(table: gpd.GeoDataFrame, network: RoadNetwork) -> gpd.GeoDataFrame:
    return with_place(table, place(network, table, 300.0))


@pytest.fixture(scope="module")
def city(real: Callable[[str], Path]) -> City:
    boundary = gpd.read_file(real(f"{FOLDER}/BOUNDARY_CityBoundary.geojson"))
    area = StudyArea.from_geometry(boundary, name="Cambridge", cell_m=100.0)
    ways = read_ways(real(f"{FOLDER}/cambridge_city_derived.osm.pbf"))
    network = build_network(ways, load_profile("fire-engine"), area.crs, within=area.reach)
    cells = on_roads(area.cells.assign(people=area.cells.area_km2), network)
    stations = gpd.read_file(real(f"{FOLDER}/PUBLICSAFETY_FireStations.geojson")).set_index("SITE_NAME")
    stations = on_roads(
        stations.assign(name=stations.index, turnout_s=np.nan, status="existing", **{"class": ""}), network
    )
    hydrants = gpd.read_file(real(f"{FOLDER}/INFRA_Hydrants.geojson"))
    hydrants["reason"] = hydrants.LIFECYCLESTATUS.replace("ACT", "")
    ruleset = combine([load_rules("cn-jb152-2017"), load_rules("cn-gb50974-2014")])
    cover = hydrant_cover(network, area, cells, hydrants.assign(**{"class": ""}), hydrant_limits(ruleset))
    today = measure("today", network, area, cells, stations, ruleset, hydrants=cover)
    return City(area, network, cells, stations, hydrants, today)


def test_eight_districts_partition_the_reached_land(city: City) -> None:
    """Nothing twice, nothing lost, and the areas add up to 18.46 km² with what has no road."""
    table = city.today.districts
    reached = city.today.cells.site_id != ""
    assert len(table) == 8
    assert is_partition(table, city.cells.geometry[reached].union_all())
    assert table.area_km2.sum() + city.cells.area_km2[~reached].sum() == pytest.approx(18.46, abs=0.01)
    assert (city.today.cells.is_covered == (city.today.cells.depth > 0)).all()


def test_districts_agree_with_the_citys_own(city: City, real: Callable[[str], Path]) -> None:
    """At least four fifths of the reached land is first due to the engine that the city itself sends first."""
    own = gpd.read_file(real(f"{FOLDER}/PUBLICSAFETY_FireEngineDistricts.geojson")).to_crs(city.area.crs)
    own = own.set_index(own.ENGINE.map(OF_ENGINE)).geometry
    ours = city.today.districts.geometry
    same_km2 = ours.intersection(own.reindex(ours.index)).area.sum() / 1e6
    assert same_km2 / city.today.districts.area_km2.sum() > 0.8


def test_first_due_times_against_networkx(city: City) -> None:
    """An own multi-source search on the same arcs, to the second at every junction-to-cell pair that is plain."""
    network = city.network
    graph = nx.DiGraph()
    for forward, (tail, head) in (
        (network.forward_ms, (network.edge_from, network.edge_to)),
        (network.backward_ms, (network.edge_to, network.edge_from)),
    ):
        for e in np.flatnonzero(forward >= 0).tolist():
            a, b, ms = int(tail[e]), int(head[e]), int(forward[e])
            graph.add_edge(a, b, weight=min(ms, graph.edges[a, b]["weight"] if graph.has_edge(a, b) else ms))
    for j, (e, f) in enumerate(zip(city.stations.edge.tolist(), city.stations.fraction.tolist(), strict=True)):
        if network.forward_ms[e] >= 0:
            graph.add_edge(f"s{j}", int(network.edge_to[e]), weight=(1 - f) * network.forward_ms[e])
        if network.backward_ms[e] >= 0:
            graph.add_edge(f"s{j}", int(network.edge_from[e]), weight=f * network.backward_ms[e])
    at_node = nx.multi_source_dijkstra_path_length(graph, {f"s{j}" for j in range(8)})
    on_road = city.cells[(city.cells.edge >= 0) & ~city.cells.edge.isin(city.stations.edge)]
    expected = []
    for e, f in zip(on_road.edge.tolist(), on_road.fraction.tolist(), strict=True):
        ways = [np.inf]
        if network.forward_ms[e] >= 0:
            ways.append(at_node.get(int(network.edge_from[e]), np.inf) + f * network.forward_ms[e])
        if network.backward_ms[e] >= 0:
            ways.append(at_node.get(int(network.edge_to[e]), np.inf) + (1 - f) * network.backward_ms[e])
        expected.append(min(ways) / 1000.0)
    found = city.today.cells.travel_time_s.reindex(on_road.index)
    assert found.to_numpy() == pytest.approx(np.array(expected), abs=0.01)


def test_hydrants_that_work(city: City) -> None:
    """1,940 count, 20 do not, and the gaps lie where an independent search finds no hydrant within 60 m."""
    cover = city.today.hydrants
    assert cover is not None
    assert (cover.n_counted, cover.n_not_counted) == (1940, 20)
    inside = city.network.edge_length_m.sum() / 1e3
    assert cover.road_km <= inside
    working = city.hydrants[city.hydrants.reason == ""].to_crs(city.area.crs)
    assert_gaps_are_where_it_is_far(cover, city.network, working, step_m=10.0, within=city.area.boundary)


def test_findings(city: City) -> None:
    """Eight stations for 18.46 km²: three would do by area, and every district is below 7 km²."""
    ruleset = combine([load_rules("cn-jb152-2017"), load_rules("cn-gb50974-2014")])
    by_id = {f.requirement.id: f for f in judge(ruleset, city.today, city.area)}
    shortage = by_id["cn-jb152-2017/shortage-administrative"]
    assert (shortage.measured, shortage.required) == (8.0, 3.0)
    assert by_id["cn-jb152-2017/area-urban"].passed
    assert isinstance(by_id["cn-gb50974-2014/spacing"].worst[0][0], str)
    assert pd.notna(by_id["cn-gb50974-2014/radius-people"].measured)
