"""Shifts that nobody declared: found on the built-in district, and not found where there is none."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.inputs.road_network import read_roads
from siting.inputs.suspected_shift import suspected_shift
from siting.inputs.vector import read_table
from siting.network import RoadNetwork
from siting.pipeline.propose import only_scenario
from siting.pipeline.read import study_area
from siting.shifted import SHIFTED, SHIFTING, Shift
from siting.speeds import load_profile
from siting.synthetic import demo_folder

DEMO = demo_folder()


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    area = study_area(only_scenario(DEMO / "scenario.toml"))
    return read_roads(DEMO / "roads.osm.pbf", area, speeds=load_profile("fire-engine"), cache=False)


def moved(places: gpd.GeoDataFrame, way: Shift) -> gpd.GeoDataFrame:
    return places.set_geometry(shapely.transform(places.geometry.to_numpy(), way, interleaved=False), crs=places.crs)


@pytest.mark.parametrize("layer", ["hydrants", "stations", "candidates", "micro_stations", "protected"])
def test_right_places_are_not_suspected(network: RoadNetwork, layer: str) -> None:
    """3,861 hydrants, 300 lots, 118 exits and 19 stations that stand where they say."""
    assert suspected_shift(read_table(DEMO / f"{layer}.geojson"), network, layer) == []


@pytest.mark.parametrize("layer", ["hydrants", "candidates", "protected"])
@pytest.mark.parametrize("shift", sorted(SHIFTING))
def test_undeclared_shift_is_suspected(network: RoadNetwork, layer: str, shift: str) -> None:
    """Each layer, read as WGS 84 though it is shifted: the right shift is named, with how far to move it back."""
    places = read_table(DEMO / f"{layer}.geojson")
    shown = moved(places, SHIFTING[shift])
    (note,) = suspected_shift(shown, network, layer)
    assert (note.key, note.values["shift"], note.count) == ("note_suspected_shift", shift, len(places))
    true, read = (np.array([p.geometry.to_crs(4549).x, p.geometry.to_crs(4549).y]) for p in (places, shown))
    east, north = np.median(true - read, axis=1)
    assert (float(note.values["east"]), float(note.values["north"])) == pytest.approx((east, north), abs=3)  # type: ignore[arg-type]


def test_conversion_without_need_is_suspected(network: RoadNetwork) -> None:
    """WGS 84 that was declared GCJ-02, and so moved away: told as what it is."""
    (note,) = suspected_shift(moved(read_table(DEMO / "hydrants.geojson"), SHIFTED["GCJ-02"]), network, "hydrants")
    assert (note.key, note.values["shift"]) == ("note_suspected_conversion", "GCJ-02")


def test_few_places_are_never_suspected(network: RoadNetwork) -> None:
    """Nine shifted hydrants may be chance (1 in 512 at best), and are let pass."""
    shown = moved(read_table(DEMO / "hydrants.geojson").head(9), SHIFTING["GCJ-02"])
    assert suspected_shift(shown, network, "hydrants") == []


def test_other_errors_are_not_called_a_shift(network: RoadNetwork) -> None:
    """300 lots put 300 m aside, in each of eight directions: off the roads, and not by a shift."""
    lots = read_table(DEMO / "candidates.geojson").to_crs(4549)
    for angle in np.arange(8) * np.pi / 4:
        aside = lots.set_geometry(lots.translate(300 * np.cos(angle), 300 * np.sin(angle)))
        assert suspected_shift(aside, network, "lots") == []
