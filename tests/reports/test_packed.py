"""What a page carries: arrays that come back, a lattice that lies where the cells lie, and sites that fit."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siting.proposal import Proposal
from siting.reports.map import what_if as room
from siting.reports.map.ground import lattice_fit, terms
from siting.reports.map.packed import packed
from siting.reports.map.what_if import differences, what_if
from siting.study_area import StudyArea


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_packed_numbers_come_back(numbers: list[int]) -> None:
    """Inflated, and the bytes of each number put together again, they are the same."""
    told = packed(np.array(numbers, dtype=np.uint32))
    planes = np.frombuffer(zlib.decompress(base64.b64decode(told["data"])), dtype=np.uint8)
    assert planes.reshape(4, -1).T.copy().view("<u4").ravel().tolist() == numbers


@given(st.lists(st.lists(st.integers(-1, 10**7), min_size=3, max_size=3), min_size=1, max_size=5))
def test_differences_sum_up_again(ms: list[list[int]]) -> None:
    """Times that are reached and times that are not, in any order, come back to the millisecond."""
    seconds = np.where(np.array(ms) < 0, np.inf, np.array(ms) / 1000.0)
    code = differences(seconds).astype(np.int64)
    step = np.where(code % 2, -(code // 2) - 1, code // 2)
    assert step.cumsum(axis=0).cumsum(axis=1).tolist() == ms


@pytest.mark.parametrize("lat", [3.0, 31.0, 60.0])
def test_the_lattice_lies_where_the_cells_lie(lat: float) -> None:
    """On 100 km, wherever on the globe, a point of the web map falls into its cell to a hundredth of its side."""
    square = gpd.GeoSeries([shapely.box(121.8, lat - 0.45, 122.8, lat + 0.45)], crs=4326)
    area = StudyArea.from_geometry(square, cell_m=1000.0)
    fit, cells = lattice_fit(area), area.cells[area.cells.area_km2 > 0.9999]
    places = gpd.GeoSeries.from_xy(cells.x, cells.y, crs=area.crs).to_crs(4326)
    x = (places.x / 360 + 0.5 - fit["x"]) / fit["size"]
    y = (0.5 - np.arctanh(np.sin(np.radians(places.y))) / (2 * np.pi) - fit["y"]) / fit["size"]
    known = terms(x.to_numpy(), y.to_numpy())
    for axis in ("row", "col"):
        found = known @ np.array(fit[axis])
        assert np.abs(found - (cells[axis] - area.cells[axis].min() + 0.5)).max() < 0.01


@pytest.mark.parametrize(("room_for", "ids"), [(15, ["A", "B", "C"]), (10, ["A", "B"]), (9, None)])
def test_candidates_give_way(
    proposal: Proposal, monkeypatch: pytest.MonkeyPatch, room_for: int, ids: list[str] | None
) -> None:
    """Where a page has no room for all times candidates are left out, and counted; open stations never are."""
    monkeypatch.setattr(room, "MOST_TIMES", room_for)
    told = what_if(proposal)
    assert (told and [site["id"] for site in told["sites"]]) == ids
    assert told is None or told["left_out"] == 3 - len(told["sites"])


def test_a_site_that_is_ruled_out_cannot_be_switched(proposal: Proposal) -> None:
    """Neither one with a reason against it nor one without a road."""
    stations = proposal.facilities["station"].copy()
    stations.loc["C", "reason"] = "excluded"
    told = what_if(replace(proposal, facilities={**proposal.facilities, "station": stations}))
    assert told is not None
    assert [site["id"] for site in told["sites"]] == ["A", "B"]
