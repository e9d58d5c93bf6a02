"""Headline, labels and texts of the key figures: written once more from what the layers give."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from siting.language import Language, word
from siting.verification.claim import Claim, same
from siting.verification.objective_checks import is_least_cost
from siting.verification.texts import LAND, figure_text, minutes, percent, plain_text, square_km, word_or
from siting.verification.tiers import tier
from siting.verification.written import Written, figure, people_of

UNITS = {"share_people": "share", "share_area": "share", "worst_travel_s": "s", "mean_response_s": "s",
         "p90_response_s": "s", "stations": "stations", "districts_over_cap": "districts",
         "station_shortage": "stations", "hydrant_share_area": "share", "optimality_gap": "gap"}  # fmt: skip
"""Of each key figure; people not covered are counted in the demand's own."""


def check_texts(written: Written) -> Iterator[Claim]:
    """The eleven figures in their order, each with its unit, its label and its numbers as text."""
    summary, language = written.summary, written.summary["language"]
    demand = summary["demand"]
    units = {**UNITS, "people_not_covered": demand["unit"]}
    if "residents" in written.layers["cells"]:
        units |= {"share_residents": "share", "residents_not_covered": "people"}
    yield same("key figures", sorted(row["key"] for row in summary["key_figures"]), sorted(units))
    radius = {row["measure"]: row["proposed"] for row in summary["hydrants"]}.get("radius_m")
    for row in summary["key_figures"]:
        key, unit = row["key"], units.get(row["key"])
        yield same(f"key figure {key}: unit", row["unit"], unit)
        absent = "_none" if key == "hydrant_share_area" and radius is None else ""
        label = word(
            f"figure_{key}{absent}",
            language,
            budget=minutes(_budget_s(written), language),
            unit=word_or(f"unit_{demand['unit']}", language, demand["unit"]),
            total=figure_text(float(written.layers["cells"].people.sum()), demand["unit"], language),
            people=figure_text(float(people_of(written.layers["cells"]).sum()), "people", language),
            radius=f"{figure(radius):g}",
        )
        yield same(f"key figure {key}: label", row["label"], label)
        for situation in ("today", "proposed"):
            text = figure_text(figure(row[situation]), str(unit), language)
            yield same(f"key figure {key}, {situation}: text", row[f"{situation}_text"], text)


def check_headline(written: Written) -> Iterator[Claim]:
    """The headline says what the layers give, and is the same on the map."""
    told = written.summary["headline"]
    yield same("headline", told, headline(written))
    page = written.folder / "map.html"
    if page.is_file():
        found = re.search(r'"headline":("(?:[^"\\]|\\.)*")', page.read_text("utf-8"))
        yield same("map headline", found and json.loads(found[1]), plain_text(told))


def headline(written: Written) -> str:
    """The sentence that this proposal has to open with."""
    summary, language = written.summary, written.summary["language"]
    unit, plans = summary["demand"]["unit"], summary["plans"]
    today, last = written.states[0], written.states[-1]
    nobody = "" if len(today.stations) else word("headline_no_station", language)
    people_today, people, land = (_share(state.cells, by) for state, by in
                                  ((today, "people"), (last, "people"), (last, "area_km2")))  # fmt: skip
    texts = {
        "share": percent(people),
        "land": percent(land),
        "today": percent(people_today) + nobody,
        "budget": minutes(_budget_s(written), language),
        "unit": word_or(f"unit_{unit}", language, unit),
    }
    if not plans:
        sentence = word("headline_audit_land" if unit == LAND else "headline_audit", language, **texts)
        return sentence + (nobody or _over_cap(written))
    kinds = list(dict.fromkeys(plan["kind"] for plan in plans))
    main = "station" if "station" in kinds else kinds[0]
    seen = tier(written, main) if main == "micro_station" else None
    if seen is not None:
        first, then = (_share(state.cells, "people") for state in (seen.states[0], seen.states[-1]))
        limit_s = seen.summary["rule_set"]["clock"]["response_limit_s"]
        texts |= {"share": percent(then), "today": percent(first), "budget": minutes(limit_s, language)}
    new = {kind: _new(kind, [plan for plan in plans if plan["kind"] == kind], language) for kind in kinds}
    key = "headline_plan" if seen is None else "headline_plan_micro"
    sentence = word(key, language, new=new.pop(main), proof=_proof(written, main), **texts)
    sentence += _phased([plan for plan in plans if plan["kind"] == main], language)
    return (
        sentence
        + ((_in_districts(written) or _over_cap(written)) if main == "station" else "")
        + "".join(word("headline_also", language, new=one) for one in new.values())
    )


def _new(kind: str, plans: list[dict[str, Any]], language: Language) -> str:
    added, dropped = (sum(len(plan[sites]) for plan in plans) for sites in ("added", "dropped"))
    new = word(f"headline_new_{kind}_{'one' if added == 1 else 'many'}", language, n=added)
    return new + (word("headline_closed", language, n=dropped) if dropped else "")


def _budget_s(written: Written) -> float:
    clock = written.summary["rule_set"]["clock"]
    return float(clock["response_limit_s"] - clock["alarm_handling_s"] - clock["turnout_s"])


def _share(cells: pd.DataFrame, by: str) -> float:
    return float(cells[by][cells.is_covered.astype(bool)].sum() / (cells[by].sum() or 1.0))


def _proof(written: Written, kind: str) -> str:
    language = written.summary["language"]
    plans = [plan for plan in written.summary["plans"] if plan["kind"] == kind]
    told, asked = _proven(plans, language), plans[0]["asked"]
    if plans[0]["objective"] != "joint":
        return told
    in_turn = [tier["kind"] for tier in asked["tier"] if tier["kind"] not in asked["bought"]]
    return word("proof_in_turn" if in_turn else "proof_joint", language, proof=told)


def _proven(plans: list[dict[str, Any]], language: Language) -> str:
    aim = _aim(plans[0])
    if all(plan["certificate"]["status"] == "optimal" for plan in plans):
        if aim == "best" and all(figure(plan["certificate"]["value"]) == 0 for plan in plans):
            return word("proof_nobody", language)
        return word(f"proof_optimal_{aim}", language)
    gaps = [figure(plan["certificate"]["optimality_gap"]) for plan in plans]
    if any(map(math.isnan, gaps)) or any(
        plan["certificate"]["status"] not in ("optimal", "feasible") for plan in plans
    ):
        return word("proof_none", language)
    return word(f"proof_gap_{aim}", language, gap=percent(max(*gaps, 1e-6), up=True))


def _aim(plan: dict[str, Any]) -> str:
    if not is_least_cost(plan):
        return "best"
    usual = {"new_cost": 1.0, "keep_cost": 1.0, "close_cost": 0.0, "cost_column": None}
    return "fewest" if all(plan["asked"].get(key, one) == one for key, one in usual.items()) else "cheapest"


def _phased(plans: list[dict[str, Any]], language: Language) -> str:
    standing, told = 0, []
    for phase in (phase for plan in plans for phase in plan["answers"]["phases"]):
        standing += len(phase["chosen"])
        told.append(f"{phase['year']}: {standing}")
    return word("headline_phases", language, phases=", ".join(told)) if told else ""


def _in_districts(written: Written) -> str:
    """How many districts are planned, whom they hold, and how many break nothing."""
    if "districts_planned" not in written.layers:
        return ""
    language, unit = written.summary["language"], written.summary["demand"]["unit"]
    cells, broken = written.layers["cells"], written.layers["districts_planned"]["broken"].fillna("")
    held = cells.people[cells.district_site_id.fillna("") != ""].sum()
    share = percent(float(held / (cells.people.sum() or 1.0)))
    unit = word_or(f"unit_{unit}", language, unit)
    return word("headline_districts", language, n=len(broken), fine=int((broken == "").sum()), share=share, unit=unit)


def _over_cap(written: Written) -> str:
    language, districts = written.summary["language"], written.layers[f"districts_{written.states[-1].label}"]
    limited = districts[districts.cap_km2.notna()]
    over = limited[limited.geometry.area.fillna(0.0) / 1e6 > limited.cap_km2 + 1e-6]
    if limited.empty:
        return ""
    if over.empty:
        return word("headline_over_cap_none", language)
    caps = over.cap_km2.unique()
    cap = word("headline_cap", language, cap=square_km(caps[0])) if len(caps) == 1 else word("headline_caps", language)
    return word(f"headline_over_cap_{'one' if len(over) == 1 else 'many'}", language, n=len(over), cap=cap)
