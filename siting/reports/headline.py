"""The sentence that answers the question: it opens every summary, memo and map."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from siting.language import Language, word
from siting.proposal import Plan, Proposal
from siting.reports.figures import least_proven_gap
from siting.reports.shown import LAND, duration, km2, percent_at_least, percent_at_most, unit_word

PLANNED = {"micro_station": "headline_plan_micro"}
"""By the main kind that is planned: the sentence, where it is not that of stations."""


def headline(proposal: Proposal) -> str:
    """
    What is proposed, what it gains over today, how well it is proven, and what still breaks the area limit.

    After an audit: what is covered today.
    """
    language, stands = proposal.language, len(proposal.today.stations) > 0
    nobody = word("headline_no_station", language)
    texts = {
        "share": percent_at_least(proposal.proposed.share_people),
        "today": percent_at_least(proposal.today.share_people) + ("" if stands else nobody),
        "land": percent_at_least(proposal.proposed.share_area),
        "budget": duration(proposal.proposed.travel_budget_s, language),
        "unit": unit_word(str(proposal.demand["unit"]), language),
    }
    if not proposal.plans:
        key = "headline_audit_land" if proposal.demand["unit"] == LAND else "headline_audit"
        return word(key, language, **texts) + (_over_cap(proposal) if stands else nobody)
    kinds = list(dict.fromkeys(plan.kind for plan in proposal.plans))
    main = "station" if "station" in kinds else kinds[0]
    plans = {kind: [plan for plan in proposal.plans if plan.kind == kind] for kind in kinds}
    if main == "micro_station":
        texts |= _micro_texts(proposal)
    told = {"new": _new(main, plans[main], language), "proof": proof(plans[main], language), **texts}
    answer = word(PLANNED.get(main, "headline_plan"), language, **told) + _phased(plans[main], language)
    also = [word("headline_also", language, new=_new(kind, plans[kind], language)) for kind in kinds if kind != main]
    of_stations = (_in_districts(proposal) or _over_cap(proposal)) if main == "station" else ""
    return answer + of_stations + "".join(also)


def _micro_texts(proposal: Proposal) -> dict[str, str]:
    """Whom micro stations reach by their own clock."""
    today, proposed = proposal.today.micro, proposal.proposed.micro
    if today is None or proposed is None:
        return {}
    return {
        "share": percent_at_least(proposed.measured.share_people),
        "today": percent_at_least(today.measured.share_people),
        "budget": duration(proposed.clock.response_limit_s, proposal.language),
    }


def proof(plans: Sequence[Plan], language: Language) -> str:
    """How well these plans are proven, by the least proven of them; "best" is said only of the status optimal."""
    told, asked = _proven(plans, language), plans[0].asked
    if plans[0].objective != "joint":
        return told
    is_together = {tier["kind"] for tier in asked["tier"]} == set(asked["bought"])
    return word("proof_joint" if is_together else "proof_in_turn", language, proof=told)


def _proven(plans: Sequence[Plan], language: Language) -> str:
    goal = aim(plans[0].objective, plans[0].asked)
    if all(plan.solution.status == "optimal" for plan in plans):
        if goal == "best" and all(plan.solution.value == 0 for plan in plans):  # of seconds too: nobody's are counted
            return word("proof_nobody", language)
        return word(f"proof_optimal_{goal}", language)
    gap = least_proven_gap(plans)
    if math.isnan(gap):
        return word("proof_none", language)
    # A plan not closed by the solver is never "within 0.0 %", however small its gap came out.
    return word(f"proof_gap_{goal}", language, gap=percent_at_most(max(gap, 1e-6)))


def aim(objective: str, asked: Mapping[str, Any]) -> str:
    """
    What a plan is the best of: the fewest sites, the least cost, or whatever else its objective counts.

    Parameters
    ----------
    asked
        The keys of its [[plan]].

    Examples
    --------
    >>> aim("mclp", {"sites": 5}), aim("lscp", {}), aim("lscp", {"new_cost": 3.0})
    ('best', 'fewest', 'cheapest')
    """
    counts = objective == "lscp" or (objective == "district" and "sites" not in asked)
    if not counts:
        return "best"
    costs = (asked.get("new_cost", 1.0), asked.get("keep_cost", 1.0), asked.get("close_cost", 0.0))
    return "fewest" if costs == (1.0, 1.0, 0.0) and "cost_column" not in asked else "cheapest"


def _phased(plans: Sequence[Plan], language: Language) -> str:
    """How many of the chosen sites stand by each year."""
    phases = [phase for plan in plans for phase in plan.answers.phases]
    standing = accumulate(len(phase.chosen) for phase in phases)
    told = ", ".join(f"{phase.year}: {n}" for phase, n in zip(phases, standing, strict=True))
    return word("headline_phases", language, phases=told) if phases else ""


def _new(kind: str, plans: Sequence[Plan], language: Language) -> str:
    n, closed = (sum(len(getattr(plan, sites)) for plan in plans) for sites in ("added", "dropped"))
    new = word(f"headline_new_{kind}_{'one' if n == 1 else 'many'}", language, n=n)
    return new + (word("headline_closed", language, n=closed) if closed else "")


def _in_districts(proposal: Proposal) -> str:
    """Of a plan that draws districts: how many there are, whom they hold, and how many break nothing."""
    if proposal.districts is None:
        return ""
    cells, broken = proposal.districts.cells, proposal.districts.report.districts.broken
    return word(
        "headline_districts",
        proposal.language,
        n=len(broken),
        fine=int((broken.map(len) == 0).sum()),
        share=percent_at_least(float(cells.people[cells.site_id != ""].sum() / (cells.people.sum() or 1.0))),
        unit=unit_word(str(proposal.demand["unit"]), proposal.language),
    )


def _over_cap(proposal: Proposal) -> str:
    language, districts = proposal.language, proposal.proposed.districts
    if districts.cap_km2.isna().all():
        return ""
    over = districts[districts.is_over_cap.astype(bool)]
    if over.empty:
        return word("headline_over_cap_none", language)
    caps = over.cap_km2.unique()
    cap = word("headline_cap", language, cap=km2(caps[0])) if len(caps) == 1 else word("headline_caps", language)
    return word(f"headline_over_cap_{'one' if len(over) == 1 else 'many'}", language, n=len(over), cap=cap)
