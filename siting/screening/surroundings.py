"""What candidate sites are screened against, and what one clause says of each of them."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats


@dataclass(frozen=True)
class Surroundings:
    """
    What stands around the sites, in their metric CRS; None where the scenario does not say.

    Attributes
    ----------
    exits, hazards
        Main exits of crowded places, and dangerous parts of hazardous sites; a column name.
    wind_from_deg
        Where the prevailing wind comes from, clockwise from north.
    ground
        Water, railways and whatever else a station cannot stand on: a column kind.
    """

    exits: gpd.GeoDataFrame | None = None
    hazards: gpd.GeoDataFrame | None = None
    wind_from_deg: float | None = None
    ground: gpd.GeoDataFrame | None = None


@dataclass(frozen=True)
class Judged:
    """
    One clause on every site.

    Attributes
    ----------
    measured, limit, unit
        What was found, and the limit it is held to; nan where the clause could not be judged, or has no number.
    fails
        Which sites do not meet it; never where it could not be judged.
    beside
        What was found: the exit, the hazard, the class of road.
    is_known
        Whether the clause could be judged.
    """

    measured: Floats
    limit: Floats
    unit: str
    fails: np.ndarray
    beside: pd.Series
    is_known: np.ndarray


def unjudged(sites: gpd.GeoDataFrame, unit: str) -> Judged:
    """Nothing is known of any site."""
    nothing = np.full(len(sites), np.nan)
    no = np.zeros(len(sites), dtype=np.bool_)
    return Judged(nothing, nothing, unit, no, pd.Series("", index=sites.index), no)
