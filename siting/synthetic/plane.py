"""The district's plane: metres in EPSG:4549, a smooth bend that keeps it from looking drawn with a ruler, degrees."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats

NOTICE = "SYNTHETIC 合成数据, 非真实地点 (not a real place)"
CRS = "EPSG:4549"
"""CGCS2000, 3-degree Gauss-Krüger zone with central meridian 120° E: what `StudyArea` chooses here too."""
CENTRE = (599_900.0, 3_470_000.0)
"""About 121.05° E, 31.35° N."""
GRID_M = 0.1
"""Every road coordinate is a multiple of this, so that lines which meet share a point exactly."""

Bend = Callable[[Any], Any]


def generator(seed: int, topic: int) -> np.random.Generator:
    """A random generator of its own for each topic: a change to one leaves the others as they were."""
    return np.random.default_rng([seed, topic])


def make_bend(rng: np.random.Generator) -> Bend:
    """
    A function that carries geometry from the drawing board (metres from the centre) into the plane, gently bent.

    The bend is a sum of sine waves, five of 7 to 14 km and five of 2 to 4 km; their slopes add up to well below 1, so
    that nothing folds over.
    """
    length_m = np.concatenate([rng.uniform(7000, 14_000, 5), rng.uniform(2000, 4000, 5)])
    direction, phase = rng.uniform(0, 2 * np.pi, (2, 10))
    reach_m = np.vstack([rng.uniform(-240, 240, (5, 2)), rng.uniform(-35, 35, (5, 2))])

    def bent(points: Floats) -> Floats:
        along = points[:, :1] * np.cos(direction) + points[:, 1:] * np.sin(direction)
        return points + np.sin(2 * np.pi * along / length_m + phase) @ reach_m + CENTRE

    return lambda geometry: shapely.transform(shapely.segmentize(geometry, 150.0), bent)


def spot(place_km: tuple[float, float]) -> Point:
    """
    The point of the plane so many km east and north of the centre.

    Examples
    --------
    >>> spot((1.0, -0.5)).coords[0]
    (600900.0, 3469500.0)
    """
    return Point(CENTRE[0] + place_km[0] * 1000.0, CENTRE[1] + place_km[1] * 1000.0)


@cache
def _to_degrees() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def degrees(points: Floats, decimals: int = 6) -> Floats:
    """
    Longitude and latitude, rounded, of (P, 2) points in the plane.

    Examples
    --------
    >>> degrees(np.array([CENTRE])).round(2).tolist()
    [[121.05, 31.35]]
    """
    lon, lat = _to_degrees().transform(points[:, 0], points[:, 1])
    return np.round(np.column_stack([lon, lat]), decimals)


def in_degrees(geometry: BaseGeometry) -> BaseGeometry:
    """Geometry in longitude and latitude, 6 decimals (0.1 m)."""
    return shapely.transform(geometry, degrees)


def on_grid(geometry: Any) -> Any:
    """Geometry with every coordinate on the grid of `GRID_M`."""
    return shapely.transform(geometry, lambda points: np.round(points / GRID_M) * GRID_M)


def beside(line: LineString, along_m: float, away_m: float) -> Point:
    """
    The point `away_m` to the right of a line (left if negative) at a distance along it.

    Examples
    --------
    >>> beside(LineString([(0, 0), (0, 100)]), 40.0, 5.0).coords[0]
    (5.0, 40.0)
    """
    along_m = min(along_m, line.length - 1.0)
    start, ahead = line.interpolate(along_m), line.interpolate(along_m + 1.0)
    return Point(start.x + (ahead.y - start.y) * away_m, start.y - (ahead.x - start.x) * away_m)
