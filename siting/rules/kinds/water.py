"""Hydrants: radius in a straight line, spacing along the road."""

from __future__ import annotations

from typing import Literal

from siting.rules.kinds.say import most_lost, not_judged, remark, worst_places
from siting.rules.model import Finding, Requirement
from siting.rules.situation import Situation
from siting.study_area import StudyArea


def hydrant_radius(
    requirement: Requirement,
    situation: Situation,
    area: StudyArea,
    *,
    share: float,
    radius_m: float,
    of: Literal["people", "land"],
) -> Finding:
    """Share of people or land within the radius of a hydrant; worst are the units or cells with most outside."""
    cover = situation.hydrants
    if cover is None:
        return not_judged(requirement, share, "share", remark("finding_no_hydrants"))
    if cover.radius_m != radius_m:
        return not_judged(requirement, share, "share", remark("finding_other_radius", m=cover.radius_m, asked=radius_m))
    weight = situation.cells["people" if of == "people" else "area_km2"]
    if not weight.sum() > 0:
        return not_judged(requirement, share, "share", remark("finding_no_people"))
    outside = weight * (1.0 - cover.cells.share_within.reindex(weight.index))
    measured = cover.share_people if of == "people" else cover.share_area
    said = remark(
        f"finding_hydrant_radius_{of}",
        outside=float(outside.sum()),
        counted=cover.n_counted,
        set_aside=cover.n_not_counted,
        radius_m=radius_m,
    )
    return Finding(requirement, measured, share, "share", measured >= share, most_lost(outside, situation), said)


def hydrant_spacing(
    requirement: Requirement, situation: Situation, area: StudyArea, *, share: float, spacing_m: float
) -> Finding:
    """
    Share of road that lies within half the spacing of a working hydrant; worst are streets by name, with their metres.

    Two neighbours stand no more than `spacing_m` apart exactly when no point between them is farther than half of it.
    """
    cover = situation.hydrants
    if cover is None:
        return not_judged(requirement, share, "share", remark("finding_no_hydrants"))
    if cover.spacing_m != spacing_m:
        return not_judged(
            requirement, share, "share", remark("finding_other_spacing", m=cover.spacing_m, asked=spacing_m)
        )
    if not cover.road_km > 0:
        return not_judged(requirement, share, "share", remark("finding_no_road_due"))
    measured = 1.0 - cover.road_km_short / cover.road_km
    said = remark(
        "finding_hydrant_spacing",
        short_km=cover.road_km_short,
        km=cover.road_km,
        gaps=len(cover.gaps),
        spacing_m=spacing_m,
    )
    named = cover.gaps[cover.gaps["name"] != ""]
    by_street = named.length_m.groupby(named["name"]).sum()
    return Finding(requirement, measured, share, "share", measured >= share, worst_places(by_street), said)
