"""Turn restrictions become forbidden pairs of directed edges, and those that cannot be used are counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyproj
import pytest

from siting import toy
from siting.inputs.roads import read_ways
from siting.network import RoadNetwork, build_network, turn_table, with_turns
from siting.speeds import load_profile
from tests.network.drawing import draw

ENGINE = load_profile("fire-engine")
OBEYS = replace(ENGINE, obey_restrictions=True)
STAR = {"w": (0.0, 0.0), "m": (100.0, 0.0), "e": (200.0, 0.0), "n": (100.0, 100.0), "s": (100.0, -100.0)}
WAYS = [("w m", {}), ("m e", {}), ("m n", {}), ("m s", {})]
"""Four ways, 1 from the west, 2 to the east, 3 to the north, 4 to the south, that meet in m."""


def built(*restrictions: tuple[str, int, str, int]) -> RoadNetwork:
    return build_network(draw(STAR, WAYS, restrictions=restrictions), OBEYS, toy.CRS)


def banned(network: RoadNetwork) -> set[tuple[int, int]]:
    """Ways from and to; every turn of the star is one between two of them."""
    table = turn_table(network)
    assert table.seconds.isna().all()
    way = network.edges.way_id.to_numpy()
    return set(zip(way[table.from_edge].tolist(), way[table.to_edge].tolist(), strict=True))


def test_no_forbids_one_turn() -> None:
    network = built(("no_left_turn", 1, "m", 3))
    assert banned(network) == {(1, 3)}
    assert [note.key for note in network.notes] == ["note_restrictions_obeyed"]


def test_only_forbids_all_others_and_turning_back() -> None:
    assert banned(built(("only_straight_on", 1, "m", 2))) == {(1, 1), (1, 3), (1, 4)}


def test_several_only_for_one_way_allow_what_any_allows() -> None:
    assert banned(built(("only_straight_on", 1, "m", 2), ("only_right_turn", 1, "m", 4))) == {(1, 1), (1, 3)}


def test_no_u_turn_binds_a_way_to_itself() -> None:
    assert banned(built(("no_u_turn", 2, "m", 2))) == {(2, 2)}


def test_what_excepts_emergency_vehicles_does_not_bind() -> None:
    network = built(("no_left_turn/psv;emergency", 1, "m", 3), ("no_right_turn/bicycle", 1, "m", 4))
    assert banned(network) == {(1, 4)}
    assert [(note.key, note.count) for note in network.notes] == [
        ("note_restrictions_obeyed", 1),
        ("note_restrictions_exempt", 1),
    ]


def test_a_way_through_the_junction_is_ambiguous_and_one_that_is_not_driven_forbids_nothing() -> None:
    ways = draw(STAR, [("w m e", {}), ("m n", {}), ("m s", {"highway": "footway"})],
                restrictions=[("no_left_turn", 1, "m", 2), ("no_right_turn", 2, "m", 3)])  # fmt: skip
    network = build_network(ways, OBEYS, toy.CRS)
    assert network.turns is None
    assert [note.key for note in network.notes if "restriction" in note.key] == ["note_restrictions_ambiguous"]


def test_a_oneway_through_the_junction_is_not_ambiguous() -> None:
    ways = draw(STAR, [("w m e", {"oneway": "yes"}), ("m n", {})], restrictions=[("no_left_turn", 1, "m", 2)])
    assert banned(build_network(ways, OBEYS, toy.CRS)) == {(1, 2)}


def test_an_engine_on_call_is_free_by_default_and_the_note_says_so() -> None:
    network = build_network(draw(STAR, WAYS, restrictions=[("no_left_turn", 1, "m", 3)]), ENGINE, toy.CRS)
    assert network.turns is None
    (note,) = network.notes
    assert (note.key, note.count, note.examples) == ("note_restrictions_not_obeyed", 1, ("1",))


def test_a_file_without_restrictions_says_so_where_they_bind() -> None:
    """GraphML never carries them: who asked that they bind is told that none does; who did not is told nothing."""
    told = [[note.key for note in build_network(draw(STAR, WAYS), of, toy.CRS).notes] for of in (OBEYS, ENGINE)]
    assert ["note_restrictions_none" in keys for keys in told] == [True, False]


def test_a_street_that_only_a_forbidden_turn_leads_to_is_not_in_the_main_part() -> None:
    """Into the north one may come from nowhere: all three turns are forbidden; one may still leave it."""
    network = built(*(("no_entry", way, "m", 3) for way in (1, 2, 4)), ("no_u_turn", 3, "m", 3))
    assert sorted(network.edges.way_id[~network.is_main].tolist()) == [3]
    assert "note_roads_cut_off" in [note.key for note in network.notes]


def test_other_turns_take_the_place_of_those_before() -> None:
    """What was said of them goes too, and a street that only a forbidden turn led to is back in the main part."""
    lost = [("no_entry", way, "m", 3) for way in (1, 2, 4)] + [("no_u_turn", 3, "m", 3)]
    restrictions = draw(STAR, WAYS, restrictions=lost).restrictions
    free = with_turns(built(*lost), ENGINE, restrictions)
    assert (free.turns, free.is_main.all()) == (None, True)
    assert [note.key for note in free.notes if "restrictions" in note.key] == ["note_restrictions_not_obeyed"]
    bound = with_turns(free, OBEYS, restrictions)
    assert (banned(bound), bound.is_main.tolist()) == (banned(built(*lost)), built(*lost).is_main.tolist())
    assert [note.key for note in bound.notes if "restrictions" in note.key] == ["note_restrictions_obeyed"]


@pytest.mark.real
def test_the_restrictions_of_helsinki(real: Callable[[str], Path]) -> None:
    """
    45 in the file; each is obeyed, ambiguous, or its ways are not driven, and little of the network is lost by them.

    Every forbidden turn is one that could be made: it leaves the junction that it comes to.
    """
    ways = read_ways(real("helsinki_center/Helsinki.osm.pbf"))
    assert len(ways.restrictions) == ways.restrictions["relation_id"].nunique() == 45
    free = build_network(ways, ENGINE, pyproj.CRS("EPSG:32635"))
    bound = build_network(ways, OBEYS, pyproj.CRS("EPSG:32635"))
    count = {note.key: note.count for note in bound.notes}
    assert count["note_restrictions_obeyed"] + count.get("note_restrictions_ambiguous", 0) <= 45
    assert count["note_restrictions_obeyed"] >= 35
    assert bound.turns is not None
    come, go = bound.turns.forbidden.T
    ends = np.column_stack([bound.edge_from, bound.edge_to])
    np.testing.assert_array_equal(ends[come // 2, 1 - come % 2], ends[go // 2, go % 2])
    assert (bound.is_main & ~free.is_main).sum() == 0
    assert (free.is_main & ~bound.is_main).sum() < 0.01 * free.n_edges
