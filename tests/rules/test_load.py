"""Rule sets: what ships is whole and says its confidence, and several are put together."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from siting.errors import InputError
from siting.language import LANGUAGES
from siting.rules import RuleSet, combine, known_classes, load_rules, rule_names
from tests.rules.own_file import FIGURE, GOOD, faults, written


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
    """Loaded by its path, known by the file's own digest; the source is told in words."""
    ruleset = load_rules(written(tmp_path, GOOD))
    assert ruleset.digest == f"sha256:{hashlib.sha256(GOOD.encode()).hexdigest()}"
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


def test_a_figure_is_read_and_never_judged(tmp_path: Path) -> None:
    """It stands beside the requirements, keeps its source in words, and survives combining under a longer id."""
    ruleset = load_rules(written(tmp_path, GOOD + FIGURE))
    (figure,) = ruleset.figures
    assert (figure.values, figure.source, figure.clock) == ({"least_m2": 600}, "our own book", None)
    assert len(ruleset.requirements) == 1
    assert combine([ruleset, load_rules("cn-micro-2015")]).figures[0].id == "own/lot"


def test_classes_with_a_limit_or_named_without_one() -> None:
    """Those of JB 152-2017, table by table; a rule set without districts knows none."""
    assert known_classes(load_rules("cn-jb152-2017")) == ("一级站", "二级站", "小型站", "特勤站", "战勤保障站")
    assert known_classes(load_rules("cn-gb50974-2014")) == ()
