"""No clause without a planted fault: the table of all that the built-in district can be judged by."""

from __future__ import annotations

import pytest

from siting.district_check import CHECKS, map_clauses
from siting.indicators import INDICATORS
from siting.lanes.limits import CLAUSES
from siting.pipeline.propose import only_scenario
from siting.pipeline.read import rule_set
from siting.rules import KINDS, RuleSet, load_rules, rule_names
from siting.screening import SCREENS
from siting.synthetic.scenarios import SCENARIOS
from tests.synthetic.answer_key import DEMO, KEY, local

PLANTED = set(KEY.requirement_id)
KEYED = sorted(set(KEY.scenario))
"""Scenarios that are in order but for planted faults. Of `quarter.toml` that is said of its hydrants, of
`townships.toml` of its brigades and places: the stations in both are the district's, which has too few."""
NOT_PLANTED = {
    "indicators/hydrants_built": "how many are due is known from a plan, and an audit has none",
}
"""What no planted fault breaks, and why."""


@pytest.fixture(scope="module")
def rule_sets() -> list[RuleSet]:
    """Those that the scenarios name."""
    return [rule_set(only_scenario(DEMO / name)) for name in KEYED]


def test_every_scenario_but_the_demo_has_a_key() -> None:
    """The demo itself keeps its random gaps and its lots of every sort."""
    assert set(SCENARIOS) - set(KEYED) == {"scenario.toml"}


def test_every_clause_is_planted_or_says_why_not(rule_sets: list[RuleSet]) -> None:
    """Requirements and siting clauses of every rule set in use, lanes, drawn maps, indicators: a fault or a reason."""
    asked = {local(one.id) for rules in rule_sets for one in (*rules.requirements, *rules.siting)}
    asked |= {f"lanes/{check}" for check in CLAUSES}
    asked |= {f"drawn/{clause.id}" for clause in map_clauses(strip_m=100)}
    asked |= {f"drawn/{local(one.id)}" for rules in rule_sets for one in rules.requirements if one.kind in CHECKS}
    asked |= {f"indicators/{name}" for name in INDICATORS}
    assert asked - PLANTED == set(NOT_PLANTED)
    assert PLANTED - asked == {"note_hydrant_unmeasured"}


def test_every_kind_of_check_is_planted(rule_sets: list[RuleSet]) -> None:
    """So a rule set that the district does not name (2011, GB 51080, NFPA, ...) asks nothing that is not exercised."""
    kinds = {one.kind for rules in rule_sets for one in rules.requirements if local(one.id) in PLANTED}
    screens = {one.kind for rules in rule_sets for one in rules.siting if local(one.id) in PLANTED}
    drawn = {clause.kind for clause in map_clauses(strip_m=100) if f"drawn/{clause.id}" in PLANTED}
    drawn |= {one.kind for rules in rule_sets for one in rules.requirements if f"drawn/{local(one.id)}" in PLANTED}
    assert (kinds, screens, drawn) == (set(KINDS), set(SCREENS), set(CHECKS))
    shipped = [load_rules(name) for name in rule_names()]
    assert {one.kind for rules in shipped for one in rules.requirements} <= kinds
    assert {one.kind for rules in shipped for one in rules.siting} <= screens
