"""
What runs in the solver's own process: programmes come in, answers go out.

It is started by its path, so that nothing but numpy and OR-Tools is loaded: a third of a second instead of several.
"""

from __future__ import annotations

import datetime
import math
import os
import pickle
import signal
import sys
from dataclasses import dataclass

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from siting.arrays import Floats


@dataclass(frozen=True)
class Task:
    """One programme for one backend: `message` is a serialised MathOpt model; `cuts`: with cutting planes."""

    message: bytes
    backend: str
    time_limit_s: float
    relative_gap: float
    seed: int
    threads: int | None
    hint: Floats
    n_sites: int
    cuts: bool = True


@dataclass(frozen=True)
class Reply:
    """Values of the first `n_sites` variables (None: no plan), the bound, why it ended, and what went wrong."""

    openness: Floats | None = None
    bound: float = math.nan
    reason: str = ""
    error: str = ""


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
        cuts=None if task.cuts else mathopt.Emphasis.OFF,
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
            task = Task(**pickle.load(sys.stdin.buffer))  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        pickle.dump(vars(solve(task)), answers)
        answers.flush()


if __name__ == "__main__":
    serve()
