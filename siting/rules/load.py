"""Rule sets read from TOML, refused with every fault at once, and put together where a job names several."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from siting.errors import InputError
from siting.files import digest
from siting.language import LANGUAGES
from siting.rules.check import check_rules
from siting.rules.model import Clock, Requirement, RuleSet
from siting.tables import Faults, unknown

DATA = Path(__file__).with_name("data")


def rule_names() -> tuple[str, ...]:
    """
    Names of the rule sets that come with the package.

    Examples
    --------
    >>> "cn-jb152-2017" in rule_names()
    True
    """
    return tuple(sorted(file.stem for file in DATA.glob("*.toml")))


def load_rules(name_or_path: str | Path) -> RuleSet:
    """
    A rule set by its name, or from a TOML file of one's own (`docs/rules.md` shows one).

    Raises
    ------
    InputError
        If there is no such rule set, or with every fault of the file: unknown keys (and the nearest known one), kinds
        or sources, missing keys, values of the wrong type, ids that occur twice.

    Examples
    --------
    >>> load_rules("cn-jb152-2017").clock.travel_budget_s
    240.0
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = DATA / f"{name_or_path}.toml"
        if not path.is_file():
            raise InputError("rules", [f"{unknown(str(name_or_path), rule_names())} A file of your own ends in .toml."])
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as fault:
        raise InputError(str(path), [f"It cannot be read ({fault.strerror})."]) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(str(path), [f"It is not TOML ({fault})."]) from fault
    faults = Faults(path.name)
    check_rules(faults, content)
    faults.stop()
    return _rule_set(content, digest(path))


def combine(rulesets: Sequence[RuleSet]) -> RuleSet:
    """
    One rule set out of several, such as stations by one standard and hydrants by another.

    Requirements keep their order; their ids get the name of their rule set in front. One alone is returned unchanged.

    Raises
    ------
    InputError
        If there is none, one occurs twice, or two count different clocks: the shares of one would be judged by the
        seconds of the other.

    Examples
    --------
    >>> both = combine([load_rules("cn-jb152-2017"), load_rules("cn-gb50974-2014")])
    >>> both.id, both.requirements[-1].id
    ('cn-jb152-2017+cn-gb50974-2014', 'cn-gb50974-2014/spacing')
    """
    if not rulesets:
        raise InputError("rules", [f"There is none. Known are {', '.join(rule_names())}."])
    if len(rulesets) == 1:
        return rulesets[0]
    faults = Faults("rules")
    ids = [ruleset.id for ruleset in rulesets]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        faults.add(f"{', '.join(twice)} occurs more than once. Name each rule set once.")
    clocks = {ruleset.id: ruleset.clock for ruleset in rulesets if ruleset.clock is not None}
    if len(set(clocks.values())) > 1:
        said = ", ".join(
            f"{name} {clock.name} {clock.response_limit_s:g} s with {clock.travel_budget_s:g} s of driving"
            for name, clock in clocks.items()
        )
        faults.add(f"They count different clocks ({said}). Judge them in runs of their own.")
    faults.stop()
    return RuleSet(
        id="+".join(ids),
        title={language: " + ".join(ruleset.title[language] for ruleset in rulesets) for language in LANGUAGES},
        edition=" + ".join(ruleset.edition for ruleset in rulesets),
        clock=next(iter(clocks.values()), None),
        requirements=tuple(
            replace(requirement, id=f"{ruleset.id}/{requirement.id}")
            for ruleset in rulesets
            for requirement in ruleset.requirements
        ),
        digest="sha256:" + hashlib.sha256("".join(ruleset.digest for ruleset in rulesets).encode()).hexdigest(),
    )


def _rule_set(content: Mapping[str, Any], file_digest: str) -> RuleSet:
    return RuleSet(
        id=content["id"],
        title=content["title"],
        edition=content["edition"],
        clock=_clock(content["clock"]) if "clock" in content else None,
        requirements=tuple(
            Requirement(**{**table, "source": "; ".join(content["sources"][key] for key in table["source"])})
            for table in content["requirement"]
        ),
        digest=file_digest,
    )


def _clock(table: Mapping[str, Any]) -> Clock:
    limit_s, alarm_handling_s, turnout_s = (
        float(table[key]) for key in ("response_limit_s", "alarm_handling_s", "turnout_s")
    )
    return Clock(table["name"], limit_s, alarm_handling_s, turnout_s)
