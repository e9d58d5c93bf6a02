"""summary.json is strict JSON, the same every time, and tells where every number comes from."""

from __future__ import annotations

import json
from pathlib import Path

from siting.proposal import Proposal
from siting.reports import headline, summary
from siting.reports.summary import write_summary


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def test_strict_and_repeatable(proposal: Proposal, tmp_path: Path) -> None:
    """No NaN or Infinity, though the proposal holds both; byte for byte the same when written again."""
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    write_summary(proposal, first)
    write_summary(proposal, second)
    assert first.read_bytes() == second.read_bytes()
    told = json.loads(first.read_text("utf-8"), parse_constant=refuse)
    assert told == summary(proposal)


def test_it_tells_everything_a_reader_needs(proposal: Proposal) -> None:
    """Headline, eleven figures, certificate, rule set, CRS, demand, findings, inputs."""
    told = summary(proposal)
    assert told["headline"] == headline(proposal)
    assert len(told["key_figures"]) == 11
    assert told["key_figures"][-1]["today"] is None
    assert told["plans"][0]["certificate"]["status"] == "optimal"
    assert told["rule_set"]["digest"] == "sha256:0"
    assert told["rule_set"]["clock"]["travel_budget_s"] == 100
    assert told["study_area"]["crs"] == "EPSG:32650"
    assert told["demand"] == {"source": "by hand", "unit": "people", "read": 1060.0, "inside": 1050.0, "outside": 10.0}
    assert [row["situation"] for row in told["findings"]] == ["today", "today", "proposed", "proposed"]
    assert told["provenance"]["inputs"][0]["digest"] == "sha256:1"
    assert [row["situation"] for row in told["units"]] == ["today", "today", "proposed", "proposed"]


def test_an_audit_is_told_once(audit: Proposal) -> None:
    """Tables do not repeat today as proposed."""
    told = summary(audit)
    assert told["plans"] == []
    assert {row["situation"] for row in told["units"]} == {"today"}
