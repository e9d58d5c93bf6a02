"""A search is watched on a terminal and in a notebook, silent in a pipe, and ended by Ctrl-C with what it has."""

from __future__ import annotations

import io
import signal
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import siting
from siting.optimise import Progress, Solution, solve
from siting.pipeline import plan as plan_module
from siting.pipeline import search_line as line_module
from siting.pipeline.search_line import search_line

SEEN = Progress(900.0, 1000.0, 0.1, 2.4)
SAID = "best so far 900, bound 1,000, gap 10.00 %, 2 s"


def test_ctrl_c_ends_the_search_and_not_the_run(town: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All searches of the plan end; the proposal is written with a bound, says so, and agrees with its files."""

    def interrupted(*asked: Any, **settings: Any) -> Solution:
        signal.raise_signal(signal.SIGINT)
        return solve(*asked, **settings)

    monkeypatch.setattr(plan_module, "solve", interrupted)
    town.write_text(town.read_text("utf-8").replace("sites = 1", "sites = 1\ncurve = 2\nsensitivity = true"), "utf-8")
    siting.run(town, tmp_path / "out")
    told = (tmp_path / "out" / "base" / "summary.json").read_text("utf-8")
    assert "stopped by Ctrl-C" in told
    assert "The search was stopped by Ctrl-C; the plan is the best found by then" in told
    assert all(claim.agrees for claim in siting.verify(tmp_path / "out" / "base").claims)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_pipe_hears_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither on stdout nor on stderr."""
    with search_line("en") as tell:
        tell(SEEN)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_value_bound_and_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, gone when the search is over."""
    screen = Console(file=io.StringIO(), force_terminal=True, width=100)
    monkeypatch.setattr(line_module, "Console", lambda stderr: screen)
    with search_line("en") as tell:
        tell(SEEN)
    assert SAID in screen.file.getvalue()  # type: ignore[attr-defined]


def test_a_notebook_updates_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is added below it."""
    shown: list[str] = []
    line = types.SimpleNamespace(update=lambda content, raw: shown.append(content["text/plain"]))
    notebook = types.SimpleNamespace(display=lambda content, raw, display_id: line)
    monkeypatch.setitem(sys.modules, "IPython.display", notebook)  # type: ignore[arg-type]
    monkeypatch.setattr(line_module, "Console", lambda stderr: types.SimpleNamespace(is_jupyter=True))
    with search_line("en") as tell:
        tell(SEEN)
    assert shown == [SAID]
