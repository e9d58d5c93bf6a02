"""Isochrones: valid, nested, around their site, and in agreement with the times of places on the road."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting import toy
from siting.errors import InputError
from siting.inputs.roads import read_ways
from siting.network import build_network, position_xy, snap
from siting.speeds import load_profile
from siting.travel_time import Drawing, isochrone_blocks, isochrones, nearest, reach
from siting.travel_time.isochrones import FORMS
from tests.travel_time.streets import network_of, places, random_places, town

NAMES = pd.Index(list(toy.SITES))


def test_a_straight_street_by_hand() -> None:
    """A street of 400 m, all reached: a band of 80 m with round ends, within a cell."""
    network = network_of([(0, 0), (400, 0)], [(0, 1, 40_000, 40_000)])
    (found,) = isochrones(network, places((0, 0.5)), [60.0], pd.Index(["S"])).itertuples()
    street = shapely.LineString([(0, 0), (400, 0)])
    assert street.buffer(20).within(found.geometry)
    assert found.geometry.within(street.buffer(60))
    assert found.area_km2 == pytest.approx(found.geometry.area / 1e6)
    assert found.area_km2 == pytest.approx(street.buffer(40).area / 1e6, rel=0.15)


def test_rows_are_sites_by_limits_in_the_order_given() -> None:
    """One row for each site and limit, in the network's CRS."""
    found = isochrones(toy.network(), toy.sites(), [90.0, 30.5], NAMES)
    assert found.site_id.tolist() == ["S", "S", "N", "N", "E", "E"]
    assert found.limit_s.tolist() == [90.0, 30.5] * 3
    assert found.crs == toy.network().crs


@pytest.mark.parametrize("form", FORMS)
def test_off_road_has_empty_land(form: str) -> None:
    """A site off the road keeps its row and has no land."""
    off = isochrones(toy.network(), places((-1, 0.0)), [30.0], pd.Index(["X"]), Drawing(form=form))
    assert off.area_km2.tolist() == [0.0]
    assert off.geometry.is_empty.all()


def test_a_block_within_streets_stays_a_hole() -> None:
    """The middle of a block of 400 m is 200 m from any street: not reached."""
    (found,) = isochrones(toy.network(), toy.sites().take(np.array([0])), [600.0], NAMES[:1]).geometry
    assert sum(len(part.interiors) for part in found.geoms) == 8  # the river is open to both sides


def test_clipped_to_the_boundary() -> None:
    """Nothing is drawn outside the polygon that is asked for."""
    area = toy.area().boundary.centroid.buffer(500)
    found = isochrones(toy.network(), toy.sites(), [120.0], NAMES, Drawing(within=area))
    assert found.within(area.buffer(1e-6)).all()
    assert (found.area_km2 > 0).any()


def test_a_boundary_along_the_outline_leaves_no_line() -> None:
    """Land that it only touches is none; what is left of the others are polygons, as every file expects."""
    west, south, east, north = isochrones(toy.network(), toy.sites(), [60.0], NAMES).geometry[0].bounds
    beside = shapely.box(west - 100, south, west, north)
    touching = shapely.union(beside, shapely.box(west - 100, south, east, (south + north) / 2))
    for within in (beside, touching):
        found = isochrones(toy.network(), toy.sites(), [60.0], NAMES, Drawing(within=within))
        assert set(found.geom_type) <= {"Polygon", "MultiPolygon"}
    assert found.area_km2[0] > 0


@pytest.mark.parametrize("form", FORMS)
def test_without_sites_there_is_no_land(form: str) -> None:
    """No row, or one of all sites that is empty."""
    nobody = toy.sites().take(np.arange(0))
    found = isochrones(toy.network(), nobody, [60.0, 90.0], NAMES[:0], Drawing(form=form, rings=True))
    assert found.geometry.is_empty.all()
    assert len(found) == (2 if form == "dissolved" else 0)


def test_dissolved_is_the_union() -> None:
    """One polygon for all sites together, the same land as theirs put together."""
    one_by_one = isochrones(toy.network(), toy.sites(), [60.0, 120.0], NAMES)
    together = isochrones(toy.network(), toy.sites(), [60.0, 120.0], NAMES, Drawing(form="dissolved"))
    assert together.limit_s.tolist() == [60.0, 120.0]
    assert together.site_id.isna().all()
    for limit_s, land in zip(together.limit_s, together.geometry, strict=True):
        union = one_by_one[one_by_one.limit_s == limit_s].union_all()
        assert land.symmetric_difference(union).area < 0.03 * union.area


@pytest.mark.real
def test_agrees_with_the_travel_times_of_a_metropolis(real: Callable[[str], Path]) -> None:
    """In Porto, of the demand beside roads that sites reach in 240 s, at most 0.5 % lies outside their polygons."""
    roads = read_ways(real("porto_metro/porto_portugal.osm.pbf"))
    network = build_network(roads, load_profile("fire-engine"), pyproj.CRS("EPSG:32629"))
    rng = np.random.default_rng(4)
    sites = random_places(network, 20, rng)
    x, y = (position_xy(network, random_places(network, 60_000, rng)) + rng.uniform(-25.0, 25.0, (60_000, 2))).T
    is_place = np.isfinite(x)
    x, y = x[is_place], y[is_place]
    ids = {"site_ids": pd.RangeIndex(20), "demand_ids": pd.RangeIndex(len(x))}
    times = reach(network, sites, snap(network, x, y, 40.0), 240.0, **ids)
    is_reached, is_inside = np.zeros((2, 20, len(x)), dtype=bool)
    is_reached[times.site, times.demand] = True
    for site, land in enumerate(isochrones(network, sites, [240.0], ids["site_ids"]).geometry):
        is_inside[site] = shapely.contains_xy(land, x, y)
    assert is_reached.sum() > 5000
    assert (is_reached & ~is_inside).sum() <= 0.005 * is_reached.sum()
    assert (is_inside & ~is_reached).sum() <= 0.03 * is_inside.sum()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), shorter=st.floats(0.5, 40.0), more=st.floats(0.5, 40.0))
def test_valid_nested_and_around_the_site(seed: int, shorter: float, more: float) -> None:
    """On any town: valid polygons, a longer limit holds a shorter one, and the site lies in the shortest."""
    rng = np.random.default_rng(seed)
    network, sites = town(rng, side=4), places((int(rng.integers(16)), float(rng.random())))
    inner, outer = isochrones(network, sites, [shorter, shorter + more], pd.Index(["S"])).geometry
    assert inner.is_valid
    assert outer.is_valid
    assert inner.difference(outer).area < 1e-6
    assert inner.contains(shapely.Point(*position_xy(network, sites)[0]))


def test_agrees_with_the_times_of_places_on_the_road() -> None:
    """All that is reached on the road lies inside, and hardly anything that is not."""
    rng = np.random.default_rng(2)
    network = town(rng, side=12)
    site, demand = places((40, 0.3)), random_places(network, 3000, rng)
    demand = demand.take(demand.on_road & (demand.edge < network.n_edges - 3))  # three lie on top of other streets
    in_time = nearest(network, site, demand).travel_s <= 40.0
    (land,) = isochrones(network, site, [40.0], pd.Index(["S"])).geometry
    inside = shapely.contains_xy(land, *position_xy(network, demand).T)
    assert inside[in_time].all()
    assert in_time[inside].mean() > 0.97
    assert (~inside).sum() > 500


def test_agrees_with_the_travel_times_of_the_land() -> None:
    """
    Points of land, set on the nearest road as demand is: those in time are inside, the others outside.

    All but the width of a cell along the outlines; half the cell, half of what is wrong.
    """
    rng = np.random.default_rng(3)
    network = town(rng, side=12)
    site = places((40, 0.3))
    x, y = rng.uniform(-60.0, 1160.0, (2, 40_000))
    at = snap(network, x, y, 30.0)
    in_time = nearest(network, site, at).travel_s <= 40.0
    wrong = []
    for cell_m in (10.0, 5.0):
        (land,) = isochrones(network, site, [40.0], pd.Index(["S"]), Drawing(reach_m=30.0, cell_m=cell_m)).geometry
        wrong.append((shapely.contains_xy(land, x, y) != in_time).sum() / in_time.sum())
    assert wrong[0] < 0.05
    assert wrong[1] < 0.6 * wrong[0]


def test_rings_lie_around_each_other() -> None:
    """Each limit without the shorter ones, whatever their order; together they are the longest."""
    whole = isochrones(toy.network(), toy.sites(), [120.0, 30.0, 60.0], NAMES)
    rings = isochrones(toy.network(), toy.sites(), [120.0, 30.0, 60.0], NAMES, Drawing(rings=True))
    assert rings.limit_s.tolist() == whole.limit_s.tolist()
    area = rings.area_km2.to_numpy().reshape(3, 3)
    np.testing.assert_allclose(area.sum(axis=1), whole.area_km2[whole.limit_s == 120.0])
    for _, of_site in rings.groupby("site_id"):
        outer, inner, middle = of_site.geometry
        assert max(outer.intersection(inner).area, outer.intersection(middle).area) < 1e-6
        assert inner.intersection(middle).area < 1e-6
        assert inner.area > 0


def test_nearest_only_shares_the_land_out() -> None:
    """No land belongs to two sites; together it is what all reach; each point lies with the site that is first."""
    rng = np.random.default_rng(4)
    network = town(rng, side=12)
    sites = places((30, 0.2), (90, 0.6), (-1, 0.0), (150, 0.5))
    ids = pd.Index(["a", "b", "off", "c"])
    shares = isochrones(network, sites, [40.0, 60.0], ids, Drawing(form="nearest", reach_m=30.0))
    assert shares.site_id.tolist() == ["a", "a", "b", "b", "off", "off", "c", "c"]
    longest = shares[shares.limit_s == 60.0].geometry.to_numpy()
    union = shapely.union_all(longest)
    assert sum(land.area for land in longest) - union.area < 0.002 * union.area
    (together,) = isochrones(network, sites, [60.0], ids, Drawing(form="dissolved", reach_m=30.0)).geometry
    assert union.symmetric_difference(together).area < 0.03 * together.area
    low_x, low_y, high_x, high_y = np.floor(np.array(together.bounds) / 10.0)
    columns, rows = np.meshgrid(np.arange(low_x, high_x + 1), np.arange(low_y, high_y + 1))
    centers = (columns.ravel() + 0.5) * 10.0, (rows.ravel() + 0.5) * 10.0
    owners = sum(shapely.contains_xy(land, *centers).astype(int) for land in longest)
    is_land = shapely.contains_xy(together, *centers)
    assert owners.max() == 1
    assert not owners[~is_land].any()
    assert (owners[is_land] == 0).mean() < 0.03  # a road crosses them, but their own land is not reached
    x, y = rng.uniform(0.0, 1100.0, (2, 20_000))
    first = nearest(network, sites, snap(network, x, y, 30.0))
    for j in (0, 1, 3):
        inside = shapely.contains_xy(longest[j], x, y)
        assert inside.sum() > 500
        assert ((first.site == j) & (first.travel_s <= 60.0))[inside].mean() > 0.95


def test_on_foot_from_the_road() -> None:
    """With 36 s left at the end of a street of 100 m, 50 m on foot at 5 km/h; at its far end, nothing is left."""
    network = network_of([(0, 0), (400, 0)], [(0, 1, 40_000, 40_000)])
    (land,) = isochrones(
        network, places((0, 0.0)), [40.0], pd.Index(["S"]), Drawing(on_foot_kph=5.0, reach_m=100.0, cell_m=5.0)
    ).geometry
    width = [land.intersection(shapely.LineString([(x, -100), (x, 100)])).length for x in (1.0, 100.0, 200.0, 300.0)]
    walked = [2 * (40.0 - x / 10.0) * 5.0 / 3.6 for x in (1.0, 100.0, 200.0, 300.0)]
    assert width == pytest.approx(walked, abs=5.0)
    plain = isochrones(network, places((0, 0.0)), [40.0], pd.Index(["S"]), Drawing(reach_m=100.0, cell_m=5.0)).geometry[
        0
    ]
    assert land.difference(plain.buffer(1.0)).area < 1.0


def test_a_bridge_is_inside_and_its_water_is_not() -> None:
    """A road without frontage is drawn as wide as a cell or two, so that there is no island beyond it."""
    network = network_of([(0, 0), (200, 0), (600, 0), (800, 0)], [(a, a + 1, 9_000, 9_000) for a in range(3)])
    network.edges["has_frontage"] = [True, False, True]
    (land,) = isochrones(network, places((0, 0.5)), [60.0], pd.Index(["S"])).geometry
    assert len(land.geoms) == 1
    assert land.intersection(shapely.LineString([(400, -100), (400, 100)])).length < 30.0
    (share,) = isochrones(network, places((0, 0.5)), [60.0], pd.Index(["S"]), Drawing(form="nearest")).geometry
    assert len(share.geoms) == 1


def test_outlines_have_few_vertices() -> None:
    """A straight street of 4 km needs some dozens of vertices, not one for each cell."""
    network = network_of([(0, 0), (4000, 700)], [(0, 1, 40_000, 40_000)])
    (land,) = isochrones(network, places((0, 0.5)), [60.0], pd.Index(["S"])).geometry
    assert shapely.get_num_coordinates(land) < 60


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), form=st.sampled_from(FORMS))
def test_no_land_without_a_road(seed: int, form: str) -> None:
    """On any town and in any form: valid, and each part of a polygon is crossed by a street."""
    rng = np.random.default_rng(seed)
    network = town(rng, side=5)
    streets = shapely.MultiLineString(list(network.coords.reshape(-1, 2, 2)))
    sites = places((int(rng.integers(20)), 0.3), (int(rng.integers(20)), 0.7))
    for land in isochrones(network, sites, [20.0], pd.Index(["a", "b"]), Drawing(form=form)).geometry:
        assert land.is_valid
        assert all(part.intersects(streets) for part in land.geoms)


def test_blocks_are_the_same_polygons() -> None:
    """Some hundred sites at a time, those off the road among them: the rows of the whole."""
    network, rng = toy.network(), np.random.default_rng(6)
    sites, ids = random_places(network, 300, rng), pd.RangeIndex(300)
    blocks = list(isochrone_blocks(network, sites, [20.0], ids))
    assert [len(block) for block in blocks] == [256, 44]
    assert not sites.on_road.all()
    whole = isochrones(network, sites, [20.0], ids)
    pd.testing.assert_frame_equal(pd.concat(blocks, ignore_index=True), whole)
    assert (whole.area_km2 > 0).tolist() == sites.on_road.tolist()
    one = isochrones(network, sites.take(np.array([290])), [20.0], ids[290:291])
    assert one.geometry[0].symmetric_difference(whole.geometry[290]).area < 1e-6


def test_names_what_is_wrong() -> None:
    """A form that is not known, a reach that is no distance, and nobody walks backwards."""
    with pytest.raises(InputError, match=r"(?s)'union' is not known.*dissolved.*reach_m is 0.*on_foot_kph is -5"):
        isochrones(toy.network(), toy.sites(), [60.0], NAMES, Drawing(form="union", reach_m=0.0, on_foot_kph=-5.0))
