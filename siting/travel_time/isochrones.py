"""Isochrones as polygons: the land whose nearest road is reached in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.arrays import Ids, Mask
from siting.network import EdgePositions, RoadNetwork
from siting.tables import Faults, unknown
from siting.travel_time.access import departures
from siting.travel_time.arcs import entered
from siting.travel_time.land import Levels, Spots, Times, fastest_m_per_ms, land_beside, land_on, levels, times_of
from siting.travel_time.nearest import Nearest, distances_from, nearest
from siting.travel_time.outlines import outline
from siting.travel_time.road_reach import check_limits
from siting.travel_time.trips import cruise_limit_ms, cruising

FORMS = ("overlap", "dissolved", "nearest")
_ROAD_CELLS = 0.25
"""A road that is reached lies at least this far, in cells, within the outline."""
_AT_ONCE = 256
"""Sites in a block of `isochrone_blocks`: some 10 MB of polygons of 240 s in a town."""


class _Reached(NamedTuple):
    """Land of one polygon, by spots: beside roads; on roads, which keep it together; of these, which are land of it."""

    row: int
    beside: tuple[Spots, Times]
    on: tuple[Spots, Times]
    drawn: tuple[Spots, Times]


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
    blocks = isochrone_blocks(
        network, sites, limits_s, site_ids, form=form, rings=rings, on_foot_kph=on_foot_kph, within=within,
        reach_m=reach_m, cell_m=cell_m,
    )  # fmt: skip
    return pd.concat(blocks, ignore_index=True)


def isochrone_blocks(
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
) -> Iterator[gpd.GeoDataFrame]:
    """
    The polygons of `isochrones` in blocks of some hundred sites, for what is too large to be held at once.

    Held are a block, and 20 bytes for each cell of land that any of the sites reaches: 0.3 MB for a km of road.
    "nearest" and "dissolved" hold 30 bytes more for each of these cells, "dissolved" also its whole picture, 9 bytes
    for each cell of the rectangle round it.

    Yields
    ------
    Rows as of `isochrones`, in its order.

    Raises
    ------
    InputError
        As `isochrones`.

    Examples
    --------
    >>> from siting import toy
    >>> for block in isochrone_blocks(toy.network(), toy.sites(), [60], pd.Index(["S", "N", "E"])):
    ...     len(block)
    3
    """
    check_limits(limits_s, len(sites), site_ids)
    _check(form, on_foot_kph, reach_m, cell_m)
    labels = pd.Index([None]) if form == "dissolved" else site_ids
    cruise_s = [cruise_limit_ms(network, limit_s) / 1000.0 for limit_s in limits_s]
    shapes = _shapes(cruising(network), sites, cruise_s, len(labels), form, rings, on_foot_kph, reach_m, cell_m)
    return (
        _table(network, labels[first : first + _AT_ONCE], limits_s, list(islice(shapes, _AT_ONCE)), within)
        for first in range(0, max(len(labels), 1), _AT_ONCE)
    )


def _table(
    network: RoadNetwork,
    labels: pd.Index,
    limits_s: Sequence[float],
    shapes: list[list[shapely.MultiPolygon]],
    within: BaseGeometry | None,
) -> gpd.GeoDataFrame:
    geometry = gpd.GeoSeries(np.array(shapes, dtype=object).ravel(), crs=network.crs)
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


def _shapes(
    network: RoadNetwork,
    sites: EdgePositions,
    limits_s: Sequence[float],
    n_rows: int,
    form: str,
    rings: bool,
    on_foot_kph: float | None,
    reach_m: float,
    cell_m: float,
) -> Iterator[list[shapely.MultiPolygon]]:
    """Each row's land by limit, in the order given; nothing where no site is on the road."""
    m_per_ms, walked_m_per_ms, road_m = fastest_m_per_ms(network), (on_foot_kph or 0.0) / 3600.0, _ROAD_CELLS * cell_m
    n_done = 0
    for reached in _reached(network, sites, max(limits_s), form, reach_m, cell_m):
        yield from ([shapely.MultiPolygon()] * len(limits_s) for _ in range(n_done, reached.row))
        n_done = reached.row + 1
        lands = [shapely.MultiPolygon()] * len(limits_s)
        shorter = shapely.MultiPolygon()
        for k in np.argsort(limits_s):
            beside, on = (
                levels(*spots, limits_s[k], m_per_ms, walked_m_per_ms, wide_m, cell_m)
                for spots, wide_m in ((reached.beside, reach_m), (reached.on, road_m))
            )
            drawn = on
            if reached.drawn is not reached.on:
                drawn = levels(*reached.drawn, limits_s[k], m_per_ms, walked_m_per_ms, road_m, cell_m)
            land = outline(_together(beside, drawn), on, cell_m)
            if not shorter.is_empty:
                land = land.union(shorter)  # fewer vertices may have cut a corner of it off
            lands[k] = _polygons(land.difference(shorter) if rings else land)
            shorter = land
        yield lands
    yield from ([shapely.MultiPolygon()] * len(limits_s) for _ in range(n_done, n_rows))


def _reached(
    network: RoadNetwork, sites: EdgePositions, limit_s: float, form: str, reach_m: float, cell_m: float
) -> Iterator[_Reached]:
    is_driven = _is_driven(network, sites, limit_s)
    if not is_driven.any():
        return
    beside, on = land_beside(network, is_driven, cell_m, reach_m), land_on(network, is_driven, sites, cell_m)
    if form == "overlap":
        for row, arcs in entered(network, sites, limit_s):
            roads = (on, times_of(network, on, arcs))
            yield _Reached(row, (beside, times_of(network, beside, arcs)), roads, roads)
        return
    first, first_on = (nearest(network, sites, spots.places()) for spots in (beside, on))
    if form == "dissolved":
        roads = (on, _times(first_on, np.arange(len(on.edge))))
        yield _Reached(0, (beside, _times(first, np.arange(len(beside.edge)))), roads, roads)
        return
    is_free = _is_free(on, first_on, beside, reach_m)
    own, own_on = _by_site(first, len(sites)), _by_site(first_on, len(sites))
    for row in range(len(sites)):
        drawn = own_on[row][is_free[own_on[row]]]
        yield _Reached(
            row, (beside, _times(first, own[row])), (on, _times(first_on, own_on[row])), (on, _times(first_on, drawn))
        )


def _is_driven(network: RoadNetwork, sites: EdgePositions, limit_s: float) -> Mask:
    """The edges that may be driven: one end is reached, or somebody starts there."""
    ends = departures(network, sites)
    is_reached = distances_from(network.states.arcs, ends.state.ravel(), ends.ms.ravel()) <= limit_s * 1000.0
    is_driven = is_reached[network.states.forward] | is_reached[network.states.backward]
    is_driven[sites.edge[sites.on_road]] = True
    return is_driven


def _times(first: Nearest, spot: Ids) -> Times:
    return Times(spot.astype(np.uint32), (first.travel_s[spot] * 1000.0).astype(np.float32))


def _by_site(first: Nearest, n_sites: int) -> list[Ids]:
    """The spots of each site; those of nobody (-1) are left out."""
    order = np.argsort(first.site, kind="stable")
    return np.split(order, np.searchsorted(first.site[order], np.arange(n_sites + 1)))[1:-1]


def _is_free(on: Spots, first: Nearest, beside: Spots, reach_m: float) -> Mask:
    """Of the cells that roads cross, those that belong to no road beside them, under bridges: the first to be there."""
    taken = beside.cells()[beside.distance_m < reach_m]
    order = np.lexsort((first.travel_s, on.cells()))
    cell = on.cells()[order]
    is_first = np.concatenate([[True], cell[1:] != cell[:-1]])
    is_free = np.zeros(len(cell), dtype=np.bool_)
    is_free[order] = is_first & ~np.isin(cell, taken)
    return is_free


def _together(*parts: Levels) -> Levels:
    return Levels(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _polygons(land: BaseGeometry) -> shapely.MultiPolygon:
    return shapely.multipolygons(shapely.get_parts(land))
