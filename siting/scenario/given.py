"""Tables of what stands on the ground: people, facilities, districts, protected places."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from siting.scenario.table import Force, Kind, Positive, Role, Table

PartName = Annotated[str, Field(pattern=r"^\w+$")]
"""Letters of any script, digits and underscores: it becomes a column's name."""


class SourceTable(Table):
    """What a source of demand may be told."""

    source: str
    """raster, table (points or polygons with a weight column), buildings, land or incidents (records of past calls)."""
    file: str | None = None
    """The raster, or the layer (a file, or the URL of a table of a PostGIS database); buildings also of an OSM file."""
    unit: str | None = None
    """Raster: people_per_cell, people_per_km2 or people_per_m2. Never guessed."""
    weight: str | None = None
    """Table: the column to carry. Buildings: floor_area or count."""
    counts: str | None = None
    """Table: what the weight counts, such as "people" or "calls"; the column's name when absent."""
    points: dict[str, Positive] | None = None
    """
    Table: what each word of the weight column counts for, such as {hospital = 5, school = 2}. Incidents: what one call
    of each type counts for. Words and types that are not listed count nothing.
    """
    per_km2: bool = False
    """Table: the weight is what each km² of a polygon counts for, as of risk zones."""
    id: str | None = None
    """Table: column of ids; row numbers when absent."""
    band: Annotated[int, Field(ge=1)] | None = None
    """Raster: which band holds the people; the first when absent."""
    nodata: float | None = None
    """Raster: the value that means no data, where the file does not say its own."""
    time_column: str = "time"
    """Incidents: column with the time of day, read where hours are asked for."""
    type_column: str = "type"
    """Incidents: column of types, read where points are given."""
    hours: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    """Incidents: from and to, such as [8, 20] by day and [20, 8] by night; all day when absent."""
    smooth: Literal["kernel", "empirical_bayes", "none"] = "kernel"
    """Incidents: how small counts are made smooth."""
    bandwidth_m: Positive = 500.0
    """Incidents: standard deviation of the kernel (ours: an editable default)."""
    levels_column: str | None = None
    """Buildings of a layer: column of storeys; an OSM file says building:levels."""
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


class PartTable(SourceTable):
    """[demand.parts.NAME]: one part of a mix, from a source of its own."""

    share: Positive | None = None
    """Of the risk, relative to the shares of the other parts; 1 when absent, which every report calls a default."""
    exposure: str | None = None
    """Incidents smoothed by empirical Bayes: the part to whose people (or other weight) they happen; land if absent."""


class DemandTable(SourceTable):
    """[demand]: who may call for help, as a weight that is carried to the land cells."""

    source: str
    """raster, table (points or polygons with a weight column), buildings, land, incidents, or risk: a mix of parts."""
    parts: Annotated[dict[PartName, PartTable], Field(min_length=1)] | None = None
    """Risk: what it is made of, each part by a name of its own."""
    residents: str | None = None
    """Risk: the part whose people are told beside the points; the one that counts people when absent."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> DemandTable:
        parts = self.parts or {}
        if len({name.casefold() for name in parts}) < len(parts):
            raise ValueError("has two parts of one name but for upper and lower case; a GeoPackage takes them for one")
        for name, part in parts.items():
            exposed = part.exposure if part.exposure != name else None
            if part.exposure is not None and (exposed not in parts or parts[str(exposed)].exposure is not None):
                raise ValueError(
                    f"the exposure of part {name!r} is {part.exposure!r}; name another part that has none itself"
                )
        return self


class FacilitiesTable(Table):
    """[[facilities]]: one file of stations, micro stations or hydrants; several may share a kind."""

    kind: Kind
    """Tier of the plan."""
    file: str
    """OSM file, vector file, CSV, or the URL of a table of a PostGIS database."""
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
    """Vector file of polygons, or the URL of a table of a PostGIS database."""
    layer: str | None = None
    """Layer of a GeoPackage."""
    station_column: str | None = None
    """Column with the id of each district's station; site_id or a usual name when absent."""


class ProtectedTable(Table):
    """[protected]: what a station keeps its distance from."""

    file: str
    """Exits, sites or outlines: vector file, CSV, or the URL of a table of a PostGIS database."""
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
