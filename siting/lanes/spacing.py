"""Ground that is too far from every road."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.lanes.limits import LaneLimits

_TILE_M = 1000.0


def spacing(roads: gpd.GeoDataFrame, ground: BaseGeometry, limits: LaneLimits) -> gpd.GeoDataFrame:
    """
    The ground by its distance from the nearest lane, in three parts.

    Between lanes `spacing_m` apart nobody is farther than half of it from one, so ground beyond that half lies in a
    gap: fail. Ground near a lane whose width and height are known to suffice: pass. Between the two, lanes are near
    whose tags do not say whether an engine gets through: unknown. Roads that fail are no lanes, nor are those that
    nobody stops on (motorways, bridges, tunnels).

    Parameters
    ----------
    roads
        As `passages` gives them, also those beside the ground.
    ground
        Built-up land in the CRS of the roads: parks and water are no gaps, leave them out.

    Returns
    -------
    A row for each gap (with spacing_m, the width of the largest circle without a lane) and one for each of the other
    parts: status, spacing_m, area_km2, geometry.
    """
    roads = roads[roads["has_frontage"] & (roads["width"] != "fail") & (roads["height"] != "fail")]
    is_good = (roads["width"] == "pass") & (roads["height"] == "pass")
    half_m = limits.spacing_m / 2.0
    gap = _beyond(ground, roads.geometry.to_numpy(), half_m)
    not_known = shapely.difference(_beyond(ground, roads.geometry[is_good].to_numpy(), half_m), gap)
    known = shapely.difference(ground, shapely.union(gap, not_known))
    gaps = [part for part in shapely.get_parts(gap) if part.geom_type == "Polygon"]
    radius_m = [shapely.length(shapely.maximum_inscribed_circle(part, tolerance=1.0)) for part in gaps]
    parts = gpd.GeoDataFrame(
        {
            "status": ["fail"] * len(gaps) + ["unknown", "pass"],
            "spacing_m": np.r_[2.0 * (half_m + np.array(radius_m)), np.nan, np.nan],
        },
        geometry=[*gaps, not_known, known],
        crs=roads.crs,
    )
    parts["area_km2"] = parts.area / 1e6
    return parts[~parts.is_empty].reset_index(drop=True)


def _beyond(ground: BaseGeometry, lines: np.ndarray, distance_m: float) -> BaseGeometry:
    """The ground farther than this from every line, tile by tile so that no union grows large."""
    tree, rest = shapely.STRtree(lines), []
    for tile in _tiles(ground):
        near = lines[tree.query(tile, predicate="dwithin", distance=distance_m)]
        rest.append(shapely.difference(tile, shapely.union_all(shapely.buffer(near, distance_m))))
    return shapely.union_all(rest)


def _tiles(ground: BaseGeometry) -> list[BaseGeometry]:
    west, south, east, north = ground.bounds
    x, y = (np.arange(low, high, _TILE_M) for low, high in ((west, east), (south, north)))
    corner = np.array(np.meshgrid(x, y)).reshape(2, -1)
    cut = shapely.intersection(ground, shapely.box(*corner, *(corner + _TILE_M)))
    return [tile for tile in cut if not tile.is_empty]
