"""The exact pieces of road that each site reaches within its limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from siting.arrays import Floats, Ids, Milliseconds
from siting.errors import InputError
from siting.network import CLOSED, EdgePositions, RoadNetwork
from siting.travel_time.access import ranges
from siting.travel_time.reach import reach_nodes
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
    for j, arrival_ms in node_arrivals(network, sites, max(limits_ms) / 1000.0):
        for limit_s, limit_ms in zip(limits_s, limits_ms, strict=True):
            pieces = pieces_within(network, arrival_ms, sites.take(np.array([j])), limit_ms)
            length_m = (pieces.end - pieces.start) * network.edge_length_m[pieces.edge]
            row = {"site_id": site_ids[j], "limit_s": float(limit_s), "edge": pieces.edge, "length_m": length_m}
            parts.append(pd.DataFrame(row))
            lines.append(piece_lines(network, pieces))
    columns = ["site_id", "limit_s", "edge", "length_m"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return gpd.GeoDataFrame(table, geometry=np.concatenate([[], *lines]), crs=network.crs)


def node_arrivals(network: RoadNetwork, sites: EdgePositions, limit_s: float) -> Iterator[tuple[int, Floats]]:
    """Each site on the road with its milliseconds on the network to every node; inf beyond. The array is used again."""
    found = reach_nodes(network, sites, limit_s)
    arrival_ms = np.full(network.n_nodes, np.inf)
    for j in np.flatnonzero(sites.on_road):
        entries = slice(found.ptr[j], found.ptr[j + 1])
        arrival_ms[found.place[entries]] = found.ms[entries]
        yield int(j), arrival_ms
        arrival_ms[found.place[entries]] = np.inf


def pieces_within(network: RoadNetwork, arrival_ms: Floats, sites: EdgePositions, limit_ms: float) -> Pieces:
    """What is reached from the nodes at their arrival times, and from the sites along their own edges."""
    forward_ms, backward_ms = _open(network.forward_ms), _open(network.backward_ms)
    edge, at = sites.edge[sites.on_road], sites.fraction[sites.on_road]
    ahead, share_ahead = _entered(arrival_ms[network.edge_from], forward_ms, limit_ms)
    back, share_back = _entered(arrival_ms[network.edge_to], backward_ms, limit_ms)
    return _joined(
        np.concatenate([ahead, back, edge]),
        np.concatenate([np.zeros(len(ahead)), 1.0 - share_back, np.maximum(at - limit_ms / backward_ms[edge], 0.0)]),
        np.concatenate([share_ahead, np.ones(len(back)), np.minimum(at + limit_ms / forward_ms[edge], 1.0)]),
    )


def _open(ms: Milliseconds) -> Floats:
    """A closed direction takes for ever."""
    return np.where(ms == CLOSED, np.inf, ms)


def _entered(arrival_ms: Floats, whole_ms: Floats, limit_ms: float) -> tuple[Ids, Floats]:
    """The edges that are entered from one end in time, and the share of their length that is driven."""
    edge = np.flatnonzero((arrival_ms < limit_ms) & np.isfinite(whole_ms))
    return edge, np.minimum((limit_ms - arrival_ms[edge]) / whole_ms[edge], 1.0)


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
