"""The calls of a notebook: tables in, tables out, with the arrays between them out of sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import geopandas as gpd

from siting.drawing import Drawn
from siting.drawing.shades import shades
from siting.network import RoadNetwork
from siting.network.place import place
from siting.travel_time import Drawing, TravelTimes, reach
from siting.travel_time import isochrones as isochrones_at

SNAP_LIMIT_M = 300.0
"""A place farther than this from every road counts as having none."""


class ServiceAreas(Drawn, gpd.GeoDataFrame):  # type: ignore[misc] # geopandas has no types
    """
    Land reached, as a GeoDataFrame that draws itself: the sooner a place is reached, the darker.

    `map` is a map of it, and not pandas' call for every value.
    """

    PLOTTED: ClassVar[dict[str, Any]] = {"alpha": 0.8}
    EXPLORED: ClassVar[dict[str, Any]] = {"style_kwds": {"weight": 1, "fillOpacity": 0.4}}

    def shapes(self) -> gpd.GeoDataFrame:
        """The rows, the longest limit below, each in the shade of its limit."""
        table = gpd.GeoDataFrame(self)
        if "limit_s" not in table:  # columns chosen without it
            return table
        return table.assign(color=shades(table["limit_s"])).sort_values("limit_s", ascending=False, kind="stable")


def travel_times(
    roads: RoadNetwork,
    sites: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
    *,
    limit_s: float,
    snap_limit_m: float = SNAP_LIMIT_M,
) -> TravelTimes:
    """
    Seconds of driving from each site to each demand within a limit.

    Places are the points of each table, or an inner point of each polygon, set on the nearest road within
    `snap_limit_m`; the way between road and place is not counted. ``.to_frame()`` gives the tidy table.
    """
    return reach(
        roads,
        place(roads, sites, snap_limit_m),
        place(roads, demand, snap_limit_m),
        limit_s,
        site_ids=sites.index,
        demand_ids=demand.index,
    )


def isochrones(
    roads: RoadNetwork,
    sites: gpd.GeoDataFrame,
    *,
    minutes: Sequence[float],
    form: str = "overlap",
    rings: bool = False,
    snap_limit_m: float = SNAP_LIMIT_M,
) -> ServiceAreas:
    """
    Land reached from each site within each number of minutes of driving: site_id, limit_s, area_km2, geometry.

    Land within 40 m of a road belongs to its nearest road and is reached with the place on it, but for the width of a
    10 m cell; what is covered is decided by `travel_times`, never by these polygons. In the sites' CRS.

    `form` is "overlap" (a polygon for each site), "dissolved" (one for all together) or "nearest" (for each site the
    land where it is first); `rings` leaves out of each limit what a shorter one reaches.
    """
    limits_s, at = [60.0 * minute for minute in minutes], place(roads, sites, snap_limit_m)
    return ServiceAreas(isochrones_at(roads, at, limits_s, sites.index, Drawing(form, rings)).to_crs(sites.crs))
