"""Isochrones as polygons: the land whose nearest road is reached in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats, Ids, Mask
from siting.cells import polygons_of
from siting.network import EdgePositions, RoadNetwork
from siting.tables import Faults, unknown
from siting.travel_time.access import departures
from siting.travel_time.arcs import Arcs, entered
from siting.travel_time.land import Spots, Times, fastest_m_per_ms, land_beside, land_on, levels
from siting.travel_time.nearest import Nearest, distances_from, nearest
from siting.travel_time.outlines import NOTHING, Outline, collected, multipolygons, outline
from siting.travel_time.road_reach import check_limits
from siting.travel_time.trips import cruise_limit_ms, cruising

FORMS = ("overlap", "dissolved", "nearest")
_ROAD_CELLS = 0.25
"""A road that is reached lies at least this far, in cells, within the outline."""
_AT_ONCE = 256
"""Sites in a block of `isochrone_blocks`: some 20 MB of polygons of 240 s in a town."""


@dataclass(frozen=True)
class Drawing:
    """
    How the land that is reached is drawn.

    Attributes
    ----------
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

    Raises
    ------
    InputError
        If `reach_m`, `cell_m` or `on_foot_kph` is not positive, a cell is wider than `reach_m`, or the form is not
        known.
    """

    form: str = "overlap"
    rings: bool = False
    on_foot_kph: float | None = None
    within: BaseGeometry | None = None
    reach_m: float = 40.0
    cell_m: float = 10.0

    def __post_init__(self) -> None:
        faults = Faults("isochrones")
        if self.form not in FORMS:
            faults.add(f"form: {unknown(self.form, FORMS)}")
        if not 0 < self.cell_m <= self.reach_m < np.inf:
            faults.add(
                f"cell_m is {self.cell_m}, reach_m is {self.reach_m}. Expected metres above 0, the cell no wider than "
                "the reach."
            )
        if self.on_foot_kph is not None and not 0 < self.on_foot_kph < np.inf:
            faults.add(f"on_foot_kph is {self.on_foot_kph}. Expected a walking speed, for example 5.")
        faults.stop()


PLAIN = Drawing()


_Land = tuple[Spots, Arcs | Times]


class _Reached(NamedTuple):
    """Land of one row: spots beside roads; on roads, which keep it together; of these, if not all, its own."""

    row: int
    beside: _Land
    on: _Land
    drawn: _Land | None = None


def isochrones(
    network: RoadNetwork,
    sites: EdgePositions,
    limits_s: Sequence[float],
    site_ids: pd.Index,
    drawing: Drawing = PLAIN,
) -> gpd.GeoDataFrame:
    """
    The land that each site reaches within each limit: land within 40 m of a road belongs to its nearest road.

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

    Returns
    -------
    One row for each site and limit in the order given (one for each limit when dissolved): site_id (empty when
    dissolved), limit_s, area_km2, geometry (polygons in the network's CRS).

    Raises
    ------
    InputError
        If a limit is not positive, or the labels do not fit the places.

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
    return pd.concat(isochrone_blocks(network, sites, limits_s, site_ids, drawing), ignore_index=True)


def isochrone_blocks(
    network: RoadNetwork,
    sites: EdgePositions,
    limits_s: Sequence[float],
    site_ids: pd.Index,
    drawing: Drawing = PLAIN,
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
    labels = pd.Index([None]) if drawing.form == "dissolved" else site_ids
    cruise_s = [cruise_limit_ms(network, limit_s) / 1000.0 for limit_s in limits_s]
    outlines = _outlines(cruising(network), sites, cruise_s, len(labels), drawing)
    return (
        _table(network, labels[first : first + _AT_ONCE], limits_s, list(islice(outlines, _AT_ONCE)), drawing)
        for first in range(0, max(len(labels), 1), _AT_ONCE)
    )


def _table(
    network: RoadNetwork, labels: pd.Index, limits_s: Sequence[float], outlines: list[list[Outline]], drawing: Drawing
) -> gpd.GeoDataFrame:
    geometry = gpd.GeoSeries(_lands(outlines, limits_s, rings=drawing.rings).ravel(), crs=network.crs)
    if drawing.within is not None:
        clipped = polygons_of(geometry.intersection(drawing.within).to_numpy())
        geometry = gpd.GeoSeries(clipped, crs=network.crs)
    return gpd.GeoDataFrame(
        {
            "site_id": np.repeat(np.asarray(labels, dtype=object), len(limits_s)),
            "limit_s": np.tile(np.asarray(limits_s, dtype=np.float64), len(labels)),
            "area_km2": geometry.area / 1e6,
        },
        geometry=geometry,
    )


def _lands(outlines: list[list[Outline]], limits_s: Sequence[float], *, rings: bool) -> NDArray[np.object_]:
    """Polygons by row and limit, each with all of the shorter ones or, as rings, without them."""
    lands = np.empty((len(outlines), len(limits_s)), dtype=object)
    shorter = None
    for k in np.argsort(limits_s):
        lands[:, k] = land = multipolygons([of_row[k] for of_row in outlines])
        if shorter is not None:
            land = shapely.union(land, shorter)  # fewer vertices may have cut a corner of it off
            parts, row = shapely.get_parts(shapely.difference(land, shorter) if rings else land, return_index=True)
            lands[:, k] = collected(parts, row, len(outlines))
        shorter = land
    return lands


def _outlines(
    network: RoadNetwork, sites: EdgePositions, limits_s: Sequence[float], n_rows: int, drawing: Drawing
) -> Iterator[list[Outline]]:
    """Each row's by limit, in the order given; nothing where no site is on the road."""
    m_per_ms, n_done = fastest_m_per_ms(network), 0
    for reached in _reached(network, sites, max(limits_s), drawing):
        yield from ([NOTHING] * len(limits_s) for _ in range(n_done, reached.row))
        yield [_outline(network, reached, limit_s, m_per_ms, drawing) for limit_s in limits_s]
        n_done = reached.row + 1
    yield from ([NOTHING] * len(limits_s) for _ in range(n_done, n_rows))


def _outline(network: RoadNetwork, reached: _Reached, limit_s: float, m_per_ms: Floats, drawing: Drawing) -> Outline:
    walked_m_per_ms, cell_m = (drawing.on_foot_kph or 0.0) / 3600.0, drawing.cell_m
    lands, road_m = [(reached.beside, drawing.reach_m)], _ROAD_CELLS * cell_m
    lands += [(land, road_m) for land in ((reached.on,) if reached.drawn is None else (reached.on, reached.drawn))]
    beside, on, *drawn = (
        levels(network, *land, limit_s, m_per_ms, walked_m_per_ms, wide_m, cell_m) for land, wide_m in lands
    )
    return outline([beside, *(drawn or [on])], on, cell_m)


def _reached(network: RoadNetwork, sites: EdgePositions, limit_s: float, drawing: Drawing) -> Iterator[_Reached]:
    is_driven = _is_driven(network, sites, limit_s)
    if not is_driven.any():
        return
    beside = land_beside(network, is_driven, drawing.cell_m, drawing.reach_m)
    on = land_on(network, is_driven, sites, drawing.cell_m)
    if drawing.form == "overlap":
        for row, arcs in entered(network, sites, limit_s):
            yield _Reached(row, (beside, arcs), (on, arcs))
        return
    first, first_on = (nearest(network, sites, spots.places()) for spots in (beside, on))
    if drawing.form == "dissolved":
        every, every_on = np.arange(len(beside.edge)), np.arange(len(on.edge))
        yield _Reached(0, (beside, _times(first, every)), (on, _times(first_on, every_on)))
        return
    is_free = _is_free(on, first_on, beside, drawing.reach_m)
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
