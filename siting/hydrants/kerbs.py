"""Both kerbs of roads so wide that each needs hydrants of its own (GB 50974-2014, 7.2.3)."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.arrays import Floats
from siting.hydrants.land import QUAD_SEGS
from siting.hydrants.limits import OTHER_WIDTH_M, HydrantLimits
from siting.hydrants.streets import Stretches, stretch_lines
from siting.network import RoadNetwork

KERB_MOST_M = 2.0
"""A hydrant stands at most this far from the kerb (GB 50974-2014, 7.2.6)."""


def road_widths(network: RoadNetwork, limits: HydrantLimits) -> Floats:
    """Kerb to kerb of every edge: by the map's tag, else as usual for its class."""
    usual = network.edges["highway"].map(limits.widths_m).fillna(OTHER_WIDTH_M)
    return network.edges["width_m"].fillna(usual).to_numpy(dtype=np.float64)


def kerbs(network: RoadNetwork, due: Stretches, limits: HydrantLimits) -> gpd.GeoDataFrame:
    """Left and right kerb of every due stretch wider than the limit: side, width_m, name, geometry."""
    width_m = road_widths(network, limits)[due.edge]
    wide = width_m > limits.wider_m
    lines = stretch_lines(network, due.take(wide))
    sides = [
        pd.DataFrame(
            {
                "side": side,
                "width_m": width_m[wide],
                "name": network.edges["name"].to_numpy()[due.edge[wide]],
                "geometry": shapely.offset_curve(lines, sign * width_m[wide] / 2),
            }
        )
        for side, sign in (("left", 1), ("right", -1))
    ]
    return gpd.GeoDataFrame(pd.concat(sides, ignore_index=True), crs=network.crs)


def reach_along_kerb_m(limits: HydrantLimits) -> float:
    """How far from a kerb's hydrant the kerb is served, straight: too short for a hydrant across a wide road."""
    return math.hypot(limits.spacing_m / 2, KERB_MOST_M)


def bare_kerbs(along: gpd.GeoDataFrame, points: np.ndarray, limits: HydrantLimits) -> gpd.GeoDataFrame:
    """The parts of kerbs with no hydrant on their side within half of the spacing: side, width_m, name, length_m."""
    bare = along.copy()
    circles = shapely.buffer(points, reach_along_kerb_m(limits), quad_segs=QUAD_SEGS)
    lines = along.geometry.to_numpy().copy()
    circle, line = shapely.STRtree(lines).query(circles, predicate="intersects") if len(points) else ([], [])
    for i in np.unique(line):
        near = shapely.union_all(circles[circle[line == i]])
        lines[i] = shapely.difference(lines[i], near)
    bare = bare.set_geometry(gpd.GeoSeries(lines, index=along.index, crs=along.crs))
    bare["length_m"] = shapely.length(lines)
    return bare[bare["length_m"] > 0.1].reset_index(drop=True)
