"""Every edge an engine alone may drive is known by direction, and listed for a route."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting import toy
from siting.network import RoadNetwork, build_network, overrides_used
from siting.speeds import Override, load_profile
from tests.network.drawing import draw

ENGINE = load_profile("fire-engine")
POINTS = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (200.0, 0.0), "d": (300.0, 0.0)}


def built(roads, node_tags=None, **options) -> RoadNetwork:
    return build_network(draw(POINTS, roads, node_tags), replace(ENGINE, **options), toy.CRS)


def flags(network: RoadNetwork) -> dict[tuple[int, int], int]:
    """Override of each direction by the node ids of its start and end."""
    ends = network.node_id[np.column_stack([network.edge_from, network.edge_to]).astype(int)].tolist()
    forward = dict(zip(map(tuple, ends), network.edges.forward_override.tolist(), strict=True))
    return forward | dict(zip(((b, a) for a, b in ends), network.edges.backward_override.tolist(), strict=True))


def test_a_gate_at_a_junction_counts_for_whoever_drives_into_it() -> None:
    network = built([("a b", {}), ("b c", {})], {"b": {"barrier": "gate"}})
    assert flags(network) == {(100, 101): Override.GATE, (101, 100): 0, (102, 101): Override.GATE, (101, 102): 0}


def test_a_gate_inside_an_edge_counts_both_ways_and_adds_to_the_way() -> None:
    network = built([("a b c", {"access": "private"}), ("c d", {})], {"b": {"barrier": "lift_gate"}})
    both = Override.GATE | Override.PRIVATE
    assert flags(network) == {(100, 102): both, (102, 100): both, (102, 103): 0, (103, 102): 0}


def test_a_closed_direction_has_no_override() -> None:
    network = built([("a b c", {"oneway": "yes"})], {"b": {"barrier": "gate"}})
    assert flags(network) == {(100, 102): Override.GATE, (102, 100): 0}


def test_a_route_lists_its_overrides_in_order_with_their_names() -> None:
    network = built(
        [("a b", {"oneway": "-1", "name": "One"}), ("b c", {}), ("c d", {"access": "private", "name": "Yard"})],
        {"d": {"barrier": "gate"}},
        contraflow_factor=0.3,
    )
    order = np.argsort(network.coords[network.coord_ptr[:-1], 0])
    is_forward = network.node_id[network.edge_to[order]] > network.node_id[network.edge_from[order]]
    used = overrides_used(network, order, is_forward)
    assert used[["name", "override"]].to_numpy().tolist() == [
        ["One", "against a one-way street"],
        ["Yard", "private road, gate or other barrier"],
    ]
    assert used.index.tolist() == [0, 2]
    assert used.length_m.round().tolist() == [100, 100]
    assert overrides_used(network, order, is_forward, "zh").override.tolist()[0] == "逆行单行道"
    assert overrides_used(network, order[::-1], ~is_forward[::-1]).name.tolist() == ["Yard"]
    assert overrides_used(network, order[:0], is_forward[:0]).empty


def test_the_network_notes_by_which_right_it_is_driven() -> None:
    """South Quay made private: four blocks of 400 m, told once with its name, and nothing told of a town without."""
    ways = replace(toy.ways(), tags=toy.ways().tags.copy())
    ways.tags.loc[ways.tags["name"] == "South Quay", "access"] = "private"
    (note,) = [n for n in build_network(ways, toy.profile(), toy.CRS).notes if n.key.startswith("note_override")]
    assert (note.key, note.count, note.examples, note.values["km"]) == (
        "note_override_private",
        4,
        ("South Quay",),
        "1.6",
    )
    assert not [n for n in toy.network().notes if n.key.startswith("note_override")]
