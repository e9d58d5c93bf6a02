"""The clauses that every map is judged by."""

from __future__ import annotations

from siting.district_check import map_clauses


def test_only_barriers_have_a_strip() -> None:
    """As wide as it was asked for, beside what the file says of each."""
    values = [(clause.kind, dict(clause.values)) for clause in map_clauses(strip_m=150.0) if clause.values]
    assert values == [
        ("crosses_barrier", {"severity": "wall", "half_width_m": 15, "strip_m": 150.0}),
        ("crosses_barrier", {"severity": "penalty", "half_width_m": 15, "strip_m": 150.0}),
        ("holds_station", {"tolerance_m": 50}),
        ("no_district", {"classes": ["战勤保障站"]}),
    ]
