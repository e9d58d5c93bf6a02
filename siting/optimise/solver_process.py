"""
A process that solves programmes, so that one which overruns, hangs or crashes can be ended.

HiGHS overruns its time limit and hears no interrupter, and a thread that is left behind brings the whole of Python down
at its end (OR-Tools 9.15). The process is started when first needed, kept for the next programme, and ended when it
misses its deadline or the search is stopped. `serve` is what runs in it.
"""

from __future__ import annotations

import atexit
import datetime
import math
import os
import pickle
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from siting.arrays import Floats
from siting.optimise.objective import Limits

TOLD_TO_STOP = 0.9
"""Share of the time left that a solver is given; the rest is for its overrun."""


@dataclass(frozen=True)
class Task:
    """One programme for one backend: `message` is a serialised MathOpt model."""

    message: bytes
    backend: str
    time_limit_s: float
    relative_gap: float
    seed: int
    threads: int | None
    hint: Floats
    n_sites: int


@dataclass(frozen=True)
class Reply:
    """Values of the first `n_sites` variables (None: no plan), the bound, why it ended, and what went wrong."""

    openness: Floats | None = None
    bound: float = math.nan
    reason: str = ""
    error: str = ""


_kept: list[subprocess.Popen[bytes]] = []
_one_at_a_time = threading.Lock()


def reply_to(task: Task, limits: Limits) -> Reply | None:
    """What the backend says; None when it did not come back before the deadline, or the search was stopped."""
    with _one_at_a_time:
        process = _running()
        replies: list[Reply] = []

        def talk() -> None:
            try:
                assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - for mypy
                pickle.dump(task, process.stdin)
                process.stdin.flush()
                replies.append(pickle.load(process.stdout))  # noqa: S301 - our own process
            except (EOFError, OSError, pickle.UnpicklingError) as error:
                replies.append(Reply(error=f"its process ended ({type(error).__name__})"))

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        while thread.is_alive() and limits.left_s > 0:
            thread.join(min(0.05, limits.left_s))  # short, so that Ctrl-C is heard
        if thread.is_alive() or replies[0].error:
            is_late = thread.is_alive()
            process.kill()  # before the pipes are closed: the thread is still reading
            thread.join()
            _end()
            return None if is_late else replies[0]
        return replies[0]


def _running() -> subprocess.Popen[bytes]:
    if _kept and _kept[0].poll() is not None:
        _end()
    if not _kept:
        _kept.append(
            subprocess.Popen(
                [sys.executable, "-c", "from siting.optimise import solver_process; solver_process.serve()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        )
    return _kept[0]


@atexit.register
def _end() -> None:
    while _kept:
        process = _kept.pop()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written has nowhere to go
                    continue


def solve(task: Task) -> Reply:
    """Solve it here and now, whatever its backend answers or raises."""
    model = mathopt.Model.from_model_proto(model_pb2.ModelProto.FromString(task.message))
    variables = list(model.variables())
    values = dict(zip(variables, task.hint.tolist(), strict=False))
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=task.time_limit_s),
        relative_gap_tolerance=task.relative_gap,
        random_seed=task.seed,
        threads=task.threads,
    )
    start = mathopt.ModelSolveParameters(solution_hints=[mathopt.SolutionHint(variable_values=values)])
    try:
        result = mathopt.solve(model, mathopt.SolverType[task.backend], params=parameters, model_params=start)
    # MathOpt 9.15 answers some statuses of HiGHS with an AttributeError of its own, refusals with ValueError or
    # RuntimeError; whatever the reason, the next backend is asked.
    except (AttributeError, RuntimeError, ValueError) as error:
        return Reply(error=f"{type(error).__name__}: {error}")
    openness = None
    if result.has_primal_feasible_solution():
        openness = np.array(result.variable_values(variables[: task.n_sites]))
    return Reply(openness, float(result.dual_bound()), result.termination.reason.name)


def serve() -> None:
    """Answer the tasks on standard input, one after the other, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asking process's to hear
    # Solvers print to standard output: it is moved out of their way.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            task = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        pickle.dump(solve(task), answers)
        answers.flush()
