"""Tables of the ground and of the roads on it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from siting.scenario.table import Positive, Table


class StudyAreaTable(Table):
    """[study_area]: the ground that is planned for; give either boundary or bbox."""

    file_keys = ("boundary", "units", "land", "barriers")

    boundary: str | None = None
    """File with the boundary polygon, or an OSM file (then with boundary_name)."""
    boundary_name: str | None = None
    """Name or id of the administrative boundary inside an OSM file."""
    boundary_layer: str | None = None
    """Layer of a GeoPackage."""
    boundary_crs: str | None = None
    """CRS of a boundary file that does not say its own, such as "EPSG:4326", "GCJ-02" or "BD-09"."""
    bbox: Annotated[list[float], Field(min_length=4, max_length=4)] | None = None
    """West, south, east, north in degrees (EPSG:4326), for a study area without a boundary file."""
    cell_m: Positive = 200.0
    """Side of a land cell."""
    buffer_m: Annotated[float, Field(ge=0)] = 3000.0
    """How far outside the boundary roads and stations still count."""
    crs: str | None = None
    """Metric CRS; chosen from the extent when absent."""
    units: str | None = None
    """File of grid units (townships, communities) that tables are rolled up to."""
    units_layer: str | None = None
    """Layer of a GeoPackage."""
    units_crs: str | None = None
    """CRS of the units, as boundary_crs."""
    units_id: str | None = None
    """Column of their ids; row numbers when absent."""
    units_name: str | None = None
    """Column of their names; the ids when absent."""
    units_level: str | None = None
    """Column of their grid level: large, middle or small."""
    land: str | None = None
    """
    File of polygons with a column place (urban, near_suburb or other) and perhaps a column cap_km2: the largest
    district that a fire-risk assessment allows there; where it is empty the standard's cap holds.
    """
    land_layer: str | None = None
    """Layer of a GeoPackage."""
    land_crs: str | None = None
    """CRS of the land, as boundary_crs."""
    barriers: str | None = None
    """
    File of lines or polygons that districts should not reach across, with a column kind (motorway, expressway,
    railway, river, narrow_river, or a name of your own) and perhaps severity; or an OSM file, such as the roads'.
    """
    barriers_layer: str | None = None
    """Layer of a GeoPackage."""
    barriers_crs: str | None = None
    """CRS of the barriers, as boundary_crs."""
    barrier_severity: dict[str, Literal["wall", "penalty", "open"]] = {}
    """By kind, instead of the default, such as {expressway = "wall"}."""

    @model_validator(mode="after")
    def _one_ground(self) -> StudyAreaTable:
        if (self.boundary is None) == (self.bbox is None):
            raise ValueError("needs either boundary (a file) or bbox (west, south, east, north), and not both")
        return self


class ClosureTable(Table):
    """[[roads.closures]]: roads that nobody drives, such as works, a lost bridge, a flood."""

    reason: str
    """Said in the notes: "flood of 1998", "works until March"."""
    file: str | None = None
    """Polygons; every road that touches one is closed over its whole length, between two junctions."""
    layer: str | None = None
    """Layer of a GeoPackage."""
    crs: str | None = None
    """CRS of a file that does not say its own, or says a wrong one; "GCJ-02" and "BD-09" are converted."""
    way_ids: list[int] = []
    """Roads by the ids of their source."""
    spared_way_ids: list[int] = []
    """Ways that stay open inside the polygons, such as a bridge high above the water."""

    @model_validator(mode="after")
    def _closes_something(self) -> ClosureTable:
        if self.file is None and not self.way_ids:
            raise ValueError("needs a file of polygons, or way_ids")
        return self


class RoadsTable(Table):
    """[roads]: where engines drive, and how fast."""

    file: str
    """.osm.pbf, .osm, .osm.gz, .osm.bz2 or a GraphML written by OSMnx."""
    speeds: str = "fire-engine"
    """Name of a speed profile, or a TOML file of one's own."""
    traffic: str | None = None
    """One of the profile's traffic factors (day, peak, night), instead of the one that the profile names."""
    closures: list[ClosureTable] = []
    """Roads that nobody drives for a time."""
    cache: bool | str = False
    """
    Keep the built network, and take it from where it was kept: a folder, or true for the environment's SITING_CACHE or
    the user's cache folder. A run writes nowhere but into --out unless this asks for it.
    """
    snap_limit_m: Positive = 300.0
    """A cell or station farther than this from every road counts as having no road."""


class LanesTable(Table):
    """[lanes]: check by the map's tags whether engines get through; its presence asks for the check."""

    file_keys = ("built_up",)

    width_m: Positive = 4.0
    """Clear width of a lane at least (GB 50016-2014, 7.1.8-1)."""
    height_m: Positive = 4.0
    """Clear height at least (GB 50016-2014, 7.1.8-1)."""
    dead_end_m: Positive = 40.0
    """A longer dead end needs a turning place (GB 55037-2022, 3.4.5, quoted from memory: an editable default)."""
    spacing_m: Positive = 160.0
    """Centre lines of lanes at most this far apart (GB 50016-2014, 7.1.1)."""
    built_up: str | None = None
    """
    File of polygons within which the spacing is judged; parks and water do not need lanes. All of the study area when
    absent.
    """
    built_up_layer: str | None = None
    """Layer of a GeoPackage."""
    built_up_crs: str | None = None
    """CRS of a file that does not say its own; "GCJ-02" and "BD-09" are converted."""
