"""The two readings of a cap of area, side by side: does all land count against it, or construction land only?"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from siting.district_check import CONSTRUCTION_LAND
from siting.pipeline.material import Material
from siting.pipeline.missing import largest_caps
from siting.rules import assessed_caps, district_caps, district_places

READINGS = ("all", "construction")


def both_readings(given: Material, maps: Mapping[str, pd.Series], asked: str) -> pd.DataFrame:
    """
    What each reading says of the same land and of the same maps.

    Parameters
    ----------
    maps
        By name, the station of each cell, "" for none, in the order of the cells.
    asked
        The reading that the plan was made for: its map keeps the caps by this one.

    Returns
    -------
    One row for each reading: reading, is_asked, land_km2 (that counts), least_stations (that this land needs by its own
    cap or the largest of its place), and for each map NAME_over (districts above their cap) and NAME_largest_km2.
    """
    rows = []
    for reading in READINGS:
        counts = given.cells["place"].isin(CONSTRUCTION_LAND) | (reading == "all")
        land = given.cells[counts]
        usual_km2 = land["place"].replace("other", "urban").map(largest_caps(given.ruleset))
        row: dict[str, object] = {
            "reading": reading,
            "is_asked": reading == asked,
            "land_km2": float(land.area_km2.sum()),
            "least_stations": math.ceil(round(float((land.area_km2 / land.cap_km2.fillna(usual_km2)).sum()), 9)),
        }
        for name, owner in maps.items():
            over, largest_km2 = _over(given, owner, counts)
            row |= {f"{name}_over": over, f"{name}_largest_km2": largest_km2}
        rows.append(row)
    return pd.DataFrame(rows)


def _over(given: Material, owner: pd.Series, counts: pd.Series) -> tuple[int, float]:
    """How many districts of a map hold more counted land than their cap, and the most counted land of any."""
    held = given.cells.assign(site_id=owner.to_numpy())
    places = district_places(held)
    counted = held[counts.to_numpy()]
    classes = given.facilities["station"]["class"].loc[places.index]
    cap_km2 = assessed_caps(counted, district_caps(given.ruleset, classes, places))
    km2 = counted.groupby("site_id").area_km2.sum().reindex(places.index, fill_value=0.0)
    return int((km2 > cap_km2 * (1 + 1e-9)).sum()), float(km2.max()) if len(km2) else 0.0
