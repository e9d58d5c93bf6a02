"""Roads that cannot be driven for a time: works, a lost bridge, a flood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from siting.arrays import Ids, Mask
from siting.errors import InputError
from siting.network.connectivity import main_part
from siting.network.csr import CLOSED
from siting.network.overrides import with_override_notes
from siting.network.road_network import RoadNetwork
from siting.tables import Faults, Note, check_crs, check_geometry, some


def closed(
    network: RoadNetwork,
    reason: str,
    *,
    polygons: gpd.GeoDataFrame | None = None,
    way_ids: Sequence[int] = (),
    edges: Sequence[int] | Ids = (),
    spared_way_ids: Sequence[int] = (),
) -> RoadNetwork:
    """
    The same network with some edges closed in both directions.

    Edges are closed whole: wherever a polygon touches one, nobody drives any part of it. Places keep their edges, so
    what was snapped to a closed edge before reaches nothing; snap again, and it goes to the nearest open road. Roads
    that are cut off stay part of `is_main`: whoever lives beyond a lost bridge is still at home there, and is reached
    by stations on that side alone.

    Parameters
    ----------
    reason
        For the note: "flood of 1998", "works until March".
    polygons
        Ground that cannot be driven on, in any CRS.
    way_ids, edges
        Roads by the ids of their source, and by position in this network.
    spared_way_ids
        Ways that stay open inside the polygons, such as a bridge high above the water.

    Raises
    ------
    InputError
        If the polygons have no CRS or are broken, or an id or position is not in the network, all faults at once; or
        if no road stays open.

    Examples
    --------
    Without its bridge, the two halves of the toy town are apart:

    >>> from siting import toy
    >>> bridge = toy.network().edges.query("name == 'Bridge'")
    >>> cut = closed(toy.network(), "bridge lost", way_ids=bridge.way_id.unique())
    >>> int(toy.network().is_main.sum()), int(cut.is_main.sum())
    (27, 26)
    >>> cut.notes[-1].message("en")
    'bridge lost: 1 road piece (0.4 km) is closed (Bridge); 13 more (5.2 km) are cut off by it.'
    """
    _check(network, reason, polygons, way_ids, edges, spared_way_ids)
    way_id = network.edges["way_id"].to_numpy()
    is_closed = np.isin(way_id, np.asarray(way_ids, dtype=np.int64))
    is_closed[np.asarray(edges, dtype=np.int64)] = True
    if polygons is not None:
        is_closed |= _touched(network, polygons) & ~np.isin(way_id, np.asarray(spared_way_ids, dtype=np.int64))
    forward_ms, backward_ms = (
        np.where(is_closed, np.int32(CLOSED), ms) for ms in (network.forward_ms, network.backward_ms)
    )
    cut = replace(network, forward_ms=forward_ms, backward_ms=backward_ms, is_main=network.is_main & ~is_closed)
    if network.is_main.any() and not cut.is_main.any():
        fault = f"It closes every road ({int(is_closed.sum())} pieces). Check the polygons and their CRS."
        raise InputError(f"closure {reason!r}", [fault])
    was_open = (network.forward_ms != CLOSED) | (network.backward_ms != CLOSED)
    note = _note(network, reason, is_closed & was_open, main_part(network) & ~main_part(cut) & ~is_closed)
    cut = with_override_notes(cut)
    return replace(cut, notes=(*cut.notes, note))


def _touched(network: RoadNetwork, polygons: gpd.GeoDataFrame) -> Mask:
    edge = np.repeat(np.arange(network.n_edges), np.diff(network.coord_ptr))
    lines = shapely.linestrings(network.coords, indices=edge)
    ground = polygons.geometry.to_crs(network.crs).to_numpy()
    touched = np.zeros(network.n_edges, dtype=np.bool_)
    touched[shapely.STRtree(lines).query(ground, predicate="intersects")[1]] = True
    return touched


def _note(network: RoadNetwork, reason: str, is_closed: Mask, is_cut_off: Mask) -> Note:
    if not is_closed.any():
        return Note("topic_roads", "note_closes_nothing", 1, values={"reason": reason})
    closed_km, cut_off_km = (network.edge_length_m[rows].sum() / 1000 for rows in (is_closed, is_cut_off))
    roads = network.edges[is_closed]
    label = roads["name"].where(roads["name"] != "", "way " + roads["way_id"].astype(str)).unique()
    values = {
        "reason": reason,
        "closed_km": closed_km,
        "roads": some(label),
        "n_cut_off": int(is_cut_off.sum()),
        "cut_off_km": cut_off_km,
    }
    return Note("topic_roads", "note_closures", int(is_closed.sum()), tuple(map(str, label[:5])), values)


def _check(
    network: RoadNetwork,
    reason: str,
    polygons: gpd.GeoDataFrame | None,
    way_ids: Sequence[int],
    edges: Sequence[int] | Ids,
    spared_way_ids: Sequence[int],
) -> None:
    faults = Faults(f"closure {reason!r}")
    for name, ids in (("way_ids", way_ids), ("spared_way_ids", spared_way_ids)):
        missing = np.setdiff1d(np.asarray(ids, dtype=np.int64), network.edges["way_id"])
        if len(missing):
            faults.add(f"{name}: {len(missing)} are no ways of the network ({some(missing)}). Leave them out.")
    position = np.asarray(edges, dtype=np.int64)
    outside = position[(position < 0) | (position >= network.n_edges)]
    if len(outside):
        faults.add(f"edges: {len(outside)} are not positions from 0 to {network.n_edges - 1} ({some(outside)}).")
    if polygons is not None:
        check_crs(faults, polygons)
        check_geometry(faults, polygons, ("Polygon", "MultiPolygon"))
    faults.stop()
