"""What all first-due districts of a plan must be."""

from __future__ import annotations

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

ROUNDING_M2 = 1.0


def is_partition(districts: gpd.GeoDataFrame, land: BaseGeometry) -> bool:
    """Do these districts cover this land once: no two overlap, nothing of it is left out, nothing else is taken in?"""
    together = shapely.union_all(districts.geometry.to_numpy())
    overlap_m2 = float(districts.area.sum()) - together.area
    return overlap_m2 <= ROUNDING_M2 and together.symmetric_difference(land).area <= ROUNDING_M2
