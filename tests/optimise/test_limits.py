"""Limits are kept: deadlines with a solver that overruns, Ctrl-C, a solver that dies; and progress is told."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from siting.optimise import OBJECTIVES, Progress, Terms, covered_weight, solve
from siting.optimise import solver_process as process
from siting.optimise.objective import Limits
from siting.optimise.objectives import mclp
from siting.optimise.program import message, program
from siting.optimise.solver_program import Task, receive, send
from siting.optimise.watch import stopping
from tests.optimise import cases

LARGE = cases.in_square(4_000, 600, 4.0, seed=2)
"""Not covered proven best in a minute, and every step on it takes a while."""


@pytest.mark.slow
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_deadline_is_kept(objective: str) -> None:
    """Two seconds are given where the proof takes minutes: they are kept, and the answer has a plan and a bound."""
    problem, terms = cases.asked(objective, LARGE, 40)
    small, few = cases.asked(objective, cases.in_square(30, 10, 9.0, seed=1), 2)
    solve(small, objective, terms=few)  # compiled before the clock starts
    start = time.monotonic()
    solution = solve(problem, objective, terms=terms, time_limit_s=2.0)
    assert time.monotonic() - start < 12.0  # alone on the machine less than three; others may share it
    assert np.isfinite([solution.value, solution.bound]).all()
    assert 0 <= solution.optimality_gap <= 1


def test_ctrl_c_returns_the_best_plan() -> None:
    """One second in, the signal comes: a plan with its bound comes back long before the limit, and says why."""
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    solution = solve(LARGE, "lscp", time_limit_s=60.0)
    assert time.monotonic() - start < 20.0  # alone on the machine less than two; others may share it
    assert cases.is_cover(LARGE, solution.plan)
    assert solution.status == "feasible"
    assert 0 < solution.bound < solution.value
    assert solution.method.endswith("stopped by Ctrl-C")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_second_ctrl_c_is_an_ordinary_one() -> None:
    """Who presses twice wants out."""
    with pytest.raises(KeyboardInterrupt), stopping() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        signal.raise_signal(signal.SIGINT)


def test_another_thread_hears_no_signal() -> None:
    """A search outside the main thread runs all the same."""
    found = []
    thread = threading.Thread(target=lambda: found.append(solve(cases.in_square(50, 10, 8.0, seed=1), "mclp", sites=2)))
    thread.start()
    thread.join()
    assert found[0].status == "optimal"


def test_what_goes_over_the_pipe_comes_back_and_is_no_code() -> None:
    """Numbers that JSON only just knows, bytes with line ends and arrays; a pipe that is cut has ended."""
    sent = {"message": b"a\n\x00b", "hint": np.array([0.5, np.inf]), "gap": 0.1, "bound": -np.inf, "none": None}
    pipe = io.BytesIO()
    send(pipe, sent)
    whole = pipe.getvalue()
    got = receive(io.BytesIO(whole))
    assert got.keys() == sent.keys()
    assert got["hint"].tolist() == [0.5, np.inf]
    assert {**got, "hint": 0} == {**sent, "hint": 0}
    for end in range(len(whole)):
        with pytest.raises(EOFError):
            receive(io.BytesIO(whole[:end]))


def test_a_solver_that_dies_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process is ended from outside: that is an error of the backend, and the next task gets a new process."""
    task = Task(b"not a model", "HIGHS", 5.0, 0.0, 0, None, np.empty(0), 0)
    limits = Limits(time.monotonic() + 20)
    first = process.reply_to(task, limits)
    assert first is not None
    assert first.error
    monkeypatch.setattr(mclp, "narrowed", cases.not_narrowed)  # the solver is asked
    hard = cases.in_square(600, 100, 6.0, seed=1)
    assert solve(hard, "mclp", sites=9).status == "optimal"
    process._kept[0].kill()
    process._kept[0].wait()
    assert solve(hard, "mclp", sites=9).status == "optimal"


def test_a_solver_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is to be had: what is known without a solver is the answer, with its bound; later one is asked."""
    monkeypatch.setattr(mclp, "narrowed", cases.not_narrowed)
    hard = cases.in_square(600, 100, 6.0, seed=1)
    process._end()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/nowhere/python")
        solution = solve(hard, "mclp", sites=9)
    assert solution.status == "feasible"
    assert solution.value < solution.bound < 1.1 * solution.value
    assert solve(hard, "mclp", sites=9).status == "optimal"


def test_python_ends_in_peace_after_an_overrun() -> None:
    """A solver is ended at its deadline, and the interpreter after it without a complaint."""
    code = (
        "from siting.optimise import solve\n"
        "from tests.optimise.test_limits import LARGE\n"
        "print(solve(LARGE, 'lscp', time_limit_s=1.5).status)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "feasible"


def ask_for_minutes() -> None:
    """Four rows of thirty numbers to be halved at once: minutes of branching (Cornuéjols and Dawande, 1999)."""
    rows = np.random.default_rng(1).integers(0, 100, (4, 30)).astype(float)
    half = np.floor(rows.sum(axis=1) / 2)
    split = program([np.zeros(30)], [([rows], half, half)], whole_blocks=1, maximise=False)
    print(process._running().pid, flush=True)
    process.reply_to(
        Task(message(split).SerializeToString(), "GSCIP", 60.0, 0.0, 0, None, np.empty(0), 30),
        Limits(time.monotonic() + 60),
    )


def cpu_s(pid: int) -> float:
    """What a process has used so far; infinite when it is gone (Linux)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return np.inf
    return np.inf if fields[0] == "Z" else sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
def test_a_solver_ends_with_who_asked() -> None:
    """kill -9 of the asking process in the middle of a programme that takes minutes: its solver is gone in seconds."""
    code = "from tests.optimise.test_limits import ask_for_minutes; ask_for_minutes()"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as asking:  # noqa: S603
        assert asking.stdout is not None
        solver = int(asking.stdout.readline())
        while cpu_s(solver) < 1.0:  # loading takes a third of it
            time.sleep(0.05)
        assert np.isfinite(cpu_s(solver))
        asking.kill()
    deadline = time.monotonic() + 10.0
    while np.isfinite(cpu_s(solver)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert cpu_s(solver) == np.inf


def test_progress_only_improves() -> None:
    """Values rise, bounds fall, the gap closes; the last is the answer."""
    seen: list[Progress] = []
    problem = cases.in_square(600, 100, 6.0, seed=1)
    solution = solve(problem, "mclp", sites=9, progress=seen.append)
    assert len(seen) >= 2
    assert all(a.value <= b.value and a.bound >= b.bound for a, b in pairwise(seen))
    assert (seen[-1].value, seen[-1].bound) == (solution.value, solution.bound)
    assert seen[-1].optimality_gap == solution.optimality_gap == 0
    assert solution.value == covered_weight(problem, solution.plan)


@pytest.mark.parametrize("objective", sorted(set(OBJECTIVES) - {"lscp"}))
def test_missing_terms_are_named(objective: str) -> None:
    """Nothing is guessed: what a question needs is asked for."""
    with pytest.raises(Exception, match=f"{objective} needs"):
        solve(cases.asked(objective, LARGE, 1)[0], objective, terms=Terms())
