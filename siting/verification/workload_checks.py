"""How busy stations are: the printed shares put once more into the equations that they solve."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from siting.verification.claim import Claim, number, same
from siting.verification.covering import covering
from siting.verification.drives import Seconds
from siting.verification.written import Written

FARTHEST_S = 1800.0
_SHARE = 1e-6


def check_workload(written: Written) -> Iterator[Claim]:
    """Calls of every cell, who is called in which order, and Larson's equations at the printed shares."""
    told = written.summary.get("workload")
    if told is None:
        return
    scenario, cells = written.summary["provenance"]["scenario"], written.layers["cells"]
    asked = scenario["workload"]
    weight = cells["people" if asked.get("part") is None else f"part_{asked['part']}"].to_numpy(dtype=np.float64)
    yield number("workload: calls_per_hour", told["calls_per_hour"], _per_hour(asked, scenario["demand"], weight))
    for key in ("minutes_per_call", "source"):
        yield same(f"workload: {key}", told[key], asked[key])
    shares = pd.DataFrame(told["stations"]).set_index("site_id")
    service_h = told["minutes_per_call"] / 60.0
    lost = 0.0
    for label, state in (("today", written.states[0]), ("proposed", written.states[-1])):
        printed = shares[f"busy_{label}"].dropna().astype("float64").sort_index()
        yield same(f"workload, {label}: stations", printed.index.tolist(), sorted(state.stations.index))
        calls = weight * told["calls_per_hour"] / weight.sum()
        order, unsure = _order(written, sorted(state.stations.index))
        lost = float(calls[order[:, 0] < 0].sum()) if order.shape[1] else told["calls_per_hour"]
        reached = order[:, 0] >= 0 if order.shape[1] else np.zeros(len(calls), dtype=bool)
        again = solved_at(np.asarray(printed, dtype=np.float64), order[reached], calls[reached], service_h)
        slack = _SHARE + service_h * float(calls[unsure].sum())
        for site, one, other in zip(printed.index, printed, again, strict=True):
            yield Claim(f"workload, {label}: busy share of {site}", one, other, abs(one - other) <= slack)
    yield number("workload: calls_not_reached", told["calls_not_reached"], lost, _SHARE)
    for plan in written.summary["plans"]:
        planned_with = plan["asked"].get("busy_shares")
        if planned_with is not None:
            of_today = shares.busy_today.dropna().to_dict()
            yield same("workload: what is planned with is what is told of today", planned_with, of_today)


def _per_hour(asked: dict[str, Any], demand: dict[str, Any], weight: Seconds) -> float:
    if asked.get("calls_per_hour") is not None:
        return float(asked["calls_per_hour"])
    records = demand if asked.get("part") is None else demand["parts"][asked["part"]]
    first, last = records.get("hours") or (0.0, 24.0)
    return float(weight.sum()) / (asked["days"] * ((last - first) % 24.0 or 24.0))


def _order(written: Written, ids: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Shape (I, J): stations as each cell calls them, -1 where none drives there; and cells with a tie in time."""
    covers = covering(written, ids)
    drive_s = np.where(covers.least_s <= FARTHEST_S, covers.least_s, math.inf)
    arrival_s = (drive_s + covers.turnout_s[:, None]).T
    order = np.argsort(arrival_s, axis=1, kind="stable")
    in_turn = np.take_along_axis(arrival_s, order, axis=1)
    before, after = in_turn[:, :-1], in_turn[:, 1:]
    tied = np.isfinite(after) & (after < before + 0.01)
    order[~np.isfinite(arrival_s).any(axis=1)] = -1
    return order, np.asarray(tied.any(axis=1))


def solved_at(busy: Seconds, order: np.ndarray, calls: Seconds, service_h: float) -> Seconds:
    """
    Shape (J,). The shares that follow when all others are as printed: at a solution, the same.

    Examples
    --------
    Two stations with calls beside each, half an hour long; 0.287 and 0.359 solve the equations, to three digits:

    >>> order = np.array([[0, 1], [1, 0]])
    >>> solved_at(np.array([0.287, 0.359]), order, np.array([0.5, 1.0]), 0.5).round(3).tolist()
    [0.287, 0.359]
    """
    n, load = len(busy), service_h * float(calls.sum())
    if n == 0 or load == 0.0:
        return np.zeros(n)
    chance = [1.0]
    for engines in range(1, n + 1):
        chance.append(chance[-1] * load / engines)
    there = [one / math.fsum(chance) for one in chance]
    mean = math.fsum(k * one for k, one in enumerate(there)) / n
    work = np.zeros(n)
    for k in range(n):
        # That k engines tried in turn are out and the next is in, against the same if engines were independent.
        tried = math.fsum(
            one * math.comb(out, k) / math.comb(n, k) * (n - out) / (n - k) for out, one in enumerate(there)
        )
        ahead = np.prod(busy[order[:, :k]], axis=1)
        np.add.at(work, order[:, k], service_h * calls * ahead * tried / (mean**k * (1.0 - mean)))
    share = work / (1.0 + work)
    return np.asarray(share * n * mean / share.sum())
