"""What the class of a station asks of its district."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from siting.district_check.checks.say import not_judged, verdict_on
from siting.district_check.drawn import DrawnMap
from siting.district_check.model import Clause, Verdict


def class_adjacency(clause: Clause, drawn: DrawnMap, *, classes: Sequence[str], neighbours: Sequence[str]) -> Verdict:
    """
    Districts of `classes` that share no stretch of border with another of `neighbours`; worst by metres to the nearest.

    Drawn borders that run a sliver apart are one border.
    """
    table = drawn.districts
    asked = table[table["class"].isin(classes)]
    if asked.empty:
        return not_judged(clause, "drawn_no_such_class", classes=", ".join(classes))
    full = table.geometry[table["class"].isin(neighbours)]
    alone = {}
    for site, own in asked.geometry.items():
        hosts = full.drop(site, errors="ignore").to_numpy()
        beside = shapely.buffer(own, drawn.sliver_m, cap_style="flat", join_style="mitre")
        shared = shapely.area(shapely.intersection(hosts, beside)) > 2 * drawn.sliver_m**2
        if not shared.any():
            alone[site] = float(shapely.distance(hosts, own).min(initial=np.inf))
    away_m = pd.Series(alone, dtype=np.float64)
    return verdict_on(clause, away_m, "m", "drawn_class_adjacency", all=len(asked), classes=", ".join(classes))


def no_district(clause: Clause, drawn: DrawnMap, *, classes: Sequence[str]) -> Verdict:
    """Stations of these classes that have a district, worst by its km²."""
    km2 = drawn.districts.geometry.area[drawn.districts["class"].isin(classes)] / 1e6
    there = int(drawn.stations["class"].isin(classes).sum())
    if not there:
        return not_judged(clause, "drawn_no_such_station", classes=", ".join(classes))
    return verdict_on(clause, km2, "km²", "drawn_no_district_for_class", all=there, classes=", ".join(classes))
