"""One [[plan]] of districts: solved, judged by the independent checker, and explained."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from siting.arrays import Floats, Mask
from siting.cells import counted
from siting.district_check import DistrictReport
from siting.districting import REASONS, DistrictPlan, DistrictProblem, plan_districts, with_own_caps
from siting.language import Language
from siting.network.place import placed
from siting.optimise import Solution
from siting.optimise.watch import stopping
from siting.pipeline.district_question import (
    DistrictQuestion,
    district_question,
    lowered_caps,
    todays_question,
    town_caps,
)
from siting.pipeline.drawn import judge_drawn
from siting.pipeline.explained import explained
from siting.pipeline.material import Material
from siting.pipeline.missing import missing_stations
from siting.pipeline.plan import Planned, answered_plan, decided
from siting.pipeline.readings import both_readings
from siting.pipeline.search_line import search_line
from siting.proposal import Answers, CurveAnswer, DistrictAnswer
from siting.scenario import PlanTable
from siting.tables import Note, noted
from siting.travel_time import nearest

SHARES = (0.6, 0.5, 1.0)
"""Of the time left, for the first search and for those with caps that its districts turned out to have."""
CURVE_POINTS = 7
"""Numbers of stations for which a curve has a plan: each is a search of its own."""
UNSERVED = {
    "no_road": "note_district_no_road",
    "beyond_budget": "note_district_beyond",
    "cut_off": "note_district_cut_off",
    "no_room": "note_district_no_room",
}
"""By reason: what is said of land that has no district. That a plan left land out by choice is no news."""


def district_plan(table: PlanTable, given: Material, language: Language) -> Planned:
    """
    Stations and lawful districts, with their proof; the first Ctrl-C ends every search with the best it has.

    Parameters
    ----------
    given
        Before any plan of stations.
    language
        Of the line that shows how far the search has come, and of the findings.
    """
    asked = district_question(table, given)
    today = todays_question(asked)
    limits = {"relative_gap": table.relative_gap, "seed": table.seed}
    with stopping() as stop, search_line(language) as tell:
        found = solved(asked, given, table.sites, table.time_limit_s, {"progress": tell, **limits})
        curve = tuple(_curve(table, asked, given, limits))
        redrawn = solved(today, given, 0, table.time_limit_s, limits) if table.redraw else None
    is_open = np.isin(np.arange(len(asked.sites)), found.open_sites)
    stations = decided(given.facilities["station"], asked.sites, is_open, ())
    after = replace(given, facilities={**given.facilities, "station": stations})
    owner = _owner(asked, given, found)
    maps = {"planned": owner} | ({} if redrawn is None else {"redrawn": _owner(today, given, redrawn)})
    reason = np.array(REASONS)[found.reason]
    answer = DistrictAnswer(
        land=table.land or "all",
        cells=given.cells[["area_km2", *counted(given.cells)]].assign(
            site_id=owner, reason=reason, nearest_s=_nearest_s(asked, given, reason != "")
        ),
        report=_judged(after, owner, table, language),
        bounds={name: bound + asked.closing for name, bound in found.bounds.items()},
        stations=explained(asked, given, found.open_sites, found.site),
        shortage=missing_stations(table, given, asked, found),
        readings=both_readings(given, maps, table.land or "all"),
        redrawn=None if redrawn is None else _judged(given, maps["redrawn"], table, language),
    )
    cut_short = (Note("topic_plan", "note_search_stopped", 1),) if stop.is_set() else ()
    return Planned(
        answered_plan(
            table,
            given,
            asked.sites,
            is_open,
            _solution(asked, found),
            answers=Answers(curve=curve),
            districts=answer,
        ),
        stations,
        (*cut_short, *weak_bound(asked.problem, found), *_unserved(given, answer)),
    )


def solved(
    asked: DistrictQuestion, given: Material, sites: int | None, time_limit_s: float, limits: dict[str, Any]
) -> DistrictPlan:
    """
    A plan whose districts keep the caps of where they came to lie.

    A district of a suburban station that lies mostly in town has the town's cap, and land with a cap of its own takes a
    share of a district that differs with the station's cap: where a district turned out too large for these, the search
    is made again with a lower cap for it, and where that leaves another one too large, a last time with the town's cap
    for all and all land counted as for the largest: that is lawful everywhere. The bounds are those of the first
    search, whose caps leave most room.
    """
    ends_s = time.monotonic() + time_limit_s
    own_cap_m2 = given.cells.cap_km2.to_numpy() * 1e6
    problem = with_own_caps(asked.problem, own_cap_m2, "least")
    found = plan_districts(problem, sites=sites, time_limit_s=SHARES[0] * time_limit_s, **limits)
    bounds = found.bounds
    for share in SHARES[1:]:
        lowered, is_large = lowered_caps(asked, given, problem, found.site)
        if not is_large.any():
            break
        problem = replace(problem, cap_m2=lowered)
        if share == SHARES[-1]:
            strict = replace(asked.problem, cap_m2=town_caps(asked, given, asked.problem.cap_m2))
            problem = with_own_caps(strict, own_cap_m2, "most")
        left_s = max(0.0, ends_s - time.monotonic())
        found = plan_districts(problem, sites=sites, time_limit_s=share * left_s, **limits)
    return found.bounded_by(bounds)


def _solution(asked: DistrictQuestion, found: DistrictPlan) -> Solution:
    """The certificate; the cost of closing joins value and bound."""
    return Solution(
        objective="district",
        plan=found.open_sites,
        value=found.value + asked.closing,
        bound=found.bound + asked.closing,
        sense=found.sense,
        status=found.status,
        method=found.method,
        seconds=found.seconds,
        seed=found.seed,
        settings={
            **found.settings,
            "bounds": {name: bound + asked.closing for name, bound in found.bounds.items()},
        },
    )


def _curve(table: PlanTable, asked: DistrictQuestion, given: Material, limits: dict[str, Any]) -> Iterator[CurveAnswer]:
    """The best plan of some numbers of stations; where a search found less than one of fewer, that plan stands."""
    if table.curve is None:
        return
    numbers = np.unique(np.linspace(0, table.curve, CURVE_POINTS).round().astype(int)).tolist()
    best: DistrictPlan | None = None
    for number in numbers:
        share_s = table.time_limit_s / len(numbers)
        found = solved(asked, given, number, share_s, limits)
        best = found if best is None or found.value > best.value else best
        new = best.open_sites[~asked.problem.fixed_open[best.open_sites]]
        yield CurveAnswer(number, tuple(asked.sites.index[new]), best.value, max(best.value, found.bound))


def _owner(asked: DistrictQuestion, given: Material, found: DistrictPlan) -> pd.Series:
    """The station of each cell, by cell_id; "" for none."""
    ids = np.append(asked.sites.index.to_numpy(dtype=object), "")  # -1 is the last
    return pd.Series(ids[found.site], index=given.cells.index, dtype=object)


def _nearest_s(asked: DistrictQuestion, given: Material, is_unserved: Mask) -> Floats:
    """Shape (I,). Driving seconds from the nearest site that may open, inf where none can drive; nan where served."""
    seconds = np.full(len(given.cells), np.nan)
    seconds[is_unserved] = nearest(given.network, placed(asked.sites), placed(given.cells[is_unserved])).travel_s
    return seconds


def _judged(given: Material, owner: pd.Series, table: PlanTable, language: Language) -> DistrictReport:
    return judge_drawn(given, owner, land=table.land or "all", language=language)


def weak_bound(problem: DistrictProblem, found: DistrictPlan) -> Iterator[Note]:
    """What the bound of a plan that is not proven leaves out."""
    if found.status != "feasible" or "programme" in found.bounds:
        return
    yield Note("topic_plan", "note_district_bound", 1, values={"gap": found.optimality_gap})
    if problem.is_small.any():
        yield Note("topic_plan", "note_district_bound_small", int(problem.is_small.sum()))
    if found.sense == "min" and len(np.unique(problem.cost)) > 1:
        yield Note("topic_plan", "note_district_bound_costs", 1)


def _unserved(given: Material, answer: DistrictAnswer) -> Iterator[Note]:
    """Land that has no district, by reason."""
    for reason, key in UNSERVED.items():
        cells = answer.cells[answer.cells.reason == reason]
        km2, weight = float(cells.area_km2.sum()), float(cells.people.sum())
        seconds = _seconds(cells.nearest_s) if reason == "beyond_budget" else {}
        yield from noted("topic_plan", key, cells.index, km2=km2, weight=weight, unit=given.demand.unit, **seconds)


def _seconds(nearest_s: pd.Series) -> dict[str, object]:
    """The shortest and the longest of these drives, rounded up, and how many there are none of."""
    driven = np.ceil(nearest_s[np.isfinite(nearest_s)])
    ends = (f"{driven.min():.0f}", f"{driven.max():.0f}") if len(driven) else ("–", "–")
    return {"least": ends[0], "most": ends[1], "no_way": len(nearest_s) - len(driven)}
