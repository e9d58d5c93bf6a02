"""What is judged by: clock, units, and each requirement of the rule set once for each situation."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from siting.verification.claim import Claim, number, same
from siting.verification.tiers import tier
from siting.verification.written import State, Written, figure

_RULES = Path(__file__).parents[1] / "rules" / "data"
_UNITS = {"district_area": "stations", "class_adjacency": "stations", "shortage": "stations",
          "people_per_station": "people", "brigade_strength": "brigades"}  # fmt: skip
_AS_WRITTEN = ("requirement_id", "kind", "title", "clause", "severity", "confidence", "values", "source")


def check_basis(written: Written) -> Iterator[Claim]:
    """Seconds left for driving wherever they are printed; what plans count is what the demand counts."""
    summary = written.summary
    clock, unit = summary["rule_set"]["clock"], summary["demand"]["unit"]
    budget_s = clock["response_limit_s"] - clock["alarm_handling_s"] - clock["turnout_s"]
    yield number("rule_set.clock.travel_budget_s", clock["travel_budget_s"], budget_s)
    yield number("travel_budget_s", summary["travel_budget_s"], budget_s)
    yield same("provenance.clock", summary["provenance"].get("clock", clock), clock)
    for position, plan in enumerate(summary["plans"], start=1):
        if plan["kind"] == "hydrant":  # they are counted, and nobody drives to them against a clock
            yield same(f"plan {position}: unit", plan["unit"], "hydrants")
            continue
        own = tier(written, plan["kind"])
        if own is not None:
            least = own.summary["rule_set"]["clock"]["travel_budget_s"]
            yield number(f"plan {position}: travel_budget_s", plan["travel_budget_s"], least)
        yield same(f"plan {position}: unit", plan["unit"], unit)


def check_requirements(written: Written) -> Iterator[Claim]:
    """Every requirement judged once on each situation, as the rule set words it, by the number it asks for."""
    findings, language = written.summary["findings"], written.summary["language"]
    labels = sorted(state.label for state in written.states) if findings else []  # of no requirement there is none
    yield same("findings: situations", sorted({row["situation"] for row in findings}), labels)
    asked = known_requirements(written.summary["rule_set"], language)
    first = [_as_written(row) for row in findings if row["situation"] == "today"]
    for state in written.states:
        own = [row for row in findings if row["situation"] == state.label]
        told = [_as_written(row) for row in own]
        yield same(f"findings {state.label}: how many", len(told), len(first if asked is None else asked))
        for row, wanted in zip(told, first if asked is None else asked, strict=False):
            yield same(f"finding {wanted['requirement_id']}, {state.label}: as the rule set has it", row, wanted)
        ids = [row["requirement_id"] for row in own]
        yield same(f"findings {state.label}: each once", len(set(ids)), len(ids))
    for state in written.states:
        for row in findings:
            if row["situation"] == state.label:
                yield from _asked(row, state)


def _asked(row: dict[str, Any], state: State) -> Iterator[Claim]:
    name = f"finding {row['requirement_id']}, {state.label}"
    yield same(f"{name}: unit", row["unit"], _UNITS.get(row["kind"], "share"))
    yield same(f"{name}: judged", row["passed"] in ("yes", "no"), row["measured"] is not None)
    yield number(f"{name}: required", row["required"], required(row["kind"], row["values"], state))


def required(kind: str, values: dict[str, Any], state: State) -> float:
    """The number that a requirement asks for."""
    if kind in ("district_area", "class_adjacency", "brigade_strength"):
        return 0.0
    if kind != "shortage":
        return figure(values["people" if kind == "people_per_station" else "share"])
    if "cap_km2" not in values:
        return math.nan
    usual_km2 = dict.fromkeys(("urban", "near_suburb", "other"), values["cap_km2"])
    if values["base"] != "administrative":
        usual_km2 = {"urban": values["cap_km2"], "near_suburb": values["near_suburb_cap_km2"]}
    land = state.cells[state.cells.place.isin(list(usual_km2))]
    asked = (land.area_km2 / land.cap_km2.fillna(land.place.map(usual_km2))).sum()
    return float(math.ceil(round(float(asked), 9)))


def known_requirements(rule_set: dict[str, Any], language: str) -> list[dict[str, Any]] | None:
    """
    The requirements of a rule set that comes with this package, read from its file; None for a caller's own.

    A rule set of which the digest differs is another edition, and is a caller's own too.
    """
    names = rule_set["id"].split("+")
    files = {file.stem: file.read_bytes() for file in _RULES.glob("*.toml")}
    if not set(names) <= set(files):
        return None
    digests = ["sha256:" + hashlib.sha256(files[name]).hexdigest() for name in names]
    digest = digests[0] if len(names) == 1 else "sha256:" + hashlib.sha256("".join(digests).encode()).hexdigest()
    if digest != rule_set.get("digest"):
        return None
    asked = []
    for name in names:
        content = tomllib.loads(files[name].decode())
        for requirement in content.get("requirement", []):
            key = requirement["id"] if len(names) == 1 else f"{name}/{requirement['id']}"
            source = "; ".join(content["sources"][copy] for copy in requirement["source"])
            told = {**requirement, "requirement_id": key, "title": requirement["title"][language], "source": source}
            asked.append(_as_written(told))
    return asked


def _as_written(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row.get(key) for key in _AS_WRITTEN}
