"""Which sites serve each piece of a gap along a line: the rows of a covering problem, exactly and no more."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numba import njit

from siting.arrays import Floats, Ids, Positions32, numbered
from siting.hydrants.land import QUAD_SEGS
from siting.hydrants.streets import Stretches, walked
from siting.network import EdgePositions, RoadNetwork
from siting.travel_time import reach

Rows = tuple[Ids, Positions32]
"""indptr and sites, as in `siting.optimise.Problem`."""


class Intervals(NamedTuple):
    """What sites serve of lines: line, from and to in metres along it, site; one entry for each way to serve it."""

    line: Ids
    low_m: Floats
    high_m: Floats
    site: Ids


def stretch_rows(network: RoadNetwork, gaps: Stretches, sites: EdgePositions, limit_m: float) -> Rows:
    """
    Cover sets that are met exactly when every place of the gaps is within the limit, along the road, of an open site.

    Parameters
    ----------
    gaps
        In order of edge.
    sites
        On roads.
    """
    return interval_rows(gaps, _along_roads(network, np.unique(gaps.edge), sites, limit_m))


def line_rows(lines: np.ndarray, sites: np.ndarray, radius_m: float) -> Rows:
    """Likewise for every place of some lines to be within a radius, straight, of an open site (points)."""
    whole = Stretches(np.arange(len(lines)), np.zeros(len(lines)), shapely.length(lines))
    site, line = shapely.STRtree(lines).query(sites, predicate="dwithin", distance=radius_m)
    circles = shapely.buffer(sites[site], radius_m, quad_segs=QUAD_SEGS)
    parts, pair = shapely.get_parts(shapely.intersection(circles, lines[line]), return_index=True)
    ends = [shapely.line_locate_point(lines[line[pair]], shapely.get_point(parts, end)) for end in (0, -1)]
    return interval_rows(whole, Intervals(line[pair], np.minimum(*ends), np.maximum(*ends), site[pair]))


def interval_rows(gaps: Stretches, served: Intervals) -> Rows:
    """
    The smallest cover sets along each gap, and with them all.

    Between two ends of intervals all places have the same cover set; of those only the smallest are kept: where an
    interval has just ended and another is about to begin. A row without sites is a piece that no site serves.
    """
    order = np.lexsort((served.low_m, served.line))
    line, low_m, high_m, site = (column[order] for column in served)
    first, last = np.searchsorted(line, gaps.edge, "left"), np.searchsorted(line, gaps.edge, "right")
    # Whole millimetres, outwards: what is lost by rounding ways to nodes is given back.
    low_mm, high_mm = np.floor(low_m * 1e3).astype(np.int64) - 1, np.ceil(high_m * 1e3).astype(np.int64) + 1
    start_mm, end_mm = np.rint(gaps.start_m * 1e3).astype(np.int64), np.rint(gaps.end_m * 1e3).astype(np.int64)
    ends, entries = _swept(start_mm, end_mm, first, last, low_mm, high_mm, site.astype(np.uint32))
    return np.concatenate([[0], ends]), entries


def _along_roads(network: RoadNetwork, edges: Ids, sites: EdgePositions, limit_m: float) -> Intervals:
    """What each site serves of each of these edges: edge, from, to, site; one entry for each way there."""
    length_m = network.edge_length_m
    tail, head = network.edge_from[edges].astype(np.int64), network.edge_to[edges].astype(np.int64)
    node, at = np.unique(np.concatenate([tail, head]), return_index=True)
    # A node as a place: an end of any edge that meets it.
    place = EdgePositions(np.tile(edges, 2)[at], (at >= len(edges)).astype(np.float64), np.zeros(len(node)))
    ways = reach(
        walked(network), sites, place, limit_m, site_ids=pd.RangeIndex(len(sites)), demand_ids=pd.RangeIndex(len(node))
    )
    left_m = limit_m - ways.ms / 1000.0
    parts = []
    for is_tail, ends in ((True, tail), (False, head)):
        by_node = np.argsort(ends, kind="stable")
        begin, end = (np.searchsorted(ends[by_node], node[ways.demand], side) for side in ("left", "right"))
        entry, within = numbered(end - begin)
        edge = edges[by_node[begin[entry] + within]]
        low = np.zeros(len(edge)) if is_tail else length_m[edge] - left_m[entry]
        high = left_m[entry] if is_tail else length_m[edge]
        parts.append((edge, low, high, ways.site[entry]))
    own = np.flatnonzero(np.isin(sites.edge, edges))
    here, at_m = sites.edge[own], sites.fraction[own] * length_m[sites.edge[own]]
    parts.append((here, at_m - limit_m, at_m + limit_m, own))
    edge, low, high, site = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Intervals(edge, np.maximum(low, 0.0), np.minimum(high, length_m[edge]), site)


@njit(cache=True, nogil=True)
def _swept(start, end, first, last, low, high, site):  # type: ignore[no-untyped-def]
    """Walk along each gap from end to end of its intervals; a row for each piece whose sites no neighbour's lie in."""
    entries, ends = np.empty(1024, np.uint32), np.empty(1024, np.int64)
    n_entries, n_rows = 0, 0
    for g in range(len(start)):
        opening, closing = low[first[g] : last[g]], np.sort(high[first[g] : last[g]])
        n = len(opening)
        o, c = np.searchsorted(opening, start[g], "right"), np.searchsorted(closing, start[g], "right")
        at, is_least = start[g], True
        while at < end[g]:
            step = end[g]
            if o < n:
                step = min(step, opening[o])
            if c < n:
                step = min(step, closing[c])
            o_next, c_next = o, c
            while o_next < n and opening[o_next] <= step:
                o_next += 1
            while c_next < n and closing[c_next] <= step:
                c_next += 1
            # Nobody serves a piece with an empty set: it says nothing of its neighbours.
            grows = step == end[g] or o_next > o or o_next == c_next
            if o == c or (is_least and grows):
                begin = n_entries
                for k in range(first[g], last[g]):
                    if low[k] > at:
                        break
                    if high[k] >= step:
                        if n_entries == len(entries):
                            entries = np.append(entries, np.empty(len(entries), np.uint32))
                        entries[n_entries] = site[k]
                        n_entries += 1
                mine = np.unique(entries[begin:n_entries])
                entries[begin : begin + len(mine)] = mine
                n_entries = begin + len(mine)
                if n_rows == len(ends):
                    ends = np.append(ends, np.empty(len(ends), np.int64))
                ends[n_rows] = n_entries
                n_rows += 1
            is_least = c_next > c or o == c
            at, o, c = step, o_next, c_next
    return ends[:n_rows], entries[:n_entries]
