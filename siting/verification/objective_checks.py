"""The value of a plan by each objective, and what its question demands besides: computed from drives and cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from siting.verification.alarm_checks import engines_there
from siting.verification.claim import Claim, number, same
from siting.verification.covering import Covering, Mask, fixed, usable
from siting.verification.written import STANDING, Written, figure

Range = tuple[float, float]
"""The least and the most that a value can be, since a cell at the very budget may count either way."""
Value = Callable[[Covering, list[str], dict[str, Any]], Range]
SENSES = {"lscp": "min", "p_median": "min", "p_center": "min"}
"""Objectives of which less is better; of any other more is."""
LONGEST_S, USUAL = 1800.0, "usual"


def check_value(written: Written, covers: Covering, name: str, plan: dict[str, Any]) -> Iterator[Claim]:
    """Value and bound of a plan, and every limit of its question."""
    certificate, objective = plan["certificate"], plan["objective"]
    value, bound, is_open = figure(certificate["value"]), figure(certificate["bound"]), opened(plan)
    if is_least_cost(plan):
        objective = "lscp"
        yield number(f"{name}: cost", value, spent(written, plan, is_open))
    elif objective == "district":
        cells = written.layers["cells"]
        held = cells.people[cells.district_site_id.fillna("") != ""].sum()
        yield number(f"{name}: value, the weight in districts", value, float(held), 1e-6)
    elif objective in VALUES:
        least, most = VALUES[objective](covers, is_open, plan["asked"])
        slack = 1e-6 * max(1.0, abs(most))
        yield Claim(f"{name}: value", value, most, least - slack <= value <= most + slack)
    else:
        yield same(f"{name}: objective", objective, f"one of {', '.join(['lscp', *VALUES])}")
    if certificate["status"] != "unknown":
        yield beyond(name, objective, value, bound)
    yield from _limits(written, covers, name, plan)


def is_least_cost(plan: dict[str, Any]) -> bool:
    """Whether a plan serves all at least cost, rather than most with what it is given."""
    return plan["objective"] == "lscp" or (plan["objective"] == "district" and plan["asked"].get("sites") is None)


def beyond(name: str, objective: str, value: float, bound: float) -> Claim:
    """The bound stands on the right side of the value."""
    slack = 1e-6 * max(1.0, abs(value))
    if SENSES.get(objective) == "min":
        return Claim(f"{name}: bound", bound, f"at most {value}", bound <= value + slack)
    return Claim(f"{name}: bound", bound, f"at least {value}", bound >= value - slack)


def opened(plan: dict[str, Any]) -> list[str]:
    """Ids of the stations that a plan leaves open."""
    return sorted([*plan["kept"], *plan["added"]])


def spent(written: Written, plan: dict[str, Any], is_open: list[str]) -> float:
    """What all open sites cost, and closing those of today that are not."""
    table, asked = usable(written), plan["asked"]
    stands = table.status.isin(STANDING["today"])
    cost = pd.Series(np.where(stands, asked.get("keep_cost", 1.0), asked.get("new_cost", 1.0)), table.index)
    if asked.get("cost_column"):
        own = pd.to_numeric(table[asked["cost_column"]], errors="coerce")
        cost = own.where(own.notna(), cost)
    closed = int((stands & ~table.index.isin(is_open)).sum())
    return float(cost[is_open].sum()) + closed * float(asked.get("close_cost", 0.0))


def _limits(written: Written, covers: Covering, name: str, plan: dict[str, Any]) -> Iterator[Claim]:
    """How many, how dear, how full, and nobody left below a floor."""
    asked, is_open, stand = plan["asked"], opened(plan), fixed(written, plan)
    chosen = [site for site in is_open if site not in stand]
    sites = plan["certificate"].get("settings", {}).get("sites")
    if sites is not None:
        yield Claim(f"{name}: sites chosen", len(chosen), f"at most {sites}", len(chosen) <= sites)
    yield same(f"{name}: what stands in every plan is open", sorted(set(stand) - set(is_open)), [])
    if asked.get("cost_budget") is not None:
        cost = spent(written, plan, is_open) - spent(written, {**plan, "asked": {**asked, "close_cost": 0.0}}, stand)
        most = asked["cost_budget"]
        yield Claim(f"{name}: cost", cost, f"at most {most}", cost <= most * (1 + 1e-9) + 1e-9)
    if asked.get("floor") is not None:
        perhaps = covers.within(is_open)[1].any(axis=0)
        for unit in sorted(set(covers.unit) - {""}):
            inside = covers.unit == unit
            share = float(covers.people[inside & perhaps].sum())
            least = asked["floor"] * float(covers.people[inside].sum())
            yield Claim(f"{name}: floor of {unit}", share, f"at least {least}", share >= least * (1 - 1e-6))
    if plan["objective"] == "full_alarm":
        yield from _first_engine(
            covers.only(is_open), name, asked["full_alarm"]["first_s"], plan["certificate"]["also"]
        )
    if asked.get("station_in_each_unit"):
        units = written.layers["grid_units"]
        points = written.layers["stations"].set_index("site_id").to_crs(units.crs).geometry[is_open]
        without = [unit for unit, shape in zip(units.unit_id, units.geometry, strict=True)
                   if not points.intersects(shape).any()]  # fmt: skip
        yield same(f"{name}: units without a station", without, [])


def _first_engine(covers: Covering, name: str, first_s: float, told: dict[str, float]) -> Iterator[Claim]:
    """Whom the first engine reaches in time, which is looked at before the full alarm."""
    least, most = (
        float(covers.people[(trip_s <= first_s).any(axis=0)].sum()) for trip_s in (covers.most_s, covers.least_s)
    )
    once, slack = told["covered_once"], 1e-6 * max(1.0, most)
    yield Claim(f"{name}: covered once", once, most, least - slack <= once <= most + slack)
    yield beyond(f"{name}, covered once", "mclp", once, told["covered_once_bound"])


def _covered(covers: Covering, is_open: list[str], _asked: dict[str, Any]) -> Range:
    return covers.weight(is_open)


def _twice(covers: Covering, is_open: list[str], _asked: dict[str, Any]) -> Range:
    return _ranged(covers, is_open, lambda count: count >= 2)


def _alarmed(covers: Covering, is_open: list[str], asked: dict[str, Any]) -> Range:
    """Weight of the cells to which all engines of a full alarm drive in time."""
    alarm = asked["full_alarm"]
    engines = engines_there(covers.only(is_open), alarm, alarm["all_s"])
    least, most = (float(covers.people[sent >= alarm["engines"]].sum()) for sent in engines)
    return least, most


def _expected(covers: Covering, is_open: list[str], asked: dict[str, Any]) -> Range:
    """Weight times the chance that one of the engines within reach is free, each busy its own share of the time."""
    column, own = asked.get("busy_share_column"), covers.sites[covers.rows(is_open)]
    told = pd.Series(asked.get("busy_shares", {}), dtype="float64") if column is None else own[column]
    busy = pd.to_numeric(told.reindex(own.index), errors="coerce").fillna(float(asked["busy_share"]))
    least, most = (
        float(covers.people @ (1.0 - np.where(one, busy.to_numpy()[:, None], 1.0).prod(axis=0)))
        for one in covers.within(is_open)
    )
    return least, most


def _ranged(covers: Covering, is_open: list[str], worth: Callable[[Any], Any]) -> Range:
    """Weight times what so many open sites are worth."""
    least, most = (float((covers.people * worth(one.sum(axis=0))).sum()) for one in covers.within(is_open))
    return least, most


def _served(covers: Covering, is_open: list[str], asked: dict[str, Any]) -> Range:
    least, most = (_flow(one, covers.people, asked["people_limit"]) for one in covers.within(is_open))
    return least, most


def _flow(reached: Mask, people: np.ndarray, limit: float) -> float:
    """Most people that the rows of a relation serve, none above the limit; people of a cell may be divided."""
    site, cell = np.nonzero(reached & (people > 0))
    if not len(site):
        return 0.0
    pairs, one = np.arange(len(site)), np.ones(len(site))
    rows = sparse.vstack(
        [
            sparse.csr_array((one, (cell, pairs)), shape=(len(people), len(site))),
            sparse.csr_array((one, (site, pairs)), shape=(len(reached), len(site))),
        ]
    )
    most = np.concatenate([people, np.full(len(reached), limit)])
    return -float(linprog(-one, A_ub=rows, b_ub=most, method="highs").fun)  # type: ignore[call-overload] # sparse


def _in_states(covers: Covering, is_open: list[str], asked: dict[str, Any]) -> dict[str, Range]:
    """By traffic, and by part of a mix alone, which then has as many points as the whole."""
    ranges = {name: covers.weight(is_open, speed) for name, speed in {USUAL: 1.0, **asked["states"]}.items()}
    for name in asked.get("parts", []):
        alone = covers.parts[name]
        ranges[name] = replace(covers, people=alone * covers.people.sum() / alone.sum()).weight(is_open)
    return ranges


def _worst(covers: Covering, is_open: list[str], asked: dict[str, Any]) -> Range:
    ranges = _in_states(covers, is_open, asked).values()
    return min(least for least, _ in ranges), min(most for _, most in ranges)


def _mean(covers: Covering, is_open: list[str], asked: dict[str, Any]) -> Range:
    ranges = _in_states(covers, is_open, asked)
    often = asked.get("chance") or dict.fromkeys(ranges, 1.0)
    total = sum(often.values())
    least, most = (sum(often[name] * ranges[name][end] for name in ranges) / total for end in (0, 1))
    return least, most


def _weighted_seconds(covers: Covering, is_open: list[str], asked: dict[str, Any]) -> Range:
    least, most = (float((seconds * people).sum()) for seconds, people in _responses(covers, is_open, asked))
    return least, most


def _longest_seconds(covers: Covering, is_open: list[str], asked: dict[str, Any]) -> Range:
    least, most = (float(seconds.max(initial=0.0)) for seconds, _ in _responses(covers, is_open, asked))
    return least, most


def _responses(covers: Covering, is_open: list[str], asked: dict[str, Any]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Turnout and drive of the first station at each cell with people, and the people: at least, then at most."""
    own = covers.rows(is_open)
    for seconds in (covers.least_s[own], covers.most_s[own]):
        drive = np.where(seconds <= asked.get("longest_s", LONGEST_S), seconds, math.inf)
        first = (drive + covers.turnout_s[own][:, None]).min(axis=0, initial=math.inf)
        counted = np.isfinite(first) & (covers.people > 0)
        yield first[counted], covers.people[counted]


VALUES: dict[str, Value] = {
    "mclp": _covered,
    "backup": _twice,
    "full_alarm": _alarmed,
    "expected": _expected,
    "capacitated": _served,
    "equity": _covered,
    "p_median": _weighted_seconds,
    "p_center": _longest_seconds,
    "robust": _worst,
    "robust_mean": _mean,
}
"""By objective; the cost of `lscp` needs no drives."""
