"""Driving times from the written roads, by scipy: a second opinion on every time in the files."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from siting.errors import VerificationError
from siting.tables import some
from siting.verification.turning_drives import AT_JUNCTION_M, turning_drives

Seconds = NDArray[np.float64]

ROUNDED_UP_S = 0.0021
"""The files round the two parts of an edge at either end of a drive up to whole milliseconds."""
_WHOLE_S = 0.001
"""And a trip, once more, where it takes longer than its drive."""


def trips(drive_s: Seconds, start_stop_s: float) -> tuple[Seconds, Seconds]:
    """
    At least and at most how long a file may say that a trip takes, pulling away and stopping included.

    Half of the time lost to both is lost at each end. A trip shorter than that never gets to its speed: it speeds up
    over one half of its way and slows down over the other, so its time goes with the square root of the way.

    Examples
    --------
    >>> [t.round(2).tolist() for t in trips(np.array([9.0, 36.0, 100.0]), 36.0)]
    [[36.0, 72.0, 136.0], [36.01, 72.0, 136.0]]
    """
    least_s, most_s = (_trip(drive_s + slack_s, start_stop_s) for slack_s in (-ROUNDED_UP_S, ROUNDED_UP_S))
    return least_s, most_s + (_WHOLE_S if start_stop_s else 0.0)


def _trip(drive_s: Seconds, start_stop_s: float) -> Seconds:
    drive_s = np.maximum(drive_s, 0.0)
    never_at_speed = drive_s < start_stop_s
    halves_s = 2.0 * np.sqrt(np.where(never_at_speed, drive_s, 0.0) * start_stop_s)
    return np.where(never_at_speed, halves_s, drive_s + start_stop_s)


def drives(
    roads: gpd.GeoDataFrame, sites: pd.DataFrame, places: pd.DataFrame, turns: pd.DataFrame | None = None
) -> Seconds:
    """
    Seconds on the roads from each site to each place as real numbers, shape (J, I); inf where nobody can drive.

    Parameters
    ----------
    roads
        The roads layer: edge, from_node, to_node, length_m, forward_s, backward_s (empty where nobody drives that way).
    sites, places
        Columns edge (-1: no road) and fraction.
    turns
        The layer of that name: turns that take seconds, or are forbidden (empty). None: every turn is free.

    Raises
    ------
    VerificationError
        If seconds are below 0, or a row of the roads is missing that anything stands on.
    """
    roads = roads.sort_values("edge")
    _check(roads, sites, places)
    if turns is not None:
        return turning_drives(roads, turns, sites, places)
    sites, places = _at_junctions(roads, sites), _at_junctions(roads, places)
    node_id, ends = np.unique(roads[["from_node", "to_node"]].to_numpy(), return_inverse=True)
    ends = ends.reshape(-1, 2)
    ways = roads[["forward_s", "backward_s"]].fillna(np.inf).to_numpy(dtype=np.float64)
    graph = _graph(ends, ways, len(node_id))
    to_place = _parts(ends, ways, places)
    times = np.full((len(sites), len(places)), np.inf)
    for row, (edge, fraction) in enumerate(zip(sites.edge, sites.fraction, strict=True)):
        if edge < 0:
            continue
        leave = _share(np.array([fraction, 1.0 - fraction]), ways[edge, ::-1])
        from_end = csgraph.dijkstra(graph, indices=ends[edge])
        at_node = (leave[:, None] + from_end).min(axis=0)
        times[row] = (at_node[to_place[0]] + to_place[1]).min(axis=1)
        along = np.flatnonzero(places.edge.to_numpy() == edge)
        ahead = places.fraction.to_numpy()[along] - fraction
        direct = _share(np.abs(ahead), np.where(ahead > 0, ways[edge, 0], ways[edge, 1]))
        times[row, along] = np.minimum(times[row, along], direct)
    return times


def _at_junctions(roads: gpd.GeoDataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The places, those within a millimetre of an edge's end on its junction: snapping gives 0.9999999999999999."""
    metres = roads.length_m.to_numpy()[table.edge]
    fraction = table.fraction.to_numpy(dtype=np.float64)
    fraction = np.where(fraction * metres < AT_JUNCTION_M, 0.0, fraction)
    return table.assign(fraction=np.where((1.0 - fraction) * metres < AT_JUNCTION_M, 1.0, fraction))


def _check(roads: gpd.GeoDataFrame, sites: pd.DataFrame, places: pd.DataFrame) -> None:
    """What Dijkstra would not survive."""
    below = roads.edge[(roads[["forward_s", "backward_s"]] < 0).any(axis=1)]
    if len(below):
        raise VerificationError(
            f"roads: {len(below)} edges have seconds below 0 ({some(below)}); nobody drives back in time."
        )
    gone = np.setdiff1d(np.arange(len(roads)), roads.edge)
    beyond = np.setdiff1d(np.r_[sites.edge, places.edge], np.r_[roads.edge, -1])
    if len(gone) or len(beyond):
        listed = some(np.union1d(gone, beyond))
        raise VerificationError(f"roads: rows are missing: {listed}. Edges are numbered from 0 without a gap.")


def _graph(ends: NDArray[np.int64], ways: Seconds, n_nodes: int) -> sparse.csr_array:
    """The quickest edge between each two nodes; scipy would add parallel ones up."""
    arcs = pd.DataFrame(
        {
            "tail": np.r_[ends[:, 0], ends[:, 1]],
            "head": np.r_[ends[:, 1], ends[:, 0]],
            "s": np.r_[ways[:, 0], ways[:, 1]],
        }
    )
    arcs = arcs[np.isfinite(arcs.s) & (arcs["tail"] != arcs["head"])].groupby(["tail", "head"], as_index=False).min()
    return sparse.csr_array((arcs.s, (arcs["tail"], arcs["head"])), shape=(n_nodes, n_nodes))


def _parts(ends: NDArray[np.int64], ways: Seconds, places: pd.DataFrame) -> tuple[NDArray[np.int64], Seconds]:
    """The two nodes beside each place, and the seconds from them to it; shapes (I, 2)."""
    edge = places.edge.to_numpy(dtype=np.int64)
    fraction = places.fraction.to_numpy(dtype=np.float64)
    seconds = _share(np.column_stack([fraction, 1.0 - fraction]), ways[edge])
    seconds[edge < 0] = np.inf
    return ends[edge], seconds


def _share(share: Seconds, whole_s: Seconds) -> Seconds:
    """Part of an edge; nothing at its end, where a place stands on the junction whatever the edge allows."""
    return np.where(
        share == 0.0, 0.0, np.where(np.isfinite(whole_s), share * np.where(np.isfinite(whole_s), whole_s, 0), np.inf)
    )
