"""Reading roads, snapping to them, drawing what is reached, and the first answer of a fresh process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from benchmarks import streaming
from benchmarks.measurement import Measurement, cpu_seconds
from benchmarks.networks import EXTRACTS, anywhere
from siting.inputs.roads.osm import read_osm, read_pbf
from siting.network import CLOSED, RoadNetwork, build_network, position_xy, snap
from siting.speeds import load_profile
from siting.travel_time import isochrones, reach, road_reach


def measure(network: RoadNetwork, *, quick: bool) -> Iterator[Measurement]:
    path, crs = EXTRACTS["porto_metro"]
    if path.exists() and not quick:
        yield from _reading(path, crs)
        yield _first_answer(path)
    yield from _snapping(network, 2_000 if quick else 1_000_000)
    yield from _isochrones(network, 4 if quick else 1000)
    yield _isochrones_in_blocks("porto_metro" if path.exists() and not quick else "1600", 4 if quick else 1000)


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
            lambda: build_network(read_pbf(path), profile, pyproj.CRS(crs)),
            lambda: read_pbf(path),
            rounds=1,
        )
    per_million_s = read_s / len(read_pbf(path).way_id) * 1e6
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


def _snapping(network: RoadNetwork, n: int) -> Iterator[Measurement]:
    """Points around roads as houses lie, and anywhere over the extent, the sea too; in no order."""
    rng = np.random.default_rng(3)
    beside = rng.permutation(position_xy(network, anywhere(network, n)) + rng.normal(0.0, 100.0, (n, 2)))
    yield _snapped(network, beside, "beside roads")
    yield _snapped(network, rng.uniform(network.coords.min(axis=0), network.coords.max(axis=0), (n, 2)), "anywhere")


def _snapped(network: RoadNetwork, xy: np.ndarray, where: str) -> Measurement:
    (x, y), n = xy.T, len(xy)
    segment = np.delete(np.arange(len(network.coords) - 1), network.coord_ptr[1:-1] - 1)
    lines = shapely.linestrings(np.stack([network.coords[segment], network.coords[segment + 1]], axis=1))

    def shapelys() -> np.ndarray:
        _, away = shapely.STRtree(lines).query_nearest(shapely.points(x, y), return_distance=True, all_matches=False)
        return away

    np.testing.assert_allclose(snap(network, x, y, 1e6, main_only=False).distance_m, shapelys(), atol=1e-6)
    our_s, their_s = cpu_seconds(lambda: snap(network, x, y, 1e6, main_only=False), shapelys, rounds=1)
    work = f"{n:,} points {where} to {len(segment):,} segments: {our_s / n * 1e6:.2f} us each"
    return Measurement(work, "STRtree.query_nearest", 15.0, their_s / our_s)


def _isochrones(network: RoadNetwork, n: int) -> list[Measurement]:
    """Polygons at 240 s, and how much demand that is reached lies outside them."""
    sites, site_ids = anywhere(network, n), pd.RangeIndex(n)
    few = np.arange(0, n, max(1, n // 50))
    land = isochrones(network, sites, [240.0], site_ids).geometry

    def buffered() -> None:
        roads = road_reach(network, sites.take(few), [240.0], site_ids[few])
        for _, lines in roads.groupby("site_id").geometry:
            shapely.union_all(lines.buffer(40.0, quad_segs=8).to_numpy())

    graph = _as_osmnx(network)

    def by_osmnx() -> None:
        for node in network.edge_from[sites.edge[few]].tolist():
            _osmnx_polygon(graph, node, 240.0)

    our_s, buffers_s, osmnx_s = cpu_seconds(
        lambda: isochrones(network, sites, [240.0], site_ids), buffered, by_osmnx, rounds=3
    )
    rng = np.random.default_rng(4)
    xy = position_xy(network, anywhere(network, 100_000)) + rng.uniform(-25.0, 25.0, (100_000, 2))
    demand = snap(network, *xy.T, 40.0)
    found = reach(
        network, sites.take(few), demand, 240.0, site_ids=site_ids[few], demand_ids=pd.RangeIndex(len(demand))
    )  # fmt: skip
    inside = shapely.contains_xy(land.to_numpy()[few[found.site]], *xy[found.demand].T)
    work = f"{n:,} isochrones of 240 s: {our_s / n * 1000:.1f} ms each"
    return [
        Measurement(work, "buffers and union", 15.0, buffers_s / len(few) / (our_s / n)),
        Measurement(work, "the OSMnx way", 100.0, osmnx_s / len(few) / (our_s / n)),
        Measurement("reached demand outside them", "reach", 0.5, 100.0 * (1.0 - inside.mean()), unit="%", at_most=True),
    ]


def _isochrones_in_blocks(network: str, n: int) -> Measurement:
    """A process of its own that takes every block of `isochrone_blocks`; no more memory than the times are allowed."""
    seconds, megabytes, n_found = streaming.in_own_process("isochrones", network, n)
    work = f"{n:,} sites x 3 limits, {n_found:,} polygons of 180, 240, 300 s in blocks: {seconds:.1f} CPU s"
    return Measurement(work, "peak memory of the process", 1000.0, megabytes, unit="MB", at_most=True)


def _as_osmnx(network: RoadNetwork) -> nx.MultiDiGraph:
    """Nodes with x and y, edges with seconds and their line, as OSMnx gives them."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((k, {"x": x, "y": y}) for k, (x, y) in enumerate(zip(network.x, network.y, strict=True)))
    of_edge = np.repeat(np.arange(network.n_edges), np.diff(network.coord_ptr))
    lines = shapely.linestrings(network.coords, indices=of_edge)
    for tail, head, ms in (
        (network.edge_from, network.edge_to, network.forward_ms),
        (network.edge_to, network.edge_from, network.backward_ms),
    ):
        graph.add_edges_from(
            (int(tail[e]), int(head[e]), {"time": ms[e] / 1000.0, "geometry": lines[e]})
            for e in np.flatnonzero(ms != CLOSED)
        )
    return graph


def _osmnx_polygon(graph: nx.MultiDiGraph, center: int, limit_s: float) -> BaseGeometry:
    """As OSMnx's example notebook on isochrones does it: nodes and edges of an ego graph, buffered and put together."""
    subgraph = nx.ego_graph(graph, center, radius=limit_s, distance="time")
    points = [shapely.Point(data["x"], data["y"]) for _, data in subgraph.nodes(data=True)]
    nodes = gpd.GeoDataFrame({"id": list(subgraph.nodes)}, geometry=points).set_index("id")
    lines = []
    for tail, head in subgraph.edges():
        ends = nodes.loc[tail].geometry, nodes.loc[head].geometry
        lines.append(graph.get_edge_data(tail, head)[0].get("geometry", shapely.LineString(ends)))
    buffered = [*nodes.buffer(50.0).geometry, *gpd.GeoSeries(lines).buffer(25.0).geometry]
    return gpd.GeoSeries(buffered).union_all()
