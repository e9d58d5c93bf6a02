"""Every source of demand: called by name, with totals that must agree."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from siting.errors import InputError
from siting.inputs.demand import SOURCES, CarriedDemand, carry
from siting.study_area import StudyArea
from tests.inputs.osm_text import town
from tests.inputs.rasters import write_raster

AREA = StudyArea.from_geometry(gpd.GeoSeries([shapely.box(121.205, 31.405, 121.225, 31.425)], crs=4326))


def options(source: str, folder: Path) -> dict[str, Any]:
    """A small example of each source; a source that is added to SOURCES adds its own here."""
    if source == "raster":
        return {"path": write_raster(folder / "a.tif", np.full((20, 20), 5.0)), "unit": "people_per_cell"}
    if source == "table":
        rows = gpd.GeoDataFrame(
            {"w": [1.5, 2.5]}, geometry=gpd.points_from_xy([121.21, 121.3], [31.41, 31.41]), crs=4326
        )
        rows.to_file(folder / "a.gpkg")
        return {"path": folder / "a.gpkg", "weight": "w"}
    if source == "incidents":
        (folder / "calls.csv").write_text("lon,lat,time\n121.21,31.41,2025-01-01 08:30\n121.3,31.41,\n", "utf-8")
        return {"path": folder / "calls.csv"}
    if source == "risk":
        named = {name: carry(name, AREA, **options(name, folder)) for name in ("incidents", "land")}
        return {"parts": named, "shares": {"incidents": 2.0, "land": 1.0}}
    return {"buildings": {"path": town(folder)}, "land": {}}[source]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("at_edge", ["share", "inside"])
def test_nobody_is_lost(source: str, at_edge: str, tmp_path: Path) -> None:
    """What every source promises: one weight for each cell, none below 0, and totals that agree."""
    edge = {} if source == "risk" else {"at_edge": at_edge}  # each part of a mix has its own
    carried = carry(source, AREA, **edge, **options(source, tmp_path))
    assert carried.weight.index.equals(AREA.cells.index)
    assert (carried.weight >= 0).all()
    assert carried.weight.sum() == pytest.approx(carried.total_inside, rel=1e-9)
    assert carried.total_inside + carried.total_outside == pytest.approx(carried.total_read, rel=1e-9)
    assert carried.total_inside > 0
    assert carried.unit
    assert carried.source


def test_names_and_options_are_checked(tmp_path: Path) -> None:
    """The nearest source is named, and every option that is wrong or missing."""
    with pytest.raises(InputError, match=r"Did you mean 'raster'\?"):
        carry("rastr", AREA)
    with pytest.raises(InputError) as caught:
        carry("raster", AREA, weight="people", path=tmp_path)
    assert len(caught.value.faults) == 2
    assert "takes no 'weight'. It takes unit, at_edge, band, crs, nodata." in str(caught.value)
    assert "needs 'unit'" in str(caught.value)
    with pytest.raises(InputError, match=r"at_edge: 'shared' is not known. Did you mean 'share'\?"):
        carry("land", AREA, at_edge="shared")
    with pytest.raises(InputError, match="'land' takes no file"):
        carry("land", AREA, path=tmp_path)
    with pytest.raises(InputError, match="'buildings' needs file"):
        carry("buildings", AREA)


def test_lost_people_stop_everything() -> None:
    """The totals are checked where they are put together, to one in a thousand million."""
    weight = pd.Series([1.0, 2.0])
    CarriedDemand(weight, 4.0, 3.0, 1.0, unit="people", source="x")
    for read, inside, outside in ((4.1, 3.0, 1.0), (4.0, 3.1, 0.9), (4.0 + 1e-7, 3.0, 1.0)):
        with pytest.raises(InputError, match="some were lost"):
            CarriedDemand(weight, read, inside, outside, unit="people", source="x")


def test_nobody_inside_is_a_fault() -> None:
    """A plan for nobody is a mistake in the input."""
    with pytest.raises(InputError, match="Of 7 people in it none is inside"):
        CarriedDemand(pd.Series([0.0]), 7.0, 0.0, 7.0, unit="people", source="x")


def test_land_is_its_area() -> None:
    """Square kilometres, all inside."""
    carried = carry("land", AREA)
    assert carried.total_read == pytest.approx(AREA.area_km2, rel=1e-9)
    assert (carried.unit, carried.total_outside) == ("km²", 0.0)


def test_buildings_by_floor_area_and_count(tmp_path: Path) -> None:
    """The way has three levels, the relation does not say: one, with a note; each is placed inside itself."""
    path = town(tmp_path)
    carried = carry("buildings", AREA, path=path)
    assert carried.rows is not None
    degree_m = 111_000.0
    footprint = (0.002 * degree_m) ** 2 * np.cos(np.radians(31.41))
    assert carried.rows.loc["way/1", carried.unit] == pytest.approx(3 * footprint, rel=0.01)
    assert [note.examples for note in carried.notes] == [("relation/1",)]
    counted = carry("buildings", AREA, path=path, weight="count")
    assert (counted.total_read, counted.total_inside, counted.unit) == (2.0, 2.0, "buildings")
    with pytest.raises(InputError, match="floor_area, count"):
        carry("buildings", AREA, path=path, weight="height")


def test_levels_that_no_building_has(tmp_path: Path) -> None:
    """A slip of the pen does not put a city into one house."""
    path = town(tmp_path)
    path.write_text(
        path.read_text("utf-8").replace('k="building:levels" v="3"', 'k="building:levels" v="3000"'), "utf-8"
    )
    assert [note.examples for note in carry("buildings", AREA, path=path).notes] == [("way/1", "relation/1")]


def test_buildings_of_a_layer(tmp_path: Path) -> None:
    """Outlines of 600 m² of 3, no and 300 storeys: floor area by the named column, one storey where it fails."""
    x, y = AREA.boundary.centroid.coords[0]
    outlines = [shapely.box(x + east, y, x + east + 20, y + 30) for east in (10, 210, 410)]
    path = tmp_path / "outlines.parquet"
    gpd.GeoDataFrame({"层数": [3.0, None, 300]}, geometry=outlines, crs=AREA.crs).to_parquet(path)
    carried = carry("buildings", AREA, path=path, levels_column="层数")
    assert carried.total_inside == pytest.approx(1800 + 600 + 600)
    assert [(note.key, note.examples) for note in carried.notes] == [("note_buildings_without_levels", ("2", "3"))]
    assert carry("buildings", AREA, path=path, weight="count").notes == ()
    with pytest.raises(InputError, match="No column 'floors'"):
        carry("buildings", AREA, path=path, levels_column="floors")


def test_a_file_without_buildings(tmp_path: Path) -> None:
    """Says what else to take."""
    (tmp_path / "a.osm").write_text("<osm version='0.6'><node id='1' lat='1' lon='1'/></osm>")
    with pytest.raises(InputError, match="no outline of a building"):
        carry("buildings", AREA, path=tmp_path / "a.osm")


@pytest.mark.real
def test_buildings_of_a_clipped_extract(real: Callable[[str], Path]) -> None:
    """Central Helsinki was cut through houses: 90 have nodes beyond the edge, are left out and noted."""
    area = StudyArea.from_geometry(gpd.GeoSeries([shapely.box(24.93, 60.16, 24.96, 60.18)], crs=4326))
    carried = carry("buildings", area, path=real("helsinki_center/Helsinki.osm.pbf"))
    assert carried.unit == "floor_area_m2"
    assert carried.notes[0].key == "note_buildings_without_outline"
    assert carried.notes[0].count == 90


@pytest.mark.real
def test_liechtenstein_buildings(real: Callable[[str], Path]) -> None:
    """9,001 objects: one is not built any more or yet, six have no outline and are noted."""
    area = StudyArea.from_geometry(gpd.GeoSeries([shapely.box(9.47, 47.04, 9.64, 47.28)], crs=4326), cell_m=500)
    carried = carry("buildings", area, path=real("liechtenstein/liechtenstein-2015.osm.pbf"), weight="count")
    assert carried.total_read == 8994
    assert [note.count for note in carried.notes] == [6]
