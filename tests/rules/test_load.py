"""Rule sets: what ships is whole and says its confidence; what is wrong with a file is said all at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from siting.errors import InputError
from siting.language import LANGUAGES
from siting.rules import RuleSet, combine, known_classes, load_rules, rule_names

GOOD = """
id = "own"
edition = "1"
title = { zh = "自定", en = "Our own" }
[sources]
book = "our own book"
[clock]
name = "order_to_arrival"
response_limit_s = 480
alarm_handling_s = 0
turnout_s = 90
[[requirement]]
id = "people"
kind = "time_cover_people"
title = { zh = "人口", en = "People" }
clause = "1"
source = ["book"]
severity = "should"
confidence = "high"
values = { share = 0.9 }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    return path


def faults(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        load_rules(written(folder, text))
    return caught.value.faults


@pytest.mark.parametrize("name", rule_names())
def test_shipped_rule_sets(name: str) -> None:
    """Every one carries its own name, both languages, and no `shall` on a figure nobody is sure of."""
    ruleset = load_rules(name)
    assert ruleset.id == name
    assert ruleset.digest.startswith("sha256:")
    assert set(ruleset.title) == set(LANGUAGES)
    for requirement in (*ruleset.requirements, *ruleset.figures):
        assert set(requirement.title) == set(LANGUAGES)
        assert all(requirement.title.values()), requirement.id
        assert requirement.clause, requirement.id
        assert requirement.source, requirement.id
        assert requirement.confidence == "high" or requirement.severity != "shall", requirement.id


def caps(name: str, requirement: str) -> dict[str, float]:
    return next(r.values["cap_km2"] for r in load_rules(name).requirements if r.id == requirement)


def test_the_editions_differ_where_they_should() -> None:
    """2017 has three classes and a rule for the small one; 2011 has one figure for all."""
    assert caps("cn-jb152-2017", "area-urban") == {"一级站": 7, "二级站": 4, "小型站": 2, "特勤站": 7}
    assert caps("cn-jb152-2011", "area-urban") == {"一级站": 7, "二级站": 7, "特勤站": 7}
    ids = {name: {r.id for r in load_rules(name).requirements} for name in ("cn-jb152-2017", "cn-jb152-2011")}
    assert ids["cn-jb152-2017"] - ids["cn-jb152-2011"] == {"small-station-neighbour"}
    severities = {r.id: r.severity for r in load_rules("cn-jb152-2017").requirements}
    assert (severities["area-urban"], severities["area-near-suburb"]) == ("should", "shall")  # 不宜 and 不应


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    """Loaded by its path; the source is told in words."""
    ruleset = load_rules(written(tmp_path, GOOD))
    assert ruleset.clock is not None
    assert ruleset.clock.travel_budget_s == 390.0
    assert ruleset.requirements[0].source == "our own book"


def test_an_unknown_name_gets_the_nearest() -> None:
    """A typing error in a scenario is answered with the name that was meant and all there are."""
    with pytest.raises(InputError, match=r"Did you mean 'cn-jb152-2017'\? Known: cn-gb50974-2014, .*ends in \.toml"):
        load_rules("cn-jb152-2071")


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    """Absent, and not TOML."""
    with pytest.raises(InputError, match=r"nowhere\.toml: It cannot be read"):
        load_rules(tmp_path / "nowhere.toml")
    assert "It is not TOML" in faults(tmp_path, "id = ")[0]


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
    ],
)
def test_one_fault(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Each kind of fault is told by where it is, what was found, and what was expected."""
    assert old in GOOD
    assert any(re.search(said, fault) for fault in faults(tmp_path, GOOD.replace(old, new)))


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


def sets(*names: str) -> list[RuleSet]:
    return [load_rules(name) for name in names]


def test_combine() -> None:
    """The first clock counts, requirements keep their order, and ids say where they come from."""
    both = combine(sets("cn-gb50974-2014", "cn-jb152-2017"))
    assert both.clock == load_rules("cn-jb152-2017").clock
    assert both.requirements[0].id == "cn-gb50974-2014/radius-people"
    assert len({r.id for r in both.requirements}) == len(both.requirements) == 17
    assert both.digest != combine(sets("cn-jb152-2017", "cn-gb50974-2014")).digest
    assert combine(sets("nfpa-1710")) == load_rules("nfpa-1710")


def test_combine_refuses_what_cannot_be_judged_together() -> None:
    """Nothing, the same twice, and two clocks."""
    with pytest.raises(InputError, match="There is none"):
        combine([])
    with pytest.raises(InputError, match="nfpa-1710 occurs more than once"):
        combine(sets("nfpa-1710", "nfpa-1710"))
    with pytest.raises(
        InputError, match=r"different clocks \(cn-jb152-2017 order_to_arrival 300 s with 240 s of driving, nfpa"
    ):
        combine(sets("cn-jb152-2017", "nfpa-1710"))


FIGURE = """
[[figure]]
id = "lot"
title = { zh = "用地", en = "Lot" }
clause = "2"
source = ["book"]
severity = "may"
confidence = "low"
values = { least_m2 = 600 }
"""


def test_a_figure_is_read_and_never_judged(tmp_path: Path) -> None:
    """It stands beside the requirements, keeps its source in words, and survives combining under a longer id."""
    ruleset = load_rules(written(tmp_path, GOOD + FIGURE))
    (figure,) = ruleset.figures
    assert (figure.values, figure.source, figure.clock) == ({"least_m2": 600}, "our own book", None)
    assert len(ruleset.requirements) == 1
    assert combine([ruleset, load_rules("cn-micro-2015")]).figures[0].id == "own/lot"


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
        ("severity", "severty", r"line 27: figure 'lot': key 'severty' is not known"),
    ],
)
def test_faults_of_a_figure(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Each names line and key."""
    assert any(re.search(said, fault) for fault in faults(tmp_path, GOOD + FIGURE.replace(old, new)))


OWN = """
id = "own"
edition = "2026"
title = { zh = "本市", en = "Our city" }
extends = "cn-jb152-2017"
drop = ["shortage-administrative", "detour"]
[sources]
plan = "Fire plan, table 2"
[clock]
turnout_s = 45
[[requirement]]
id = "time-people"
severity = "shall"
source = ["plan"]
values = { share = 0.9 }
[[requirement]]
id = "load"
kind = "people_per_station"
title = { zh = "每站人口", en = "People per station" }
clause = "table 2"
source = ["plan"]
severity = "should"
confidence = "high"
values = { people = 100000 }
"""


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
        ("people = 100000", "people = 0", r"line 24: requirement 'load', values: people is 0"),
    ],
)
def test_faults_of_an_extension(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Its own lines are named, not those of what it extends."""
    assert old in OWN
    assert any(re.search(said, fault) for fault in faults(tmp_path, OWN.replace(old, new)))


def test_classes_with_a_limit_or_named_without_one() -> None:
    """Those of JB 152-2017, table by table; a rule set without districts knows none."""
    assert known_classes(load_rules("cn-jb152-2017")) == ("一级站", "二级站", "小型站", "特勤站", "战勤保障站")
    assert known_classes(load_rules("cn-gb50974-2014")) == ()
