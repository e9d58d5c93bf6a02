"""Bridge heads and tunnel portals, at which a hydrant is due (GB 50974-2014, 7.2.4)."""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.network import RoadNetwork

STRUCTURES = ("bridge", "tunnel")


def structure_heads(
    network: RoadNetwork, ground: BaseGeometry, highway: Collection[str], near_m: float
) -> gpd.GeoDataFrame:
    """
    Where a street goes onto a bridge or into a tunnel, on this ground or within `near_m` of it.

    Returns
    -------
    A row for each end: structure ("bridge", "tunnel"), name (of the street, "" unknown), node (position), geometry.
    """
    is_street = network.edges["highway"].isin(list(highway)).to_numpy()
    structure = network.edges["structure"].to_numpy()
    parts = [_heads(network, is_street & (structure == what), what) for what in STRUCTURES]
    heads = pd.concat(parts, ignore_index=True)
    points = shapely.points(network.x[heads["node"]], network.y[heads["node"]])
    shapely.prepare(ground)
    there = shapely.dwithin(ground, points, near_m)
    return gpd.GeoDataFrame(heads[there].reset_index(drop=True), geometry=points[there], crs=network.crs)


def _heads(network: RoadNetwork, is_part: np.ndarray, what: str) -> pd.DataFrame:
    """Nodes where edges of the structure meet edges that are not of it; the name is that of its first edge there."""
    on, off = (np.zeros(network.n_nodes, dtype=bool) for _ in range(2))
    for end in (network.edge_from, network.edge_to):
        on[end[is_part]] = True
        off[end[~is_part]] = True
    edge = np.flatnonzero(is_part)
    node = np.concatenate([network.edge_from[edge], network.edge_to[edge]]).astype(np.int64)
    named = pd.Series(np.tile(network.edges["name"].to_numpy()[edge], 2), index=node, dtype=object)
    named = named[~named.index.duplicated()]
    node = np.flatnonzero(on & off)
    return pd.DataFrame({"structure": what, "name": named.reindex(node).to_numpy(), "node": node})
