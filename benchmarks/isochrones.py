"""
How often a point is on the wrong side of an isochrone, for every form and width of cell, against brute force.

Brute force is code of its own: a grid of points 7 m apart, each set on its nearest road through shapely's tree, and
timed with scipy's Dijkstra from the ends of its edge. Wrong: points on the wrong side, as a share of those inside or
reached. No target was set beforehand, so none is judged here; `benchmarks.roads` judges what polygons of 240 s leave
out.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyproj
import shapely
from scipy.sparse.csgraph import dijkstra

from benchmarks.measurement import Measurement
from benchmarks.networks import REAL, SEED, as_matrix
from siting.inputs.roads import read_ways
from siting.network import CLOSED, EdgePositions, RoadNetwork, build_network, position_xy
from siting.speeds import load_profile
from siting.synthetic import demo_folder
from siting.travel_time import Drawing, isochrones

GRID_M = 7.0
REACH_M = 40.0
CELLS_M = (5.0, 8.0, 10.0, 15.0, 20.0)
DEFAULT_CELL_M = 10.0
OUTLINE_M = 5.0
"""As maps and GeoPackages of a proposal thin the outlines."""
PLACES: dict[str, tuple[Path, str, tuple[float, float]]] = {
    "porto_metro": (REAL / "porto_metro" / "porto_portugal.osm.pbf", "EPSG:32629", (120.0, 240.0)),
    "helsinki_center": (REAL / "helsinki_center" / "Helsinki.osm.pbf", "EPSG:32635", (30.0, 60.0)),
    "demo": (demo_folder() / "roads.osm.pbf", "EPSG:4549", (120.0, 240.0)),
}
"""File, CRS, and two limits such that the longer does not reach the whole file."""


class Truth(NamedTuple):
    """Points, and seconds from each site to each: shapes (2, P) and (J, P); inf where no road is near."""

    xy: np.ndarray
    seconds: np.ndarray


def measure(*, quick: bool) -> list[Measurement]:
    print(f"{'place':16}{'form':12}{'cell':>5}{'wrong':>9}{'left out':>10}")
    found = []
    for name in ["demo"] if quick else PLACES:
        path, crs, limits_s = PLACES[name]
        if not path.exists():
            continue
        network = build_network(read_ways(path), load_profile("fire-engine"), pyproj.CRS(crs))
        found += _place(name, network, limits_s, (DEFAULT_CELL_M,) if quick else CELLS_M)
    return found


def _place(
    name: str, network: RoadNetwork, limits_s: tuple[float, float], cells_m: tuple[float, ...]
) -> list[Measurement]:
    sites = _neighbours(network, 3)
    truth = _brute_force(network, sites, max(limits_s))
    found = []
    for cell_m in cells_m:
        shares = {
            form: _shares(network, sites, limits_s, truth, form, cell_m)
            for form in (
                "overlap",
                "rings",
                "dissolved",
                "nearest",
                *(["5 m outline"] if cell_m == DEFAULT_CELL_M else []),
            )
        }
        for form, (wrong, left_out) in shares.items():
            print(f"{name:16}{form:12}{cell_m:>5g}{wrong:>8.2f}%{left_out:>9.2f}%", flush=True)
            if cell_m == DEFAULT_CELL_M and form != "5 m outline":
                for what, share in (("wrong", wrong), ("left out", left_out)):
                    found.append(Measurement(f"{name}, {form}: {what}", "brute force", math.nan, share, unit="%"))
    return found


def _neighbours(network: RoadNetwork, n: int) -> EdgePositions:
    """Places within 1 km of a road in the middle of the file."""
    rng = np.random.default_rng(SEED)
    middle = position_xy(
        network, EdgePositions(np.arange(network.n_edges), np.full(network.n_edges, 0.5), np.zeros(network.n_edges))
    )
    away_m = np.hypot(*(middle - np.median(middle, axis=0)).T)
    near = np.flatnonzero((away_m < 1000.0) & network.is_main & network.edges["has_frontage"].to_numpy())
    return EdgePositions(np.sort(rng.choice(near, n, replace=False)), rng.random(n), np.zeros(n))


def _shares(
    network: RoadNetwork, sites: EdgePositions, limits_s: tuple[float, float], truth: Truth, form: str, cell_m: float
) -> tuple[float, float]:
    """Percent wrong, and percent of what is reached that is left out, over all polygons of the form."""
    known = {"rings": "overlap", "5 m outline": "overlap"}
    drawing = Drawing(known.get(form, form), rings=form == "rings", reach_m=REACH_M, cell_m=cell_m)
    land = isochrones(network, sites, limits_s, pd.RangeIndex(len(sites)), drawing)
    if form == "5 m outline":
        land.geometry = land.simplify(OUTLINE_M)
    wrong = inside_or_reached = left_out = reached = 0
    for k, row in enumerate(land.itertuples()):
        is_reached = _is_reached(truth, form, k // len(limits_s), limits_s, k % len(limits_s))
        is_inside = shapely.contains_xy(row.geometry, *truth.xy)
        wrong += (is_inside != is_reached).sum()
        inside_or_reached += (is_inside | is_reached).sum()
        left_out += (is_reached & ~is_inside).sum()
        reached += is_reached.sum()
    return 100.0 * wrong / inside_or_reached, 100.0 * left_out / reached


def _is_reached(truth: Truth, form: str, site: int, limits_s: tuple[float, float], k: int) -> np.ndarray:
    first_s = truth.seconds.min(axis=0)
    if form == "dissolved":
        return first_s <= limits_s[k]
    of_site_s = truth.seconds[site]
    is_reached = of_site_s <= limits_s[k]
    if form == "nearest":
        return is_reached & (truth.seconds.argmin(axis=0) == site)
    return is_reached & (of_site_s > limits_s[k - 1]) if form == "rings" and k > 0 else is_reached


def _brute_force(network: RoadNetwork, sites: EdgePositions, limit_s: float) -> Truth:
    at_nodes_s = _at_nodes(network, sites)
    is_near = (at_nodes_s <= limit_s).any(axis=0)
    x, y = network.x[is_near], network.y[is_near]
    xy = np.stack(np.meshgrid(
        np.arange(x.min() - 500.0, x.max() + 500.0, GRID_M), np.arange(y.min() - 500.0, y.max() + 500.0, GRID_M)
    )).reshape(2, -1)  # fmt: skip
    of_edge = np.repeat(np.arange(network.n_edges), np.diff(network.coord_ptr))
    lines = shapely.linestrings(network.coords, indices=of_edge)
    edges = np.flatnonzero(network.is_main & network.edges["has_frontage"].to_numpy())
    points = shapely.points(*xy)
    at, road = shapely.STRtree(lines[edges]).query_nearest(points, max_distance=REACH_M, all_matches=False)
    edge = edges[road]
    share = shapely.line_locate_point(lines[edge], points[at], normalized=True)
    forward, backward = (
        np.where(ms == CLOSED, np.inf, ms / 1000.0) for ms in (network.forward_ms, network.backward_ms)
    )
    seconds = np.full((len(sites), xy.shape[1]), np.inf)
    for j in range(len(sites)):
        with np.errstate(invalid="ignore"):  # 0 of a closed edge
            found = np.fmin(
                at_nodes_s[j, network.edge_from[edge]] + share * forward[edge],
                at_nodes_s[j, network.edge_to[edge]] + (1.0 - share) * backward[edge],
            )
        own = edge == sites.edge[j]
        ahead = share[own] - sites.fraction[j]
        direct = np.abs(ahead) * np.where(ahead > 0, forward[sites.edge[j]], backward[sites.edge[j]])
        found[own] = np.fmin(found[own], direct)
        seconds[j, at] = np.where(np.isnan(found), np.inf, found)
    return Truth(xy, seconds)


def _at_nodes(network: RoadNetwork, sites: EdgePositions) -> np.ndarray:
    """Seconds from each site to every node, shape (J, N)."""
    forward, backward = (
        np.where(ms == CLOSED, np.inf, ms / 1000.0) for ms in (network.forward_ms, network.backward_ms)
    )
    ends = np.stack([network.edge_to[sites.edge], network.edge_from[sites.edge]])
    start_s = np.stack([(1.0 - sites.fraction) * forward[sites.edge], sites.fraction * backward[sites.edge]])
    from_ends = dijkstra(as_matrix(network), indices=ends.ravel()).reshape(2, len(sites), -1) / 1000.0
    return (from_ends + start_s[:, :, None]).min(axis=0)
