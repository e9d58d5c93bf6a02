"""Where a new hydrant could stand: beside the kerb, clear of walls, those near crossings first."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from siting.arrays import Floats, Ids, numbered
from siting.hydrants.cover import street_positions
from siting.hydrants.kerbs import road_widths
from siting.hydrants.limits import HydrantLimits
from siting.hydrants.streets import Stretches
from siting.network import EdgePositions, RoadNetwork, position_xy

_AHEAD_M = 0.5
"""The direction of a street at a place is that of the metre around it."""


@dataclass(frozen=True)
class Standing:
    """
    How a new hydrant may stand.

    Attributes
    ----------
    spacing_m
        Between two possible places along a street.
    kerb_m
        From the kerb: 0.5 to 2 m (GB 50974-2014, 7.2.6).
    wall_m
        From a building at least (7.2.6).
    setback_m
        From the middle of a crossing at least, along the street: out of the other street's way. An editable default.
    """

    spacing_m: float = 10.0
    kerb_m: float = 1.0
    wall_m: float = 5.0
    setback_m: float = 15.0


def possible_sites(
    network: RoadNetwork, streets: Stretches, limits: HydrantLimits, standing: Standing, walls: np.ndarray | None = None
) -> tuple[Floats, int]:
    """
    Places beside these stretches of street, and how many had to be left out.

    On the right of the street as drawn; on the left where a wall is in the way there or another street is nearer; on
    both sides where the street is so wide that both need hydrants. In order of their way to the nearest crossing, so
    that of two that serve the same the one near a crossing is chosen (GB 50974-2014, 7.2.3).

    Parameters
    ----------
    walls
        Outlines of buildings in the network's CRS.

    Returns
    -------
    x and y, shape (P, 2), and at how many places a wall stood in the way on either side.
    """
    places, to_crossing_m = _along(network, streets, standing)
    width_m = road_widths(network, limits)[places.edge]
    right = _beside(network, places, width_m / 2.0 + standing.kerb_m)
    left = _beside(network, places, -(width_m / 2.0 + standing.kerb_m))
    is_right, is_left = (_is_clear(xy, walls, standing.wall_m) for xy in (right, left))
    elsewhere = is_right & (_street(network, right, limits) != places.edge)
    elsewhere &= is_left & (_street(network, left, limits) == places.edge)
    is_right &= ~elsewhere
    is_left_too = is_left & ((width_m > limits.wider_m) | ~is_right)
    xy = np.vstack([right[is_right], left[is_left_too]])
    away_m = np.concatenate([to_crossing_m[is_right], to_crossing_m[is_left_too]])
    return xy[np.argsort(away_m.round(1), kind="stable")], int((~is_right & ~is_left).sum())


def _along(network: RoadNetwork, streets: Stretches, standing: Standing) -> tuple[EdgePositions, Floats]:
    """Places along the stretches, at least one on each, and metres from each to the nearer end that is a crossing."""
    length_m = network.edge_length_m[streets.edge]
    arms = np.bincount(network.edge_from, minlength=network.n_nodes) + np.bincount(
        network.edge_to, minlength=network.n_nodes
    )
    from_is, to_is = (arms[ends[streets.edge]] > 2 for ends in (network.edge_from, network.edge_to))
    # A street too short to keep clear of both ends has its one place in the middle.
    clear_m = np.minimum(standing.setback_m, length_m / 2.0)
    start = np.maximum(streets.start_m, clear_m)
    end = np.maximum(np.minimum(streets.end_m, length_m - clear_m), start)
    steps = np.ceil((end - start) / standing.spacing_m - 1e-9).astype(np.int64)
    row, step = numbered(steps + 1)
    at_m = start[row] + step * ((end - start) / np.maximum(steps, 1))[row]
    away_m = np.minimum(np.where(from_is[row], at_m, np.inf), np.where(to_is[row], length_m[row] - at_m, np.inf))
    places = EdgePositions(streets.edge[row], np.clip(at_m / length_m[row], 0.0, 1.0), np.zeros(len(row)))
    return places, away_m


def _beside(network: RoadNetwork, places: EdgePositions, away_m: Floats) -> Floats:
    """So far to the right of each place (left if negative)."""
    step = _AHEAD_M / network.edge_length_m[places.edge]
    here, behind, ahead = (
        position_xy(network, EdgePositions(places.edge, np.clip(places.fraction + by, 0.0, 1.0), places.distance_m))
        for by in (0.0, -step, step)
    )
    way = ahead - behind
    way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    return here + away_m[:, None] * np.column_stack([way[:, 1], -way[:, 0]])


def _street(network: RoadNetwork, xy: Floats, limits: HydrantLimits) -> Ids:
    return street_positions(network, gpd.GeoSeries(shapely.points(xy), crs=network.crs), limits).edge


def _is_clear(xy: Floats, walls: np.ndarray | None, wall_m: float) -> np.ndarray:
    clear = np.ones(len(xy), dtype=bool)
    if walls is not None:
        clear[shapely.STRtree(walls).query(shapely.points(xy), predicate="dwithin", distance=wall_m)[0]] = False
    return clear
