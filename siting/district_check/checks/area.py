"""How large a district may be, in land and in people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from siting.district_check.checks.say import not_judged, verdict_on
from siting.district_check.drawn import CONSTRUCTION_LAND, DrawnMap
from siting.district_check.model import Clause, Verdict

HALF = 0.5 + 1e-9
"""Exactly half is not more than half, in whatever order cells were added up."""


def district_area(
    clause: Clause,
    drawn: DrawnMap,
    *,
    place: str,
    cap_km2: Mapping[str, float],
    default_class: str,
    without_district: Sequence[str] = (),
) -> Verdict:
    """
    Districts in this place that are larger than the cap of their station's class; worst by km².

    Where a risk assessment sets caps, each piece of land takes its area's share of its own cap, and a district is too
    large when these shares add up to more than one.
    """
    caps = class_caps(drawn.districts["class"], cap_km2, default_class, without_district)
    here = caps.index[caps.notna() & (district_place(drawn) == place)]
    if here.empty:
        return not_judged(clause, f"drawn_no_district_{place}")
    pieces = drawn.pieces[drawn.pieces.site_id.isin(here)]
    km2 = drawn.districts.geometry.area[here] / 1e6
    used_built = _used(_of(pieces, drawn, CONSTRUCTION_LAND), drawn.cells, caps)
    if drawn.capped_places is not None:
        pieces = _of(pieces, drawn, drawn.capped_places)
        km2 = pieces.area_km2.groupby(pieces.site_id).sum().reindex(here, fill_value=0.0)
    used = _used(pieces, drawn.cells, caps).reindex(here)
    by_default = int((~drawn.districts["class"][here].isin(cap_km2)).sum())
    return verdict_on(
        clause, km2[used > 1 + 1e-9], "km²", "drawn_district_area_default" if by_default else "drawn_district_area",
        all=len(here), largest_km2=float(km2.max()), over_built=int((used_built > 1 + 1e-9).sum()),
        **({"by_default": by_default, "name": default_class} if by_default else {}),
    )  # fmt: skip


def class_caps(
    classes: pd.Series, cap_km2: Mapping[str, float], default_class: str, without_district: Sequence[str]
) -> pd.Series:
    """The cap of each district by its station's class; nan for a class that has no district."""
    found = [np.nan if name in without_district else cap_km2.get(name, cap_km2[default_class]) for name in classes]
    return pd.Series(found, index=classes.index, dtype=np.float64)


def district_place(drawn: DrawnMap) -> pd.Series:
    """
    Where each district lies, by site_id: near_suburb when more than half of its land is, else urban when any is.

    By the inner points of cells, so that a border drawn a metre over the edge of town changes nothing.
    """
    held = drawn.held()
    km2 = held.pivot_table(index="site_id", columns="place", values="area_km2", aggfunc="sum")
    km2 = km2.reindex(index=drawn.districts.index, columns=["urban", "near_suburb", "other"]).fillna(0.0)
    suburb = km2.near_suburb > HALF * km2.sum(axis=1)
    return pd.Series(np.select([suburb, km2.urban > 0], ["near_suburb", "urban"], "other"), index=km2.index)


def people_per_station(clause: Clause, drawn: DrawnMap, *, people: float) -> Verdict:
    """Districts with more people than one station should answer for, worst by people."""
    people_of = drawn.cells.get("residents", drawn.cells.people)
    living = drawn.pieces.share * people_of.loc[drawn.pieces.cell_id].to_numpy()
    counted = living.groupby(drawn.pieces.site_id).sum().reindex(drawn.districts.index, fill_value=0.0)
    if not counted.sum() > 0:
        return not_judged(clause, "drawn_no_people")
    return verdict_on(
        clause, counted[counted > people * (1 + 1e-9)], "people", "drawn_people_per_station",
        all=len(counted), limit=people, most=float(counted.max()),
    )  # fmt: skip


def _of(pieces: pd.DataFrame, drawn: DrawnMap, places: Sequence[str]) -> pd.DataFrame:
    """The pieces of land of these places."""
    return pieces[drawn.cells["place"].loc[pieces.cell_id].isin(places).to_numpy()]


def _used(pieces: pd.DataFrame, cells: pd.DataFrame, caps: pd.Series) -> pd.Series:
    """How much of its cap a district takes up."""
    own = cells.cap_km2.loc[pieces.cell_id].to_numpy(dtype=np.float64)
    cap = np.where(np.isnan(own), caps.loc[pieces.site_id].to_numpy(), own)
    return (pieces.area_km2 / cap).groupby(pieces.site_id).sum()
