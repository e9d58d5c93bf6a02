"""What a plan of districts says besides its map: why each station is there, what is unserved, how many are missing."""

from __future__ import annotations

import math

import pandas as pd

from siting.cells import counted
from siting.proposal import DistrictAnswer


def station_reasons_table(answer: DistrictAnswer) -> pd.DataFrame:
    """One row for each open station: what only it reaches, what happens without it, the clause that it serves."""
    return answer.stations.rename_axis("site_id").reset_index()


def unserved_table(answer: DistrictAnswer) -> pd.DataFrame:
    """One row for each reason for which land has no district: cells, land, demand, drives from the nearest site."""
    left = answer.cells[answer.cells.reason != ""].replace({"nearest_s": math.inf}, math.nan)
    by = left.groupby(left.reason.rename("why"), sort=True)
    table = {"cells": by.size(), "area_km2": by.area_km2.sum(), **{who: by[who].sum() for who in counted(left)}}
    return pd.DataFrame({**table, "nearest_s": by.nearest_s.min(), "farthest_s": by.nearest_s.max()}).reset_index()


def readings_table(answer: DistrictAnswer) -> pd.DataFrame:
    """One row for each reading of the caps of area: all land, or construction land only."""
    return answer.readings.assign(is_asked=answer.readings.is_asked.map({True: "yes", False: "no"}))


def shortage_rows(answer: DistrictAnswer) -> pd.DataFrame:
    """One row for each grid unit, the whole area last, under its own name."""
    return answer.shortage.rename_axis("unit_id").reset_index()
