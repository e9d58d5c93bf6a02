"""Standards as data, measuring a situation by their clock, and judging it."""

from siting.rules.caps import assessed_caps, district_caps, district_places, known_classes
from siting.rules.explain import explain
from siting.rules.judge import judge
from siting.rules.kinds import KINDS
from siting.rules.load import combine, load_rules, rule_names
from siting.rules.measure import clock_of, hydrant_limits, measure
from siting.rules.model import Clock, Figure, Finding, Requirement, RuleSet
from siting.rules.situation import Situation

__all__ = [
    "KINDS",
    "Clock",
    "Figure",
    "Finding",
    "Requirement",
    "RuleSet",
    "Situation",
    "assessed_caps",
    "clock_of",
    "combine",
    "district_caps",
    "district_places",
    "explain",
    "hydrant_limits",
    "judge",
    "known_classes",
    "load_rules",
    "measure",
    "rule_names",
]
