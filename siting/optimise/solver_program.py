"""
What runs in the solver's own process: programmes come in, answers go out.

It is started by its path, so that nothing but numpy and OR-Tools is loaded: a third of a second instead of several.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers.gscip import gscip_pb2

from siting.arrays import Floats

SCIP = gscip_pb2.GScipParameters(int_params={"presolving/maxrestarts": 0})
"""Each restart solves the linear relaxation from nothing: five cities by driving time close in 30 CPU s, not in 56."""


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
        gscip=SCIP,
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


def send(stream: IO[bytes], fields: Mapping[str, Any]) -> None:
    """Write fields as one line of JSON, and after it the bytes of those that are arrays or bytes: no code in either."""
    raw = {name: value for name, value in fields.items() if isinstance(value, np.ndarray | bytes)}
    kinds = {name: "bytes" if isinstance(value, bytes) else str(value.dtype) for name, value in raw.items()}
    blobs = [value if isinstance(value, bytes) else value.tobytes() for value in raw.values()]
    plain = {name: value for name, value in fields.items() if name not in raw}
    head = {"plain": plain, "raw": [[*kind, len(blob)] for kind, blob in zip(kinds.items(), blobs, strict=True)]}
    stream.write(json.dumps(head).encode() + b"\n")
    stream.writelines(blobs)
    stream.flush()


def receive(stream: IO[bytes]) -> dict[str, Any]:
    """The fields that `send` wrote; EOFError where the other side ended."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    head = json.loads(line)
    fields = dict(head["plain"])
    for name, kind, size in head["raw"]:
        blob = stream.read(size)
        if len(blob) < size:
            raise EOFError
        fields[name] = blob if kind == "bytes" else np.frombuffer(blob, dtype=kind)
    return fields


def serve() -> None:
    """Answer the tasks on standard input, one after the other, until it ends or who asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asking process's to hear
    threading.Thread(target=_end_after, args=[os.getppid()], daemon=True).start()
    # Solvers print to standard output: it is moved out of their way.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            task = Task(**receive(sys.stdin.buffer))
        except EOFError:
            return
        send(answers, vars(solve(task)))


def _end_after(asking: int) -> None:
    """
    End when the process `asking` is gone, in the middle of a programme too: a killed one cannot say so.

    Linux would send a signal by itself (``PR_SET_PDEATHSIG``), but as soon as the thread ends that started this one.
    """
    while os.getppid() == asking:
        time.sleep(1.0)
    os._exit(1)


if __name__ == "__main__":
    serve()
