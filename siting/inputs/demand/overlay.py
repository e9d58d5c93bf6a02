"""How much of each polygon lies on each land cell, exactly."""

from __future__ import annotations

import numpy as np
import shapely

from siting.arrays import Floats, Ids
from siting.inputs.demand.model import AtEdge
from siting.study_area import StudyArea


def overlay(area: StudyArea, polygons: np.ndarray, at_edge: AtEdge) -> tuple[Ids, Ids, Floats]:
    """
    Pairs of cell and polygon that overlap, and the share of the polygon's weight that goes to the cell.

    Parameters
    ----------
    polygons
        Shape (P,), in the area's CRS.
    at_edge
        "share": of the polygon's whole area. "inside": of its area inside the boundary, so that the shares of every
        polygon that overlaps add up to 1.

    Returns
    -------
    cell
        Shape (K,). Positions in `area.cells`.
    polygon
        Shape (K,). Positions in `polygons`.
    share
        Shape (K,). Above 0, at most 1.
    """
    shapes = area.cells.geometry.to_numpy()
    polygon, cell = shapely.STRtree(shapes).query(polygons, predicate="intersects")
    overlap = _common_area(polygons[polygon], shapes[cell])
    inside = np.bincount(polygon, overlap, minlength=len(polygons))
    whole = shapely.area(polygons)
    # A polygon inside the boundary gives all it has, not all but the rounding of its pieces.
    is_inside = inside > whole * (1 - 1e-12)
    base = inside if at_edge == "inside" else np.where(is_inside, inside, whole)
    some = overlap > 0
    cell, polygon, overlap = cell[some], polygon[some], overlap[some]
    return cell, polygon, overlap / base[polygon]


def _common_area(polygons: np.ndarray, cells: np.ndarray) -> Floats:
    """Area of each pair's intersection; computed only where neither holds the other, as most do."""
    area = np.minimum(shapely.area(polygons), shapely.area(cells))
    shapely.prepare(polygons)
    crossing = ~shapely.covers(polygons, cells)
    crossing[crossing] = ~shapely.covers(cells[crossing], polygons[crossing])
    area[crossing] = shapely.area(shapely.intersection(polygons[crossing], cells[crossing]))
    return area
