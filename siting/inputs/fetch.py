"""A place by its name, live from OpenStreetMap through OSMnx: boundary, roads, fire stations and hydrants."""

from __future__ import annotations

import json
import re
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from math import isfinite
from pathlib import Path

import geopandas as gpd
import networkx as nx
import osmnx as ox
from shapely.geometry.base import BaseGeometry

from siting.errors import FetchError
from siting.files import check_replaceable, digest, whole_folder
from siting.inputs.fetched import RECORD
from siting.inputs.live import Server, ask, osmnx_settings
from siting.inputs.roads.classes import ROAD_CLASSES
from siting.network.ways import NODE_TAGS, WAY_TAGS
from siting.tables import Faults

FACILITIES = {"stations": ("amenity", "fire_station"), "hydrants": ("emergency", "fire_hydrant")}
"""The file for each kind of facility, and the tag that puts an object into it."""
FILES = ("boundary.geojson", "roads.graphml", "stations.geojson", "hydrants.geojson", RECORD)
LICENCE = "© OpenStreetMap contributors, ODbL 1.0"


def fetch_place(
    place: str,
    folder: str | Path,
    *,
    overpass_url: str | None = None,
    nominatim_url: str | None = None,
    buffer_m: float = 3000.0,
    timeout_s: float = 180.0,
    attempts: int = 4,
    pause_s: float = 10.0,
) -> Path:
    """
    Fetch what a first scenario of a place needs, and write it whole or not at all.

    The folder then holds ``boundary.geojson``, ``roads.graphml``, ``stations.geojson`` and ``hydrants.geojson``
    (points, WGS 84; only if there are any) and ``fetched.json`` (what, when, from where, digests). Roads are of the
    classes in `ROAD_CLASSES`; they and the facilities reach `buffer_m` beyond the boundary, because help comes from
    there too.

    Parameters
    ----------
    place
        As one would search for it on openstreetmap.org, "贵溪市, 江西省", or an OSM id with N, W or R before it.
    folder
        Made, or replaced if an earlier fetch wrote it. Any other folder with something in it is left alone.
    overpass_url, nominatim_url
        Other servers than those OSMnx knows, without ``/interpreter`` or ``/search``.
    buffer_m
        Metres around the boundary.
    timeout_s, attempts, pause_s
        Longest silence of a server, how often one question is asked at most, and the wait before the second attempt
        (`siting.inputs.live.Server`).

    Raises
    ------
    FetchError
        If a server gave no usable answer, or knows no such place, or the place has no boundary or no roads.
    InputError
        If the arguments make no sense.
    OutputError
        If the folder cannot be written, or holds something else.

    References
    ----------
    Boeing (2025), Modeling and Analyzing Urban Networks and Amenities with OSMnx. Geographical Analysis 57.
    """
    folder = Path(folder)
    nominatim = Server("Nominatim", nominatim_url or ox.settings.nominatim_url, timeout_s, attempts, pause_s)
    overpass = Server("Overpass", overpass_url or ox.settings.overpass_url, timeout_s, attempts, pause_s)
    _check_arguments(place, (nominatim, overpass), buffer_m)
    check_replaceable(folder, FILES)
    with whole_folder(folder, holding=FILES) as partial, tempfile.TemporaryDirectory() as cache:
        boundary = _boundary(nominatim, place, cache)
        reach = _buffered(boundary, buffer_m)
        roads = _roads(overpass, place, reach, cache)
        facilities = _facilities(overpass, reach, cache)
        boundary.to_file(partial / "boundary.geojson", driver="GeoJSON")
        ox.save_graphml(roads, partial / "roads.graphml")
        for name, table in facilities.items():
            if len(table):
                table.to_file(partial / f"{name}.geojson", driver="GeoJSON")
        record = {
            "place": place,
            "found": str(boundary["display_name"].iloc[0]),
            "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "servers": [nominatim.url, overpass.url],
            "osmnx": version("osmnx"),
            "licence": LICENCE,
            "buffer_m": buffer_m,
            "counts": {
                "junctions": len(roads),
                "road_edges": roads.number_of_edges(),
                **{name: len(table) for name, table in facilities.items()},
            },
            "digests": {file.name: digest(file) for file in sorted(partial.iterdir())},
        }
        (partial / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return folder


def _check_arguments(place: str, servers: tuple[Server, ...], buffer_m: float) -> None:
    faults = Faults("fetch")
    if not place.strip():
        faults.add("The place has no name. Expected for example '贵溪市, 江西省'.")
    for server in servers:
        if not re.match(r"https?://.", server.url):
            faults.add(f"{server.name}'s address {server.url!r} is not one. Expected http:// or https://.")
    timeout_s, attempts, pause_s = servers[0].timeout_s, servers[0].attempts, servers[0].pause_s
    for name, value, least in (("buffer_m", buffer_m, 0), ("timeout_s", timeout_s, 0.001), ("pause_s", pause_s, 0)):
        if not isfinite(value) or value < least:
            faults.add(f"{name} is {value}. Expected a number from {least} up.")
    if attempts < 1:
        faults.add(f"attempts is {attempts}. Expected 1 or more.")
    faults.stop()


def _boundary(nominatim: Server, place: str, cache: str) -> gpd.GeoDataFrame:
    by_id = re.fullmatch(r"[NWR]\d+", place) is not None
    with osmnx_settings(nominatim, list, nominatim_url=nominatim.url, use_cache=True, cache_folder=cache):
        try:
            found = ask(nominatim, lambda: ox.geocode_to_gdf(place, by_osmid=by_id))
        except (ValueError, TypeError) as fault:  # OSMnx: no result; a result, but a point
            raise FetchError(_no_boundary(nominatim, place)) from fault
    if not found.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        raise FetchError(_no_boundary(nominatim, place))
    return found


def _no_boundary(nominatim: Server, place: str) -> str:
    return (
        f"{nominatim.name} ({nominatim.url}) knows no place {place!r} with a boundary. Spell it as openstreetmap.org "
        "does, with province and country; name its relation (R and the number); or use a boundary file of your own."
    )


def _buffered(boundary: gpd.GeoDataFrame, buffer_m: float) -> BaseGeometry:
    """With corners up to a fiftieth of the buffer off: Overpass's time grows with every corner of the question."""
    metric = boundary.geometry.to_crs(boundary.estimate_utm_crs())
    return metric.buffer(buffer_m).simplify(buffer_m / 50).to_crs(boundary.crs).union_all()


def _roads(overpass: Server, place: str, reach: BaseGeometry, cache: str) -> nx.MultiDiGraph:
    """Simplified within each OSM way only, and never across a node with a tag: no edge has two classes or speeds."""
    classes = f'["highway"~"^({"|".join(ROAD_CLASSES)})$"]["area"!~"yes"]'
    with osmnx_settings(
        overpass,
        dict,
        overpass_url=overpass.url,
        use_cache=True,
        cache_folder=cache,
        useful_tags_way=list(WAY_TAGS),
        useful_tags_node=list(NODE_TAGS),
    ):
        try:
            graph = ask(
                overpass,
                lambda: ox.graph_from_polygon(
                    reach, simplify=False, retain_all=True, truncate_by_edge=True, custom_filter=classes
                ),
            )
        except ValueError as fault:  # OSMnx: no element, or no node inside
            raise FetchError(
                f"{overpass.name} ({overpass.url}) has no road within {place!r}. Check on openstreetmap.org that this "
                "is the place you mean."
            ) from fault
    return ox.simplify_graph(graph, node_attrs_include=NODE_TAGS, edge_attrs_differ=["osmid"], remove_rings=False)


def _facilities(overpass: Server, reach: BaseGeometry, cache: str) -> dict[str, gpd.GeoDataFrame]:
    """Points with ``osm_id`` ("way/123") and the OSM tags, for each kind in `FACILITIES`; possibly without a row."""
    tags: dict[str, bool | str | list[str]] = dict(FACILITIES.values())
    with osmnx_settings(overpass, dict, overpass_url=overpass.url, use_cache=True, cache_folder=cache):
        try:
            found = ask(overpass, lambda: ox.features_from_polygon(reach, tags))
        except ValueError:  # OSMnx: nothing has one of the tags
            found = gpd.GeoDataFrame({key: [] for key in tags}, geometry=[], crs="EPSG:4326")
    found = found.set_geometry(found.representative_point())
    found.insert(0, "osm_id", [f"{kind}/{number}" for kind, number in found.index])
    found = found.reset_index(drop=True)
    tables = {name: found[found[key] == value] for name, (key, value) in FACILITIES.items() if key in found}
    return {name: table.dropna(axis="columns", how="all") for name, table in tables.items()}
