"""Candidates stand on the roads they name, inside, never crowded, never far apart; bad requests say why."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from scipy.spatial import cKDTree

from siting import toy
from siting.candidates import candidates_along_roads
from siting.errors import InputError
from siting.inputs.roads import read_ways
from siting.network import build_network
from siting.speeds import load_profile
from tests.network.drawing import draw

FACILITY = ["kind", "class", "name", "role", "turnout_s", "source", "reason"]
COLUMNS = [*FACILITY, "frontage", "highway", "edge", "fraction", "geometry"]


def plan_xy(table) -> list[tuple[float, float]]:
    """Candidates in the toy town's plan coordinates, to the centimetre."""
    return [(round(p.x - toy.ORIGIN[0], 2), round(p.y - toy.ORIGIN[1], 2)) for p in table.geometry]


def test_the_toy_town_solved_by_hand() -> None:
    """South Street: the middles of four blocks of 400 m; every 200 m there are two places in each block."""
    ground = toy.area().boundary
    every_400 = candidates_along_roads(toy.network(), ground, 400, highway=["secondary"])
    assert sorted(plan_xy(every_400)) == [(200, 0), (600, 0), (1000, 0), (1400, 0)]
    every_200 = candidates_along_roads(toy.network(), ground, 200, highway=["secondary"])
    assert sorted(plan_xy(every_200)) == [(100.0 + 200 * i, 0) for i in range(8)]


def test_neither_on_the_bridge_nor_on_the_island() -> None:
    table = candidates_along_roads(toy.network(), toy.area().boundary, 100, highway=["primary", "service", "tertiary"])
    assert set(table.frontage) == {"C Avenue", "South Quay", "North Quay"}


def test_places_closer_than_half_the_spacing_are_left_out() -> None:
    """Blocks of 60 m have their middles 60 m apart; with 75 m asked for, what stays is 120 or 180 m apart."""
    points = {f"p{i}": (60.0 * i, 0.0) for i in range(11)}
    roads = [(f"p{i} p{i + 1}", {"highway": "primary"}) for i in range(10)]
    network = build_network(draw(points, roads), load_profile("flat-40"), toy.CRS)
    (west, east), (south, north) = toy.xy([(-10, -10), (610, 10)])
    table = candidates_along_roads(network, shapely.box(west, south, east, north), 150)
    east_m = sorted(x for x, _ in plan_xy(table))
    middles = [30.0 + 60 * i for i in range(10)]
    assert set(east_m) <= set(middles)
    assert set(np.diff(east_m)) <= {120.0, 180.0}
    assert all(min(abs(middle - kept) for kept in east_m) < 75 for middle in middles)


def test_it_is_a_facility_table() -> None:
    table = candidates_along_roads(
        toy.network(), toy.area().boundary, 300, highway=["residential"], kind="micro_station", class_name="一级"
    )
    assert list(table.columns) == COLUMNS
    assert table.index.name == "site_id"
    assert list(table.index) == [f"C{i:04d}" for i in range(1, len(table) + 1)]
    assert table.crs == toy.CRS
    assert set(table["kind"]) == {"micro_station"}
    assert set(table["class"]) == {"一级"}
    assert set(table["role"]) == {"candidate"}
    assert set(table["reason"]) == {""}
    assert table["turnout_s"].isna().all()
    assert set(table["highway"]) == {"residential"}


def test_edge_and_fraction_are_where_the_point_is() -> None:
    network = toy.network()
    table = candidates_along_roads(network, toy.area().boundary, 150)
    assert table.geometry.x.to_numpy() == pytest.approx(
        network.x[network.edge_from[table.edge]] * (1 - table.fraction)
        + network.x[network.edge_to[table.edge]] * table.fraction
    )


def test_only_inside_the_boundary() -> None:
    (west, east), (south, north) = toy.xy([(-10, -10), (500, 500)])
    corner = shapely.box(west, south, east, north)
    table = candidates_along_roads(toy.network(), corner, 400)
    assert table.within(corner).all()
    assert sorted(plan_xy(table)) == [(200, 0), (200, 400)]


def test_no_road_of_the_class_names_those_that_are_there() -> None:
    with pytest.raises(
        InputError, match=r"No road of class motorway lies inside.*inside: primary, residential, secondary, tertiary"
    ):
        candidates_along_roads(toy.network(), toy.area().boundary, 200, highway=["motorway"])
    with pytest.raises(InputError, match="Classes inside: none"):
        candidates_along_roads(toy.network(), shapely.box(0, 0, 1, 1), 200)


@pytest.mark.parametrize("spacing_m", [0, -5, float("nan")])
def test_spacing_must_be_positive(spacing_m: float) -> None:
    with pytest.raises(InputError, match="spacing_m is"):
        candidates_along_roads(toy.network(), toy.area().boundary, spacing_m)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "epsg", "spacing_m"),
    [("guixi/guixi.osm", 4548, 250), ("cambridge_ma/cambridge_city_derived.osm.pbf", 32619, 150)],
)
def test_real_roads_are_filled_evenly(real, name: str, epsg: int, spacing_m: float) -> None:
    network = build_network(read_ways(real(name)), load_profile("fire-engine"), pyproj.CRS.from_epsg(epsg))
    everywhere = shapely.box(*network.coords.min(axis=0) - 1, *network.coords.max(axis=0) + 1)
    table = candidates_along_roads(network, everywhere, spacing_m)
    xy = np.column_stack([table.geometry.x, table.geometry.y])
    assert cKDTree(xy).query(xy, k=2)[0][:, 1].min() >= spacing_m / 2
    eligible = (
        network.is_main
        & network.edges["has_frontage"]
        & network.edges["highway"].isin(["primary", "secondary", "tertiary"])
    )
    along = network.coords[np.repeat(eligible, np.diff(network.coord_ptr))]
    assert cKDTree(xy).query(along)[0].max() <= spacing_m
    assert table.equals(candidates_along_roads(network, everywhere, spacing_m))
