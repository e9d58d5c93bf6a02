"""Judging: every requirement of a rule set, on one measured situation."""

from __future__ import annotations

from dataclasses import replace

from siting.errors import InputError
from siting.rules.kinds import KINDS
from siting.rules.kinds.say import remark, together
from siting.rules.model import Finding, Requirement, RuleSet
from siting.rules.situation import Situation
from siting.study_area import StudyArea


def judge(ruleset: RuleSet, situation: Situation, area: StudyArea) -> tuple[Finding, ...]:
    """
    One finding for each requirement, in the order of the rule set.

    What cannot be judged (no hydrants were given, nobody lives there) is a finding too: ``passed`` is None and its
    remark says why. Where the figure itself is of less than high confidence the remark says that as well.

    Raises
    ------
    InputError
        If the situation was measured by another clock than the rule set's.
    """
    if ruleset.clock is not None and ruleset.clock.travel_budget_s != situation.travel_budget_s:
        fault = (
            f"{ruleset.id} gives {ruleset.clock.travel_budget_s:g} s of driving, but the situation was measured with "
            f"{situation.travel_budget_s:g} s. Measure it with this rule set."
        )
        raise InputError("rules", [fault])
    return tuple(_judged(requirement, situation, area) for requirement in ruleset.requirements)


def _judged(requirement: Requirement, situation: Situation, area: StudyArea) -> Finding:
    finding = KINDS[requirement.kind](requirement, situation, area, **requirement.values)
    if requirement.confidence == "high":
        return finding
    caution = remark(f"finding_confidence_{requirement.confidence}")
    return replace(finding, remark=together(finding.remark, caution))
