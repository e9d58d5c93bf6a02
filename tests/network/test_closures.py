"""Closed roads are driven by nobody, what hangs on them is cut off, and the note counts both."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting import toy
from siting.errors import InputError
from siting.network import CLOSED, closed, snap
from siting.network.overrides import with_override_notes
from siting.speeds import Override
from siting.travel_time import nearest

TOWN = toy.network()
BRIDGE = TOWN.edges.name == "Bridge"


def box(west: float, south: float, east: float, north: float, crs: object = toy.CRS) -> gpd.GeoDataFrame:
    """A rectangle in plan coordinates of the town."""
    (x0, x1), (y0, y1) = toy.xy([(west, south), (east, north)])
    return gpd.GeoDataFrame(geometry=[shapely.box(x0, y0, x1, y1)], crs=toy.CRS).to_crs(crs)


def test_edges_are_closed_both_ways_and_the_old_network_stays() -> None:
    cut = closed(TOWN, "works", edges=[3])
    assert (cut.forward_ms[3], cut.backward_ms[3]) == (CLOSED, CLOSED)
    assert (np.delete(cut.forward_ms, 3) == np.delete(TOWN.forward_ms, 3)).all()
    assert TOWN.forward_ms[3] != CLOSED
    assert not cut.is_main[3]
    assert 3 not in cut.outward.edge
    assert 3 in TOWN.outward.edge


def test_a_lost_bridge_parts_the_town() -> None:
    """Stations S, N and E: whoever stood beyond the river served d1 to d3 from this side, and others by bridge."""
    cut = closed(TOWN, "bridge lost", way_ids=TOWN.edges.way_id[BRIDGE].unique())
    before, after = (nearest(network, toy.sites(), toy.demand()) for network in (TOWN, cut))
    assert (after.travel_s >= before.travel_s).all()
    assert not np.isin(np.flatnonzero(BRIDGE), cut.outward.edge).any()
    assert "13 more (5.2 km) are cut off" in cut.notes[-1].message("en")
    assert (cut.is_main == (TOWN.is_main & ~BRIDGE)).all()
    assert (cut.notes[-1].count, cut.notes[-1].examples) == (BRIDGE.sum(), ("Bridge",))


@pytest.mark.parametrize("crs", [toy.CRS, "EPSG:4326"])
def test_a_flood_closes_every_edge_it_touches_and_no_other(crs) -> None:
    flood = box(300, 300, 500, 500, crs)
    cut = closed(TOWN, "flood", polygons=flood)
    edge = np.repeat(np.arange(TOWN.n_edges), np.diff(TOWN.coord_ptr))
    wet = shapely.intersects(flood.to_crs(toy.CRS).geometry.iloc[0], shapely.linestrings(TOWN.coords, indices=edge))
    assert 0 < wet.sum() < TOWN.n_edges
    assert ((cut.forward_ms == CLOSED) & (cut.backward_ms == CLOSED)).tolist() == wet.tolist()


def test_spared_ways_stay_open_in_the_water() -> None:
    everywhere = box(-100, -100, 2000, 2000)
    spared = TOWN.edges.way_id[BRIDGE].unique()
    cut = closed(TOWN, "flood", polygons=everywhere, spared_way_ids=spared)
    assert sorted(set(cut.outward.edge.tolist())) == np.flatnonzero(BRIDGE).tolist()


def test_whoever_lives_beyond_stays_there() -> None:
    """A place 150 m north of the river is not set on the quay in the south, though that is open and near enough."""
    cut = closed(TOWN, "bridge lost", way_ids=TOWN.edges.way_id[BRIDGE].unique())
    x, y = toy.xy([(1000.0, 650.0)])
    assert cut.edges.name[snap(cut, x, y, 300.0).edge].tolist() == ["North Quay"]


def test_closures_add_up() -> None:
    one = closed(closed(TOWN, "works", edges=[3]), "more works", edges=[5, 3])
    both = closed(TOWN, "works", edges=np.array([3, 5]))
    assert (one.forward_ms == both.forward_ms).all()
    assert (one.is_main == both.is_main).all()
    assert [note.values["reason"] for note in one.notes[-2:]] == ["works", "more works"]


def test_what_was_closed_before_is_not_closed_again() -> None:
    """Each closure counts its own roads: the sum of the notes is what is closed."""
    works = closed(TOWN, "works", edges=[3])
    assert closed(works, "flood", edges=[3, 4]).notes[-1].count == 1
    assert closed(works, "flood", edges=[3]).notes[-1].key == "note_closes_nothing"


def test_new_places_go_to_open_roads_and_old_ones_reach_nothing() -> None:
    (x,), (y,) = toy.xy([(230.0, 0.0)])
    here = np.array([x]), np.array([y])
    old = snap(TOWN, *here, 500.0)
    cut = closed(TOWN, "works", edges=old.edge)
    assert snap(cut, *here, 500.0).edge != old.edge
    assert nearest(TOWN, old, toy.demand()).site[0] == 0
    assert nearest(cut, old, toy.demand()).site.tolist() == [-1] * 6


def test_all_faults_at_once() -> None:
    square = box(0, 0, 1, 1)
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(InputError) as caught:
        closed(TOWN, "x", way_ids=[1, 999], spared_way_ids=[888], edges=[-1, 28], polygons=square.set_geometry([bow]))
    text = str(caught.value)
    for expected in ("way_ids: 1 are no ways of the network (999)", "spared_way_ids: 1", "(-1, 28)", "invalid"):
        assert expected in text
    with pytest.raises(InputError, match="coordinate reference system"):
        closed(TOWN, "x", polygons=square.set_crs(None, allow_override=True))


def test_a_polygon_over_everything_is_refused_as_such() -> None:
    """A word about the closure, not about candidates that find no road later on."""
    with pytest.raises(InputError, match=r"closure 'flood': It closes every road \(28 pieces\)"):
        closed(TOWN, "flood", polygons=box(-9000, -9000, 9000, 9000))


def test_nothing_closed_changes_nothing() -> None:
    same = closed(TOWN, "nothing")
    assert (same.is_main == TOWN.is_main).all()
    assert replace(same, notes=()).profile == TOWN.profile
    assert same.notes[-1].key == "note_closes_nothing"


def test_a_flood_elsewhere_closes_nothing_and_says_so() -> None:
    far = closed(TOWN, "flood", polygons=box(90_000, 90_000, 90_100, 90_100))
    assert far.notes[-1].message("en").startswith("flood: no road is closed")


def test_rights_of_way_are_counted_without_the_roads_that_are_closed() -> None:
    """A gate on the bridge is a right that nobody needs once the bridge is lost."""
    edges = TOWN.edges.assign(forward_override=np.where(BRIDGE, Override.GATE, 0).astype(np.uint8))
    gated = with_override_notes(replace(TOWN, edges=edges))
    assert [note.key for note in gated.notes].count("note_override_gate") == 1
    cut = closed(gated, "bridge lost", way_ids=TOWN.edges.way_id[BRIDGE].unique())
    assert "note_override_gate" not in [note.key for note in cut.notes]
    assert "note_override_gate" in [note.key for note in closed(gated, "works", edges=[3]).notes]
