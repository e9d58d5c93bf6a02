"""A district and its own station: does it hold it, and does its engine reach all of it in time."""

from __future__ import annotations

import pandas as pd
import shapely

from siting.district_check.checks.say import not_judged, verdict_on, worst_first
from siting.district_check.drawn import DrawnMap
from siting.district_check.model import Clause, Verdict

_ROUNDING_S = 5e-4
"""Plans are made in whole milliseconds, rounded up."""


def holds_station(clause: Clause, drawn: DrawnMap, *, tolerance_m: float) -> Verdict:
    """Districts that their station stands outside of, worst by metres; stations without a district are remarked on."""
    away_m = pd.Series(
        shapely.distance(drawn.districts.geometry.to_numpy(), drawn.districts["home"].to_numpy()),
        index=drawn.districts.index,
    )
    without = drawn.stations.index.difference(drawn.districts.index)
    return verdict_on(
        clause, away_m[away_m > tolerance_m], "m", "drawn_holds_station", all=len(away_m), without=len(without)
    )


def district_time(clause: Clause, drawn: DrawnMap, *, share: float) -> Verdict:
    """
    Share of districts whose land that needs a station is all reached within the budget; worst by seconds.

    Land without a road near it cannot be timed and is counted in the remark.
    """
    held = drawn.held()
    held = held[held.is_required]
    timed = held[held.drive_s.notna()]
    if timed.empty:
        return not_judged(clause, "drawn_no_time")
    farthest_s = timed.drive_s.groupby(timed.site_id).max()
    late = farthest_s[farthest_s > drawn.districts.travel_budget_s[farthest_s.index] + _ROUNDING_S]
    measured = 1.0 - len(late) / len(farthest_s)
    values = {
        "n": len(late), "all": len(farthest_s),
        "worst_s": float(farthest_s.max()), "no_road_km2": float(held.area_km2[held.drive_s.isna()].sum()),
    }  # fmt: skip
    sites = tuple(late.index.astype(str))
    return Verdict(
        clause,
        measured,
        share,
        "share",
        measured >= share,
        worst_first(late),
        "s",
        sites,
        "drawn_district_time",
        values,
    )
