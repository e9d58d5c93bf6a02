"""What a planner is told of the keys of a scenario file is what the file is held to."""

from __future__ import annotations

import tomllib

import pytest

from siting.scenario import ScenarioFile
from siting.scenario.keys import Key, key_tables

TABLES = key_tables()


def test_every_table_is_told_by_its_heading() -> None:
    """None of the models behind the file is left out, and each says under which heading it is written."""
    told = {table.heading for table in TABLES.values()}
    definitions = ScenarioFile.model_json_schema()["$defs"].values()
    assert told == {"", *(each["description"].partition(": ")[0] for each in definitions)}
    assert all(name == "file" or f"[{name}]" in table.heading for name, table in TABLES.items())


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("file", Key("name", "Title of the proposal.", "text", "", True)),
        ("candidates.KIND", Key("source", "Points along roads.", '"roads"', '"roads"', False)),
        ("plan", Key("seed", "Of every random choice.", "whole number ≥ 0, < 2147483648", "0", False)),
        ("roads.closures", Key("way_ids", "Roads by the ids of their source.", "list of whole number", "", False)),
        ("micro_stations", Key("due", "Who needs one.", "list of table", "", False)),
    ],
)
def test_a_key_is_told_in_words(table: str, expected: Key) -> None:
    """Its value, what holds when it is absent, and whether it has to be there, read from the models by eye."""
    assert expected in TABLES[table].keys


def test_every_default_can_be_copied_into_a_file() -> None:
    """It is told as TOML, and stands in the text beside its key."""
    for name, table in TABLES.items():
        for key in table.keys:
            if key.default:
                tomllib.loads(f"value = {key.default}")
                assert f"\n{key.name} = {key.default}" in table.text(), name
