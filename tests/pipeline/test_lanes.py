"""Fire lanes asked for in a scenario: in every file of the proposal, and held to the layers by `siting verify`."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import siting
from siting import toy
from siting.errors import VerificationError
from siting.reports import audit_text
from siting.verification import verify
from tests.pipeline.conftest import PLAIN


@pytest.fixture(scope="module")
def folder(town_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """South Quay is 3 m wide and the bridge 2.5 m high, too low for the engine; North Quay is 7 m wide."""
    made = tmp_path_factory.mktemp("lanes")
    town = shutil.copytree(town_once, made / "town") / "scenario.toml"
    roads = town.with_name("roads.osm")
    text = roads.read_text("utf-8")
    for name, tag in (
        ("South Quay", '"width" v="3"'),
        ("Bridge", '"maxheight" v="2.5"'),
        ("North Quay", '"width" v="7"'),
    ):
        text = text.replace(f'<tag k="name" v="{name}"/>', f'<tag k="name" v="{name}"/><tag k={tag}/>')
    roads.write_text(text, "utf-8")
    text = town.read_text("utf-8").replace('speeds = "flat-40"', 'speeds = "engine.toml"')
    town.write_text(text.replace("[demand]", "[lanes]\n[demand]"), "utf-8")
    town.with_name("engine.toml").write_text('base = "flat-40"\nheight_m = 3.6\n', "utf-8")
    return siting.propose(town).write(made / "out")


def test_every_check_in_every_file(folder: Path) -> None:
    """Lengths by hand: quays of 1.6 km, a bridge of 0.4 km, all else untagged; the island lane ends twice."""
    verify(folder)
    told = {row["check"]: row for row in json.loads((folder / "summary.json").read_text("utf-8"))["lanes"]}
    assert [told["width"][key] for key in ("fails", "meets")] == pytest.approx([1.6, 1.6], abs=0.01)
    assert [told["height"][key] for key in ("fails", "meets")] == pytest.approx([0.4, 0.0], abs=0.01)
    assert told["height"]["not_known"] == pytest.approx(10.5, abs=0.05)
    assert {key: row["judged"] for key, row in told.items()} == dict.fromkeys(told, "fail")
    assert told["dead_end"]["confidence"] == "medium"
    roads = gpd.read_file(folder / "proposal.gpkg", layer="lane_roads").set_index("name")
    assert roads.height["Bridge"] == "fail"  # although the engine never drives there
    assert set(gpd.read_file(folder / "proposal.gpkg", layer="roads").name) >= {"South Quay"}
    assert "Bridge" not in set(gpd.read_file(folder / "proposal.gpkg", layer="roads").name)
    sheet = pd.read_excel(folder / "proposal.xlsx", sheet_name="fire lanes")
    assert sheet.judged.tolist() == ["not met"] * 4
    page = (folder / "map.html").read_text("utf-8")
    assert re.search(r'"key":"lane_roads","group":"Fire lanes"', page)


def test_without_tags_nothing_passes(town: Path, edit) -> None:
    """Unknown is no pass: the toy town says nothing of widths and heights. Said in the audit as well."""
    edit("[demand]", "[lanes]\n[demand]")
    audit = siting.audit(town)
    assert audit.lanes is not None
    assert set(audit.lanes.roads.width) == set(audit.lanes.roads.height) == {"unknown"}
    assert "not tagged, so not known: 10.90 km" in audit_text(audit)


def test_limits_and_built_up_land_are_the_planners(town: Path, edit, tmp_path: Path) -> None:
    """A spacing of 900 m on the southern half alone: its blocks of 400 m pass or are not known, none fails."""
    x, y = toy.xy([(-100.0, -100.0), (1700.0, 450.0)])
    south = gpd.GeoDataFrame(geometry=[shapely.box(x[0], y[0], x[1], y[1])], crs=toy.CRS)
    south.to_crs("EPSG:4326").to_file(town.with_name("south.geojson"), driver="GeoJSON")
    edit("[demand]", '[lanes]\nspacing_m = 900\nbuilt_up = "south.geojson"\n[demand]')
    proposal = siting.audit(town)
    verify(proposal.write(tmp_path / "out", formats=PLAIN))
    assert proposal.lanes is not None
    assert proposal.lanes.ground.area_km2.sum() == pytest.approx(1.8 * 0.55, rel=1e-3)
    assert proposal.lanes.ground.status.tolist() == ["unknown"]
    assert "south.geojson" in [one["file"] for one in proposal.provenance["inputs"]]


def test_who_does_not_ask_is_told_nothing(town: Path) -> None:
    """No layers, no layer of the map, an empty table."""
    assert siting.audit(town).lanes is None


DAMAGE = {
    "lane_roads.width": "UPDATE lane_roads SET width = 'pass' WHERE name = 'South Quay'",
    "lanes width: fails": "UPDATE lane_roads SET width_m = 8, width = 'pass' WHERE name = 'South Quay'",
    "lane_dead_ends.status": "UPDATE lane_dead_ends SET status = 'pass'",
    "lane_ground.area_km2": "UPDATE lane_ground SET area_km2 = 9 WHERE status = 'fail'",
    "lanes height: not_known": "DELETE FROM lane_roads WHERE name = 'North Street'",
}


@pytest.mark.parametrize("message", DAMAGE)
def test_verify_finds_what_was_changed(folder: Path, tmp_path: Path, message: str) -> None:
    """A verdict turned round, a width made up, a road left out."""
    lying = shutil.copytree(folder, tmp_path / "lying")
    with sqlite3.connect(lying / "proposal.gpkg") as package:
        package.create_function("ST_IsEmpty", 1, lambda _: 0)
        package.create_function("ST_MinX", 1, lambda _: 0)
        for (trigger,) in package.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            package.execute(f'DROP TRIGGER "{trigger}"')
        package.execute(DAMAGE[message])
    with pytest.raises(VerificationError, match=re.escape(message)):
        verify(lying)
