"""First-due districts: is their edge reached in time, and are they small enough for the class of their station."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from siting.rules.caps import assessed_caps, caps, district_places
from siting.rules.kinds.say import judged_share, not_judged, remark, together, worst_places
from siting.rules.model import Finding, Place, Requirement
from siting.rules.situation import Situation
from siting.study_area import StudyArea


def district_time(requirement: Requirement, situation: Situation, area: StudyArea, *, share: float) -> Finding:
    """
    Share of stations that reach their whole first-due district in time; worst are the longest drives in seconds.

    Land that no station can reach is in no district; it counts in `time_cover_land`.
    """
    districts = situation.districts[situation.districts.area_km2 > 0]
    if districts.empty:
        return not_judged(requirement, share, "share", remark("finding_no_district"))
    served = situation.cells[situation.cells.site_id != ""]
    is_inside = served.is_covered.groupby(served.site_id).all().reindex(districts.index)
    measured = float(is_inside.mean())
    said = remark(
        "finding_district_time",
        inside=int(is_inside.sum()),
        stations=len(districts),
        worst_s=float(districts.worst_s.max()),
        empty=len(situation.districts) - len(districts),
    )
    return judged_share(requirement, measured, share, worst_places(districts.worst_s[~is_inside]), said)


def district_area(
    requirement: Requirement,
    situation: Situation,
    area: StudyArea,
    *,
    place: Place,
    cap_km2: Mapping[str, float],
    default_class: str,
    without_district: Sequence[str] = (),
) -> Finding:
    """
    Number of districts in this place that are larger than the cap of their station's class; worst are their areas.

    A class that is not listed (or not given) is judged by the cap of `default_class`, and the remark says how many
    were; stations of a class `without_district` are not judged. What a risk assessment says of land goes before.
    """
    places = district_places(situation.cells)
    districts = situation.districts.loc[situation.districts.index.isin(places.index[places == place])]
    cap = caps(districts["class"], cap_km2=cap_km2, default_class=default_class, without_district=without_district)
    districts, cap = districts[cap.notna()], cap.dropna()
    if districts.empty:
        return not_judged(
            requirement, 0.0, "stations", remark("finding_no_district_there", place=remark(f"place_{place}"))
        )
    over = districts.area_km2[districts.area_km2 > assessed_caps(situation.cells, cap)]
    built = situation.cells[situation.cells.place != "other"]
    built_km2 = built.area_km2.groupby(built.site_id).sum().reindex(districts.index, fill_value=0.0)
    said = remark(
        "finding_district_area",
        over=len(over),
        stations=len(districts),
        place=remark(f"place_{place}"),
        largest_km2=float(districts.area_km2.max()),
        over_built=int((built_km2 > assessed_caps(built, cap)).sum()),
    )
    by_default = districts.index[~districts["class"].isin(cap_km2)]
    if len(by_default):
        said = together(said, remark("finding_default_class", stations=len(by_default), name=default_class))
    return Finding(requirement, float(len(over)), 0.0, "stations", over.empty, worst_places(over), said)
