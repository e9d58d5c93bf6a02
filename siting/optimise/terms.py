"""What an objective asks beyond who covers whom."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.optimise.problem import Problem

MEANING = {
    "sites": "the number of new sites to open, besides those fixed open",
    "busy_share": "the share of the time a station's engine is out on another call, for example 0.2",
    "people_limit": "the most people one station may serve",
    "floor": "the least share of each unit's weight to cover, for example 0.8",
    "unit": "the grid unit of each demand row",
    "others": "the other traffic states, each a Problem",
    "alarm": "who sends how many engines where in time, and how many a full alarm has",
}
"""What to say when a term is missing."""


@dataclass(frozen=True)
class Alarm:
    """
    What a full alarm asks for.

    Attributes
    ----------
    reach
        The same demand and sites: whose engines are there in time for the full alarm. What is fixed is not looked at.
    engines
        Shape (J,), 0 or more. That each site sends.
    needed
        Engines of a full alarm.
    """

    reach: Problem
    engines: Floats
    needed: float


@dataclass(frozen=True)
class Terms:
    """
    The numbers of a question; each objective says in `Objective.takes` which it understands.

    Attributes
    ----------
    sites
        New sites, besides those fixed open, 0 or more.
    cost_budget
        Most that new sites (and closing old ones) may cost together.
    busy_share
        From 0 to below 1: share of the time in which a station's engine is out on another call.
    busy_shares
        Shape (J,). The same for each site, where they differ.
    people_limit
        Most weight one site may serve.
    floor
        From 0 to 1: least share of each unit's weight that must be covered.
    unit
        Shape (I,). The grid unit of each demand, 0 or more; -1 belongs to none.
    township
        Shape (J,). The township of each site, 0 or more; -1 belongs to none. Each named one gets a station.
    others
        The same demand and sites under other traffic: one `Problem` for each state besides the problem itself.
    chance
        Shape (1 + len(others),). How often each state holds, the problem itself first; equal when None.
    alarm
        The full alarm, the problem itself being the first engine's.
    give_up
        From 0 to 1: share of the first engine's cover that may be given up for the full alarm.
    """

    sites: int | None = None
    cost_budget: float | None = None
    busy_share: float | None = None
    busy_shares: Floats | None = None
    people_limit: float | None = None
    floor: float | None = None
    unit: Ids | None = None
    township: Ids | None = None
    others: tuple[Problem, ...] | None = None
    chance: Floats | None = None
    alarm: Alarm | None = None
    give_up: float | None = None

    @property
    def given(self) -> dict[str, object]:
        """The terms that are set, by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) is not None}

    def told(self) -> dict[str, object]:
        """What a certificate repeats: `sites`, and every other term that is a single number."""
        numbers = {name: value for name, value in self.given.items() if isinstance(value, int | float)}
        return {"sites": self.sites, **numbers}

    def check(self, objective: str, takes: frozenset[str], problem: Problem) -> None:
        """
        Refuse terms that the objective does not take or that do not fit the problem, naming every fault.

        Raises
        ------
        InputError
            With one sentence for each fault.
        """
        strange = sorted(set(self.given) - takes)
        known = f"It takes {', '.join(sorted(takes))}." if takes else "It takes none."
        faults = [f"{objective} does not take {name}. {known}" for name in strange]
        faults += [] if strange else [*self._number_faults(problem), *self._array_faults(problem)]
        if faults:
            raise InputError("terms", faults)

    def needed(self, objective: str, *names: str) -> None:
        """
        Refuse to go on without these terms.

        Raises
        ------
        InputError
            With one sentence for each that is missing.
        """
        missing = [name for name in names if getattr(self, name) is None]
        if missing:
            raise InputError("terms", [f"{objective} needs {name}: {MEANING[name]}." for name in missing])

    def _number_faults(self, problem: Problem) -> list[str]:
        faults = []
        for name, least, most in (
            ("cost_budget", 0.0, math.inf),
            ("busy_share", 0.0, 1.0 - 1e-12),
            ("people_limit", 0.0, math.inf),
            ("floor", 0.0, 1.0),
            ("give_up", 0.0, 1.0),
        ):
            number = getattr(self, name)
            if number is not None and not least <= number <= most:
                faults.append(f"{name} = {number}. Expected a number from {least:g} to {most:g}.")
        if self.sites is not None:
            faults += _sites_faults(self.sites, problem)
        return faults

    def _array_faults(self, problem: Problem) -> list[str]:
        states = 1 + len(self.others or ())
        lengths = {
            "unit": problem.n_demand,
            "township": problem.n_sites,
            "busy_shares": problem.n_sites,
            "chance": states,
        }
        faults = [
            f"{name} has {len(getattr(self, name))} values. Expected {length}."
            for name, length in lengths.items()
            if getattr(self, name) is not None and len(getattr(self, name)) != length
        ]
        if self.chance is not None and not (np.isfinite(self.chance).all() and (self.chance >= 0).all()):
            faults.append("chance holds values that are negative or not finite. Expected how often each state holds.")
        if self.busy_shares is not None and not ((self.busy_shares >= 0) & (self.busy_shares < 1)).all():
            faults.append("busy_shares holds values that are not from 0 to below 1.")
        beside = {f"State {number}": other for number, other in enumerate(self.others or (), start=1)}
        if self.alarm is not None:
            faults += _alarm_faults(self.alarm, problem)
            beside["The full alarm"] = self.alarm.reach
        for name, other in beside.items():
            other.check()
            if (other.n_demand, other.n_sites) != (problem.n_demand, problem.n_sites):
                faults.append(
                    f"{name} has {other.n_demand} demand rows and {other.n_sites} sites. "
                    f"Expected {problem.n_demand} and {problem.n_sites}, in the same order."
                )
        return faults


def _alarm_faults(alarm: Alarm, problem: Problem) -> list[str]:
    faults = []
    if len(alarm.engines) != problem.n_sites or not (np.isfinite(alarm.engines) & (alarm.engines >= 0)).all():
        faults.append(f"engines of the full alarm need {problem.n_sites} numbers of 0 or more.")
    if not (math.isfinite(alarm.needed) and alarm.needed > 0):
        faults.append(f"A full alarm has {alarm.needed} engines. Expected a number above 0.")
    return faults


def _sites_faults(sites: int, problem: Problem) -> list[str]:
    free = int((~(problem.fixed_open | problem.fixed_closed)).sum())
    if sites < 0:
        return [f"sites = {sites}. Expected 0 or more new sites."]
    if sites > free:
        fault = (
            f"sites = {sites}, but only {free} candidates are free to open (of {problem.n_sites} sites, "
            f"{int(problem.fixed_open.sum())} are fixed open and {int(problem.fixed_closed.sum())} fixed closed). "
            f"Ask for at most {free}, or add candidates."
        )
        return [fault]
    return []
