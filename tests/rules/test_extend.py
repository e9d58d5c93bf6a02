"""A rule set that says only what differs from another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from siting.errors import InputError
from siting.rules import load_rules
from tests.rules.own_file import GOOD, OWN, faults, written


def test_extends(tmp_path: Path) -> None:
    """What is said changes, what is dropped goes, the new stands last, and all else is the base to the letter."""
    base, own = load_rules("cn-jb152-2017"), load_rules(written(tmp_path, OWN))
    assert (own.id, own.edition, own.title["en"]) == ("own", "2026", "Our city")
    assert own.clock is not None
    assert (own.clock.response_limit_s, own.clock.turnout_s, own.clock.travel_budget_s) == (300, 45, 255)
    first, *kept, last = own.requirements
    assert (first.severity, first.source, first.values) == ("shall", "Fire plan, table 2", {"share": 0.9})
    assert (first.title, first.clause) == (base.requirements[0].title, base.requirements[0].clause)
    assert tuple(kept) == base.requirements[1:-1]
    assert last.values == {"people": 100000}
    assert own.figures == tuple(figure for figure in base.figures if figure.id != "detour")


def test_extends_another_file_and_its_digest(tmp_path: Path) -> None:
    """Seen from the file that says so; a change anywhere below changes the digest."""
    top = tmp_path / "top.toml"
    top.write_text('id = "top"\nextends = "own.toml"\n', "utf-8")
    written(tmp_path, GOOD)
    before = load_rules(top)
    assert (before.id, before.requirements) == ("top", load_rules(tmp_path / "own.toml").requirements)
    written(tmp_path, GOOD.replace("0.9", "0.8"))
    assert load_rules(top).digest != before.digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cn-jb152-2017", "cn-jb152-2071", r"Did you mean 'cn-jb152-2017'"),
        ('"cn-jb152-2017"', "2017", r"extends is 2017\. Expected a name"),
        ('"cn-jb152-2017"', '"own.toml"', r"extends itself"),
        ('"detour"', '"detuor"', r"drop: the id 'detuor' is not known\. Did you mean 'detour'"),
        ("share = 0.9", "shares = 0.9", r"line 15: requirement 'time-people', values: key 'shares' is not known"),
        ("turnout_s = 45", "turnuot_s = 45", r"line 10: \[clock\]: key 'turnuot_s' is not known"),
        ('severity = "should"', 'severity = "shoud"', r"line 22: requirement 'load': severity is 'shoud'"),
        ("people = 100000", "people = 0", r"line 24: requirement 'load', values: people is 0"),
    ],
)
def test_faults_of_an_extension(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Its own lines are named, not those of what it extends."""
    assert old in OWN
    assert any(re.search(said, fault) for fault in faults(tmp_path, OWN.replace(old, new)))


def test_a_clock_for_a_rule_set_without_one(tmp_path: Path) -> None:
    """Hydrants count no seconds; whoever extends their rules may."""
    clock = 'name = "order_to_arrival"\nresponse_limit_s = 300\nalarm_handling_s = 0\nturnout_s = 60\n'
    ruleset = load_rules(written(tmp_path, f'id = "own"\nextends = "cn-gb50974-2014"\n[clock]\n{clock}'))
    assert ruleset.clock == load_rules("cn-jb152-2017").clock
    assert ruleset.requirements == load_rules("cn-gb50974-2014").requirements


def test_no_file_above_is_extended(tmp_path: Path) -> None:
    """A rule set from elsewhere shows nothing of the folders around it."""
    written(tmp_path, GOOD)
    inner = tmp_path / "inner"
    inner.mkdir()
    with pytest.raises(InputError, match="outside its folder"):
        load_rules(written(inner, 'id = "top"\nextends = "../own.toml"\n'))
