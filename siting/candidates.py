"""Places where a station could be built, when nobody has listed parcels: along the roads it may front."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats, Mask, numbered
from siting.errors import InputError
from siting.network import EdgePositions, RoadNetwork, position_xy
from siting.tables import some

ALONG_ROADS = "roads"
"""Source of the sites that are made here, in place of a file's name."""
FRONTAGE = ("primary", "secondary", "tertiary")
"""Classes a station fronts by default. GB 51080-2015 4.1.5-1 asks for a main or secondary road (主、次干路)."""


def candidates_along_roads(
    network: RoadNetwork,
    boundary: BaseGeometry,
    spacing_m: float,
    *,
    highway: Sequence[str] = FRONTAGE,
    kind: str = "station",
    class_name: str = "",
) -> gpd.GeoDataFrame:
    """
    Candidate sites along the main network's roads inside the boundary, where these have frontage.

    Every edge is divided into equal parts of at most `spacing_m`, with a place in the middle of each; a place closer
    than half of `spacing_m` to an earlier one is left out. So no two candidates are closer than half of `spacing_m`,
    and from any place on an eligible road inside there is one within `spacing_m`, unless the nearest lay outside.

    Parameters
    ----------
    boundary
        Polygon in the network's CRS.
    highway
        Classes of road that a site may front.

    Returns
    -------
    GeoDataFrame
        A facility table in the network's CRS: index `site_id` (C0001, ...), columns kind, class, name, role
        ("candidate"), turnout_s (nan), source, reason (""), frontage and highway (name and class of the road), edge and
        fraction (the place on the network), geometry (point).

    Raises
    ------
    InputError
        If `spacing_m` is not above 0, or no eligible road lies inside, with the classes that do.

    Examples
    --------
    >>> from siting import toy
    >>> sites = candidates_along_roads(toy.network(), toy.area().boundary, 400, highway=["secondary"])
    >>> sites.frontage.to_dict()
    {'C0001': 'South Street', 'C0002': 'South Street', 'C0003': 'South Street', 'C0004': 'South Street'}
    """
    if not spacing_m > 0:
        raise InputError("candidates", [f"spacing_m is {spacing_m}. Expected metres above 0."])
    is_road = network.is_main & network.edges["has_frontage"].to_numpy()
    places = _places(network, is_road & network.edges["highway"].isin(list(highway)).to_numpy(), spacing_m)
    xy = position_xy(network, places)
    inside = shapely.intersects_xy(boundary, xy[:, 0], xy[:, 1])
    if not inside.any():
        every = _places(network, is_road, spacing_m)
        is_there = shapely.intersects_xy(boundary, *position_xy(network, every).T)
        there = sorted(network.edges["highway"].iloc[every.edge[is_there]].unique())
        fault = f"No road of class {', '.join(highway)} lies inside the boundary."
        raise InputError("candidates", [f"{fault} Classes inside: {some(there, 20) or 'none'}."])
    places, xy = places.take(inside), xy[inside]
    apart = _apart(xy, spacing_m / 2)
    places, xy = places.take(apart), xy[apart]
    road = network.edges.iloc[places.edge]
    return gpd.GeoDataFrame(
        {
            "kind": kind,
            "class": class_name,
            "name": road["name"].to_numpy(),
            "role": "candidate",
            "turnout_s": np.nan,
            "source": ALONG_ROADS,
            "reason": "",
            "frontage": road["name"].to_numpy(),
            "highway": road["highway"].to_numpy(),
            "edge": places.edge,
            "fraction": places.fraction,
        },
        index=pd.Index([f"C{number:04d}" for number in range(1, len(places) + 1)], name="site_id"),
        geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]),
        crs=network.crs,
    )


def _places(network: RoadNetwork, is_eligible: Mask, spacing_m: float) -> EdgePositions:
    """The middles of equal parts of at most `spacing_m` of every eligible edge."""
    eligible = np.flatnonzero(is_eligible)
    parts = np.maximum(np.ceil(network.edge_length_m[eligible] / spacing_m - 1e-6).astype(np.int64), 1)
    row, part = numbered(parts)
    return EdgePositions(eligible[row], (part + 0.5) / parts[row], np.zeros(len(row)))


def _apart(xy: Floats, distance_m: float) -> Mask:
    """Keep each place unless an earlier kept one is closer than `distance_m`."""
    keep = np.ones(len(xy), dtype=np.bool_)
    pairs = cKDTree(xy).query_pairs(np.nextafter(distance_m, 0), output_type="ndarray")
    for earlier, later in pairs[np.lexsort(pairs.T[::-1])]:  # whether `earlier` stays is settled by now
        if keep[earlier]:
            keep[later] = False
    return keep
