"""The exact pieces of road that each site reaches within its limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.network import CLOSED, EdgePositions, RoadNetwork
from siting.travel_time.access import ranges
from siting.travel_time.arcs import Arcs, entered
from siting.travel_time.trips import cruise_limit_ms


class Pieces(NamedTuple):
    """Parts of edges, by fraction of their length, sorted by edge; none touches another on its edge."""

    edge: Ids
    start: Floats
    end: Floats


def road_reach(
    network: RoadNetwork, sites: EdgePositions, limits_s: Sequence[float], site_ids: pd.Index
) -> gpd.GeoDataFrame:
    """
    The roads that each site reaches within each limit, cut exactly where the time ends.

    An edge is entered from either end, where its direction allows; when its middle is not reached it leaves two pieces.

    Parameters
    ----------
    limits_s
        Seconds of driving.
    site_ids
        One label for each site. A site off the road reaches nothing and has no row.

    Returns
    -------
    One row for each site, limit and piece: site_id, limit_s, edge (position in the network), length_m, geometry (in
    the network's CRS, drawn as the edge is, from `edge_from` to `edge_to`).

    Raises
    ------
    InputError
        If a limit is not a positive number of seconds, or the labels do not fit the places.

    Examples
    --------
    >>> from siting import toy
    >>> roads = road_reach(toy.network(), toy.sites(), [18], pd.Index(["S", "N", "E"]))
    >>> roads.groupby("site_id", sort=False).length_m.sum().round().to_dict()  # 9 s per 100 m
    {'S': 400.0, 'N': 400.0, 'E': 200.0}
    """
    check_limits(limits_s, len(sites), site_ids)
    parts: list[pd.DataFrame] = []
    lines: list[Ids] = []
    limits_ms = [cruise_limit_ms(network, limit_s) for limit_s in limits_s]
    for j, arcs in entered(network, sites, max(limits_ms) / 1000.0):
        for limit_s, limit_ms in zip(limits_s, limits_ms, strict=True):
            pieces = pieces_within(network, arcs, limit_ms)
            length_m = (pieces.end - pieces.start) * network.edge_length_m[pieces.edge]
            row = {"site_id": site_ids[j], "limit_s": float(limit_s), "edge": pieces.edge, "length_m": length_m}
            parts.append(pd.DataFrame(row))
            lines.append(piece_lines(network, pieces))
    columns = ["site_id", "limit_s", "edge", "length_m"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return gpd.GeoDataFrame(table, geometry=np.concatenate([[], *lines]), crs=network.crs)


def pieces_within(network: RoadNetwork, arcs: Arcs, limit_ms: int) -> Pieces:
    """What is reached on the arcs that are entered."""
    whole_ms = np.where(arcs.is_forward, network.forward_ms[arcs.edge], network.backward_ms[arcs.edge])
    left_ms = np.where(whole_ms == CLOSED, 0.0, limit_ms - arcs.ms)
    share = np.maximum(left_ms, 0.0) / np.maximum(whole_ms, 1)
    start = np.where(arcs.is_forward, arcs.start, np.maximum(arcs.start - share, 0.0))
    end = np.where(arcs.is_forward, np.minimum(arcs.start + share, 1.0), arcs.start)
    return _joined(arcs.edge, start, end)


def piece_lines(network: RoadNetwork, pieces: Pieces) -> Ids:
    """The geometry of each piece."""
    first, last = network.coord_ptr[pieces.edge], network.coord_ptr[pieces.edge + 1]
    owner = np.repeat(np.arange(len(pieces.edge)), last - first)
    lines = shapely.linestrings(network.coords[ranges(first, last - first)], indices=owner)
    for k in np.flatnonzero((pieces.start > 0.0) | (pieces.end < 1.0)):
        lines[k] = substring(lines[k], pieces.start[k], pieces.end[k], normalized=True)
    return lines


def check_limits(limits_s: Sequence[float], n_sites: int, site_ids: pd.Index) -> None:
    """Raise `InputError` unless there is a positive number of seconds and one label for each site."""
    faults = []
    bad = [limit_s for limit_s in limits_s if not 0 < limit_s < np.inf]
    if bad or not len(limits_s):
        faults.append(f"limits_s is {list(limits_s)}. Expected positive numbers of seconds, for example [180, 240].")
    if n_sites != len(site_ids):
        faults.append(f"{len(site_ids)} site_ids for {n_sites} site positions. Give one label for each position.")
    if faults:
        raise InputError("limits", faults)


def _joined(edge: Ids, start: Floats, end: Floats) -> Pieces:
    """Pieces that overlap or touch become one; empty ones are left out."""
    real = end > start
    edge, start, end = edge[real], start[real], end[real]
    order = np.lexsort((start, edge))
    edge, start, end = edge[order], start[order], end[order]
    # Fractions lie in [0, 1], so adding twice the edge keeps edges apart on one axis.
    so_far = np.maximum.accumulate(end + 2.0 * edge)
    opens = np.flatnonzero(np.concatenate([[True], start[1:] + 2.0 * edge[1:] > so_far[:-1]])[: len(edge)])
    if not len(opens):
        return Pieces(edge, start, end)
    return Pieces(edge[opens], start[opens], np.maximum.reduceat(end, opens))
