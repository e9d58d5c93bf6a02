"""The figures a planner looks at first. Every report takes them from here, so that no two can disagree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.language import LANGUAGES, Language, word
from siting.proposal import Plan, Proposal
from siting.reports.shown import LAND, NOTHING, count, duration, km2, percent_at_least, percent_at_most, unit_word
from siting.rules import Finding, Situation


@dataclass(frozen=True)
class KeyFigure:
    """
    One figure, today beside proposed.

    Attributes
    ----------
    key
        Stable name, for machines.
    today, proposed
        Unrounded; nan where there is none. Equal after an audit.
    unit
        ``"share"`` (0 to 1), ``"s"``, ``"gap"`` (a share that is better when small) or what is counted.
    label
        What it says, by language.
    """

    key: str
    today: float
    proposed: float
    unit: str
    label: Mapping[Language, str]

    def row(self, language: Language) -> dict[str, str]:
        """The figure as a reader sees it: label, today, proposed."""
        return {
            word("sheet_figure", language): self.label[language],
            word("today", language): figure_text(self.today, self.unit, language),
            word("proposed", language): figure_text(self.proposed, self.unit, language),
        }


def key_figures(proposal: Proposal) -> list[KeyFigure]:
    """The eleven figures, in the order a planner asks for them; of people too where the demand counts risk."""
    today, proposed, unit = proposal.today, proposal.proposed, str(proposal.demand["unit"])
    short = [station_shortage(findings) for findings in (proposal.findings_today, proposal.findings_proposed)]
    values: list[tuple[str, float, float, str]] = [
        ("share_people", today.share_people, proposed.share_people, "share"),
        ("share_area", today.share_area, proposed.share_area, "share"),
        ("people_not_covered", people_not_covered(today), people_not_covered(proposed), unit),
        ("worst_travel_s", worst_travel_s(today), worst_travel_s(proposed), "s"),
        ("mean_response_s", mean_response_s(today), mean_response_s(proposed), "s"),
        ("p90_response_s", response_fractile_s(today, 0.9), response_fractile_s(proposed, 0.9), "s"),
        ("stations", len(today.stations), len(proposed.stations), "stations"),
        ("districts_over_cap", districts_over_cap(today), districts_over_cap(proposed), "districts"),
        ("station_shortage", short[0], short[1], "stations"),
        ("hydrant_share_area", hydrant_share(today), hydrant_share(proposed), "share"),
        ("optimality_gap", math.nan, least_proven_gap(proposal.plans), "gap"),
        *_of_residents(today, proposed),
    ]
    return [KeyFigure(key, float(a), float(b), of, _label(key, proposal)) for key, a, b, of in values]


def _of_residents(today: Situation, proposed: Situation) -> list[tuple[str, float, float, str]]:
    """People within the travel budget, and those outside, beside a demand that counts something else."""
    if "residents" not in today.cells:
        return []
    outside = [float(of.residents[~of.cells.is_covered.astype(bool)].sum()) for of in (today, proposed)]
    total = float(today.residents.sum())
    share = [(total - lost) / total for lost in outside]
    return [
        ("share_residents", share[0], share[1], "share"),
        ("residents_not_covered", outside[0], outside[1], "people"),
    ]


def _label(key: str, proposal: Proposal) -> dict[Language, str]:
    hydrants = proposal.proposed.hydrants
    return {
        language: figure_label(
            key,
            language,
            budget_s=proposal.proposed.travel_budget_s,
            unit=str(proposal.demand["unit"]),
            total=float(proposal.proposed.cells.people.sum()),
            residents=float(proposal.proposed.residents.sum()),
            radius_m=None if hydrants is None else hydrants.limits.radius_m,
        )
        for language in LANGUAGES
    }


def figure_label(
    key: str, language: Language, *, budget_s: float, unit: str, total: float, residents: float, radius_m: float | None
) -> str:
    """
    What a key figure says.

    Parameters
    ----------
    total, residents
        Of the demand, in its unit, and the people who live there.
    radius_m
        Of a hydrant; None where none were given.
    """
    absent = "_none" if key == "hydrant_share_area" and radius_m is None else ""
    return word(
        f"figure_{key}{absent}",
        language,
        budget=duration(budget_s, language),
        unit=unit_word(unit, language),
        total=figure_text(total, unit, language),
        people=count(residents),
        radius=NOTHING if radius_m is None else f"{radius_m:g}",
    )


def people_not_covered(situation: Situation) -> float:
    """Demand weight outside the travel budget, unreachable demand included."""
    cells = situation.cells
    return float(cells.people[~cells.is_covered.astype(bool)].sum())


def worst_travel_s(situation: Situation) -> float:
    """Longest drive to a cell with demand that any station can reach; nan where none is reached."""
    reached = _reached(situation)
    return float(reached.travel_time_s.max()) if len(reached) else math.nan


def mean_response_s(situation: Situation) -> float:
    """Turnout and drive, averaged over the demand that any station can reach; nan where none is."""
    reached = _reached(situation)
    return float(np.average(reached.response_time_s, weights=reached.people)) if len(reached) else math.nan


def response_fractile_s(situation: Situation, share: float) -> float:
    """
    The response within which this share of the demand is answered that any station can reach; nan where none is.

    Standards that ask for a share of calls, such as NFPA 1720 for 90 %, look at this and not at the mean.
    """
    reached = _reached(situation).sort_values("response_time_s")
    if reached.empty:
        return math.nan
    answered = reached.people.cumsum() >= share * reached.people.sum() * (1 - 1e-12)
    return float(reached.response_time_s[answered].iloc[0])


def _reached(situation: Situation) -> pd.DataFrame:
    cells = situation.cells
    return cells[np.isfinite(cells.travel_time_s) & (cells.people > 0)]


def districts_over_cap(situation: Situation) -> int:
    """Stations whose district is larger than the standard allows for their class."""
    return int(situation.districts.is_over_cap.astype(bool).sum())


def station_shortage(findings: Sequence[Finding]) -> float:
    """
    Stations required by area less those there, never below 0; nan where no rule asks for it.

    Built-up land is what the area limits speak of; the reading by all land counts only where nothing else is judged.
    """
    judged = {
        str(finding.requirement.values["base"]): max(0.0, finding.required - finding.measured)  # noqa: PD011 - no table
        for finding in findings
        if finding.requirement.kind == "shortage" and finding.passed is not None
    }
    return judged.get("construction_land", judged.get("administrative", math.nan))


def hydrant_share(situation: Situation) -> float:
    """Share of land within the hydrant radius; nan without hydrants."""
    return situation.hydrants.share_area if situation.hydrants is not None else math.nan


def least_proven_gap(plans: Sequence[Plan]) -> float:
    """The largest optimality gap of any plan; nan after an audit or where a plan is not proven at all."""
    if not plans or any(plan.solution.status not in ("optimal", "feasible") for plan in plans):
        return math.nan
    gap = max(plan.solution.optimality_gap for plan in plans)
    return gap if math.isfinite(gap) else math.nan


def figure_text(value: float, unit: str, language: Language) -> str:
    """
    One value as it is printed; what is achieved is rounded down, what is missing is rounded up.

    Examples
    --------
    >>> figure_text(0.99974, "share", "en"), figure_text(0.0004, "gap", "en"), figure_text(250.0, "s", "en")
    ('99.9 %', '0.1 %', '4 min 10 s')
    """
    if not math.isfinite(value):
        return NOTHING
    if unit == "share":
        return percent_at_least(value)
    if unit == "gap":
        return percent_at_most(value)
    if unit == LAND:
        return f"{km2(value)} km²"
    return duration(value, language) if unit == "s" else count(value)
