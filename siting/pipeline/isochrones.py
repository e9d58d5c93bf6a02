"""Isochrones of one place straight from a road file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd

from siting.errors import InputError
from siting.files import whole_file
from siting.inputs.road_network import read_roads
from siting.network.place import place
from siting.study_area import StudyArea
from siting.travel_time import isochrones

SNAP_LIMIT_M = 300.0
FASTEST_KPH = 130.0
"""No engine leaves the circle of this speed: roads outside it are not read."""


def isochrones_at(
    roads: Path, lon: float, lat: float, *, minutes: Sequence[float], out: Path, speeds: str = "fire-engine"
) -> gpd.GeoDataFrame:
    """
    Write the land reached from one place within each number of minutes of driving; longitude and latitude, EPSG:4326.

    Raises
    ------
    InputError
        If the place is not on the ground or has no road within 300 m, or the file's ending is not known.
    """
    faults = []
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        faults.append(f"{lon:g}, {lat:g} is not a longitude and a latitude. Give LON,LAT in degrees.")
    if out.suffix not in (".geojson", ".gpkg"):
        faults.append(f"{out.name} ends in {out.suffix!r}; expected .geojson or .gpkg.")
    if min(minutes) <= 0:
        faults.append(f"{min(minutes):g} minutes is no driving time; expected more than 0.")
    if faults:
        raise InputError("isochrones", faults)

    site = gpd.GeoDataFrame(index=["site"], geometry=gpd.points_from_xy([lon], [lat]), crs="EPSG:4326")
    ground = site.to_crs(site.estimate_utm_crs()).buffer(FASTEST_KPH / 3.6 * 60.0 * max(minutes))
    area = StudyArea.from_geometry(ground, name="isochrones", cell_m=5000.0, buffer_m=0.0)
    network = read_roads(roads, area, speeds=speeds)
    at = place(network, site, SNAP_LIMIT_M)
    if not at.on_road.all():
        raise InputError("isochrones", [f"There is no road within {SNAP_LIMIT_M:g} m of {lon:g}, {lat:g}."])
    reached = isochrones(network, at, [60.0 * minute for minute in minutes], site.index).to_crs("EPSG:4326")
    with whole_file(out) as partial:
        # The temporary name would become the layer's, and GeoPackage refuses names like it.
        reached.to_file(partial, layer="isochrones", driver="GeoJSON" if out.suffix == ".geojson" else "GPKG")
    return reached
