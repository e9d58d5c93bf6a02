"""What a plan of districts says besides its map: why each station is there, what is unserved, how many are missing."""

from __future__ import annotations

import pandas as pd

from siting.proposal import DistrictAnswer


def station_reasons_table(answer: DistrictAnswer) -> pd.DataFrame:
    """One row for each open station: what only it reaches, what happens without it, the clause that it serves."""
    return answer.stations.rename_axis("site_id").reset_index()


def unserved_table(answer: DistrictAnswer) -> pd.DataFrame:
    """One row for each reason for which land has no district: cells, land and demand."""
    left = answer.cells[answer.cells.reason != ""]
    by = left.groupby(left.reason.rename("why"), sort=True)
    return pd.DataFrame({"cells": by.size(), "area_km2": by.area_km2.sum(), "people": by.people.sum()}).reset_index()


def shortage_rows(answer: DistrictAnswer) -> pd.DataFrame:
    """One row for each grid unit, the whole area last, under its own name."""
    return answer.shortage.rename_axis("unit_id").reset_index()
