"""The door of a rule-set file: known keys, right types, one id for each requirement, no source that is not named."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from siting.language import LANGUAGES
from siting.rules.kinds import KINDS
from siting.rules.model import Clock, ClockName, Confidence, Severity
from siting.screening import SCREENS
from siting.tables import Faults, unknown

LineOf = Callable[[Sequence[object]], int | None]
"""The line of a key, by its keys from the top down."""

UNITS = (
    "s", "m", "mm", "km", "m2", "km2", "percent", "share", "mpa", "lps", "gpm",
    "people", "people_per_km2", "persons", "engines", "bays", "fires", "count",
)  # fmt: skip
"""With which of these the name of a figure's value ends."""

_TOP = {"id": str, "title": Mapping[str, str], "edition": str, "sources": Mapping[str, str]}
_CLAUSE = {
    "id": str,
    "title": Mapping[str, str],
    "clause": str,
    "source": Sequence[str],
    "severity": Severity,
    "confidence": Confidence,
}
_ENTRIES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "requirement": (_CLAUSE | {"kind": str, "values": Mapping}, {}),
    "siting": (_CLAUSE | {"kind": str, "values": Mapping}, {}),
    "figure": (_CLAUSE | {"values": Mapping[str, float]}, {"clock": ClockName, "note": Mapping[str, str]}),
}
"""Lists of tables, and the keys that their entries need and may have."""
_KINDS: Mapping[str, Mapping[str, Callable[..., Any]]] = {"requirement": KINDS, "siting": SCREENS}
"""By what the entries of a list are judged."""


@dataclass(frozen=True)
class _At:
    """A table of the file: how a fault calls it, and where it stands."""

    name: str
    loc: tuple[object, ...]
    line_of: LineOf

    def key(self, key: str = "") -> str:
        """The beginning of a fault of this key."""
        line = self.line_of((*self.loc, key))
        return f"line {line}: {self.name}" if line else self.name


def check_rules(faults: Faults, content: Mapping[str, Any], line_of: LineOf) -> None:
    """Note every fault of a rule set as it stands in TOML, with its line."""
    top = _At("the file", (), line_of)
    _check_table(faults, top, content, _TOP, {"clock": Mapping} | dict.fromkeys(_ENTRIES, Sequence[Mapping]))
    _check_bilingual(faults, top, content, "title")
    if _fits(content.get("clock"), Mapping):
        _check_clock(faults, _At("[clock]", ("clock",), line_of), content["clock"])
    if not any(content.get(entries) for entries in _ENTRIES):
        faults.add("There is no [[requirement]], [[siting]] or [[figure]] in it. Expected at least one.")
    for entries, (needed, optional) in _ENTRIES.items():
        if _fits(content.get(entries), Sequence[Mapping]):
            _check_entries(faults, entries, content, needed, optional, line_of)


def _check_entries(
    faults: Faults,
    entries: str,
    content: Mapping[str, Any],
    needed: Mapping[str, Any],
    optional: Mapping[str, Any],
    line_of: LineOf,
) -> None:
    tables = content[entries]
    ids = [str(table["id"]) for table in tables if "id" in table]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        faults.add(f"The {entries} id {name!r} occurs more than once. Ids must be unique.")
    for number, table in enumerate(tables):
        at = _At(f"{entries} {table.get('id', number + 1)!r}", (entries, number), line_of)
        _check_table(faults, at, table, needed, optional)
        _check_bilingual(faults, at, table, "title")
        _check_bilingual(faults, at, table, "note")
        _check_sources(faults, at, table, content)
        if entries in _KINDS:
            _check_values(faults, at, table, _KINDS[entries])
        elif _fits(table.get("values"), Mapping[str, float]):
            _check_figure(faults, at, table)


def _check_clock(faults: Faults, at: _At, clock: Mapping[str, Any]) -> None:
    hints = get_type_hints(Clock)
    _check_table(faults, at, clock, hints)
    if not all(_fits(clock.get(key), hint) for key, hint in hints.items()):
        return
    before_s, limit_s = (clock["alarm_handling_s"], clock["turnout_s"]), clock["response_limit_s"]
    if min(before_s) < 0 or not 0 < limit_s - sum(before_s) < math.inf:
        faults.add(
            f"{at.key('response_limit_s')} leaves {limit_s - sum(before_s):g} s for driving. alarm_handling_s and "
            "turnout_s are 0 or more, and together less than response_limit_s."
        )


def _check_bilingual(faults: Faults, at: _At, table: Mapping[str, Any], key: str) -> None:
    if _fits(table.get(key), Mapping[str, str]):
        missing = [language for language in LANGUAGES if language not in table[key]]
        if missing:
            lack = f"{key} has no {' and no '.join(missing)}"
            faults.add(f'{at.key(key)}: {lack}. Expected {{ zh = "...", en = "..." }}.')


def _check_sources(faults: Faults, at: _At, table: Mapping[str, Any], content: Mapping[str, Any]) -> None:
    if _fits(table.get("source"), Sequence[str]) and _fits(content.get("sources"), Mapping[str, str]):
        for key in table["source"]:
            if key not in content["sources"]:
                faults.add(f"{at.key('source')}: source {unknown(key, content['sources'])}")


def _check_figure(faults: Faults, at: _At, table: Mapping[str, Any]) -> None:
    """Every value says its unit and is a number of 0 or more; seconds say from when they count."""
    values = table["values"]
    for name, number in values.items():
        if not f"_{name}".endswith(tuple(f"_{unit}" for unit in UNITS)):
            faults.add(f"{at.key('values')}: {name} does not end with its unit. Known: {', '.join(UNITS)}.")
        if not (0 <= number < math.inf):
            faults.add(f"{at.key('values')}: {name} is {number:g}; expected a number of 0 or more.")
    if any(name.endswith("_s") for name in values) and "clock" not in table:
        faults.add(f"{at.key('values')}: its seconds have no clock. Expected clock = {_expected(ClockName)}.")


def _check_values(faults: Faults, at: _At, table: Mapping[str, Any], kinds: Mapping[str, Callable[..., Any]]) -> None:
    """The values of a requirement are the keyword arguments of its kind's check, by name and type."""
    kind, values = table.get("kind"), table.get("values")
    if not isinstance(kind, str) or not isinstance(values, Mapping):
        return
    if kind not in kinds:
        faults.add(f"{at.key('kind')}: kind {unknown(kind, kinds)}")
        return
    hints = get_type_hints(kinds[kind])
    arguments = inspect.signature(kinds[kind]).parameters.values()
    asked = {argument.name: argument for argument in arguments if argument.kind is argument.KEYWORD_ONLY}
    needed = {name: hints[name] for name, argument in asked.items() if argument.default is argument.empty}
    optional = {name: hints[name] for name in asked if name not in needed}
    at = _At(f"{at.name}, values", (*at.loc, "values"), at.line_of)
    _check_table(faults, at, values, needed, optional)
    for name, value in values.items():
        for number in value.values() if isinstance(value, Mapping) else [value]:
            _check_number(faults, f"{at.key(name)}: {name}", number, math.inf if name != "share" else 1.0)
    if "default_class" in asked and values.get("default_class") not in values.get("cap_km2", {}):
        said = f"{at.key('default_class')}: default_class {values.get('default_class')!r}"
        faults.add(f"{said} has no cap in cap_km2.")


def _check_number(faults: Faults, what: str, number: object, most: float) -> None:
    if isinstance(number, float | int) and not (0 < number <= most and math.isfinite(number)):
        expected = "a part of 1, such as 0.9 for 90 %" if most == 1.0 else "a number above 0"
        faults.add(f"{what} is {number:g}; expected {expected}.")


def _check_table(
    faults: Faults,
    at: _At,
    table: Mapping[str, Any],
    needed: Mapping[str, Any],
    optional: Mapping[str, Any] | None = None,
) -> None:
    known = {**needed, **(optional or {})}
    for key, value in table.items():
        if key not in known:
            faults.add(f"{at.key(key)}: key {unknown(key, known)}")
        elif not _fits(value, known[key]):
            faults.add(f"{at.key(key)}: {key} is {value!r}; expected {_expected(known[key])}.")
    missing = [key for key in needed if key not in table]
    if missing:
        faults.add(f"{at.key()}: no {', '.join(missing)}. Write {'it' if len(missing) == 1 else 'them'}.")


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
