"""Cells of land beside and on roads, each with the place on the road from which it is reached, and when that is."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from siting.arrays import Floats, Ids, Mask, Positions32
from siting.network import CLOSED, EdgePositions, RoadNetwork, position_xy
from siting.network.csr import grouped
from siting.network.snap import segments, to_segment
from siting.travel_time.access import ranges
from siting.travel_time.arcs import Arcs

AnyInts = NDArray[np.integer[Any]]
AnyFloats = NDArray[np.floating[Any]]

_TILE = 64
"""Cells along the side of a square that is filled at once, so that memory follows the roads and not their extent."""
_STANDSTILL_MS = 1e6
"""For a metre of a closed edge: only what stands where it begins is reached."""


class Spots(NamedTuple):
    """
    Cells with the place on a road that each is reached from, sorted by edge; 20 bytes each.

    Attributes
    ----------
    ptr
        Shape (E + 1,). Edge e has spots ``ptr[e]:ptr[e + 1]``.
    edge, fraction
        The place on the road.
    column, row
        The cell: its centre lies at ``(column + 0.5) * cell_m``, in the network's CRS.
    distance_m
        From the road to the centre of the cell; 0 for cells that the road itself crosses.
    """

    ptr: Ids
    edge: Positions32
    fraction: AnyFloats
    column: AnyInts
    row: AnyInts
    distance_m: AnyFloats

    def places(self) -> EdgePositions:
        """Where they are reached from."""
        return EdgePositions(
            self.edge.astype(np.int64), self.fraction.astype(np.float64), self.distance_m.astype(np.float64)
        )

    def cells(self) -> Ids:
        """Column and row as one number."""
        return (self.column.astype(np.int64) << 32) + self.row


class Times(NamedTuple):
    """Milliseconds to the road of some spots; of several of one spot the least is meant."""

    spot: Positions32
    ms: AnyFloats


class Levels(NamedTuple):
    """Cells, and how far each lies within (below 0) or beyond the edge of what is reached."""

    column: AnyInts
    row: AnyInts
    level_m: AnyFloats


def land_beside(network: RoadNetwork, is_driven: Mask, cell_m: float, reach_m: float) -> Spots:
    """
    The cells whose nearest road is one of these edges and within `reach_m`, or a cell more.

    The nearest road is that of demand (`snap`): part of the main network, with frontage; of two the lower edge.
    """
    roads = segments(network, main_only=True)
    column, row, edge, fraction, distance_m = _cells_beside(*roads, is_driven, cell_m, reach_m + cell_m)
    ptr, order = grouped(edge, network.n_edges)
    return Spots(ptr, edge[order], fraction[order], column[order], row[order], distance_m[order])


def land_on(network: RoadNetwork, is_driven: Mask, starts: EdgePositions, cell_m: float) -> Spots:
    """
    The cells that these edges cross, also those without frontage, and those at the starts.

    All four centres around a place on the road are taken, so that the place itself lies within the outline.
    """
    edges = np.flatnonzero(is_driven)
    count = np.maximum(1, np.ceil(network.edge_length_m[edges] / cell_m)).astype(np.int64) + 1
    along = ranges(np.zeros(len(edges), np.int64), count) / np.repeat(count - 1, count)
    own = starts.take(starts.on_road)
    edge, fraction = np.concatenate([np.repeat(edges, count), own.edge]), np.concatenate([along, own.fraction])
    ptr, order = grouped(edge, network.n_edges)
    edge, fraction = edge[order], fraction[order]
    low = np.floor(position_xy(network, EdgePositions(edge, fraction, fraction)) / cell_m - 0.5).astype(np.int32)
    column, row = (
        (low[:, axis, None] + np.array(offset, dtype=np.int32)).ravel()
        for axis, offset in ((0, [0, 1, 0, 1]), (1, [0, 0, 1, 1]))
    )
    of_edge, along = np.repeat(edge.astype(np.uint32), 4), np.repeat(fraction.astype(np.float32), 4)
    return Spots(4 * ptr, of_edge, along, column, row, np.zeros(len(along), np.float32))


def fastest_m_per_ms(network: RoadNetwork) -> Floats:
    """Metres driven in a millisecond on each edge, in its faster direction."""
    fastest_ms = np.maximum(network.forward_ms, network.backward_ms)  # CLOSED is below 0
    return np.maximum(network.edge_length_m, 1.0) / np.maximum(fastest_ms, 1)


def levels(
    network: RoadNetwork,
    spots: Spots,
    reached: Arcs | Times,
    limit_s: float,
    m_per_ms: Floats,
    walked_m_per_ms: float,
    reach_m: float,
    cell_m: float,
) -> Levels:
    """
    Metres from spots to where the land ends, to the side and ahead; those that are below a cell.

    Ahead is along the road, at the speed of each edge, or on foot where a walking speed is above 0: then the way from
    the road counts too.

    Parameters
    ----------
    reached
        Arcs that are entered, for all spots ahead on them; or the spots with their times.
    """
    to_edge = m_per_ms, walked_m_per_ms, 1000.0 * limit_s, reach_m, cell_m
    if isinstance(reached, Times):
        return Levels(*_levels(spots.edge, *spots[3:], *reached, *to_edge))
    edges = network.forward_ms, network.backward_ms, network.edge_length_m
    return Levels(*_levels_ahead(*reached, *edges, spots.ptr, *spots[2:], *to_edge))


@njit(cache=True, nogil=True)
def _cells_beside(edge, ends, _begin, _share, is_driven, cell_m, reach_m):  # type: ignore[no-untyped-def]
    """Column, row, nearest edge, place on it and distance of each cell, tile by tile."""
    side = _TILE * cell_m
    west, south, east, north = math.inf, math.inf, -math.inf, -math.inf
    for s in range(len(edge)):
        if is_driven[edge[s]]:
            west, east = min(west, ends[s, 0], ends[s, 2]), max(east, ends[s, 0], ends[s, 2])
            south, north = min(south, ends[s, 1], ends[s, 3]), max(north, ends[s, 1], ends[s, 3])
    if west > east:
        west, south, east, north = 0.0, 0.0, 0.0, 0.0
    left, bottom = math.floor((west - reach_m) / side), math.floor((south - reach_m) / side)
    columns = math.floor((east + reach_m) / side) - left + 1
    rows = math.floor((north + reach_m) / side) - bottom + 1
    is_wanted = np.zeros(rows * columns, np.bool_)
    pointer = np.zeros(rows * columns + 1, np.int64)
    for step in range(3):  # tiles of driven roads; how many segments lie by each; which
        if step == 2:
            pointer[1:] = np.cumsum(pointer[1:])
            near, place = np.empty(pointer[-1], np.uint32), pointer[:-1].copy()
        for s in range(len(edge)):
            if step == 0 and not is_driven[edge[s]]:
                continue
            low_column = max(math.floor((min(ends[s, 0], ends[s, 2]) - reach_m) / side) - left, 0)
            top_column = min(math.floor((max(ends[s, 0], ends[s, 2]) + reach_m) / side) - left, columns - 1)
            low_row = max(math.floor((min(ends[s, 1], ends[s, 3]) - reach_m) / side) - bottom, 0)
            top_row = min(math.floor((max(ends[s, 1], ends[s, 3]) + reach_m) / side) - bottom, rows - 1)
            for row in range(low_row, top_row + 1):
                for column in range(low_column, top_column + 1):
                    tile = row * columns + column
                    if step == 0:
                        is_wanted[tile] = True
                    elif is_wanted[tile] and step == 1:
                        pointer[tile + 1] += 1
                    elif is_wanted[tile]:
                        near[place[tile]] = s
                        place[tile] += 1
    room = is_wanted.sum() * _TILE * _TILE  # what is never written of it costs no memory
    cell, found_edge, found = np.empty((2, room), np.int32), np.empty(room, np.uint32), np.empty((2, room), np.float32)
    nearest, away = np.empty((_TILE, _TILE), np.uint32), np.empty((_TILE, _TILE))
    n = 0
    for tile in np.flatnonzero(is_wanted):
        first_row, first_column = (tile // columns + bottom) * _TILE, (tile % columns + left) * _TILE
        _fill_tile(ends, near[pointer[tile] : pointer[tile + 1]], first_column, first_row, cell_m, reach_m,
                   nearest, away)  # fmt: skip
        for r in range(_TILE):
            for c in range(_TILE):
                s = nearest[r, c]
                if away[r, c] <= reach_m * reach_m and is_driven[edge[s]]:
                    cell[0, n], cell[1, n], found_edge[n] = first_column + c, first_row + r, edge[s]
                    x, y = (first_column + c + 0.5) * cell_m, (first_row + r + 0.5) * cell_m
                    along, _ = to_segment(x, y, ends[s, 0], ends[s, 1], ends[s, 2], ends[s, 3])
                    found[0, n], found[1, n] = _begin[s] + along * _share[s], math.sqrt(away[r, c])
                    n += 1
    return cell[0, :n], cell[1, :n], found_edge[:n], found[0, :n], found[1, :n]


@njit(cache=True, nogil=True)
def _fill_tile(ends, near, first_column, first_row, cell_m, reach_m, nearest, away):  # type: ignore[no-untyped-def]
    """The nearest segment to each centre of a tile, where on it, and the squared distance; inf beyond the reach."""
    away[:] = math.inf
    for s in near:
        low_c = math.ceil((min(ends[s, 0], ends[s, 2]) - reach_m) / cell_m - 0.5) - first_column
        top_c = math.floor((max(ends[s, 0], ends[s, 2]) + reach_m) / cell_m - 0.5) - first_column
        low_r = math.ceil((min(ends[s, 1], ends[s, 3]) - reach_m) / cell_m - 0.5) - first_row
        top_r = math.floor((max(ends[s, 1], ends[s, 3]) + reach_m) / cell_m - 0.5) - first_row
        x, y, ux, uy = ends[s, 0], ends[s, 1], ends[s, 2] - ends[s, 0], ends[s, 3] - ends[s, 1]
        squared_m = ux * ux + uy * uy
        per_m, below, beyond = (
            (1.0 / squared_m if squared_m > 0.0 else 0.0),
            np.uint64(max(low_c, 0)),
            np.uint64(max(min(top_c, _TILE - 1) + 1, 0)),
        )
        for r in range(np.uint64(max(low_r, 0)), np.uint64(max(min(top_r, _TILE - 1) + 1, 0))):
            north = (first_row + r + 0.5) * cell_m - y
            east_0 = (first_column + 0.5) * cell_m - x
            for c in range(below, beyond):  # without a branch, so that it is done for several at once
                east = east_0 + c * cell_m
                share = (east * ux + north * uy) * per_m
                share = 0.0 if share < 0.0 else share
                share = 1.0 if share > 1.0 else share
                squared = (east - share * ux) ** 2 + (north - share * uy) ** 2
                is_nearer = squared < away[r, c]
                nearest[r, c] = s if is_nearer else nearest[r, c]
                away[r, c] = squared if is_nearer else away[r, c]


@njit(cache=True, nogil=True)
def _level_m(late_ms, distance_m, m_per_ms, walked_m_per_ms, reach_m):  # type: ignore[no-untyped-def]
    short_m = late_ms * walked_m_per_ms + distance_m if walked_m_per_ms > 0.0 else late_ms * m_per_ms
    return max(distance_m - reach_m, short_m)


@njit(cache=True, nogil=True)
def _levels(  # type: ignore[no-untyped-def]
    edge, column, row, distance_m, spot, ms, m_per_ms, walked_m_per_ms, limit_ms, reach_m, cell_m
):
    cell, level_m = np.empty((2, len(spot)), np.int32), np.empty(len(spot), np.float32)
    n = 0
    for k in range(len(spot)):
        s = spot[k]
        level_m[n] = _level_m(ms[k] - limit_ms, distance_m[s], m_per_ms[edge[s]], walked_m_per_ms, reach_m)
        if level_m[n] < cell_m:
            cell[0, n], cell[1, n] = column[s], row[s]
            n += 1
    return cell[0, :n], cell[1, :n], level_m[:n]


@njit(cache=True, nogil=True)
def _levels_ahead(  # type: ignore[no-untyped-def]
    edge, is_forward, start, entered_ms, forward_ms, backward_ms, length_m, ptr, fraction, column, row, distance_m,
    m_per_ms, walked_m_per_ms, limit_ms, reach_m, cell_m
):  # fmt: skip
    """Of the spots ahead on arcs sorted by edge, the earliest counts; on a closed arc only what is at its start."""
    room, longest, before = 0, 0, -1
    for e in edge:
        if e != before:
            room, longest, before = room + ptr[e + 1] - ptr[e], max(longest, ptr[e + 1] - ptr[e]), e
    cell, level_m = np.empty((2, room), np.int32), np.empty(room, np.float32)
    late_ms = np.empty(longest, np.float32)
    n, first = 0, 0
    while first < len(edge):
        e, last = edge[first], first
        base, at = ptr[e], fraction[ptr[e] : ptr[e + 1]]
        late_ms[: len(at)] = math.inf
        while last < len(edge) and edge[last] == e:
            whole_ms = forward_ms[e] if is_forward[last] else backward_ms[e]
            per_share = np.float32(whole_ms if whole_ms != CLOSED else length_m[e] * _STANDSTILL_MS)
            way, begin = np.float32(1.0 if is_forward[last] else -1.0), np.float32(start[last])
            entry_ms = np.float32(entered_ms[last] - limit_ms)
            for s in range(len(at)):  # without a branch, so that it is done for several at once
                ahead = (at[s] - begin) * way
                there_ms = entry_ms + ahead * per_share
                late_ms[s] = there_ms if (ahead >= 0.0) & (there_ms < late_ms[s]) else late_ms[s]
            last += 1
        for s in range(len(at)):
            away_m = distance_m[base + s]
            level_m[n] = _level_m(late_ms[s], away_m, m_per_ms[e], walked_m_per_ms, reach_m)
            if level_m[n] < cell_m:
                cell[0, n], cell[1, n] = column[base + s], row[base + s]
                n += 1
        first = last
    return cell[0, :n], cell[1, :n], level_m[:n]
