"""Land cells as a graph: the neighbours of each, how long the border with them is, and what stands there."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from siting.arrays import Floats, Ids, Positions32
from siting.cells.barriers import Crossings


@dataclass(frozen=True)
class Neighbours:
    """
    Neighbours of every cell, one after the other; each pair occurs both ways.

    Attributes
    ----------
    ptr
        Shape (I + 1,). The neighbours of cell i are at ptr[i] to ptr[i + 1].
    cell
        Shape (2K,). Position of the neighbour, in ascending order for each cell.
    border_m
        Shape (2K,). Length of the border that the two share.
    crossing
        Shape (2K,). `OPEN`, `PENALTY` or `WALL`.
    """

    ptr: NDArray[np.uint32]
    cell: Positions32
    border_m: Floats
    crossing: Crossings


def neighbours(cells: gpd.GeoDataFrame, adjacency: Ids, crossing: Crossings) -> Neighbours:
    """
    The graph of some cells.

    Parameters
    ----------
    cells
        Polygons, in metres.
    adjacency, crossing
        Shapes (K, 2) and (K,): pairs of positions in `cells`, and what stands between them.

    Examples
    --------
    >>> three = gpd.GeoDataFrame(geometry=shapely.box([0, 100, 200], 0, [100, 200, 300], 100))
    >>> graph = neighbours(three, np.array([[0, 1], [1, 2]]), np.array([2, 0], dtype=np.uint8))
    >>> graph.ptr.tolist(), graph.cell.tolist(), graph.border_m.tolist(), graph.crossing.tolist()
    ([0, 1, 3, 4], [1, 0, 2, 1], [100.0, 100.0, 100.0, 100.0], [2, 2, 0, 0])
    """
    shapes = cells.geometry.to_numpy()
    border_m = shapely.length(shapely.intersection(shapes[adjacency[:, 0]], shapes[adjacency[:, 1]]))
    start = np.concatenate([adjacency[:, 0], adjacency[:, 1]])
    end = np.concatenate([adjacency[:, 1], adjacency[:, 0]])
    order = np.lexsort((end, start))
    ptr = np.concatenate([[0], np.cumsum(np.bincount(start, minlength=len(cells)))])
    return Neighbours(
        ptr.astype(np.uint32), end[order].astype(np.uint32), np.tile(border_m, 2)[order], np.tile(crossing, 2)[order]
    )
