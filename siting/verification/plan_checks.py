"""Plans: what they decide stands in the layers, what they cover is what the certificate says, and the bound holds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from siting.language import word
from siting.verification.answer_checks import asked_by, check_answers, sites_of
from siting.verification.claim import Claim, number, rows, same
from siting.verification.covering import covering, fixed
from siting.verification.district_checks import check_district_plan
from siting.verification.objective_checks import check_value, opened
from siting.verification.tiers import tier
from siting.verification.written import Written, figure


def check_plans(written: Written) -> Iterator[Claim]:
    """Every plan, and that no site is proposed that no plan adds."""
    plans = written.summary["plans"]
    tiers = {kind: tier(written, kind) for kind in {"station", *(plan["kind"] for plan in plans)}}
    for kind, own in sorted(tiers.items()):
        if own is not None:
            yield from _statuses(own, kind)
    for position, plan in enumerate(plans, start=1):
        name, own = f"plan {position}", tiers[plan["kind"]]
        yield from _certificate(name, plan["certificate"])
        if own is not None:
            yield from _planned(own, name, plan)


def _statuses(written: Written, kind: str) -> Iterator[Claim]:
    sites = written.layers["stations"].set_index("site_id")
    for decision, status in (("added", "proposed"), ("dropped", "closed")):
        own = [plan for plan in written.summary["plans"] if plan["kind"] == kind]
        decided = sorted(site for plan in own for site in plan[decision])
        yield same(f"{kind}s {status} are those {decision}", decided, sorted(sites.index[sites.status == status]))


def _planned(written: Written, name: str, plan: dict[str, Any]) -> Iterator[Claim]:
    """One plan: what it keeps, what it covers, and what was asked besides."""
    sites = written.layers["stations"].set_index("site_id")
    kept = sites.status.reindex(plan["kept"]).fillna("no such row")
    yield rows(f"{name}: what it keeps stands", kept.index, kept, kept, kept.isin(["candidate", "no such row"]))
    today = written.states[0].stations.index
    yield from _question(written, name, plan)
    if plan["objective"] == "joint":  # over several kinds: `check_joint` looks at them together
        return
    covers = covering(written, {*opened(plan), *fixed(written, plan), *today, *sites_of(plan)})
    yield same(f"{name}: year in which each opens", _opening(sites, plan), _opening_asked(plan))
    yield from check_value(written, covers, name, plan)
    if plan["objective"] == "lscp":
        yield _covers_all(written, name, covers.weight(opened(plan))[1])
    if plan["objective"] == "district":
        yield from check_district_plan(written, covers, name, plan)
    else:
        yield from check_answers(written, covers, name, plan)


def _question(written: Written, name: str, plan: dict[str, Any]) -> Iterator[Claim]:
    """The question that is printed is the one that was answered, and no answer is missing or was not asked for."""
    asked, answers, certificate = plan["asked"], plan["answers"], plan["certificate"]
    for key, told in (("kind", plan["kind"]), ("objective", plan["objective"]), ("seed", certificate["seed"])):
        yield same(f"{name}: {key} asked for", asked.get(key), told)
    built = asked_by(asked.get("phases") or {})
    sites = certificate.get("settings", {}).get("sites")
    yield same(f"{name}: sites asked for", built[-1] if built else asked.get("sites"), sites)
    for key, kind in (("phases", "phases"), ("curve", "curve"), ("alternatives", "alternatives"),
                      ("sensitivity", "samples")):  # fmt: skip
        yield same(f"{name}: {kind} asked for", bool(asked.get(key)), bool(answers[kind]))
    settings = certificate.get("settings", {})
    for key in ("cost_budget", "busy_share", "people_limit", "floor", "give_up", "relative_gap"):
        if key in settings:
            yield same(f"{name}: {key} asked for", asked.get(key), settings[key])
    if "time_limit_s" in settings and plan["objective"] != "district":
        searches = max(1, 2 * len(built) - 1)  # each year nested and free, the last the same in both
        yield number(f"{name}: time_limit_s asked for", asked.get("time_limit_s"), searches * settings["time_limit_s"])
    last = answers["curve"][-1]["sites"] if answers["curve"] else None
    yield same(f"{name}: end of the curve asked for", asked.get("curve"), last)
    yield _alternatives_asked(written, name, asked.get("alternatives") or 0, len(answers["alternatives"]))


def _alternatives_asked(written: Written, name: str, wanted: int, given: int) -> Claim:
    """As many as were asked for, or fewer and a note that says so."""
    told = word("note_fewer_alternatives", written.summary["language"], count=given, asked=wanted)
    is_told = given < wanted and told in [note["message"] for note in written.summary["notes"]]
    return Claim(f"{name}: alternatives asked for", wanted, given, given == wanted or is_told)


def _opening(stations: pd.DataFrame, plan: dict[str, Any]) -> dict[str, str]:
    """The year that the layer tells of each new station."""
    years = stations["opens_in"] if plan["answers"]["phases"] else pd.Series(dtype=object)
    return {str(site): str(year) for site, year in years.items() if year}


def _opening_asked(plan: dict[str, Any]) -> dict[str, str]:
    return {site: str(row["year"]) for row in plan["answers"]["phases"] for site in row["chosen"]
            if site in plan["added"]}  # fmt: skip


def _certificate(name: str, certificate: dict[str, Any]) -> Iterator[Claim]:
    value, bound, status = figure(certificate["value"]), figure(certificate["bound"]), certificate["status"]
    is_max = bound >= value
    gap = 0.0 if bound == value else (bound - value) / bound if is_max else (value - bound) / value
    gap = gap if status != "unknown" else math.nan  # of a partial plan, which the bound says nothing of
    yield number(f"{name}: optimality gap", certificate["optimality_gap"], gap)
    closes = math.isclose(value, bound, rel_tol=1e-6, abs_tol=1e-6)
    yield Claim(f"{name}: status", status, "closed" if closes else "open", closes or status != "optimal")


def _covers_all(written: Written, name: str, covered: float) -> Claim:
    every = covering(written, None)
    can_surely, _ = every.weight(every.sites.index)
    return Claim(f"{name}: covers what can be covered", covered, can_surely, covered >= can_surely * (1 - 1e-9))
