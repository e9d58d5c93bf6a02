"""Indicators of a fire plan by target year: what each measures, which way its target points, and what is missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

TODAY, PROPOSED = "today", "proposed"
"""Situations besides the years."""
MANY_PEOPLE = 10_000.0
"""Plans count residents in units of 万."""


@dataclass(frozen=True)
class Facts:
    """
    What stands and is reached at one time; nan where it is not known.

    Attributes
    ----------
    people, staff
        Residents, and people of all rescue forces.
    stations
        Open ones inside the boundary, of the forces that count.
    area_km2, area_covered_km2
        Land, and how much of it a station reaches within the clock.
    hydrants, hydrants_due
        That stand and count; that stand today or are needed to close every gap.
    micro_stations, places_missing
        That stand; places due one that neither have nor share one.
    units_without_own, units_missing
        Grid units without a brigade or station on their ground; those of them that none elsewhere serves in time.
    """

    people: float
    staff: float
    stations: float
    area_km2: float
    area_covered_km2: float
    hydrants: float
    hydrants_due: float
    micro_stations: float
    places_missing: float
    units_without_own: float
    units_missing: float


@dataclass(frozen=True)
class Indicator:
    """
    One line of the table.

    Attributes
    ----------
    unit, missing_unit
        What its value, and what is missing, are counted in: `in_...` of `siting/words`.
    sense
        Its value is to be so against the target.
    value
        From the facts; nan where they do not tell.
    short
        From facts and target: how much more would have to stand, or how much too much there is; 0 or less: reached.
    due
        Target of the whole proposal where nobody names one: all that is due. nan where nothing is due by itself.
    """

    unit: str
    missing_unit: str
    sense: Literal["<", ">=", "<="]
    value: Callable[[Facts], float]
    short: Callable[[Facts, float], float]
    due: float = math.nan


def indicator_table(facts: Mapping[str, Facts], targets: Mapping[str, Mapping[int, float]]) -> pd.DataFrame:
    """
    Every indicator in every situation against its target.

    Parameters
    ----------
    facts
        By situation, in order: ``"today"``, years as text, ``"proposed"``.
    targets
        By indicator and year. A year without a target of its own takes the latest before it, the proposal the last.

    Returns
    -------
    Columns indicator, situation, value, target (nan: none), missing (in the indicator's `missing_unit`; 0 where the
    target is reached, nan where there is none or the value is not known).

    Examples
    --------
    2,000,000 residents and 20 stations are 10.0 of 10,000 residents each, which is not below 10: one more is needed.

    >>> known = dict.fromkeys(Facts.__annotations__, math.nan) | {"people": 2e6, "stations": 20.0}
    >>> table = indicator_table({"2025": Facts(**known)}, {"people_per_station": {2025: 10.0}})
    >>> print(*table.iloc[0])
    people_per_station 2025 10.0 10.0 1.0
    """
    rows = []
    for name, indicator in INDICATORS.items():
        for situation, known in facts.items():
            target = _target(situation, targets.get(name, {}), indicator.due)
            short = math.nan if math.isnan(target) else indicator.short(known, target)
            missing = short if math.isnan(short) else max(0.0, short)
            rows.append((name, situation, indicator.value(known), target, missing))
    return pd.DataFrame(rows, columns=["indicator", "situation", "value", "target", "missing"])


def latest(by_year: Mapping[int, float], year: int) -> int | None:
    """The latest of the years that is not after this one; None where there is none."""
    return max((known for known in by_year if known <= year), default=None)


def _target(situation: str, by_year: Mapping[int, float], due: float) -> float:
    if situation == TODAY:
        return math.nan
    if situation == PROPOSED:
        return by_year[max(by_year)] if by_year else due
    year = latest(by_year, int(situation))
    return math.nan if year is None else by_year[year]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _whole(number: float, rounding: Callable[[float], int]) -> float:
    """The next whole number, after the noise of dividing; nan stays."""
    return float(rounding(round(number, 9))) if math.isfinite(number) else math.nan


def _stations_short(facts: Facts, target: float) -> float:
    """Strictly fewer people for each: the fewest stations are one more than the quotient rounded down."""
    return _whole(facts.people / (target * MANY_PEOPLE), math.floor) + 1.0 - facts.stations


def _staff_short(facts: Facts, target: float) -> float:
    return _whole(target * facts.people / MANY_PEOPLE, math.ceil) - facts.staff


def _land_short(facts: Facts, target: float) -> float:
    return round(target * facts.area_km2 - facts.area_covered_km2, 9)


def _hydrants_short(facts: Facts, target: float) -> float:
    return _whole(target * facts.hydrants_due, math.ceil) - facts.hydrants


def _counted(
    unit: str, sense: Literal[">=", "<="], count: Callable[[Facts], float], due: float = math.nan
) -> Indicator:
    """A number of things, of which at least, or at most, so many are to be."""
    sign = 1.0 if sense == ">=" else -1.0
    return Indicator(unit, unit, sense, count, lambda facts, target: sign * (target - count(facts)), due)


INDICATORS: dict[str, Indicator] = {
    "people_per_station": Indicator(
        "10k_people", "stations", "<", lambda facts: _ratio(facts.people / MANY_PEOPLE, facts.stations), _stations_short
    ),
    "staff_per_10k": Indicator(
        "per_10k", "staff", ">=", lambda facts: _ratio(facts.staff, facts.people / MANY_PEOPLE), _staff_short
    ),
    "share_land": Indicator(
        "share", "km²", ">=", lambda facts: _ratio(facts.area_covered_km2, facts.area_km2), _land_short
    ),
    "hydrants": _counted("hydrants", ">=", lambda facts: facts.hydrants),
    "hydrants_built": Indicator(
        "share", "hydrants", ">=", lambda facts: _ratio(facts.hydrants, facts.hydrants_due), _hydrants_short, due=1.0
    ),
    "micro_stations": _counted("micro_stations", ">=", lambda facts: facts.micro_stations),
    "places_without_micro": _counted("places", "<=", lambda facts: facts.places_missing, due=0.0),
    "units_without_own": _counted("units", "<=", lambda facts: facts.units_without_own),
    "units_missing": _counted("units", "<=", lambda facts: facts.units_missing, due=0.0),
}
"""In the order of the table. Senses of the first two as a county-level city's plan of the 14th period has them."""
