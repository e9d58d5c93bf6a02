"""
The fewest new hydrants as a covering problem: what is still to be served, and which sites would serve it.

Rows are pieces of streets, kerbs, bridge heads, built-up land and buildings that no hydrant of today serves; a site
serves a row as `siting.hydrants.cover` will measure it. Land is asked at points of a lattice. Where a street is near
enough, its own rows stand for the land around: a hydrant within half the spacing of a place on the street is within
the radius of all land that is no farther from that place than the rest of the radius.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from siting.arrays import Floats, Ids
from siting.hydrants.cover import HydrantCover, due_ground, own_radius_m, street_positions
from siting.hydrants.forms import HYDRANT, is_form
from siting.hydrants.kerbs import reach_along_kerb_m
from siting.hydrants.land import is_within
from siting.hydrants.limits import HydrantLimits
from siting.hydrants.streets import Stretches, due_stretches, far_stretches, overlap, stretch_lines
from siting.hydrants.stretch_rows import Rows, line_rows, stretch_rows
from siting.network import RoadNetwork
from siting.optimise import Problem
from siting.study_area import StudyArea

LATTICE_M = 25.0
"""Between two points of land; a point stands for the square around it."""
UNSERVED = {
    "street": "note_hydrant_unserved_street",
    "land": "note_hydrant_unserved_land",
    "kerb": "note_hydrant_unserved_kerb",
    "head": "note_hydrant_unserved_head",
    "building": "note_hydrant_unserved_building",
}
"""What rows are of, in their order, and what is said of those that no site serves."""


@dataclass(frozen=True)
class Gaps:
    """
    What hydrants of today leave unserved.

    Attributes
    ----------
    due, short
        Streets where hydrants are due, and the stretches of them too far from one.
    streets
        Where new ones may stand: along `due`, and along the streets at bridge heads beyond it.
    land, heads
        Points, shape (P, 2): of built-up land, of bridge heads and portals without a hydrant.
    kerbs
        Bare ones, as lines.
    buildings
        Outlines outside every radius.
    """

    due: Stretches
    short: Stretches
    streets: Stretches
    land: Floats
    kerbs: np.ndarray
    heads: Floats
    buildings: np.ndarray


def gaps(
    network: RoadNetwork,
    area: StudyArea,
    cells: gpd.GeoDataFrame,
    hydrants: gpd.GeoDataFrame,
    cover: HydrantCover,
) -> Gaps:
    """
    What `cover` found short, as places that sites can be asked to serve.

    Parameters
    ----------
    hydrants
        The table that `cover` was measured from.
    """
    limits = cover.limits
    ground = due_ground(area, cells, limits)
    due = due_stretches(network, ground, limits.highway)
    counted = hydrants[hydrants.reason == ""]
    points = counted.geometry.to_crs(network.crs)
    stands = street_positions(network, points, limits)
    on_street = stands.take(is_form(counted, HYDRANT) & stands.on_road)
    land = _lattice(ground)
    land = land[_is_away(land, network, due, limits.radius_m - limits.spacing_m / 2.0)]
    land = land[~is_within(shapely.points(land), points.to_numpy(), own_radius_m(counted, limits))]
    heads = cover.heads.geometry[~cover.heads.has_hydrant.astype(bool)].to_numpy()
    beside_heads = shapely.union_all([ground, *shapely.buffer(heads, limits.near_m)])
    buildings = cover.buildings
    return Gaps(
        due=due,
        short=overlap(network, due, far_stretches(network, on_street, limits.spacing_m / 2.0)),
        streets=due_stretches(network, beside_heads, limits.highway),
        land=land,
        kerbs=shapely.get_parts(shapely.line_merge(cover.bare.geometry.to_numpy())),
        heads=shapely.get_coordinates(heads),
        buildings=np.empty(0, dtype=object)
        if buildings is None
        else buildings.geometry[~buildings.is_within].to_numpy(),
    )


def question(network: RoadNetwork, left: Gaps, xy: Floats, limits: HydrantLimits) -> tuple[Problem, dict[str, Ids]]:
    """
    The covering problem of these gaps with sites at `xy`, every site at cost 1; and the rows of each kind by name.

    A site stands on the street that `street_positions` finds for it, as it will when it is judged.
    """
    points = gpd.GeoSeries(shapely.points(xy), crs=network.crs)
    stands = street_positions(network, points, limits)
    on_road = np.flatnonzero(stands.on_road)
    ptr, sites = stretch_rows(network, left.short, stands.take(on_road), limits.spacing_m / 2.0)
    parts = [(ptr, on_road[sites].astype(np.uint32)), *_places_served(left, xy, limits)]
    counts = [len(ptr) - 1 for ptr, _ in parts]
    begins = np.cumsum([0, *counts])
    indptr = np.concatenate([[0], *(ptr[1:] + sum(len(s) for _, s in parts[:k]) for k, (ptr, _) in enumerate(parts))])
    free = np.zeros(len(xy), dtype=bool)
    problem = Problem(
        indptr=indptr.astype(np.int64),
        sites=np.concatenate([sites for _, sites in parts]),
        weight=np.ones(len(indptr) - 1),
        cost=np.ones(len(xy)),
        fixed_open=free,
        fixed_closed=free,
    )
    return problem, {
        kind: np.arange(low, high) for kind, low, high in zip(UNSERVED, begins[:-1], begins[1:], strict=True)
    }


def _places_served(left: Gaps, xy: Floats, limits: HydrantLimits) -> Iterator[Rows]:
    """Which sites serve each point of land, each of a kerb, each head and each building."""
    tree = cKDTree(xy)
    yield _near(tree, left.land, limits.radius_m)
    yield line_rows(left.kerbs, shapely.points(xy), reach_along_kerb_m(limits))
    yield _near(tree, left.heads, limits.near_m)
    row, site = shapely.STRtree(shapely.points(xy)).query(left.buildings, predicate="dwithin", distance=limits.radius_m)
    yield _as_rows(row, site, len(left.buildings))


def _near(tree: cKDTree, points: Floats, radius_m: float) -> Rows:
    found: Any = tree.query_ball_point(points, radius_m) if len(points) else []
    count = np.array([len(sites) for sites in found], dtype=np.int64)
    row = np.repeat(np.arange(len(points)), count)
    return _as_rows(row, np.concatenate([np.empty(0, dtype=np.int64), *found]), len(points))


def _as_rows(row: Ids, site: Ids, n_rows: int) -> Rows:
    order = np.lexsort((site, row))
    ptr = np.concatenate([[0], np.cumsum(np.bincount(row.astype(np.int64), minlength=n_rows))])
    return ptr.astype(np.int64), site[order].astype(np.uint32)


def _lattice(ground: shapely.Geometry) -> Floats:
    """The middles of the squares of the lattice that lie on the ground."""
    west, south, east, north = (np.floor(v / LATTICE_M) for v in ground.bounds)
    x, y = np.meshgrid(np.arange(west, east + 1) + 0.5, np.arange(south, north + 1) + 0.5)
    xy = np.column_stack([x.ravel(), y.ravel()]) * LATTICE_M
    shapely.prepare(ground)
    return xy[shapely.intersects_xy(ground, xy[:, 0], xy[:, 1])]


def _is_away(xy: Floats, network: RoadNetwork, due: Stretches, distance_m: float) -> np.ndarray:
    """Which points lie farther than this from every due street."""
    away = np.ones(len(xy), dtype=bool)
    lines = stretch_lines(network, due)
    tree = shapely.STRtree(shapely.points(xy))
    away[tree.query(lines, predicate="dwithin", distance=distance_m)[1]] = False
    return away
