"""Grid levels: sums that lose nobody, parents by most land, and the same in every file of a proposal."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import siting
from siting import toy
from siting.errors import ScenarioError, VerificationError
from siting.grids import OUTSIDE, grid_levels, rolled_up
from siting.verification import verify
from tests.pipeline.conftest import osm_text, points, town, town_once

__all__ = ["osm_text", "points", "town", "town_once"]


def squares(**boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": list(boxes), "level": ""},
        geometry=[shapely.box(*box) for box in boxes.values()],
        index=pd.Index(list(boxes), name="unit_id", dtype=object),
        crs=4549,
    )


@pytest.fixture
def cells() -> gpd.GeoDataFrame:
    """Four rows of ten cells, each of one square metre, called 100 to 139."""
    row, column = np.divmod(np.arange(40), 10)
    return gpd.GeoDataFrame(
        {"x": column + 0.5, "y": row + 0.5, "area_km2": 1.0, "people": np.arange(40.0)},
        geometry=shapely.box(column, row, column + 1, row + 1),
        index=pd.RangeIndex(100, 140, name="cell_id"),
        crs=4549,
    )


def test_every_level_adds_up_to_the_whole(cells: gpd.GeoDataFrame) -> None:
    """With units that overlap, leave gaps and lie astride: each cell counts once at each level."""
    layers = {
        "large": squares(A=(0, 0, 6, 4), B=(5, 0, 9, 4)),
        "middle": squares(a=(0, 0, 3, 4), b=(4, 0, 7, 2), c=(2, 3, 10, 4)),
    }
    levels, notes = grid_levels(layers, cells)
    amounts = cells[["people", "area_km2"]]
    for level in levels:
        table = rolled_up(level, amounts, {"stations": gpd.GeoSeries([shapely.Point(9.5, 0.5)], crs=4549)})
        assert table.people.sum() == cells.people.sum()
        assert table.area_km2.sum() == cells.area_km2.sum()
        assert table.cells.sum() == len(cells)
        assert table.stations.to_dict() == {**dict.fromkeys(table.index, 0), OUTSIDE: 1}
    assert {note.key for note in notes} >= {"note_units_astride", "note_cells_in_several_units"}


def test_parents_hold_most_of_the_land(cells: gpd.GeoDataFrame) -> None:
    """b has columns 4 and 5 in A and 6 in B; c ends up where most of it lies; a unit in none has no parent."""
    layers = {
        "large": squares(A=(0, 0, 6, 3), B=(6, 0, 10, 3)),
        "small": squares(b=(4, 0, 7, 2), c=(5, 2, 10, 3), d=(0, 3, 10, 4)),
    }
    (_, small), notes = grid_levels(layers, cells)
    assert small.units.parent_id.to_dict() == {"b": "A", "c": "B", "d": ""}
    (astride,) = [note for note in notes if note.key == "note_units_astride"]
    assert astride.examples == ("b", "c")


def test_nested_units_add_up_to_their_parents(cells: gpd.GeoDataFrame) -> None:
    """Where every unit lies in one parent and leaves no gap, children add up to each parent exactly."""
    layers = {
        "large": squares(A=(0, 0, 5, 4), B=(5, 0, 10, 4)),
        "middle": squares(a=(0, 0, 5, 2), b=(0, 2, 5, 4), c=(5, 0, 7, 4), d=(7, 0, 10, 4)),
    }
    (large, middle), notes = grid_levels(layers, cells)
    above, below = (rolled_up(level, cells[["people"]], {}) for level in (large, middle))
    assert below.groupby("parent_id").people.sum().to_dict() == above.people.to_dict()
    assert not notes


GRID = """\
[[grid]]
level = "middle"
file = "middle.geojson"
id_column = "code"
[[grid]]
level = "large"
file = "large.geojson"
id_column = "code"
name_column = "title"
[[plan]]
"""


@pytest.fixture
def gridded(town: Path) -> Path:
    """The toy town: two large units west and east of its middle, and one middle unit across both."""
    x, y = toy.xy([(0.0, 0.0)])
    for name, boxes in {
        "large": [(-100, -100, 800, 1300), (800, -100, 1700, 1300)],
        "middle": [(0, 0, 1200, 900)],
    }.items():
        ground = [shapely.box(a + x[0], b + y[0], c + x[0], d + y[0]) for a, b, c, d in boxes]
        table = gpd.GeoDataFrame({"code": [f"{name}{i}" for i in range(len(boxes))], "title": "T"}, geometry=ground,
                                 crs=toy.CRS)  # fmt: skip
        table.to_crs("EPSG:4326").to_file(town.with_name(f"{name}.geojson"), driver="GeoJSON")
    town.write_text(town.read_text("utf-8").replace("[[plan]]\n", GRID), "utf-8")
    return town


def test_levels_of_a_scenario_are_in_every_file(gridded: Path, tmp_path: Path) -> None:
    """People of d1, d2 and d4 live in the west; verified, and what is tampered with is found."""
    folder = siting.propose(gridded).write(tmp_path / "out")
    verify(folder)
    told = pd.DataFrame(json.loads((folder / "summary.json").read_text("utf-8"))["grid"])
    today = told[told.situation == "today"].set_index(["level", "unit_id"])
    assert today.people["large"].to_dict() == pytest.approx({"large0": 700.0, "large1": 300.0}, abs=1e-6)
    assert today.people["middle"].sum() == pytest.approx(1000.0)
    assert today.parent_id["middle", "middle0"] == "large0"
    assert today.stations["large"].to_dict() == {"large0": 1, "large1": 0}
    assert told.groupby(["situation", "level"]).hydrants.sum().eq(2).all()
    text = (folder / "summary.json").read_text("utf-8")
    summary = json.loads(text)
    summary["grid"][0]["people"] += 1
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    with pytest.raises(VerificationError, match="grid, large, today: people"):
        verify(folder)


def test_a_level_given_twice_is_refused(gridded: Path) -> None:
    """Two files of one level would count everybody twice."""
    gridded.write_text(gridded.read_text("utf-8").replace('level = "middle"', 'level = "large"'), "utf-8")
    with pytest.raises(ScenarioError, match="two \\[\\[grid\\]\\] tables of one level"):
        siting.propose(gridded)
