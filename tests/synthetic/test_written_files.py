"""The shipped district is what its README says, read with plain pyosmium, geopandas and rasterio."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pandas as pd
import pytest
import rasterio
from shapely import Polygon

from siting.scenario_file import read_scenarios
from siting.synthetic import demo_folder
from siting.synthetic.calls import CALLS, OUTSIDE, WITHOUT_HOUR, WITHOUT_PLACE, WITHOUT_TYPE
from siting.synthetic.facilities import SMALL_LOT, UNIT_WITHOUT_STATION
from siting.synthetic.ground import UNITS
from siting.synthetic.hydrants import DRY_UNIT
from siting.synthetic.junctions import LOW_BARS
from siting.synthetic.lots import NEAR_EXIT, NEAR_HAZARD
from siting.synthetic.osm_file import AS_NODE, AS_RELATION
from siting.synthetic.people import PEOPLE
from siting.synthetic.plane import CRS
from siting.synthetic.roads import LOW_M, ODD_SPEEDS, PENINSULA_BRIDGE
from siting.synthetic.streets import ISLAND_NAME

DEMO = demo_folder()
Tags = dict[str, str]


@dataclass(frozen=True)
class Extract:
    """An OSM file as plain dictionaries: tags of nodes, ways (refs, tags), relations (members, tags), places."""

    nodes: dict[int, Tags]
    ways: dict[int, tuple[list[int], Tags]]
    relations: list[tuple[list[tuple[str, int]], Tags]]
    lonlat: dict[int, tuple[float, float]]


@pytest.fixture(scope="module")
def osm() -> Extract:
    """The roads file, read object by object."""
    extract = Extract({}, {}, [], {})
    for entity in osmium.FileProcessor(str(DEMO / "roads.osm.pbf")):
        tags = dict(entity.tags)
        if entity.is_node():
            extract.lonlat[entity.id] = entity.location.lon, entity.location.lat
            extract.nodes[entity.id] = tags
        elif entity.is_way():
            extract.ways[entity.id] = [node.ref for node in entity.nodes], tags
        else:
            extract.relations.append(([(member.type, member.ref) for member in entity.members], tags))
    return extract


def layer(name: str) -> gpd.GeoDataFrame:
    """A layer in the plane."""
    return gpd.read_file(DEMO / f"{name}.geojson").to_crs(CRS)


def road_graph(osm: Extract, without: str = "") -> nx.Graph:
    """Roads as an undirected graph of nodes, leaving out those of one name."""
    graph = nx.Graph()
    for refs, tags in osm.ways.values():
        if "highway" in tags and tags.get("name", "-") != without:
            nx.add_path(graph, refs)
    return graph


def highways(osm: Extract) -> list[Tags]:
    """Tags of every road."""
    return [tags for _, tags in osm.ways.values() if "highway" in tags]


def test_area_is_that_of_the_seed() -> None:
    """One polygon of 464.2 km²."""
    boundary = layer("boundary")
    assert list(boundary.geom_type) == ["Polygon"]
    assert boundary.area.sum() / 1e6 == pytest.approx(464.2, abs=0.05)


def test_units_divide_the_boundary() -> None:
    """12 units of the planned kinds and areas, without overlap, whose union is the boundary."""
    units, boundary = layer("units"), layer("boundary").geometry[0]
    assert units.kind.value_counts().to_dict() == {
        "town": 7, "subdistrict": 3, "committee": 1, "industrial_zone": 1,
    }  # fmt: skip
    assert units.unit_id.is_unique
    assert np.allclose(units.area / 1e6, [unit.area_km2 for unit in UNITS], atol=0.02)
    assert units.union_all().symmetric_difference(boundary).area < 1.0
    assert units.area.sum() == pytest.approx(units.union_all().area, abs=1.0)


def test_land_is_half_built_up() -> None:
    """Every place of the standard occurs; 40 to 50 % is construction land; polygons do not overlap."""
    land = layer("land")
    share = land.area.groupby(land.place).sum() / 464.2e6
    assert set(share.index) == {"urban", "near_suburb", "other"}
    assert 0.40 < share["urban"] + share["near_suburb"] < 0.50
    assert share.sum() == pytest.approx(1.0, abs=1e-4)
    assert land.area.sum() == pytest.approx(land.union_all().area, rel=1e-4)


def test_people_add_up_and_live_inside() -> None:
    """The exact total of the README, every cell with people wholly inside the boundary, marked synthetic."""
    with rasterio.open(DEMO / "population.tif") as raster:
        people, transform = raster.read(1, masked=True), raster.transform
        assert (raster.crs, raster.nodata, raster.dtypes) == (CRS, -99999.0, ("float32",))
        assert "SYNTHETIC" in raster.tags()["TIFFTAG_IMAGEDESCRIPTION"]
        assert "合成数据" in raster.descriptions[0]
    assert people.sum(dtype="float64") == PEOPLE == 1_712_000
    rows, columns = np.nonzero(~people.mask)
    east, north = rasterio.transform.xy(transform, rows, columns)
    squares = gpd.GeoSeries(gpd.points_from_xy(east, north), crs=CRS).buffer(50.0, cap_style="square")
    assert squares.within(layer("boundary").geometry[0]).all()


def test_island_is_cut_off(osm: Extract) -> None:
    """Two parts: the whole district, and the village whose streets meet no other road."""
    parts = sorted(nx.connected_components(road_graph(osm)), key=len)
    island = {ref for refs, tags in osm.ways.values() if tags.get("name") == ISLAND_NAME for ref in refs}
    assert len(parts) == 2
    assert parts[0] == island
    others, streets = (gpd.GeoSeries(gpd.points_from_xy(*zip(*(osm.lonlat[n] for n in part), strict=True)), crs=4326)
                       for part in (parts[1], island))  # fmt: skip
    apart_m = others.to_crs(CRS).union_all().distance(streets.to_crs(CRS).union_all())
    assert apart_m > 400, "beyond any snapping distance"


def test_peninsula_hangs_on_one_bridge(osm: Extract) -> None:
    """Without the bridge a third part falls off: streets that all lie on the far side of the moat."""
    parts = sorted(nx.connected_components(road_graph(osm, without=PENINSULA_BRIDGE)), key=len)
    assert len(parts) == 3
    moat = next(members for members, tags in osm.relations if tags.get("water") == "moat")
    ring = Polygon([osm.lonlat[ref] for ref in osm.ways[moat[0][1]][0]])
    ashore = gpd.GeoSeries(gpd.points_from_xy(*zip(*(osm.lonlat[ref] for ref in parts[1]), strict=True)))
    assert len(ashore) > 100
    assert ashore.within(ring).all()


def test_most_roads_can_be_driven_both_out_and_back(osm: Extract) -> None:
    """One-way roads do not strand an engine: only motorway ends at the edge of the extract are dead ends."""
    graph = nx.DiGraph()
    for refs, tags in osm.ways.values():
        if "highway" in tags:
            oneway = tags.get("oneway", "no")
            if oneway != "-1":
                nx.add_path(graph, refs)
            if oneway != "yes":
                nx.add_path(graph, refs[::-1])
    stranded = set(graph) - max(nx.strongly_connected_components(graph), key=len)
    for refs, tags in osm.ways.values():
        if tags.get("highway") in ("primary", "secondary", "tertiary", "residential", "unclassified", "service"):
            assert tags.get("name") == ISLAND_NAME or len(stranded.intersection(refs)) <= 1


def test_roads_hold_every_planned_kind(osm: Extract) -> None:
    """Classes, directions, bridges, roundabouts, odd speeds and low passages, each where the docstrings say."""
    roads = highways(osm)
    classes = {"motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "service"}
    assert classes | {"motorway_link", "trunk_link"} == {tags["highway"] for tags in roads}
    assert {tags.get("oneway") for tags in roads} == {None, "yes", "-1"}
    assert {tags["name"] for tags in roads if tags["highway"] == "motorway"} == {"虚环高速", "拟江高速"}
    assert all(tags["oneway"] == "yes" for tags in roads if tags["highway"] in ("motorway", "trunk"))
    assert {tags["highway"] for tags in roads if tags.get("bridge") == "yes"} == {"primary", "secondary"}
    assert any(tags.get("bridge") == "yes" and tags["name"] == PENINSULA_BRIDGE for tags in roads)
    assert sum(tags.get("junction") == "roundabout" for tags in roads) >= 3
    assert [sum(tags.get("maxspeed") == odd for tags in roads) for odd in ODD_SPEEDS] == [1, 1]
    assert sum(tags.get("maxheight") == LOW_M for tags in roads) == 3


def test_points_on_roads_lie_on_roads(osm: Extract) -> None:
    """Signals, gates and height restrictors are nodes of ways, so that a router meets them."""
    on_road = {ref for refs, tags in osm.ways.values() if "highway" in tags for ref in refs}
    kinds: dict[str, list[int]] = {}
    for number, tags in osm.nodes.items():
        kind = tags.get("barrier") or tags.get("highway")
        if kind:
            kinds.setdefault(kind, []).append(number)
    assert set(kinds) == {"traffic_signals", "gate", "lift_gate", "bollard", "height_restrictor"}
    assert all(number in on_road for numbers in kinds.values() for number in numbers)
    assert len(kinds["height_restrictor"]) == LOW_BARS
    assert len(kinds["traffic_signals"]) > 100


def test_ways_meet_only_where_they_should(osm: Extract) -> None:
    """No street touches a motorway: only ramps share a node with one."""
    motorway = {ref for refs, tags in osm.ways.values() if tags.get("highway") in ("motorway", "trunk") for ref in refs}
    meets = {
        tags["highway"]
        for refs, tags in osm.ways.values()
        if "highway" in tags and tags["highway"] not in ("motorway", "trunk") and motorway.intersection(refs)
    }
    assert meets == {"motorway_link", "trunk_link"}


def test_stations_are_the_same_in_both_files(osm: Extract) -> None:
    """11 stations of four classes; in the extract as nodes, ways and relations, each around its point."""
    stations = gpd.read_file(DEMO / "stations.geojson").set_index("site_id")
    assert stations["class"].value_counts().to_dict() == {"一级站": 4, "二级站": 4, "小型站": 2, "特勤站": 1}
    assert stations.turnout_s.notna().sum() == 7
    assert stations.lot_m2[SMALL_LOT] < 2300, "the least lot of a 二级站"
    assert {unit.unit_id for unit in UNITS} - set(stations.unit_id) == {UNIT_WITHOUT_STATION}
    way_nodes = {number: refs for number, (refs, _) in osm.ways.items()}
    found: dict[str, list[int]] = {}
    shapes: dict[str, set[str]] = {"node": set(), "way": set(), "relation": set()}
    for number, tags in osm.nodes.items():
        if tags.get("amenity") == "fire_station" and "微型" not in tags["name"]:
            found[tags["ref"]] = [number]
            shapes["node"].add(tags["ref"])
    for refs, tags in osm.ways.values():
        if tags.get("amenity") == "fire_station":
            found[tags["ref"]] = refs[:4]
            shapes["way"].add(tags["ref"])
    for members, tags in osm.relations:
        if tags.get("amenity") == "fire_station":
            found[tags["ref"]] = way_nodes[members[0][1]][:4]
            shapes["relation"].add(tags["ref"])
    assert set(found) == set(stations.index)
    assert shapes["node"] == set(AS_NODE)
    assert shapes["relation"] == set(AS_RELATION)
    middle = gpd.GeoSeries(
        gpd.points_from_xy(*np.array([np.mean([osm.lonlat[n] for n in found[i]], axis=0) for i in stations.index]).T),
        index=stations.index, crs=4326,
    )  # fmt: skip
    assert (middle.to_crs(CRS).distance(stations.to_crs(CRS)) < 1.0).all()


def test_hydrants_have_gaps_and_some_do_not_work(osm: Extract) -> None:
    """2,000 to 4,000 hydrants, the same in both files; the dry unit has far fewer; none on the peninsula."""
    hydrants = layer("hydrants")
    assert 2000 < len(hydrants) < 4000
    status = hydrants.status.value_counts()
    assert set(status.index) == {"in_use", "abandoned", "broken"}
    assert 0.02 < 1 - status["in_use"] / len(hydrants) < 0.06
    working = sum(
        tags.get("emergency") == "fire_hydrant" and "operational_status" not in tags for tags in osm.nodes.values()
    )
    assert working == status["in_use"]
    assert sum("disused:emergency" in tags for tags in osm.nodes.values()) == status["abandoned"]
    built = layer("land").query("place != 'other'").dissolve("unit_id")
    per_km2 = hydrants.sjoin(built[["geometry"]]).groupby("unit_id").size() / (built.area / 1e6)
    assert per_km2[DRY_UNIT] < 0.6 * per_km2.drop(DRY_UNIT).median()


def test_lots_fail_where_planned() -> None:
    """300 lots, some of them near exits or hazards, too small, or on residential streets."""
    lots, protected = layer("candidates"), layer("protected")
    is_hazard = protected.kind.isin(["hazardous_chemicals", "gas"])
    to_exit = lots.distance(protected[~is_hazard].union_all())
    to_hazard = lots.distance(protected[is_hazard].union_all())
    assert len(lots) == 300
    assert (to_exit < 50).sum() >= NEAR_EXIT
    assert (to_hazard < 300).sum() >= NEAR_HAZARD
    assert 5 <= is_hazard.sum() <= 10
    assert protected[is_hazard].wind_note.str.contains("prevailing wind").all()
    assert (lots["class"] == "").sum() >= 1
    assert ((lots["class"] == "") == (lots.lot_m2 < 600)).all()
    assert {"primary", "secondary", "tertiary", "residential"} == set(lots.frontage)
    assert set(lots.ownership) == {"国有", "集体", "企业"}
    assert lots.within(layer("boundary").geometry[0]).all()


def test_calls_lack_what_is_planned() -> None:
    """Records in order of time, so many without a place, an hour or a type, so many outside; industry calls by day."""
    calls = pd.read_csv(DEMO / "calls.csv", dtype=str)
    assert len(calls) == CALLS
    assert (calls.lon.isna().sum(), calls.type.isna().sum()) == (WITHOUT_PLACE, WITHOUT_TYPE)
    assert (calls.time.str.len() == 10).sum() == WITHOUT_HOUR
    assert calls.time.str[:10].is_monotonic_increasing
    there = calls[calls.lon.notna()]
    points = gpd.points_from_xy(there.lon.astype(float), there.lat.astype(float))
    places = gpd.GeoSeries(points, there.index, crs=4326).to_crs(CRS)
    assert (~places.within(layer("boundary").geometry[0])).sum() == OUTSIDE
    works = layer("land").query("use == 'industry'").union_all()
    is_day = there.time.str[11:13].fillna("").isin([f"{hour:02}" for hour in range(8, 20)])
    assert places[is_day].within(works).mean() > 2 * places[~is_day].within(works).mean()


def test_micro_stations() -> None:
    """Eight of the first class, inside."""
    micro = layer("micro_stations")
    assert list(micro["class"]) == ["一级微型消防站"] * 8
    assert micro.within(layer("boundary").geometry[0]).all()


@pytest.mark.parametrize("name", sorted(file.name for file in DEMO.iterdir() if file.suffix != ".tif"))
def test_every_file_says_synthetic(name: str) -> None:
    """SYNTHETIC and 合成数据 are written in each file (in the raster's tags: see the people's test)."""
    file = DEMO / name
    if file.suffix == ".pbf":
        with osmium.io.Reader(str(file)) as reader:
            text = reader.header().get("generator")
    else:
        text = file.read_text("utf-8")
    assert "SYNTHETIC" in text
    assert "合成数据" in text


def test_layers_are_plain_geojson_in_degrees() -> None:
    """Six decimals, keys sorted, a feature a line: a change shows as the lines that changed."""
    for file in sorted(DEMO.glob("*.geojson")):
        text = file.read_text("utf-8")
        features = json.loads(text)["features"]
        assert text.count("\n") == len(features) + 2
        assert all(list(feature["properties"]) == sorted(feature["properties"]) for feature in features)
        bounds = gpd.read_file(file).total_bounds
        assert 120.9 < bounds[0] < bounds[2] < 121.2
        assert 31.2 < bounds[1] < bounds[3] < 31.5


def test_scenario_reads_and_names_files_that_are_there(tmp_path: Path) -> None:
    """The scenario is accepted to the last key, its commented variants too, and its files exist."""
    text = (DEMO / "scenario.toml").read_text("utf-8")
    scenarios = read_scenarios(DEMO / "scenario.toml")
    assert len(scenarios) == 1
    variants = text[text.index("# [scenarios]") :].replace("# ", "")
    (tmp_path / "variants.toml").write_text(text + variants, "utf-8")
    assert list(read_scenarios(tmp_path / "variants.toml")) == ["five", "ten", "from_scratch", "risk"]
    plain = tomllib.loads(text)
    assert [(plan["objective"], plan["sites"], plan["keep"]) for plan in plain["plan"]] == [("mclp", 5, "all")]
    named = [plain["study_area"][key] for key in ("boundary", "units", "land")]
    named += [plain["roads"]["file"], plain["demand"]["file"], *(table["file"] for table in plain["facilities"])]
    assert [name for name in named if not (DEMO / name).exists()] == []


def test_it_is_small_enough_for_git() -> None:
    """Less than 3 MB in all."""
    assert sum(file.stat().st_size for file in DEMO.iterdir()) < 3e6
