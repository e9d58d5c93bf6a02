"""How well hydrants serve roads and land: radius in a straight line, spacing along the road (GB 50974-2014, 7.2.5)."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd


@dataclass(frozen=True)
class HydrantCover:
    """
    Measured cover by hydrants that count.

    Attributes
    ----------
    radius_m, spacing_m
        The limits measured against, 150 and 120 in GB 50974-2014.
    n_counted, n_not_counted
        Working hydrants, and those set aside (abandoned, broken) with their reasons in the hydrant table.
    cells
        Index `cell_id`: share_within, the share of the cell's land within `radius_m` of a hydrant, straight.
    share_area, share_people
        Of all land and people.
    road_km, road_km_short
        Road inside the boundary where hydrants are due, and how much of it lies farther than half the spacing from
        the nearest hydrant along the road (so that two neighbours stand more than `spacing_m` apart).
    gaps
        The stretches behind `road_km_short`: geometry in the metric CRS, length_m, highway, name.
    """

    radius_m: float
    spacing_m: float
    n_counted: int
    n_not_counted: int
    cells: pd.DataFrame
    share_area: float
    share_people: float
    road_km: float
    road_km_short: float
    gaps: gpd.GeoDataFrame
