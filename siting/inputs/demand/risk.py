"""Risk as demand: people, buildings, key sites, past calls and risk zones in one weight, by shares that are stated."""

from __future__ import annotations

import math
from collections.abc import Mapping

from siting.cells import PEOPLE_UNITS
from siting.inputs.demand.model import CarriedDemand, Part
from siting.study_area import StudyArea
from siting.tables import Faults, noted, unknown

POINTS = 100_000.0
"""Inside the boundary, whatever they are made of: a point is a thousandth of a percent of the risk."""
UNIT = "risk points"


def carry_risk(
    area: StudyArea,
    *,
    parts: Mapping[str, CarriedDemand],
    shares: Mapping[str, float] | None = None,
    residents: str | None = None,
) -> CarriedDemand:
    """
    Several kinds of demand as one: each part gives its share of the 100,000 risk points inside the boundary.

    A part's points lie where its own weight lies, in proportion to it. No unit is worth anything by itself: what one
    call counts for follows from the shares, and is told as `Part.points_each`.

    Parameters
    ----------
    parts
        By name, on the cells of `area`.
    shares
        By name, above 0, each relative to the others: 2 and 1 are two thirds and one third. A part without one counts
        1, with a note: an editable default.
    residents
        The part whose people reports tell beside the points; the one that counts people when absent.

    Raises
    ------
    InputError
        If there is no part, a share is not above 0 or of no part, `residents` does not count people, or several parts
        do and none is named.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from siting.inputs.demand.land import carry_land
    >>> from siting.inputs.demand.table import carry_rows
    >>> square = gpd.GeoSeries([shapely.box(500000, 0, 500400, 200)], crs=4549)
    >>> area = StudyArea.from_geometry(square, cell_m=200, crs=4549)
    >>> people = gpd.GeoDataFrame({"people": [30]}, geometry=[shapely.Point(500100, 100)], crs=4549)
    >>> parts = {"residents": carry_rows(area, people, weight="people"), "land": carry_land(area)}
    >>> carry_risk(area, parts=parts, shares={"residents": 3, "land": 1}).weight.round(3).tolist()
    [87500.0, 12500.0]
    """
    stated = shares or {}
    faults = Faults("demand")
    if not parts:
        faults.add("The source 'risk' has no parts. Say what it is made of: [demand.parts.NAME].")
    for name in stated.keys() - parts.keys():
        faults.add(f"The share of {unknown(name, parts)}")
    for name, share in stated.items():
        if not (math.isfinite(share) and share > 0):
            faults.add(f"The share of {name!r} is {share:g}. Expected a number above 0; leave out a part of no weight.")
    counting = [name for name, part in parts.items() if part.unit in PEOPLE_UNITS]
    if residents is not None and residents not in counting:
        faults.add(f"residents: {unknown(residents, counting)} Only a part that counts people can be named.")
    if residents is None and len(counting) > 1:
        faults.add(f"The parts {', '.join(counting)} count people. Say with residents which of them live there.")
    faults.stop()
    told = residents if residents is not None else next(iter(counting), None)
    taken = {name: stated.get(name, 1.0) for name in parts}
    mixed = tuple(
        _part(name, taken[name] / math.fsum(taken.values()), carried, counts_people=name == told)
        for name, carried in parts.items()
    )
    inside, outside = (
        math.fsum(part.points_each * getattr(part.carried, total) for part in mixed)
        for total in ("total_inside", "total_outside")
    )
    weight = sum((part.points_each * part.carried.weight for part in mixed), start=0.0 * area.cells["area_km2"])
    unstated = [name for name in parts if name not in stated]
    return CarriedDemand(
        weight=weight.rename("weight"),
        total_read=inside + outside,
        total_inside=inside,
        total_outside=outside,
        unit=UNIT,
        source=", ".join(dict.fromkeys(part.carried.source for part in mixed)),
        notes=(
            *(note for part in mixed for note in part.carried.notes),
            *noted("topic_demand", "note_shares_not_stated", unstated, names=", ".join(unstated)),
            *noted("topic_demand", "note_no_residents", list(parts) if told is None else []),
        ),
        parts=mixed,
    )


def _part(name: str, share: float, carried: CarriedDemand, *, counts_people: bool) -> Part:
    return Part(name, share, POINTS * share / carried.total_inside, counts_people, carried)
