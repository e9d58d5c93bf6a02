"""Isochrones as polygons: the land beside the roads that are reached in time. For drawing only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import contourpy
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.ndimage import distance_transform_edt
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.network import CLOSED, EdgePositions, RoadNetwork, position_xy
from siting.travel_time.access import departures, ranges
from siting.travel_time.nearest import distances_from
from siting.travel_time.road_reach import check_limits, node_arrivals
from siting.units import km2

FORMS = ("overlap", "dissolved")

_CELLS_TO_REACH = 2.2
"""Its square is not a whole number, so no cell lies exactly at `reach_m` and no outline touches itself there."""


class Samples(NamedTuple):
    """Points along the edges that are needed, both ends included; edge e has ``ptr[e]:ptr[e + 1]``."""

    ptr: Ids
    edge: Ids
    fraction: Floats
    xy: Floats


def isochrones(
    network: RoadNetwork,
    sites: EdgePositions,
    limits_s: Sequence[float],
    site_ids: pd.Index,
    *,
    overlap: str = "overlap",
    within: BaseGeometry | None = None,
    reach_m: float = 40.0,
) -> gpd.GeoDataFrame:
    """
    The land within `reach_m` of the roads that each site reaches within each limit.

    **For drawing only**: land beside a reached road counts although its own road may not be reached. Measured on
    metropolitan Porto, 13 % of the places on roads inside such a polygon at 240 s could not be reached in time (4 % at
    900 s), while none that could be reached was left out; other ways of drawing miss up to 36 % (docs/travel_time.md).
    Coverage is always computed from `reach`, never from these polygons.

    Roads are sampled on square cells a little less than half as wide as `reach_m`, the distance to the nearest reached
    cell is computed for all cells, and the outline is drawn where it equals `reach_m` (marching squares). Holes are
    kept. A longer limit contains a shorter one, and a site on the road lies inside its own polygons.

    Parameters
    ----------
    limits_s
        Seconds of driving, fractions allowed.
    site_ids
        One label for each site. A site off the road has empty polygons.
    overlap
        "overlap": one polygon for each site, however they lie over each other; "dissolved": one for all sites together.
    within
        Clip to this polygon, in the network's CRS.
    reach_m
        Metres from the road.

    Returns
    -------
    One row for each site and limit in the order given (one for each limit when dissolved): site_id (empty when
    dissolved), limit_s, area_km2, geometry (polygons in the network's CRS).

    Raises
    ------
    InputError
        If a limit or `reach_m` is not positive, the labels do not fit the places, or the form is not known.

    Examples
    --------
    >>> from siting import toy
    >>> land = isochrones(toy.network(), toy.sites(), [60, 120], pd.Index(["S", "N", "E"]))
    >>> land[["site_id", "limit_s"]].head(3).to_numpy().tolist()
    [['S', 60.0], ['S', 120.0], ['N', 60.0]]
    """
    check_limits(limits_s, len(sites), site_ids)
    if overlap not in FORMS or not reach_m > 0:
        raise InputError(
            "isochrones",
            [f"overlap is {overlap!r}, reach_m is {reach_m}. Expected one of {FORMS} and a positive number of metres."],
        )
    cell_m = reach_m / _CELLS_TO_REACH
    first_ms = _first_arrival(network, sites, max(limits_s))
    samples = _samples(network, _touched(network, first_ms, sites), cell_m / 2.0)
    labels = site_ids if overlap == "overlap" else [None]
    shapes = np.full((len(labels), len(limits_s)), shapely.MultiPolygon(), dtype=object)  # for sites off the road
    site_xy = position_xy(network, sites)
    searches = node_arrivals(network, sites, max(limits_s)) if overlap == "overlap" else [(0, first_ms)]
    for row, arrival_ms in searches:
        starts = np.array([row]) if overlap == "overlap" else np.flatnonzero(sites.on_road)
        xy, ms = _sample_times(network, samples, sites.take(starts), arrival_ms, max(limits_s) * 1000.0)
        xy, ms = np.concatenate([xy, site_xy[starts]]), np.concatenate([ms, np.zeros(len(starts))])
        for k, limit_s in enumerate(limits_s):
            shapes[row, k] = _outline(xy[ms <= limit_s * 1000.0], cell_m, reach_m)
    geometry = gpd.GeoSeries(shapes.ravel(), crs=network.crs)
    if within is not None:
        geometry = geometry.intersection(within)
    return gpd.GeoDataFrame(
        {
            "site_id": np.repeat(np.asarray(labels, dtype=object), len(limits_s)),
            "limit_s": np.tile(np.asarray(limits_s, dtype=np.float64), len(labels)),
            "area_km2": km2(geometry.area),
        },
        geometry=geometry,
    )


def _first_arrival(network: RoadNetwork, sites: EdgePositions, limit_s: float) -> Floats:
    """Milliseconds from any site to every node, inf beyond the limit."""
    ends = departures(network, sites)
    ms = distances_from(network.outward, ends.node.ravel(), ends.ms.ravel())
    return np.where(ms > limit_s * 1000.0, np.inf, ms)


def _touched(network: RoadNetwork, arrival_ms: Floats, starts: EdgePositions) -> Ids:
    """The edges that may be driven: one end is reached, or somebody starts there."""
    reached = np.isfinite(arrival_ms)
    edges = np.flatnonzero(reached[network.edge_from] | reached[network.edge_to])
    return np.union1d(edges, starts.edge[starts.on_road])


def _samples(network: RoadNetwork, edges: Ids, spacing_m: float) -> Samples:
    count = np.zeros(network.n_edges, dtype=np.int64)
    count[edges] = np.maximum(1, np.ceil(network.edge_length_m[edges] / spacing_m)) + 1
    ptr = np.concatenate([[0], np.cumsum(count)])
    edge = np.repeat(np.arange(network.n_edges), count)
    fraction = (np.arange(ptr[-1]) - ptr[edge]) / (count[edge] - 1)
    xy = position_xy(network, EdgePositions(edge, fraction, np.zeros(len(edge))))
    return Samples(ptr, edge, fraction, xy)


def _sample_times(
    network: RoadNetwork, samples: Samples, starts: EdgePositions, arrival_ms: Floats, limit_ms: float
) -> tuple[Floats, Floats]:
    """The samples that may be reached, with their times: from either end of their edge, or from a start on it."""
    edges = _touched(network, arrival_ms, starts)
    taken = ranges(samples.ptr[edges], np.diff(samples.ptr)[edges])
    edge, fraction = samples.edge[taken], samples.fraction[taken]
    forward_ms = np.where(network.forward_ms[edge] == CLOSED, np.inf, network.forward_ms[edge])
    backward_ms = np.where(network.backward_ms[edge] == CLOSED, np.inf, network.backward_ms[edge])
    with np.errstate(invalid="ignore"):  # 0 of a closed edge: the end itself, reached by its other edges
        ms = np.fmin(
            arrival_ms[network.edge_from[edge]] + fraction * forward_ms,
            arrival_ms[network.edge_to[edge]] + (1.0 - fraction) * backward_ms,
        )
    xy, times = [samples.xy[taken]], [np.where(np.isnan(ms), np.inf, ms)]
    for e, at in zip(starts.edge, starts.fraction, strict=True):
        own = slice(samples.ptr[e], samples.ptr[e + 1])
        ahead = samples.fraction[own] - at
        whole = np.where(ahead > 0, network.forward_ms[e], network.backward_ms[e])
        xy.append(samples.xy[own])
        times.append(np.where(whole == CLOSED, np.inf, np.abs(ahead) * whole))
    every_xy, every_ms = np.concatenate(xy), np.concatenate(times)
    soon = every_ms <= limit_ms
    return every_xy[soon], every_ms[soon]


def _outline(xy: Floats, cell_m: float, reach_m: float) -> shapely.MultiPolygon:
    """The land within `reach_m` of the cells that hold a point, on a lattice that is the same for every site."""
    if not len(xy):
        return shapely.MultiPolygon()
    at = np.floor(xy / cell_m).astype(np.int64)
    margin = int(np.ceil(reach_m / cell_m)) + 1
    low = at.min(axis=0) - margin
    width, height = at.max(axis=0) + margin + 1 - low
    is_reached = np.zeros((height, width), dtype=bool)
    is_reached[at[:, 1] - low[1], at[:, 0] - low[0]] = True
    distance_m = distance_transform_edt(~is_reached) * cell_m
    x, y = ((low[axis] + np.arange(size) + 0.5) * cell_m for axis, size in ((0, width), (1, height)))
    lines = contourpy.contour_generator(x, y, distance_m, fill_type=contourpy.FillType.OuterOffset)
    polygons = [
        shapely.Polygon(points[rings[0] : rings[1]], [points[a:b] for a, b in pairwise(rings[1:])])
        for points, rings in zip(*lines.filled(-1.0, reach_m), strict=True)
    ]
    return shapely.MultiPolygon(polygons)
