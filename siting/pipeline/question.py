"""From stations and cells to the arrays that the optimiser is asked with."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats
from siting.coverage import coverage
from siting.errors import InfeasibleError
from siting.language import Language, word
from siting.network.place import placed
from siting.optimise import Problem, Terms
from siting.optimise.terms import Alarm
from siting.pipeline.alarm import engines_of
from siting.pipeline.asked import USUAL, is_kept, new_sites
from siting.pipeline.material import Material
from siting.rules import Clock
from siting.scenario import FullAlarmTable, PlanTable
from siting.study_area import StudyArea
from siting.tables import some
from siting.travel_time import TravelTimes

MEASURED = ("p_median", "p_center")
"""Objectives that count seconds, not what lies within the budget."""
SPEED, BUDGET_S, PEOPLE, DRAWS = 0.1, 30.0, 0.2, 4
"""Samples of the sensitivity: speeds and budgets up and down, and random weights of each cell within a share."""


@dataclass(frozen=True)
class Question:
    """
    One [[plan]] as arrays, and what its positions mean.

    Attributes
    ----------
    sites
        The facility table's usable rows by id: position j.
    demand
        Cells with weight: position i.
    times
        Driving time from site to cell, as far as the question looks.
    budget_s
        Seconds each site has left for driving.
    problem, terms
        What `siting.optimise.solve` takes.
    """

    sites: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    times: TravelTimes
    budget_s: pd.Series
    problem: Problem
    terms: Terms

    def within(self, budget_s: pd.Series) -> Problem:
        """The same question with other budgets, 0 s or more and no longer than the times."""
        covers = coverage(self.times, budget_s)
        return replace(self.problem, indptr=covers.indptr, sites=covers.sites, distance=None)


def question(table: PlanTable, given: Material, language: Language, busy: pd.Series | None = None) -> Question:
    """
    A [[plan]] put to the sites of its kind, as they are before any plan, on the ground that they are planned on.

    Demand is every cell with weight; a site covers it when the engine drives there within the clock's limit less alarm
    handling and the site's own turnout. Cells without weight take no part: land nobody lives on is judged, not planned
    for. Where seconds are measured they are turnout and drive. The objective `full_alarm` looks at the drives that
    [full_alarm] names instead; `busy` are shares of stations, where the workload tells them.

    Raises
    ------
    InfeasibleError
        If a grid unit that is to have a station holds no site.
    """
    stations, ground = given.facilities[table.kind], given.ground(table.kind)
    sites = stations[stations.reason == ""].sort_index()  # ties are broken by id, so positions must follow ids
    demand = ground.cells[ground.cells.people > 0]
    budget_s = travel_budget_s(sites, ground.clock)
    times = given.search(
        ground.network,
        placed(sites),
        placed(demand),
        # Above 0 even where every site turns out too late.
        limit_s(table, max(ground.clock.travel_budget_s, *budget_s), given.full_alarm),
        site_ids=sites.index,
        demand_ids=demand.index,
    )
    covers = coverage(times, budget_s)
    kept = is_kept(table, sites)
    is_free = (sites.status == "existing").to_numpy() & ~kept
    problem = Problem(
        indptr=covers.indptr,
        sites=covers.sites,
        weight=demand.people.to_numpy(),
        cost=costs(table, sites),
        fixed_open=kept,
        fixed_closed=np.zeros(len(sites), dtype=bool),
        closing_cost=np.where(is_free, table.close_cost, 0.0) if table.close_cost and is_free.any() else None,
    )
    asked = Question(sites, demand, times, budget_s, problem, Terms())
    if table.objective in MEASURED:
        turnout_s = sites.turnout_s.fillna(ground.clock.turnout_s).to_numpy()
        asked = replace(asked, problem=_measured(asked, table, turnout_s))
    asked = replace(asked, terms=_terms(table, asked, ground.area, language, busy))
    return _by_full_alarm(asked, given.full_alarm) if given.full_alarm and table.objective == "full_alarm" else asked


def travel_budget_s(stations: pd.DataFrame, clock: Clock) -> pd.Series:
    """Seconds each station has left for driving, with its own turnout where that is known."""
    turnout_s = stations.turnout_s.fillna(clock.turnout_s)
    return clock.response_limit_s - clock.alarm_handling_s - turnout_s


def samples(asked: Question, seed: int) -> dict[str, Problem]:
    """The question under other assumptions, by the name of each: what is planned with first."""
    draw = np.random.default_rng(seed)
    weight = asked.problem.weight
    others = [weight * draw.uniform(1 - PEOPLE, 1 + PEOPLE, len(weight)) for _ in range(DRAWS)]
    return {
        USUAL: asked.problem,
        "slower": asked.within(asked.budget_s * (1 - SPEED)),
        "faster": asked.within(asked.budget_s * (1 + SPEED)),
        "shorter": asked.within(asked.budget_s - BUDGET_S),
        "longer": asked.within(asked.budget_s + BUDGET_S),
        **{f"people_{draw}": replace(asked.problem, weight=other) for draw, other in enumerate(others, start=1)},
    }


def limit_s(table: PlanTable, budget_s: float, full_alarm: FullAlarmTable | None = None) -> float:
    """How long the drives are that a question looks at, where the longest budget is `budget_s`."""
    if table.objective == "full_alarm" and full_alarm is not None:
        return max(full_alarm.all_s, budget_s)
    if table.objective in MEASURED:
        return max(table.longest_s, budget_s)
    longest = [budget_s * speed for speed in (1.0, *table.states.values())]
    return max(*longest, budget_s * (1 + SPEED), budget_s + BUDGET_S) if table.sensitivity else max(longest)


def costs(table: PlanTable, sites: gpd.GeoDataFrame) -> Floats:
    """Shape (J,). What each site costs when it is open."""
    usual = np.where(sites.status == "existing", table.keep_cost, table.new_cost).astype(np.float64)
    return usual if table.cost_column is None else _own(sites, table.cost_column, usual)


def _own(sites: gpd.GeoDataFrame, column: str, usual: Floats) -> Floats:
    """Shape (J,). What the column says of each site, the usual number where it is empty."""
    own = pd.to_numeric(sites[column], errors="coerce").to_numpy(dtype=np.float64)
    return np.where(np.isnan(own), usual, own)


def _measured(asked: Question, table: PlanTable, turnout_s: Floats) -> Problem:
    """Every pair within the longest drive looked at, with the seconds from order to arrival."""
    seconds = asked.times.matrix().tocsr()
    is_near = seconds.data <= table.longest_s  # the times reach as far as the clock's budget, which may be farther
    sites = seconds.indices[is_near].astype(np.uint32)
    return replace(
        asked.problem,
        indptr=np.concatenate([[0], np.cumsum(is_near)])[seconds.indptr].astype(np.int64),
        sites=sites,
        distance=seconds.data[is_near] + turnout_s[sites],
    )


def _by_full_alarm(asked: Question, full_alarm: FullAlarmTable) -> Question:
    """Covered is who gets the first engine in time; the terms say who sends how many of all of them."""
    first, every = (
        asked.within(pd.Series(limit_s, asked.sites.index)) for limit_s in (full_alarm.first_s, full_alarm.all_s)
    )
    alarm = Alarm(every, engines_of(full_alarm, asked.sites), float(full_alarm.engines))
    return replace(asked, problem=first, terms=replace(asked.terms, alarm=alarm))


def _terms(table: PlanTable, asked: Question, area: StudyArea, language: Language, busy: pd.Series | None) -> Terms:
    floor = table.floor is not None
    states = {name: asked.within(asked.budget_s * speed) for name, speed in table.states.items()}
    states |= {name: replace(asked.problem, weight=_points(asked.demand, name)) for name in table.parts}
    chance = [table.chance[name] for name in (USUAL, *states)] if table.chance else None
    busy_shares = _busy_shares(table, asked.sites, busy)
    return Terms(
        sites=new_sites(table),
        cost_budget=table.cost_budget,
        busy_share=table.busy_share if busy_shares is None else None,
        busy_shares=busy_shares,
        people_limit=table.people_limit,
        floor=table.floor,
        unit=area.units.index.get_indexer(asked.demand.unit_id) if floor else None,
        township=_unit_of_each_site(asked.sites, area, language) if table.station_in_each_unit else None,
        others=tuple(states.values()) if states else None,
        chance=np.array(chance) if chance else None,
        give_up=table.give_up or None,
    )


def _busy_shares(table: PlanTable, sites: gpd.GeoDataFrame, busy: pd.Series | None) -> Floats | None:
    """Shape (J,). Each site's own, by the column or the workload, else the usual one; None where all are alike."""
    usual = np.full(len(sites), np.nan if table.busy_share is None else table.busy_share)
    if table.busy_share_column is not None:
        return _own(sites, table.busy_share_column, usual)
    return None if busy is None else _own(sites.assign(busy=busy), "busy", usual)


def _points(cells: pd.DataFrame, part: str) -> Floats:
    """Shape (I,). The part of a mix alone, with as many points as the whole."""
    weight = cells[f"part_{part}"].to_numpy(dtype=np.float64)
    return np.asarray(weight * (float(cells.people.sum()) / float(weight.sum())))


def _unit_of_each_site(sites: gpd.GeoDataFrame, area: StudyArea, language: Language) -> np.ndarray:
    points = sites.geometry.to_crs(area.crs)
    unit = area.unit_at(points.x.to_numpy(), points.y.to_numpy())
    without = np.setdiff1d(np.arange(len(area.units)), unit)
    if len(without):
        units = some(area.units.name.iloc[without])
        raise InfeasibleError(word("plan_units_without_site", language, count=len(without), units=units))
    return np.asarray(unit)
