"""Isochrones: valid, nested, around their site, and in agreement with the times of places on the road."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting import toy
from siting.errors import InputError
from siting.network import position_xy
from siting.travel_time import isochrones, nearest
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
    off = isochrones(toy.network(), places((-1, 0.0)), [30.0], pd.Index(["X"]), overlap=form)
    assert off.area_km2.tolist() == [0.0]
    assert off.geometry.is_empty.all()


def test_a_block_within_streets_stays_a_hole() -> None:
    """The middle of a block of 400 m is 200 m from any street: not reached."""
    (found,) = isochrones(toy.network(), toy.sites().take(np.array([0])), [600.0], NAMES[:1]).geometry
    assert sum(len(part.interiors) for part in found.geoms) == 8  # the river is open to both sides


def test_clipped_to_the_boundary() -> None:
    """Nothing is drawn outside the polygon that is asked for."""
    area = toy.area().boundary.centroid.buffer(500)
    found = isochrones(toy.network(), toy.sites(), [120.0], NAMES, within=area)
    assert found.within(area.buffer(1e-6)).all()
    assert (found.area_km2 > 0).any()


def test_dissolved_is_the_union() -> None:
    """One polygon for all sites together, the same land as theirs put together."""
    one_by_one = isochrones(toy.network(), toy.sites(), [60.0, 120.0], NAMES)
    together = isochrones(toy.network(), toy.sites(), [60.0, 120.0], NAMES, overlap="dissolved")
    assert together.limit_s.tolist() == [60.0, 120.0]
    assert together.site_id.isna().all()
    for limit_s, land in zip(together.limit_s, together.geometry, strict=True):
        union = one_by_one[one_by_one.limit_s == limit_s].union_all()
        assert land.symmetric_difference(union).area < 0.03 * union.area


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
    """
    All that is reached lies inside; outside lies only what is not reached.

    The other way round is not promised: a place inside may stand on a road of its own that is not reached.
    """
    rng = np.random.default_rng(2)
    network = town(rng, side=12)
    site, demand = places((40, 0.3)), random_places(network, 3000, rng)
    demand = demand.take(demand.on_road)
    in_time = nearest(network, site, demand).travel_s <= 40.0
    (land,) = isochrones(network, site, [40.0], pd.Index(["S"])).geometry
    inside = shapely.contains_xy(land, *position_xy(network, demand).T)
    assert inside[in_time].all()
    assert 0.5 < in_time[inside].mean() < 1.0
    assert (~inside).sum() > 500


def test_names_what_is_wrong() -> None:
    """A form that is not known, and a reach that is no distance."""
    with pytest.raises(InputError, match=r"overlap is 'union', reach_m is 0.*overlap.*dissolved"):
        isochrones(toy.network(), toy.sites(), [60.0], NAMES, overlap="union", reach_m=0.0)
