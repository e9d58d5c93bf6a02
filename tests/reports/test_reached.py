"""Isochrones of the open stations stand in the GeoPackage, each at its own budget."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shapely import Point

from siting.proposal import Proposal
from siting.reports.reached import reached_land
from tests.reports.handmade import X0, Y0


def test_one_row_for_each_station(proposal: Proposal) -> None:
    """A minute for each kilometre: A reaches 1,667 m of street in 100 s, B as much from the other end."""
    land = reached_land(proposal, proposal.proposed)
    assert land.site_id.tolist() == ["A", "B"]
    assert land.limit_s.tolist() == [100, 100]
    reach = land.geometry[0]
    assert reach.covers(Point(X0 + 1650, Y0 + 500))
    assert not reach.intersects(Point(X0 + 1750, Y0 + 500))
    assert land.geometry[1].covers(Point(X0 + 2350, Y0 + 500))
    assert land.area_km2[0] == pytest.approx(1.667 * 0.08, rel=0.05)


def test_each_at_its_own_budget(proposal: Proposal) -> None:
    """B turns out slower and has 40 s left: its land is smaller, and the order of rows is the stations'."""
    stations = proposal.proposed.stations.assign(travel_budget_s=[100.0, 40.0])
    land = reached_land(proposal, replace(proposal.proposed, stations=stations))
    assert land[["site_id", "limit_s"]].to_numpy().tolist() == [["A", 100.0], ["B", 40.0]]
    assert not land.geometry[1].intersects(Point(X0 + 3200, Y0 + 500))


def test_inside_the_study_area(proposal: Proposal) -> None:
    """Land outside the boundary is not told."""
    assert reached_land(proposal, proposal.proposed).covered_by(proposal.area.boundary.buffer(1e-6)).all()


def test_no_station(proposal: Proposal) -> None:
    """Without a station there is no land, in the same columns and CRS."""
    none = reached_land(proposal, replace(proposal.today, stations=proposal.today.stations.iloc[:0]))
    full = reached_land(proposal, proposal.today)
    assert none.empty
    assert none.columns.tolist() == full.columns.tolist()
    assert none.crs == full.crs


@pytest.mark.parametrize("budgets_s", [[100.0, -40.0], [0.0, -40.0]])
def test_no_time_to_drive(proposal: Proposal, budgets_s: list[float]) -> None:
    """A station that turns out too late has a row without land, and the others keep theirs."""
    stations = proposal.proposed.stations.assign(travel_budget_s=budgets_s)
    land = reached_land(proposal, replace(proposal.proposed, stations=stations))
    assert land.limit_s.tolist() == budgets_s
    assert (land.area_km2 > 0).tolist() == [budget_s > 0 for budget_s in budgets_s]
    assert land.is_empty.tolist() == [budget_s <= 0 for budget_s in budgets_s]
