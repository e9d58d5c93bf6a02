"""Isochrones of the open stations stand in the GeoPackage, each at its own budget."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import Point

from siting.network.place import placed
from siting.proposal import Proposal
from siting.reached import reached_land
from siting.reports import write_proposal
from siting.rules import Situation
from tests.reports.handmade import X0, Y0, make_proposal


@pytest.fixture
def proposal() -> Proposal:
    return make_proposal()


def land_of(proposal: Proposal, situation: Situation) -> gpd.GeoDataFrame:
    stations = situation.stations
    at = placed(proposal.facilities["station"].loc[stations.index])
    return reached_land(proposal.network, at, stations.travel_budget_s, proposal.area.boundary)


def test_one_row_for_each_station(proposal: Proposal) -> None:
    """A minute for each kilometre: A reaches 1,667 m of street in 100 s, B as much from the other end."""
    land = land_of(proposal, proposal.proposed)
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
    land = land_of(proposal, replace(proposal.proposed, stations=stations))
    assert land[["site_id", "limit_s"]].to_numpy().tolist() == [["A", 100.0], ["B", 40.0]]
    assert not land.geometry[1].intersects(Point(X0 + 3200, Y0 + 500))


def test_inside_the_study_area(proposal: Proposal) -> None:
    """Land outside the boundary is not told."""
    assert land_of(proposal, proposal.proposed).covered_by(proposal.area.boundary.buffer(1e-6)).all()


def test_no_station(proposal: Proposal) -> None:
    """Without a station there is no land, in the same columns and CRS."""
    none = land_of(proposal, replace(proposal.today, stations=proposal.today.stations.iloc[:0]))
    full = land_of(proposal, proposal.today)
    assert none.empty
    assert none.columns.tolist() == full.columns.tolist()
    assert none.crs == full.crs


@pytest.mark.parametrize("budgets_s", [[100.0, -40.0], [0.0, -40.0]])
def test_no_time_to_drive(proposal: Proposal, budgets_s: list[float]) -> None:
    """A station that turns out too late has a row without land, and the others keep theirs."""
    stations = proposal.proposed.stations.assign(travel_budget_s=budgets_s)
    land = land_of(proposal, replace(proposal.proposed, stations=stations))
    assert land.limit_s.tolist() == budgets_s
    assert (land.area_km2 > 0).tolist() == [budget_s > 0 for budget_s in budgets_s]
    assert land.is_empty.tolist() == [budget_s <= 0 for budget_s in budgets_s]


def test_worked_out_once_for_all_files(proposal: Proposal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Map and GeoPackage draw the same land of two situations: two searches; after an audit one."""
    asked: list[int] = []

    def counted(*args: Any) -> gpd.GeoDataFrame:
        asked.append(1)
        return reached_land(*args)

    monkeypatch.setattr("siting.proposal.proposal.reached_land", counted)
    write_proposal(proposal, tmp_path / "plan", ["map", "gpkg"])
    assert len(asked) == 2
    write_proposal(make_proposal(audit=True), tmp_path / "audit", ["map", "gpkg"])
    assert len(asked) == 3
