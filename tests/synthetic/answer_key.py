"""The answer key of the planted faults, and what a scenario finds, both by what finds it."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd

from siting.proposal import IndicatorAnswer, Proposal
from siting.rules import Finding
from siting.synthetic import demo_folder

DEMO = demo_folder()
KEY = gpd.read_file(DEMO / "planted.geojson")
"""A row for each fault and each thing that finds it."""

Found = dict[str, set[str]]
"""By requirement, siting clause, check of lanes, indicator, clause of drawn maps: the places that are named."""


def local(clause_id: str) -> str:
    """Its id without the name of its rule set."""
    return clause_id.rpartition("/")[2]


def planted(scenario: str) -> Found:
    """What the key says of one scenario: no place where none is named."""
    rows = KEY[KEY.scenario == scenario]
    return {str(name): set(places) - {""} for name, places in rows.groupby("requirement_id").place_id}


def of_rules(findings: Iterable[Finding]) -> Found:
    """What the rule check says is broken."""
    return {local(one.requirement.id): {place for place, _ in one.worst} for one in findings if one.passed is False}


def of_map(proposal: Proposal) -> Found:
    """What is broken on the map of districts as it is drawn."""
    assert proposal.drawn is not None
    broken = [verdict for verdict in proposal.drawn.verdicts if verdict.passed is False]
    return {f"drawn/{local(one.clause.id)}": {place for place, _ in one.worst} for one in broken}


def of_indicators(answer: IndicatorAnswer | None) -> Found:
    """Indicators that miss their target, and when."""
    assert answer is not None
    table = answer.table
    missed = table[(table.missing > 0) & (table.situation != "proposed")]
    return {f"indicators/{name}": set(years) for name, years in missed.groupby("indicator").situation}


def is_the_key(found: Found, key: Found) -> bool:
    """None missed and none false; where the key names places, those and no others are named."""
    return found.keys() == key.keys() and all(found[name] == places for name, places in key.items() if places)
