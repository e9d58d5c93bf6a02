"""From a road file to the network of a study area in one call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from siting.inputs.network_cache import cache_folder, cached_network
from siting.inputs.roads import Progress, read_ways, silent
from siting.inputs.roads.classes import ROAD_CLASSES
from siting.network import RoadNetwork, build_network
from siting.speeds import SpeedProfile, load_profile
from siting.study_area import StudyArea


def read_roads(
    path: str | Path,
    area: StudyArea,
    *,
    speeds: str | Path | SpeedProfile = "fire-engine",
    traffic: str | None = None,
    cache: bool | str | Path = False,
    progress: Progress = silent,
) -> RoadNetwork:
    """
    The directed road network of a study area and its buffer, with a fire engine's times.

    Its notes are those of the reader and of the builder.

    Parameters
    ----------
    path
        .osm.pbf, .osm, .osm.gz, .osm.bz2, or GraphML written by OSMnx.
    speeds
        Speed profile, by name, or a TOML file of one's own.
    traffic
        One of the profile's traffic factors instead of its own; not for a profile that was loaded already.
    cache
        The folder to keep the network in, and to take it from when it was built before of the same file, area, profile
        and code; True: the environment's SITING_CACHE, or the user's cache folder. The folder may be deleted at any
        time. By default nothing is kept.
    progress
        Called with a sentence at each step, and every few seconds while a long file is read.

    Raises
    ------
    InputError
        If the file cannot be read, or holds no road within reach of the study area.
    """
    path = Path(path)
    profile = speeds if isinstance(speeds, SpeedProfile) else load_profile(speeds, traffic=traffic)

    def build() -> RoadNetwork:
        west, south, east, north = gpd.GeoSeries([area.reach], crs=area.crs).to_crs("EPSG:4326").total_bounds.tolist()
        classes = {*ROAD_CLASSES, *profile.kph}  # a profile for people on foot drives paths
        ways = read_ways(path, bbox=(west, south, east, north), classes=classes, progress=progress)
        progress(f"Building the network of {len(ways.way_id):,} roads.")
        network = build_network(ways, profile, area.crs, within=area.reach)
        return replace(network, notes=(*ways.notes, *network.notes))

    if cache is False or not path.is_file():  # what is wrong with the path, the reader says
        return build()
    made_of = {"name": path.name, "roads": path, "reach": area.reach, "crs": area.crs, "profile": profile}
    return cached_network(cache_folder(None if cache is True else cache), made_of, build, progress)
