"""Ctrl-C and SIGTERM in the middle of every stage of a run: what stood there is as it was, or the answer is whole."""

from __future__ import annotations

import importlib
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import siting
from siting.cli import _end
from tests.pipeline.conftest import OUTPUTS, summary_apart_from_times, write_town

STAGES = {
    "reading": ("siting.inputs.road_network", "read_ways"),
    "network": ("siting.inputs.road_network", "build_network"),
    "travel times": ("siting.travel_time.reach", "joined"),
    "search": ("siting.pipeline.plan", "solve"),
    "measuring": ("siting.pipeline.propose", "judge"),
    "reports": ("siting.reports.geopackage", "_write"),
}
"""A function in the middle of each; the signal comes as it ends, when its work is done and nobody has it yet."""
BEFORE_A_PLAN = ("reading", "network", "travel times", "measuring")


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario, with the answer to it of an undisturbed run in `out` beside it."""
    town = write_town(tmp_path_factory.mktemp("signals") / "town")
    town.write_text(town.read_text("utf-8") + OUTPUTS, "utf-8")
    siting.run(town, town.parent / "out")
    return town


@pytest.fixture
def _ended_as_by_the_command() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, _end)
    yield
    signal.signal(signal.SIGTERM, before)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.usefixtures("_ended_as_by_the_command")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("stage", STAGES)
def test_a_signal_at_every_stage(
    answered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, number: signal.Signals
) -> None:
    """SIGTERM ends the run, and so does Ctrl-C before a search has begun; after it the answer is finished."""
    before = shutil.copytree(answered.parent / "out", tmp_path / "out")
    kept = contents(before)
    module, name = importlib.import_module(STAGES[stage][0]), STAGES[stage][1]
    work = getattr(module, name)
    heard: list[str] = []

    def disturbed(*given: object, **named: object) -> object:
        done = work(*given, **named)
        if not heard:
            heard.append(stage)
            signal.raise_signal(number)
        return done

    monkeypatch.setattr(module, name, disturbed)
    if number == signal.SIGTERM or stage in BEFORE_A_PLAN:
        with pytest.raises(KeyboardInterrupt if number == signal.SIGINT else SystemExit):
            siting.run(answered, before)
        assert contents(before) == kept
    else:
        assert siting.run(answered, before).status.tolist() == ["done"]
        assert contents(before).keys() == kept.keys()
        told, whole = (summary_apart_from_times(out / "base") for out in (before, answered.parent / "out"))
        assert [told[key] for key in ("headline", "key_figures")] == [whole[key] for key in ("headline", "key_figures")]
    assert heard == [stage]
    assert [left.name for left in tmp_path.iterdir()] == ["out"]
