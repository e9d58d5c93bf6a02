"""The directed road network as arrays, and places along its edges."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from siting.arrays import Floats, Ids, Mask, Milliseconds, Positions32
from siting.drawing import Drawn
from siting.network.csr import CLOSED, Csr, States, csr
from siting.network.turns import Turns, turning_states
from siting.tables import Note

TOLD_OF_EDGES = ("way_id", "highway", "name", "speed_kph", "has_frontage", "structure", "width_m")
"""Columns of `RoadNetwork.edges` that a table of the roads has."""


@dataclass(frozen=True)
class RoadNetwork(Drawn):
    """
    Junctions and the edges between them, with what a fire engine needs to drive each edge in each direction.

    Nodes lie along a Hilbert curve, so that neighbours on the ground are neighbours in memory. An edge is drawn from
    `edge_from` to `edge_to`; forward is that direction. Nothing here is changed after building: another traffic
    scenario is another network with other times on the same arrays (`dataclasses.replace`).

    Attributes
    ----------
    crs
        The study area's metric CRS; `x`, `y` and `coords` are metres in it.
    node_id, x, y
        Shape (N,).
    edge_from, edge_to
        Shape (E,), node positions.
    edge_length_m
        Shape (E,), along the geometry, measured on the ellipsoid.
    coord_ptr, coords
        Edge e is the line ``coords[coord_ptr[e]:coord_ptr[e + 1]]``; shapes (E + 1,) and (M, 2).
    forward_ms, backward_ms
        Shape (E,). Milliseconds to drive the whole edge, or `CLOSED`.
    is_main
        Shape (E,). True in the largest strongly connected part: from each of its edges every other can be reached, but
        for what closures cut off since it was built. Places stand on these edges only.
    edges
        E rows: way_id, highway, name, speed_kph; has_frontage (places lie beside it and are reached from it: no
        motorway, bridge or tunnel); width_m (the smaller of `width` and `maxwidth`) and height_m (`maxheight`), nan
        where no tag says; structure ("bridge", "tunnel" or ""); forward_override, backward_override (what opened the
        edge to an engine in that direction, a sum of `siting.speeds.Override`); can_turn (a turning place is mapped on
        it or at an end).
    profile
        Name of the speed profile behind the times.
    start_stop_s
        Seconds that a trip loses by pulling away and stopping, not in the times of the edges (`siting.speeds.trip_s`).
    turns
        What turning costs and which turns are forbidden; None where every turn is free.
    notes
        What was set aside or assumed while building, with counts.
    cache_entry
        Under which name it was found in the cache of networks, "" where it was built anew.
    """

    crs: pyproj.CRS
    node_id: Ids
    x: Floats
    y: Floats
    edge_from: Positions32
    edge_to: Positions32
    edge_length_m: Floats
    coord_ptr: Ids
    coords: Floats
    forward_ms: Milliseconds
    backward_ms: Milliseconds
    is_main: Mask
    edges: pd.DataFrame
    profile: str
    start_stop_s: float = 0.0
    turns: Turns | None = None
    notes: tuple[Note, ...] = ()
    cache_entry: str = ""

    PLOTTED: ClassVar[dict[str, Any]] = {"color": "#8d877a", "linewidth": 0.5}
    EXPLORED: ClassVar[dict[str, Any]] = {"color": "#2a6496", "style_kwds": {"weight": 2}}

    @property
    def n_nodes(self) -> int:
        """Number of junctions."""
        return len(self.node_id)

    @property
    def n_edges(self) -> int:
        """Number of edges, each counted once however many directions it has."""
        return len(self.edge_from)

    @property
    def lines(self) -> gpd.GeoSeries:
        """Shape (E,). The line of each edge."""
        edge = np.repeat(np.arange(self.n_edges), np.diff(self.coord_ptr))
        return gpd.GeoSeries(shapely.linestrings(self.coords, indices=edge), crs=self.crs)

    def to_frame(self) -> gpd.GeoDataFrame:
        """
        A row for each edge, in `crs`.

        Columns edge, from_node, to_node (positions), from_node_id, to_node_id, forward_s, backward_s (nan: nobody
        drives that way), length_m, is_main, of `edges` those of `TOLD_OF_EDGES`, geometry.
        """
        seconds = [np.where(ms == CLOSED, np.nan, ms / 1000.0) for ms in (self.forward_ms, self.backward_ms)]
        return gpd.GeoDataFrame(
            {
                "edge": np.arange(self.n_edges),
                # Positions, not ids: where a barrier closes a node, several share its id and nobody drives across.
                "from_node": self.edge_from.astype(np.int64),
                "to_node": self.edge_to.astype(np.int64),
                "from_node_id": self.node_id[self.edge_from],
                "to_node_id": self.node_id[self.edge_to],
                "forward_s": seconds[0],
                "backward_s": seconds[1],
                "length_m": self.edge_length_m,
                "is_main": self.is_main,
                **{name: self.edges[name].to_numpy() for name in TOLD_OF_EDGES},
            },
            geometry=self.lines,
        )

    def shapes(self) -> gpd.GeoDataFrame:
        """A row for each edge, with what a map tells of it."""
        return self.to_frame()[
            ["way_id", "highway", "name", "speed_kph", "length_m", "forward_s", "backward_s", "geometry"]
        ]

    def __repr__(self) -> str:
        return f"<roads: {self._told()}>"

    def _repr_html_(self) -> str:
        km = pd.Series(self.edge_length_m / 1000.0).groupby(self.edges["highway"].to_numpy()).sum()
        table = km.sort_values(ascending=False).round(1).to_frame("km").to_html(escape=True)
        return f"<p><b>{html.escape(self._told())}</b></p>{table}"

    def _told(self) -> str:
        km = self.edge_length_m.sum() / 1000.0
        return f"{self.n_nodes:,} junctions, {self.n_edges:,} edges, {km:,.1f} km at the speeds of {self.profile}"

    @cached_property
    def states(self) -> States:
        """What every search runs on: the junctions, or, where turns cost, the directed edges."""
        if self.turns is None:
            return States(self.outward, self.edge_from, self.edge_to)
        return turning_states(self.n_nodes, self.edge_from, self.edge_to, self.forward_ms, self.backward_ms, self.turns)

    @cached_property
    def outward(self) -> Csr:
        """Arcs as an engine drives them, away from each node; milliseconds."""
        forward, backward = (np.flatnonzero(ms != CLOSED) for ms in (self.forward_ms, self.backward_ms))
        return csr(
            self.n_nodes,
            np.concatenate([self.edge_from[forward], self.edge_to[backward]]),
            np.concatenate([self.edge_to[forward], self.edge_from[backward]]),
            np.concatenate([self.forward_ms[forward], self.backward_ms[backward]]),
            np.concatenate([forward, backward]).astype(np.uint32),
        )


@dataclass(frozen=True)
class EdgePositions:
    """
    Places along the edges of one network, in the caller's order.

    Attributes
    ----------
    edge
        Shape (P,). -1 where there is no road within the snap limit.
    fraction
        Shape (P,). 0 at `edge_from`, 1 at `edge_to`, by length.
    distance_m
        Shape (P,). From the place asked for to the road, straight; inf where `edge` is -1.
    """

    edge: Ids
    fraction: Floats
    distance_m: Floats

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def on_road(self) -> Mask:
        """Where a road was found."""
        return self.edge >= 0

    def take(self, rows: Ids | Mask) -> EdgePositions:
        """The places at these rows, in this order."""
        return EdgePositions(self.edge[rows], self.fraction[rows], self.distance_m[rows])
