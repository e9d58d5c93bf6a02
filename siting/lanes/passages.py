"""Width and height of every road, as its tags say."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats
from siting.lanes.limits import LaneLimits
from siting.network import CLOSED, RoadNetwork


def passages(network: RoadNetwork, ground: BaseGeometry, limits: LaneLimits) -> gpd.GeoDataFrame:
    """
    Every road that touches the ground and is open to an engine, with what its tags say of width and height.

    `width` is often the carriageway between kerbs and `maxwidth` a sign; the smaller counts. A number of traffic lanes
    is no width, and a road without a tag may be a lane wide or a boulevard: unknown. An explicit "no limit" passes.

    Parameters
    ----------
    ground
        Polygon in the network's CRS.

    Returns
    -------
    Indexed by edge: way_id, highway, name, has_frontage, length_m, width_m, width, height_m, height, geometry; width
    and height hold pass, fail or unknown.
    """
    lines = network.lines.to_numpy()
    shapely.prepare(ground)
    is_open = (network.forward_ms != CLOSED) | (network.backward_ms != CLOSED)
    edge = np.flatnonzero(is_open & shapely.intersects(ground, lines))
    table = network.edges[["way_id", "highway", "name", "has_frontage"]].iloc[edge].set_axis(edge).rename_axis("edge")
    width_m, height_m = (network.edges[key].to_numpy()[edge] for key in ("width_m", "height_m"))
    return gpd.GeoDataFrame(
        table.assign(
            length_m=network.edge_length_m[edge],
            width_m=width_m,
            width=_status(width_m, limits.width_m),
            height_m=height_m,
            height=_status(height_m, limits.height_m),
        ),
        geometry=lines[edge],
        crs=network.crs,
    )


def _status(value_m: Floats, least_m: float) -> NDArray[np.str_]:
    return np.select([np.isnan(value_m), value_m < least_m], ["unknown", "fail"], "pass")
