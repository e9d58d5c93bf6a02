"""Every layer is in the file, in its CRS, with the caller's rows and columns, whatever they were called."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from siting.proposal import Proposal
from siting.reports.geopackage import writable, write_geopackage
from tests.reports.handmade import NASTY


@pytest.fixture
def package(proposal: Proposal, tmp_path: Path) -> Path:
    path = tmp_path / "proposal.gpkg"
    write_geopackage(proposal, path)
    return path


def test_every_layer_with_its_crs(package: Path) -> None:
    """Facilities in the caller's CRS, computed layers in metres; the table `layers` says so for each."""
    listed = pyogrio.read_dataframe(package, layer="layers").set_index("layer")
    there = {name for name, _ in pyogrio.list_layers(package)}
    assert there == {*listed.index, "layers", "layer_styles"}
    assert listed.crs["stations"] == listed.crs["hydrants"] == "EPSG:4326"
    computed = ["boundary", "grid_units", "cells", "roads", "districts_today", "districts_proposed", "hydrant_gaps"]
    assert set(listed.crs[computed]) == {"EPSG:32650"}
    for name in computed:
        layer = pyogrio.read_dataframe(package, layer=name)
        assert layer.crs.to_string() == "EPSG:32650"
        assert len(layer) == listed.rows[name]


def test_the_callers_rows_come_back(package: Path, proposal: Proposal) -> None:
    """Order, geometry, text as it was; a list becomes text, `Name` gives way to our `name`, `fid` stays a column."""
    stations = pyogrio.read_dataframe(package, layer="stations")
    assert stations.site_id.tolist() == ["A", "B", "C"]
    assert stations["Name_2"].tolist() == ["one", "two", "three"]
    assert stations["name"].tolist() == [NASTY, "", ""]
    assert stations["fid"].tolist() == [7, 7, 8]
    assert stations["list"].tolist()[:2] == ['["a", "b"]', "3"]
    assert stations.geometry.geom_equals_exact(proposal.facilities["station"].geometry.reset_index(drop=True), 0).all()
    renamed = pyogrio.read_dataframe(package, layer="layers").set_index("layer").renamed["stations"]
    assert renamed == "Name -> Name_2"


def test_hydrants_with_their_reason(package: Path) -> None:
    """A hydrant that does not count is there, and says why."""
    hydrants = pyogrio.read_dataframe(package, layer="hydrants")
    assert hydrants.reason.tolist() == ["", "", "excluded: status is broken"]


def test_unreachable_is_empty(package: Path) -> None:
    """The cell without a road has no time, not an infinite one."""
    cells = pyogrio.read_dataframe(package, layer="cells").set_index("cell_id")
    assert np.isnan(cells.today_travel_time_s[4])
    assert cells.today_reason[4] == "no_road"
    numbers = cells.select_dtypes("number").to_numpy(dtype=float)
    assert not np.isinf(numbers).any()


def test_roads_hold_the_network(package: Path) -> None:
    """Nodes by position, seconds each way, empty where nobody drives."""
    roads = pyogrio.read_dataframe(package, layer="roads")
    assert roads.from_node.tolist() == [0, 1, 2, 3]
    assert roads.to_node_id.tolist() == [101, 102, 103, 104]
    assert roads.forward_s.tolist() == [60.0] * 4
    assert roads["name"][1] == NASTY


def test_written_again_it_is_the_same(proposal: Proposal, tmp_path: Path) -> None:
    """The time of writing is not in the file."""
    write_geopackage(proposal, tmp_path / "a.gpkg")
    write_geopackage(proposal, tmp_path / "b.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


@pytest.mark.parametrize("odd", ["", " ", "geometry", "gpkg_row", "汉字", "a b", "x" * 70, 5, "select"])
def test_odd_column_names(odd: object, tmp_path: Path) -> None:
    """Any name can be written, beside another that differs only in case."""
    table = pd.DataFrame({odd: [1], str(odd).upper() + "2": [2], str(odd).upper() + "2 ": ["x"]})
    plain, _ = writable(table)
    pyogrio.write_dataframe(plain, tmp_path / "t.gpkg", layer="t", driver="GPKG", FID="gpkg_row")
    assert pyogrio.read_dataframe(tmp_path / "t.gpkg", layer="t").iloc[0].tolist() == [1, 2, "x"]


def test_odd_column_types(tmp_path: Path) -> None:
    """Categories, unsigned and missing integers, dates, durations, mixed values and nested ones."""
    table = gpd.GeoDataFrame(
        {
            "category": pd.Categorical(["a", None]),
            "unsigned": np.array([1, 2], dtype=np.uint64),
            "integer": pd.array([1, None], dtype="Int64"),
            "flag": pd.array([True, None], dtype="boolean"),
            "date": pd.to_datetime(["2026-01-01", None]),
            "duration": pd.to_timedelta([1, 2], unit="s"),
            "mixed": [1, "b"],
            "nested": [{"a": [1]}, None],
            "infinite": [np.inf, 1.0],
        },
        geometry=gpd.points_from_xy([0, 1], [0, 1]),
        crs="EPSG:4326",
    )
    plain, renamed = writable(table)
    assert renamed == ""
    pyogrio.write_dataframe(plain, tmp_path / "t.gpkg", layer="t", driver="GPKG")
    back = pyogrio.read_dataframe(tmp_path / "t.gpkg", layer="t")
    assert back["category"][0] == "a"
    assert back["unsigned"].tolist() == [1, 2]
    assert back["mixed"].tolist() == ["1", "b"]
    assert back["nested"][0] == '{"a": [1]}'
    assert np.isnan(back["infinite"][0])
    assert bool(back["flag"][0]) is True


def test_an_audit_has_one_state(audit: Proposal, tmp_path: Path) -> None:
    """No layer of proposed districts where nothing is proposed."""
    write_geopackage(audit, tmp_path / "p.gpkg")
    names = {name for name, _ in pyogrio.list_layers(tmp_path / "p.gpkg")}
    assert "districts_today" in names
    assert "districts_proposed" not in names
