"""The questions beside a plan, asked of the optimiser and answered in ids."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from siting.arrays import Ids
from siting.optimise.questions import alternatives, contribution, curve, if_lost, sensitivity
from siting.optimise.questions.phases import Phase
from siting.pipeline.asked import new_sites
from siting.pipeline.question import Question, samples
from siting.proposal import AlternativeAnswer, Answers, CurveAnswer, LossAnswer, PhaseAnswer, SampleAnswer, SiteAnswer
from siting.scenario import PlanTable


def answers(table: PlanTable, asked: Question, plan: Ids, phased: tuple[Phase, ...]) -> Answers:
    """
    What a table asks besides its plan.

    Parameters
    ----------
    plan, phased
        The plan, and the phases that it is the last of, as `siting.optimise` gave them.
    """
    tested = tuple(_samples(table, asked)) if table.sensitivity else ()
    return Answers(
        phases=tuple(_phases(asked, phased)),
        curve=tuple(_curve(table, asked)),
        alternatives=tuple(_alternatives(table, asked)),
        samples=tested,
        losses=tuple(_losses(table, asked, plan)),
        sites=tuple(_sites(asked, plan, tested)),
    )


def _chosen(asked: Question, plan: Ids) -> tuple[str, ...]:
    """Ids of what a plan opens besides the sites that stand in every plan, in order."""
    return tuple(asked.sites.index[plan[~asked.problem.fixed_open[plan]]])


def _phases(asked: Question, phased: tuple[Phase, ...]) -> Iterator[PhaseAnswer]:
    built = np.empty(0, dtype=np.int64)
    for phase in phased:
        nested, free = phase.nested, phase.free
        opened = _chosen(asked, np.setdiff1d(nested.plan, built))
        built = nested.plan
        yield PhaseAnswer(phase.year, opened, nested.value, nested.bound, free.value, free.bound, phase.loss)


def _curve(table: PlanTable, asked: Question) -> Iterator[CurveAnswer]:
    if table.curve is None:
        return
    for point in curve(asked.problem, table.curve, time_limit_s=table.time_limit_s, seed=table.seed):
        yield CurveAnswer(point.sites, _chosen(asked, point.plan), point.value, point.bound)


def _alternatives(table: PlanTable, asked: Question) -> Iterator[AlternativeAnswer]:
    if table.alternatives is None:
        return
    found = alternatives(
        asked.problem,
        new_sites(table) or 0,
        plans=table.alternatives,
        differ=table.differ,
        time_limit_s=table.time_limit_s,
        seed=table.seed,
    )
    for number, other in enumerate(found, start=1):
        added = _chosen(asked, other.plan)
        yield AlternativeAnswer(number, added, other.value, other.bound, found[0].bound - other.value)


def _samples(table: PlanTable, asked: Question) -> Iterator[SampleAnswer]:
    tried = samples(asked, table.seed)
    found = sensitivity(
        list(tried.values()),
        new_sites(table),
        cost_budget=table.cost_budget,
        time_limit_s=table.time_limit_s,
        seed=table.seed,
    )
    for name, best, usual in zip(tried, found.solutions, found.first_plan_value.tolist(), strict=True):
        yield SampleAnswer(name, _chosen(asked, best.plan), best.value, best.bound, usual)


def _sites(asked: Question, plan: Ids, tested: tuple[SampleAnswer, ...]) -> Iterator[SiteAnswer]:
    """Every site that stands, is proposed, or is chosen in a sample."""
    ids = asked.sites.index
    covers = asked.within(asked.budget_s)
    today = np.flatnonzero((asked.sites.status == "existing").to_numpy())
    alone = [dict(zip(ids[each], contribution(covers, each).tolist(), strict=True)) for each in (today, plan)]
    in_samples = [site for sample in tested for site in sample.chosen]
    fixed = set(ids[asked.problem.fixed_open])
    for site in sorted({*alone[0], *alone[1], *in_samples}):
        yield SiteAnswer(
            site_id=site,
            alone_today=alone[0].get(site, math.nan),
            alone_proposed=alone[1].get(site, math.nan),
            share_chosen=in_samples.count(site) / len(tested) if tested and site not in fixed else math.nan,
        )


def _losses(table: PlanTable, asked: Question, plan: Ids) -> Iterator[LossAnswer]:
    """What happens when a chosen site cannot be had."""
    if not table.if_lost:
        return
    chosen = plan[~asked.problem.fixed_open[plan]]
    for j in chosen.tolist():
        loss = if_lost(asked.problem, plan, j, time_limit_s=table.time_limit_s / len(chosen), seed=table.seed)
        yield LossAnswer(
            site_id=str(asked.sites.index[j]),
            lost=loss.lost,
            replacement=_chosen(asked, np.setdiff1d(loss.repaired.plan, plan)),
            repaired_value=loss.repaired.value,
            repaired_bound=loss.repaired.bound,
            anew=_chosen(asked, loss.free.plan),
            anew_value=loss.free.value,
            anew_bound=loss.free.bound,
        )
