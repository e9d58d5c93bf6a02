"""Land and buildings within the radius of a hydrant, straight and along roads."""

from __future__ import annotations

import numpy as np
import shapely

from siting.arrays import Floats, Mask
from siting.hydrants.streets import walked
from siting.network import EdgePositions, RoadNetwork
from siting.travel_time import nearest

QUAD_SEGS = 64
"""Of a circle's quarter: the polygon that stands for it lacks 0.01 % of its area."""
_ROUNDING = 1e-9
"""Of a cell's land: so little is left over when circles together just cover it."""


def share_within(cells: np.ndarray, points: np.ndarray, radius_m: Floats) -> Floats:
    """Share of each cell's land within its own radius of any point."""
    circles = shapely.buffer(points, radius_m, quad_segs=QUAD_SEGS)
    shapely.prepare(circles)
    tree = shapely.STRtree(cells)
    circle, cell = tree.query(circles, predicate="intersects")
    whole = np.zeros(len(cells), dtype=bool)
    whole[tree.query(circles, predicate="contains")[1]] = True
    partly = ~whole[cell]
    circle, cell = circle[partly], cell[partly]
    pieces = shapely.intersection(circles[circle], cells[cell])
    within_m2 = np.where(whole, shapely.area(cells), 0.0)
    # Cell by cell, since a union of all circles is one shape with every arc of the town in it.
    order = np.argsort(cell, kind="stable")
    there, start = np.unique(cell[order], return_index=True)
    for i, mine in zip(there, np.split(pieces[order], start)[1:], strict=True):
        within_m2[i] = shapely.union_all(mine).area
    share = within_m2 / shapely.area(cells)
    return np.where(share > 1.0 - _ROUNDING, 1.0, share)


def is_within(shapes: np.ndarray, points: np.ndarray, radius_m: Floats) -> Mask:
    """Which shapes have a point within that point's own radius, straight."""
    within = np.zeros(len(shapes), dtype=bool)
    if len(points):
        within[shapely.STRtree(shapes).query(points, predicate="dwithin", distance=radius_m)[1]] = True
    return within


def path_m(network: RoadNetwork, hydrants: EdgePositions, places: EdgePositions) -> Floats:
    """
    Metres that hose is laid from the nearest hydrant to each place: to the road, along roads either way, off it again.

    Roads are those of the network, which an engine may drive; footpaths are not among them.
    """
    stand = hydrants.take(hydrants.on_road)
    first = nearest(walked(network), stand, places, start_s=stand.distance_m)
    return np.asarray(first.response_s + places.distance_m)
