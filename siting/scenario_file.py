"""From the text of a scenario file to its scenarios, with every fault named by line."""

from __future__ import annotations

import itertools
import math
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from siting.database_url import holds_password
from siting.errors import ScenarioError
from siting.scenario import Scenario, ScenarioFile
from siting.scenario.reach import beyond
from siting.tables import did_you_mean
from siting.toml_lines import line_of, parsed

BASE = "base"
"""Name of the scenario without overrides."""
_MOST_SCENARIOS = 10_000
"""Of one file: years of work."""
_VARIANTS = ("overrides", "scenarios", "sweep")
_OF_ANY_OBJECTIVE = ("kind", "keep", "time_limit_s", "relative_gap", "seed")
_PLAIN = ("bool", "str", "constrained-float")
"""Names that pydantic gives the branches of a key that may be one thing or another."""
M = TypeVar("M", bound=Scenario)


def read_scenarios(path: Path, *, data_folder: Path | None = None, allow_outside: bool = False) -> dict[str, Scenario]:
    """
    Every scenario a file asks for, by name, in the file's order.

    Without [scenarios] there is one, ``base``; with [sweep] each becomes one for every combination of values, named
    ``base,plan.station.sites=3``.

    Parameters
    ----------
    data_folder
        Where the files lie, instead of what the scenario says.
    allow_outside
        Whether the scenario may name databases, and files outside both its own folder and `data_folder`.

    Raises
    ------
    ScenarioError
        With every fault of the file: unknown keys (and the nearest known), wrong types, unknown overrides, places
        that it may not reach.
    """
    where = path.name
    try:
        text = path.read_text("utf-8-sig")  # Notepad writes the mark
        document = parsed(text)
    except FileNotFoundError:
        raise ScenarioError(where, [f"There is no file {path}. Check the path."]) from None
    except IsADirectoryError:
        raise ScenarioError(where, [f"{path} is a folder. Name a scenario file in it."]) from None
    except UnicodeDecodeError as fault:
        told = f"It is not text in UTF-8 ({fault.reason} at byte {fault.start}). Save it as UTF-8, a TOML file."
        raise ScenarioError(where, [told]) from fault
    except (ValueError, OSError) as fault:
        hint = " Write paths with / or in 'single quotes'." if "\\" in str(fault) or "hex" in str(fault) else ""
        raise ScenarioError(where, [f"It cannot be read as TOML in UTF-8: {fault}.{hint}"]) from fault
    file = _checked(ScenarioFile, document, text, where)
    base = {key: value for key, value in document.items() if key not in _VARIANTS}
    faults = [*_variant_faults(file)]
    if faults:
        raise ScenarioError(where, faults)

    for override, change in file.overrides.items():  # also those that no scenario uses
        changed = _merge(base, change, f"{where}, [overrides.{override}]")
        _checked(Scenario, changed, text, f"{where}, [overrides.{override}]", ("overrides", override))

    made: dict[str, Scenario] = {}
    for name, overrides in (file.scenarios or {BASE: []}).items():
        document = base
        for override in overrides:
            document = _merge(document, file.overrides[override], f"{where}, [overrides.{override}]")
        for values in itertools.product(*file.sweep.values()):
            swept, label = document, name
            for key, value in zip(file.sweep, values, strict=True):
                swept = _merge(swept, _nested(key, value), f"{where}, [sweep] {key}")
                label += f",{key}={value}"
            if label in made:
                raise ScenarioError(where, [f"[sweep] asks for {label!r} twice. Leave one value out."])
            scenario = _checked(Scenario, swept, "", where if label == BASE else f"{where}, scenario {label}")
            folder = data_folder or path.parent / scenario.data_folder
            made[label] = scenario.model_copy(update={"data_folder": str(folder)})
    folders = [path.parent, *([] if data_folder is None else [data_folder])]
    if not allow_outside and (faults := [*beyond(made.values(), folders)]):
        raise ScenarioError(where, faults)
    return made


def _variant_faults(file: ScenarioFile) -> Iterator[str]:
    """What is wrong between [overrides], [scenarios] and [sweep]."""
    asked = max(1, len(file.scenarios)) * math.prod(map(len, file.sweep.values()))
    if asked > _MOST_SCENARIOS:
        yield f"[scenarios] and [sweep] ask for {asked:,} scenarios. Expected at most {_MOST_SCENARIOS:,} in a file."
    for key, values in file.sweep.items():
        if not values:
            yield f"[sweep] {key!r} has no values. Give at least one, or remove it."
    for name, overrides in file.scenarios.items():
        for override in overrides:
            if override not in file.overrides:
                hint = did_you_mean(override, file.overrides)
                yield f"Scenario {name!r} names the override {override!r}, which [overrides] does not have.{hint}"
                continue
            for key in file.sweep:
                if _sets(file.overrides[override], key):
                    yield f"Scenario {name!r}: [sweep] {key!r} would overwrite what the override {override!r} sets."


def _sets(table: Mapping[str, Any], dotted: str) -> bool:
    """Whether an override gives this key a value."""
    at: Any = table
    for part in dotted.split("."):
        if not isinstance(at, Mapping) or part not in at:
            return False
        at = at[part]
    return True


def _nested(dotted: str, value: Any) -> dict[str, Any]:
    head, _, rest = dotted.partition(".")
    return {head: _nested(rest, value) if rest else value}


def _merge(base: Mapping[str, Any], change: Mapping[str, Any], where: str) -> dict[str, Any]:
    """
    `base` with `change` laid over it; neither is altered.

    Tables merge key by key, a table over a list of tables addresses entries by their kind, all else replaces. What the
    change gives another meaning to goes: every key of another source, and the terms of another objective.
    """
    merged = dict(base)
    for key, value in change.items():
        former = base.get(key)
        if isinstance(value, Mapping) and isinstance(former, Mapping):
            merged[key] = _merge(_still_meant(former, value), value, where)
        elif isinstance(value, Mapping) and isinstance(former, list):
            merged[key] = _merge_by_kind(former, value, f"{where}, {key}")
        else:
            merged[key] = value
    return merged


def _still_meant(former: Mapping[str, Any], change: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of a table still means something once the change names another source or objective."""
    if change.get("source", former.get("source")) != former.get("source"):
        return {}
    if change.get("objective", former.get("objective")) != former.get("objective"):
        return {key: value for key, value in former.items() if key in _OF_ANY_OBJECTIVE}
    return former


def _merge_by_kind(entries: Sequence[Any], change: Mapping[str, Any], where: str) -> list[Any]:
    merged = list(entries)
    for kind, value in change.items():
        at = [i for i, one in enumerate(entries) if isinstance(one, Mapping) and one.get("kind", "station") == kind]
        if len(at) != 1:
            raise ScenarioError(where, [f"{len(at)} entries have kind {kind!r}; a change by kind needs exactly one."])
        if not isinstance(value, Mapping):
            raise ScenarioError(where, [f"{kind} is {value!r}. Expected keys of that entry, such as {kind}.sites."])
        merged[at[0]] = _merge(_still_meant(entries[at[0]], value), value, where)
    return merged


def _checked(model: type[M], document: Mapping[str, Any], text: str, where: str, inside: tuple[str, ...] = ()) -> M:
    """The document by its model; faults name the line in `text`, where it stands in the table `inside`."""
    try:
        return model.model_validate(dict(document))
    except ValidationError as refused:
        faults = [_fault(e, model, line_of(text, (*inside, *e["loc"]))) for e in _by_place(refused)]
        raise ScenarioError(where, faults) from None


def _by_place(refused: ValidationError) -> list[dict[str, Any]]:
    """Each place at fault once, with what would have been right there: a key that may be several things has several."""
    places: dict[tuple[int | str, ...], dict[str, Any]] = {}
    for error in refused.errors():
        is_key = error["type"] == "extra_forbidden"  # then the last is the file's own word, whatever is in it
        given = error["loc"][-1:] if is_key else ()
        loc = tuple(part for part in error["loc"][: -1 if is_key else None] if "[" not in str(part)) + given
        if loc and loc[-1] in _PLAIN and not is_key:
            loc = loc[:-1]
        if loc in places and places[loc]["msg"] != error["msg"]:
            places[loc]["msg"] += f", or {error['msg'][0].lower()}{error['msg'][1:]}"
        else:
            places.setdefault(loc, {**error, "loc": loc})
    deeper = {loc[:depth] for loc in places for depth in range(len(loc))}
    return [error for loc, error in places.items() if loc not in deeper]  # of the branch that was meant


def _fault(error: dict[str, Any], model: type[BaseModel], line: int | None) -> str:
    loc = error["loc"]
    key = ".".join(map(str, loc)) or "the file"
    place = f"line {line}: " if line else ""
    if error["type"] == "extra_forbidden":
        known = _known_keys(model, loc[:-1])
        hint = did_you_mean(str(loc[-1]), known) or f" Known here: {', '.join(sorted(known))}."
        return f"{place}unknown key {key!r}.{hint}"
    if error["type"] == "missing":
        return f"{place}the key {key!r} is missing."
    if error["type"] == "list_type" and key in ("plan", "facilities"):
        return f"{place}{key} is a list of tables: write [[{key}]] with two brackets."
    is_shown = not isinstance(error["input"], dict | list) and not holds_password(str(error["input"]))
    given = f" (it says {error['input']!r})" if is_shown else ""
    return f"{place}{key}: {error['msg'].removeprefix('Value error, ')}{given}."


def _known_keys(model: type[BaseModel], loc: Sequence[object]) -> list[str]:
    """The keys a table may have, found by walking the annotations along `loc`."""
    at: Any = model
    for part in loc:
        if _is_model(at):
            at = {field.alias or name: field.annotation for name, field in at.model_fields.items()}.get(str(part))
        else:  # list[Table], dict[str, Table]: what an index or a key leads to is the last argument
            at = typing.get_args(at)[-1]
        while typing.get_origin(at) in (typing.Annotated, typing.Union, types.UnionType):
            at = typing.get_args(at)[0]
    return [field.alias or name for name, field in at.model_fields.items()] if _is_model(at) else []


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
