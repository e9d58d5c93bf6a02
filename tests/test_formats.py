"""Every layer that a scenario or a command takes, in every format, gives one and the same answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

import siting
from siting import toy
from siting.cli import CLAUSE_BROKEN, app
from siting.errors import InputError
from siting.geofiles import open_layer, write_geofile
from siting.pipeline.calibration import read_runs
from siting.pipeline.propose import only_scenario
from siting.pipeline.read import study_area
from siting.pipeline.siting_proposal import SitingProposal
from siting.postgis import write_layers
from siting.proposal import Proposal
from siting.reports import write_proposal
from siting.reports.geopackage import plain_layers
from siting.scenario import DemandTable, ScreeningTable, SourceTable
from siting.scenario.table import Table
from siting.scenario_file import read_scenarios
from tests.pipeline.conftest import points, write_town

SCENARIO = """\
name = "Toy town"
[study_area]
boundary = "{boundary}"
cell_m = 200
buffer_m = 500
units = "{units}"
units_id = "编号"
land = "{land}"
barriers = "{barriers}"
[roads]
file = "roads.osm"
speeds = "flat-40"
snap_limit_m = 100
[[roads.closures]]
reason = "flood"
file = "{flood}"
[demand]
source = "risk"
[demand.parts.people]
source = "table"
file = "{people}"
weight = "人口"
share = 2
[demand.parts.zones]
source = "table"
file = "{zones}"
weight = "grade"
points = {{ high = 3, low = 1 }}
per_km2 = true
share = 1
[demand.parts.calls]
source = "incidents"
file = "{calls}"
hours = [20, 8]
share = 1
[demand.parts.floors]
source = "buildings"
file = "{outlines}"
levels_column = "storeys"
share = 1
[[facilities]]
kind = "station"
file = "{stations}"
id_column = "编号"
name_column = "站名"
[[facilities]]
kind = "station"
file = "{lots}"
role = "candidate"
id_column = "编号"
class_column = "class"
[[facilities]]
kind = "micro_station"
file = "{micro}"
id_column = "编号"
[[facilities]]
kind = "hydrant"
file = "{hydrants}"
id_column = "编号"
[districts]
file = "{drawn}"
station_column = "站号"
[protected]
file = "{protected}"
[screening]
ground = "{ground}"
[hydrants]
buildings = "{outlines}"
[lanes]
built_up = "{built_up}"
[[grid]]
level = "large"
file = "{units}"
id_column = "编号"
[micro_stations]
[[micro_stations.due]]
kind = "village"
file = "{villages}"
source = "local rule"
id_column = "编号"
[[plan]]
sites = 1
"""
FORMATS = (".geojson", ".fgb", ".parquet", "database")
NO_LAYERS = {(ScreeningTable, "heights"), (SourceTable, "file"), (DemandTable, "file")}
"""A raster; and the file of a single source of demand, which the parts of a mix have, too."""


def patch(*corners: float) -> shapely.Polygon:
    """A rectangle of the toy's plan: west, south, east, north in metres."""
    x, y = toy.xy([(corners[0], corners[1]), (corners[2], corners[3])])
    return shapely.box(x[0], y[0], x[1], y[1])


def areas(*patches: tuple[float, ...], **columns: object) -> gpd.GeoDataFrame:
    """Rectangles in degrees."""
    return gpd.GeoDataFrame(columns, geometry=[patch(*each) for each in patches], crs=toy.CRS).to_crs(4326)


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    """Everything that a scenario may name, with odd columns: two that differ in case, a gap, a missing place."""
    whole = (-100.0, -100.0, 1700.0, 1300.0)
    halves = ((-100.0, -100.0, 800.0, 1300.0), (800.0, -100.0, 1700.0, 1300.0))
    calls = points({"a": (100.0, 0.0), "b": (300.0, 0.0)}, time=["2026-01-01 21:00", "2026-01-01 12:00"])
    unplaced = gpd.GeoDataFrame({"time": ["2026-01-02 23:00"]}, geometry=[None], crs=4326)
    stations = {"编号": ["S"], "站名": ["南 <b>站</b>"], "Crews": [2.5], "crews": ["two"]}
    return {
        "boundary": areas(whole),
        "units": areas(*halves, 编号=["W", "E"]),
        "land": areas(halves[0], place=["urban"], cap_km2=[7.0]),
        "barriers": areas((400.0, 550.0, 420.0, 650.0), kind=["railway"]),
        "flood": areas((1690.0, 1290.0, 1700.0, 1300.0)),
        "people": points(toy.DEMAND, 人口=[toy.WEIGHT[d] for d in toy.DEMAND]),
        "zones": areas(*halves, grade=["high", "low"]),
        "calls": pd.concat([calls, unplaced], ignore_index=True),
        "outlines": areas((20.0, 30.0, 40.0, 50.0), (220.0, 30.0, 260.0, 50.0), storeys=[3.0, None]),
        "stations": points({"S": toy.SITES["S"]}, **stations),
        "lots": points({"a": (100.0, 0.0), "b": (300.0, 0.0)}, 编号=["L1", "L2"], **{"class": ["小型站"] * 2}),
        "micro": points({"E": (800.0, 0.0)}, 编号=["E"]),
        "hydrants": points({"h1": (100.0, 0.0), "h2": (200.0, 0.0)}, 编号=[1, 2]),
        "drawn": areas(whole, 站号=["S"]),
        "protected": points({"s": (100.0, 30.0)}, kind=["school"], name=["校"]),
        "ground": areas((-50.0, 560.0, 1600.0, 640.0), kind=["water"]),
        "built_up": areas(halves[0]),
        "villages": areas(*halves, 编号=["v1", "v2"]),
    }


def proposed(layers: dict[str, gpd.GeoDataFrame], folder: Path, suffix: str, database: str) -> SitingProposal:
    """The answer to the scenario with all of its layers in one format."""
    scenario = write_town(folder)
    names = {}
    for name, table in layers.items():
        if suffix == "database":
            write_layers(f"{database}&schema=all_{name}", [(name, table)], "row")
            names[name] = f"{database}&table=all_{name}.{name}"
        else:
            names[name] = f"{name}{suffix}"
            write_geofile(table, folder / names[name], name)
    scenario.write_text(SCENARIO.format(**names), "utf-8")
    return siting.propose(only_scenario(scenario, allow_outside=True))


def told(proposal: Proposal) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every layer and table but what names the files: `row` is the key that a table of a database has."""
    for name, table in plain_layers(proposal):
        if name not in ("table_provenance", "table_certificate", "layers"):
            named = [column for column in ("source", "row", "examples") if column in table.columns]
            yield name, table.drop(columns=named)


@pytest.fixture(scope="module")
def in_geojson(layers: dict[str, gpd.GeoDataFrame], tmp_path_factory: pytest.TempPathFactory) -> SitingProposal:
    """The answer that all others are held to."""
    return proposed(layers, tmp_path_factory.mktemp("formats") / "town", ".geojson", "")


@pytest.mark.parametrize("suffix", FORMATS[1:])
def test_a_scenario_is_answered_alike_from_every_format(
    layers: dict[str, gpd.GeoDataFrame], in_geojson: SitingProposal, tmp_path: Path, suffix: str, request
) -> None:
    """Boundary, units, land, barriers, closures, every source of demand, facilities, lots, districts and the rest."""
    database = request.getfixturevalue("database") if suffix == "database" else ""
    expected = dict(told(in_geojson))
    for name, table in told(proposed(layers, tmp_path / "town", suffix, database)):
        one, other = pd.DataFrame(table), pd.DataFrame(expected.pop(name))
        pd.testing.assert_frame_equal(one, other, check_dtype=False, obj=name)
    assert not expected


def test_the_scenario_names_every_layer_there_is(layers: dict[str, gpd.GeoDataFrame], tmp_path: Path) -> None:
    """Every key of a scenario file that names a layer stands in the scenario above: a new one has to, too."""
    (tmp_path / "scenario.toml").write_text(SCENARIO.format(**dict.fromkeys(layers, "layer.fgb")), "utf-8")
    (scenario,) = read_scenarios(tmp_path / "scenario.toml").values()
    given = {(type(table), key) for table in tables(scenario) for key in table.file_keys if getattr(table, key, None)}
    every = {(model, key) for model in models(Table) for key in model.file_keys if key in model.model_fields}
    assert every - given == NO_LAYERS


def tables(table: Table) -> Iterator[Table]:
    """A table of the file and all those inside it."""
    yield table
    for _, value in table:
        inside = value if isinstance(value, list) else value.values() if isinstance(value, dict) else [value]
        for each in inside:
            if isinstance(each, Table):
                yield from tables(each)


def models(model: type[Table]) -> Iterator[type[Table]]:
    """The models of all tables that a file may have."""
    for each in model.__subclasses__():
        yield from (each, *models(each))


@pytest.mark.parametrize("suffix", FORMATS)
def test_districts_and_runs_of_the_command_line(
    layers: dict[str, gpd.GeoDataFrame], in_geojson: SitingProposal, tmp_path: Path, suffix: str, request
) -> None:
    """A drawn map is judged, and runs drawn from start to end are read, also where a URL names them."""
    lines = [shapely.LineString([(121.2, 31.4), (121.21, 31.41), (121.3, 31.5)])] * 2
    runs = gpd.GeoDataFrame({"seconds": [300, 310]}, geometry=lines, crs=4326)
    drawn, driven = (str(tmp_path / f"{name}{suffix}") for name in ("drawn", "runs"))
    if suffix == "database":
        database = request.getfixturevalue("database")
        write_layers(f"{database}&schema=lines", [("drawn", layers["drawn"]), ("runs", runs)], "row")
        drawn, driven = (f"{database}&table=lines.{name}" for name in ("drawn", "runs"))
    else:
        write_geofile(layers["drawn"], Path(drawn), "drawn")
        write_geofile(runs, Path(driven), "runs")
    scenario = write_town(tmp_path / "town")
    said = CliRunner().invoke(app, ["districts", "check", drawn, str(scenario), "--station-column", "站号", "--json"])
    assert (said.exit_code, json.loads(said.stdout)["districts"][0]["site_id"]) == (CLAUSE_BROKEN, "S")
    found = read_runs(driven)
    assert found.origins.geometry.to_wkt().tolist() == ["POINT (121.2 31.4)"] * 2
    assert found.destinations.geometry.to_wkt().tolist() == ["POINT (121.3 31.5)"] * 2
    assert found.observed_s.tolist() == [300, 310]


def test_layers_of_one_geopackage(layers: dict[str, gpd.GeoDataFrame], tmp_path: Path) -> None:
    """A county's ground in a single file, each layer by its key; without the keys the message says which there are."""
    ground = {name: f"{name}_layer" for name in ("boundary", "units", "land", "barriers")}
    for name in ground:
        write_geofile(layers[name], tmp_path / "county.gpkg", name)
    text = SCENARIO.format(**dict.fromkeys(layers, "county.gpkg"))
    path = tmp_path / "scenario.toml"
    keys = "\n".join(f'{key} = "{name}"' for name, key in ground.items())
    path.write_text(text.replace("[roads]", f"{keys}\n[roads]"), "utf-8")
    area = study_area(only_scenario(path))
    assert area.cells.unit_id.unique().tolist() == ["W", "E"]
    assert area.cells.place.unique().tolist() == ["urban", "other"]
    assert area.barriers.kind.tolist() == ["railway"]
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"4 layers \(boundary, units, land, barriers\).* ends in _layer"):
        study_area(only_scenario(path))


def test_isochrones_in_a_database(database: str, tmp_path: Path) -> None:
    """The rows that a file holds, in a schema of their own; one without a name is refused before any road is read."""
    roads = write_town(tmp_path / "town").with_name("roads.osm")
    (lon,), (lat,) = points({"S": toy.SITES["S"]}).geometry.x, points({"S": toy.SITES["S"]}).geometry.y
    ask = ["isochrones", str(roads), "--at", f"{lon},{lat}", "--minutes", "1", "--out"]
    assert CliRunner().invoke(app, [*ask, str(tmp_path / "reach.fgb")]).exit_code == 0
    assert CliRunner().invoke(app, [*ask, f"{database}&schema=reach"]).exit_code == 0
    one, other = open_layer(tmp_path / "reach.fgb"), open_layer(f"{database}&table=reach.isochrones")
    assert one.geometry.geom_equals(other.geometry).all()
    assert one.drop(columns="geometry").equals(other.drop(columns=["geometry", "gpkg_row"]))
    refused = CliRunner().invoke(app, [*ask, "postgresql://h/d"])
    assert "does not say which schema" in str(refused.exception)


def test_a_report_that_is_named_twice_is_written_once(in_geojson: SitingProposal, tmp_path: Path) -> None:
    """A folder of layers is made once, whoever asks for it again."""
    folder = write_proposal(in_geojson, tmp_path / "out", ["flatgeobuf", "summary", "flatgeobuf"])
    assert {each.name for each in folder.iterdir()} == {"flatgeobuf", "summary.json"}
