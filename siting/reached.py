"""Isochrones of stations, each at its own travel budget. For drawing; coverage is never read from them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from siting.network import EdgePositions, RoadNetwork
from siting.travel_time import Drawing, isochrones

OUTLINE_M = 5.0
"""The outline may stray this far, half a cell of the lattice it is drawn on: 2 % of the land for 4 of 10 points."""


def reached_land(
    network: RoadNetwork, stations: EdgePositions, travel_budget_s: pd.Series, within: BaseGeometry
) -> gpd.GeoDataFrame:
    """
    The land beside the roads that each station reaches in time.

    Parameters
    ----------
    travel_budget_s
        Of each station, in the order of `stations`; its index names them.
    within
        The study area, a polygon in the network's CRS.

    Returns
    -------
    One row for each station, in order: site_id, limit_s (its travel budget), area_km2, geometry in the network's CRS.
    """
    if travel_budget_s.empty:
        return gpd.GeoDataFrame(columns=["site_id", "limit_s", "area_km2", "geometry"], crs=network.crs)
    site_ids, parts = travel_budget_s.index, []
    for budget_s in np.unique(travel_budget_s.to_numpy(dtype=np.float64)):
        rows = np.flatnonzero(travel_budget_s == budget_s)
        if budget_s > 0:
            parts.append(isochrones(network, stations.take(rows), [budget_s], site_ids[rows], Drawing(within=within)))
        else:
            parts.append(_no_land(site_ids[rows], budget_s, network.crs))
    land = pd.concat(parts)
    land.geometry = land.simplify(OUTLINE_M)
    return land.set_index("site_id").loc[site_ids].rename_axis("site_id").reset_index()


def _no_land(site_ids: pd.Index, budget_s: float, crs: pyproj.CRS) -> gpd.GeoDataFrame:
    """Of stations whose turnout leaves no time to drive."""
    table = {"site_id": site_ids, "limit_s": budget_s, "area_km2": 0.0}
    return gpd.GeoDataFrame(table, geometry=[shapely.MultiPolygon()] * len(site_ids), crs=crs)
