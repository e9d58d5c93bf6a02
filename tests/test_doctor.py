"""The doctor says what is there, and what is wrong where something is."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from siting import doctor, toy
from siting.cli import app


def test_a_healthy_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every thing has a line; the solver's answer and the times are right here, or nothing else would be."""
    monkeypatch.setenv("SITING_CACHE", str(tmp_path / "not" / "made" / "yet"))
    looked = {each.name: each for each in doctor.examine()}
    assert len(looked) == 7
    assert looked["solver (the answer is 2)"].found.endswith(": 2")
    assert looked["travel times (held to times by hand)"].advice == ""
    assert "ortools" in looked["packages"].found
    assert "cn-jb152-2017" in looked["standards shipped"].found


def test_only_what_is_always_needed_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of an extra may be absent, however its marker is spelt; any other is named as missing."""
    asked = ["numpy>=2.1", "nowhere[all] ~=1.0", 'absent>=0.8 ; extra == "bench"', "gone; extra=='docs'"]
    monkeypatch.setattr("siting.doctor.requires", lambda _: asked)
    looked = [each for each in doctor.examine() if each.name == "packages"]
    assert "numpy" in looked[0].found
    assert [each.found for each in looked if each.advice] == ["nowhere"]


def test_wrong_times_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose searches are a second off must not be used, and the command says so by its exit code."""
    by_hand = toy.travel_time_s()
    monkeypatch.setattr("siting.toy.travel_time_s", lambda: by_hand + 1.0)
    told = CliRunner().invoke(app, ["doctor"])
    assert told.exit_code == 1
    assert "sign nothing that this machine computes" in told.stdout


def test_what_breaks_is_told_and_the_rest_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that cannot be loaded ends its own line only."""

    def broken(*_: object, **__: object) -> None:
        raise ImportError("libhighs.so: cannot open shared object file")

    monkeypatch.setattr("siting.optimise.solve", broken)
    looked = {each.name: each for each in doctor.examine("zh")}
    assert looked["求解器（已知答案 2）"].found.startswith("ImportError: libhighs")
    assert looked["求解器（已知答案 2）"].advice
    assert looked["内置标准"].advice == ""
