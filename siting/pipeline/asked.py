"""What a [[plan]] may ask: the keys of each objective, and every way in which they do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Mask
from siting.scenario import Phases, PlanTable
from siting.study_area import StudyArea
from siting.tables import Faults, some, unknown

ALWAYS = frozenset({"kind", "objective", "keep", "time_limit_s", "relative_gap", "seed"})
"""Keys that mean the same for every objective."""
COSTS = ("new_cost", "keep_cost", "close_cost", "cost_column")
COUNTING = ("phases", "curve", "alternatives", "differ", "if_lost")
"""Questions that step from one number of stations to another or exchange one for one: money has no such steps."""
QUESTIONS = (*COUNTING, "sensitivity")


@dataclass(frozen=True)
class Asks:
    """
    Keys of [[plan]] besides those in `ALWAYS`.

    Attributes
    ----------
    needs
        Without any one of them there is no question.
    one_of
        Exactly one of them is needed.
    may
        May stand beside.
    """

    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    may: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """All that the objective understands."""
        return (*self.needs, *self.one_of, *self.may)


ASKABLE: dict[str, Asks] = {
    "mclp": Asks(one_of=("sites", "cost_budget"), may=(*COSTS, *QUESTIONS)),
    "lscp": Asks(may=(*COSTS, "station_in_each_unit")),
    "backup": Asks(needs=("sites",)),
    "full_alarm": Asks(needs=("sites",), may=("give_up",)),
    "expected": Asks(needs=("sites", "busy_share"), may=("busy_share_column",)),
    "capacitated": Asks(needs=("sites", "people_limit")),
    "equity": Asks(needs=("sites",), may=("floor", "station_in_each_unit")),
    "p_median": Asks(needs=("sites",), may=("longest_s",)),
    "p_center": Asks(needs=("sites",), may=("longest_s",)),
    "robust": Asks(needs=("sites",), may=("states", "parts", "chance")),
    "robust_mean": Asks(needs=("sites",), may=("states", "parts", "chance")),
    "district": Asks(may=("sites", *COSTS, "people_limit", "land", "redraw", "curve")),
}
"""By the objective's name: what its question is made of."""
USUAL = "usual"
"""The traffic state that the speed profile describes."""


def standing_by(table: PlanTable) -> dict[int, int]:
    """
    New stations that stand by the end of each phase, those before included; empty without phases.

    Examples
    --------
    >>> standing_by(PlanTable(phases=[2, 3])), standing_by(PlanTable(phases={"2030": 5, "2027": 2}))
    ({1: 2, 2: 5}, {2027: 2, 2030: 5})
    """
    return built_by(table.phases)


def built_by(phases: Phases | None) -> dict[int, int]:
    """How many stand by each year, or by the end of each step; empty without phases."""
    if isinstance(phases, dict):
        return {int(year): phases[year] for year in sorted(phases, key=int)}
    return {step: int(built) for step, built in enumerate(np.cumsum(phases or []), start=1)}


def new_sites(table: PlanTable) -> int | None:
    """How many new stations a plan may open, by `sites` or by its last phase."""
    return table.sites if table.sites is not None or not table.phases else [*standing_by(table).values()][-1]


def is_kept(table: PlanTable, usable: gpd.GeoDataFrame) -> Mask:
    """Which sites stand in every plan."""
    required = (usable.role == "required").to_numpy()
    existing = (usable.status == "existing").to_numpy()
    if isinstance(table.keep, list):
        return np.asarray(usable.index.isin(table.keep) | required)
    return np.asarray(existing | required if table.keep == "all" else required)


def check_question(table: PlanTable, *, has_shares: bool = False) -> None:
    """
    Refuse a question that makes no sense by its own words, before anything is read.

    Parameters
    ----------
    has_shares
        Whether [workload] tells how busy the stations are, so that busy_share is not needed.

    Raises
    ------
    InputError
        Naming every fault: an objective that is not known, keys that it lacks or does not take or that contradict each
        other.
    """
    faults = Faults(f"plan {table.kind}")
    if table.objective in ASKABLE:
        for fault in _key_faults(table, ASKABLE[table.objective], has_shares):
            faults.add(fault)
    else:
        faults.add(f"objective: {unknown(table.objective, ASKABLE)}")
    if table.objective == "district" and table.kind != "station":
        faults.add(f"district draws districts of stations; a {table.kind} has none. Ask another objective.")
    if table.objective == "full_alarm" and table.kind != "station":
        faults.add(f"full_alarm counts engines of stations; a {table.kind} sends none. Ask another objective.")
    for fault in (*_phase_faults(table), *_state_faults(table)):
        faults.add(fault)
    faults.stop()


def check_plan(table: PlanTable, stations: gpd.GeoDataFrame, area: StudyArea) -> None:
    """
    Refuse a question that cannot be asked of these stations, before any work is done.

    Raises
    ------
    InputError
        Naming every fault: no usable site, more sites than there are; ids to keep, a column or grid units that are not
        there.
    """
    faults = Faults(f"plan {table.kind}")
    for fault in _site_faults(table, stations):
        faults.add(fault)
    if area.units.empty and (table.floor is not None or table.station_in_each_unit):
        named = "[study_area] units" if table.kind == "station" else "[[micro_stations.due]], where one is missing"
        faults.add(f"{table.objective} is by grid unit, and there is none. Name their file in {named}.")
    faults.stop()


def _key_faults(table: PlanTable, asks: Asks, has_shares: bool) -> Iterator[str]:
    """What the objective needs and does not have, or has and does not take."""
    given = {key for key in table.model_fields_set - ALWAYS if getattr(table, key) is not None}
    name, sites = table.objective, new_sites(table)
    has = given | ({"sites"} if sites is not None else set()) | ({"busy_share"} if has_shares else set())
    for key in asks.needs:
        if key not in has:
            yield f"{name} needs the key {key}: {_meaning(key)}"
    one_of = [key for key in asks.one_of if key in has]
    if asks.one_of and len(one_of) != 1:
        wanted = " or ".join(f"{key} ({_meaning(key).rstrip('.')})" for key in asks.one_of)
        yield f"{name} needs the key {wanted}: one of them, not {'both' if one_of else 'none'}."
    for key in sorted(given - set(asks.keys)):
        takers = ", ".join(other for other, its in ASKABLE.items() if key in its.keys)
        known = f"It takes {', '.join(asks.keys)}." if asks.keys else "It takes none."
        yield f"{key} is given, but {name} does not take it. {known} Remove {key}, or ask one that does: {takers}."
    if name == "equity" and table.floor is None and not table.station_in_each_unit:
        yield "equity needs the key floor or station_in_each_unit, or both: what nobody may be left below."
    if name.startswith("robust") and not (table.states or table.parts):
        yield f"{name} needs the key states or parts, or both: other traffic, or other demand than the usual."
    questions = sorted(given & set(COUNTING))
    if "cost_budget" in given and questions:
        yield f"{', '.join(questions)} count stations. Give sites instead of cost_budget, or remove them."
    if "differ" in given and "alternatives" not in given:
        yield "differ is given without alternatives. Say how many plans, such as alternatives = 3, or remove it."


def _phase_faults(table: PlanTable) -> Iterator[str]:
    if table.phases is None:
        return
    by = standing_by(table)
    last = [*by.values()][-1]
    for (before, fewer), (year, more) in pairwise(by.items()):
        if more < fewer:
            yield f"phases: {more} new stations stand by {year}, {fewer} by {before}. What is built stays; let it rise."
    if table.sites not in (None, last):
        yield f"sites = {table.sites}, but the last phase has {last}. Leave sites out, or make them equal."


def _state_faults(table: PlanTable) -> Iterator[str]:
    named = [*table.states, *table.parts]
    for key, names in (("states", table.states), ("parts", table.parts)):
        if USUAL in names:
            yield f"{key} names {USUAL!r}, which is the profile's speeds and the whole demand. Name only the others."
    if len(set(named)) < len(named):
        yield f"states and parts name a state twice ({some(sorted(named))}). Call each by a name of its own."
    known = {USUAL, *named}
    if table.chance and set(table.chance) != known:
        yield f"chance names {some(sorted(table.chance))}. Expected each of {some(sorted(known))}."
    if table.chance and not sum(table.chance.values()) > 0:
        yield "chance is 0 for every state. Say how often each holds; only their ratios matter."


def _site_faults(table: PlanTable, stations: gpd.GeoDataFrame) -> Iterator[str]:
    usable = stations[stations.reason == ""]
    if usable.empty:
        yield (
            f"None of the {len(stations)} sites can be used ({some(stations.reason.unique())}), so there is nothing to "
            "choose from. Change what rules them out, or leave the plan away and judge today."
        )
    existing = usable.index[usable.status == "existing"]
    strange = [] if isinstance(table.keep, str) else sorted(set(table.keep) - set(existing))
    if strange:
        yield f"keep names {len(strange)} ids that are not existing stations in use ({some(strange)})."
    free = len(usable) - int(is_kept(table, usable).sum())
    most = max(new_sites(table) or 0, table.curve or 0)
    if len(usable) and most > free:
        key = "sites" if most == table.sites else "curve" if most == table.curve else "phases"
        yield (
            f"{key} = {most}, but only {free} candidates are free to open. Ask for at most {free}, or add "
            f'candidates: [candidates.{table.kind}], or [[facilities]] with role = "candidate".'
        )
    for key, below in (("cost_column", np.inf), ("busy_share_column", 1.0)):
        column = getattr(table, key)
        if column is not None:
            yield from _column_faults(key, column, usable, below)


def _column_faults(key: str, column: str, usable: gpd.GeoDataFrame, below: float) -> Iterator[str]:
    if column not in usable.columns:
        yield f"{key}: no table of stations has a column {column!r}. They have {some(usable.columns, 12)}."
        return
    given = usable[column].dropna()
    number = pd.to_numeric(given, errors="coerce")
    bad = given.index[~((number >= 0) & (number < below))]
    if len(bad):
        range_ = "of 0 or more" if below == np.inf else f"from 0 to below {below:g}"
        yield f"{key}: {len(bad)} values of {column!r} are not numbers {range_} (sites {some(bad)})."


def _meaning(key: str) -> str:
    return str(PlanTable.model_fields[key].description)
