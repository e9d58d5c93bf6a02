"""One plan of a scenario, and the districts of an objective that draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from siting.district_check import DistrictReport
from siting.optimise import Solution
from siting.proposal.plan_answers import Answers


@dataclass(frozen=True)
class DistrictAnswer:
    """
    The districts of a plan, judged by a checker that shares no code with the solver.

    Attributes
    ----------
    land
        Which land counts against the caps of area and has to be served: ``"all"`` or ``"construction"``.
    cells
        Index `cell_id`: area_km2, people, perhaps residents, site_id ("" for none), reason ("" where it has one, else
        why not, a word of `siting.districting.REASONS`), nearest_s (of land without one, the drive from the nearest
        site that may open; inf where none can drive).
    report
        Each district with its findings.
    bounds
        Each proven bound by its name; the certificate's is the tightest.
    stations
        Index `site_id`: what each open station adds, and what happens without it (`explained`).
    shortage
        As `siting.shortage.shortage_table` gives it.
    readings
        What counts against the caps, all land or construction land, side by side: a row for each reading.
    redrawn
        The districts of today's stations redrawn as lawfully as can be; None where it was not asked.
    """

    land: Literal["all", "construction"]
    cells: pd.DataFrame
    report: DistrictReport
    bounds: Mapping[str, float]
    stations: pd.DataFrame
    shortage: pd.DataFrame
    readings: pd.DataFrame
    redrawn: DistrictReport | None = None


@dataclass(frozen=True)
class Plan:
    """
    What one [[plan]] of the scenario answered.

    Attributes
    ----------
    kind, objective
        Which tier, which question.
    kept, added
        Ids of the existing sites that stay and of the new ones, in order of id.
    dropped
        Ids of existing sites the plan closes.
    solution
        With its certificate.
    travel_budget_s, unit
        The budget behind coverage, and what the weight counts ("people").
    asked
        The keys of the scenario's table.
    answers
        To the questions asked besides.
    districts
        Of an objective that draws them.
    """

    kind: str
    objective: str
    kept: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    solution: Solution
    travel_budget_s: float
    unit: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    districts: DistrictAnswer | None = None
