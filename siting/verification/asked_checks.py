"""What was asked: by the digest of it, and wherever a file prints it beside the scenario."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from siting.verification.claim import Claim, same
from siting.verification.written import Written


def check_asked(written: Written) -> Iterator[Claim]:
    """Version, schema, rules, inputs and scenario are those of the printed digest, and nothing else says otherwise."""
    summary, told = written.summary, written.summary["provenance"]
    rules = {key: summary["rule_set"].get(key) for key in ("id", "edition", "digest")}
    yield same("provenance.rules", told.get("rules", rules), rules)
    yield same("provenance.crs", told.get("crs", summary["study_area"]["crs"]), summary["study_area"]["crs"])
    yield same("provenance.profile", told.get("profile", summary["speed_profile"]), summary["speed_profile"])
    if "scenario" not in told:
        return
    scenario = told["scenario"]
    schema = [summary["schema_version"]] if summary["schema_version"] > 1 else []  # the first did not count itself
    made_of = [told["siting"], *schema, rules["digest"], told["inputs"], scenario]
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    yield same("provenance.asked", told["asked"], f"sha256:{digest}")
    yield same("name", summary["name"], scenario["name"])
    yield same("language", summary["language"], scenario["outputs"]["language"])
    yield same("provenance.notice", told["notice"], scenario["notice"])
    for key in ("cell_m", "buffer_m"):
        yield same(f"study_area.{key} asked for", scenario["study_area"][key], summary["study_area"][key])
    if scenario.get("joint") is None and summary["plans"]:
        yield from _plans(summary["plans"], scenario["plan"])


def _plans(plans: list[dict[str, Any]], tables: list[dict[str, Any]]) -> Iterator[Claim]:
    """Each [[plan]] is answered in its turn; those of hydrants are asked for elsewhere."""
    own = [plan["asked"] for plan in plans if plan["kind"] != "hydrant"]
    yield same("plans asked for", len(tables), len(own))
    for position, (asked, table) in enumerate(zip(own, tables, strict=False), start=1):
        wanted = {key: value for key, value in table.items() if value is not None}
        yield same(f"plan {position}: as the scenario asks", {key: asked.get(key) for key in wanted}, wanted)
