"""What a scenario says of its roads, through `siting run` and `siting verify`: traffic, closures, the cache."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import siting
from siting import cli, toy
from siting.errors import InputError, VerificationError
from siting.pipeline import only_scenario, run
from siting.verification import verify
from tests.pipeline.conftest import OUTPUTS, PLAIN, points, summary_apart_from_times


def cells_today(folder: Path) -> gpd.GeoDataFrame:
    """The cells that people live on, with where they live."""
    return gpd.read_file(folder / "proposal.gpkg", layer="cells").query("people > 0")


def note(folder: Path, key: str) -> str:
    """What the written summary says under a key; every note of that key, one after the other."""
    told = json.loads((folder / "summary.json").read_text("utf-8"))["notes"]
    return " ".join(one["message"] for one in told if one["key"] == key)


def test_a_sweep_over_the_traffic(town: Path, edit, tmp_path: Path) -> None:
    """At the peak every drive takes 1 / 0.75 as long as by day, at night 1 / 1.1; each answer verifies."""
    edit('speeds = "flat-40"', 'speeds = "engine.toml"')
    own = 'base = "flat-40"\n[traffic_factor]\nday = 1.0\npeak = 0.75\nnight = 1.1\n'
    town.with_name("engine.toml").write_text(own, "utf-8")
    town.write_text(
        town.read_text("utf-8") + '[sweep]\n"roads.traffic" = ["day", "peak", "night"]\n' + OUTPUTS, "utf-8"
    )
    out = tmp_path / "out"
    assert run(town, out).status.tolist() == ["done"] * 3
    day, peak, night = (out / f"base,roads.traffic={name}" for name in ("day", "peak", "night"))
    for folder, factor in ((peak, 0.75), (night, 1.1)):
        verify(folder)
        slower = cells_today(folder).today_travel_time_s / cells_today(day).today_travel_time_s
        assert slower.dropna().to_numpy() == pytest.approx(1.0 / factor, rel=1e-3)
    told = json.loads((peak / "summary.json").read_text("utf-8"))
    assert told["speed_profile"] == "engine (peak)"
    assert "engine.toml" in [one["file"] for one in told["provenance"]["inputs"]]


def test_a_traffic_that_the_profile_does_not_have(town: Path, edit) -> None:
    """Named, with those that it has."""
    edit('speeds = "flat-40"', 'speeds = "fire-engine"\ntraffic = "rush"')
    with pytest.raises(InputError, match=r"'rush' is not known.*Known: day, night, peak"):
        siting.propose(town)


def test_a_low_bridge_keeps_the_engine_out(town: Path, edit, tmp_path: Path) -> None:
    """The profile's height and a tag on the bridge: nobody crosses the river, and a note says why."""
    roads = town.with_name("roads.osm")
    text = roads.read_text("utf-8")
    roads.write_text(text.replace('<tag k="bridge" v="yes"/>', '<tag k="bridge" v="yes"/><tag k="maxheight" v="3"/>'))
    edit('speeds = "flat-40"', 'speeds = "engine.toml"')
    town.with_name("engine.toml").write_text('base = "flat-40"\nheight_m = 3.6\n', "utf-8")
    folder = siting.propose(town).write(tmp_path / "out", formats=PLAIN)
    verify(folder)
    assert cells_today(folder).today_is_covered.sum() == 3
    assert "1 way " in note(folder, "note_engine_too_large")


CLOSURES = {
    "way": 'way_ids = [5]\nreason = "bridge lost"',
    "polygon": 'file = "river.geojson"\nreason = "bridge lost"',
}


@pytest.mark.parametrize("closure", CLOSURES.values(), ids=CLOSURES)
def test_a_lost_bridge(town: Path, edit, tmp_path: Path, closure: str) -> None:
    """From S only d1, d2 and d3 are left of the six (toy.SECONDS); the plan builds beyond the river; all verifies."""
    x, y = toy.xy([(-100.0, 500.0), (1700.0, 550.0)])
    river = gpd.GeoDataFrame(geometry=[shapely.box(x[0], y[0], x[1], y[1])], crs=toy.CRS)
    river.to_crs("EPSG:4326").to_file(town.with_name("river.geojson"), driver="GeoJSON")
    edit("[demand]", f"[[roads.closures]]\n{closure}\n[demand]")
    proposal = siting.propose(town)
    folder = proposal.write(tmp_path / "out", formats=PLAIN)
    verify(folder)
    cells = cells_today(folder)
    assert cells.today_is_covered.sum() == 3
    assert cells.proposed_is_covered.sum() == 5
    assert note(folder, "note_closures") == (
        "bridge lost: 1 road piece (0.4 km) is closed (Bridge); 13 more (5.2 km) are cut off by it."
    )
    assert ("river.geojson" in [one["file"] for one in proposal.provenance["inputs"]]) == ("file" in closure)


def test_a_closure_of_nothing_and_of_a_strange_way(town: Path, edit) -> None:
    """Refused with what was expected, by line where the scenario itself is at fault."""
    edit("[demand]", '[[roads.closures]]\nreason = "works"\n[demand]')
    with pytest.raises(InputError, match="needs a file of polygons, or way_ids"):
        only_scenario(town)
    edit('reason = "works"\n', 'reason = "works"\nway_ids = [77]\n')
    with pytest.raises(InputError, match=r"1 are no ways of the network \(77\)"):
        siting.propose(town)


def test_the_faults_of_all_closures_come_at_once(town: Path, edit) -> None:
    """Two closures at fault are both named, by their reasons."""
    one = '[[roads.closures]]\nreason = "works"\nway_ids = [77]\n'
    edit("[demand]", one + one.replace("works", "flood").replace("77", "88") + "[demand]")
    with pytest.raises(InputError) as refused:
        siting.propose(town)
    assert [fault.split(":")[0] for fault in refused.value.faults] == ["closure 'works'", "closure 'flood'"]


def test_the_cache_changes_nothing(town: Path, edit, tmp_path: Path) -> None:
    """Without a cache, when it is filled and when it is read: the same bytes but for times; provenance tells."""
    plain = siting.propose(town).write(tmp_path / "plain", formats=PLAIN)
    assert not (town.parent / "kept").exists()
    edit("snap_limit_m = 100", 'snap_limit_m = 100\ncache = "kept"')
    filled, read = (siting.propose(town) for _ in range(2))
    assert len(list((town.parent / "kept").iterdir())) == 1
    assert filled.provenance["roads_from_cache"] == ""
    assert read.provenance["roads_from_cache"] == next((town.parent / "kept").iterdir()).name
    folders = plain, *(one.write(tmp_path / str(at), formats=PLAIN) for at, one in enumerate((filled, read)))
    one, two, three = (json.dumps(summary_apart_from_times(folder)) for folder in folders)
    assert one == two == three
    verify(folders[2])
    for name in ("cells", "roads", "isochrones_today"):
        first, last = (gpd.read_file(folder / "proposal.gpkg", layer=name) for folder in (plain, folders[2]))
        pd.testing.assert_frame_equal(first, last)


def test_no_cache_on_the_command_line(town: Path, edit, tmp_path: Path, monkeypatch, capsys) -> None:
    """Nothing is kept beside --out, and in a pipe nothing is said of the progress."""
    edit("snap_limit_m = 100", 'snap_limit_m = 100\ncache = "kept"')
    monkeypatch.setattr(sys, "argv", ["siting", "run", str(town), "--out", str(tmp_path / "out"), "--no-cache"])
    with pytest.raises(SystemExit, match="0"):
        cli.main()
    assert not (town.parent / "kept").exists()
    assert capsys.readouterr().err == ""


def test_pulling_away_and_stopping(town: Path, edit, tmp_path: Path) -> None:
    """39 s a trip: d4 and d5 are 255 s and 273 s from S now, so 600 of 1,000 are covered; the files verify."""
    edit('speeds = "flat-40"', 'speeds = "engine.toml"')
    town.with_name("engine.toml").write_text('base = "flat-40"\nstart_stop_s = 39.0\n', "utf-8")
    proposal = siting.propose(town)
    folder = proposal.write(tmp_path / "out", formats=PLAIN)
    verify(folder)
    assert proposal.today.share_people == pytest.approx(0.6)
    assert proposal.plans[0].solution.value == pytest.approx(950.0)
    assert "takes 39 s longer" in note(folder, "note_start_stop")
    told = (folder / "summary.json").read_text("utf-8")
    (folder / "summary.json").write_text(told.replace('"start_stop_s": 39.0', '"start_stop_s": 38.9'), "utf-8")
    with pytest.raises(VerificationError, match="today_travel_time_s"):
        verify(folder)


def test_turns_cost(town: Path, edit, tmp_path: Path) -> None:
    """Nobody arrives sooner than where turns are free, and somebody later; what is written verifies, turns and all."""
    before = siting.propose(town).write(tmp_path / "free", formats=PLAIN)
    edit('speeds = "flat-40"', 'speeds = "turns.toml"')
    turns = "[turns]\nnear_s = 3.0\nacross_s = 6.0\nu_turn_s = 30.0\n"
    town.with_name("turns.toml").write_text('base = "flat-40"\n' + turns, "utf-8")
    after = siting.propose(town).write(tmp_path / "turns", formats=PLAIN)
    verify(after)
    assert len(gpd.read_file(after / "proposal.gpkg", layer="turns"))
    later_s = cells_today(after).today_travel_time_s - cells_today(before).today_travel_time_s
    assert later_s.min() >= 0
    assert later_s.max() >= 3


def test_each_station_has_its_own_readiness(town: Path, edit, tmp_path: Path) -> None:
    """S turns out in 100 s, E in 20 s: first due, coverage and isochrones go by each one's own 200 and 280 s."""
    edit('speeds = "flat-40"', 'speeds = "engine.toml"')
    town.with_name("engine.toml").write_text('base = "flat-40"\nstart_stop_s = 39.0\n', "utf-8")
    edit('id_column = "code"\nclass', 'id_column = "code"\nturnout_column = "t"\nclass')
    rows = points({name: toy.SITES[name] for name in ("S", "E")}, code=["S", "E"], t=[100.0, 20.0])
    rows.to_file(town.parent / "stations.geojson", driver="GeoJSON")
    folder = siting.audit(town).write(tmp_path / "out", formats=PLAIN)
    verify(folder)
    land = gpd.read_file(folder / "proposal.gpkg", layer="isochrones_today").set_index("site_id")
    assert land.limit_s.to_dict() == {"S": 200.0, "E": 280.0}
    assert land.area_km2["E"] > land.area_km2["S"]
    cells = gpd.read_file(folder / "proposal.gpkg", layer="cells").query("today_site_id != ''")
    turnout_s = cells.today_response_time_s - cells.today_travel_time_s
    assert set(zip(cells.today_site_id, turnout_s.round(3), strict=True)) == {("S", 100.0), ("E", 20.0)}
    assert (cells.today_is_covered == (cells.today_response_time_s <= 300.0)).all()


def test_roads_that_only_an_engine_drives_are_listed(town: Path, tmp_path: Path) -> None:
    """South Quay is private and the bridge for buses: both in the layer of roads, table, workbook and notes with km."""
    roads = town.with_name("roads.osm")
    text = roads.read_text("utf-8")
    for name, tags in (("South Quay", {"access": "private"}), ("Bridge", {"access": "no", "bus": "yes"})):
        named = f'<tag k="name" v="{name}"/>'
        more = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        text = text.replace(named, named + more)
    roads.write_text(text, "utf-8")
    folder = siting.audit(town).write(tmp_path / "out")
    verify(folder)
    table = gpd.read_file(folder / "proposal.gpkg", layer="table_overrides")
    assert table[["override", "name"]].to_numpy().tolist() == [["private", "South Quay"], ["bus", "Bridge"]]
    assert table.length_m.to_numpy() == pytest.approx([1600.0, 400.0], abs=1.0)
    layer = gpd.read_file(folder / "proposal.gpkg", layer="roads").query("name == 'South Quay'")
    assert set(layer.forward_override) == {"private"}
    assert set(layer.backward_override) == {""}  # one-way
    assert "1.6 km" in note(folder, "note_override_private")
    sheet = pd.read_excel(folder / "proposal.xlsx", sheet_name="rights of way")
    assert sheet["opened by"].tolist() == ["private road", "bus lane"]
    with sqlite3.connect(folder / "proposal.gpkg") as package:
        package.execute("UPDATE table_overrides SET length_m = 100 WHERE override = 'bus'")
    with pytest.raises(VerificationError, match="table_overrides"):
        verify(folder)
