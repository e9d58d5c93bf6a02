"""One function for each kind of clause on where a station may stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.arrays import Floats
from siting.screening.surroundings import Judged, Surroundings, unjudged


def exit_distance(sites: gpd.GeoDataFrame, around: Surroundings, *, distance_m: float) -> Judged:
    """At least so far from the main exits of schools, hospitals, malls and other crowded places."""
    return _at_least(sites, around.exits, distance_m)


def hazard_distance(sites: gpd.GeoDataFrame, around: Surroundings, *, distance_m: float) -> Judged:
    """At least so far from the dangerous part of hazardous sites."""
    return _at_least(sites, around.hazards, distance_m)


def hazard_wind(sites: gpd.GeoDataFrame, around: Surroundings, *, within_m: float, sector_deg: float) -> Judged:
    """
    Not down the prevailing wind of a hazardous site within reach: upwind or beside it.

    Downwind is less than `sector_deg` off the line along which the wind blows from the hazard. Measured is that angle
    for the nearest hazard in whose lee a site stands, else for the nearest one within reach.
    """
    if around.hazards is None or around.wind_from_deg is None:
        return unjudged(sites, "deg")
    hazards, limit, yes = around.hazards, np.full(len(sites), sector_deg), np.ones(len(sites), dtype=np.bool_)
    if hazards.empty:
        return Judged(np.full(len(sites), np.nan), limit, "deg", ~yes, pd.Series("", index=sites.index), yes)
    x, y = (axis[:, None] for axis in (sites.geometry.x.to_numpy(), sites.geometry.y.to_numpy()))
    places = shapely.point_on_surface(hazards.geometry.to_numpy())
    east_m, north_m = x - shapely.get_x(places), y - shapely.get_y(places)
    bearing_deg = np.degrees(np.arctan2(east_m, north_m))
    off_deg = np.abs((bearing_deg - around.wind_from_deg) % 360.0 - 180.0)  # 180 degrees on from where it comes
    away_m = np.where(np.hypot(east_m, north_m) <= within_m, np.hypot(east_m, north_m), np.inf)
    lee_m = np.where(off_deg < sector_deg, away_m, np.inf)
    fails = np.asarray(np.isfinite(lee_m).any(axis=1))
    nearest = np.where(fails, lee_m.argmin(axis=1), away_m.argmin(axis=1))
    measured = np.where(np.isfinite(away_m).any(axis=1), off_deg[np.arange(len(sites)), nearest], np.nan)
    beside = pd.Series(hazards["name"].to_numpy()[nearest], index=sites.index).where(np.isfinite(measured), "")
    return Judged(measured, limit, "deg", fails, beside, yes)


def frontage(sites: gpd.GeoDataFrame, around: Surroundings, *, highway: Sequence[str]) -> Judged:
    """On a road of one of these classes: column `frontage`, empty where nothing is known."""
    nothing, is_known = np.full(len(sites), np.nan), np.asarray(sites.frontage != "")
    fails = is_known & ~np.asarray(sites.frontage.isin(list(highway)))
    return Judged(nothing, nothing, "", fails, sites.frontage, is_known)


def lot_area(sites: gpd.GeoDataFrame, around: Surroundings, *, least_m2: Mapping[str, float]) -> Judged:
    """A lot large enough for the class of station; one of another class, or of none, for the smallest of them."""
    limit = sites["class"].map(least_m2).fillna(min(least_m2.values())).to_numpy(np.float64)
    lot_m2 = sites.lot_m2.to_numpy(np.float64)
    return Judged(lot_m2, limit, "m2", lot_m2 < limit, sites["class"], np.isfinite(lot_m2))


def ground_distance(sites: gpd.GeoDataFrame, around: Surroundings, *, distance_m: Mapping[str, float]) -> Judged:
    """At least so far from each kind of ground that cannot be built on, such as water and railways; 0 is not on it."""
    if around.ground is None:
        return unjudged(sites, "m")
    limits = around.ground.assign(name=around.ground.kind, limit_m=around.ground.kind.map(distance_m))
    parts = [
        _at_least(sites, rows, max(float(limit), 1e-3))
        for limit, rows in limits[limits.limit_m.notna()].groupby("limit_m")
    ]
    if not parts:
        return unjudged(sites, "m")
    worst = np.argmin([part.measured - part.limit for part in parts], axis=0)
    every = np.arange(len(sites))
    measured, limit = (np.array([getattr(part, key) for part in parts])[worst, every] for key in ("measured", "limit"))
    beside = np.array([part.beside.to_numpy() for part in parts])[worst, every]
    return Judged(measured, limit, "m", measured < limit, pd.Series(beside, index=sites.index), parts[0].is_known)


def slope(sites: gpd.GeoDataFrame, around: Surroundings, *, most_percent: float) -> Judged:
    """Ground no steeper than this: column `slope_percent`, nan where nothing is known."""
    found = sites.slope_percent.to_numpy(np.float64)
    limit, nothing = np.full(len(sites), most_percent), pd.Series("", index=sites.index)
    return Judged(found, limit, "percent", found > most_percent, nothing, np.isfinite(found))


def _at_least(sites: gpd.GeoDataFrame, others: gpd.GeoDataFrame | None, distance_m: float) -> Judged:
    """Distance to the nearest of others, straight; all known where others are given, even if there are none."""
    if others is None:
        return unjudged(sites, "m")
    limit, yes = np.full(len(sites), distance_m), np.ones(len(sites), dtype=np.bool_)
    if others.empty:
        return Judged(np.full(len(sites), np.inf), limit, "m", ~yes, pd.Series("", index=sites.index), yes)
    measured, nearest = _nearest(sites, others)
    beside = pd.Series(others["name"].to_numpy()[nearest], index=sites.index)
    return Judged(measured, limit, "m", measured < distance_m, beside, yes)


def _nearest(sites: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> tuple[Floats, np.ndarray]:
    """Distance to the nearest other and its position; of equals the first."""
    (asked, found), away = shapely.STRtree(others.geometry.to_numpy()).query_nearest(
        sites.geometry.to_numpy(), return_distance=True, all_matches=True
    )
    first = np.unique(asked, return_index=True)[1]
    return away[first], found[first]
