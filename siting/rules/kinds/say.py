"""What every check needs to speak: remarks in each language, the worst places, and the finding that has no number."""

from __future__ import annotations

import math

import pandas as pd

from siting.language import LANGUAGES, Language, word
from siting.rules.model import Finding, Requirement
from siting.rules.situation import Situation

Remark = dict[Language, str]
WORST = 5
"""Places that a finding names; the tables of a report name all."""


def remark(key: str, **values: object) -> Remark:
    """The words of `siting/words/rules.toml` in every language; a value may be a remark itself."""
    return {
        language: word(key, language, **{name: v[language] if isinstance(v, dict) else v for name, v in values.items()})
        for language in LANGUAGES
    }


def together(*remarks: Remark, between: str = " ") -> Remark:
    """Several remarks as one."""
    return {language: between.join(said[language] for said in remarks) for language in LANGUAGES}


def worst_places(values: pd.Series) -> tuple[tuple[str, float], ...]:
    """The first few places by value, largest first, ties by order of id."""
    ranked = values.sort_index().sort_values(ascending=False, kind="stable").head(WORST)
    return tuple((str(place), float(value)) for place, value in ranked.items())


def most_lost(lost: pd.Series, situation: Situation) -> tuple[tuple[str, float], ...]:
    """Where most people or land go without: grid units, or the cells themselves in an area without units."""
    if len(situation.units):
        lost = lost.groupby(situation.cells.unit_id).sum()
        lost = lost[lost.index != ""]
    return worst_places(lost[lost > 0])


def not_judged(requirement: Requirement, required: float, unit: str, why: Remark) -> Finding:
    """The finding for a requirement that this situation gives no number for."""
    return Finding(requirement, math.nan, required, unit, None, (), why)


def judged_share(
    requirement: Requirement, measured: float, share: float, worst: tuple[tuple[str, float], ...], said: Remark
) -> Finding:
    """The finding for a requirement that asks for a share at least."""
    return Finding(requirement, measured, share, "share", measured >= share, worst, said)
