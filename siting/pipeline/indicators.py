"""Indicators by target year: what stands by the end of each phase, measured like today and the proposal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import geopandas as gpd

from siting.cells import PEOPLE_UNITS
from siting.indicators import PROPOSED, TODAY, Facts, indicator_table, latest
from siting.micro_places import judged_places
from siting.pipeline.asked import built_by
from siting.pipeline.brigades import measure_brigades
from siting.pipeline.material import Material
from siting.proposal import IndicatorAnswer, Plan, stands
from siting.rules import Situation, measure
from siting.scenario import ByYearTable, IndicatorsTable, Scenario


def indicator_answer(
    scenario: Scenario,
    asked: IndicatorsTable,
    given: Material,
    facilities: Mapping[str, gpd.GeoDataFrame],
    plans: Sequence[Plan],
    today: Situation,
    proposed: Situation,
) -> IndicatorAnswer:
    """
    The table of indicators: today, by the end of each year that a phase or a target names, and as proposed.

    Parameters
    ----------
    facilities
        With the status after every plan.
    plans
        Those that were answered; their phases and lots name years.
    """
    targets = asked.targets.by_indicator if asked.targets is not None else {}
    years = sorted(
        {year for plan in plans for year in built_by(plan.asked.get("phases") or plan.asked.get("lots"))}
        | {year for by_year in targets.values() for year in by_year}
    )
    due = _hydrants_due(facilities, plans)
    facts, people_as_of = {}, {}
    for label, year in _labels(years, plans):
        standing = {kind: table[stands(table, label)] for kind, table in facilities.items()}
        situation = _situation(label, standing["station"], given, today, proposed)
        people, people_as_of[label] = _people(asked.people, given, label, year)
        without_own, missing = _units(scenario, given, standing["station"], situation)
        facts[label] = Facts(
            people=people,
            staff=_staff(asked.staff, label, year),
            stations=_counted(standing["station"], situation, asked),
            area_km2=float(situation.cells.area_km2.sum()),
            area_covered_km2=float(situation.cells.area_km2[situation.cells.is_covered].sum()),
            hydrants=_number(standing, "hydrant"),
            hydrants_due=due,
            micro_stations=_number(standing, "micro_station"),
            places_missing=_places_missing(given, standing),
            units_without_own=without_own,
            units_missing=missing,
        )
    return IndicatorAnswer(
        facts=facts,
        table=indicator_table(facts, targets),
        forces=tuple(asked.forces),
        people_as_of=people_as_of,
        sources={
            "people": given.demand.source if asked.people is None else asked.people.source,
            "staff": "" if asked.staff is None else asked.staff.source,
            "targets": "" if asked.targets is None else asked.targets.source,
        },
    )


def _labels(years: Sequence[int], plans: Sequence[Plan]) -> list[tuple[str, int | None]]:
    """Each situation with its year: the proposal has the last one, today none."""
    proposed = [(PROPOSED, years[-1] if years else None)] if plans else []
    return [(TODAY, None), *((str(year), year) for year in years), *proposed]


def _people(told: ByYearTable | None, given: Material, label: str, year: int | None) -> tuple[float, str]:
    """Residents, and whose year they are where the year has no number of its own: that before it, or ``"today"``."""
    by_year = {} if told is None else {int(known): people for known, people in told.by_year.items()}
    as_of = None if year is None else latest(by_year, year)
    if as_of is not None:
        return by_year[as_of], "" if as_of == year else str(as_of)
    people = _residents(given) if told is None or told.today is None else told.today
    return people, "" if label == TODAY else TODAY


def _residents(given: Material) -> float:
    """The people of the demand; not known where it counts something else and tells no people beside it."""
    if given.demand.residents is not None:
        return float(given.demand.residents.sum())
    return given.demand.total_inside if given.demand.unit in PEOPLE_UNITS else math.nan


def _staff(told: ByYearTable | None, label: str, year: int | None) -> float:
    """Nobody's number is taken for another year: who is hired is decided, not grown."""
    number = None if told is None else told.today if label == TODAY else told.by_year.get(str(year))
    return math.nan if number is None else number


def _situation(
    label: str, standing: gpd.GeoDataFrame, given: Material, today: Situation, proposed: Situation
) -> Situation:
    """Measured anew only where something else stands than today or as proposed."""
    for known in (today, proposed):
        if label == known.label or standing.index.sort_values().equals(known.stations.index.sort_values()):
            return known
    return measure(label, given.network, given.area, given.cells, standing, given.ruleset)


def _counted(standing: gpd.GeoDataFrame, situation: Situation, asked: IndicatorsTable) -> float:
    force = standing.force.reindex(situation.stations.index)
    return float((situation.stations.is_inside & force.isin(asked.forces)).sum())


def _units(
    scenario: Scenario, given: Material, standing: gpd.GeoDataFrame, situation: Situation
) -> tuple[float, float]:
    """Units without a brigade or station of their own, and those in reach of none; not known without [brigades]."""
    if scenario.brigades is None:
        return math.nan, math.nan
    state = measure_brigades(scenario.brigades, given, standing.assign(status="existing"), situation.cells).units.state
    return float((state != "has_one").sum()), float((state == "missing").sum())


def _number(standing: Mapping[str, gpd.GeoDataFrame], kind: str) -> float:
    return float(len(standing[kind])) if kind in standing else math.nan


def _hydrants_due(facilities: Mapping[str, gpd.GeoDataFrame], plans: Sequence[Plan]) -> float:
    """Those of today and those that a plan needs to close every gap; not known without a plan."""
    needed = [len(plan.added) for plan in plans if plan.kind == "hydrant"]
    return float(stands(facilities["hydrant"], TODAY).sum() + sum(needed)) if needed else math.nan


def _places_missing(given: Material, standing: Mapping[str, gpd.GeoDataFrame]) -> float:
    """Of the places that a rule speaks of; not known where no rule is named."""
    if given.micro is None or given.micro.places.empty:
        return math.nan
    points = standing["micro_station"].geometry.to_crs(given.area.crs)
    judged = judged_places(given.micro.places, points, given.micro.cells)
    return float((judged.state == "missing").sum())
