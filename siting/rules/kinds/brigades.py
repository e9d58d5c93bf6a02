"""Townships: has each a brigade or a station, or one in reach, and are its brigades strong enough."""

from __future__ import annotations

import numpy as np

from siting.rules.kinds.say import judged_share, not_judged, remark, worst_places
from siting.rules.model import Finding, Requirement
from siting.rules.situation import Situation
from siting.study_area import StudyArea


def brigade_units(requirement: Requirement, situation: Situation, area: StudyArea, *, share: float) -> Finding:
    """Share of grid units with a brigade or station, or one in reach; worst are those without, by people."""
    tier = situation.brigades
    if tier is None:
        return not_judged(requirement, share, "share", remark("finding_no_brigades"))
    without = tier.units[tier.units.state == "missing"]
    said = remark(
        "finding_brigade_units",
        without=len(without),
        units=len(tier.units),
        in_reach=int((tier.units.state == "in_reach").sum()),
        reach_s=tier.reach_s,
        of_people=tier.share,
    )
    measured = 1.0 - len(without) / len(tier.units)
    return judged_share(requirement, measured, share, worst_places(without.people), said)


def brigade_strength(requirement: Requirement, situation: Situation, area: StudyArea, *, below_share: float) -> Finding:
    """Brigades with less than this share of the standard's ground or people; worst by the share that they lack."""
    if situation.brigades is None:
        return not_judged(requirement, 0.0, "brigades", remark("finding_no_brigades"))
    table = situation.brigades.strengths
    has = (table.land_m2 / table.least_land_m2).combine(table.staff / table.least_persons, np.fmin)
    if has.isna().all():
        return not_judged(requirement, 0.0, "brigades", remark("finding_no_strengths"))
    lacking = 1.0 - has[has < below_share]
    said = remark(
        "finding_brigade_strength",
        below=len(lacking),
        known=int(has.notna().sum()),
        unknown=int(has.isna().sum()),
        of_standard=below_share,
    )
    return Finding(requirement, float(len(lacking)), 0.0, "brigades", lacking.empty, worst_places(lacking), said)
