"""What every check needs to speak: a verdict on a number of places, and one that has no number."""

from __future__ import annotations

import math

import pandas as pd

from siting.district_check.model import Clause, Verdict


def verdict_on(clause: Clause, broken: pd.Series, worst_unit: str, said: str, **values: object) -> Verdict:
    """Districts that break a clause, by id with their value: their number is what is measured, none is asked for."""
    told, worst = {"n": len(broken), **values}, worst_first(broken)
    sites = tuple(site for site, _ in worst)
    return Verdict(clause, float(len(broken)), 0.0, "districts", broken.empty, worst, worst_unit, sites, said, told)


def worst_first(values: pd.Series) -> tuple[tuple[str, float], ...]:
    """Places with their value, largest first, ties by order of id."""
    ranked = values.sort_index().sort_values(ascending=False, kind="stable")
    return tuple((str(place), float(value)) for place, value in ranked.items())


def not_judged(clause: Clause, said: str, **values: object) -> Verdict:
    """The verdict on a clause that this map gives no number for."""
    return Verdict(clause, math.nan, 0.0, "districts", None, (), "", (), said, values)
