"""The toy town as a planner would hand it in: a scenario file beside its data."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from siting import toy

SCENARIO = """\
name = "Toy town"
rules = ["cn-jb152-2017", "cn-gb50974-2014"]
[study_area]
boundary = "boundary.geojson"
cell_m = 100
buffer_m = 500
[roads]
file = "roads.osm"
speeds = "flat-40"
snap_limit_m = 100
[demand]
source = "table"
file = "people.geojson"
weight = "people"
id = "place"
[[facilities]]
kind = "station"
file = "stations.geojson"
id_column = "code"
class = "一级站"
[[facilities]]
kind = "hydrant"
file = "hydrants.geojson"
id_column = "code"
[candidates.station]
spacing_m = 200
highway = ["residential", "tertiary", "secondary", "primary", "unclassified"]
[[plan]]
sites = 1
"""


PLAIN = ("gpkg", "summary")
"""What `verify` recomputes a proposal from. The other files cost four times as much: written where they are read."""
OUTPUTS = '[outputs]\nwrite = ["gpkg", "summary"]\n'
"""The same, for the end of a scenario file."""


def osm_text() -> str:
    """The toy's ways as OSM XML."""
    ways = toy.ways()
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for node, lon, lat in zip(ways.node_id, ways.lon, ways.lat, strict=True):
        lines.append(f'<node id="{node}" version="1" lon="{lon:.9f}" lat="{lat:.9f}"/>')
    for w, way in enumerate(ways.way_id):
        refs = "".join(f'<nd ref="{ways.node_id[n]}"/>' for n in ways.ref[ways.ref_ptr[w] : ways.ref_ptr[w + 1]])
        tags = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in ways.tags.iloc[w].items() if value)
        lines.append(f'<way id="{way}" version="1">{refs}{tags}</way>')
    return "\n".join([*lines, "</osm>"])


def points(plan: dict[str, tuple[float, float]], **columns: object) -> gpd.GeoDataFrame:
    """Places of the toy's plan coordinates, in degrees."""
    x, y = toy.xy(list(plan.values()))
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, y), crs=toy.CRS).to_crs("EPSG:4326")


@pytest.fixture(scope="session")
def town_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The toy town's scenario with its data: one station in the south-west, people at six places.

    The river splits the town, so whoever lives on the island or far across the bridge is out of reach today.
    """
    return write_town(tmp_path_factory.mktemp("town") / "town").parent


def write_halves(path: Path) -> None:
    """The toy town in two halves: station S in the west, none in the east, where d3, d5 and d6 live."""
    x, y = toy.xy([(0.0, 0.0)])
    boxes = {"west": (-100, -100, 800, 1300), "east": (800, -100, 1700, 1300)}
    ground = [shapely.box(a + x[0], b + y[0], c + x[0], d + y[0]) for a, b, c, d in boxes.values()]
    towns = gpd.GeoDataFrame({"code": list(boxes)}, geometry=ground, crs=toy.CRS).to_crs("EPSG:4326")
    towns.to_file(path, driver="GeoJSON")


def write_town(folder: Path) -> Path:
    """Scenario and data of the toy town in a new folder."""
    folder.mkdir()
    (folder / "scenario.toml").write_text(SCENARIO, "utf-8")
    (folder / "roads.osm").write_text(osm_text(), "utf-8")
    x, y = toy.xy([(-100.0, -100.0), (1700.0, 1300.0)])
    boundary = gpd.GeoDataFrame(geometry=[shapely.box(x[0], y[0], x[1], y[1])], crs=toy.CRS).to_crs("EPSG:4326")
    boundary.to_file(folder / "boundary.geojson", driver="GeoJSON")
    people = points(toy.DEMAND, place=list(toy.DEMAND), people=[toy.WEIGHT[d] for d in toy.DEMAND])
    people.to_file(folder / "people.geojson", driver="GeoJSON")
    stations = points({"S": toy.SITES["S"]}, code=["S"], name=["South <b>Station</b>"], crews=[2])
    stations.to_file(folder / "stations.geojson", driver="GeoJSON")
    hydrants = points({"h1": (100.0, 0.0), "h2": (200.0, 0.0)}, code=["h1", "h2"])
    hydrants.to_file(folder / "hydrants.geojson", driver="GeoJSON")
    return folder / "scenario.toml"


@pytest.fixture
def town(town_once: Path, tmp_path: Path) -> Path:
    """The scenario file of a toy town of the test's own, its data beside it."""
    return shutil.copytree(town_once, tmp_path / "town") / "scenario.toml"


Edit = Callable[[str, str], None]


@pytest.fixture
def edit(town: Path) -> Edit:
    """Change one thing in the scenario text; the former text must be there once."""

    def edit(former: str, new: str) -> None:
        text = town.read_text("utf-8")
        assert text.count(former) == 1, former
        town.write_text(text.replace(former, new), "utf-8")

    return edit


def rewrite(path: Path, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame | None]) -> None:
    """Change one table beside the scenario."""
    table = gpd.read_file(path)
    changed = change(table)
    (table if changed is None else changed).to_file(path, driver="GeoJSON")


def twice(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same rows two times."""
    return pd.concat([table, table])


def assert_same_answer(one: Path, other: Path) -> None:
    """Whether two folders hold the same bytes in every table of the GeoPackage and claim the same, times aside."""
    assert json.dumps(summary_apart_from_times(one)) == json.dumps(summary_apart_from_times(other))
    tables, others = tables_apart_from_times(one), tables_apart_from_times(other)
    assert list(tables) == list(others)
    assert [name for name in tables if tables[name] != others[name]] == []


def tables_apart_from_times(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of a written GeoPackage, its shapes and its own among them, but the two that say how long it took."""
    with closing(sqlite3.connect(folder / "proposal.gpkg")) as package:
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        names = [name for (name,) in package.execute(listed)]
        told = [name for name in names if name not in ("table_provenance", "table_certificate")]
        return {name: package.execute(f'SELECT * FROM "{name}"').fetchall() for name in told}  # noqa: S608 - its own


def summary_apart_from_times(folder: Path) -> dict[str, Any]:
    """What a written proposal claims, without how long it took and whether its roads came from a cache."""
    told = json.loads((folder / "summary.json").read_text("utf-8"))
    told["provenance"] = {key: value for key, value in told["provenance"].items()
                          if key not in ("seconds", "roads_from_cache")}  # fmt: skip
    for plan in told["plans"]:
        plan["certificate"].pop("seconds")
    return dict(told)
