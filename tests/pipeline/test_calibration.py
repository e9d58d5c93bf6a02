"""Runs in, a profile out that a scenario can name: known truth on the toy town's roads, through the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import siting
from siting import cli, toy
from siting.errors import InputError
from siting.made_by import made_by
from siting.pipeline.calibration import calibrate_profile, read_runs
from siting.speeds import load_profile, trip_s
from tests.pipeline.conftest import points

FACTOR, START_S = 0.8, 20.0


@pytest.fixture
def runs(town: Path) -> Path:
    """The fifteen trips of the toy's table four times, at 0.8 of its speeds and with 20 s to pull away and stop."""
    seconds = toy.travel_time_s().drop(index="d6").stack()  # noqa: PD013 - a pair of ids for each trip
    at = points(toy.SITES | toy.DEMAND).set_index(pd.Index([*toy.SITES, *toy.DEMAND])).geometry
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "from_lon": [at[site].x for _, site in seconds.index],
            "from_lat": [at[site].y for _, site in seconds.index],
            "to_lon": [at[demand].x for demand, _ in seconds.index],
            "to_lat": [at[demand].y for demand, _ in seconds.index],
            "seconds": trip_s(seconds.to_numpy() / FACTOR, START_S),
        }
    )
    table = pd.concat([table] * 4, ignore_index=True)
    table["seconds"] *= rng.normal(1.0, 0.01, len(table))
    table.to_csv(town.with_name("runs.csv"), index=False)
    return town.with_name("runs.csv")


def test_the_truth_comes_back_and_the_scenario_uses_it(town: Path, edit, runs: Path, monkeypatch, capsys) -> None:
    """Printed with its spread, written as a profile that loads, and used by the scenario that names it."""
    out = town.with_name("ours.toml")
    told = ["siting", "calibrate", str(runs), "--roads", str(town.with_name("roads.osm")), "--profile", "flat-40"]
    monkeypatch.setattr(sys, "argv", [*told, "--out", str(out)])
    with pytest.raises(SystemExit, match="0"):
        cli.main()
    printed = capsys.readouterr().out
    assert "factor on all speeds: 0.8" in printed
    assert "A run scatters by 1." in printed or "A run scatters by 0." in printed
    assert out.read_text("utf-8").startswith(f"# {made_by()}\n")
    profile = load_profile(out)
    assert profile.factor == pytest.approx(FACTOR, rel=0.02)
    assert profile.start_stop_s == pytest.approx(START_S, abs=2.0)
    edit('speeds = "flat-40"', 'speeds = "ours.toml"')
    network = siting.audit(town).network
    assert network.start_stop_s == profile.start_stop_s
    assert np.median(network.edges.speed_kph) == pytest.approx(40.0 * profile.factor)


def test_groups_on_the_command_line(town: Path, runs: Path, monkeypatch, capsys) -> None:
    """Each group gets its factor by name and in the file; a group without classes is a usage fault."""
    out = town.with_name("ours.toml")
    told = ["siting", "calibrate", str(runs), "--roads", str(town.with_name("roads.osm")), "--profile", "flat-40"]
    told += ["--out", str(out), "--group"]
    streets = ",".join(load_profile("flat-40").kph)
    monkeypatch.setattr(sys, "argv", [*told, f"streets={streets}"])
    with pytest.raises(SystemExit, match="0"):
        cli.main()
    assert "factor on the speeds of streets: 0." in capsys.readouterr().out
    assert load_profile(out).factor == pytest.approx(FACTOR, rel=0.02)
    monkeypatch.setattr(sys, "argv", [*told, "streets="])
    with pytest.raises(SystemExit, match="2"):
        cli.main()


def test_seconds_without_sense_write_nothing(town: Path, runs: Path, monkeypatch, capsys) -> None:
    """Milliseconds in the column of seconds: exit 1, the reason on stderr, no profile."""
    table = pd.read_csv(runs)
    table.assign(seconds=1000.0 * table.seconds).to_csv(runs, index=False)
    out = town.with_name("ours.toml")
    told = ["siting", "calibrate", str(runs), "--roads", str(town.with_name("roads.osm"))]
    monkeypatch.setattr(sys, "argv", [*told, "--out", str(out)])
    with pytest.raises(SystemExit, match="1"):
        cli.main()
    assert "check that the seconds are seconds" in capsys.readouterr().err
    assert not out.exists()


def test_faults_are_named_with_their_lines(runs: Path, tmp_path: Path) -> None:
    """No column of seconds, seconds that are none, places that are none, another ending."""
    table = pd.read_csv(runs)
    table.drop(columns="seconds").to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(InputError, match="No column 'seconds'"):
        read_runs(tmp_path / "a.csv")
    table.assign(seconds=table.seconds.mask(table.index == 2, -5.0)).to_csv(tmp_path / "b.csv", index=False)
    with pytest.raises(InputError, match=r"1 runs have no seconds above 0 \(lines 4\)"):
        read_runs(tmp_path / "b.csv")
    table.rename(columns={"to_lon": "x"}).to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(InputError, match="'to_lon' and 'to_lat'"):
        read_runs(tmp_path / "c.csv")
    with pytest.raises(InputError, match=r"expected \.toml"):
        calibrate_profile(runs, tmp_path / "roads.osm", tmp_path / "out.json")
