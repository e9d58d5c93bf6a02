"""Every tag rule, one way or node at a time: what is driven, in which direction, how fast, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from siting.network import NODE_TAGS, WAY_TAGS
from siting.speeds import NodePassage, Override, SpeedProfile, WaySpeeds, load_profile, node_passage, way_speeds
from siting.speeds.tags import NONSENSE, SEVERAL

ENGINE = load_profile("fire-engine")
CLOSED = (None, None)
EMERGENCY, PRIVATE, BUS, EXEMPT, GATE, CONTRAFLOW = Override


def ways(*tags: dict[str, str], profile: SpeedProfile = ENGINE) -> WaySpeeds:
    plain = dict.fromkeys(WAY_TAGS, "") | {"highway": "residential"}
    table = pd.DataFrame([plain | one for one in tags])
    return way_speeds(np.arange(len(tags)) + 1, table, profile)


def both(speeds: WaySpeeds, way: int = 0) -> tuple[float | None, float | None]:
    pair = (speeds.forward_kph[way], speeds.backward_kph[way])
    return tuple(None if np.isnan(kph) else round(float(kph), 3) for kph in pair)  # type: ignore[return-value]


def nodes(*tags: dict[str, str], profile: SpeedProfile = ENGINE) -> NodePassage:
    table = pd.DataFrame([dict.fromkeys(NODE_TAGS, "") | one for one in tags])
    return node_passage(np.arange(len(tags)) + 1, table, profile)


@pytest.mark.parametrize("highway", sorted(ENGINE.kph))
def test_class_speed_both_ways(highway: str) -> None:
    kph = ENGINE.kph[highway]
    assert both(ways({"highway": highway})) == ((kph, None) if highway == "motorway" else (kph, kph))


ONEWAY = {
    ("residential", "", ""): (25, 25),
    ("residential", "yes", ""): (25, None),
    ("residential", "true", ""): (25, None),
    ("residential", "1", ""): (25, None),
    ("residential", "-1", ""): (None, 25),
    ("residential", "reverse", ""): (None, 25),
    ("residential", "no", ""): (25, 25),
    ("residential", "0", ""): (25, 25),
    ("residential", "false", ""): (25, 25),
    ("residential", "alternating", ""): (25, 25),
    ("residential", "reversible", ""): CLOSED,
    ("residential", "perhaps", ""): (25, 25),
    ("residential", "", "roundabout"): (25, None),
    ("residential", "", "circular"): (25, None),
    ("residential", "no", "roundabout"): (25, 25),
    ("residential", "-1", "roundabout"): (None, 25),
    ("residential", "", "yes"): (25, 25),
    ("motorway", "", ""): (70, None),
    ("motorway", "no", ""): (70, 70),
    ("motorway", "perhaps", ""): (70, None),
    ("motorway_link", "", ""): (45, 45),
}


@pytest.mark.parametrize(("tags", "expected"), ONEWAY.items(), ids=str)
def test_oneway(tags: tuple[str, str, str], expected: tuple[float | None, float | None]) -> None:
    highway, oneway, junction = tags
    assert both(ways({"highway": highway, "oneway": oneway, "junction": junction})) == expected


def test_oneway_emergency_no_opens_both_directions() -> None:
    for oneway in ("yes", "-1", "reversible"):
        assert both(ways({"oneway": oneway, "oneway:emergency": "no"})) == (25, 25)


def test_contraflow_is_off_by_default_and_a_share_of_the_speed_when_on() -> None:
    slow = replace(ENGINE, contraflow_factor=0.4)
    assert both(ways({"oneway": "yes"}, profile=slow)) == (25, 10)
    assert both(ways({"oneway": "-1"}, profile=slow)) == (10, 25)
    assert both(ways({}, profile=slow)) == (25, 25)
    assert both(ways({"highway": "motorway"}, profile=slow)) == (70, None)
    assert both(ways({"highway": "motorway_link", "oneway": "yes"}, profile=slow)) == (45, None)
    assert both(ways({"junction": "roundabout"}, profile=slow)) == (25, None)
    assert both(ways({"oneway": "reversible"}, profile=slow)) == CLOSED
    assert both(ways({"oneway": "yes", "access": "no"}, profile=slow)) == CLOSED


ACCESS = {
    "private": ({"access": "private"}, True),
    "destination": ({"access": "destination"}, True),
    "no": ({"access": "no"}, False),
    "the more specific key decides, open": ({"access": "no", "motor_vehicle": "yes"}, True),
    "the more specific key decides, closed": ({"access": "yes", "motor_vehicle": "no"}, False),
    "vehicle between": ({"access": "yes", "vehicle": "no"}, False),
    "vehicle below motor_vehicle": ({"vehicle": "no", "motor_vehicle": "private"}, True),
    "emergency opens": ({"access": "no", "emergency": "yes"}, True),
    "emergency designated opens": ({"motor_vehicle": "no", "emergency": "designated"}, True),
    "emergency no closes nothing more": ({"emergency": "no"}, True),
    "lorry bans do not bind": ({"hgv": "no"}, True),
    "height below": ({"maxheight": "3.5"}, False),
    "height equal": ({"maxheight": "3.6"}, True),
    "height in feet": ({"maxheight": "11'6\""}, False),
    "height default": ({"maxheight": "default"}, True),
    "height nonsense": ({"maxheight": "low"}, True),
    "width": ({"maxwidth": "2 m"}, False),
    "weight": ({"maxweight": "7.5 t"}, False),
    "weight enough": ({"maxweight": "30"}, True),
    "emergency does not lift a bridge": ({"maxheight": "2.5", "emergency": "yes"}, False),
}


@pytest.mark.parametrize(("tags", "is_open"), ACCESS.values(), ids=ACCESS)
def test_access_and_size(tags: dict[str, str], is_open: bool) -> None:
    assert both(ways(tags)) == ((25, 25) if is_open else CLOSED)


def test_a_profile_may_close_private_roads() -> None:
    strict = replace(ENGINE, access_closed=("no", "private"))
    assert both(ways({"access": "private"}, profile=strict)) == CLOSED


@pytest.mark.parametrize(
    ("policy", "factor", "posted", "kph"),
    [
        ("cap", 1.0, "20", 20),
        ("cap", 1.0, "50", 25),
        ("cap", 1.2, "20", 24),
        ("cap", 1.0, "none", 25),
        ("cap", 1.0, "nonsense", 25),
        ("use", 1.0, "20", 20),
        ("use", 1.0, "50", 50),
        ("use", 0.8, "50", 40),
        ("use", 1.0, "none", 25),
        ("ignore", 1.0, "20", 25),
    ],
)
def test_maxspeed_policy(policy, factor, posted, kph) -> None:
    profile = replace(ENGINE, maxspeed=policy, maxspeed_factor=factor)
    assert both(ways({"maxspeed": posted}, profile=profile)) == (kph, kph)


def test_the_factors_come_last() -> None:
    assert both(ways({"maxspeed": "20"}, profile=load_profile("fire-engine-peak"))) == (15, 15)
    fitted = replace(ENGINE, factor=0.9, class_factor={"residential": 0.5}, traffic="night")
    assert both(ways({"maxspeed": "20"}, profile=fitted)) == (9.9, 9.9)
    assert both(ways({"highway": "primary"}, profile=fitted)) == (44.55, 44.55)


def test_classes_not_driven_are_counted_and_unknown_ones_named() -> None:
    speeds = ways({"highway": "steps"}, {"highway": "construction"}, {"highway": "skyway"}, {"highway": ""}, {})
    assert [both(speeds, way) for way in range(5)] == [CLOSED] * 4 + [(25, 25)]
    known, unknown = speeds.notes
    assert (known.count, known.message("en")) == (
        2,
        "2 ways are of classes that are not driven: construction 1, steps 1.",
    )
    assert unknown.count == 2
    assert "'' 1, skyway 1" in unknown.message("en")


def test_fire_lanes_on_other_classes_are_opened_slowly() -> None:
    speeds = ways({"highway": "pedestrian", "emergency": "designated"}, {"highway": "pedestrian"})
    assert both(speeds) == (10, 10)
    assert both(speeds, 1) == CLOSED
    said = [note.message("en") for note in speeds.notes]
    assert "1 way of another class is open to emergency vehicles, at 10 km/h." in said


def test_notes_give_count_values_and_ids() -> None:
    speeds = ways({"maxspeed": "50; 40"}, {"maxspeed": "quick"}, {"maxspeed": "quick"}, {"oneway": "maybe"})
    by_key = {note.key: note for note in speeds.notes}
    assert by_key[NONSENSE].examples == ("2", "3")
    assert "2 values of maxspeed ('quick') are not understood" in by_key[NONSENSE].message("en")
    assert "2 个 maxspeed 值（'quick'）无法识别" in by_key[NONSENSE].message("zh")
    assert by_key[SEVERAL].examples == ("1",)
    assert "'maybe'" in by_key["note_oneway_not_understood"].message("en")


def test_plain_ways_leave_no_note() -> None:
    assert ways({}, {"oneway": "yes", "maxspeed": "30 mph", "access": "private"}).notes == ()


def test_signals_gates_and_crossings_delay() -> None:
    crossing = replace(ENGINE, node_delay_s={"traffic_signals": 5, "level_crossing": 30, "give_way": 2})
    passage = nodes(
        {"highway": "traffic_signals"},
        {"barrier": "gate"},
        {"barrier": "lift_gate", "highway": "traffic_signals"},
        {"railway": "level_crossing"},
        {"highway": "crossing"},
        {"barrier": "cattle_grid"},
        {"highway": "give_way", "railway": "level_crossing"},
        profile=crossing,
    )
    assert passage.forward_delay_s.tolist() == passage.backward_delay_s.tolist() == [5, 20, 25, 30, 0, 0, 32]
    assert not passage.is_closed.any()
    assert passage.notes == ()


def test_signals_and_signs_delay_only_whom_they_face() -> None:
    """A tagged direction is relative to the way; compass bearings and `both` are no direction; barriers face both."""
    passage = nodes(
        {"highway": "traffic_signals", "traffic_signals:direction": "forward"},
        {"highway": "traffic_signals", "traffic_signals:direction": "backward", "direction": "forward"},
        {"highway": "stop", "direction": "backward"},
        {"highway": "traffic_signals", "direction": "both"},
        {"highway": "give_way", "direction": "NW"},
        {"highway": "traffic_signals", "traffic_signals:direction": "forward", "barrier": "gate"},
        profile=replace(ENGINE, node_delay_s={"traffic_signals": 5, "stop": 4, "give_way": 2}),
    )
    assert passage.forward_delay_s.tolist() == [5, 0, 0, 5, 2, 25]
    assert passage.backward_delay_s.tolist() == [0, 5, 4, 5, 2, 20]


def test_level_crossings_cost_nothing_unless_asked() -> None:
    assert nodes({"railway": "level_crossing"}).forward_delay_s.tolist() == [0]


BARRIERS = {
    "bollard": ({"barrier": "bollard"}, 0, True),
    "block": ({"barrier": "block"}, 0, True),
    "removable bollard": ({"barrier": "bollard", "bollard": "removable"}, 20, False),
    "rising bollard": ({"barrier": "bollard", "bollard": "rising"}, 20, False),
    "bollard for emergency": ({"barrier": "bollard", "emergency": "yes"}, 20, False),
    "hydrant is no permission": ({"barrier": "bollard", "emergency": "fire_hydrant"}, 0, True),
    "private gate": ({"barrier": "gate", "access": "private"}, 20, False),
    "gate nobody may pass": ({"barrier": "gate", "access": "no"}, 0, True),
    "gate for emergency": ({"barrier": "gate", "access": "no", "emergency": "yes"}, 20, False),
    "low bar": ({"barrier": "height_restrictor", "maxheight": "2.1"}, 0, True),
    "high bar": ({"barrier": "height_restrictor", "maxheight": "4.5"}, 0, False),
    "access beside the road": ({"highway": "crossing", "access": "no"}, 0, False),
}


@pytest.mark.parametrize(("tags", "delay_s", "is_closed"), BARRIERS.values(), ids=BARRIERS)
def test_barriers(tags: dict[str, str], delay_s: float, is_closed: bool) -> None:
    passage = nodes(tags)
    assert (passage.forward_delay_s[0], passage.is_closed[0]) == (delay_s, is_closed)


def test_unknown_and_closing_barriers_are_noted() -> None:
    passage = nodes({"barrier": "moat"}, {"barrier": "bollard"}, {"barrier": "gate", "access": "no"})
    unknown, closed = passage.notes
    assert (unknown.count, unknown.examples) == (1, ("1",))
    assert "(moat 1)" in unknown.message("en")
    assert closed.examples == ("2", "3")
    assert "(bollard 1, gate 1)" in closed.message("en")


OVERRIDES = {
    "public": ({}, ((25, 25), (0, 0))),
    "destination is public": ({"access": "destination"}, ((25, 25), (0, 0))),
    "private": ({"access": "private"}, ((25, 25), (PRIVATE, PRIVATE))),
    "closed": ({"access": "no"}, (CLOSED, (0, 0))),
    "emergency": ({"access": "no", "emergency": "yes"}, ((25, 25), (EMERGENCY, EMERGENCY))),
    "access = emergency": ({"motor_vehicle": "emergency"}, ((25, 25), (EMERGENCY, EMERGENCY))),
    "fire lane": ({"highway": "footway", "emergency": "yes"}, ((10, 10), (EMERGENCY, EMERGENCY))),
    "one-way": ({"oneway": "yes"}, ((25, None), (0, 0))),
    "one-way but for engines": ({"oneway": "yes", "oneway:emergency": "no"}, ((25, 25), (0, EMERGENCY))),
    "one-way against": ({"oneway": "-1", "oneway:emergency": "no"}, ((25, 25), (EMERGENCY, 0))),
    "tidal": ({"oneway": "reversible", "oneway:emergency": "no"}, ((25, 25), (EMERGENCY, EMERGENCY))),
    "buses only": ({"access": "no", "bus": "designated"}, ((25, 25), (BUS, BUS))),
    "public transport only": ({"motor_vehicle": "no", "psv": "yes"}, ((25, 25), (BUS, BUS))),
    "buses too": ({"bus": "yes"}, ((25, 25), (0, 0))),
    "busway": ({"highway": "busway"}, ((25, 25), (BUS, BUS))),
    "bus lane against": ({"highway": "primary", "oneway": "yes", "oneway:bus": "no"}, ((45, 45), (0, BUS))),
    "bus lane against, other tag": ({"oneway": "yes", "oneway:psv": "no"}, ((25, 25), (0, BUS))),
    "private one-way with a bus lane": (
        {"access": "private", "oneway": "yes", "oneway:bus": "no"},
        ((25, 25), (PRIVATE, PRIVATE | BUS)),
    ),
    "too low for any right": ({"access": "private", "maxheight": "2"}, (CLOSED, (0, 0))),
}


@pytest.mark.parametrize(("tags", "expected"), OVERRIDES.values(), ids=OVERRIDES)
def test_what_opened_a_way_is_kept_for_each_direction(tags, expected) -> None:
    speeds = ways(tags)
    assert (both(speeds), (speeds.forward_override[0], speeds.backward_override[0])) == expected


def test_a_profile_may_leave_bus_ways_to_buses() -> None:
    strict = replace(ENGINE, bus_ways_open=False)
    assert both(ways({"access": "no", "bus": "yes"}, profile=strict)) == CLOSED
    assert both(ways({"oneway": "yes", "oneway:bus": "no"}, profile=strict)) == (25, None)
    busway = ways({"highway": "busway"}, profile=strict)
    assert both(busway) == CLOSED
    assert "busway 1" in busway.notes[0].message("en")


def test_exempted_classes_are_open_whatever_access_says() -> None:
    exempt = replace(ENGINE, access_exempt=("service",))
    speeds = ways({"highway": "service", "access": "no"}, {"access": "no"}, profile=exempt)
    assert (both(speeds), both(speeds, 1)) == ((15, 15), CLOSED)
    assert speeds.forward_override.tolist() == [EXEMPT, 0]


def test_contraflow_is_marked_only_against_the_street() -> None:
    speeds = ways({"oneway": "yes"}, {"oneway": "-1"}, {}, profile=replace(ENGINE, contraflow_factor=0.4))
    assert speeds.forward_override.tolist() == [0, CONTRAFLOW, 0]
    assert speeds.backward_override.tolist() == [CONTRAFLOW, 0, 0]


def test_a_gate_is_an_override_where_it_takes_time() -> None:
    passage = nodes({"barrier": "gate"}, {"barrier": "entrance"}, {"barrier": "bollard"}, {"highway": "stop"})
    assert passage.override.tolist() == [GATE, 0, 0, 0]
