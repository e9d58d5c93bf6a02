"""One scenario answered: today beside proposed, with the proof and the provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from siting.district_check import DistrictReport
from siting.full_alarm import AlarmAnswer
from siting.grids import GridLevel
from siting.lanes import Lanes
from siting.language import Language
from siting.network import RoadNetwork
from siting.network.place import placed
from siting.proposal.plan import DistrictAnswer, Plan
from siting.proposal.service_answers import BrigadeAnswer, IndicatorAnswer
from siting.reached import reached_land
from siting.rules import Finding, RuleSet, Situation
from siting.study_area import StudyArea
from siting.tables import Note
from siting.workload import WorkloadAnswer


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
        Measured with the same roads, cells and clock, and labelled so. The same object when nothing was planned.
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
    def is_audit(self) -> bool:
        """Whether nothing is proposed: there is today only."""
        return self.proposed is self.today

    @property
    def situations(self) -> tuple[Situation, ...]:
        """Today and as proposed, or today alone."""
        return (self.today,) if self.is_audit else (self.today, self.proposed)

    @property
    def findings(self) -> dict[str, tuple[Finding, ...]]:
        """Every requirement judged, by the label of each of `situations`."""
        judged = {"today": self.findings_today, "proposed": self.findings_proposed}
        return {situation.label: judged[situation.label] for situation in self.situations}

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
            for situation in self.situations
        }
