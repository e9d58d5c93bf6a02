"""
Driving times from each station to the land of its own district, by networkx on the plain table of roads.

Every direction of a road runs from its start to its end. Where turns are free these are the junctions; where turns
cost, they are points of its own, and a turn leads from the end of one to the start of the next.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from typing import NamedTuple

import networkx as nx
import numpy as np
import pandas as pd

from siting.arrays import Floats

_SITE = "site"
_AT_JUNCTION_M = 0.001


def drives_of_own(
    roads: pd.DataFrame,
    stations: pd.DataFrame,
    cells: pd.DataFrame,
    site_id: pd.Series,
    *,
    turns: pd.DataFrame | None = None,
    start_stop_s: float = 0.0,
) -> Floats:
    """
    Seconds from the station that a cell belongs to, shape (I,): inf where it cannot drive there, nan where none is.

    Parameters
    ----------
    roads
        edge, from_node, to_node, length_m, forward_s, backward_s (nan where nobody drives that way).
    stations, cells
        Columns edge (-1: no road) and fraction of the way along it.
    site_id
        Shape (I,). The station, of the index of `stations`, each cell belongs to; "" for none.
    turns
        from_edge, from_forward, to_edge, to_forward, seconds (nan: forbidden); others are free. None: all are.
    start_stop_s
        What a trip loses by pulling away and stopping; one too short to reach its speed takes 2 sqrt(drive x loss).
    """
    ways = list(_ways(roads, turns is not None))
    streets = _streets(ways, turns)
    seconds = np.full(len(cells), np.nan)
    for site, station in stations[["edge", "fraction"]].iterrows():
        own = site_id.to_numpy() == site
        if own.any():
            seconds[own] = _from(streets, station, cells.loc[own, ["edge", "fraction"]])
    slow_s = np.minimum(seconds, start_stop_s)
    return 2.0 * np.sqrt(slow_s * start_stop_s) + seconds - slow_s


class _Way(NamedTuple):
    """A road in one direction: from junction tail to head, or from point start to end where turns cost."""

    edge: int
    is_forward: bool
    tail: int
    head: int
    start: Hashable
    end: Hashable
    s: float
    length_m: float

    def part_s(self, fraction: float) -> float:
        """From the start to a place that lies at this fraction of the road as it is drawn."""
        return self.s * (fraction if self.is_forward else 1.0 - fraction)


class _Streets(NamedTuple):
    """The graph, and the ways along each road, out of each junction and into it."""

    graph: nx.DiGraph
    along: dict[int, list[_Way]]
    leaving: dict[int, list[_Way]]
    arriving: dict[int, list[_Way]]


def _ways(roads: pd.DataFrame, turns_cost: bool) -> Iterator[_Way]:
    """Every direction that is driven."""
    columns = [roads[name].tolist() for name in ("edge", "from_node", "to_node", "length_m", "forward_s", "backward_s")]
    for edge, first, last, length_m, forward_s, backward_s in zip(*columns, strict=True):
        for is_forward, tail, head, time_s in ((True, first, last, forward_s), (False, last, first, backward_s)):
            if not math.isnan(time_s):
                way = (edge, is_forward)
                start, end = (("start", way), ("end", way)) if turns_cost else (tail, head)
                yield _Way(edge, is_forward, tail, head, start, end, time_s, length_m)


def _streets(ways: list[_Way], turns: pd.DataFrame | None) -> _Streets:
    groups: tuple[dict[int, list[_Way]], ...] = ({}, {}, {})
    for way in ways:
        for group, key in zip(groups, (way.edge, way.tail, way.head), strict=True):
            group.setdefault(key, []).append(way)
    along, leaving, arriving = groups
    graph: nx.DiGraph = nx.DiGraph()
    for way in sorted(ways, key=lambda way: -way.s):  # of parallel roads the quickest stays
        graph.add_edge(way.start, way.end, s=way.s)
    if turns is not None:
        keys = zip(turns.from_edge, turns.from_forward, turns.to_edge, turns.to_forward, strict=True)
        told = dict(zip(keys, turns.seconds, strict=True))
        for way in ways:
            for following in leaving.get(way.head, ()):
                turn_s = told.get((way.edge, way.is_forward, following.edge, following.is_forward), 0.0)
                if not math.isnan(turn_s):
                    graph.add_edge(way.end, following.start, s=turn_s)
    return _Streets(graph, along, leaving, arriving)


def _from(streets: _Streets, station: pd.Series, cells: pd.DataFrame) -> list[float]:
    """Seconds from a station to places of its own."""
    graph, junction = streets.graph, _junction(streets, station.edge, station.fraction)
    graph.add_node(_SITE)
    if junction is None:
        for way in streets.along.get(station.edge, ()):
            graph.add_edge(_SITE, way.end, s=min(way.s - way.part_s(station.fraction), _known(graph, way.end)))
    else:
        graph.add_edges_from([(_SITE, way.start) for way in streets.leaving.get(junction, ())], s=0.0)
    at = nx.single_source_dijkstra_path_length(graph, _SITE, weight="s")
    graph.remove_node(_SITE)
    return [_to(streets, at, station, junction, edge, fraction) for edge, fraction in cells.itertuples(index=False)]


def _known(graph: nx.DiGraph, point: Hashable) -> float:
    """What leads from the site to a point already: a loop road has two ways to one junction."""
    return float(graph.edges[_SITE, point]["s"]) if graph.has_edge(_SITE, point) else math.inf


def _to(
    streets: _Streets, at: dict[Hashable, float], station: pd.Series, start: int | None, edge: int, fraction: float
) -> float:
    """Seconds to one place: into its junction, or along its road from either end or from the station itself."""
    junction = _junction(streets, edge, fraction)
    if junction is not None:
        into = [at.get(way.end, math.inf) for way in streets.arriving.get(junction, ())]
        return 0.0 if junction == start else min(into, default=math.inf)
    ways = streets.along.get(edge, [])
    seconds = [at.get(way.start, math.inf) + way.part_s(fraction) for way in ways]
    if start is None and edge == station.edge:
        ahead = [way.part_s(fraction) - way.part_s(station.fraction) for way in ways]
        seconds += [time_s for time_s in ahead if time_s >= 0]
    return min(seconds, default=math.inf)


def _junction(streets: _Streets, edge: int, fraction: float) -> int | None:
    """The junction that a place stands on, if it stands on one."""
    if edge not in streets.along:
        return None
    way = streets.along[edge][0]
    along_m = way.length_m * (fraction if way.is_forward else 1.0 - fraction)
    if along_m <= _AT_JUNCTION_M:
        return way.tail
    return way.head if way.length_m - along_m <= _AT_JUNCTION_M else None
