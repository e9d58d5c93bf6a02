"""The command line: arguments in, answers and exit codes out."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from siting import cli
from siting.cli import app, main
from siting.cli.options import say
from siting.cli.spoken import EXAMPLES, spoken
from siting.language import word
from siting.made_by import made_by
from siting.pipeline import compare
from siting.pipeline.siting_proposal import SitingProposal
from siting.reports import write_proposal
from siting.synthetic import demo_folder
from tests.pipeline.conftest import write_town
from tests.reports.handmade import make_proposal

PRINTS = ("print", "echo", "secho")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command."""
    sys.argv = ["siting", *map(str, arguments)]
    with pytest.raises(SystemExit) as ended:
        main()
        sys.exit(0)
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def test_help_and_import_stay_quick() -> None:
    """Neither loads a solver, a map or a compiler."""
    heavy = ("numba", "ortools", "folium", "osmnx", "matplotlib", "rasterio", "geopandas")
    code = f"import siting, siting.cli, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert done.stdout.strip() == "[]"


def test_rules_are_listed_and_shown(capsys) -> None:
    """All of them by name; one with its clock, clauses and confidence."""
    code, out, _ = run(capsys, "rules")
    assert code == 0
    assert {"cn-jb152-2017", "cn-gb51080-2015", "cn-gb50974-2014", "nfpa-1710"} <= {
        line.split()[0] for line in out.splitlines()
    }
    _, out, _ = run(capsys, "rules", "cn-jb152-2017")
    assert "= 240 s of driving" in out
    assert "confidence high" in out


def test_schema_is_json(capsys) -> None:
    """Editors read it."""
    _, out, _ = run(capsys, "schema")
    assert "study_area" in json.loads(out)["properties"]


def test_the_keys_of_a_table_are_told(capsys) -> None:
    """With or without its brackets; a table that there is not is a slip of the command, with the nearest one."""
    code, out, _ = run(capsys, "schema", "[[plan]]")
    assert (code, out) == (0, run(capsys, "schema", "plan")[1])
    assert 'objective = "mclp"' in out
    code, _, err = run(capsys, "schema", "plans")
    assert code == 2
    assert "Did you mean 'plan'?" in " ".join(err.split())


def test_an_input_fault_is_one_message_and_exit_code_1(capsys, tmp_path: Path) -> None:
    """No traceback; the file and the nearest known key."""
    path = tmp_path / "town.toml"
    path.write_text("nam = 'Town'\n")
    code, out, err = run(capsys, "run", path, "--out", tmp_path / "out")
    assert (code, out) == (1, "")
    assert err.startswith("siting: town.toml: ")
    assert "Did you mean 'name'?" in err
    assert not (tmp_path / "out").exists()
    _, _, err = run(capsys, "--lang", "zh", "run", path, "--out", tmp_path / "out")
    assert err.startswith("siting: town.toml 有 5 处错误（逐条说明为英文）：\n  - ")
    assert err.endswith("请改正后重新运行同一命令。\n")


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_one_scenario_at_fault_ends_with_1(how: list[str], capsys, monkeypatch) -> None:
    """Others that are done do not hide it, nor does an answer for machines."""
    answered = pd.DataFrame({"scenario": ["a", "b"], "status": ["done", "no road"], "headline": ["five", None]})
    monkeypatch.setattr("siting.pipeline.run", lambda *_, **__: answered)
    code, out, _ = run(capsys, "run", "city.toml", "--out", "out", *how)
    assert (code, "five" in out, "no road" in out) == (1, True, True)


@pytest.mark.parametrize(
    "arguments", [["run"], ["demo", "--lang", "fr"], ["isochrones", "x.pbf", "--at", "1", "--out", "a.gpkg"]]
)
def test_usage_faults_exit_with_2(capsys, arguments) -> None:
    """A missing argument, an unknown language, half a place."""
    assert run(capsys, *arguments)[0] == 2


def test_classes_of_a_group_are_not_lost(capsys) -> None:
    """A name given twice: the first classes would be."""
    twice = ["--group", "main=primary", "--group", "main=secondary"]
    code, _, err = run(capsys, "calibrate", "runs.csv", "--roads", "x.pbf", "--out", "mine.toml", *twice)
    assert code == 2
    assert "'main' is given twice" in " ".join(err.split())


def test_a_machine_without_hang_up_runs_all_the_same(capsys, monkeypatch) -> None:
    """Windows has no SIGHUP."""
    monkeypatch.delattr(signal, "SIGHUP", raising=False)
    assert run(capsys, "rules")[0] == 0


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_a_run_that_is_not_to_hang_up_does_not(capsys) -> None:
    """As under `nohup`: who logs out in the evening finds the batch at work in the morning; SIGTERM ends it as ever."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN), signal.getsignal(signal.SIGTERM)
    try:
        assert run(capsys, "rules")[0] == 0
        signal.raise_signal(signal.SIGHUP)
        with pytest.raises(SystemExit, match="143"):
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGHUP, before[0])
        signal.signal(signal.SIGTERM, before[1])


def test_ctrl_c_in_the_demo_costs_no_plan(capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed while the reports are written: they are written to the end, and it is said at once."""
    town, write = write_town(tmp_path / "town").parent, SitingProposal.write

    def pressed(proposal: SitingProposal, folder: Path) -> Path:
        signal.raise_signal(signal.SIGINT)
        return write(proposal, folder, formats=["summary"])

    monkeypatch.setattr("siting.synthetic.demo_folder", lambda: town)
    monkeypatch.setattr(SitingProposal, "write", pressed)
    code, printed, err = run(capsys, "demo", "--out", tmp_path / "out", "--lang", "en")
    assert code == 0
    assert "summary.json" in printed
    assert err.splitlines() == [word("stopping", "en")]


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_isochrones_of_one_place(capsys, tmp_path: Path, suffix: str) -> None:
    """From a road file to a layer, a row for each limit, larger with time."""
    import geopandas as gpd

    out = tmp_path / f"reach{suffix}"
    station = gpd.read_file(demo_folder() / "stations.geojson").geometry.iloc[0]
    at = f"{station.x},{station.y}"
    code, printed, err = run(
        capsys, "isochrones", demo_folder() / "roads.osm.pbf", "--at", at, "--minutes", "2,4", "--out", out
    )
    assert code == 0, err
    assert "area_km2" in printed
    assert gpd.read_file(out).area_km2.is_monotonic_increasing
    assert made_by().encode() in out.read_bytes()


def test_isochrones_of_two_places_in_rings(capsys, tmp_path: Path) -> None:
    """A row for each place and limit; a ring leaves out what the shorter limit reaches."""
    import geopandas as gpd

    out, stations = tmp_path / "rings.gpkg", gpd.read_file(demo_folder() / "stations.geojson").geometry.iloc[:2]
    at = [part for station in stations for part in ("--at", f"{station.x},{station.y}")]
    code, _, err = run(
        capsys, "isochrones", demo_folder() / "roads.osm.pbf", *at, "--minutes", "1,2", "--form", "rings", "--out", out
    )
    assert code == 0, err
    written = gpd.read_file(out)
    assert len(written) == 4
    assert written.geometry[0].intersection(written.geometry[1]).area < 1e-12


def test_isochrones_on_a_map_that_opens_without_internet(capsys, tmp_path: Path) -> None:
    """A layer for each limit, the same bytes each time, nothing fetched from outside, the credit of the roads."""
    import geopandas as gpd

    station = gpd.read_file(demo_folder() / "stations.geojson").geometry.iloc[0]
    pages = []
    for name, language in (("a.html", "en"), ("b.html", "en"), ("c.html", "zh")):
        code, _, err = run(
            capsys, "isochrones", demo_folder() / "roads.osm.pbf", "--at", f"{station.x},{station.y}", "--minutes",
            "1,2.5", "--out", tmp_path / "reach.gpkg", "--map", tmp_path / name, "--lang", language,
        )  # fmt: skip
        assert code == 0, err
        pages.append((tmp_path / name).read_text("utf-8"))
    assert pages[0] == pages[1]
    layers = [json.dumps(label)[1:-1] for label in ("1 分钟", "2 分 30 秒", "道路")]  # in a script of folium's
    assert all(label in pages[2] for label in (*layers, "消防车行车可达范围", 'lang = "zh"'))
    assert set(re.findall(r"https?://([\w.]+)", pages[0])) <= {"www.w3.org", "leafletjs.com", "bugzilla.mozilla.org"}
    assert all(label in pages[0] for label in ("1 min", "2 min 30 s", "© OpenStreetMap contributors", "fire-engine"))
    code, _, err = run(capsys, "isochrones", demo_folder() / "roads.osm.pbf", "--at", "1,1", "--out",
                       tmp_path / "reach.gpkg", "--map", tmp_path / "a.pdf")  # fmt: skip
    assert code == 1
    assert "expected .html" in err


def test_isochrones_in_traffic_of_places_side_by_side(capsys, tmp_path: Path) -> None:
    """Places 10 m apart keep names of their own, and the rush hour reaches less land."""
    import geopandas as gpd

    station = gpd.read_file(demo_folder() / "stations.geojson").geometry.iloc[0]
    places = [f"{station.x + beside:.6f},{station.y:.6f}" for beside in (0.0, 0.0001)]
    at = [part for place in places for part in ("--at", place)]
    area_km2 = {}
    for traffic in ("day", "peak"):
        out = tmp_path / f"{traffic}.gpkg"
        code, _, err = run(
            capsys, "isochrones", demo_folder() / "roads.osm.pbf", *at, "--traffic", traffic, "--out", out
        )
        assert code == 0, err
        written = gpd.read_file(out)
        assert written.site_id.nunique() == 2
        area_km2[traffic] = written.area_km2.sum()
    assert area_km2["peak"] < area_km2["day"]


def test_isochrones_read_as_far_as_the_profile_drives(capsys, tmp_path: Path) -> None:
    """An engine of 180 km/h on an empty plain gets 6 km in two minutes: no circle of another speed cuts it off."""
    import geopandas as gpd

    roads, profile, out = tmp_path / "roads.osm", tmp_path / "fast.toml", tmp_path / "fast.gpkg"
    nodes = "".join(f'<node id="{i}" lat="31.0" lon="{121 + i / 100}"/>' for i in range(1, 40))
    refs = "".join(f'<nd ref="{i}"/>' for i in range(1, 40))
    way = f'<way id="9">{refs}<tag k="highway" v="primary"/></way>'
    roads.write_text(f'<osm version="0.6">{nodes}{way}</osm>', "utf-8")
    profile.write_text('base = "flat-40"\nfactor = 4.5\n', "utf-8")
    code, _, err = run(capsys, "isochrones", roads, "--at", "121.2,31.0", "--minutes", "2", "--speeds", profile,
                       "--out", out)  # fmt: skip
    assert code == 0, err
    west, _, east, _ = gpd.read_file(out).to_crs("EPSG:32651").total_bounds
    assert east - west == pytest.approx(12_000, rel=0.02)


def test_isochrones_name_every_fault(capsys, tmp_path: Path) -> None:
    """A place off the globe, an unknown ending, no time."""
    code, _, err = run(
        capsys,
        "isochrones",
        "x.pbf",
        "--at",
        "31.3,121.2",
        "--minutes",
        "0,inf",
        "--form",
        "ring",
        "--out",
        tmp_path / "a.txt",
    )
    assert code == 1
    assert "not a longitude and a latitude" in err
    assert "expected .geojson, .gpkg, .fgb or .parquet" in err
    assert "0 minutes is no driving time" in err
    assert "inf minutes is no driving time" in err
    assert "'ring' is not known" in err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_speaks_both_languages(language) -> None:
    """Each command, argument and option has its words, and every example is of a command that there is."""
    command = spoken(app, language)
    found = {"": command, **command.commands, "districts_check": command.commands["districts"].commands["check"]}
    assert set(EXAMPLES) == set(found) - {"districts"}
    for each in found.values():
        assert each.help
        assert all(parameter.help for parameter in each.params)
    assert ("方案" in command.commands["compare"].help) is (language == "zh")


def test_examples_are_understood(capsys) -> None:
    """Each is parsed as it is printed: no option in it is unknown and no argument missing."""
    for lines in EXAMPLES.values():
        for line in lines:
            words = shlex.split(line.split(" | ")[0].split(" >")[0])
            context = spoken(app, "en").make_context("siting", words[1:])
            name, command, rest = context.command.resolve_command(context, [*context._protected_args, *context.args])
            if name != "districts":
                command.make_context(name, rest, parent=context)


def test_help_speaks_as_the_machine_does_or_as_asked(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    """LANG decides, --lang before or after the command overrides it."""
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "情景文件" in run(capsys, "run", "--help")[1]
    assert "Scenario file" in run(capsys, "run", "--lang", "en", "--help")[1]
    assert "Commands" in run(capsys, "--lang", "en", "--help")[1]
    assert run(capsys, "--lang", "fr", "doctor")[0] == 2


def test_a_shell_can_be_taught_to_complete(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script of each shell; asked as bash asks, the commands that begin so."""
    for shell in ("bash", "zsh", "fish", "powershell"):
        monkeypatch.setenv("_SITING_COMPLETE", "")
        code, out, _ = run(capsys, "completion", shell)
        assert code == 0
        assert "_SITING_COMPLETE" in out
    monkeypatch.setenv("_SITING_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "siting com")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert run(capsys)[1].split() == ["compare", "completion"]


def test_no_colour_and_no_progress_in_a_pipe(capsys) -> None:
    """What another program reads holds no escape codes, help and faults included."""
    for arguments in (["--help"], ["rules"], ["rnu"], ["run", "none.toml", "--out", "x"]):
        _, out, err = run(capsys, *arguments)
        assert "\x1b" not in out + err
    assert "Did you mean 'run'?" in run(capsys, "rnu")[2]


HIDDEN = "\x1b[2J\x9b31m\u202e\udcff"
"""Clears a terminal, turns it red, turns the writing around; a byte of a file's name that is no text."""
SHOWN = r"\u001b[2J\u009b31m\u202e\udcff"


def test_a_terminal_obeys_no_name(capsys, tmp_path: Path) -> None:
    """Names of files, and texts in them, are printed as their escapes, faults too; JSON loses nothing."""
    assert f"none{SHOWN}.toml" in run(capsys, "run", tmp_path / f"none{HIDDEN}.toml", "--out", tmp_path)[2]
    assert SHOWN in run(capsys, "verify", tmp_path / HIDDEN)[2]
    own, hidden = tmp_path / "own.toml", HIDDEN[:-1]
    own.write_text(f'extends = "de-agbf"\nid = "own"\nedition = {json.dumps(hidden)}\n', "utf-8")
    assert SHOWN[:-6] in run(capsys, "rules", own)[1]
    printed = run(capsys, "rules", own, "--json")[1]
    assert json.loads(printed)["edition"] == hidden
    assert not set(hidden) & set(printed) - set("[2J31m")


def test_letters_that_a_terminal_does_not_know(capsys, monkeypatch) -> None:
    """An old one without Chinese gets the codes of the letters, and no traceback."""
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    say("消防站")
    sys.stdout.flush()
    assert sys.stdout.buffer.getvalue() == rb"\u6d88\u9632\u7ad9" + os.linesep.encode()


def test_nothing_is_printed_but_through_say() -> None:
    """One door to the terminal: what it escapes is escaped everywhere."""
    sources = Path(cli.__file__).parent.glob("*.py")
    nodes = [node for source in sources for node in ast.walk(ast.parse(source.read_text("utf-8")))]
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    assert len([func for func in called if getattr(func, "id", getattr(func, "attr", "")) in PRINTS]) == 1


def test_rules_for_machines(capsys) -> None:
    """The same requirements as printed, as JSON."""
    assert "cn-jb152-2017" in [each["id"] for each in json.loads(run(capsys, "rules", "--json")[1])]
    told = json.loads(run(capsys, "rules", "cn-jb152-2017", "--json")[1])
    assert told["clock"]["response_limit_s"] == 300


def test_compare_from_the_shell(capsys, tmp_path: Path) -> None:
    """A table, JSON, and a map that opens without internet: the one of the proposals in memory."""
    proposals = {"before": make_proposal(audit=True), "after": make_proposal()}
    folders = [write_proposal(each, tmp_path / name, ["summary", "gpkg"]) for name, each in proposals.items()]
    code, out, err = run(capsys, "compare", *folders, "--map", tmp_path / "map.html")
    assert code == 0, err
    assert re.search(r"stations +1 +1 +2\n", out)
    told = json.loads(run(capsys, "compare", *folders, "--json")[1])
    assert [each["people_not_covered"] for each in told["proposals"]] == [750, 50]
    page = (tmp_path / "map.html").read_text("utf-8")
    assert set(re.findall(r"(?:src|href)=\W{0,2}https?://([\w.]+)", page)) == {"leafletjs.com"}
    assert page == compare(proposals).map().get_root().render()
    assert run(capsys, "compare", folders[0])[0] == 1
