"""From a road file to the network of a study area in one call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from siting.inputs.roads import read_ways
from siting.network import RoadNetwork, build_network
from siting.speeds import load_profile
from siting.study_area import StudyArea


def read_roads(path: str | Path, area: StudyArea, *, speeds: str | Path = "fire-engine") -> RoadNetwork:
    """
    The directed road network of a study area and its buffer, with a fire engine's times.

    Its notes are those of the reader and of the builder.

    Parameters
    ----------
    path
        .osm.pbf, .osm, .osm.gz, .osm.bz2, or GraphML written by OSMnx.
    speeds
        Speed profile by name, or a TOML file of one's own.

    Raises
    ------
    InputError
        If the file cannot be read, or holds no road within reach of the study area.
    """
    west, south, east, north = gpd.GeoSeries([area.reach], crs=area.crs).to_crs("EPSG:4326").total_bounds.tolist()
    ways = read_ways(Path(path), bbox=(west, south, east, north))
    network = build_network(ways, load_profile(speeds), area.crs, within=area.reach)
    return replace(network, notes=(*ways.notes, *network.notes))
