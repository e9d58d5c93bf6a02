"""How many stations are missing: the land and the stations of a district plan, put to `siting.shortage`."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.districting import REASONS, DistrictPlan
from siting.pipeline.district_question import DistrictQuestion
from siting.pipeline.material import Material
from siting.rules import RuleSet
from siting.scenario import PlanTable
from siting.shortage import shortage_table

OUT_OF_REACH = ("no_road", "beyond_budget", "cut_off")
"""Land that no station of the plan could have served: it asks for roads or for sites, not for more stations."""


def missing_stations(table: PlanTable, given: Material, asked: DistrictQuestion, found: DistrictPlan) -> pd.DataFrame:
    """
    The shortage table of the land that any site reaches.

    A plan bounds the need from above when it serves all of that land, and the solver's bound does from below when the
    question counts stations.
    """
    land = table.land or "all"
    is_reached = ~np.isin(found.reason, [REASONS.index(reason) for reason in OUT_OF_REACH])
    cells = given.cells[is_reached]
    if land == "all":
        cells = cells.assign(place=cells["place"].replace("other", "urban"))
    unit = _unit(asked.sites, given)
    is_inside = asked.problem.home >= 0
    is_existing = (asked.sites.status == "existing").to_numpy()
    is_open = np.isin(np.arange(len(asked.sites)), found.open_sites)
    is_answer = table.sites is None and found.status != "unknown"
    outside = int((asked.problem.fixed_open & ~is_inside).sum())
    counts = bool((asked.problem.cost == 1.0).all()) and asked.closing == 0
    return shortage_table(
        cells,
        unit[is_existing & is_inside],
        cap_km2=largest_caps(given.ruleset),
        proven=found.bound - outside if table.sites is None and counts else 0.0,
        planned=unit[is_open & is_inside] if is_answer else None,
    )


def largest_caps(ruleset: RuleSet) -> dict[str, float]:
    """By place, the cap of the class that has the largest; the first requirement for a place counts."""
    largest: dict[str, float] = {}
    for asked in ruleset.requirements:
        if asked.kind == "district_area":
            largest.setdefault(str(asked.values["place"]), float(max(asked.values["cap_km2"].values())))  # noqa: PD011 - no table
    return largest


def _unit(sites: gpd.GeoDataFrame, given: Material) -> pd.Series:
    """Grid unit of each site, "" outside all of them."""
    points = sites.geometry.to_crs(given.area.crs)
    ids = np.append(given.area.units.index.to_numpy(dtype=object), "")
    return pd.Series(ids[given.area.unit_at(points.x.to_numpy(), points.y.to_numpy())], index=sites.index)
