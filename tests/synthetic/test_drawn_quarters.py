"""The planted faults of the estate and the new town: found one by one and together, none missed and none false."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest

from siting.hydrants import hydrant_cover
from siting.pipeline.indicators import indicator_answer
from siting.pipeline.material import Material
from siting.pipeline.micro import measure_micro
from siting.pipeline.propose import audit, check, only_scenario
from siting.proposal import Proposal
from siting.rules import Finding, Situation, judge, measure
from tests.synthetic.answer_key import DEMO, KEY, Found, is_the_key, of_indicators, of_map, of_rules, planted


def key_of(faults: Collection[str]) -> Found:
    """What the rule check should find of these faults."""
    rows = KEY[KEY.fault_id.isin(faults) & ~KEY.requirement_id.str.contains("/|note_", regex=True)]
    return {str(name): set(places) - {""} for name, places in rows.groupby("requirement_id").place_id}


@pytest.fixture(scope="module")
def town() -> Proposal:
    """The new town judged as it stands."""
    return audit(DEMO / "new_town.toml")


@pytest.mark.parametrize("faults", [[], ["N1"], ["N2"], ["N3"], ["N4"]], ids=["none", "N1", "N2", "N3", "N4"])
def test_each_fault_of_a_station_breaks_its_clauses_and_no_others(town: Proposal, faults: list[str]) -> None:
    """Without faults every requirement of 建标152-2017 passes; with one, those of the key and no others are broken."""
    table = town.facilities["station"]
    is_meant = table.fault.isin(faults)
    stands = (table.reason == "") | ~is_meant
    table = table.assign(**{"class": table["class"].where(is_meant, table.class_due)})[stands]
    situation = measure("today", town.network, town.area, town.cells, table, town.ruleset)
    findings = judge(town.ruleset, situation, town.area)
    assert is_the_key(of_rules(findings), key_of(faults))
    assert faults or all(one.passed for one in findings)


def test_the_new_town_as_shipped(town: Proposal) -> None:
    """Stations, the drawn map of districts, and indicators: what is found is the key, place by place."""
    assert is_the_key(
        of_rules(town.findings_today) | of_map(town) | of_indicators(town.indicators), planted("new_town.toml")
    )
    assert town.drawn is not None
    assert all(verdict.passed is not None for verdict in town.drawn.verdicts)


def test_an_indicator_that_is_reached_is_not_missed(town: Proposal) -> None:
    """Staff meet the target of 2026 and miss that of 2027 by 6: 5 for each 10,000 of 120,000 are 60, 54 are there."""
    assert town.indicators is not None
    staff = town.indicators.table.query("indicator == 'staff_per_10k'").set_index("situation").missing
    assert staff[["2026", "2027"]].tolist() == [0.0, 6.0]


@pytest.fixture(scope="module")
def estate() -> Material:
    """The estate as its scenario reads it."""
    return check(only_scenario(DEMO / "estate.toml"))


@pytest.fixture(scope="module")
def stations(estate: Material) -> Situation:
    """What its station reaches."""
    table = estate.facilities["station"]
    return measure("today", estate.network, estate.area, estate.cells, table[table.reason == ""], estate.ruleset)


def judged(given: Material, stations: Situation, faults: Collection[str]) -> tuple[Finding, ...]:
    """The rule check if these faults alone were there: all else counts, with the usual radius."""
    table = given.facilities["hydrant"]
    is_meant = table.fault.isin(faults)
    table = table.assign(reason=table.reason.where(is_meant, ""), radius_m=table.radius_m.where(is_meant))
    where = (given.network, given.area, given.cells)
    cover = hydrant_cover(*where, table, given.hydrant_limits, buildings=given.buildings)
    sites = given.facilities["micro_station"]
    status = np.where((sites.reason == "") | ~sites.fault.isin(faults), "existing", "not_used")
    assert given.micro is not None
    micro = measure_micro("today", given.micro, sites.assign(status=status))
    return judge(given.ruleset, replace(stations, hydrants=cover, micro=micro), given.area)


@pytest.mark.parametrize("fault", ["", "E1", "E2", "E3", "E4"])
def test_each_fault_of_water_and_micro_stations(estate: Material, stations: Situation, fault: str) -> None:
    """A bare tunnel portal, an intake of short radius, a micro station lost; hydrants of unknown flow break nothing."""
    assert is_the_key(of_rules(judged(estate, stations, [fault])), key_of([fault]))


def test_hydrants_of_unknown_flow_are_told(estate: Material) -> None:
    """The note counts the planted ones and names them; not the intake, whose flow nobody asks for."""
    told = [note for note in estate.notes if note.key == "note_hydrant_unmeasured"]
    table = estate.facilities["hydrant"]
    assert [set(note.examples) for note in told] == [set(table.index[table.fault == "E3"])]


def test_lanes_at_fault_are_the_planted_ones(estate: Material) -> None:
    """Width, height, dead end by name; one gap, where it was planted; every other lane passes and none is unknown."""
    lanes = estate.lanes
    assert lanes is not None
    key = planted("estate.toml")
    ends = lanes.dead_ends
    named = {"width": lanes.roads, "height": lanes.roads, "dead_end": ends.assign(dead_end=ends.status)}
    for name, table in named.items():
        assert set(table["name"][table[name] != "pass"]) == key[f"lanes/{name}"], name
    [gap] = lanes.ground.geometry[lanes.ground.status != "pass"]
    [at] = KEY.geometry[KEY.requirement_id == "lanes/spacing"].to_crs(lanes.ground.crs)
    assert gap.distance(at) < 1.0


def test_the_estate_as_shipped(estate: Material, stations: Situation) -> None:
    """Everything else of the key is a check of lanes or a note, above, or the target that the broken hydrant misses."""
    scenario = only_scenario(DEMO / "estate.toml")
    assert scenario.indicators is not None
    told = indicator_answer(scenario, scenario.indicators, estate, estate.facilities, [], stations, stations)
    key = {name: places for name, places in planted("estate.toml").items() if not name.startswith(("lanes/", "note_"))}
    assert is_the_key(of_rules(judged(estate, stations, set(KEY.fault_id))) | of_indicators(told), key)
