"""The nearest place on any road, exactly, through a uniform grid over road segments."""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from siting.arrays import Floats, Ids, Positions32, writable
from siting.errors import InputError
from siting.network.road_network import EdgePositions, RoadNetwork
from siting.tables import some

CELL_M = 100.0
"""Side of a grid cell; 50 to 200 m are within 15 % of each other in speed."""
_MOST_GRID_CELLS = 2**24
"""A road that leads far away makes the cells larger, not more: this many take 200 MB. What is found stays the same."""

_NO_SEGMENT = np.uint32(0xFFFFFFFF)
_ROUNDING_M = 1e-6

_BLOCK = 8
"""Cells along the side of a block of points; their segments fit into the fast memory of a core."""
Grid = tuple[float, float, float, int, int, Ids, Positions32, Positions32]
"""As `_grid` describes it."""


def snap(network: RoadNetwork, x: Floats, y: Floats, limit_m: float, *, main_only: bool = True) -> EdgePositions:
    """
    The nearest place on a road for every point, with ties to the lower edge.

    Parameters
    ----------
    x, y
        Shape (P,), metres in the network's CRS.
    limit_m
        A point whose nearest road is farther keeps its row, with edge -1.
    main_only
        Only roads of the main network, from which every other can be reached, and only those with frontage: who lives
        beside a motorway, a bridge or a tunnel is not reached from it. False takes every edge.

    Raises
    ------
    InputError
        If a coordinate is not finite, or the limit is not above 0.

    Examples
    --------
    >>> from siting import toy
    >>> network = toy.network()
    >>> places = snap(network, *toy.xy([(200.0, 30.0), (1200.0, 600.0)]), limit_m=100.0)
    >>> network.edges.name[places.edge[0]], places.fraction.round(6).tolist(), places.distance_m.round(6).tolist()
    ('South Street', [0.5, nan], [30.0, inf])
    """
    _check(x, y, limit_m)
    roads = segments(network, main_only=main_only)
    if len(roads.edge) == 0:
        return EdgePositions(np.full(len(x), -1), np.full(len(x), np.nan), np.full(len(x), np.inf))
    x, y = (writable(np.ascontiguousarray(values)) for values in (x, y))
    nearest, along, distance = _nearest(x, y, float(limit_m), roads.ends, *_grid(roads.ends))
    found = nearest >= 0
    fraction = np.clip(roads.begin[nearest] + along * roads.share[nearest], 0.0, 1.0)
    return EdgePositions(np.where(found, roads.edge[nearest], -1), np.where(found, fraction, np.nan), distance)


def position_xy(network: RoadNetwork, positions: EdgePositions) -> Floats:
    """
    Where places along edges lie.

    Returns
    -------
    Floats
        Shape (P, 2), metres in the network's CRS; nan where a place is not on a road.
    """
    return _along(positions.edge, positions.fraction, network.coord_ptr, network.coords, _running_m(network))


def _check(x: Floats, y: Floats, limit_m: float) -> None:
    faults = []
    if not 0 < limit_m < math.inf:
        faults.append(f"limit_m is {limit_m}. Expected metres above 0.")
    bad = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(bad):
        faults.append(f"{len(bad)} points have no finite coordinates (rows {some(bad)}). Give x and y in metres.")
    if faults:
        raise InputError("snap", faults)


class Segments(NamedTuple):
    """
    Straight pieces of edges, sorted by edge.

    Attributes
    ----------
    edge
        Shape (S,). The edge that each is part of.
    ends
        Shape (S, 4): x, y where it begins and where it ends.
    begin, share
        Shape (S,). Where on its edge it begins, and how much of it it is; both 0 on an edge without length.
    """

    edge: Ids
    ends: Floats
    begin: Floats
    share: Floats


def segments(network: RoadNetwork, *, main_only: bool) -> Segments:
    """The segments that may be snapped to: all, or those of the main network with frontage (see `snap`)."""
    edge = np.repeat(np.arange(network.n_edges), np.diff(network.coord_ptr))
    is_segment = np.ones(len(edge), dtype=np.bool_)
    is_segment[network.coord_ptr[1:] - 1] = False
    if main_only:
        is_segment &= (network.is_main & network.edges["has_frontage"].to_numpy())[edge]
    point = np.flatnonzero(is_segment)
    edge, run_m = edge[point], _running_m(network)
    begin_m, end_m = run_m[network.coord_ptr[edge]], run_m[network.coord_ptr[edge + 1] - 1]
    per_m = np.divide(1.0, end_m - begin_m, out=np.zeros(len(edge)), where=end_m > begin_m)
    ends = np.column_stack([network.coords[point], network.coords[point + 1]])
    return Segments(edge, ends, (run_m[point] - begin_m) * per_m, (run_m[point + 1] - run_m[point]) * per_m)


def _running_m(network: RoadNetwork) -> Floats:
    """Planar metres from the first point of all to each point; the jumps between edges would only cost precision."""
    step = np.hypot(*np.diff(network.coords, axis=0).T)
    step[network.coord_ptr[1:-1] - 1] = 0.0
    return np.concatenate([[0.0], np.cumsum(step)])


def _grid(ends: Floats) -> Grid:
    """
    Cells over the segments' extent: left, bottom, side, columns, rows; each cell's segments as pointer and list, and
    the next cell that has some.
    """
    left, bottom = min(ends[:, 0].min(), ends[:, 2].min()), min(ends[:, 1].min(), ends[:, 3].min())
    wide, high = max(ends[:, 0].max(), ends[:, 2].max()) - left, max(ends[:, 1].max(), ends[:, 3].max()) - bottom
    side = CELL_M
    while (wide // side + 1) * (high // side + 1) > _MOST_GRID_CELLS:
        side *= 2
    columns, rows = int(wide // side) + 1, int(high // side) + 1
    pointer, listed = _fill(ends, left, bottom, side, columns, rows)
    return left, bottom, side, columns, rows, pointer, listed, _next_full(pointer, columns, rows)


@numba.njit(cache=True, nogil=True)
def _fill(ends, left, bottom, side, columns, rows):  # type: ignore[no-untyped-def]
    """List every segment in each cell that its bounding box touches: count, then fill."""
    pointer = np.zeros(columns * rows + 1, dtype=np.int64)
    for filling in range(2):
        if filling == 1:
            pointer[1:] = np.cumsum(pointer[1:])
            listed = np.empty(pointer[-1], dtype=np.uint32)
            place = pointer[:-1].copy()
        for s in range(len(ends)):
            first_column = int((min(ends[s, 0], ends[s, 2]) - left) // side)
            last_column = int((max(ends[s, 0], ends[s, 2]) - left) // side)
            first_row = int((min(ends[s, 1], ends[s, 3]) - bottom) // side)
            last_row = int((max(ends[s, 1], ends[s, 3]) - bottom) // side)
            for row in range(first_row, last_row + 1):
                for column in range(first_column, last_column + 1):
                    cell = row * columns + column
                    if filling == 0:
                        pointer[cell + 1] += 1
                    else:
                        listed[place[cell]] = s
                        place[cell] += 1
    return pointer, listed


@numba.njit(cache=True, nogil=True)
def _next_full(pointer, columns, rows):  # type: ignore[no-untyped-def]
    """
    For each cell one with segments that the fewest rings of cells away, by a pass down and a pass up.

    Rosenfeld and Pfaltz (1966), Sequential operations in digital picture processing.
    """
    full, gap = np.zeros(rows * columns, dtype=np.uint32), np.empty(rows * columns, dtype=np.uint32)
    for cell in range(rows * columns):
        full[cell], gap[cell] = cell, 0 if pointer[cell + 1] > pointer[cell] else rows + columns
    for step in (-1, 1):
        for row in range(rows) if step < 0 else range(rows - 1, -1, -1):
            for column in range(columns) if step < 0 else range(columns - 1, -1, -1):
                cell = row * columns + column
                for down, right in ((0, step), (step, -1), (step, 0), (step, 1)):
                    if 0 <= row + down < rows and 0 <= column + right < columns:
                        other = cell + down * columns + right
                        if gap[other] + np.uint32(1) < gap[cell]:
                            full[cell], gap[cell] = full[other], gap[other] + np.uint32(1)
    return full


@numba.njit(cache=True, nogil=True)
def _along(edge, fraction, coord_ptr, coords, run_m):  # type: ignore[no-untyped-def]
    """The point at each share of its edge; nan for edge -1."""
    xy = np.full((len(edge), 2), np.nan)
    for k in range(len(edge)):
        if edge[k] < 0:
            continue
        begin, end = coord_ptr[edge[k]], coord_ptr[edge[k] + 1] - 1
        target_m = run_m[begin] + fraction[k] * (run_m[end] - run_m[begin])
        segment = begin + np.searchsorted(run_m[begin + 1 : end], target_m, side="right")
        step_m = run_m[segment + 1] - run_m[segment]
        share = min(max((target_m - run_m[segment]) / step_m, 0.0), 1.0) if step_m > 0.0 else 0.0
        for axis in range(2):
            xy[k, axis] = coords[segment, axis] + share * (coords[segment + 1, axis] - coords[segment, axis])
    return xy


@numba.njit(cache=True, nogil=True)
def _nearest(x, y, limit, ends, left, bottom, side, columns, rows, pointer, listed, full):  # type: ignore[no-untyped-def]
    """
    Nearest segment of each point, share along it, distance: -1, nan, inf beyond the limit.

    What the next full cell holds bounds the rest: then all rows of cells that may hold something nearer are walked,
    leaping over empty ones. Distances are compared squared. Points are taken block by block of cells, so that those in
    turn find the same segments close at hand.
    """
    nearest = np.full(len(x), -1, dtype=np.int64)
    along = np.full(len(x), np.nan)
    distance = np.full(len(x), np.inf)
    for p in _by_block(x, y, left, bottom, side, columns, rows):
        column = min(max(math.floor((x[p] - left) / side), 0), columns - 1)
        row = min(max(math.floor((y[p] - bottom) / side), 0), rows - 1)
        first = full[row * columns + column]
        found = (limit * limit, _NO_SEGMENT, np.nan)
        found = _in_cell(x[p], y[p], ends, listed[pointer[first] : pointer[first + 1]], *found)
        within = math.sqrt(found[0]) + _ROUNDING_M
        top = min(math.floor((y[p] + within - bottom) / side), rows - 1)
        for row in range(max(math.floor((y[p] - within - bottom) / side), 0), top + 1):
            rise = max(bottom + row * side - y[p], y[p] - bottom - (row + 1) * side, 0.0)
            if rise * rise > found[0]:
                continue
            within = math.sqrt(found[0] - rise * rise) + _ROUNDING_M
            column = max(math.floor((x[p] - within - left) / side), 0)
            end = min(math.floor((x[p] + within - left) / side), columns - 1)
            while column <= end:
                cell = row * columns + column
                other = full[cell]
                if other == cell:
                    if cell != first:
                        found = _in_cell(x[p], y[p], ends, listed[pointer[cell] : pointer[cell + 1]], *found)
                    column += 1
                else:
                    column += max(abs(other // columns - row), abs(other % columns - column))
        if found[1] != _NO_SEGMENT:
            nearest[p], along[p], distance[p] = found[1], found[2], math.sqrt(found[0])
    return nearest, along, distance


@numba.njit(cache=True, nogil=True)
def _in_cell(x, y, ends, listed, best, best_segment, best_share):  # type: ignore[no-untyped-def]
    """The least squared distance, its segment and the share along it, after looking at these segments too."""
    for s in listed:
        share, away = to_segment(x, y, ends[s, 0], ends[s, 1], ends[s, 2], ends[s, 3])
        if away < best or (away == best and s < best_segment):
            best, best_segment, best_share = away, s, share
    return best, best_segment, best_share


@numba.njit(cache=True, nogil=True)
def _by_block(x, y, left, bottom, side, columns, rows):  # type: ignore[no-untyped-def]
    """The points in the order of blocks of `_BLOCK` by `_BLOCK` cells."""
    wide, high = columns // _BLOCK + 1, rows // _BLOCK + 1
    block, pointer = np.empty(len(x), np.uint32), np.zeros(wide * high + 1, np.int64)
    for p in range(len(x)):
        column = min(max((x[p] - left) / (side * _BLOCK), 0.0), wide - 1.0)
        row = min(max((y[p] - bottom) / (side * _BLOCK), 0.0), high - 1.0)
        block[p] = np.uint32(row) * np.uint32(wide) + np.uint32(column)
        pointer[block[p] + 1] += 1
    place, order = np.cumsum(pointer), np.empty(len(x), np.uint32)
    for p in range(len(x)):
        order[place[block[p]]] = p
        place[block[p]] += 1
    return order


@numba.njit(cache=True, nogil=True)
def to_segment(x, y, ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """Share along a-b of the place nearest to x, y, and its squared distance; both ends are met exactly."""
    ux, uy = bx - ax, by - ay
    squared = ux * ux + uy * uy
    share = ((x - ax) * ux + (y - ay) * uy) / squared if squared > 0 else 0.0
    if share <= 0.0:
        return 0.0, (x - ax) ** 2 + (y - ay) ** 2
    if share >= 1.0:
        return 1.0, (x - bx) ** 2 + (y - by) ** 2
    return share, (x - ax - share * ux) ** 2 + (y - ay - share * uy) ** 2
