"""What is wrong with a rule-set file is said all at once, each fault by its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from siting.rules import load_rules
from tests.rules.own_file import FIGURE, GOOD, faults, written


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('edition = "1"', 'editon = "1"', r"the file: key 'editon' is not known\. Did you mean 'edition'\?"),
        ("turnout_s = 90", "turnuot_s = 90", r"\[clock\]: key 'turnuot_s' is not known\. Did you mean 'turnout_s'\?"),
        (
            "order_to_arrival",
            "order_to_arival",
            r"\[clock\]: name is 'order_to_arival'; expected 'order_to_arrival' or",
        ),
        ("turnout_s = 90", "turnout_s = 480", r"\[clock\] leaves 0 s for driving"),
        ("turnout_s = 90", "turnout_s = -1", r"0 or more"),
        ('clause = "1"', 'claus = "1"', r"requirement 'people': key 'claus' is not known\. Did you mean 'clause'\?"),
        (
            "time_cover_people",
            "time_cover_peopel",
            r"kind 'time_cover_peopel' is not known\. Did you mean 'time_cover_p",
        ),
        ('"should"', '"shoud"', r"severity is 'shoud'; expected 'shall' or 'should' or 'may'"),
        ('"high"', '"sure"', r"confidence is 'sure'; expected 'high' or 'medium' or 'low'"),
        ('["book"]', '["bok"]', r"source 'bok' is not known\. Did you mean 'book'\?"),
        ('["book"]', '"book"', r"source is 'book'; expected a list of text"),
        ('book = "our own book"', "book = 1", r"sources is \{'book': 1\}; expected a table of text"),
        ("share = 0.9", "share = 0", r"values: share is 0; expected a part of 1"),
        ("share = 0.9", "shares = 0.9", r"values: key 'shares' is not known\. Did you mean 'share'\?"),
        ("share = 0.9", "", r"values: no share\. Write it\."),
        ("share = 0.9", "share = 90", r"values: share is 90; expected a part of 1, such as 0\.9 for 90 %"),
        ("share = 0.9", "share = nan", r"values: share is nan; expected a part of 1"),
        ("share = 0.9", 'share = "most"', r"values: share is 'most'; expected a number"),
        ("share = 0.9", "share = true", r"values: share is True; expected a number"),
        ('{ zh = "人口", en = "People" }', '{ en = "People" }', r"requirement 'people': title has no zh"),
        ('{ zh = "自定", en = "Our own" }', '{ zh = "自定" }', r"the file: title has no en"),
        ("response_limit_s = 480", "response_limit_s = inf", r"\[clock\] leaves inf s for driving"),
        ('id = "people"', "", r"requirement 1: no id\. Write it"),
        ('kind = "time_cover_people"', "kind = 1", r"kind is 1; expected text"),
    ],
)
def test_one_fault(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Each kind of fault is told by where it is, what was found and expected; a misspelt key is missing too."""
    assert old in GOOD
    told = faults(tmp_path, GOOD.replace(old, new))
    assert any(re.search(said, fault) for fault in told)
    assert all(re.search(said, fault) or "Write it." in fault for fault in told)


def test_all_faults_at_once(tmp_path: Path) -> None:
    """Four mistakes, one message."""
    bad = GOOD.replace("share", "shares").replace('"1"', "1").replace('"high"', '"sure"')
    assert len(faults(tmp_path, bad)) == 5  # two keys are numbers; shares is unknown and share is missing


def test_values_of_every_kind_are_checked(tmp_path: Path) -> None:
    """A table of caps, a default class outside it, a word that is none of the choices, an id that occurs twice."""
    area = GOOD[GOOD.index("[[requirement]]") :].replace("time_cover_people", "district_area")
    values = 'values = { place = "suburb", cap_km2 = { a = -1, b = "x" }, default_class = "c" }'
    said = " ".join(faults(tmp_path, GOOD + area.replace("values = { share = 0.9 }", values)))
    for part in (
        "id 'people' occurs more than once",
        "place is 'suburb'; expected 'urban' or 'near_suburb' or 'other'",
        "cap_km2 is {'a': -1, 'b': 'x'}; expected a table of a number",
        "cap_km2 is -1; expected a number above 0",
        "default_class 'c' has no cap",
    ):
        assert part in said


def test_an_empty_rule_set_is_refused(tmp_path: Path) -> None:
    """Neither a file without requirements nor one with an empty list of them."""
    top = GOOD[: GOOD.index("[sources]")]
    assert "the file: no sources. Write it." in faults(tmp_path, top)
    assert any(
        "no [[requirement]]" in fault for fault in faults(tmp_path, "requirement = []\n" + GOOD[: GOOD.index("[[")])
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("least_m2", "least", r"line 29: figure 'lot': least does not end with its unit\. Known: s, m, "),
        (
            "least_m2 = 600",
            "drive_s = 60",
            r"line 29: figure 'lot': its seconds have no clock\. Expected clock = 'order",
        ),
        ("= 600", "= -1", r"line 29: figure 'lot': least_m2 is -1; expected a number of 0 or more"),
        ("= 600", '= "much"', r"line 29: figure 'lot': values is .*; expected a table of a number"),
        ("= 600", "= inf", r"line 29: figure 'lot': least_m2 is inf; expected a number of 0 or more"),
        ("severity", "severty", r"line 27: figure 'lot': key 'severty' is not known"),
        ("values", 'note = { en = "About." }\nvalues', r"line 29: figure 'lot': note has no zh"),
    ],
)
def test_faults_of_a_figure(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Each names line and key."""
    assert any(re.search(said, fault) for fault in faults(tmp_path, GOOD + FIGURE.replace(old, new)))


def test_what_is_just_right(tmp_path: Path) -> None:
    """Half a second of driving is some, and a figure may be 0."""
    text = GOOD.replace("turnout_s = 90", "turnout_s = 479.5") + FIGURE.replace("600", "0")
    ruleset = load_rules(written(tmp_path, text))
    assert ruleset.clock is not None
    assert ruleset.clock.travel_budget_s == 0.5
    assert ruleset.figures[0].values == {"least_m2": 0}
