"""One Ctrl-C, wherever it comes in a run, is never lost: it ends the run, or its searches, and says so."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

import siting
from siting.language import word
from siting.optimise.watch import finishing, stopping, unheard
from siting.pipeline import plan as plan_module
from siting.pipeline.run import NOT_BEGUN
from siting.pipeline.siting_proposal import SitingProposal

HYDRANTS = "[hydrants.plan]\ntime_limit_s = 60\n"
SAID = word("stopping", "en")


def pressed_at(step: str, times: int = 1) -> Callable[[str], None]:
    """Ctrl-C as a step begins."""

    def progress(begun: str) -> None:
        if begun == step:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)

    return progress


def stopped_kinds(proposal: SitingProposal) -> list[str]:
    """Plans whose certificate says that Ctrl-C ended their search."""
    return [plan.kind for plan in proposal.plans if plan.solution.method.endswith("stopped by Ctrl-C")]


@pytest.mark.parametrize("step", ["roads", "plan"])
def test_before_any_search_it_ends_the_run(town: Path, step: str) -> None:
    """Nothing is found yet that could be kept."""
    with pytest.raises(KeyboardInterrupt):
        siting.propose(town, progress=pressed_at(step))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(("step", "stopped"), [("hydrants", ["hydrant"]), ("proposed", [])])
def test_after_a_search_the_proposal_is_finished(
    town: Path, step: str, stopped: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan that was found stays, later searches take no time and say why, and whoever pressed is told at once."""
    town.write_text(town.read_text("utf-8") + HYDRANTS, "utf-8")
    proposal = siting.propose(town, progress=pressed_at(step))
    assert capsys.readouterr().err.splitlines() == [SAID]
    assert stopped_kinds(proposal) == stopped
    notes = [note for note in proposal.notes if note.key == "note_search_stopped"]
    assert len(notes) == len(stopped)
    assert [plan.kind for plan in proposal.plans] == ["station", "hydrant"]
    assert proposal.plans[0].solution.status == "optimal"


def test_between_two_searches_of_a_plan(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The search before it was over and says nothing; the plan's note does, and so does the next plan."""
    town.write_text(town.read_text("utf-8") + HYDRANTS, "utf-8")
    answers = plan_module.answers

    def pressed_first(*asked: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return answers(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(plan_module, "answers", pressed_first)
    proposal = siting.propose(town)
    assert stopped_kinds(proposal) == ["hydrant"]
    assert [note.key for note in proposal.notes].count("note_search_stopped") == 2
    assert capsys.readouterr().err.splitlines() == [SAID]


def test_the_second_one_ends_the_run_at_once(town: Path) -> None:
    """Who presses twice does not want what was found."""
    town.write_text(town.read_text("utf-8") + HYDRANTS, "utf-8")
    with pytest.raises(KeyboardInterrupt):
        siting.propose(town, progress=pressed_at("hydrants", times=2))


def test_scenarios_after_it_are_not_begun(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one at hand is written whole, even if it was being written; the next says why it is not there."""
    variants = "[overrides.two.plan.station]\nsites = 2\n[scenarios]\none = []\ntwo = ['two']\n"
    town.write_text(town.read_text("utf-8") + '[outputs]\nwrite = ["summary"]\n' + variants, "utf-8")
    write = SitingProposal.write

    def pressed_first(proposal: SitingProposal, *where: object, **how: object) -> Path:
        signal.raise_signal(signal.SIGINT)
        return write(proposal, *where, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(SitingProposal, "write", pressed_first)
    comparison = siting.run(town, tmp_path / "out")
    assert comparison.status.tolist() == ["done", NOT_BEGUN]
    assert (tmp_path / "out" / "one" / "summary.json").is_file()
    assert not (tmp_path / "out" / "two").exists()


def test_a_task_within_a_task_has_its_event() -> None:
    """One Ctrl-C for all of it, said once; inside `unheard` it is an ordinary one."""
    said: list[str] = []
    with finishing(lambda: said.append("outer")) as outer, finishing(lambda: said.append("inner")) as inner:
        with stopping() as stop:
            assert stop is inner is outer
        signal.raise_signal(signal.SIGINT)
    assert stop.is_set()
    assert said == ["outer"]
    with pytest.raises(KeyboardInterrupt), unheard(), finishing(), stopping():
        signal.raise_signal(signal.SIGINT)
