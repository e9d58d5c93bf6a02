"""Rule sets read from TOML, refused with every fault at once, and put together where a job names several."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from siting.errors import InputError
from siting.files import digest
from siting.language import LANGUAGES
from siting.rules.check import check_rules
from siting.rules.extend import ENTRIES, extended
from siting.rules.model import Clock, Figure, Requirement, RuleSet
from siting.tables import Faults, unknown
from siting.toml_lines import line_of, parsed

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
    A rule set by its name, or from a TOML file of one's own, which may extend another (`docs/rules.md` shows both).

    Raises
    ------
    InputError
        If there is no such rule set, or with every fault of the file: unknown keys (and the nearest known one), kinds
        or sources, missing keys, values of the wrong type, ids that occur twice; each with its line and key.

    Examples
    --------
    >>> load_rules("cn-jb152-2017").clock.travel_budget_s
    240.0
    """
    content, digests = _content(_path(name_or_path), ())
    return _rule_set(content, digests[0] if len(digests) == 1 else _together(digests))


def _path(name_or_path: str | Path, folder: Path = Path()) -> Path:
    """Where a rule set is: one that is shipped by its name, another by its path, seen from `folder`."""
    if Path(name_or_path).suffix == ".toml":
        return folder / name_or_path
    path = DATA / f"{name_or_path}.toml"
    if not path.is_file():
        raise InputError("rules", [f"{unknown(str(name_or_path), rule_names())} A file of your own ends in .toml."])
    return path


def _content(path: Path, above: tuple[Path, ...]) -> tuple[dict[str, Any], list[str]]:
    """A rule set as checked TOML, put on what it extends, and the digests of its files, the innermost last."""
    try:
        text = path.read_text("utf-8")
        content = parsed(text)
    except OSError as fault:
        raise InputError(str(path), [f"It cannot be read ({fault.strerror})."]) from fault
    except ValueError as fault:
        raise InputError(str(path), [f"It is not TOML ({fault})."]) from fault
    faults = Faults(path.name)
    digests = [digest(path)]
    own = content
    if "extends" in content:
        content, below = _extended(faults, path, content, above)
        digests += below

    def line(loc: Sequence[object]) -> int | None:
        return line_of(text, _loc_in(own, content, loc))

    check_rules(faults, content, line)
    faults.stop()
    return content, digests


def _extended(
    faults: Faults, path: Path, content: Mapping[str, Any], above: tuple[Path, ...]
) -> tuple[dict[str, Any], list[str]]:
    own = Path(os.path.realpath(path))
    if own in above:
        raise InputError(path.name, ["It extends itself, through the files that it extends."])
    if not isinstance(content["extends"], str) or "\0" in content["extends"]:
        raise InputError(path.name, [f'extends is {content["extends"]!r}. Expected a name: extends = "cn-jb152-2017".'])
    below = Path(os.path.realpath(_path(content["extends"], path.parent)))
    if not {own.parent, Path(os.path.realpath(DATA))} & {*below.parents}:
        raise InputError(path.name, [f"It extends {content['extends']!r}, outside its folder. Copy that file there."])
    base, digests = _content(below, (*above, own))
    return extended(faults, base, content), digests


def _loc_in(own: Mapping[str, Any], content: Mapping[str, Any], loc: Sequence[object]) -> Sequence[object]:
    """Where a key of the whole rule set stands in a file that says only some of it; nowhere where it is inherited."""
    if len(loc) < 3 or loc[0] not in ENTRIES or own is content:
        return loc
    entry = content[str(loc[0])][loc[1]].get("id")
    ids = [table.get("id") for table in own.get(str(loc[0]), [])]
    return (loc[0], ids.index(entry), *loc[2:]) if entry in ids else ()


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
    ('cn-jb152-2017+cn-gb50974-2014', 'cn-gb50974-2014/cranes')
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
        digest=_together([ruleset.digest for ruleset in rulesets]),
        figures=tuple(
            replace(figure, id=f"{ruleset.id}/{figure.id}") for ruleset in rulesets for figure in ruleset.figures
        ),
        siting=tuple(
            replace(clause, id=f"{ruleset.id}/{clause.id}") for ruleset in rulesets for clause in ruleset.siting
        ),
    )


def _together(digests: Sequence[str]) -> str:
    return "sha256:" + hashlib.sha256("".join(digests).encode()).hexdigest()


def _rule_set(content: Mapping[str, Any], file_digest: str) -> RuleSet:
    sources = content["sources"]
    return RuleSet(
        id=content["id"],
        title=content["title"],
        edition=content["edition"],
        clock=_clock(content["clock"]) if "clock" in content else None,
        requirements=tuple(Requirement(**_cited(table, sources)) for table in content.get("requirement", [])),
        digest=file_digest,
        figures=tuple(Figure(**_cited(table, sources)) for table in content.get("figure", [])),
        siting=tuple(Requirement(**_cited(table, sources)) for table in content.get("siting", [])),
    )


def _cited(table: Mapping[str, Any], sources: Mapping[str, str]) -> dict[str, Any]:
    """The table with its sources in words."""
    return {**table, "source": "; ".join(sources[key] for key in table["source"])}


def _clock(table: Mapping[str, Any]) -> Clock:
    limit_s, alarm_handling_s, turnout_s = (
        float(table[key]) for key in ("response_limit_s", "alarm_handling_s", "turnout_s")
    )
    return Clock(table["name"], limit_s, alarm_handling_s, turnout_s)
