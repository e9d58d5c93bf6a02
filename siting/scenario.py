"""
A planning job as one TOML file: read, checked to the last key, and expanded into the scenarios it asks for.

Only what the file says is known here; whether a file exists or a rule set has that name is for the rooms that open
them. Every model is frozen, refuses unknown keys, and documents each key under it (`siting schema` prints them).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from siting.language import Language

Kind = Literal["station", "micro_station", "hydrant"]
Role = Literal["existing", "required", "candidate", "forbidden"]
"""
existing stands today; required does not stand yet and is built in every plan (today is measured without it); candidate
may be built; forbidden is shown and never used.
"""
Positive = Annotated[float, Field(gt=0)]
Whole = Annotated[int, Field(ge=0)]
Year = Annotated[str, Field(pattern=r"^\d+$")]
Phases = Annotated[dict[Year, Whole] | list[Whole], Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, strict=True, allow_inf_nan=False
    )


class StudyAreaTable(_Table):
    """[study_area]: the ground that is planned for; give either boundary or bbox."""

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
    units_crs: str | None = None
    """CRS of the units, as boundary_crs."""
    units_id: str | None = None
    """Column of their ids; row numbers when absent."""
    units_name: str | None = None
    """Column of their names; the ids when absent."""
    units_level: str | None = None
    """Column of their grid level: large, middle or small."""
    land: str | None = None
    """File of polygons with a column place: urban, near_suburb or other."""
    land_crs: str | None = None
    """CRS of the land, as boundary_crs."""
    barriers: str | None = None
    """
    File of lines or polygons that districts should not reach across, with a column kind (motorway, expressway,
    railway, river, narrow_river, or a name of your own) and perhaps severity; or an OSM file, such as the roads'.
    """
    barriers_crs: str | None = None
    """CRS of the barriers, as boundary_crs."""
    barrier_severity: dict[str, Literal["wall", "penalty", "open"]] = {}
    """By kind, instead of the default, such as {expressway = "wall"}."""

    @model_validator(mode="after")
    def _one_ground(self) -> StudyAreaTable:
        if (self.boundary is None) == (self.bbox is None):
            raise ValueError("needs either boundary (a file) or bbox (west, south, east, north), and not both")
        return self


class ClosureTable(_Table):
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


class RoadsTable(_Table):
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


class DemandTable(_Table):
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


class FacilitiesTable(_Table):
    """[[facilities]]: one file of stations, micro stations or hydrants; several may share a kind."""

    kind: Kind
    """Tier of the plan."""
    file: str
    """OSM file, GeoJSON, GeoPackage, Shapefile or CSV."""
    role: Role = "existing"
    """What every row is, unless role_column says otherwise."""
    role_column: str | None = None
    """Column with existing, required, candidate or forbidden."""
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


class DistrictsTable(_Table):
    """[districts]: the districts that the service uses today, judged as drawn beside the first-due ones."""

    file: str
    """GeoPackage, GeoJSON or Shapefile of polygons."""
    layer: str | None = None
    """Layer of a GeoPackage."""
    station_column: str | None = None
    """Column with the id of each district's station; site_id or a usual name when absent."""


class CandidatesTable(_Table):
    """[candidates.KIND]: sites made along the roads; lots of one's own go into [[facilities]] with role candidate."""

    source: Literal["roads"] = "roads"
    """Points along roads."""
    spacing_m: Positive = 250.0
    """Distance between two of them along a road."""
    highway: list[str] = ["primary", "secondary", "tertiary"]
    """Road classes a station may front (GB 51080-2015, 4.1.5-1: main and secondary roads; editable)."""
    class_: Annotated[str, Field(alias="class")] = "一级站"
    """Class of a station built on such a site."""


class ProtectedTable(_Table):
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


class OverrideTable(_Table):
    """[[screening.override]]: a site that is kept although a clause rejects it."""

    site: str
    """Its id."""
    note: Annotated[str, Field(min_length=1)]
    """Why; printed in every report."""


class ScreeningTable(_Table):
    """[screening]: hold candidate stations to the siting clauses of the rule set; its presence asks for it."""

    lot_column: str | None = None
    """Column with the area of each lot, in m²."""
    frontage_column: str | None = None
    """Column with the class of road that each lot fronts; that of the nearest road where it is empty or absent."""
    ground: str | None = None
    """File of water, railways and the like with a column kind, or an OSM file, such as the roads'."""
    ground_crs: str | None = None
    """CRS of the ground, as [protected] crs."""
    heights: str | None = None
    """Raster of heights in metres, for the slope."""
    override: list[OverrideTable] = []
    """Sites that are kept all the same."""


class LanesTable(_Table):
    """[lanes]: check by the map's tags whether engines get through; its presence asks for the check."""

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


class PlanTable(_Table):
    """[[plan]]: one question to the optimiser."""

    kind: Literal["station"] = "station"
    """Tier that is planned."""
    objective: str = "mclp"
    """What is best, by the literature's name; docs/optimise.md lists them with the keys that each takes."""
    sites: Whole | None = None
    """How many new stations, besides those kept; district: the fewest that serve all land when absent."""
    cost_budget: Annotated[float, Field(ge=0)] | None = None
    """mclp, instead of sites: the most that new stations, and keeping or closing today's, may cost together."""
    new_cost: Annotated[float, Field(ge=0)] = 1.0
    """Cost of a new station."""
    keep_cost: Annotated[float, Field(ge=0)] = 1.0
    """Cost of keeping a station of today that is free to close."""
    close_cost: Annotated[float, Field(ge=0)] = 0.0
    """Cost of closing one. A station that moves costs close_cost and new_cost."""
    cost_column: str | None = None
    """Column of the facilities with each site's own cost, instead of new_cost or keep_cost where it says one."""
    busy_share: Annotated[float, Field(ge=0, lt=1)] | None = None
    """expected: share of the time that an engine is out on another call."""
    people_limit: Positive | None = None
    """capacitated, district: the most people one station may serve."""
    land: Literal["all", "construction"] | None = None
    """
    district: which land counts against the area caps and must be served, all of it (when absent) or construction land.
    """
    redraw: bool = False
    """district: also redraw the districts of today's stations as lawfully as can be, without building any."""
    floor: Annotated[float, Field(ge=0, le=1)] | None = None
    """equity: the least share of the people of every grid unit to cover."""
    station_in_each_unit: bool = False
    """equity: every grid unit has a station of its own."""
    states: dict[str, Positive] = {}
    """robust, robust_mean: traffic beside the usual, by name: speed as a share of the profile's, {peak = 0.7}."""
    chance: dict[str, Annotated[float, Field(ge=0)]] = {}
    """robust_mean: how often each state holds, "usual" too; equally often when absent."""
    longest_s: Positive = 1800.0
    """p_median, p_center: drives longer than this are not looked at."""
    phases: Phases | None = None
    """mclp: new stations that stand by each year, {2027 = 2, 2030 = 5}, or that each step adds, [2, 3]."""
    curve: Annotated[int, Field(ge=1)] | None = None
    """
    mclp: also the best plan and its bound for each number of new stations up to this one; district: for some of them,
    within time_limit_s in all.
    """
    alternatives: Annotated[int, Field(ge=1)] | None = None
    """mclp: so many plans in all, each unlike those before it."""
    differ: Annotated[int, Field(ge=1)] = 1
    """alternatives: how many new stations of each plan before it a plan has to do without."""
    if_lost: bool = False
    """mclp: for each new station, the best replacement and the best plan without it."""
    sensitivity: bool = False
    """mclp: the share of samples (speed ±10 %, budget ±30 s, people ±20 %) in which each site stays chosen."""
    keep: Literal["all", "none"] | list[str] = "all"
    """Existing sites that stay: all, none, or their ids. Required sites always stay."""
    time_limit_s: Positive = 60.0
    """Seconds for the search, and for each question besides; the best plan and its bound are given at the limit."""
    relative_gap: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Stop when the plan is proven this near to the best."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """Of every random choice."""


class OutputsTable(_Table):
    """[outputs]: what is written, in which language."""

    language: Language = "en"
    """zh or en."""
    write: list[str] = ["map", "gpkg", "xlsx", "summary"]
    """Reports; the GeoPackage and summary are what `siting verify` reads."""
    online_tiles: bool = False
    """Offer an online base map as an extra layer. The map works without."""


class Scenario(_Table):
    """One planning job."""

    name: str
    """Title of the proposal."""
    rules: str | list[str] = "cn-jb152-2017"
    """Rule set, or several (the first with a clock sets the clock); names or files."""
    notice: str = ""
    """Printed on every output, such as "SYNTHETIC DATA, not a real place"."""
    attribution: str | None = None
    """Data credit on every map. Roads from an OSM file credit "© OpenStreetMap contributors" when this is absent."""
    data_folder: str = "."
    """Files below are relative to this folder, and this folder to the scenario file. The reader resolves it."""
    study_area: StudyAreaTable
    """The ground."""
    roads: RoadsTable
    """The roads."""
    demand: DemandTable
    """The people."""
    facilities: list[FacilitiesTable] = []
    """What exists, and lots of one's own."""
    districts: DistrictsTable | None = None
    """Districts as they are drawn today."""
    candidates: dict[Kind, CandidatesTable] = {}
    """Sites made by the software."""
    protected: ProtectedTable | None = None
    """What a station keeps its distance from."""
    screening: ScreeningTable | None = None
    """Whether candidates may stand where they are; not checked when absent."""
    plan: list[PlanTable] = []
    """Questions; without one the scenario is an audit of today."""
    lanes: LanesTable | None = None
    """Whether engines get through; not checked when absent."""
    outputs: OutputsTable = OutputsTable()
    """What is written."""

    def path(self, name: str) -> Path:
        """Where a file named in the scenario is."""
        return Path(self.data_folder) / name

    def asked(self, language: Language | None = None, *, use_cache: bool = True) -> Scenario:
        """The scenario as the caller of one run wants it: in another language, or reading and keeping no network."""
        outputs = self.outputs.model_copy(update={} if language is None else {"language": language})
        roads = self.roads.model_copy(update={} if use_cache else {"cache": False})
        return self.model_copy(update={"outputs": outputs, "roads": roads})

    @model_validator(mode="after")
    def _one_plan_for_a_kind(self) -> Scenario:
        kinds = [plan.kind for plan in self.plan]
        if len(kinds) > len(set(kinds)):
            raise ValueError("has two [[plan]] tables of one kind; ask the second question in a [scenarios] entry")
        return self


class ScenarioFile(Scenario):
    """A scenario file: one planning job, and its variants."""

    overrides: dict[str, dict[str, Any]] = {}
    """Named changes. A table over a list of tables addresses its entries by kind: [overrides.more.plan.station]."""
    scenarios: dict[str, list[str]] = {}
    """Named lists of overrides, each a scenario with a folder of its own."""
    sweep: dict[str, list[Any]] = {}
    """Dotted keys and the values to try, such as "plan.station.sites" = [1, 2, 5]; every combination is run."""
