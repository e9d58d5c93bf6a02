"""A rule set as text."""

from __future__ import annotations

from pathlib import Path

from siting.rules import explain, load_rules
from tests.rules.own_file import FIGURE, GOOD, written

NOTE = 'clock = "order_to_arrival"\nnote = { zh = "约数。", en = "About." }\n'


def test_all_that_it_says(tmp_path: Path) -> None:
    """Title in both languages, clock, what is judged, and figures with clock and note where they have them."""
    again = FIGURE.replace('"lot"', '"words"').replace("{ least_m2 = 600 }", "{}")
    assert explain(load_rules(written(tmp_path, GOOD + FIGURE + NOTE + again))).splitlines() == [
        "自定",
        "Our own, 1",
        "clock order_to_arrival: 480 s - 0 s alarm handling - 90 s turnout = 390 s of driving",
        "people [should, confidence high] People",
        "    1: share = 0.9",
        "    our own book",
        "Not judged:",
        "lot [may, confidence low] Lot",
        "    2: least_m2 = 600",
        "    our own book",
        "    seconds of order_to_arrival",
        "    About.",
        "words [may, confidence low] Lot",
        "    2: no number",
        "    our own book",
    ]


def test_clauses_of_candidate_sites_stand_apart(tmp_path: Path) -> None:
    """Under a heading of their own, before the figures, where there are any."""
    lines = explain(load_rules("cn-jb152-2017")).splitlines()
    first = next(line for line in lines if line.startswith("exits "))
    assert lines[lines.index(first) - 1] == "Of candidate sites:"
    assert lines.index("Of candidate sites:") < lines.index("Not judged:")
    plain = explain(load_rules(written(tmp_path, GOOD)))
    assert "Of candidate sites:" not in plain
    assert "Not judged:" not in plain
