"""A clause that district maps are judged by, and the verdict on one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from siting.language import Language, word


@dataclass(frozen=True)
class Clause:
    """
    One thing that is asked of a map of districts, as plain values.

    Attributes
    ----------
    id, kind
        Unique in its table; the check that judges it, a key of `CHECKS`.
    title
        By language.
    clause, source
        Where it is written; which copies were read.
    severity, confidence
        应/shall, 宜/should, 可/may; below ``high`` it is an editable default.
    values
        The numbers, with units in their names: the keyword arguments of the kind's check.
    """

    id: str
    kind: str
    title: Mapping[Language, str]
    clause: str
    source: str
    severity: Literal["shall", "should", "may"]
    confidence: Literal["high", "medium", "low"]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """
    One clause judged on one map.

    Attributes
    ----------
    clause
        What was asked.
    measured, required, unit
        The number found, the number asked for, and their unit; nan where it could not be judged.
    passed
        None where it could not be judged, and the remark says why.
    worst, worst_unit
        The places that break it, ids with their value, worst first, and the unit of these values.
    sites
        The districts that break it, by the id of their station; none where the places are others, such as units.
    said, values
        The remark: a key of `siting/words/districts.toml`, and what fills its braces.
    """

    clause: Clause
    measured: float
    required: float
    unit: str
    passed: bool | None
    worst: tuple[tuple[str, float], ...]
    worst_unit: str
    sites: tuple[str, ...]
    said: str
    values: Mapping[str, object] = field(default_factory=dict)

    def remark(self, language: Language) -> str:
        """What the number means, or why there is none."""
        return word(self.said, language, **self.values)
