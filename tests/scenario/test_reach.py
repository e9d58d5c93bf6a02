"""A scenario file reaches no further than its own folder, by whatever key and whatever way, unless it is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.errors import InputError, ScenarioError
from siting.rules import load_rules
from siting.scenario_file import read_scenarios
from tests.test_scenario_file import GOOD

OUTSIDE = "../secrets/x.toml"
KEYS = {  # by key: what of a good scenario is written otherwise
    "rules": ("[study_area]", "rules = ['cn-jb152-2017', '{}']\n[study_area]"),
    "study_area.boundary": ('"boundary.geojson"', "'{}'"),
    "study_area.barriers": ("cell_m", "barriers = '{}'\ncell_m"),
    "roads.file": ('"roads.osm.pbf"', "'{}'"),
    "roads.speeds": ("[demand]", "speeds = '{}'\n[demand]"),
    "roads.cache": ("[demand]", "cache = '{}'\n[demand]"),
    "roads.closures.file": ("[demand]", "[[roads.closures]]\nreason = 'works'\nfile = '{}'\n[demand]"),
    "demand.file": ('"people.tif"', "'{}'"),
    "facilities.file": ('"stations.geojson"', "'{}'"),
    "screening.heights": ("[[plan]]", "[screening]\nheights = '{}'\n[[plan]]"),
    "micro_stations.speeds": ("[[plan]]", "[micro_stations]\nspeeds = '{}'\n[[plan]]"),
}
DATABASES = {
    "facilities.file": ('"stations.geojson"', '"postgresql://db.example/fire?table=stations"'),
    "outputs.write": ("[[plan]]", '[outputs]\nwrite = ["postgresql://db.example/fire?schema=out"]\n[[plan]]'),
}


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """Its file, in a folder beside one with secrets; a link leads from one to the other."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "link").symlink_to(tmp_path / "secrets")
    return tmp_path / "own" / "town.toml"


@pytest.mark.parametrize("key", KEYS)
def test_every_key_stays_inside(key: str, scenario: Path) -> None:
    """What is read and what is written; inside its folder it may be anywhere."""
    good, other = KEYS[key]
    assert good in GOOD
    scenario.write_text(GOOD.replace(good, other.format(OUTSIDE)), "utf-8")
    with pytest.raises(ScenarioError, match=rf"1 places outside its folder: {key} = .*--allow-outside"):
        read_scenarios(scenario)
    assert read_scenarios(scenario, allow_outside=True)
    scenario.write_text(GOOD.replace(good, other.format("a/../b/x.toml")), "utf-8")
    assert read_scenarios(scenario)


@pytest.mark.parametrize("place", ["{0}/secrets/x.tif", "../secrets/x.tif", "link/x.tif", "a/../../secrets/x.tif"])
def test_every_way_out_is_seen(place: str, scenario: Path) -> None:
    """From the root, up, along a link, and by a folder of data that is not the caller's word."""
    text = GOOD.replace("people.tif", place.format(scenario.parents[1]))
    scenario.write_text(text, "utf-8")
    with pytest.raises(ScenarioError, match="1 places outside its folder: demand"):
        read_scenarios(scenario)
    scenario.write_text('data_folder = "link"\n' + GOOD, "utf-8")
    with pytest.raises(ScenarioError, match="4 places outside its folder"):
        read_scenarios(scenario)
    assert read_scenarios(scenario, data_folder=scenario.parents[1] / "secrets")


def test_a_variant_reaches_no_further(scenario: Path) -> None:
    """What only a sweep or an override names is named too."""
    scenario.write_text(f'{GOOD}\n[sweep]\n"demand.file" = ["people.tif", "{OUTSIDE}"]\n', "utf-8")
    with pytest.raises(ScenarioError, match="1 places outside its folder: demand"):
        read_scenarios(scenario)


@pytest.mark.parametrize("key", DATABASES)
def test_a_database_is_outside_too(key: str, scenario: Path) -> None:
    """To read from one is to send it a name, to write into one to send it the plan."""
    scenario.write_text(GOOD.replace(*DATABASES[key]), "utf-8")
    with pytest.raises(ScenarioError, match=f"1 places in a database: {key} = .*--allow-outside"):
        read_scenarios(scenario, data_folder=scenario.parent)
    assert read_scenarios(scenario, allow_outside=True)


def test_a_rule_set_extends_what_lies_beside_it(scenario: Path) -> None:
    """Or is shipped; a chain of files leads nowhere else."""
    other = scenario.parents[1] / "secrets" / "base.toml"
    own = scenario.with_name("own.toml")
    for path, extends in ((other, "de-agbf"), (scenario.with_name("base.toml"), "de-agbf"), (own, "base.toml")):
        path.write_text(f'extends = "{extends}"\nid = "{path.stem}"\n', "utf-8")
    assert load_rules(own).id == "own"
    (own.parent / "loop.toml").symlink_to("loop.toml")
    for extends, said in (
        *((place, "outside its folder") for place in ("../secrets/base.toml", "link/base.toml", str(other))),
        (r"a\u0000b.toml", "Expected a name"),
        ("loop.toml", "cannot be read"),
    ):
        own.write_text(f'extends = "{extends}"\nid = "own"\n', "utf-8")
        with pytest.raises(InputError, match=said):
            load_rules(own)


def test_no_text_holds_a_zero_character(scenario: Path) -> None:
    """Every file system and every table would cut it off there, or stumble."""
    scenario.write_text(GOOD.replace('"Town"', r'"To\u0000wn"'), "utf-8")
    with pytest.raises(ScenarioError, match="zero character"):
        read_scenarios(scenario)


def test_scenarios_of_years_are_not_begun(scenario: Path) -> None:
    """A dozen short lists make a million million combinations."""
    sweep = "".join(f'"plan.station.costs.{n}" = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n' for n in range(12))
    scenario.write_text(f"{GOOD}\n[sweep]\n{sweep}", "utf-8")
    with pytest.raises(ScenarioError, match="ask for 1,000,000,000,000 scenarios"):
        read_scenarios(scenario)
