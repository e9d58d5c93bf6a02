"""Driving times from each station to the land of its own district, by networkx on the plain table of roads."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pandas as pd

from siting.arrays import Floats

_SITE = "site"


def drives_of_own(roads: pd.DataFrame, stations: pd.DataFrame, cells: pd.DataFrame, site_id: pd.Series) -> Floats:
    """
    Seconds from the station that a cell belongs to, shape (I,): inf where it cannot drive there, nan where none is.

    Parameters
    ----------
    roads
        edge, from_node, to_node, forward_s, backward_s (nan where nobody drives that way).
    stations, cells
        Columns edge (-1: no road) and fraction of the way along it.
    site_id
        Shape (I,). The station, of the index of `stations`, each cell belongs to; "" for none.
    """
    graph = _graph(roads)
    by_edge = roads.set_index("edge")[["from_node", "to_node", "forward_s", "backward_s"]]
    seconds = np.full(len(cells), np.nan)
    for site, station in stations[["edge", "fraction"]].iterrows():
        own = site_id.to_numpy() == site
        if own.any():
            seconds[own] = _from(graph, by_edge, station, cells[own])
    return seconds


def _graph(roads: pd.DataFrame) -> nx.DiGraph:
    """The quickest edge between each two junctions."""
    graph: nx.DiGraph = nx.DiGraph()
    ways = [
        *zip(roads.from_node, roads.to_node, roads.forward_s, strict=True),
        *zip(roads.to_node, roads.from_node, roads.backward_s, strict=True),
    ]
    for tail, head, time_s in sorted((way for way in ways if not math.isnan(way[2])), key=lambda way: -way[2]):
        graph.add_edge(tail, head, s=time_s)
    return graph


def _from(graph: nx.DiGraph, roads: pd.DataFrame, station: pd.Series, cells: pd.DataFrame) -> list[float]:
    if station.edge < 0:
        return [math.inf] * len(cells)
    start = roads.loc[station.edge]
    graph.add_node(_SITE)
    for node, part, time_s in (
        (start.to_node, 1.0 - station.fraction, start.forward_s),
        (start.from_node, station.fraction, start.backward_s),
    ):
        if part == 0.0 or not math.isnan(time_s):
            graph.add_edge(_SITE, node, s=min(part * time_s if part else 0.0, _weight(graph, node)))
    at_node = nx.single_source_dijkstra_path_length(graph, _SITE, weight="s")
    graph.remove_node(_SITE)
    return [_to(at_node, roads.loc[edge], fraction, edge == station.edge, station.fraction) if edge >= 0 else math.inf
            for edge, fraction in zip(cells.edge, cells.fraction, strict=True)]  # fmt: skip


def _weight(graph: nx.DiGraph, node: int) -> float:
    """What a loop edge has given its only junction already."""
    return float(graph.edges[_SITE, node]["s"]) if graph.has_edge(_SITE, node) else math.inf


def _to(at_node: dict[object, float], road: pd.Series, fraction: float, is_own: bool, start: float) -> float:
    """Over either end of the cell's edge, or straight along it where the station stands on it too."""
    ways = [
        at_node.get(road.from_node, math.inf) + _part(fraction, road.forward_s),
        at_node.get(road.to_node, math.inf) + _part(1.0 - fraction, road.backward_s),
    ]
    if is_own:
        ways.append(_part(abs(fraction - start), road.forward_s if fraction > start else road.backward_s))
    return min(ways)


def _part(share: float, whole_s: float) -> float:
    """Part of an edge; nothing at its end, where a place stands on the junction whatever the edge allows."""
    return 0.0 if share == 0.0 else math.inf if math.isnan(whole_s) else share * whole_s
