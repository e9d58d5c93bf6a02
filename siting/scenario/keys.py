"""The keys of a scenario file for people who write one: the models that check a file, told table by table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from siting.scenario.whole import ScenarioFile

WHOLE_FILE = "file"
"""Name of the table of keys that stand in no table."""
_TYPES = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "table"}
_BOUNDS = {"exclusiveMinimum": ">", "minimum": "≥", "exclusiveMaximum": "<", "maximum": "≤"}


@dataclass(frozen=True)
class Key:
    """
    One key of a table.

    Attributes
    ----------
    name, meaning
        As in the file; what it says, in a sentence or two.
    value
        What may stand behind it, in words.
    default
        What holds when it is absent, as TOML; "" where nothing does.
    is_required
        Whether a file without it is refused.
    """

    name: str
    meaning: str
    value: str
    default: str
    is_required: bool


@dataclass(frozen=True)
class KeyTable:
    """A table of the file: its heading, such as ``[[plan]]``, what it is about, its keys in order."""

    heading: str
    meaning: str
    keys: tuple[Key, ...]

    def text(self) -> str:
        """For a terminal: a line for each key as it is written, and its meaning below."""
        lines = [f"{self.heading}  {self.meaning}".strip()]
        for key in self.keys:
            given = f"= {key.default}" if key.default else "(required)" if key.is_required else ""
            lines += ["", f"{key.name} {given}".ljust(36) + f" {key.value}", f"    {key.meaning}"]
        return "\n".join(lines)


def key_tables() -> dict[str, KeyTable]:
    """
    Every table of a scenario file by its name, each before those inside it.

    Examples
    --------
    >>> tables = key_tables()
    >>> tables["roads.closures"].heading, tables["roads.closures"].keys[0].meaning
    ('[[roads.closures]]', 'Said in the notes: "flood of 1998", "works until March".')
    >>> next(key for key in tables["plan"].keys if key.name == "busy_share").value
    'number ≥ 0, < 1'
    """
    schema = ScenarioFile.model_json_schema(by_alias=True)
    top = KeyTable("", "Keys that stand at the top of the file, and its tables.", tuple(_keys(schema)))
    tables = {WHOLE_FILE: top}
    for name in dict.fromkeys(_inside(schema, schema["$defs"])):
        definition = schema["$defs"][name]
        heading, _, meaning = definition["description"].partition(": ")
        table = KeyTable(heading, f"{meaning[:1].upper()}{meaning[1:]}", tuple(_keys(definition)))
        for each in heading.split(", "):  # two tables may be alike
            tables[each.strip("[]")] = table
    return tables


def _keys(definition: Mapping[str, Any]) -> Iterator[Key]:
    for name, schema in definition["properties"].items():
        is_required = name in definition.get("required", ())
        default = schema.get("default")
        is_said = default not in (None, "", [], {}) and "$ref" not in schema
        said = json.dumps(default, ensure_ascii=False) if is_said else ""
        yield Key(name, schema["description"].replace("\n", " "), _value(schema), said, is_required)


def _value(schema: Mapping[str, Any]) -> str:
    """What may be written, in words."""
    if "anyOf" in schema:
        return " or ".join(_value(each) for each in schema["anyOf"] if each.get("type") != "null")
    if "enum" in schema or "const" in schema:
        return " or ".join(json.dumps(each, ensure_ascii=False) for each in schema.get("enum", [schema.get("const")]))
    if "$ref" in schema:
        return "table"
    if schema.get("type") == "array":
        return f"list of {_value(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"by name: {_value(schema['additionalProperties'])}"
    kind = schema.get("type", "any value")
    bounds = [f"{sign} {schema[name]:.10g}" for name, sign in _BOUNDS.items() if name in schema]
    return f"{_TYPES.get(kind, kind)} {', '.join(bounds)}".strip()


def _inside(schema: Any, definitions: Mapping[str, Any]) -> Iterator[str]:
    """Names of the tables that a part of the schema speaks of, depth first."""
    if isinstance(schema, list):
        for each in schema:
            yield from _inside(each, definitions)
    elif isinstance(schema, dict):
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            yield name
            yield from _inside(definitions[name], definitions)
        yield from _inside([value for key, value in schema.items() if key not in ("$defs", "default")], definitions)
