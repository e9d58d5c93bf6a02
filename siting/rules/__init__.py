"""Standards as data, and judging a situation by them."""

from siting.rules.model import Clock, Finding, Requirement, RuleSet
from siting.rules.situation import Situation

__all__ = ["Clock", "Finding", "Requirement", "RuleSet", "Situation"]
