"""Plans: what they decide stands in the layers, what they cover is what the certificate says, and the bound holds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from siting.verification.claim import Claim, number, rows, same
from siting.verification.drives import drives, trips
from siting.verification.written import Written, figure


def check_plans(written: Written) -> Iterator[Claim]:
    """Every plan, and that no station is proposed that no plan adds."""
    plans = written.summary["plans"]
    stations = written.layers["stations"].set_index("site_id")
    for decision, status in (("added", "proposed"), ("dropped", "closed")):
        decided = sorted(site for plan in plans if plan["kind"] == "station" for site in plan[decision])
        yield same(
            f"stations {status} are those {decision}", decided, sorted(stations.index[stations.status == status])
        )
    for position, plan in enumerate(plans, start=1):
        if plan["kind"] == "station":
            kept = stations.status.reindex(plan["kept"]).fillna("no such row")
            yield rows(
                f"plan {position}: what it keeps stands",
                kept.index,
                kept,
                kept,
                kept.isin(["candidate", "no such row"]),
            )
        asked = plan["certificate"].get("settings", {}).get("sites")
        if plan["objective"] == "mclp" and asked is not None:
            yield Claim(
                f"plan {position}: sites added", len(plan["added"]), f"at most {asked}", len(plan["added"]) <= asked
            )
        yield from _certificate(f"plan {position}", plan["certificate"])
        yield from _value(f"plan {position}", plan, written)


def _certificate(name: str, certificate: dict[str, Any]) -> Iterator[Claim]:
    value, bound, status = figure(certificate["value"]), figure(certificate["bound"]), certificate["status"]
    is_max = bound >= value
    gap = 0.0 if bound == value else (bound - value) / bound if is_max else (value - bound) / value
    yield number(f"{name}: optimality gap", certificate["optimality_gap"], gap)
    closes = math.isclose(value, bound, rel_tol=1e-6, abs_tol=1e-6)
    yield Claim(f"{name}: status", status, "closed" if closes else "open", closes or status != "optimal")


def _value(name: str, plan: dict[str, Any], written: Written) -> Iterator[Claim]:
    """
    Covered weight for a plan that covers most; open sites for one that needs fewest, and that it covers all it could.

    A cell that a station reaches within 2.1 ms of its budget may count either way.
    """
    if plan["kind"] != "station":
        return
    certificate, is_open = plan["certificate"], [*plan["kept"], *plan["added"]]
    value, bound = figure(certificate["value"]), figure(certificate["bound"])
    surely, perhaps = covered_weight(written, is_open)
    if plan["objective"] == "mclp":
        slack = 1e-6 * max(1.0, perhaps)
        yield Claim(f"{name}: covered weight", value, perhaps, surely - slack <= value <= perhaps + slack)
        yield Claim(f"{name}: bound", bound, f"at least {value}", bound >= value - slack)
    if plan["objective"] == "lscp":
        yield number(f"{name}: sites", value, len(is_open))
        yield Claim(f"{name}: bound", bound, f"at most {value}", bound <= value + 1e-6)
        can_surely, _ = covered_weight(written, None)
        yield Claim(f"{name}: covers what can be covered", perhaps, can_surely, perhaps >= can_surely * (1 - 1e-9))


def covered_weight(written: Written, sites: list[str] | None) -> tuple[float, float]:
    """Weight within the budget of any of these sites (all usable ones when None): for certain, and at most."""
    clock = written.summary["rule_set"]["clock"]
    table = written.layers["stations"].set_index("site_id")
    table = table[table.reason.fillna("") == ""] if sites is None else table.loc[sites]
    turnout_s = table.turnout_s.astype("float64").fillna(clock["turnout_s"]).to_numpy()
    budget_s = clock["response_limit_s"] - clock["alarm_handling_s"] - turnout_s
    cells = written.layers["cells"]
    least, most = trips(drives(written.layers["roads"], table, cells), written.summary["start_stop_s"])
    people = cells.people.to_numpy()
    surely, perhaps = ((trip_s <= budget_s[:, None]).any(axis=0) for trip_s in (most, least))
    return float(np.sum(people[surely])), float(np.sum(people[perhaps]))
