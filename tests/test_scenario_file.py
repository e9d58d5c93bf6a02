"""A scenario file is read to the last key, and its faults are named by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.errors import InputError, ScenarioError
from siting.scenario import ScenarioFile
from siting.scenario_file import read_scenarios

GOOD = """\
name = "Town"
[study_area]
boundary = "boundary.geojson"
cell_m = 100
[roads]
file = "roads.osm.pbf"
[demand]
source = "raster"
file = "people.tif"
unit = "people_per_cell"
[[facilities]]
kind = "station"
file = "stations.geojson"
class = "一级站"
[candidates.station]
source = "roads"
[[plan]]
kind = "station"
sites = 4
"""


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "town.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def fault(path: Path) -> str:
    with pytest.raises(ScenarioError) as refused:
        read_scenarios(path)
    return str(refused.value)


def test_one_scenario_with_paths_beside_the_file(write) -> None:
    """Without variants there is one scenario, and its files lie where the scenario file lies."""
    path = write(GOOD)
    (scenario,) = read_scenarios(path).values()
    assert scenario.path("people.tif") == path.parent / "people.tif"
    assert scenario.plan[0].sites == 4
    assert scenario.facilities[0].class_ == "一级站"


def test_a_data_folder_may_be_given_or_written(write, tmp_path: Path) -> None:
    """The caller's folder goes before the file's own."""
    path = write('data_folder = "raw"\n' + GOOD)
    assert read_scenarios(path)["base"].path("a") == tmp_path / "raw" / "a"
    assert read_scenarios(path, data_folder=Path("elsewhere"))["base"].path("a") == Path("elsewhere/a")


@pytest.mark.parametrize(
    ("right", "wrong", "line", "nearest"),
    [
        ("cell_m = 100", "cel_m = 100", 4, "cell_m"),
        ('class = "一级站"', 'clas = "x"', 14, "class"),
        ("sites = 4", "site = 4", 19, "sites"),
        ('source = "roads"', 'spacing = "roads"', 16, "spacing_m"),
        ('name = "Town"', 'nam = "Town"', 1, "name"),
        ("[[facilities]]", '[demand.parts.day]\nsource = "table"\nshar = 2.0\n[[facilities]]', 13, "share"),
    ],
)
def test_unknown_keys_are_refused_with_line_and_nearest(write, right, wrong, line, nearest) -> None:
    """At every depth: top, table, entry of a list, table by kind."""
    message = fault(write(GOOD.replace(right, wrong)))
    assert f"line {line}: unknown key" in message
    assert f"Did you mean '{nearest}'?" in message


def test_all_faults_come_at_once(write) -> None:
    """A planner mends a file once, not five times."""
    message = fault(write(GOOD.replace("cell_m = 100", 'cell_m = "100"').replace("sites = 4", "sites = -4")))
    assert "2 faults" in message
    assert "line 4: study_area.cell_m" in message
    assert "line 19: plan.0.sites" in message


def test_a_key_that_may_be_several_things_is_one_fault(write) -> None:
    """In the words of the file, without the names of branches inside the reader; a key called str is no branch."""
    message = fault(write(GOOD.replace('file = "roads.osm.pbf"', 'file = "roads.osm.pbf"\ncache = 3')))
    assert message == (
        "town.toml: line 7: roads.cache: Input should be a valid boolean, or input should be a valid string "
        "(it says 3)."
    )
    joint = '[joint]\ncost_budget = {}\n[[joint.tier]]\nkind = "station"\nnew_cost = 1.0\nworth = 1.0\n'
    without_plan = GOOD[: GOOD.index("[[plan]]")]
    assert fault(write(without_plan + joint.format("true"))) == (
        "town.toml: line 18: joint.cost_budget: Input should be a valid number, or input should be a valid dictionary "
        "(it says True)."
    )
    assert fault(write(without_plan + joint.format('{station = "9"}'))) == (
        "town.toml: line 18: joint.cost_budget.station: Input should be a valid number (it says '9')."
    )
    assert "unknown key 'roads.str'" in fault(write(GOOD.replace("[demand]", "str = 3\n[demand]")))


def test_a_missing_key_names_its_table(write) -> None:
    """With the line of the table it is missing from."""
    assert "line 5: the key 'roads.file' is missing" in fault(write(GOOD.replace('file = "roads.osm.pbf"\n', "")))


def test_ground_is_given_once(write) -> None:
    """A boundary and a bbox contradict each other; neither is no ground."""
    both = GOOD.replace("cell_m = 100", "bbox = [1.0, 2.0, 3.0, 4.0]")
    assert "either boundary (a file) or bbox" in fault(write(both))


def test_not_toml_and_not_there(write, tmp_path: Path) -> None:
    """The parser's own words, with the file's name; a path that leads nowhere, and one to a folder."""
    assert "cannot be read as TOML" in fault(write("name = "))
    assert "There is no file" in fault(tmp_path / "nowhere.toml")
    assert "is a folder. Name a scenario file in it" in fault(tmp_path)


def test_overrides_reach_into_lists_by_kind(write) -> None:
    """A scenario is a list of overrides, laid over the base in order; the base stays as it was."""
    scenarios = read_scenarios(
        write(
            GOOD
            + """
[overrides.more.plan.station]
sites = 9
[overrides.slow.roads]
speeds = "fire-engine-peak"
[scenarios]
base = []
both = ["more", "slow"]
"""
        )
    )
    assert [(s.plan[0].sites, s.roads.speeds) for s in scenarios.values()] == [
        (4, "fire-engine"),
        (9, "fire-engine-peak"),
    ]


def test_another_source_replaces_the_whole_table(write) -> None:
    """The unit of a raster would be a fault in a table of points, and TOML cannot take a key away."""
    table = "[overrides.points.demand]\nsource = 'table'\nfile = 'p.csv'\nweight = 'n'\n[scenarios]\na = ['points']\n"
    demand = read_scenarios(write(GOOD + table))["a"].demand
    assert (demand.source, demand.file, demand.unit) == ("table", "p.csv", None)


def test_another_objective_asks_for_no_number(write) -> None:
    """An override from mclp to lscp drops the number of sites, which lscp finds itself; what it states stays."""
    more = "[overrides.few.plan.station]\nobjective = 'lscp'\n[scenarios]\nfew = ['few']\n"
    plan = read_scenarios(write(GOOD + more))["few"].plan[0]
    assert (plan.objective, plan.sites) == ("lscp", None)


def test_a_sweep_over_an_override_is_refused(write) -> None:
    """Two scenarios that differ in nothing but name would be compared."""
    more = "[overrides.nine.plan.station]\nsites = 9\n[scenarios]\na = ['nine']\n"
    sweep = '[sweep]\n"plan.station.sites" = [1, 2]\n'
    assert "would overwrite what the override 'nine' sets" in fault(write(GOOD + more + sweep))


def test_a_table_where_a_list_is_meant_and_a_windows_path(write) -> None:
    """Said in the words of the file."""
    assert "write [[plan]] with two brackets" in fault(write(GOOD.replace("[[plan]]", "[plan]")))
    assert "Write paths with /" in fault(write(GOOD.replace('"roads.osm.pbf"', r'"C:\users\x.pbf"')))


def test_sweep_makes_every_combination(write) -> None:
    """Each with a name that says its values."""
    scenarios = read_scenarios(
        write(GOOD + '[sweep]\n"plan.station.sites" = [1, 2]\n"study_area.cell_m" = [100, 200]\n')
    )
    assert list(scenarios)[1] == "base,plan.station.sites=1,study_area.cell_m=200"
    assert [(s.plan[0].sites, s.study_area.cell_m) for s in scenarios.values()] == [
        (1, 100),
        (1, 200),
        (2, 100),
        (2, 200),
    ]


def test_unknown_override_and_faulty_override(write) -> None:
    """The first by nearest name; the second by its own name."""
    assert "Did you mean 'slow'" in fault(write(GOOD + "[overrides.slow]\n[scenarios]\na = ['slwo']\n"))
    wrong = fault(write(GOOD + "[overrides.slow.roads]\nspeed = 'x'\n[scenarios]\na = ['slow']\n"))
    assert "[overrides.slow]" in wrong
    assert "Did you mean 'speeds'" in wrong


def test_a_fault_of_a_variant_names_no_line_of_the_base(write) -> None:
    """That of the override, where it says the key itself; none for a value of a sweep."""
    said = fault(write(GOOD + "[overrides.slow.roads]\nspeeds = 'x'\nsnap_limit_m = 0\n"))
    assert said.startswith("town.toml, [overrides.slow]: line 22: roads.snap_limit_m: ")
    said = fault(write(GOOD + '[sweep]\n"study_area.cell_m" = ["wide"]\n'))
    assert said.startswith("town.toml, scenario base,study_area.cell_m=wide: study_area.cell_m: ")


def test_two_plans_of_one_kind_are_two_scenarios(write) -> None:
    """One plan per kind; the message says where the second question goes."""
    assert "[scenarios]" in fault(write(GOOD + '[[plan]]\nkind = "station"\nsites = 2\n'))


def test_schema_documents_every_key() -> None:
    """Editors complete from it, so each key must explain itself."""
    schema = ScenarioFile.model_json_schema(by_alias=True)
    tables = [schema, *schema["$defs"].values()]
    silent = [key for table in tables for key, value in table["properties"].items() if "description" not in value]
    assert not silent


def test_a_change_by_kind_needs_exactly_one(write) -> None:
    """An override for a kind that no plan has is a fault, not a silent nothing."""
    with pytest.raises(InputError, match="0 entries have kind 'hydrant'"):
        read_scenarios(write(GOOD + '[sweep]\n"plan.hydrant.sites" = [1]\n'))


@pytest.mark.parametrize(
    ("variants", "said"),
    [
        ('[sweep]\n"plan.station.sites" = []\n', "has no values"),
        ('[sweep]\n"plan.station.sites" = [1, 1]\n', "twice"),
        ('[sweep]\n"plan.station" = [1]\n', "Expected keys of that entry"),
        ('[sweep]\n"outputs.write.x" = [1]\n', "should be a valid list"),
        ("[overrides.o.plan]\nstation = 3\n", "Expected keys of that entry"),
        ("[overrides.unused]\nnonsense = 1\n", "unknown key 'nonsense'"),
    ],
)
def test_variants_that_make_no_sense(write, variants: str, said: str) -> None:
    """Said in words, also of an override that no scenario uses."""
    assert said in fault(write(GOOD + variants))


def test_a_byte_order_mark_is_no_fault(write) -> None:
    """Windows Notepad writes one."""
    assert read_scenarios(write("\ufeff" + GOOD))


def test_a_file_in_another_encoding_is_told(write) -> None:
    """What Chinese Windows calls ANSI is no fault of TOML: the message says how to save it."""
    path = write(GOOD)
    path.write_bytes(GOOD.replace("Town", "某镇").encode("gbk"))
    assert "Save it as UTF-8" in fault(path)
