"""Geometry made small enough for a page: simplified, dissolved, in WGS 84 with five decimals (about a metre)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats
from siting.crs import WGS84, transformer
from siting.printable import printable

DECIMALS = 5
SIMPLIFY_M = 5.0
"""A line on the page may stray this far from the true one; nobody sees it at the scale of a street."""

Feature = dict[str, Any]


def features(geometry: Sequence[BaseGeometry], crs: CRS, properties: Sequence[Feature] | None = None) -> Feature:
    """GeoJSON in degrees; rows without geometry are left out."""
    degrees = in_degrees(np.asarray(geometry, dtype=object), crs)
    told = properties if properties is not None else [{}] * len(degrees)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": row, "geometry": shapely.geometry.mapping(shape)}
            for shape, row in zip(degrees, told, strict=True)
            if shape is not None and not shape.is_empty
        ],
    }


def nothing() -> Feature:
    """GeoJSON of a layer that the page paints by itself."""
    return {"type": "FeatureCollection", "features": []}


def in_degrees(geometry: Any, crs: CRS) -> Any:
    """Longitude and latitude in WGS 84, rounded."""
    to_degrees = transformer(crs, WGS84)

    def rounded(coords: Floats) -> Floats:
        lon, lat = to_degrees.transform(coords[:, 0], coords[:, 1])
        return np.round(np.column_stack([lon, lat]), DECIMALS)

    return shapely.transform(geometry, rounded)


def simplified_areas(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Areas that share edges, simplified so that no sliver opens between them."""
    if geometry.empty:
        return geometry
    return gpd.GeoSeries(
        shapely.coverage_simplify(geometry.to_numpy(), SIMPLIFY_M), index=geometry.index, crs=geometry.crs
    )


def without_small_holes(geometry: BaseGeometry, hole_m2: float) -> BaseGeometry:
    """
    The areas without the holes smaller than `hole_m2`.

    Examples
    --------
    >>> ring = shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2) - shapely.box(4, 4, 8, 8)
    >>> without_small_holes(ring, 2.0).area
    65.0
    """
    parts = [
        shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area >= hole_m2])
        for part in shapely.get_parts(geometry)
    ]
    return shapely.MultiPolygon(parts)


def merged_lines(lines: Any) -> BaseGeometry:
    """Many edges as one MultiLineString of few, long, simplified lines."""
    # A line cut at the boundary may be several, or a mere point where it only touches.
    parts = shapely.get_parts(shapely.get_parts(lines))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    return shapely.simplify(shapely.line_merge(shapely.multilinestrings(parts)), SIMPLIFY_M)


def page_json(value: Any) -> str:
    r"""
    JSON that may stand inside a script element: nothing in it can end the element or open another, no name hides.

    Examples
    --------
    >>> page_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = printable(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
