"""Judging a whole rule set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siting import toy
from siting.errors import InputError
from siting.rules import Situation, combine, judge, load_rules, measure, rule_names
from tests.rules import handmade

AREA = handmade.area()


@pytest.fixture(scope="module")
def today() -> Situation:
    stations = handmade.stations("S", "N", "E")
    return measure("today", toy.network(), AREA, handmade.cells(AREA), stations, load_rules("cn-jb152-2017"))


@pytest.mark.parametrize("name", rule_names())
def test_every_shipped_rule_set_judges(name: str, today: Situation) -> None:
    """One finding for each requirement, in order, by its own clock where it has one."""
    ruleset = load_rules(name)
    budget_s = today.travel_budget_s if ruleset.clock is None else ruleset.clock.travel_budget_s
    measured = replace(today, travel_budget_s=budget_s)
    assert tuple(f.requirement for f in judge(ruleset, measured, AREA)) == ruleset.requirements


def test_findings_of_the_toy_town(today: Situation) -> None:
    """建标152-2017: districts are small and reached, the island is not, and nothing is said of what is not there."""
    passed = {f.requirement.id: f.passed for f in judge(load_rules("cn-jb152-2017"), today, AREA)}
    assert passed == {
        "time-people": False,
        "time-land": False,
        "district-time": True,
        "area-urban": True,
        "area-near-suburb": None,
        "small-station-neighbour": None,
        "shortage-construction-land": True,
        "shortage-administrative": True,
    }


def test_without_hydrants_the_hydrant_rules_say_so(today: Situation) -> None:
    """Not judged is neither passed nor failed."""
    ruleset = combine([load_rules("cn-jb152-2017"), load_rules("cn-gb50974-2014")])
    last = judge(ruleset, today, AREA)[-9:]
    assert {f.passed for f in last} == {None}
    assert all(f.remark["zh"].startswith("未给出消火栓，无法评判。") for f in last)


def test_a_doubtful_figure_says_so(today: Situation) -> None:
    """Below high confidence every finding carries the caution, passed or not."""
    ruleset = load_rules("nfpa-1710")
    by_id = {f.requirement.id: f.remark["en"] for f in judge(ruleset, today, AREA)}
    assert "medium confidence" in by_id["travel-land"]
    assert "confidence" not in by_id["travel-people"]


def test_another_clock_is_refused(today: Situation) -> None:
    """Shares measured with 240 s say nothing about a standard of 300 s."""
    ruleset = load_rules("nfpa-1710")
    assert ruleset.clock is not None
    slower = replace(ruleset, clock=replace(ruleset.clock, response_limit_s=444.0))
    with pytest.raises(
        InputError, match=r"nfpa-1710 gives 300 s of driving, but the situation was measured with 240 s"
    ):
        judge(slower, today, AREA)
