"""Reading roads, snapping to them, drawing what is reached, and the first answer of a fresh process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pyproj
import shapely

from benchmarks.measurement import Measurement, cpu_seconds
from benchmarks.networks import EXTRACTS, anywhere
from siting.inputs.roads.large import read_large_pbf
from siting.inputs.roads.osm import read_osm
from siting.network import RoadNetwork, build_network, position_xy, snap
from siting.speeds import load_profile
from siting.travel_time import isochrones, reach, road_reach


def measure(network: RoadNetwork, *, quick: bool) -> list[Measurement]:
    path, crs = EXTRACTS["porto_metro"]
    files = [*_reading(path, crs), _first_answer(path)] if path.exists() and not quick else []
    return [*files, _snapping(network, 2_000 if quick else 1_000_000), *_isochrones(network, 4 if quick else 1000)]


def _reading(path: Path, crs: str) -> list[Measurement]:
    """From the file to a network that can be driven on; OSMnx from XML made before."""
    import osmnx as ox

    profile = load_profile("fire-engine")
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "roads.osm"
        with osmium.SimpleWriter(str(xml)) as writer:
            for thing in osmium.FileProcessor(path):
                writer.add(thing)
        osmnx_s, pyosmium_s, own_s, read_s = cpu_seconds(
            lambda: ox.graph_from_xml(xml),
            lambda: build_network(read_osm(path), profile, pyproj.CRS(crs)),
            lambda: build_network(read_large_pbf(path), profile, pyproj.CRS(crs)),
            lambda: read_large_pbf(path),
            rounds=1,
        )
    per_million_s = read_s / len(read_osm(path).way_id) * 1e6
    return [
        Measurement(
            f"{path.name} to a network, through pyosmium: {pyosmium_s:.2f} s", "OSMnx", 40.0, osmnx_s / pyosmium_s
        ),
        Measurement(f"{path.name} to a network, own decoder: {own_s:.2f} s", "OSMnx", 150.0, osmnx_s / own_s),
        Measurement("a million road ways, own decoder", "CPU time", 6.0, per_million_s, unit="s", at_most=True),
    ]


def _first_answer(path: Path) -> Measurement:
    """A fresh process with a network in the cache: CPU seconds after numpy is there, to the first site everywhere."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-m", "benchmarks.first_answer", str(path), cache]
        for _ in range(2):  # the second finds the network
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return Measurement("first answer, warm cache", "CPU time", 1.5, float(printed), unit="s", at_most=True)


def _snapping(network: RoadNetwork, n: int) -> Measurement:
    rng = np.random.default_rng(3)
    low, high = network.coords.min(axis=0), network.coords.max(axis=0)
    x, y = rng.uniform(low, high, (n, 2)).T
    segment = np.delete(np.arange(len(network.coords) - 1), network.coord_ptr[1:-1] - 1)
    lines = shapely.linestrings(np.stack([network.coords[segment], network.coords[segment + 1]], axis=1))

    def shapelys() -> np.ndarray:
        _, away = shapely.STRtree(lines).query_nearest(shapely.points(x, y), return_distance=True, all_matches=False)
        return away

    np.testing.assert_allclose(snap(network, x, y, 1e6, main_only=False).distance_m, shapelys(), atol=1e-6)
    our_s, their_s = cpu_seconds(lambda: snap(network, x, y, 1e6, main_only=False), shapelys, rounds=1)
    work = f"{n:,} points to {len(segment):,} segments: {our_s / n * 1e6:.2f} us each"
    return Measurement(work, "STRtree.query_nearest", 15.0, their_s / our_s)


def _isochrones(network: RoadNetwork, n: int) -> list[Measurement]:
    """Polygons at 240 s, and how much demand that is reached lies outside them."""
    sites, site_ids = anywhere(network, n), pd.RangeIndex(n)
    few = np.arange(0, n, max(1, n // 20))
    land = isochrones(network, sites, [240.0], site_ids).geometry

    def buffered() -> None:
        roads = road_reach(network, sites.take(few), [240.0], site_ids[few])
        for _, lines in roads.groupby("site_id").geometry:
            shapely.union_all(lines.buffer(40.0, quad_segs=8).to_numpy())

    our_s, their_s = cpu_seconds(lambda: isochrones(network, sites, [240.0], site_ids), buffered, rounds=1)
    rng = np.random.default_rng(4)
    xy = position_xy(network, anywhere(network, 100_000)) + rng.uniform(-25.0, 25.0, (100_000, 2))
    demand = snap(network, *xy.T, 40.0)
    found = reach(
        network, sites.take(few), demand, 240.0, site_ids=site_ids[few], demand_ids=pd.RangeIndex(len(demand))
    )  # fmt: skip
    inside = shapely.contains_xy(land.to_numpy()[few[found.site]], *xy[found.demand].T)
    return [
        Measurement(f"{n:,} isochrones of 240 s: {our_s / n * 1000:.0f} ms each", "buffers and union", 15.0,
                    their_s / len(few) / (our_s / n)),
        Measurement("reached demand outside them", "reach", 0.5, 100.0 * (1.0 - inside.mean()), unit="%", at_most=True),
    ]  # fmt: skip
