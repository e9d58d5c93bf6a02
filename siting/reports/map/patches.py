"""Cells joined into connected patches, and patches into shapes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from siting.arrays import Ids


def patches(adjacency: Ids, level: Ids) -> Ids:
    """
    For each cell the number of the connected patch of cells of its level.

    Examples
    --------
    >>> patches(np.array([[0, 1], [1, 2], [2, 3]]), np.array([1, 2, 0, 0])).tolist()
    [0, 1, 2, 2]
    """
    same = adjacency[level[adjacency[:, 0]] == level[adjacency[:, 1]]]
    n = len(level)
    graph = sparse.coo_array((np.ones(len(same)), (same[:, 0], same[:, 1])), shape=(n, n))
    _, patch = connected_components(graph, directed=False)
    return patch.astype(np.int64)


def dissolved(shapes: gpd.GeoSeries, by: pd.Series) -> gpd.GeoSeries:
    """One shape for each value of `by`, in order of value; the shapes share edges and do not overlap."""
    frame = gpd.GeoDataFrame({"by": by.to_numpy()}, geometry=shapes.to_numpy(), crs=shapes.crs)
    return frame.dissolve("by", method="coverage").geometry if len(frame) else shapes
