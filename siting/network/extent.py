"""Roads and boundary must lie in the same place: checked before anything is projected."""

from __future__ import annotations

import numpy as np
import pyproj
from shapely.geometry.base import BaseGeometry

from siting.crs import WGS84, transform_bounds
from siting.network.ways import Ways
from siting.tables import Faults, some

Box = tuple[float, float, float, float]


def check_extent(ways: Ways, crs: pyproj.CRS, within: BaseGeometry | None) -> None:
    """
    Refuse roads that are empty, whose coordinates are none, or that lie elsewhere than the boundary.

    Raises
    ------
    InputError
        With the extents of both in longitude and latitude, and whether swapping the two would help.
    """
    faults = Faults(ways.source)
    if len(ways.way_id) == 0:
        faults.add("There is no way in it. Expected roads: ways with a highway tag.")
    faults.stop()
    bad = ~((np.abs(ways.lon) <= 180) & (np.abs(ways.lat) <= 90))
    if bad.any():
        faults.add(
            f"{bad.sum()} nodes have no longitude within 180 and latitude within 90 degrees "
            f"(ids {some(ways.node_id[bad])}). Expected degrees in WGS 84: check whether the two are swapped."
        )
    faults.stop()
    if within is not None:
        roads = (ways.lon.min(), ways.lat.min(), ways.lon.max(), ways.lat.max())
        _check_overlap(faults, roads, transform_bounds(within.bounds, crs, WGS84))
        faults.stop()


def _check_overlap(faults: Faults, roads: Box, boundary: Box) -> None:
    if _overlap(roads, boundary):
        return
    west, south, east, north = boundary
    fault = (
        f"The boundary lies outside the roads. Boundary: {_shown(boundary)}; roads: {_shown(roads)} (longitude and "
        "latitude, west south east north, the boundary with its buffer)."
    )
    if _overlap(roads, (south, west, north, east)):
        fault += " With longitude and latitude swapped they would overlap: swap them in the boundary."
    else:
        fault += " Take roads and boundary of the same place, and check the boundary's coordinate reference system."
    faults.add(fault)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _shown(box: Box) -> str:
    return ", ".join(f"{degrees:.4f}" for degrees in box)
