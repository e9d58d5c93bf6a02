"""Hydrants: radius straight and along roads, spacing along the street, both kerbs, bridge heads, cranes, buildings."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from siting.hydrants import HydrantCover
from siting.rules.kinds.say import Remark, judged_share, most_lost, not_judged, remark, worst_places
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
    of: Literal["people", "land", "built_up"],
) -> Finding:
    """Share of people or land within the radius of a hydrant; worst are the units or cells with most outside."""
    cover = situation.hydrants
    if cover is None or cover.limits.radius_m != radius_m:
        return _not_measured(requirement, share, cover, "radius_m", radius_m)
    weight = situation.residents if of == "people" else situation.cells.area_km2
    if of == "built_up":
        weight = weight.where(situation.cells.place.isin(cover.limits.places), 0.0)
    if not weight.sum() > 0:
        return not_judged(
            requirement, share, "share", remark(f"finding_no_{'built_up' if of == 'built_up' else 'people'}")
        )
    outside = weight * (1.0 - cover.cells.share_within.reindex(weight.index))
    measured = {"people": cover.share_people, "land": cover.share_area, "built_up": cover.share_built_up}[of]
    said = remark(
        f"finding_hydrant_radius_{'people' if of == 'people' else 'land'}",
        outside=float(outside.sum()),
        counted=cover.n_counted,
        set_aside=cover.n_not_counted,
        radius_m=radius_m,
    )
    return judged_share(requirement, measured, share, most_lost(outside, situation), said)


def hydrant_path(
    requirement: Requirement, situation: Situation, area: StudyArea, *, share: float, radius_m: float
) -> Finding:
    """Share of people whose cell's inner point is within the radius along roads, as hose is laid."""
    cover = situation.hydrants
    if cover is None or cover.limits.radius_m != radius_m:
        return _not_measured(requirement, share, cover, "radius_m", radius_m)
    people = situation.residents
    if not people.sum() > 0:
        return not_judged(requirement, share, "share", remark("finding_no_people"))
    outside = people.where(cover.cells.path_m.reindex(people.index) > radius_m, 0.0)
    measured = cover.share_people_path
    said = remark("finding_hydrant_path", outside=float(outside.sum()), radius_m=radius_m)
    return judged_share(requirement, measured, share, most_lost(outside, situation), said)


def hydrant_buildings(
    requirement: Requirement, situation: Situation, area: StudyArea, *, share: float, radius_m: float
) -> Finding:
    """Share of buildings within the radius of a hydrant, straight; the remark tells how many are along roads."""
    cover = situation.hydrants
    if cover is None or cover.limits.radius_m != radius_m:
        return _not_measured(requirement, share, cover, "radius_m", radius_m)
    if cover.buildings is None or cover.buildings.empty:
        return not_judged(requirement, share, "share", remark("finding_no_buildings"))
    within = cover.buildings.is_within
    said = remark(
        "finding_hydrant_buildings",
        all=len(within),
        outside=int((~within).sum()),
        path=int((cover.buildings.path_m > radius_m).sum()),
        radius_m=radius_m,
    )
    measured = float(within.mean())
    return judged_share(requirement, measured, share, (), said)


def hydrant_sides(
    requirement: Requirement, situation: Situation, area: StudyArea, *, share: float, wider_m: float
) -> Finding:
    """Share of the kerbs of wide roads that have hydrants on their own side; worst are streets, with metres of kerb."""
    cover = situation.hydrants
    if cover is None or cover.limits.wider_m != wider_m:
        return _not_measured(requirement, share, cover, "wider_m", wider_m)
    if not cover.kerb_km > 0:
        return not_judged(requirement, share, "share", remark("finding_no_wide_road", wider_m=wider_m))
    bare_km = float(cover.bare.length_m.sum()) / 1e3
    said = remark("finding_hydrant_sides", short_km=bare_km, km=cover.kerb_km, wider_m=wider_m)
    measured = 1.0 - bare_km / cover.kerb_km
    return judged_share(requirement, measured, share, _by_street(cover.bare), said)


def hydrant_heads(
    requirement: Requirement, situation: Situation, area: StudyArea, *, share: float, near_m: float
) -> Finding:
    """Share of bridge heads and tunnel portals with a hydrant near; worst are structures, by metres to the nearest."""
    cover = situation.hydrants
    if cover is None or cover.limits.near_m != near_m:
        return _not_measured(requirement, share, cover, "near_m", near_m)
    if cover.heads.empty:
        return not_judged(requirement, share, "share", remark("finding_no_heads"))
    without = cover.heads[~cover.heads.has_hydrant.astype(bool)]
    said = remark("finding_hydrant_heads", all=len(cover.heads), without=len(without), near_m=near_m)
    named = without[without["name"] != ""]
    worst = worst_places(named.away_m.groupby(named["name"]).max().round())
    measured = 1.0 - len(without) / len(cover.heads)
    return judged_share(requirement, measured, share, worst, said)


def hydrant_cranes(
    requirement: Requirement, situation: Situation, area: StudyArea, *, share: float, crane_spacing_m: float
) -> Finding:
    """Share of main road within half the spacing of a filling crane; only where the scenario says it is cold."""
    cover = situation.hydrants
    if cover is None or cover.limits.crane_spacing_m != crane_spacing_m:
        return _not_measured(requirement, share, cover, "crane_spacing_m", crane_spacing_m)
    if not cover.crane_km > 0:
        why = "finding_no_road_due" if cover.limits.is_cold else "finding_not_cold"
        return not_judged(requirement, share, "share", remark(why))
    said = remark("finding_hydrant_cranes", short_km=cover.crane_km_short, km=cover.crane_km, m=crane_spacing_m)
    measured = 1.0 - cover.crane_km_short / cover.crane_km
    return judged_share(requirement, measured, share, (), said)


def hydrant_spacing(
    requirement: Requirement, situation: Situation, area: StudyArea, *, share: float, spacing_m: float
) -> Finding:
    """
    Share of street within half the spacing of a working hydrant; worst are streets by name, with their metres.

    Two neighbours stand no more than `spacing_m` apart exactly when no point between them is farther than half of it.
    """
    cover = situation.hydrants
    if cover is None or cover.limits.spacing_m != spacing_m:
        return _not_measured(requirement, share, cover, "spacing_m", spacing_m)
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
    return judged_share(requirement, measured, share, _by_street(cover.gaps), said)


def _not_measured(
    requirement: Requirement, share: float, cover: HydrantCover | None, limit: str, asked: float
) -> Finding:
    """The finding where there are no hydrants, or they were measured with another limit."""
    why: Remark = remark("finding_no_hydrants")
    if cover is not None:
        why = remark(f"finding_other_{limit}", m=getattr(cover.limits, limit), asked=asked)
    return not_judged(requirement, share, "share", why)


def _by_street(stretches: pd.DataFrame) -> tuple[tuple[str, float], ...]:
    named = stretches[stretches["name"] != ""]
    return worst_places(named.length_m.groupby(named["name"]).sum())
