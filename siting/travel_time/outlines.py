"""
Outlines of land on a lattice of cells: marching squares, and as few vertices as the same crossings allow.

References
----------
Lorensen and Cline (1987), Marching cubes; the thinning is the cone of Sklansky and Gonzalez (1980), Fast polygonal
approximation of digitized curves, with the lattice edges as its gates.
"""

from __future__ import annotations

import numpy as np
import shapely
from numba import njit

from siting.travel_time.land import Levels

_TOUCH = 1e-6
"""In cells. A centre exactly on the outline counts as outside, or the outline would touch itself there."""


def outline(land: Levels, roads: Levels, cell_m: float) -> shapely.MultiPolygon:
    """
    The land where a level drawn between the centres of cells is below 0, as far as it hangs together with a road.

    Neighbours hang together by their sides, not by their corners. Every edge of the lattice that the exact outline
    crosses is crossed by the thinned one, at most an eighth of a cell away and in the same order: so it is valid, and
    each centre stays on its side.

    Parameters
    ----------
    land
        Metres within (below 0) or beyond the edge of what is reached. Of several levels of one cell the least counts;
        a cell without one is `cell_m` beyond.
    roads
        The cells that a road crosses; of those above 0 none counts.
    """
    if not len(land.column):
        return shapely.MultiPolygon()
    left, bottom = int(land.column.min()) - 1, int(land.row.min()) - 1
    shape = int(land.row.max()) - bottom + 2, int(land.column.max()) - left + 2
    level = np.full(shape, np.float32(1.0))
    _lower(level, land.column - left, land.row - bottom, land.level_m / np.float32(cell_m))
    part = _parts(level, roads.column - left, roads.row - bottom)
    xy, ring_ptr, ring_part, is_hole = _rings(level, part)
    xy = (xy + np.array([left + 0.5, bottom + 0.5])) * cell_m
    rings = shapely.linearrings(xy, indices=np.repeat(np.arange(len(ring_part)), np.diff(ring_ptr)))
    order = np.lexsort((is_hole, ring_part))  # of each part, the ring around it first
    return shapely.multipolygons(
        shapely.polygons(rings[order], indices=np.unique(ring_part[order], return_inverse=True)[1])
    )


@njit(cache=True, nogil=True)
def _lower(level, column, row, to):  # type: ignore[no-untyped-def]
    """Put in the least level of each cell, between -1 and 1."""
    for k in range(len(column)):
        least = max(to[k], np.float32(-1.0))
        if abs(least) < _TOUCH:
            least = np.float32(_TOUCH)
        if least < level[row[k], column[k]]:
            level[row[k], column[k]] = least


@njit(cache=True, nogil=True)
def _parts(level, column, row):  # type: ignore[no-untyped-def]
    """Number what hangs together with a road, from 1; 0 is what does not, and what is not reached."""
    n_rows, n_columns = level.shape
    part = np.zeros(level.shape, np.int32)
    waiting = np.empty(level.size, np.int64)
    n_parts = 0
    for k in range(len(column)):
        if not (0 < row[k] < n_rows - 1 and 0 < column[k] < n_columns - 1):
            continue
        if level[row[k], column[k]] >= 0.0 or part[row[k], column[k]] > 0:
            continue
        n_parts += 1
        part[row[k], column[k]] = n_parts
        waiting[0] = row[k] * n_columns + column[k]
        n = 1
        while n > 0:
            n -= 1
            r, c = waiting[n] // n_columns, waiting[n] % n_columns
            for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                if level[r + dr, c + dc] < 0.0 and part[r + dr, c + dc] == 0:
                    part[r + dr, c + dc] = n_parts
                    waiting[n] = (r + dr) * n_columns + c + dc
                    n += 1
    return part


@njit(cache=True, nogil=True)
def _rings(level, part):  # type: ignore[no-untyped-def]
    """
    All outlines in cells, land on their left: vertices, pointers to each ring, the part it bounds, is it a hole.

    A crossing is a centre within and one of its four neighbours without. Seen from there the outline goes on along the
    square ahead: round the same centre if the next one is without, so that corners do not join; else straight, or
    round the neighbour.
    """
    n_rows, n_columns = level.shape
    crossings = 0
    for r in range(1, n_rows - 1):
        for c in range(1, n_columns - 1):
            if part[r, c] > 0:
                crossings += (part[r, c + 1] == 0) + (part[r + 1, c] == 0)
                crossings += (part[r, c - 1] == 0) + (part[r - 1, c] == 0)
    raw, out = np.empty((crossings + 1, 6)), np.empty((crossings, 2))
    ptr, ring_part = np.zeros(crossings + 1, np.int64), np.empty(crossings, np.int32)
    is_hole, is_drawn = np.empty(crossings, np.bool_), np.zeros(level.shape, np.bool_)
    east, north = np.array([1, 0, -1, 0]), np.array([0, 1, 0, -1])
    n_rings, n_out = 0, 0
    for r in range(1, n_rows - 1):
        for c in range(1, n_columns - 1):
            if part[r, c] == 0 or part[r, c + 1] > 0 or is_drawn[r, c]:
                continue
            y, x, way, n, double_area = r, c, 0, 0, 0.0
            while True:
                if way == 0:
                    is_drawn[y, x] = True
                _gate(raw[n], x, y, east[way], north[way], level[y, x], level[y + north[way], x + east[way]])
                if n > 0:
                    double_area += raw[n - 1, 0] * raw[n, 1] - raw[n, 0] * raw[n - 1, 1]
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
            double_area += raw[n - 1, 0] * raw[0, 1] - raw[0, 0] * raw[n - 1, 1]
            raw[n] = raw[0]
            n_out = _thin(raw[: n + 1], out, n_out)
            ring_part[n_rings], is_hole[n_rings] = part[r, c], double_area < 0.0
            n_rings += 1
            ptr[n_rings] = n_out
    return out[:n_out], ptr[: n_rings + 1], ring_part[:n_rings], is_hole[:n_rings]


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
