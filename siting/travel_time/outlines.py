"""
Outlines of land on a lattice of cells: marching squares, and as few vertices as the same crossings allow.

References
----------
Lorensen and Cline (1987), Marching cubes; the thinning is the cone of Sklansky and Gonzalez (1980), Fast polygonal
approximation of digitized curves, with the lattice edges as its gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

from siting.arrays import Floats, Ids, Positions32
from siting.travel_time.land import Levels

_TOUCH = 1e-6
"""In cells. A centre exactly on the outline counts as outside, or the outline would touch itself there."""


class Outline(NamedTuple):
    """
    Rings in metres, land on their left; of each part of the land the ring around it comes before its holes.

    Attributes
    ----------
    xy, ptr
        Shapes (M, 2) and (R + 1,): ring r has vertices ``xy[ptr[r]:ptr[r + 1]]``, closed without repeating the first.
    part
        Shape (R,). Which part of the land each bounds, from 1; every part has a ring.
    """

    xy: Floats
    ptr: Ids
    part: Positions32


NOTHING = Outline(np.empty((0, 2)), np.zeros(1, np.int64), np.empty(0, np.uint32))


def outline(lands: Sequence[Levels], roads: Levels, cell_m: float) -> Outline:
    """
    The land where a level drawn between the centres of cells is below 0, as far as it hangs together with a road.

    Neighbours hang together by their sides, not by their corners. Every edge of the lattice that the exact outline
    crosses is crossed by the thinned one, at most an eighth of a cell away and in the same order: so it is valid, and
    each centre stays on its side.

    Parameters
    ----------
    lands
        Metres within (below 0) or beyond the edge of what is reached. Of several levels of one cell the least counts;
        a cell without one is `cell_m` beyond.
    roads
        The cells that a road crosses; of those above 0 none counts.
    """
    lands = [land for land in lands if len(land.column)]
    if not lands:
        return NOTHING
    left, bottom = (min(int(cells.min()) for cells in axis) - 1 for axis in list(zip(*lands, strict=True))[:2])
    right, top = (max(int(cells.max()) for cells in axis) + 1 for axis in list(zip(*lands, strict=True))[:2])
    level = np.full((top - bottom + 1, right - left + 1), np.float32(1.0))
    for land in lands:
        _lower(level, left, bottom, *land, cell_m)
    xy, ptr, part = _rings(level, *_parts(level, roads.column, roads.row, left, bottom))
    return Outline((xy + np.array([left + 0.5, bottom + 0.5])) * cell_m, ptr, part)


def multipolygons(outlines: Sequence[Outline]) -> NDArray[np.object_]:
    """The land of each outline, all made at once: one by one they would take as long as everything else."""
    if not outlines:
        return np.empty(0, dtype=object)
    n_parts = np.array([outline.part.max(initial=0) for outline in outlines], dtype=np.int64)
    n_vertices = np.concatenate([np.diff(outline.ptr) for outline in outlines])
    xy, part = (np.concatenate(arrays) for arrays in zip(*((one.xy, one.part) for one in outlines), strict=True))
    part = part - 1 + np.repeat(np.cumsum(n_parts) - n_parts, [len(outline.part) for outline in outlines])
    order = np.argsort(part, kind="stable")
    rings = shapely.linearrings(xy, indices=np.repeat(np.arange(len(n_vertices)), n_vertices))
    polygons = shapely.polygons(rings[order], indices=part[order])
    return collected(polygons, np.repeat(np.arange(len(outlines)), n_parts), len(outlines))


def collected(polygons: NDArray[np.object_], row: Ids, n_rows: int) -> NDArray[np.object_]:
    """A multipolygon for each row, from polygons sorted by row; an empty one where there are none."""
    made = np.full(n_rows, shapely.MultiPolygon(), dtype=object)
    return shapely.multipolygons(polygons, indices=row, out=made) if len(polygons) else made


@njit(cache=True, nogil=True)
def _lower(level, left, bottom, column, row, level_m, cell_m):  # type: ignore[no-untyped-def]
    """Put in the least level of each cell, between -1 and 1."""
    per_m = np.float32(1.0 / cell_m)
    for k in range(len(column)):
        least = max(level_m[k] * per_m, np.float32(-1.0))
        if abs(least) < _TOUCH:
            least = np.float32(_TOUCH)
        r, c = np.uint32(row[k] - bottom), np.uint32(column[k] - left)
        level[r, c] = min(level[r, c], least)


@njit(cache=True, nogil=True)
def _parts(level, column, row, left, bottom):  # type: ignore[no-untyped-def]
    """
    Number what hangs together with a road, from 1; 0 is what does not, and what is not reached.

    And how many crossings the outlines have: neighbours of which one is land and the other is not.
    """
    n_rows, n_columns = level.shape
    part, flat = np.zeros(level.shape, np.int32), level.ravel()
    of, waiting = part.ravel(), np.empty(level.size, np.uint32)
    n_parts = n_crossings = 0
    for k in range(len(column)):
        r, c = row[k] - bottom, column[k] - left
        if not (0 < r < n_rows - 1 and 0 < c < n_columns - 1) or level[r, c] >= 0.0 or part[r, c] > 0:
            continue
        n_parts += 1
        part[r, c] = n_parts
        waiting[0] = r * n_columns + c
        n = 1
        while n > 0:
            n -= 1
            cell = waiting[n]
            for step in (1, n_columns, -1, -n_columns):
                near = np.uint32(cell + step)
                if flat[near] >= 0.0:
                    n_crossings += 1
                elif of[near] == 0:
                    of[near], waiting[n] = n_parts, near
                    n += 1
    return part, n_crossings


@njit(cache=True, nogil=True)
def _rings(level, part, n_crossings):  # type: ignore[no-untyped-def]
    """
    All outlines in cells, land on their left: vertices, pointers to each ring, the part it bounds.

    A crossing is a centre within and one of its four neighbours without. Seen from there the outline goes on along the
    square ahead: round the same centre if the next one is without, so that corners do not join; else straight, or
    round the neighbour. The first that is met of a part lies in its lowest row: no hole, but the ring around it.
    """
    n_rows, n_columns = level.shape
    raw, out = np.empty((n_crossings + 1, 6)), np.empty((n_crossings, 2))
    ptr, ring_part = np.zeros(n_crossings + 1, np.int64), np.empty(n_crossings, np.uint32)
    is_drawn = np.zeros(level.shape, np.bool_)
    east, north = np.array([1, 0, -1, 0]), np.array([0, 1, 0, -1])
    n_rings, n_out = 0, 0
    for r in range(1, n_rows - 1):
        for c in range(1, n_columns - 1):
            if part[r, c] == 0 or part[r, c + 1] > 0 or is_drawn[r, c]:
                continue
            y, x, way, n = r, c, 0, 0
            while True:
                if way == 0:
                    is_drawn[y, x] = True
                _gate(raw[n], x, y, east[way], north[way], level[y, x], level[y + north[way], x + east[way]])
                n += 1
                ahead = (way + 1) % 4
                near_y, near_x = y + north[ahead], x + east[ahead]
                if part[near_y, near_x] == 0:
                    way = ahead
                elif part[near_y + north[way], near_x + east[way]] == 0:
                    y, x = near_y, near_x
                else:
                    y, x, way = near_y + north[way], near_x + east[way], (way + 3) % 4
                if y == r and x == c and way == 0:
                    break
            raw[n] = raw[0]
            n_out = _thin(raw[: n + 1], out, n_out)
            ring_part[n_rings] = part[r, c]
            n_rings += 1
            ptr[n_rings] = n_out
    return out[:n_out], ptr[: n_rings + 1], ring_part[:n_rings]


@njit(cache=True, nogil=True)
def _gate(gate, x, y, east, north, within, without):  # type: ignore[no-untyped-def]
    """Where the outline crosses from one centre to the next, and how far to either side it may: left, right."""
    share = within / (within - without)
    left, right = max(share - 0.125, min(share, _TOUCH)), min(share + 0.125, max(share, 1.0 - _TOUCH))
    gate[0], gate[1] = x + east * share, y + north * share
    gate[2], gate[3] = x + east * left, y + north * left
    gate[4], gate[5] = x + east * right, y + north * right


@njit(cache=True, nogil=True)
def _thin(gates, out, n_out):  # type: ignore[no-untyped-def]
    """Write the vertices of a ring that are needed so that straight lines between them pass all gates."""
    at = 0
    while at < len(gates) - 1:
        x, y = gates[at, 0], gates[at, 1]
        out[n_out, 0], out[n_out, 1] = x, y
        n_out += 1
        to, ahead = at + 1, at + 1
        left_x, left_y = gates[ahead, 2] - x, gates[ahead, 3] - y
        right_x, right_y = gates[ahead, 4] - x, gates[ahead, 5] - y
        while ahead + 1 < len(gates):
            ahead += 1
            u, v = gates[ahead, 0] - x, gates[ahead, 1] - y
            if left_x * v - left_y * u <= 0.0 and right_x * v - right_y * u >= 0.0:
                to = ahead
            u, v = gates[ahead, 2] - x, gates[ahead, 3] - y
            if left_x * v - left_y * u < 0.0:
                left_x, left_y = u, v
            u, v = gates[ahead, 4] - x, gates[ahead, 5] - y
            if right_x * v - right_y * u > 0.0:
                right_x, right_y = u, v
            if left_x * right_y - left_y * right_x >= 0.0:
                break
        at = to
    return n_out
