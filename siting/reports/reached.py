"""Isochrones of the open stations, each at its own travel budget. For drawing; coverage is never read from them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from siting.network.place import placed
from siting.proposal import Proposal
from siting.rules import Situation
from siting.travel_time import isochrones

OUTLINE_M = 5.0
"""The outline may stray this far: about a quarter of the lattice it is drawn on, for less than half of the points."""


def reached_land(proposal: Proposal, situation: Situation) -> gpd.GeoDataFrame:
    """
    The land beside the roads that each open station reaches in time, inside the study area.

    Returns
    -------
    One row for each station, in order: site_id, limit_s (its travel budget), area_km2, geometry in the metric CRS.
    """
    network, stations = proposal.network, situation.stations
    if stations.empty:
        return gpd.GeoDataFrame(columns=["site_id", "limit_s", "area_km2", "geometry"], crs=network.crs)
    at = proposal.facilities["station"].loc[stations.index]
    land = pd.concat(
        isochrones(network, placed(at.loc[same.index]), [budget_s], same.index, within=proposal.area.boundary)
        if budget_s > 0
        else _no_land(same.index, budget_s, network.crs)
        for budget_s, same in stations.groupby(stations.travel_budget_s.astype(float))
    )
    land.geometry = land.simplify(OUTLINE_M)
    return land.set_index("site_id").loc[stations.index].rename_axis("site_id").reset_index()


def _no_land(site_ids: pd.Index, budget_s: float, crs: pyproj.CRS) -> gpd.GeoDataFrame:
    """Of stations whose turnout leaves no time to drive."""
    table = {"site_id": site_ids, "limit_s": budget_s, "area_km2": 0.0}
    return gpd.GeoDataFrame(table, geometry=[shapely.MultiPolygon()] * len(site_ids), crs=crs)
