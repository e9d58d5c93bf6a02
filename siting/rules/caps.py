"""
How large a district may be: by the class of its station, by where most of its land lies, and by what a fire-risk
assessment says of its land.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from siting.rules.model import RuleSet

HALF = 0.5 + 1e-9
"""Exactly half is not more than half, in whatever order cells were added up."""


def district_places(cells: pd.DataFrame) -> pd.Series:
    """
    Where each district lies: ``near_suburb``, ``urban`` or ``other``.

    Near-suburb when more than half of its land is; else urban when any of its land is; else other. So a town district
    keeps the strict limit of its class however much farmland it answers for, and a district without any construction
    land has no limit at all. A Series by site_id.
    """
    held = cells[cells.site_id != ""]
    km2 = held.pivot_table(index="site_id", columns="place", values="area_km2", aggfunc="sum")
    km2 = km2.reindex(columns=["urban", "near_suburb", "other"]).fillna(0.0)
    is_suburb = km2.near_suburb > HALF * km2.sum(axis=1)
    place = np.select([is_suburb, km2.urban > 0], ["near_suburb", "urban"], "other")
    return pd.Series(place, index=km2.index, name="place")


def caps(
    classes: pd.Series, *, cap_km2: Mapping[str, float], default_class: str, without_district: Sequence[str] = ()
) -> pd.Series:
    """The cap of each station by its class: that of `default_class` where its own is not listed, nan without one."""
    listed = classes.map({**cap_km2, **dict.fromkeys(without_district, np.nan)})
    return listed.where(classes.isin([*cap_km2, *without_district]), cap_km2[default_class])


def district_caps(ruleset: RuleSet, classes: pd.Series, places: pd.Series) -> pd.Series:
    """
    The area each district may have, in km²: nan where the rule set sets none.

    Of several requirements for one place the first counts, as written in the rule set.

    Parameters
    ----------
    classes, places
        Class and place by site_id; a station without a district has no place.
    """
    found = pd.Series(np.nan, index=classes.index, name="cap_km2")
    for requirement in ruleset.requirements:
        if requirement.kind == "district_area":
            values = dict(requirement.values)
            here = places.reindex(classes.index) == values.pop("place")
            found = found.where(found.notna() | ~here, caps(classes, **values))
    return found


def assessed_caps(cells: pd.DataFrame, cap_km2: pd.Series) -> pd.Series:
    """
    The caps of districts, in km², where some land has one of its own by a fire-risk assessment.

    Each cell takes its area's share of its own cap, or else of the district's; a district is full when the shares add
    up to 1. As one number, its cap is its land divided by that sum: the harmonic mean of the caps, weighted by area.

    Parameters
    ----------
    cells
        The land that counts: site_id, area_km2, cap_km2 (nan: none of its own).
    cap_km2
        By site_id, that of the class and place of each district. Without one (nan) there is none, whatever its land
        says; a district without a cell that has its own keeps it as it is.

    Examples
    --------
    Half of the land may have 3.5 km², the other half 7:

    >>> half = pd.DataFrame({"site_id": "A", "area_km2": [2.0, 2.0], "cap_km2": [3.5, np.nan]})
    >>> assessed_caps(half, pd.Series({"A": 7.0, "B": 7.0})).round(2).to_dict()
    {'A': 4.67, 'B': 7.0}
    """
    held = cells[cells.site_id.isin(cells.site_id[cells.cap_km2.notna()])]
    caps_km2 = held.cap_km2.fillna(held.site_id.map(cap_km2))
    km2 = held.area_km2.groupby(held.site_id).sum()
    used = (held.area_km2 / caps_km2).groupby(held.site_id).sum()
    mean_km2 = (km2 / used).round(12).where((used - 1).abs() > 1e-9, km2)  # what is just full is not above its cap
    return mean_km2.reindex(cap_km2.index).fillna(cap_km2).where(cap_km2.notna()).rename("cap_km2")


def known_classes(ruleset: RuleSet) -> tuple[str, ...]:
    """The classes of station whose districts the rule set limits, or names as having none."""
    named: dict[str, None] = {}
    for requirement in ruleset.requirements:
        if requirement.kind == "district_area":
            limits = {"without_district": (), **requirement.values}  # noqa: PD011 - no table
            named |= dict.fromkeys([*limits["cap_km2"], *limits["without_district"]])
    return tuple(named)
