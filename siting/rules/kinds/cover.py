"""How much of people and land is reached within the travel budget."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from siting.rules.kinds.say import judged_share, most_lost, not_judged, remark, together
from siting.rules.model import Finding, Place, Requirement
from siting.rules.situation import Situation
from siting.study_area import StudyArea


def time_cover_people(requirement: Requirement, situation: Situation, area: StudyArea, *, share: float) -> Finding:
    """Share of people within the travel budget; worst are the units or cells with most people not covered."""
    if not situation.residents.sum() > 0:
        return not_judged(requirement, share, "share", remark("finding_no_people"))
    return _cover(requirement, situation, situation.residents, share, "finding_cover_people")


def time_cover_land(
    requirement: Requirement,
    situation: Situation,
    area: StudyArea,
    *,
    share: float,
    places: Sequence[Place] = ("urban", "near_suburb", "other"),
) -> Finding:
    """Share of land within the travel budget; `places` leaves land out that a standard does not mean."""
    cells = situation.cells[situation.cells.place.isin(places)]
    if cells.empty:
        named = together(*(remark(f"place_{place}") for place in places), between=", ")
        return not_judged(requirement, share, "share", remark("finding_no_such_land", places=named))
    return _cover(requirement, situation, cells.area_km2, share, "finding_cover_land")


def _cover(requirement: Requirement, situation: Situation, weight: pd.Series, share: float, key: str) -> Finding:
    cells = situation.cells.loc[weight.index]
    total, lost = float(weight.sum()), weight[~cells.is_covered]
    measured = 1.0 - float(lost.sum()) / total  # exactly 1 where nothing is lost
    by_reason = lost.groupby(cells.reason).sum()
    amounts = {reason: float(by_reason.get(reason, 0.0)) for reason in ("too_far", "unreachable", "no_road")}
    said = remark(key, total=total, lost=float(lost.sum()), **amounts)
    return judged_share(requirement, measured, share, most_lost(lost, situation), said)
