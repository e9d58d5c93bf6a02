"""Today beside proposed, with the proof and the provenance: what is claimed, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from siting.district_check import DistrictReport
from siting.full_alarm import AlarmAnswer
from siting.grids import GridLevel
from siting.indicators import Facts
from siting.lanes import Lanes
from siting.language import Language
from siting.network import RoadNetwork
from siting.network.place import placed
from siting.optimise import Solution
from siting.reached import reached_land
from siting.rules import Finding, RuleSet, Situation
from siting.study_area import StudyArea
from siting.tables import Note
from siting.workload import WorkloadAnswer

SCHEMA_VERSION = 2
"""Of how a proposal is laid out in files; one more where a reader of the former ones would be misled or fail."""


@dataclass(frozen=True)
class PhaseAnswer:
    """
    One year (or step) of a phased plan.

    Attributes
    ----------
    year
        As asked.
    chosen
        Ids of the sites that open in it, besides those that stand in every plan.
    value, bound
        Weight covered once they stand, and the most that any choice nested in the later years covers.
    free_value, free_bound
        Of the best plan with as many sites if nothing had to be nested.
    loss
        What nesting costs this year at most: `free_bound` less `value`.
    """

    year: int
    chosen: tuple[str, ...]
    value: float
    bound: float
    free_value: float
    free_bound: float
    loss: float


@dataclass(frozen=True)
class CurveAnswer:
    """The best plan with at most `sites` sites: what it chooses, the weight covered, the most that any covers."""

    sites: int
    chosen: tuple[str, ...]
    value: float
    bound: float


@dataclass(frozen=True)
class AlternativeAnswer:
    """Another good plan; `behind` is its proven distance from the best: the first plan's bound less its value."""

    number: int
    chosen: tuple[str, ...]
    value: float
    bound: float
    behind: float


@dataclass(frozen=True)
class SampleAnswer:
    """
    The best plan under another assumption.

    Attributes
    ----------
    sample
        ``"usual"``, ``"slower"``, ``"faster"``, ``"shorter"``, ``"longer"``, ``"people_1"``, ...
    chosen, value, bound
        Its own best plan.
    usual_value
        What the plan for the usual assumptions covers.
    """

    sample: str
    chosen: tuple[str, ...]
    value: float
    bound: float
    usual_value: float


@dataclass(frozen=True)
class LossAnswer:
    """
    What happens when a chosen site cannot be had.

    Attributes
    ----------
    site_id, lost
        Which, and the weight that nothing else in the plan covers.
    replacement, repaired_value, repaired_bound
        The best single site instead (none where none helps) with the rest kept, and what is covered then.
    anew, anew_value, anew_bound
        What the best plan without it chooses and covers.
    """

    site_id: str
    lost: float
    replacement: tuple[str, ...]
    repaired_value: float
    repaired_bound: float
    anew: tuple[str, ...]
    anew_value: float
    anew_bound: float


@dataclass(frozen=True)
class SiteAnswer:
    """
    What a site is worth that is open today, or proposed, or chosen in a sample; nan where it is none of these.

    Attributes
    ----------
    alone_today, alone_proposed
        Weight that no other open station covers: what closing it would lose.
    share_chosen
        Share of the samples in which it is chosen.
    """

    site_id: str
    alone_today: float
    alone_proposed: float
    share_chosen: float


@dataclass(frozen=True)
class Answers:
    """What a plan was asked besides; each empty where it was not."""

    phases: tuple[PhaseAnswer, ...] = ()
    curve: tuple[CurveAnswer, ...] = ()
    alternatives: tuple[AlternativeAnswer, ...] = ()
    samples: tuple[SampleAnswer, ...] = ()
    losses: tuple[LossAnswer, ...] = ()
    sites: tuple[SiteAnswer, ...] = ()


@dataclass(frozen=True)
class DistrictAnswer:
    """
    The districts of a plan, judged by a checker that shares no code with the solver.

    Attributes
    ----------
    land
        Which land counts against the caps of area and has to be served: ``"all"`` or ``"construction"``.
    cells
        Index `cell_id`: area_km2, people, site_id ("" for none), reason ("" where it has one, else why not, a word of
        `siting.districting.REASONS`), nearest_s (of land without one, the drive from the nearest site that may open;
        inf where none can drive).
    report
        Each district with its findings.
    bounds
        Each proven bound by its name; the certificate's is the tightest.
    stations
        Index `site_id`: what each open station adds, and what happens without it (`explained`).
    shortage
        As `siting.shortage.shortage_table` gives it.
    readings
        What counts against the caps, all land or construction land, side by side: a row for each reading.
    redrawn
        The districts of today's stations redrawn as lawfully as can be; None where it was not asked.
    """

    land: Literal["all", "construction"]
    cells: pd.DataFrame
    report: DistrictReport
    bounds: Mapping[str, float]
    stations: pd.DataFrame
    shortage: pd.DataFrame
    readings: pd.DataFrame
    redrawn: DistrictReport | None = None


@dataclass(frozen=True)
class BrigadeAnswer:
    """
    Brigades of townships, and all forces in one picture.

    Attributes
    ----------
    reach_s, share, level
        A unit of this grid level is in reach when this share of its people is answered in so many seconds.
    units
        As `siting.brigades.unit_states`, with state_today, state_proposed and, of those that go without as proposed,
        rank, people_gained and mean_gain_s of a brigade built alone.
    seats
        Where these would stand, by unit: rank, point.
    strengths
        As `siting.brigades.strengths`.
    forces
        A row for each force: standing_today, standing_proposed, counts (as first response, by the rule set: "yes",
        "no", "not_said"), clause, share_people (reached by engine within the clock, by this force alone, as proposed),
        share_people_counted (by it and those before it that count).
    """

    reach_s: float
    share: float
    level: str
    units: pd.DataFrame
    seats: gpd.GeoDataFrame
    strengths: pd.DataFrame
    forces: pd.DataFrame


@dataclass(frozen=True)
class IndicatorAnswer:
    """
    Indicators by target year.

    Attributes
    ----------
    facts
        By situation, in order: ``"today"``, each year that a phase or a target names, ``"proposed"``.
    table
        As `siting.indicators.indicator_table`.
    forces
        Whose stations count in people per station.
    people_as_of
        By situation: ``""``, or the year (``"today"``) whose residents were taken for want of a number of its own.
    sources
        Of ``"people"``, ``"staff"`` and ``"targets"``; "" where none is named.
    """

    facts: Mapping[str, Facts]
    table: pd.DataFrame
    forces: tuple[str, ...]
    people_as_of: Mapping[str, str]
    sources: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """
    What one [[plan]] of the scenario answered.

    Attributes
    ----------
    kind, objective
        Which tier, which question.
    kept, added
        Ids of the existing sites that stay and of the new ones, in order of id.
    dropped
        Ids of existing sites the plan closes.
    solution
        With its certificate.
    travel_budget_s, unit
        The budget behind coverage, and what the weight counts ("people").
    asked
        The keys of the scenario's table.
    answers
        To the questions asked besides.
    districts
        Of an objective that draws them.
    """

    kind: str
    objective: str
    kept: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    solution: Solution
    travel_budget_s: float
    unit: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    answers: Answers = Answers()
    districts: DistrictAnswer | None = None


@dataclass(frozen=True)
class Proposal:
    """
    One scenario answered.

    Attributes
    ----------
    name, language
        For titles and labels.
    area, network, ruleset
        Ground, roads with times, standard.
    facilities
        By kind: the caller's rows, all of them, in the caller's order and CRS and with the caller's columns, then the
        candidates made here. Index `site_id`; added columns: kind, class, name, role, turnout_s, source, reason ("" or
        why the row was not used), status ("existing", "proposed", "candidate", "closed", "not_used"), edge, fraction,
        snap_m (position on `network`).
    demand
        Totals of the demand: read, inside, outside, unit, source.
    cells
        `area.cells` with people, edge, fraction, snap_m.
    today, proposed
        Measured with the same roads, cells and clock. The same object when nothing was planned.
    findings_today, findings_proposed
        Every requirement of the rule set, judged on each.
    plans
        Empty after an audit.
    drawn
        The districts that the service uses today, judged as drawn; None where the scenario names no map of them.
    notes
        From every room, in the order data walked through them.
    provenance
        version; rules (id, digest); inputs (a list of file, role, digest, bytes); profile; clock (name and seconds);
        crs; notice (printed on every output, "" if none); attribution (data credit); created (date, ISO);
        seconds (by step).
    lanes
        Whether engines get through, by the map's tags; None where the scenario does not ask.
    screened
        A row for each candidate and each siting clause that it does not meet: site_id, clause_id, title, clause,
        severity, confidence, measured, limit, unit, beside (which exit, hazard, road), reason (a sentence),
        rejects (a clause of high confidence does), kept_because (the planner's note that keeps it all the same),
        source. None where the scenario does not ask.
    grid
        Levels that every figure is rolled up to, large first.
    brigades, indicators, full_alarm, workload
        None where the scenario does not ask.
    joint
        A row for each tier of a joint plan: kind, class, worth, new_cost, new (how many), cost, people_today and
        people_proposed (served by this tier and none of more worth). None where the scenario does not ask.
    """

    name: str
    language: Language
    area: StudyArea
    network: RoadNetwork
    ruleset: RuleSet
    facilities: Mapping[str, gpd.GeoDataFrame]
    demand: Mapping[str, Any]
    cells: gpd.GeoDataFrame
    today: Situation
    proposed: Situation
    findings_today: tuple[Finding, ...]
    findings_proposed: tuple[Finding, ...]
    plans: tuple[Plan, ...]
    notes: tuple[Note, ...]
    provenance: Mapping[str, Any]
    drawn: DistrictReport | None = None
    lanes: Lanes | None = None
    screened: pd.DataFrame | None = None
    grid: tuple[GridLevel, ...] = ()
    brigades: BrigadeAnswer | None = None
    indicators: IndicatorAnswer | None = None
    joint: pd.DataFrame | None = None
    full_alarm: AlarmAnswer | None = None
    workload: WorkloadAnswer | None = None

    @property
    def districts(self) -> DistrictAnswer | None:
        """Of the plan that draws them; None where none does."""
        return next((plan.districts for plan in self.plans if plan.districts is not None), None)

    @property
    def judged(self) -> dict[str, DistrictReport]:
        """Every judged map of districts there is: as drawn today, today's redrawn, as planned."""
        answer = self.districts
        maps = {
            "drawn": self.drawn,
            "redrawn": None if answer is None else answer.redrawn,
            "planned": None if answer is None else answer.report,
        }
        return {name: report for name, report in maps.items() if report is not None}

    @cached_property
    def reached(self) -> Mapping[str, gpd.GeoDataFrame]:
        """The land that the open stations of each situation reach in time, by its label; worked out when asked for."""
        stations = self.facilities["station"]
        return {
            situation.label: reached_land(
                self.network,
                placed(stations.loc[situation.stations.index]),
                situation.stations.travel_budget_s,
                self.area.boundary,
            )
            for situation in ([self.today] if self.proposed is self.today else [self.today, self.proposed])
        }
