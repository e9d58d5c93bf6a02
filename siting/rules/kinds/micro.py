"""Micro fire stations: whom they reach in time, and which places that need one have or share one."""

from __future__ import annotations

from collections.abc import Sequence

from siting.micro_places import is_served
from siting.rules.kinds.say import judged_share, most_lost, not_judged, remark, worst_places
from siting.rules.model import Finding, Requirement
from siting.rules.situation import Situation
from siting.study_area import StudyArea


def micro_reach(
    requirement: Requirement, situation: Situation, area: StudyArea, *, share: float, on_scene_s: float
) -> Finding:
    """Share of people whom a micro station reaches in time, on its own ways; worst are units with most not reached."""
    tier = situation.micro
    if tier is None:
        return not_judged(requirement, share, "share", remark("finding_no_micro"))
    if tier.clock.response_limit_s != on_scene_s:
        why = remark("finding_other_on_scene_s", s=tier.clock.response_limit_s, asked=on_scene_s)
        return not_judged(requirement, share, "share", why)
    people = tier.measured.residents
    total = float(people.sum())
    if not total > 0:
        return not_judged(requirement, share, "share", remark("finding_no_people"))
    lost = people[~tier.measured.cells.is_covered]
    said = remark("finding_micro_reach", total=total, lost=float(lost.sum()), moving_s=tier.clock.travel_budget_s)
    measured = 1.0 - float(lost.sum()) / total
    return judged_share(requirement, measured, share, most_lost(lost, situation), said)


def micro_places(
    requirement: Requirement, situation: Situation, area: StudyArea, *, share: float, of: Sequence[str]
) -> Finding:
    """Share of the places of some kinds that have or share a micro station, of those due; worst are those without."""
    if situation.micro is None:
        return not_judged(requirement, share, "share", remark("finding_no_micro"))
    places = situation.micro.places
    due = places[places.kind.isin(of) & (places.state != "not_due")]
    if due.empty:
        return not_judged(requirement, share, "share", remark("finding_no_places_due", kinds=", ".join(of)))
    without = due[~is_served(due)]
    said = remark("finding_micro_places", without=len(without), due=len(due), kinds=", ".join(of))
    measured = 1.0 - len(without) / len(due)
    return judged_share(requirement, measured, share, worst_places(without.people), said)
