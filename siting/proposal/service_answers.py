"""What the whole service was asked besides its plans: brigades, indicators by target year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from siting.indicators import Facts


@dataclass(frozen=True)
class BrigadeAnswer:
    """
    Brigades of townships, and all forces in one picture.

    Attributes
    ----------
    reach_s, share, level
        A unit of this grid level is in reach when this share of its people is answered in so many seconds.
    units
        As `siting.brigades.unit_states`, with state_today, state_proposed and, of those that go without as proposed,
        rank, people_gained and mean_gain_s of a brigade built alone.
    seats
        Where these would stand, by unit: rank, point.
    strengths
        As `siting.brigades.strengths`.
    forces
        A row for each force: standing_today, standing_proposed, counts (as first response, by the rule set: "yes",
        "no", "not_said"), clause, share_people (reached by engine within the clock, by this force alone, as proposed),
        share_people_counted (by it and those before it that count).
    """

    reach_s: float
    share: float
    level: str
    units: pd.DataFrame
    seats: gpd.GeoDataFrame
    strengths: pd.DataFrame
    forces: pd.DataFrame


@dataclass(frozen=True)
class IndicatorAnswer:
    """
    Indicators by target year.

    Attributes
    ----------
    facts
        By situation, in order: ``"today"``, each year that a phase or a target names, ``"proposed"``.
    table
        As `siting.indicators.indicator_table`.
    forces
        Whose stations count in people per station.
    people_as_of
        By situation: ``""``, or the year (``"today"``) whose residents were taken for want of a number of its own.
    sources
        Of ``"people"``, ``"staff"`` and ``"targets"``; "" where none is named.
    """

    facts: Mapping[str, Facts]
    table: pd.DataFrame
    forces: tuple[str, ...]
    people_as_of: Mapping[str, str]
    sources: Mapping[str, str]
