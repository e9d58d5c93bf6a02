"""How many stations there should be, against how many there are."""

from __future__ import annotations

import math
from typing import Literal

from siting.rules.kinds.say import not_judged, remark, together, worst_places
from siting.rules.model import Finding, Requirement
from siting.rules.situation import Situation
from siting.study_area import StudyArea


def shortage(
    requirement: Requirement,
    situation: Situation,
    area: StudyArea,
    *,
    base: Literal["administrative", "construction_land"],
    cap_km2: float,
    near_suburb_cap_km2: float,
) -> Finding:
    """
    Stations that the area asks for, against open stations that stand in it.

    ``administrative`` divides all land by `cap_km2`: an upper reading, since the cap speaks of districts inside city
    construction land. ``construction_land`` divides urban land by `cap_km2` and near-suburb land by its own. Where a
    risk assessment sets a cap, land is divided by that.
    """
    land = situation.cells if base == "administrative" else situation.cells[situation.cells.place != "other"]
    is_suburb = (land.place == "near_suburb") & (base == "construction_land")
    usual_km2 = is_suburb.map({True: near_suburb_cap_km2, False: cap_km2})
    asked = float((land.area_km2 / land.cap_km2.fillna(usual_km2)).sum())
    required = math.ceil(round(asked, 9))  # cells that add up to 14 km² but for rounding ask for 2 stations, not 3
    if required == 0:
        return not_judged(requirement, 0.0, "stations", remark("finding_no_construction_land"))
    there = int(situation.stations.is_inside.sum())
    said = remark(
        f"finding_shortage_{base}",
        required=required,
        there=there,
        missing=max(0, required - there),
        rate=max(0.0, (required - there) / required),
        km2=float(land.area_km2.sum()),
    )
    if base == "construction_land" and (situation.cells.place == "urban").all():
        said = together(said, remark("finding_all_urban"))
    return Finding(requirement, float(there), float(required), "stations", there >= required, (), said)


def people_per_station(requirement: Requirement, situation: Situation, area: StudyArea, *, people: float) -> Finding:
    """People for each open station in the area; worst are the districts with more people than the limit."""
    there, total = int(situation.stations.is_inside.sum()), float(situation.residents.sum())
    if not (there and total > 0):
        return not_judged(requirement, people, "people", remark("finding_no_people" if there else "finding_no_station"))
    measured = total / there
    by_district = situation.residents.groupby(situation.cells.site_id).sum().reindex(situation.districts.index)
    return Finding(
        requirement,
        measured,
        people,
        "people",
        measured <= people,
        worst_places(by_district[by_district > people]),
        remark("finding_people_per_station", people=total, stations=there, over=int((by_district > people).sum())),
    )
