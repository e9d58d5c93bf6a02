"""Tables of micro fire stations: how they come, and who needs one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from siting.scenario.table import Positive, Table


class DueTable(Table):
    """[[micro_stations.due]]: places that need a micro station of their own, by a rule that is named."""

    kind: str
    """What they are, such as "community", "village" or "key_unit"."""
    file: str
    """Polygons, or points of key units."""
    source: str
    """Who asks for it; printed beside every place."""
    id_column: str | None = None
    """Column of ids; row numbers when absent."""
    name_column: str | None = None
    """Column of names; the ids when absent."""
    only: dict[str, list[str]] = {}
    """Column and the values that the rule speaks of, such as {control_room = ["yes"]}."""
    people_column: str | None = None
    """Column of residents; the demand inside a polygon when absent."""
    least_people: Annotated[float, Field(ge=0)] = 0.0
    """A place with fewer residents needs none."""
    shares_column: str | None = None
    """Column with the id of the micro station, or of the place, that a place shares one with."""
    near_m: Positive = 100.0
    """A point has a station where one stands within this distance."""
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


class MicroStationsTable(Table):
    """[micro_stations]: judge micro fire stations on ways and a clock of their own; its presence asks for it."""

    speeds: str = "micro-ebike"
    """How they come: micro-ebike, micro-foot, micro-engine, or a TOML file of one's own."""
    on_scene_s: Positive = 180.0
    """
    Three minutes from the call (公消〔2015〕301号); there is no national radius, and where the clock starts is an
    editable default.
    """
    start_s: Annotated[float, Field(ge=0)] = 60.0
    """Of which pass before they move, unless a station has its own turnout (1-3-5, local practice: editable)."""
    due: list[DueTable] = []
    """Who needs one."""
