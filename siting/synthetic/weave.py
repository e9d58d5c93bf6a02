"""A road to be, and how roads meet: noded where they touch, and left out where they hang on nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats
from siting.synthetic.plane import GRID_M, on_grid


@dataclass(frozen=True)
class Road:
    """
    One way to be: a line in its driving direction, and its OSM tags.

    `at_grade` roads meet wherever they touch; the others (motorways, ramps) only at a shared point.
    """

    line: LineString
    tags: dict[str, str] = field(default_factory=dict)
    at_grade: bool = True

    @property
    def highway(self) -> str:
        """Class of the road."""
        return self.tags["highway"]


def knit(roads: list[Road]) -> list[Road]:
    """
    The same roads with a shared point wherever two that are at grade touch.

    Noding with snap rounding (Hobby 1999) moves no line by more than `GRID_M`; a piece therefore belongs to the road
    nearest to its middle.
    """
    lines = np.array([road.line for road in roads if road.at_grade])
    pieces = shapely.get_parts(shapely.union_all(lines, grid_size=GRID_M))
    tree = shapely.STRtree(lines)
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    piece, owner = tree.query_nearest(middle, all_matches=False)
    at_grade = [road for road in roads if road.at_grade]
    along = shapely.line_locate_point(lines[owner], middle[piece])
    order = np.lexsort((along, owner))
    woven = []
    for own in np.split(order, np.flatnonzero(np.diff(owner[order])) + 1):
        road = at_grade[owner[own[0]]]
        woven += [replace(road, line=line) for line in _joined(road.line, pieces[piece[own]])]
    return woven + [replace(road, line=on_grid(road.line)) for road in roads if not road.at_grade]


def _joined(line: LineString, pieces: Floats) -> list[LineString]:
    """Pieces of `line`, in its order, put together again in its direction; two runs where a piece went elsewhere."""
    runs: list[list[tuple[float, float]]] = []
    for piece in pieces:
        points = [(round(x, 1), round(y, 1)) for x, y in piece.coords]
        if line.project(Point(points[0])) > line.project(Point(points[-1])):
            points.reverse()
        if runs and runs[-1][-1] == points[0]:
            runs[-1] += points[1:]
        else:
            runs.append(points)
    return [LineString(run) for run in runs]


def line_parts(geometry: BaseGeometry, shortest_m: float) -> list[LineString]:
    """The lines of what is left of a line, without crumbs."""
    lines = shapely.get_parts(geometry)
    return [line for line in lines if line.geom_type == "LineString" and line.length >= shortest_m]


def largest_part(roads: list[Road]) -> list[Road]:
    """The roads that hang together; a street that lost its crossing to water or a viaduct is left out."""
    points = [shapely.get_coordinates(road.line).round(1) for road in roads]
    _, number = np.unique(np.vstack(points), axis=0, return_inverse=True)
    start = np.cumsum([0, *map(len, points)])[:-1]
    owner = np.repeat(np.arange(len(roads)), [len(p) for p in points])
    joined = coo_array((np.ones(len(number)), (number, number[start][owner])), shape=(number.max() + 1,) * 2)
    part = connected_components(joined, directed=False)[1][number[start]]
    return [road for road, p in zip(roads, part, strict=True) if p == np.bincount(part).argmax()]
