"""Isochrones as polygons: the land whose nearest road is reached in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats, Ids
from siting.network import EdgePositions, RoadNetwork
from siting.tables import Faults, unknown
from siting.travel_time.access import departures
from siting.travel_time.land import Spots, driven, land_beside, land_on, outline, packed_cells, times_at
from siting.travel_time.nearest import distances_from, nearest
from siting.travel_time.road_reach import check_limits, node_arrivals
from siting.travel_time.trips import cruise_limit_ms, cruising

FORMS = ("overlap", "dissolved", "nearest")


class _Reached(NamedTuple):
    """Land of one polygon: spots beside and on the roads, each with its milliseconds."""

    row: int
    beside: tuple[Spots, Floats]
    on: tuple[Spots, Floats]


def isochrones(
    network: RoadNetwork,
    sites: EdgePositions,
    limits_s: Sequence[float],
    site_ids: pd.Index,
    *,
    form: str = "overlap",
    rings: bool = False,
    on_foot_kph: float | None = None,
    within: BaseGeometry | None = None,
    reach_m: float = 40.0,
    cell_m: float = 10.0,
) -> gpd.GeoDataFrame:
    """
    The land that each site reaches within each limit: land within `reach_m` of a road belongs to its nearest road.

    Every cell of land is looked up as demand is (`snap`): the place on its nearest road decides, so polygons and
    travel times agree but for the width of a cell. Roads that are reached are within their polygon over their whole
    length, bridges and motorways too, up to the place on the edge where the time ends. Lakes and what else is far from
    roads stay out. How often a point is on the wrong side is told in docs/travel_time.md; coverage is computed from
    `reach`, never from polygons.

    Parameters
    ----------
    limits_s
        Seconds of driving, fractions allowed.
    site_ids
        One label for each site. A site off the road has empty polygons.
    form
        "overlap": one polygon for each site, however they lie over each other; "dissolved": one for all sites together;
        "nearest": one for each site, of the land where it is first, so that none overlap.
    rings
        Each limit without what a shorter one reaches.
    on_foot_kph
        Walking speed from the road to the land. The time on foot then counts, and with a long `reach_m` the land
        tapers towards the end of the time; pulling away and stopping count in full then, however short the drive. None:
        land beside the road is reached with the road.
    within
        Clip to this polygon, in the network's CRS.
    reach_m
        Metres from the road.
    cell_m
        Side of the cells; the outline is drawn between their centres.

    Returns
    -------
    One row for each site and limit in the order given (one for each limit when dissolved): site_id (empty when
    dissolved), limit_s, area_km2, geometry (polygons in the network's CRS).

    Raises
    ------
    InputError
        If a limit, `reach_m`, `cell_m` or `on_foot_kph` is not positive, a cell is wider than `reach_m`, the labels do
        not fit the places, or the form is not known.

    References
    ----------
    Outlines by marching squares: Lorensen and Cline (1987), Marching cubes.

    Examples
    --------
    >>> from siting import toy
    >>> land = isochrones(toy.network(), toy.sites(), [60, 120], pd.Index(["S", "N", "E"]))
    >>> land[["site_id", "limit_s"]].head(3).to_numpy().tolist()
    [['S', 60.0], ['S', 120.0], ['N', 60.0]]
    """
    check_limits(limits_s, len(sites), site_ids)
    _check(form, on_foot_kph, reach_m, cell_m)
    labels = [None] if form == "dissolved" else site_ids
    shapes = np.full((len(labels), len(limits_s)), shapely.MultiPolygon(), dtype=object)  # for sites off the road
    order = np.argsort(limits_s)
    cruise_s = [cruise_limit_ms(network, limit_s) / 1000.0 for limit_s in limits_s]
    network = cruising(network)
    for reached in _reached(network, sites, max(cruise_s), form, reach_m, cell_m):
        shorter = shapely.MultiPolygon()
        for k in order:
            parts = (
                _level(network, reached.beside, cruise_s[k], on_foot_kph, reach_m),
                _level(network, reached.on, cruise_s[k], None, 0.25 * cell_m),
            )
            land = outline(parts, cell_m)
            if not shorter.is_empty:
                land = land.union(shorter)  # fewer vertices may have cut a corner of it off
            shapes[reached.row, k] = _polygons(land.difference(shorter) if rings else land)
            shorter = land
    geometry = gpd.GeoSeries(shapes.ravel(), crs=network.crs)
    if within is not None:
        geometry = geometry.intersection(within)
    return gpd.GeoDataFrame(
        {
            "site_id": np.repeat(np.asarray(labels, dtype=object), len(limits_s)),
            "limit_s": np.tile(np.asarray(limits_s, dtype=np.float64), len(labels)),
            "area_km2": geometry.area / 1e6,
        },
        geometry=geometry,
    )


def _check(form: str, on_foot_kph: float | None, reach_m: float, cell_m: float) -> None:
    faults = Faults("isochrones")
    if form not in FORMS:
        faults.add(f"form: {unknown(form, FORMS)}")
    if not 0 < cell_m <= reach_m < np.inf:
        faults.add(
            f"cell_m is {cell_m}, reach_m is {reach_m}. Expected metres above 0, the cell no wider than the reach."
        )
    if on_foot_kph is not None and not 0 < on_foot_kph < np.inf:
        faults.add(f"on_foot_kph is {on_foot_kph}. Expected a walking speed, for example 5.")
    faults.stop()


def _reached(
    network: RoadNetwork, sites: EdgePositions, limit_s: float, form: str, reach_m: float, cell_m: float
) -> Iterator[_Reached]:
    ends = departures(network, sites)
    first_ms = distances_from(network.outward, ends.node.ravel(), ends.ms.ravel())
    edges = driven(network, np.where(first_ms > limit_s * 1000.0, np.inf, first_ms), sites)
    if not len(edges):
        return
    beside, on = land_beside(network, edges, cell_m, reach_m), land_on(network, edges, sites, cell_m)
    if form == "overlap":
        for row, arrival_ms in node_arrivals(network, sites, limit_s):
            start = sites.take(np.array([row]))
            yield _Reached(row, *(times_at(network, spots, start, arrival_ms) for spots in (beside, on)))
        return
    first = [nearest(network, sites, EdgePositions(s.edge, s.fraction, s.distance_m)) for s in (beside, on)]
    if form == "dissolved":
        yield _Reached(0, (beside, first[0].travel_s * 1000.0), (on, first[1].travel_s * 1000.0))
        return
    free = _free_cells(on, first[1].travel_s, beside.at(np.flatnonzero(beside.distance_m < reach_m)))
    own, own_on = _by_site(first[0].site, len(sites)), _by_site(first[1].site[free], len(sites))
    for row in range(len(sites)):
        of_beside, of_on = own[row], free[own_on[row]]
        yield _Reached(
            row,
            (beside.at(of_beside), first[0].travel_s[of_beside] * 1000.0),
            (on.at(of_on), first[1].travel_s[of_on] * 1000.0),
        )


def _by_site(site: Ids, n_sites: int) -> list[Ids]:
    """The rows of each site; those of nobody (-1) are left out."""
    order = np.argsort(site, kind="stable")
    return np.split(order, np.searchsorted(site[order], np.arange(n_sites + 1)))[1:-1]


def _free_cells(on: Spots, travel_s: Floats, beside: Spots) -> Ids:
    """Of the cells that roads cross, those that belong to no road beside them, under bridges: the first to be there."""
    key, taken = (packed_cells(spots.column, spots.row) for spots in (on, beside))
    order = np.lexsort((travel_s, key))
    _, first = np.unique(key[order], return_index=True)
    return np.sort(order[first[~np.isin(key[order[first]], taken)]])


def _level(
    network: RoadNetwork, timed: tuple[Spots, Floats], limit_s: float, on_foot_kph: float | None, reach_m: float
) -> tuple[Spots, Floats]:
    """Metres from each spot to where its land ends: to the side, and along the road or the way on foot."""
    spots, ms = timed
    if on_foot_kph is None:
        fastest_ms = np.maximum(network.forward_ms[spots.edge], network.backward_ms[spots.edge])  # CLOSED is below 0
        m_per_ms = np.maximum(network.edge_length_m[spots.edge], 1.0) / fastest_ms
    else:
        m_per_ms = np.full(len(ms), on_foot_kph / 3600.0)
        ms = ms + spots.distance_m / m_per_ms
    return spots, np.maximum(spots.distance_m - reach_m, (ms - limit_s * 1000.0) * m_per_ms)


def _polygons(land: BaseGeometry) -> shapely.MultiPolygon:
    return shapely.multipolygons(shapely.get_parts(land))
