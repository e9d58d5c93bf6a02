"""The door of a rule-set file: known keys, right types, one id for each requirement, no source that is not named."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args, get_origin, get_type_hints

from siting.language import LANGUAGES
from siting.rules.kinds import KINDS
from siting.rules.model import Clock, Confidence, Severity
from siting.tables import Faults, unknown

_TOP = {
    "id": str,
    "title": Mapping[str, str],
    "edition": str,
    "sources": Mapping[str, str],
    "requirement": Sequence[Mapping],
}
_REQUIREMENT = {
    "id": str,
    "kind": str,
    "title": Mapping[str, str],
    "clause": str,
    "source": Sequence[str],
    "severity": Severity,
    "confidence": Confidence,
    "values": Mapping,
}


def check_rules(faults: Faults, content: Mapping[str, Any]) -> None:
    """Note every fault of a rule set as it stands in TOML."""
    _check_table(faults, "the file", content, _TOP, optional={"clock": Mapping})
    _check_title(faults, "the file", content)
    if _fits(content.get("clock"), Mapping):
        _check_clock(faults, content["clock"])
    if not _fits(content.get("requirement"), _TOP["requirement"]):
        return
    requirements = content["requirement"]
    if not requirements:
        faults.add("There is no [[requirement]] in it. Expected at least one.")
    ids = [str(table["id"]) for table in requirements if "id" in table]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        faults.add(f"The requirement id {name!r} occurs more than once. Ids must be unique.")
    for number, table in enumerate(requirements, 1):
        where = f"requirement {table.get('id', number)!r}"
        _check_table(faults, where, table, _REQUIREMENT)
        _check_title(faults, where, table)
        _check_sources(faults, where, table, content)
        _check_values(faults, where, table)


def _check_clock(faults: Faults, clock: Mapping[str, Any]) -> None:
    hints = get_type_hints(Clock)
    _check_table(faults, "[clock]", clock, hints)
    if not all(_fits(clock.get(key), hint) for key, hint in hints.items()):
        return
    before_s, limit_s = (clock["alarm_handling_s"], clock["turnout_s"]), clock["response_limit_s"]
    if min(before_s) < 0 or not 0 < limit_s - sum(before_s) < math.inf:
        faults.add(
            f"[clock] leaves {limit_s - sum(before_s):g} s for driving. alarm_handling_s and turnout_s are 0 or more, "
            "and together less than response_limit_s."
        )


def _check_title(faults: Faults, where: str, table: Mapping[str, Any]) -> None:
    if _fits(table.get("title"), Mapping[str, str]):
        missing = [language for language in LANGUAGES if language not in table["title"]]
        if missing:
            faults.add(f'{where}: title has no {" and no ".join(missing)}. Expected {{ zh = "...", en = "..." }}.')


def _check_sources(faults: Faults, where: str, table: Mapping[str, Any], content: Mapping[str, Any]) -> None:
    if _fits(table.get("source"), Sequence[str]) and _fits(content.get("sources"), Mapping[str, str]):
        for key in table["source"]:
            if key not in content["sources"]:
                faults.add(f"{where}: source {unknown(key, content['sources'])}")


def _check_values(faults: Faults, where: str, table: Mapping[str, Any]) -> None:
    """The values of a requirement are the keyword arguments of its kind's check, by name and type."""
    kind, values = table.get("kind"), table.get("values")
    if not isinstance(kind, str) or not isinstance(values, Mapping):
        return
    if kind not in KINDS:
        faults.add(f"{where}: kind {unknown(kind, KINDS)}")
        return
    hints = get_type_hints(KINDS[kind])
    arguments = inspect.signature(KINDS[kind]).parameters.values()
    asked = {argument.name: argument for argument in arguments if argument.kind is argument.KEYWORD_ONLY}
    needed = {name: hints[name] for name, argument in asked.items() if argument.default is argument.empty}
    optional = {name: hints[name] for name in asked if name not in needed}
    _check_table(faults, f"{where}, values", values, needed, optional)
    for name, value in values.items():
        for number in value.values() if isinstance(value, Mapping) else [value]:
            _check_number(faults, f"{where}, values: {name}", number, math.inf if name != "share" else 1.0)
    if "default_class" in asked and values.get("default_class") not in values.get("cap_km2", {}):
        faults.add(f"{where}, values: default_class {values.get('default_class')!r} has no cap in cap_km2.")


def _check_number(faults: Faults, what: str, number: object, most: float) -> None:
    if isinstance(number, float | int) and not (0 < number <= most and math.isfinite(number)):
        expected = "a part of 1, such as 0.9 for 90 %" if most == 1.0 else "a number above 0"
        faults.add(f"{what} is {number:g}; expected {expected}.")


def _check_table(
    faults: Faults,
    where: str,
    table: Mapping[str, Any],
    needed: Mapping[str, Any],
    optional: Mapping[str, Any] | None = None,
) -> None:
    known = {**needed, **(optional or {})}
    for key, value in table.items():
        if key not in known:
            faults.add(f"{where}: key {unknown(key, known)}")
        elif not _fits(value, known[key]):
            faults.add(f"{where}: {key} is {value!r}; expected {_expected(known[key])}.")
    missing = [key for key in needed if key not in table]
    if missing:
        faults.add(f"{where}: no {', '.join(missing)}. Write {'it' if len(missing) == 1 else 'them'}.")


def _fits(value: object, hint: Any) -> bool:
    """Is a value from TOML what a type hint says? Only the hints that models and kinds use."""
    of = get_args(hint)
    match get_origin(hint) or hint:
        case origin if origin is Literal:
            return value in of
        case origin if origin is Sequence:
            return isinstance(value, list) and all(_fits(item, of[0]) for item in value)
        case origin if origin is Mapping:
            return isinstance(value, dict) and (not of or all(_fits(item, of[1]) for item in value.values()))
        case origin if origin is float:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case origin:
            return isinstance(value, origin)


def _expected(hint: Any) -> str:
    of = get_args(hint)
    match get_origin(hint) or hint:
        case origin if origin is Literal:
            return " or ".join(map(repr, of))
        case origin if origin is Sequence:
            return f"a list of {_expected(of[0])}"
        case origin if origin is Mapping:
            return "a table" + (f" of {_expected(of[1])}" if of else "")
        case origin:
            return {float: "a number", str: "text"}[origin]
