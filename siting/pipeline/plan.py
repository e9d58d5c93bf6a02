"""One [[plan]]: asked of the optimiser, and its answer as rows of the facility table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Mask
from siting.errors import InfeasibleError
from siting.language import Language, word
from siting.optimise import Solution, solve
from siting.optimise.problem import opened
from siting.optimise.questions import Phase, phases
from siting.optimise.watch import stopping
from siting.pipeline.answers import answers
from siting.pipeline.asked import standing_by
from siting.pipeline.material import Material
from siting.pipeline.question import Question, question
from siting.pipeline.search_line import search_line
from siting.pipeline.unreached import units_below, unreached
from siting.pipeline.workload import with_busy_shares
from siting.proposal import Answers, DistrictAnswer, Plan
from siting.scenario import PlanTable
from siting.tables import Note


@dataclass(frozen=True)
class Planned:
    """
    What came of one [[plan]].

    Attributes
    ----------
    plan
        With its certificate and the answers to what was asked besides.
    sites
        The facility table of its kind with its new status ("existing", "proposed", "candidate", "closed", "not_used")
        and, in a phased plan, the column `opens_in`: the year in which a new station opens, "" for all others.
    notes
        What no plan can cover, whether the search was cut short, whether it found fewer plans than asked for, and where
        busy shares come from.
    """

    plan: Plan
    sites: gpd.GeoDataFrame
    notes: tuple[Note, ...]


def plan(table: PlanTable, given: Material, language: Language) -> Planned:
    """
    Where to build; the first Ctrl-C ends every search with the best it has.

    Parameters
    ----------
    given
        With the sites of every kind before any plan.
    language
        Of the line that shows how far the search has come, and of what stands in the way of a plan.

    Raises
    ------
    InfeasibleError
        If there is no plan, or none was found in time: which requirement stands in the way, and by how many seconds.
    """
    table, busy, told = with_busy_shares(table, given)
    asked, ground = question(table, given, language, busy), given.ground(table.kind)
    out_of_reach = unreached(asked, ground, given.demand.unit)
    with stopping() as stop:
        solution, phased = _solved(table, asked, language)
        if solution.status in ("infeasible", "unknown"):
            by_name = (*units_below(asked, ground), *out_of_reach)
            raise InfeasibleError(_refused(table, solution, by_name, language))
        besides = answers(table, asked, solution.plan, phased)
    cut_short = (Note("topic_plan", "note_search_stopped", 1),) if stop.is_set() else ()
    wanted, found = table.alternatives or 0, len(besides.alternatives)
    fewer = (Note("topic_plan", "note_fewer_alternatives", found, values={"asked": wanted}),) if found < wanted else ()
    is_open = opened(asked.problem, solution.plan)
    others = dict(_of_other_tables(table, given, busy))
    answered = answered_plan(table, given, asked.sites, is_open, solution, answers=besides, others=others)
    sites = decided(given.facilities[table.kind], asked.sites, is_open, phased)
    return Planned(answered, sites, (*cut_short, *fewer, *out_of_reach, *told))


def answered_plan(
    table: PlanTable,
    given: Material,
    sites: gpd.GeoDataFrame,
    is_open: Mask,
    solution: Solution,
    *,
    answers: Answers,
    districts: DistrictAnswer | None = None,
    others: Mapping[str, Any] | None = None,
) -> Plan:
    """
    What was asked, and which of the usable sites that keeps, adds and drops: those that `is_open` says stand.

    `others` are keys that its objective has from other tables of the scenario.
    """
    is_existing = (sites.status == "existing").to_numpy()
    return Plan(
        kind=table.kind,
        objective=table.objective,
        kept=tuple(sites.index[is_open & is_existing]),
        added=tuple(sites.index[is_open & ~is_existing]),
        dropped=tuple(sites.index[~is_open & is_existing]),
        solution=solution,
        travel_budget_s=given.ground(table.kind).clock.travel_budget_s,
        unit=given.demand.unit,
        asked={**table.model_dump(mode="json", exclude_none=True), **(others or {})},
        answers=answers,
        districts=districts,
    )


def _of_other_tables(table: PlanTable, given: Material, busy: pd.Series | None) -> Iterator[tuple[str, Any]]:
    """What the objective has from [full_alarm] and [workload]."""
    if given.full_alarm is not None and table.objective == "full_alarm":
        yield "full_alarm", given.full_alarm.model_dump(mode="json")
    if busy is not None:
        yield "busy_shares", busy.to_dict()


def _refused(table: PlanTable, solution: Solution, by_name: tuple[Note, ...], language: Language) -> str:
    """Why there is no plan: what the optimiser says of numbers, then units by name and cells by id."""
    counts = [note for note in solution.reasons if note.key != "note_units_below_floor"]  # told again by name
    cells = [word("plan_cells", language, cells=_few(note)) for note in by_name]
    reasons = [note.message(language) for note in counts]
    reasons += [f"{note.message(language)} {named}" for note, named in zip(by_name, cells, strict=True)]
    return word(f"plan_{solution.status}", language, objective=table.objective, reasons=" ".join(reasons))


def _few(note: Note) -> str:
    return ", ".join(note.examples) + (", ..." if note.count > len(note.examples) else "")


def _solved(table: PlanTable, asked: Question, language: Language) -> tuple[Solution, tuple[Phase, ...]]:
    """The plan; a phased one is the last of its phases."""
    limits: dict[str, Any] = {
        "time_limit_s": table.time_limit_s,
        "relative_gap": table.relative_gap,
        "seed": table.seed,
    }
    with search_line(language) as tell:
        if table.phases:
            found = phases(asked.problem, standing_by(table), progress=tell, **limits)
            return found[-1].nested, found
        return solve(asked.problem, table.objective, terms=asked.terms, progress=tell, **limits), ()


def decided(
    stations: gpd.GeoDataFrame, usable: gpd.GeoDataFrame, is_open: np.ndarray, phased: tuple[Phase, ...]
) -> gpd.GeoDataFrame:
    """The facility table with the status of each site and the phase in which it opens."""
    is_existing = (usable.status == "existing").to_numpy()
    status = np.select(
        [is_open & is_existing, is_open, is_existing], ["existing", "proposed", "closed"], default="candidate"
    )
    decided = stations.assign(status=pd.Series(status, usable.index).reindex(stations.index).fillna(stations.status))
    if not phased:
        return decided
    year = pd.Series("", index=usable.index)
    for phase in reversed(phased):
        year.iloc[phase.nested.plan] = str(phase.year)
    year[is_existing] = ""
    return decided.assign(opens_in=year.reindex(stations.index).fillna(""))
