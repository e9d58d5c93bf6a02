"""Tables of places set on the roads, and read back from their columns."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.network.road_network import EdgePositions, RoadNetwork
from siting.network.snap import snap


def place(network: RoadNetwork, table: gpd.GeoDataFrame, limit_m: float) -> EdgePositions:
    """
    The nearest place on a road for each row: for its point, or for an inner point of its polygon.

    Raises
    ------
    ValueError
        If the table has no coordinate reference system.
    """
    points = table.geometry.to_crs(network.crs).representative_point()
    return snap(network, points.x.to_numpy(), points.y.to_numpy(), limit_m)


def with_place(table: gpd.GeoDataFrame, positions: EdgePositions) -> gpd.GeoDataFrame:
    """The table with the columns edge, fraction and snap_m."""
    return table.assign(edge=positions.edge, fraction=positions.fraction, snap_m=positions.distance_m)


def placed(table: pd.DataFrame) -> EdgePositions:
    """The positions that a table carries in edge, fraction and snap_m."""
    return EdgePositions(
        table.edge.to_numpy(dtype=np.int64),
        table.fraction.to_numpy(dtype=np.float64),
        table.snap_m.to_numpy(dtype=np.float64),
    )
