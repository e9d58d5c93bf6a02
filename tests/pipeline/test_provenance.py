"""The digest of what was asked: the same exactly when the answer has to be."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

import siting
from siting.pipeline import asked_digest, only_scenario
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
