"""One plan over several kinds of sites: within one budget, or one kind after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.arrays import Ids, Mask
from siting.cells import counted
from siting.language import Language
from siting.optimise import Problem, Solution, Terms, solve
from siting.optimise.problem import is_covered, opened
from siting.optimise.stacked import side_by_side, stacked
from siting.optimise.watch import stopping
from siting.pipeline.material import Material
from siting.pipeline.plan import Planned, decided
from siting.pipeline.question import Question, question
from siting.pipeline.search_line import search_line
from siting.proposal import Plan
from siting.scenario import JointTable, PlannedKind, PlanTable, TierTable
from siting.tables import Faults, Note, noted, some


@dataclass(frozen=True)
class JointlyPlanned:
    """
    What came of [joint].

    Attributes
    ----------
    by_kind
        The plan of each kind and its facility table.
    tiers
        A row for each tier, as `siting.proposal.Proposal.joint`.
    notes
        What was not offered, and whether the search was cut short.
    """

    by_kind: Mapping[str, Planned]
    tiers: pd.DataFrame
    notes: tuple[Note, ...]


def check_joint(asked: JointTable, facilities: Mapping[str, gpd.GeoDataFrame]) -> None:
    """
    Refuse what cannot be planned, before any work is done.

    Raises
    ------
    InputError
        If a site that stands belongs to no tier, so that nobody says what it is worth, or there is nothing to choose.
    """
    faults = Faults("joint")
    n_free = 0
    for kind in asked.kinds:
        usable = facilities[kind][facilities[kind].reason == ""]
        in_tier = tier_of(usable, asked.tier) >= 0
        stands = (usable.status == "existing").to_numpy() | (usable.role == "required").to_numpy()
        nameless = usable[stands & ~in_tier]
        if len(nameless):
            faults.add(
                f"{len(nameless)} rows of kind {kind} stand and belong to no tier (class "
                f"{some(nameless['class'].unique())}). Add a [[joint.tier]] of their class, or of their kind alone."
            )
        n_free += int((in_tier & ~stands).sum())
    if not n_free:
        faults.add('No tier has a candidate. Add [candidates.KIND], or [[facilities]] with role = "candidate".')
    faults.stop()


def tier_of(sites: gpd.GeoDataFrame, tiers: Sequence[TierTable]) -> Ids:
    """Shape of `sites`: the tier of their kind that names their class, else that without a class, else -1."""
    position = np.full(len(sites), -1)
    for names_class in (False, True):
        for k, tier in enumerate(tiers):
            if (tier.class_ is not None) == names_class:
                is_own = (sites.kind == tier.kind) & (True if tier.class_ is None else sites["class"] == tier.class_)
                position[is_own.to_numpy()] = k
    return position


def plan_jointly(asked: JointTable, given: Material, language: Language) -> JointlyPlanned:
    """
    Where to build, by kind; kinds bought from one budget share its certificate.

    The first Ctrl-C ends every search with the best it has.
    """
    parts = {kind: question(PlanTable(kind=kind, cost_budget=0.0), given, language) for kind in asked.kinds}
    whole, tier, kind_of = _side_by_side(asked, parts)
    worth = np.array([asked.tier[k].worth if k >= 0 else 1.0 for k in tier])
    is_open, left, after = whole.fixed_open, 0.0, list[str]()
    answers: dict[str, tuple[Solution, dict[str, Any]]] = {}
    with stopping() as stop:
        for bought, own in asked.steps:
            budget, is_free = own + left, np.isin(kind_of, bought) & (tier >= 0)
            step = replace(whole, fixed_open=is_open, fixed_closed=~(is_open | is_free))
            solution = _solved(asked, stacked(step, worth), budget, language)
            now = opened(whole, solution.plan)
            left, is_open = budget - float(whole.cost[now & ~is_open].sum()), now
            answers |= dict.fromkeys(bought, (solution, {"cost_budget": budget, "bought": bought, "after": [*after]}))
            after += bought
    ids = np.concatenate([part.sites.index for part in parts.values()])
    cut_short = [Note("topic_plan", "note_search_stopped", 1)] if stop.is_set() else []
    return JointlyPlanned(
        {kind: _planned(part, is_open[kind_of == kind], asked, *answers[kind], given) for kind, part in parts.items()},
        _by_tier(asked, whole, tier, is_open, next(iter(parts.values())).demand),
        (*cut_short, *noted("topic_plan", "note_sites_of_no_tier", ids[tier < 0])),
    )


def _side_by_side(asked: JointTable, parts: Mapping[PlannedKind, Question]) -> tuple[Problem, Ids, NDArray[np.str_]]:
    """All sites in one problem with their costs; the tier of each, and its kind."""
    tiers = [tier_of(part.sites, asked.tier) for part in parts.values()]
    tier = np.concatenate(tiers)
    cost = np.array([asked.tier[k].new_cost if k >= 0 else 0.0 for k in tier])
    whole = replace(side_by_side([part.problem for part in parts.values()]), cost=cost)
    return whole, tier, np.repeat(list(parts), [len(own) for own in tiers])


def _solved(asked: JointTable, problem: Problem, budget: float, language: Language) -> Solution:
    with search_line(language) as tell:
        return solve(
            problem,
            "mclp",
            terms=Terms(cost_budget=budget),
            time_limit_s=asked.time_limit_s,
            relative_gap=asked.relative_gap,
            seed=asked.seed,
            progress=tell,
        )


def _planned(
    part: Question, is_open: Mask, asked: JointTable, solution: Solution, told: Mapping[str, Any], given: Material
) -> Planned:
    """The plan of one kind, with the certificate of the budget that it was bought from."""
    sites = part.sites
    kind, is_existing = str(sites.kind.iloc[0]), (sites.status == "existing").to_numpy()
    plan = Plan(
        kind=kind,
        objective="joint",
        kept=tuple(sites.index[is_existing]),
        added=tuple(sites.index[is_open & ~is_existing]),
        dropped=(),
        solution=replace(solution, objective="joint"),
        travel_budget_s=given.ground(kind).clock.travel_budget_s,
        unit=given.demand.unit,
        asked={**asked.model_dump(mode="json", by_alias=True, exclude_none=True), **told, "kind": kind,
               "objective": "joint"},
    )  # fmt: skip
    return Planned(plan, decided(given.facilities[kind], sites, is_open, ()), ())


def _by_tier(asked: JointTable, whole: Problem, tier: Ids, is_open: Mask, cells: pd.DataFrame) -> pd.DataFrame:
    """What of each tier is new and what it costs, and whom of the cells it serves best, each with one tier only."""
    rows = [
        {"kind": one.kind, "class": one.class_ or "", "worth": one.worth, "new_cost": one.new_cost,
         "new": int((is_open & ~whole.fixed_open & (tier == k)).sum())}
        for k, one in enumerate(asked.tier)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table["cost"] = table.new * table.new_cost
    for label, stands in (("today", whole.fixed_open), ("proposed", is_open)):
        served = np.zeros(whole.n_demand, dtype=bool)
        for k in table.worth.sort_values(ascending=False, kind="stable").index:
            own = is_covered(whole, stands & (tier == k)) & ~served
            for name in counted(cells):
                table.loc[k, f"{name}_{label}"] = float(cells[name].to_numpy()[own].sum())
            served |= own
    return table
