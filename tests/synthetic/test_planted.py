"""The planted faults of hydrants, brigades, micro stations, lots: found by the clauses they break, and by no others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest

from siting.hydrants import HydrantCover, hydrant_cover
from siting.pipeline.material import Material
from siting.pipeline.propose import audit, check, only_scenario
from siting.proposal import Proposal
from siting.rules import Situation, judge, measure
from siting.tables import Note
from tests.synthetic.answer_key import DEMO, KEY, local, of_indicators, of_rules, planted

HYDRANT_FAULTS = sorted(set(KEY.fault_id[KEY.scenario == "quarter.toml"]))


@pytest.fixture(scope="module")
def quarter() -> Material:
    """The sub-district as its scenario reads it."""
    return check(only_scenario(DEMO / "quarter.toml"))


@pytest.fixture(scope="module")
def stations(quarter: Material) -> Situation:
    """What its stations reach: the same whatever its hydrants do."""
    ground = (quarter.network, quarter.area, quarter.cells)
    return measure("today", *ground, quarter.facilities["station"], quarter.ruleset)


def cover(given: Material, faults: Collection[str]) -> HydrantCover:
    """Cover if these faults alone were there: all hydrants count but theirs."""
    table = given.facilities["hydrant"]
    table = table.assign(reason=np.where(table.fault.isin(faults), table.reason, ""))
    return hydrant_cover(given.network, given.area, given.cells, table, given.hydrant_limits, buildings=given.buildings)


def broken(given: Material, stations: Situation, hydrants: HydrantCover) -> set[str]:
    """Requirements of hydrants that are not met, or not even judged."""
    findings = judge(given.ruleset, replace(stations, hydrants=hydrants), given.area)
    hydrant = [one for one in findings if one.requirement.kind.startswith("hydrant_")]
    return {local(one.requirement.id) for one in hydrant if one.passed is not True}


def test_without_the_planted_faults_every_clause_is_met(quarter: Material, stations: Situation) -> None:
    """No false alarm: were the hydrants of the faults to count, all nine requirements would pass."""
    assert broken(quarter, stations, cover(quarter, [])) == set()


@pytest.mark.parametrize("fault", HYDRANT_FAULTS)
def test_each_fault_breaks_its_clauses_and_no_others(quarter: Material, stations: Situation, fault: str) -> None:
    """One fault at a time: what the rule check finds is what the answer key says, none missed and none false."""
    assert broken(quarter, stations, cover(quarter, [fault])) == set(KEY.requirement_id[KEY.fault_id == fault])


def test_together_they_break_every_clause_of_hydrants(quarter: Material, stations: Situation) -> None:
    """As shipped: every requirement that GB 50974-2014 has is broken by some fault, so that none goes untested."""
    asked = {local(one.id) for one in quarter.ruleset.requirements if one.kind.startswith("hydrant_")}
    found = broken(quarter, stations, cover(quarter, HYDRANT_FAULTS))
    assert found == asked == set(KEY.requirement_id[KEY.scenario == "quarter.toml"])


def test_the_hydrants_of_the_faults_are_set_aside_and_no_others(quarter: Material) -> None:
    """Never built, abandoned, broken, too little flow or pressure: five reasons, each with its count in a note."""
    table = quarter.facilities["hydrant"]
    assert set(table.index[table.reason != ""]) == set(table.index[table.fault != ""])
    told = [note for note in quarter.notes if is_about_hydrants(note)]
    assert len(told) == 6  # of flow there are two: below 15 L/s, and a filling crane's below 30
    assert sum(note.count for note in told) == (table.fault != "").sum()


def is_about_hydrants(note: Note) -> bool:
    return note.topic == "hydrant" and note.key == "note_not_used"


def test_what_is_found_lies_where_it_was_planted(quarter: Material) -> None:
    """Gaps of streets, bare kerbs, bridge heads and the building: each within 350 m of a fault of its clause."""
    found = cover(quarter, HYDRANT_FAULTS)
    assert found.buildings is not None
    places = {
        "spacing": found.gaps.geometry,
        "both-sides": found.bare.geometry,
        "bridge-heads": found.heads.geometry[~found.heads.has_hydrant],
        "radius-buildings": found.buildings.geometry[~found.buildings.is_within],
    }
    for requirement, shapes in places.items():
        is_meant = (KEY.scenario == "quarter.toml") & (KEY.requirement_id == requirement)
        away_m = np.array([shapes.distance(point) for point in KEY.geometry[is_meant].to_crs(quarter.area.crs)])
        assert (away_m.min(axis=0) < 350).all(), requirement  # none false
        assert (away_m.min(axis=1) < 100).all(), requirement  # none missed


@pytest.fixture(scope="module")
def townships() -> Proposal:
    """Brigades and micro stations, judged as they stand."""
    return audit(DEMO / "townships.toml")


def test_townships_brigades_and_micro_places_at_fault(townships: Proposal) -> None:
    """What each requirement names as at fault is what was planted: none missed, none false, and none not judged."""
    kinds = {"micro_places", "brigade_units", "brigade_strength"}
    asked = [one for one in townships.findings_today if one.requirement.kind in kinds]
    assert of_rules(asked) | of_indicators(townships.indicators) == planted("townships.toml")
    assert len(of_rules(asked)) == len(asked)


def test_places_that_are_in_order_are_so_for_different_reasons(townships: Proposal) -> None:
    """Among those not at fault some share a station and one is too small to need any."""
    assert townships.today.micro is not None
    states = townships.today.micro.places.state
    assert states[["C1", "V1", "V3", "K1", "K2"]].tolist() == ["has", "shares", "not_due", "has", "shares"]


def test_lots_break_the_clause_they_were_planted_to_break() -> None:
    """Seven lots, one for each siting clause of 建标152-2017; three others break none, and nothing is unknown."""
    given = check(only_scenario(DEMO / "lots.toml"))
    planted = KEY[KEY.scenario == "lots.toml"]
    assert given.screened is not None
    found = set(zip(given.screened.site_id, given.screened.clause_id, strict=True))
    assert found == set(zip(planted.place_id, planted.requirement_id, strict=True))
    assert set(planted.requirement_id) == {clause.id for clause in given.ruleset.siting}
    assert (given.facilities["station"].role == "candidate").sum() == len(found) + 3
    assert not [note for note in given.notes if note.key == "note_screen_unknown"]
