"""Whatever draws itself does so in one way: roads, service areas, a plan at its sites, a proposal."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import siting
from siting import toy
from siting.drawing import Drawn
from siting.errors import InputError
from siting.face import ServiceAreas
from siting.optimise import Solution
from siting.pipeline import SitingProposal
from tests.reports.handmade import NASTY, make_proposal

SOLUTION = Solution("mclp", np.array([2, 0]), 5.0, 5.0, "max", "optimal", "by hand", 0.0, 0)
POINTS = gpd.GeoDataFrame(
    {"name": ["one", NASTY, "three"]}, geometry=gpd.points_from_xy([0, 1, 2], [0, 0, 1]), crs=4326
)


def a_proposal() -> SitingProposal:
    plain = make_proposal()
    return SitingProposal(**{field.name: getattr(plain, field.name) for field in dataclasses.fields(plain)})


def service_areas() -> ServiceAreas:
    proposal = make_proposal()
    sites = proposal.facilities["station"].iloc[:2].rename({"A": NASTY})
    return siting.isochrones(proposal.network, sites, minutes=[2, 1])


THINGS: dict[str, Callable[[], Drawn]] = {
    "roads": lambda: make_proposal().network,
    "service areas": service_areas,
    "plan at its sites": lambda: SOLUTION.at(POINTS),
    "proposal": a_proposal,
}


@pytest.mark.parametrize("name", THINGS)
def test_everything_shows_itself(name: str) -> None:
    """As text, on the caller's axes, and on maps that fetch nothing and run nothing that stands in a name."""
    thing = THINGS[name]()
    axes = Figure().subplots()
    assert thing.plot(ax=axes) is axes
    assert axes.has_data()
    explored = siting.OfflineMap()
    assert thing.explore(m=explored, legend=False) is explored
    for page in (explored.get_root().render(), thing.map().get_root().render()):
        assert set(re.findall(r"(?:src|href)=\W{0,2}https?://([\w.]+)", page)) <= {"leafletjs.com"}
        assert "<script>alert" not in page
        assert "`49`" not in page
    assert "<script>" not in thing._repr_html_()


def test_sooner_is_darker_and_on_top() -> None:
    """Two limits: the longer one below, a shade lighter; a column or a colour of the caller's goes before."""
    areas = service_areas()
    assert areas.shapes().limit_s.tolist() == [120, 120, 60, 60]
    (drawn,) = areas.plot(ax=Figure().subplots(), alpha=1.0).collections
    assert [to_hex(color) for color in drawn.get_facecolor()] == ["#3182bd"] * 2 + ["#08519c"] * 2
    (red,) = areas.plot(ax=Figure().subplots(), color="red").collections
    assert to_hex(red.get_facecolor()[0]) == "#ff0000"
    (by_area,) = areas.plot("area_km2", ax=Figure().subplots()).collections
    assert len(by_area.get_array()) == 4
    assert areas[["site_id", "geometry"]].plot(ax=Figure().subplots()).has_data()


def test_a_plan_at_its_sites_is_the_callers_table() -> None:
    """The same rows in the same order, those of the plan open; a table that is too short is refused."""
    placed = SOLUTION.at(POINTS)
    assert placed.is_open.tolist() == [True, False, True]
    assert placed.drop(columns="is_open").equals(POINTS)
    with pytest.raises(InputError, match="opens site 2, counted from 0, but there are 2 rows"):
        SOLUTION.at(POINTS.iloc[:2])
    nothing = dataclasses.replace(SOLUTION, plan=np.array([], dtype=np.int64), status="infeasible")
    assert not nothing.at(POINTS).is_open.any()


def test_a_proposal_as_shapes() -> None:
    """By hand: 300 people reached today, 700 newly, 50 not; station A stands, B is new."""
    shapes = a_proposal().shapes()
    land = shapes[shapes.people.notna()].set_index("what")
    assert land.people.to_dict() == {"reached today": 300.0, "newly reached": 700.0, "not reached": 50.0}
    assert land.area.div(1e6).round(3).equals(land.area_km2)
    stations = shapes[shapes.people.isna()]
    assert stations.site_id.tolist() == ["A", "B"]
    assert stations.what.nunique() == 2


def test_the_roads_of_a_town() -> None:
    """Every edge once, in the colour asked for."""
    (drawn,) = toy.network().plot(ax=Figure().subplots(), color="red").collections
    assert len(drawn.get_paths()) == toy.network().n_edges


def test_a_notebook_leaves_room_for_the_map() -> None:
    """A narrow page too: the height is fixed, not a share of the width."""
    assert 'height="720px"' in siting.OfflineMap()._repr_html_()


def test_texts_of_every_type_stay_text() -> None:
    """Categories, pandas' own strings and names in a list run no more than plain texts do; numbers stay numbers."""
    rows = service_areas().head(1)
    columns = {"kind": pd.Categorical([NASTY]), "owner": pd.array([NASTY], dtype="string"), "crews": [[NASTY]]}
    areas = ServiceAreas(rows.assign(**columns))
    page = areas.map().get_root().render()
    assert r"\u003cscript" not in page  # which the page's own script would put into a tooltip as it is
    assert page.count(r"\u0026lt;script\u0026gt;alert") >= len(columns)
    assert f'"area_km2": {areas.area_km2.iloc[0]}' in page
