"""A standard as data: its clock, its requirements, and the finding that judging one of them gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from siting.language import Language

Severity = Literal["shall", "should", "may"]
Confidence = Literal["high", "medium", "low"]
ClockName = Literal["order_to_arrival", "call_to_arrival", "wheels_rolling_to_arrival"]
Place = Literal["urban", "near_suburb", "other"]
"""What a standard sets its limits by: construction land, its edge with free-flowing roads, and neither."""


@dataclass(frozen=True)
class Clock:
    """
    Which seconds a standard counts.

    Attributes
    ----------
    name
        From which event the seconds run.
    response_limit_s, alarm_handling_s, turnout_s
        The limit, and what passes before the wheels roll. A station's own turnout goes before `turnout_s`.
    """

    name: ClockName
    response_limit_s: float
    alarm_handling_s: float
    turnout_s: float

    @property
    def travel_budget_s(self) -> float:
        """Seconds left for driving: limit - alarm handling - turnout."""
        return self.response_limit_s - self.alarm_handling_s - self.turnout_s


@dataclass(frozen=True)
class Requirement:
    """
    One thing a standard asks for.

    Attributes
    ----------
    id, kind
        Unique in its rule set; the check that judges it, a key of `KINDS`.
    title
        By language.
    clause, source
        Where it is written; which copies were read.
    severity, confidence
        应/shall, 宜/should, 可/may; below ``high`` it is an editable default and reports say so.
    values
        The numbers, with units in their names: the keyword arguments of the kind's check.
    """

    id: str
    kind: str
    title: dict[Language, str]
    clause: str
    source: str
    severity: Severity
    confidence: Confidence
    values: dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """
    What a standard says that no check measures: for people to read, and for plans to take as a default.

    Attributes
    ----------
    id, title, clause, source, severity, confidence
        As of a `Requirement`.
    values
        Numbers with their units in their names; empty where the text gives none.
    clock
        From which event its seconds count; None where it has none.
    note
        By language: what has to be said beside it; empty where nothing has.
    """

    id: str
    title: dict[Language, str]
    clause: str
    source: str
    severity: Severity
    confidence: Confidence
    values: dict[str, float]
    clock: ClockName | None = None
    note: dict[Language, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its id without that of its rule set, which stands in front where several are combined."""
        return self.id.rpartition("/")[2]


@dataclass(frozen=True)
class RuleSet:
    """
    A standard or a set of them: `clock` is None where it counts no seconds (hydrants).

    `requirements` are judged on a situation, `siting` on each candidate site (kinds of `siting.screening.SCREENS`),
    `figures` by people.
    """

    id: str
    title: dict[Language, str]
    edition: str
    clock: Clock | None
    requirements: tuple[Requirement, ...]
    digest: str
    figures: tuple[Figure, ...] = ()
    siting: tuple[Requirement, ...] = ()


@dataclass(frozen=True)
class Finding:
    """
    One requirement judged.

    Attributes
    ----------
    requirement
        What was asked.
    measured, required, unit
        The number found, the number asked for, and their unit; nan when it could not be judged.
    passed
        None when it could not be judged, and `remark` says why.
    worst
        The places furthest from it, ids with their value, worst first.
    remark
        By language: what the number means, or why there is none.
    """

    requirement: Requirement
    measured: float
    required: float
    unit: str
    passed: bool | None
    worst: tuple[tuple[str, float], ...]
    remark: dict[Language, str]
