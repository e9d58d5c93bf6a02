"""The whole file: one planning job, and its variants."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from pydantic import model_validator

from siting.database_url import LEAVE_IT_OUT, holds_password, is_database
from siting.language import Language
from siting.scenario.alarm import FullAlarmTable
from siting.scenario.brigades import BrigadesTable
from siting.scenario.given import DemandTable, DistrictsTable, FacilitiesTable, ProtectedTable
from siting.scenario.grid import GridTable
from siting.scenario.ground import LanesTable, RoadsTable, StudyAreaTable
from siting.scenario.hydrants import HydrantsTable
from siting.scenario.indicators import IndicatorsTable
from siting.scenario.joint import JointTable
from siting.scenario.micro import MicroStationsTable
from siting.scenario.plan import CandidatesTable, PlanTable, ScreeningTable
from siting.scenario.table import Kind, Table
from siting.scenario.workload import WorkloadTable


class OutputsTable(Table):
    """[outputs]: what is written, in which language."""

    language: Language = "en"
    """zh or en."""
    write: list[str] = ["map", "gpkg", "xlsx", "memo", "summary"]
    """
    Of map, gpkg, xlsx, memo, memo_html, figures and summary; gpkg and summary are what `siting verify` reads. Every
    layer once more as flatgeobuf, geoparquet, or in a PostGIS database: "postgresql://USER@HOST/DATABASE?schema=NAME".
    """
    online_tiles: bool = False
    """Offer an online base map as an extra layer. The map works without."""


class Scenario(Table):
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
    grid: list[GridTable] = []
    """Levels that every figure is rolled up to, beside the units of the study area."""
    micro_stations: MicroStationsTable | None = None
    """Micro stations on ways and a clock of their own; shown and not judged when absent."""
    brigades: BrigadesTable | None = None
    """Brigades of townships and all forces in one picture; not judged when absent."""
    plan: list[PlanTable] = []
    """Questions; without one the scenario is an audit of today."""
    joint: JointTable | None = None
    """One plan over several kinds of sites, instead of [[plan]]."""
    hydrants: HydrantsTable = HydrantsTable()
    """Where hydrants are due, and whether new ones are planned."""
    lanes: LanesTable | None = None
    """Whether engines get through; not checked when absent."""
    full_alarm: FullAlarmTable | None = None
    """The first engine and all engines of a full alarm; not judged when absent."""
    workload: WorkloadTable | None = None
    """How busy each station is; not told when absent."""
    indicators: IndicatorsTable | None = None
    """Indicators by target year; not told when absent."""
    outputs: OutputsTable = OutputsTable()
    """What is written."""

    def path(self, name: str) -> Path:
        """Where a file named in the scenario is."""
        return Path(self.data_folder) / name

    def source(self, name: str) -> Path | str:
        """Where a layer named in the scenario is: a file, or the URL of a table of a database as it stands."""
        return name if is_database(name) else self.path(name)

    def named_places(self) -> Iterator[tuple[str, str]]:
        """Every file, folder and database that the scenario has read or written, with its key."""
        yield from self.named_files()
        profiles = {"roads.speeds": self.roads.speeds}
        if self.micro_stations is not None:
            profiles["micro_stations.speeds"] = self.micro_stations.speeds
        own = [("rules", name) for name in ([self.rules] if isinstance(self.rules, str) else self.rules)]
        yield from ((key, name) for key, name in [*own, *profiles.items()] if name.endswith(".toml"))
        if isinstance(self.roads.cache, str):
            yield "roads.cache", self.roads.cache
        yield from (("outputs.write", name) for name in self.outputs.write if is_database(name))

    def asked(self, language: Language | None = None, *, use_cache: bool = True) -> Scenario:
        """The scenario as the caller of one run wants it: in another language, or reading and keeping no network."""
        outputs = self.outputs.model_copy(update={} if language is None else {"language": language})
        roads = self.roads.model_copy(update={} if use_cache else {"cache": False})
        return self.model_copy(update={"outputs": outputs, "roads": roads})

    @model_validator(mode="after")
    def _can_be_told(self) -> Scenario:
        texts = [*_texts(self.model_dump())]
        if any(holds_password(text) for text in texts if is_database(text)):
            raise ValueError(f"{LEAVE_IT_OUT[0].lower()}{LEAVE_IT_OUT[1:].removesuffix('.')}")
        if any("\0" in text for text in texts):
            raise ValueError("says a text with a zero character (\\u0000), which no file and no table can hold")
        return self

    @model_validator(mode="after")
    def _one_plan_for_a_kind(self) -> Scenario:
        kinds = [plan.kind for plan in self.plan]
        if len(kinds) > len(set(kinds)):
            raise ValueError("has two [[plan]] tables of one kind; ask the second question in a [scenarios] entry")
        return self

    @model_validator(mode="after")
    def _each_level_once(self) -> Scenario:
        levels = [table.level for table in self.grid]
        if len(levels) > len(set(levels)):
            raise ValueError("has two [[grid]] tables of one level; put the units of a level into one file")
        return self

    @model_validator(mode="after")
    def _planned_once(self) -> Scenario:
        if self.joint is not None and self.plan:
            raise ValueError("has [joint] and [[plan]]; ask one of them in a [scenarios] entry of its own")
        return self

    @model_validator(mode="after")
    def _micro_stations_have_a_clock(self) -> Scenario:
        planned = {plan.kind for plan in self.plan} | set(self.joint.kinds if self.joint is not None else ())
        if self.micro_stations is None and "micro_station" in planned:
            raise ValueError("plans micro stations without [micro_stations], which says how and how fast they come")
        return self

    @model_validator(mode="after")
    def _a_full_alarm_is_said(self) -> Scenario:
        if self.full_alarm is None and any(plan.objective == "full_alarm" for plan in self.plan):
            raise ValueError("plans the full alarm without [full_alarm], which says how many engines and how soon")
        return self

    @model_validator(mode="after")
    def _calls_can_be_counted(self) -> Scenario:
        if self.workload is None:
            return self
        parts, part = self.demand.parts or {}, self.workload.part
        if part is not None and part not in parts:
            raise ValueError(f"has a [workload] of the part {part!r}; the demand has {', '.join(parts) or 'no parts'}")
        records = self.demand if part is None else parts[part]
        if self.workload.days is not None and (records.source != "incidents" or records.points is not None):
            raise ValueError(
                "counts the calls of [workload] by days, which needs past calls (incidents, without points); "
                "name their part, or give calls_per_hour"
            )
        return self

    @model_validator(mode="after")
    def _states_are_parts(self) -> Scenario:
        strange = {name for plan in self.plan for name in plan.parts} - set(self.demand.parts or {})
        if strange:
            there = ", ".join(self.demand.parts or {}) or "no parts"
            raise ValueError(f"plans for the parts {', '.join(sorted(strange))} of the demand; it has {there}")
        return self

    @model_validator(mode="after")
    def _limits_count_people(self) -> Scenario:
        if self.demand.source == "risk" and any(plan.people_limit is not None for plan in self.plan):
            raise ValueError("has a people_limit, and the demand counts risk points, not people; take one of them away")
        return self

    @model_validator(mode="after")
    def _indicators_tell_phases_by_year(self) -> Scenario:
        asked = [("phases", plan.phases) for plan in self.plan]
        asked += [("lots", self.hydrants.plan.lots)] if self.hydrants.plan else []
        for key, steps in asked:
            if self.indicators is not None and isinstance(steps, list):
                by_year = ", ".join(f"{year} = {built}" for year, built in enumerate(accumulate(steps), start=2027))
                raise ValueError(
                    f"tells [indicators] by year, but {key} = {steps} by step; write how many stand by the end of each "
                    f"year, such as {key} = {{ {by_year} }}"
                )
        return self


def _texts(value: Any) -> Iterator[str]:
    """Every text in a table, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


class ScenarioFile(Scenario):
    """A scenario file: one planning job, and its variants."""

    overrides: dict[str, dict[str, Any]] = {}
    """Named changes. A table over a list of tables addresses its entries by kind: [overrides.more.plan.station]."""
    scenarios: dict[str, list[str]] = {}
    """Named lists of overrides, each a scenario with a folder of its own."""
    sweep: dict[str, list[Any]] = {}
    """Dotted keys and the values to try, such as "plan.station.sites" = [1, 2, 5]; every combination is run."""
