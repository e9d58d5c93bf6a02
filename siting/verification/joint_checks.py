"""Joint plans: whom each tier serves, what new sites cost, and the value, over all kinds together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from siting.verification.claim import Claim, number, same
from siting.verification.covering import Covering, Mask, covering
from siting.verification.objective_checks import beyond, opened
from siting.verification.tiers import tier
from siting.verification.written import Written, counted, figure


def check_joint(written: Written) -> Iterator[Claim]:
    """Costs within budgets, values within their bounds, and each person counted with the best tier that serves them."""
    plans = {plan["kind"]: plan for plan in written.summary["plans"] if plan["objective"] == "joint"}
    if not plans:
        return
    asked = next(iter(plans.values()))["asked"]["tier"]
    seen = {kind: tier(written, kind) for kind in plans}
    covers = {kind: covering(own, opened(plans[kind])) for kind, own in seen.items() if own is not None}
    tiers = {kind: _tier_of(own.sites, kind, asked) for kind, own in covers.items()}
    for kind, plan in plans.items():
        name, of_plan = f"joint plan, {kind}", plan["asked"]
        stands = covers[kind].sites.index[covers[kind].sites.status == "existing"]
        yield same(f"{name}: what stands is kept", plan["kept"], sorted(stands))
        new = {one: plans[one]["added"] for one in of_plan["bought"]}
        cost = sum(asked[tiers[one][site]]["new_cost"] for one, sites in new.items() for site in sites
                   if not _is_required(covers[one], site))  # fmt: skip
        budget = of_plan["cost_budget"]
        yield Claim(f"{name}: cost", cost, f"at most {budget}", cost <= budget * (1 + 1e-9) + 1e-9)
        there = {one: opened(plans[one]) if one in (*of_plan["bought"], *of_plan["after"])
                 else _before(covers[one], plans[one]) for one in plans}  # fmt: skip
        value = figure(plan["certificate"]["value"])
        least, most = (sum(row["worth"] * people for row, people in zip(asked, by_tier, strict=True))
                       for by_tier in _served(asked, covers, tiers, there))  # fmt: skip
        slack = 1e-6 * max(1.0, most)
        yield Claim(f"{name}: value", value, most, least - slack <= value <= most + slack)
        yield beyond(name, "mclp", value, figure(plan["certificate"]["bound"]))
    yield from _rows(written, asked, plans, covers, tiers)


def _rows(
    written: Written,
    asked: list[dict[str, Any]],
    plans: dict[str, dict[str, Any]],
    covers: dict[str, Covering],
    tiers: dict[str, dict[str, int]],
) -> Iterator[Claim]:
    """The table of tiers."""
    told = written.summary["joint"]
    yield same("joint: tiers", [(row["kind"], row["class"]) for row in told],
               [(one["kind"], one.get("class") or "") for one in asked])  # fmt: skip
    for k, (row, one) in enumerate(zip(told, asked, strict=True)):
        name = f"joint, {row['kind']} {row['class']}".strip()
        new = [site for site in plans[row["kind"]]["added"] if tiers[row["kind"]][site] == k
               and not _is_required(covers[row["kind"]], site)]  # fmt: skip
        for key in ("worth", "new_cost"):
            yield number(f"{name}: {key}", row[key], one[key])
        yield number(f"{name}: new", row["new"], len(new))
        yield number(f"{name}: cost", row["cost"], len(new) * one["new_cost"])
    for label, there in (("today", {kind: _before(covers[kind], plan) for kind, plan in plans.items()}),
                         ("proposed", {kind: opened(plan) for kind, plan in plans.items()})):  # fmt: skip
        cells = written.layers["cells"]
        for who in counted(cells):
            weight = cells[who].to_numpy(dtype=np.float64)
            seen = {kind: replace(own, people=weight) for kind, own in covers.items()}
            ranges, slack = _served(asked, seen, tiers, there), 1e-6 * max(1.0, float(weight.sum()))
            for row, ends in zip(told, zip(*ranges, strict=True), strict=True):
                served = row[f"{who}_{label}"]
                yield Claim(f"joint, {row['kind']} {row['class']}: {who}_{label}", served, ends[1],
                            min(ends) - slack <= served <= max(ends) + slack)  # fmt: skip


def _tier_of(sites: pd.DataFrame, kind: str, asked: list[dict[str, Any]]) -> dict[str, int]:
    """The tier of each site: that of its class, else that of its kind alone."""
    found = {}
    for site, name in sites["class"].items():
        own = [k for k, one in enumerate(asked) if one["kind"] == kind and one.get("class") == name]
        usual = [k for k, one in enumerate(asked) if one["kind"] == kind and one.get("class") is None]
        found[str(site)] = [*own, *usual, -1][0]
    return found


def _is_required(covers: Covering, site: str) -> bool:
    return bool(covers.sites.role[site] == "required")


def _before(covers: Covering, plan: dict[str, Any]) -> list[str]:
    """What stands whatever is bought."""
    return [site for site in opened(plan) if covers.sites.status[site] == "existing" or _is_required(covers, site)]


def _served(
    asked: list[dict[str, Any]],
    covers: dict[str, Covering],
    tiers: dict[str, dict[str, int]],
    there: Mapping[str, Collection[str]],
) -> tuple[list[float], list[float]]:
    """People by the best tier that serves them: with what these sites cover for certain, and at most."""
    people = next(iter(covers.values())).people
    best_first = sorted(range(len(asked)), key=lambda k: (-asked[k]["worth"], k))
    ends = []
    for end in (0, 1):
        served: Mask = np.zeros(len(people), dtype=bool)
        by_tier = [0.0] * len(asked)
        for k in best_first:
            kind = asked[k]["kind"]
            own = [site for site in there[kind] if tiers[kind][site] == k]
            reached = covers[kind].within(own)[end].any(axis=0) & ~served
            by_tier[k] = float(people[reached].sum())
            served |= reached
        ends.append(by_tier)
    return ends[0], ends[1]
