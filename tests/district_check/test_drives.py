"""Drives by networkx, against the town solved by hand and the engine that plans are made with."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from siting import toy
from siting.district_check.drives import drives_of_own
from siting.network import EdgePositions, turn_table, with_turns
from siting.network.place import with_place
from siting.reports.road_layer import roads_layer
from siting.speeds import load_profile
from siting.travel_time import nearest


def table(at: EdgePositions, index: list[str]) -> pd.DataFrame:
    return with_place(pd.DataFrame(index=index), at)


def test_the_town_solved_by_hand() -> None:
    """Every site to every place, one-way streets and the island included."""
    sites, demand = table(toy.sites(), list(toy.SITES)), table(toy.demand(), list(toy.DEMAND))
    roads = roads_layer(toy.network())
    for site, seconds in toy.SECONDS.items():
        own = pd.Series(site, index=demand.index)
        assert drives_of_own(roads, sites, demand, own) == pytest.approx(np.array(seconds), abs=1e-3)


def test_whichever_way_a_road_is_drawn() -> None:
    """Every road drawn from its other end, so that the one-way street runs against its drawing: the same seconds."""
    sites, demand = table(toy.sites(), list(toy.SITES)), table(toy.demand(), list(toy.DEMAND))
    ends = {"from_node": "to_node", "to_node": "from_node", "forward_s": "backward_s", "backward_s": "forward_s"}
    roads = roads_layer(toy.network()).rename(columns=ends)
    sites, demand = (places.assign(fraction=1.0 - places.fraction) for places in (sites, demand))
    for site, seconds in toy.SECONDS.items():
        own = pd.Series(site, index=demand.index)
        assert drives_of_own(roads, sites, demand, own) == pytest.approx(np.array(seconds), abs=1e-3)


TURNING = with_turns(toy.network(), load_profile("fire-engine-turns"), toy.ways().restrictions)
NETWORKS = {
    "plain": toy.network(),
    "turns cost": TURNING,
    "pulling away costs": replace(toy.network(), start_stop_s=39.0),
    "both": replace(TURNING, start_stop_s=39.0),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_second_opinion_anywhere_on_the_roads(name: str) -> None:
    """Random places on random edges, also several on one: as the kernels find them, to the milliseconds rounded up."""
    rng = np.random.default_rng(7)
    network = NETWORKS[name]

    def places(count: int) -> EdgePositions:
        edge = rng.integers(network.n_edges, size=count)
        fraction = np.where(rng.random(count) < 0.2, rng.integers(2, size=count), rng.random(count))
        return EdgePositions(edge, fraction, np.zeros(count))

    at_site, at_cell = places(6), places(200)
    found = nearest(network, at_site, at_cell)
    sites, cells = table(at_site, list("abcdef")), table(at_cell, [str(i) for i in range(200)])
    site_id = pd.Series(np.append(list("abcdef"), "")[found.site], index=cells.index)
    turns = None if network.turns is None else turn_table(network)
    seconds = drives_of_own(roads_layer(network), sites, cells, site_id, turns=turns, start_stop_s=network.start_stop_s)
    reached = found.site >= 0
    assert reached.sum() > 150
    rounding_s = 0.3 if network.start_stop_s else 2.1e-3  # the root makes much of the milliseconds of a short drive
    assert seconds[reached] == pytest.approx(found.travel_s[reached], abs=rounding_s)
    assert np.isnan(seconds[~reached]).all()


def seconds(streets: list[tuple[int, int, float, float]], station: tuple[int, float], place: tuple[int, float],
            turns: pd.DataFrame | None = None) -> float:  # fmt: skip
    """From one place (edge, fraction) to another, on roads of 100 m: from_node, to_node, forward_s, backward_s."""
    roads = pd.DataFrame(streets, columns=["from_node", "to_node", "forward_s", "backward_s"])
    at = [pd.DataFrame({"edge": [edge], "fraction": [part]}, ["A"]) for edge, part in (station, place)]
    found = drives_of_own(roads.assign(edge=roads.index, length_m=100.0), *at, pd.Series(["A"], ["A"]), turns=turns)
    return float(found[0])


def test_at_its_own_door_a_station_is_at_once() -> None:
    """In the middle of a road, also of a one-way street that leads round in a circle."""
    assert seconds([(0, 1, 10.0, 10.0)], (0, 0.5), (0, 0.5)) == 0.0
    assert seconds([(0, 1, 10.0, np.nan), (1, 0, 10.0, np.nan)], (0, 0.5), (0, 0.5)) == 0.0


def test_half_a_metre_into_a_one_way_street() -> None:
    """A station there is not on the junction any more, and cannot get back to it."""
    streets = [(0, 1, 10.0, np.nan), (0, 2, 10.0, 10.0)]
    assert seconds(streets, (0, 0.0), (1, 0.5)) == 5.0
    assert seconds(streets, (0, 0.005), (1, 0.5)) == np.inf


@pytest.mark.parametrize(("first_s", "second_s"), [(10.0, 20.0), (20.0, 10.0)])
def test_of_two_roads_between_two_junctions_the_quicker(first_s: float, second_s: float) -> None:
    """Whichever is listed first."""
    streets = [(0, 1, first_s, first_s), (0, 1, second_s, second_s), (1, 2, 10.0, 10.0)]
    assert seconds(streets, (0, 0.0), (2, 0.5)) == 15.0


def test_out_of_a_loop_by_its_nearer_end() -> None:
    """Both ends are one junction; a quarter of the way along, it is nearer against the drawing."""
    assert seconds([(0, 0, 10.0, 10.0), (0, 1, 10.0, 10.0)], (0, 0.25), (1, 0.5)) == 7.5
    assert seconds([(0, 0, 10.0, 10.0), (0, 1, 10.0, 10.0)], (0, 0.75), (1, 0.5)) == 7.5


def test_turns_that_are_not_listed_are_free() -> None:
    """Straight on costs nothing, and back again is forbidden."""
    streets = [(0, 1, 10.0, 10.0), (1, 2, 10.0, 10.0)]
    turns = pd.DataFrame([(1, False, 0, False, np.nan)], columns=["from_edge", "from_forward", "to_edge", "to_forward",
                                                                 "seconds"])  # fmt: skip
    assert seconds(streets, (0, 0.5), (1, 0.5), turns) == 10.0
    assert seconds(streets, (1, 0.5), (0, 0.5), turns) == np.inf


def test_a_station_without_a_road_drives_nowhere() -> None:
    """Not even to a place without one."""
    for edge in (0, -1):
        assert seconds([(0, 1, 10.0, 10.0)], (-1, np.nan), (edge, 0.5)) == np.inf


def test_each_from_its_own_station_though_another_is_nearer() -> None:
    """Two stations that answer for the land at each other's door: 20 s of road between them, both ways."""
    roads = pd.DataFrame({"edge": [0, 1], "from_node": [0, 1], "to_node": [1, 2], "length_m": 100.0, "forward_s": 10.0,
                          "backward_s": 10.0})  # fmt: skip
    doors = pd.DataFrame({"edge": [0, 1], "fraction": [0.0, 1.0]}, ["A", "B"])
    assert drives_of_own(roads, doors, doors, pd.Series(["B", "A"], doors.index)).tolist() == [20.0, 20.0]
