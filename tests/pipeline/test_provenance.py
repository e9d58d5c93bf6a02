"""The digest of what was asked: the same exactly when the answer has to be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import geopandas as gpd
import pytest

import siting
from siting.errors import InputError
from siting.pipeline import asked_digest, only_scenario
from siting.scenario import Scenario
from siting.scenario.table import Table
from tests.pipeline.conftest import rewrite


def test_a_proposal_says_what_it_answers(town: Path) -> None:
    """The digest that can be known before is the one that stands in the proposal."""
    assert siting.audit(town).provenance["asked"] == asked_digest(only_scenario(town))


def test_what_decides_nothing_changes_nothing(town: Path, edit, tmp_path: Path) -> None:
    """Where the files lie, and where networks are kept."""
    before = asked_digest(only_scenario(town))
    edit("snap_limit_m = 100", 'snap_limit_m = 100\ncache = "kept"')
    moved = town.parent.rename(tmp_path / "elsewhere")
    assert asked_digest(only_scenario(moved / town.name)) == before


@pytest.mark.parametrize(
    ("step", "name"),
    [("roads", "roads.osm"), ("facilities", "stations.geojson"), ("districts as drawn", "drawn.geojson")],
)
def test_an_input_that_changes_while_it_is_read(town: Path, edit, step: str, name: str) -> None:
    """Half of it may have been read before: no answer, whose digest would say that it is of the one or the other."""
    drawn = gpd.read_file(town.parent / "boundary.geojson").assign(site_id="S")
    drawn.to_file(town.parent / "drawn.geojson")
    edit("[candidates", '[districts]\nfile = "drawn.geojson"\n[candidates')
    changed = town.parent / name

    def write(begun: str) -> None:
        if begun == step:
            changed.write_bytes(changed.read_bytes() + b"\n")

    with pytest.raises(InputError, match=rf"^Toy town: {name} changed while it was read\. Run again"):
        siting.propose(town, progress=write)
    assert siting.audit(town).provenance["asked"] == asked_digest(only_scenario(town))


@pytest.mark.parametrize("change", ["a key", "the language", "a rule", "an input", "the column of a Shapefile"])
def test_what_decides_changes_it(town: Path, edit, change: str) -> None:
    """Anything that the answer is made of, also the columns that a Shapefile keeps beside it."""
    people, rules = town.parent / "people.shp", town.parent / "own.toml"
    gpd.read_file(town.parent / "people.geojson").to_file(people)
    rules.write_text('extends = "cn-jb152-2017"\nid = "own"\n', "utf-8")
    edit("people.geojson", "people.shp")
    edit('rules = ["cn-jb152-2017", "cn-gb50974-2014"]', 'rules = ["own.toml", "cn-gb50974-2014"]')
    scenario = only_scenario(town)
    before, geometry = asked_digest(scenario), people.read_bytes()
    if change == "a key":
        edit("sites = 1", "sites = 2")
        scenario = only_scenario(town)
    elif change == "the language":
        scenario = scenario.asked("zh")
    elif change == "a rule":
        rules.write_text(rules.read_text("utf-8") + "\n", "utf-8")
    elif change == "an input":
        rewrite(town.parent / "stations.geojson", lambda stations: stations.assign(crews=3))
    else:
        gpd.read_file(people).assign(people=1).to_file(people)
        assert people.read_bytes() == geometry
    assert asked_digest(scenario) != before


def test_every_file_counts(tmp_path: Path) -> None:
    """The answer hangs on the bytes of each file that a table of the scenario can name, and of own speed profiles."""
    one = {"file": "{}"}
    document = {
        "name": "all files",
        "study_area": {"boundary": "{}", "units": "{}", "land": "{}", "barriers": "{}"},
        "roads": {**one, "speeds": "{}.toml", "closures": [{**one, "reason": "flood"}]},
        "demand": {**one, "source": "risk", "parts": {"calls": {**one, "source": "incidents"}}},
        "facilities": [{**one, "kind": "station"}],
        "districts": one,
        "protected": one,
        "screening": {"ground": "{}", "heights": "{}"},
        "grid": [{**one, "level": "small"}],
        "micro_stations": {"speeds": "{}.toml", "due": [{**one, "kind": "village", "source": "test"}]},
        "hydrants": {"buildings": "{}"},
        "lanes": {"built_up": "{}"},
    }
    text = json.dumps(document)
    n_files = text.count("{}")
    for number in range(n_files):
        text = text.replace("{}", f"file_{number}", 1)
    scenario = Scenario.model_validate_json(text).model_copy(update={"data_folder": str(tmp_path)})
    assert {key for key, _ in scenario.named_files()} == set(_file_keys(Scenario))
    files = [tmp_path / name for name in re.findall(r"file_\d+(?:\.toml)?", text)]
    for file in files:
        file.write_text("before", "utf-8")
    digests = [asked_digest(scenario)]
    for file in files:
        file.write_text("after", "utf-8")
        digests.append(asked_digest(scenario))
    assert len(set(digests)) == n_files + 1


def _file_keys(table: type[Table]) -> Iterator[str]:
    """Every key under which a table of this kind, or one inside it, names a file."""
    for key, field in table.model_fields.items():
        if key in table.file_keys:
            yield key
        yield from (f"{key}.{inner}" for kind in _tables(field.annotation) for inner in _file_keys(kind))


def _tables(annotation: object) -> Iterator[type[Table]]:
    """The tables in a type, such as that of list[GridTable]."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        yield annotation
    for inner in get_args(annotation):
        yield from _tables(inner)
