"""Isochrones of some places straight from a road file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd

from siting.database_url import database_url, is_database
from siting.errors import InputError
from siting.files import whole_file
from siting.geofiles import WRITTEN, write_geofile
from siting.inputs.road_network import read_roads
from siting.inputs.roads import Progress, silent
from siting.language import Language
from siting.network.place import place
from siting.pipeline.provenance import OSM_CREDIT
from siting.reports.geopackage import ROW_COLUMN
from siting.reports.isochrone_map import write_isochrone_map
from siting.speeds import SpeedProfile, load_profile
from siting.speeds.tags import FASTEST_KPH
from siting.study_area import StudyArea
from siting.tables import Faults, some, unknown
from siting.travel_time import Drawing, isochrones
from siting.travel_time.isochrones import FORMS

SNAP_LIMIT_M = 300.0
LAYER = "isochrones"


def isochrones_at(
    roads: Path,
    places: Sequence[Sequence[float]],
    *,
    minutes: Sequence[float],
    out: str | Path,
    page: Path | None = None,
    form: str = "overlap",
    speeds: str = "fire-engine",
    traffic: str | None = None,
    language: Language = "en",
    progress: Progress = silent,
) -> gpd.GeoDataFrame:
    """
    Write the land reached from some places within each number of minutes of driving; longitudes and latitudes.

    `out` is a file, by its ending, or the URL of a schema of a PostGIS database, as `siting.postgis.write_layers` takes
    it. `page` is an HTML file to write besides, a map that opens without internet, in `language`. `form` is one of
    `siting.travel_time.isochrones`, or "rings": "overlap", each limit without the shorter ones; `traffic` one of the
    profile's traffic factors. A place is called by its coordinates as they were given.

    Raises
    ------
    InputError
        If a place is not on the ground or has no road within 300 m, or the file's ending or the form is not known.
    OutputError
        If the database cannot be written, or the schema holds something else.
    """
    _check(places, minutes, out, page, form)
    profile = load_profile(speeds, traffic=traffic)
    sites = gpd.GeoDataFrame(
        index=[f"{lon:.12g},{lat:.12g}" for lon, lat in places],
        geometry=gpd.points_from_xy(*zip(*places, strict=True)),
        crs="EPSG:4326",
    )
    farthest_m = SNAP_LIMIT_M + _fastest_kph(profile) / 3.6 * 60.0 * max(minutes)
    ground = sites.to_crs(sites.estimate_utm_crs()).buffer(farthest_m)
    area = StudyArea.from_geometry(ground, name="isochrones", cell_m=5000.0, buffer_m=0.0)
    network = read_roads(roads, area, speeds=profile, progress=progress)
    at = place(network, sites, SNAP_LIMIT_M)
    if not at.on_road.all():
        message = f"There is no road within {SNAP_LIMIT_M:g} m of {some(sites.index[~at.on_road])}."
        raise InputError("isochrones", [message])
    is_rings = form == "rings"
    limits_s = [60.0 * minute for minute in minutes]
    reached = isochrones(network, at, limits_s, sites.index, Drawing("overlap" if is_rings else form, is_rings))
    reached = reached.to_crs("EPSG:4326")
    _write(reached, out)
    if page is not None:
        with whole_file(page) as partial:
            write_isochrone_map(reached, network, sites, partial, credit=OSM_CREDIT, language=language)
    return reached


def _fastest_kph(profile: SpeedProfile) -> float:
    """No engine is faster: what it cannot reach by then is not read."""
    posted_kph = FASTEST_KPH * profile.maxspeed_factor if profile.maxspeed == "use" else 0.0
    factor = profile.factor * max((1.0, *profile.class_factor.values())) * profile.traffic_factor[profile.traffic]
    return factor * max((posted_kph, *profile.kph.values()))


def _write(reached: gpd.GeoDataFrame, out: str | Path) -> None:
    if is_database(out):
        from siting.postgis import write_layers  # the driver is loaded where a database is named

        write_layers(str(out), [(LAYER, reached)], ROW_COLUMN)
        return
    with whole_file(Path(out)) as partial:
        write_geofile(reached, partial, LAYER)


def _check(
    places: Sequence[Sequence[float]], minutes: Sequence[float], out: str | Path, page: Path | None, form: str
) -> None:
    faults = Faults("isochrones")
    if is_database(out):
        database_url(str(out), "schema")
    elif Path(out).suffix not in WRITTEN:
        ending = f"{Path(out).name} ends in {Path(out).suffix!r}"
        faults.add(f"{ending}; expected {', '.join(WRITTEN[:-1])} or {WRITTEN[-1]}.")
    for lon, lat in places:
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            faults.add(f"{lon:g}, {lat:g} is not a longitude and a latitude. Give LON,LAT in degrees.")
    if page is not None and page.suffix != ".html":
        faults.add(f"{page.name} ends in {page.suffix!r}; expected .html.")
    for minute in minutes:
        if not 0 < minute < math.inf:
            faults.add(f"{minute:g} minutes is no driving time; expected a number above 0.")
    if form not in (*FORMS, "rings"):
        faults.add(f"form: {unknown(form, (*FORMS, 'rings'))}")
    faults.stop()
