"""Tables of what stands on the ground: people, facilities, districts, protected places."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from siting.scenario.table import Force, Kind, Positive, Role, Table


class DemandTable(Table):
    """[demand]: who may call for help, as a weight that is carried to the land cells."""

    source: str
    """raster, table (points or polygons with a weight column), buildings or land."""
    file: str | None = None
    """The raster, table or OSM file; not for plain land."""
    unit: str | None = None
    """Raster: people_per_cell, people_per_km2 or people_per_m2. Never guessed."""
    weight: str | None = None
    """Table: the column to carry."""
    counts: str | None = None
    """Table: what the weight counts, such as "people" or "calls"; the column's name when absent."""
    id: str | None = None
    """Table: column of ids; row numbers when absent."""
    band: Annotated[int, Field(ge=1)] | None = None
    """Raster: which band holds the people; the first when absent."""
    nodata: float | None = None
    """Raster: the value that means no data, where the file does not say its own."""
    at_edge: Literal["share", "inside"] = "share"
    """A pixel or polygon across the boundary: only its share inside counts, or all of its people live inside."""
    layer: str | None = None
    """Layer of a GeoPackage."""
    crs: str | None = None
    """CRS of a file that does not say its own, or says a wrong one; "GCJ-02" and "BD-09" are converted."""
    lon: str | None = None
    """CSV: column of longitude or easting."""
    lat: str | None = None
    """CSV: column of latitude or northing."""
    encoding: str | None = None
    """Of text in a CSV or Shapefile that does not say its own, such as "gbk"."""


class FacilitiesTable(Table):
    """[[facilities]]: one file of stations, micro stations or hydrants; several may share a kind."""

    kind: Kind
    """Tier of the plan."""
    file: str
    """OSM file, GeoJSON, GeoPackage, Shapefile or CSV."""
    role: Role = "existing"
    """What every row is, unless role_column says otherwise."""
    role_column: str | None = None
    """Column with existing, required, candidate or forbidden."""
    force: Force | None = None
    """
    Whose it is: national, full_time, enterprise or volunteer; of micro stations micro_first (around the clock, with an
    engine) or micro. National and micro when absent.
    """
    force_column: str | None = None
    """Column of forces."""
    class_: Annotated[str | None, Field(alias="class")] = None
    """Class of every row, such as "一级站", unless class_column says otherwise."""
    class_column: str | None = None
    """Column of classes."""
    id_column: str | None = None
    """Column of ids; row numbers when absent."""
    name_column: str | None = None
    """Column of names."""
    turnout_column: str | None = None
    """Column of each station's own turnout, in seconds."""
    exclude: dict[str, list[str]] = {}
    """Column and the values that do not count, such as {status = ["broken"]}."""
    flow_column: str | None = None
    """Hydrants: column of flows; a row that gives less than the rule set asks for does not count."""
    flow_unit: str | None = None
    """`"L/s"`, "m3/h", "gpm" (US gallons a minute) or "imperial gpm". Never guessed."""
    pressure_column: str | None = None
    """Hydrants: column of working pressures; a row below the rule set's does not count."""
    pressure_unit: str | None = None
    """Of that column: MPa, bar, kPa, psi or m (of water). Never guessed."""
    radius_column: str | None = None
    """Hydrants: column of each one's own radius in metres, such as that of an intake."""
    radius_m: Positive | None = None
    """Hydrants: radius of every row, in metres, instead of the rule set's."""
    layer: str | None = None
    """Layer of a GeoPackage."""
    crs: str | None = None
    """CRS of a file that does not say its own, or says a wrong one; "GCJ-02" and "BD-09" are converted."""
    lon: str | None = None
    """CSV: column of longitude or easting."""
    lat: str | None = None
    """CSV: column of latitude or northing."""
    encoding: str | None = None
    """Of text in a CSV or Shapefile that does not say its own, such as "gbk"."""


class DistrictsTable(Table):
    """[districts]: the districts that the service uses today, judged as drawn beside the first-due ones."""

    file: str
    """GeoPackage, GeoJSON or Shapefile of polygons."""
    layer: str | None = None
    """Layer of a GeoPackage."""
    station_column: str | None = None
    """Column with the id of each district's station; site_id or a usual name when absent."""


class ProtectedTable(Table):
    """[protected]: what a station keeps its distance from."""

    file: str
    """GeoJSON, GeoPackage, Shapefile or CSV of exits, sites or outlines."""
    kind_column: str = "kind"
    """Column of kinds, such as school."""
    name_column: str = "name"
    """Column of names."""
    hazards: list[str] = []
    """Kinds that are hazardous sites, such as ["gas"]; every other row is a main exit of a crowded place."""
    wind_from_deg: Annotated[float, Field(ge=0, lt=360)] | None = None
    """Where the prevailing wind comes from, clockwise from north: 112.5 is ESE."""
    layer: str | None = None
    """Layer of a GeoPackage."""
    crs: str | None = None
    """CRS of a file that does not say its own, or says a wrong one; "GCJ-02" and "BD-09" are converted."""
