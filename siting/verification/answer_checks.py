"""What plans were asked besides: each value computed again, and what must hold between them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siting.verification.claim import Claim, number, rows, same
from siting.verification.covering import Covering, fixed
from siting.verification.objective_checks import beyond, opened
from siting.verification.written import Written, figure

BUDGETS = {"usual": (1.0, 0.0), "slower": (0.9, 0.0), "faster": (1.1, 0.0), "shorter": (1.0, -30.0),
           "longer": (1.0, 30.0)}  # fmt: skip
"""By sample: what the budget is multiplied by, and what is added."""
PEOPLE = 0.2
"""The other samples, people_1 and on: each cell's weight between 1 less this and 1 more, drawn anew for each."""


def check_answers(written: Written, covers: Covering, name: str, plan: dict[str, Any]) -> Iterator[Claim]:
    """Every answer of one plan."""
    stand = fixed(written, plan)
    yield from _phases(covers, f"{name}, phase", plan, stand)
    yield from _curve(covers, f"{name}, curve", plan, stand)
    yield from _alternatives(covers, f"{name}, alternative", plan, stand)
    yield from _losses(covers, f"{name}, if lost", plan, stand)
    yield from _samples(covers, f"{name}, sample", plan, stand)
    yield from _sites(written, covers, f"{name}, site", plan, stand)


def sites_of(plan: dict[str, Any]) -> set[str]:
    """Every site that an answer chooses."""
    answers = plan["answers"]
    chosen = [site for kind in ("phases", "curve", "alternatives", "samples") for row in answers[kind]
              for site in row["chosen"]]  # fmt: skip
    lost = [site for row in answers["losses"] for site in (*row["replacement"], *row["anew"])]
    return {*chosen, *lost}


def _worth(covers: Covering, name: str, value: object, bound: object, is_open: list[str]) -> Iterator[Claim]:
    """A value that these sites cover, within its bound."""
    told, limit = figure(value), figure(bound)
    yield _between(f"{name}: value", told, covers.weight(is_open))
    yield beyond(name, "mclp", told, limit)


def _no_more(name: str, chosen: list[str], plan: dict[str, Any]) -> Iterator[Claim]:
    """An answer may open as many new sites as its plan."""
    sites = plan["certificate"].get("settings", {}).get("sites")
    if sites is not None:
        yield Claim(f"{name}: sites", len(chosen), f"at most {sites}", len(chosen) <= sites)


def _phases(covers: Covering, name: str, plan: dict[str, Any], stand: list[str]) -> Iterator[Claim]:
    phases = plan["answers"]["phases"]
    if not phases:
        return
    chosen = [site for row in phases for site in row["chosen"]]
    yield same(f"{name}s: each site opens once, and all of them are the plan",
               sorted(chosen), sorted(set(opened(plan)) - set(stand)))  # fmt: skip
    yield number(f"{name}s: the last is the plan", phases[-1]["value"], figure(plan["certificate"]["value"]))
    yield same(f"{name}s: years rise", [row["year"] for row in phases], sorted({row["year"] for row in phases}))
    standing = list(stand)
    for row, asked in zip(phases, asked_by(plan["asked"].get("phases") or {}), strict=True):
        standing += row["chosen"]
        own = f"{name} {row['year']}"
        built = len(standing) - len(stand)
        yield Claim(f"{own}: sites", built, f"at most {asked}", built <= asked)
        yield from _worth(covers, own, row["value"], row["bound"], standing)
        yield beyond(f"{own}, not nested", "mclp", figure(row["free_value"]), figure(row["free_bound"]))
        yield beyond(f"{own}, nested is no better than free", "mclp", figure(row["value"]), figure(row["free_bound"]))
        yield number(f"{own}: loss", row["loss"], figure(row["free_bound"]) - figure(row["value"]), 1e-6)


def asked_by(phases: dict[str, int] | list[int]) -> list[int]:
    """How many new sites may stand at the end of each phase."""
    if isinstance(phases, list):
        return np.cumsum(phases).tolist()
    return [phases[year] for year in sorted(phases, key=int)]


def _curve(covers: Covering, name: str, plan: dict[str, Any], stand: list[str]) -> Iterator[Claim]:
    curve, certificate = plan["answers"]["curve"], plan["certificate"]
    for position, row in enumerate(curve):
        own = f"{name} {position}"
        yield same(f"{own}: number", row["sites"], position)
        yield Claim(f"{own}: sites", len(row["chosen"]), f"at most {position}", len(row["chosen"]) <= position)
        yield from _worth(covers, own, row["value"], row["bound"], [*stand, *row["chosen"]])
        if position == certificate.get("settings", {}).get("sites"):
            yield beyond(f"{own} against the plan's bound", "mclp", figure(row["value"]), figure(certificate["bound"]))
            yield beyond(f"{own} against the plan", "mclp", figure(certificate["value"]), figure(row["bound"]))
    for before, after in pairwise(curve):
        yield beyond(f"{name}: {after['sites']} cover no less than {before['sites']}", "mclp",
                     figure(before["value"]), figure(after["value"]))  # fmt: skip


def _alternatives(covers: Covering, name: str, plan: dict[str, Any], stand: list[str]) -> Iterator[Claim]:
    found, differ = plan["answers"]["alternatives"], plan["asked"].get("differ", 1)
    for position, row in enumerate(found):
        own = f"{name} {row['number']}"
        yield from _no_more(own, row["chosen"], plan)
        yield from _worth(covers, own, row["value"], row["bound"], [*stand, *row["chosen"]])
        yield number(f"{own}: behind", row["behind"], figure(found[0]["bound"]) - figure(row["value"]), 1e-6)
        for before in found[:position]:
            wanted = min(differ, len(before["chosen"]))
            lacking = len(set(before["chosen"]) - set(row["chosen"]))
            yield Claim(f"{own}: without sites of {before['number']}", lacking, f"at least {wanted}", lacking >= wanted)


def _losses(covers: Covering, name: str, plan: dict[str, Any], stand: list[str]) -> Iterator[Claim]:
    is_open = opened(plan)
    asked = set(is_open) - set(stand) if plan["asked"].get("if_lost") else set()
    yield same(f"{name}: sites asked about", sorted(asked), sorted(row["site_id"] for row in plan["answers"]["losses"]))
    lost_alone = alone(covers, is_open) if plan["answers"]["losses"] else {}
    for row in plan["answers"]["losses"]:
        own, rest = f"{name} {row['site_id']}", [site for site in is_open if site != row["site_id"]]
        yield _between(f"{own}: lost", row["lost"], lost_alone[row["site_id"]])
        yield Claim(f"{own}: replacements", len(row["replacement"]), "at most 1", len(row["replacement"]) <= 1)
        yield same(f"{own}: it is gone", row["site_id"] in {*row["replacement"], *row["anew"]}, False)
        yield from _no_more(f"{own}, anew", row["anew"], plan)
        for kind, sites in (("repaired", [*rest, *row["replacement"]]), ("anew", [*stand, *row["anew"]])):
            yield from _worth(covers, f"{own}, {kind}", row[f"{kind}_value"], row[f"{kind}_bound"], sites)


def _samples(covers: Covering, name: str, plan: dict[str, Any], stand: list[str]) -> Iterator[Claim]:
    samples = plan["answers"]["samples"]
    if not samples:
        return
    drawn = [row["sample"] for row in samples if row["sample"] not in BUDGETS]
    yield same(f"{name}s drawn", drawn, [f"people_{number}" for number in range(1, len(drawn) + 1)])
    draw = np.random.default_rng(plan["asked"]["seed"])
    is_demand = covers.people > 0
    for row in samples:
        own, like, budget = f"{name} {row['sample']}", covers, BUDGETS.get(row["sample"])
        if budget is None:
            people = np.zeros(len(covers.people))
            people[is_demand] = covers.people[is_demand] * draw.uniform(1 - PEOPLE, 1 + PEOPLE, int(is_demand.sum()))
            like = replace(covers, people=people)
        yield from _no_more(own, row["chosen"], plan)
        yield beyond(own, "mclp", figure(row["value"]), figure(row["bound"]))
        yield beyond(f"{own}, the usual plan", "mclp", figure(row["usual_value"]), figure(row["bound"]))
        for key, chosen in (("value", row["chosen"]), ("usual_value", samples[0]["chosen"])):
            yield _between(f"{own}: {key}", row[key], like.weight([*stand, *chosen], *(budget or (1.0, 0.0))))


def _sites(written: Written, covers: Covering, name: str, plan: dict[str, Any], stand: list[str]) -> Iterator[Claim]:
    samples = plan["answers"]["samples"]
    in_samples = [site for row in samples for site in row["chosen"]]
    today = written.states[0].stations.index.tolist()
    told = plan["answers"]["sites"]
    ends_of = {"alone_today": alone(covers, today), "alone_proposed": alone(covers, opened(plan))} if told else {}
    for row in told:
        own = f"{name} {row['site_id']}"
        for key, ends in ends_of.items():
            if row["site_id"] in ends:
                yield _between(f"{own}: {key}", row[key], ends[row["site_id"]])
            else:
                yield same(f"{own}: {key}", row[key], None)
    shares = [in_samples.count(row["site_id"]) / len(samples) if samples and row["site_id"] not in stand else math.nan
              for row in told]  # fmt: skip
    printed = [figure(row["share_chosen"]) for row in told]
    yield rows(f"{name}: share of samples", [row["site_id"] for row in told], printed, shares,
               ~np.isclose(printed, shares, equal_nan=True))  # fmt: skip


def alone(
    covers: Covering, is_open: list[str], amounts: NDArray[np.float64] | None = None
) -> dict[str, tuple[float, float]]:
    """
    By open site: weight (or other amounts of cells) that it covers and no other does, at least and at most.

    A cell at the very budget of any of them may count either way.
    """
    amounts = covers.people if amounts is None else amounts
    surely, perhaps = covers.within(is_open)
    ids = covers.sites.index[covers.rows(is_open)]
    least = (surely & (perhaps.sum(axis=0) == 1)) @ amounts
    most = (perhaps & (surely.sum(axis=0) - surely == 0)) @ amounts
    return {str(site): (float(low), float(high)) for site, low, high in zip(ids, least, most, strict=True)}


def _between(name: str, told: object, ends: tuple[float, float]) -> Claim:
    slack = 1e-6 * max(1.0, ends[1])
    return Claim(name, told, ends[1], ends[0] - slack <= figure(told) <= ends[1] + slack)
