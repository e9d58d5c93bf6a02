"""Measured by the package itself, the district shows the shortfalls it was planned to have."""

from __future__ import annotations

import pytest

from siting.pipeline import propose
from siting.proposal import Proposal
from siting.synthetic import demo_folder
from siting.synthetic.people import ISLAND_PEOPLE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def today() -> Proposal:
    """The district as it stands, judged and not planned."""
    return propose(demo_folder() / "scenario.toml", audit_only=True)


def test_cover_leaves_room_for_a_plan(today: Proposal) -> None:
    """50 to 70 % of people within the travel budget; the mean district far above 7 km²; nobody lost on the way."""
    assert 0.5 < today.today.share_people < 0.7
    assert today.today.districts.area_km2.mean() > 3 * 7
    assert today.cells.people.sum() == pytest.approx(1_712_000)


def test_nobody_drives_to_the_cut_off_village(today: Proposal) -> None:
    """Its people are on cells without a road, deep in a field: one cluster of exactly that many."""
    cells = today.area.cells.assign(people=today.cells.people)
    off_road = cells[today.cells.edge < 0]
    densest = off_road.loc[off_road.people.idxmax()]
    village = off_road[off_road.geometry.distance(densest.geometry) < 200]
    assert village.people.sum() == pytest.approx(ISLAND_PEOPLE, rel=0.05)


def test_every_unit_but_one_has_a_station_and_some_of_its_people_far_from_it(today: Proposal) -> None:
    """No unit is wholly covered; the three sub-districts in the centre are covered best, the industrial zone worst."""
    share = today.today.units.share_people
    assert share.max() < 1.0
    assert set(share.nlargest(2).index) <= {"U08", "U09", "U10"}
    assert share.idxmin() == "U12"


def test_hydrants_have_gaps(today: Proposal) -> None:
    """Between a third and three quarters of the people live within the radius; broken ones are set aside."""
    hydrants = today.today.hydrants
    assert hydrants is not None
    assert 0.33 < hydrants.share_people < 0.75
    assert hydrants.n_not_counted == (today.facilities["hydrant"].reason != "").sum() > 100
