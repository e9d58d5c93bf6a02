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
