"""Tables of what is asked: where a station may stand, and which plan is best."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from siting.scenario.table import Phases, Positive, Table, Whole


class CandidatesTable(Table):
    """[candidates.KIND]: sites made along the roads; lots of one's own go into [[facilities]] with role candidate."""

    source: Literal["roads"] = "roads"
    """Points along roads."""
    spacing_m: Positive = 250.0
    """Distance between two of them along a road."""
    highway: list[str] = ["primary", "secondary", "tertiary"]
    """Road classes a station may front (GB 51080-2015, 4.1.5-1: main and secondary roads; editable)."""
    class_: Annotated[str, Field(alias="class")] = "一级站"
    """Class of a station built on such a site."""


class OverrideTable(Table):
    """[[screening.override]]: a site that is kept although a clause rejects it."""

    site: str
    """Its id."""
    note: Annotated[str, Field(min_length=1)]
    """Why; printed in every report."""


class ScreeningTable(Table):
    """[screening]: hold candidate stations to the siting clauses of the rule set; its presence asks for it."""

    file_keys = ("ground", "heights")

    lot_column: str | None = None
    """Column with the area of each lot, in m²."""
    frontage_column: str | None = None
    """Column with the class of road that each lot fronts; that of the nearest road where it is empty or absent."""
    ground: str | None = None
    """File of water, railways and the like with a column kind, or an OSM file, such as the roads'."""
    ground_layer: str | None = None
    """Layer of a GeoPackage."""
    ground_crs: str | None = None
    """CRS of the ground, as [protected] crs."""
    heights: str | None = None
    """Raster of heights in metres, for the slope."""
    override: list[OverrideTable] = []
    """Sites that are kept all the same."""


class PlanTable(Table):
    """[[plan]]: one question to the optimiser."""

    kind: Literal["station", "micro_station"] = "station"
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
    """
    expected: share of the time that an engine is out on another call. With [workload] it is that of new stations only,
    and the mean of today's when absent.
    """
    busy_share_column: str | None = None
    """
    expected: column of the facilities with each station's own share, such as siting.optimise.hypercube gives;
    busy_share where it is empty. It goes before [workload].
    """
    give_up: Annotated[float, Field(ge=0, le=1)] = 0.0
    """full_alarm: share of the first engine's cover that may be given up so that the full alarm reaches more."""
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
    """
    equity, lscp: every grid unit has a station of its own; of micro stations, every area of [[micro_stations.due]] that
    needs one and shares none.
    """
    states: dict[str, Positive] = {}
    """robust, robust_mean: traffic beside the usual, by name: speed as a share of the profile's, {peak = 0.7}."""
    parts: list[str] = []
    """
    robust, robust_mean: parts of a risk mix, each a state of its own in usual traffic, such as ["day", "night"]; each
    has as many points as the whole.
    """
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
