"""
A process that solves programmes, so that one which overruns, hangs or crashes can be ended.

HiGHS overruns its time limit and hears no interrupter, and a thread that is left behind brings the whole of Python down
at its end (OR-Tools 9.15). The process is started when first needed, kept for the next programme, and ended when it
misses its deadline or the search is stopped. `solver_program` is what runs in it.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading

from siting.optimise import solver_program
from siting.optimise.objective import Limits
from siting.optimise.solver_program import Reply, Task, receive, send

TOLD_TO_STOP = 0.9
"""Share of the time left that a solver is given; the rest is for its overrun."""


_kept: list[subprocess.Popen[bytes]] = []
_one_at_a_time = threading.Lock()


def reply_to(task: Task, limits: Limits) -> Reply | None:
    """What the backend says; None when it did not come back before the deadline, or the search was stopped."""
    with _one_at_a_time:
        try:
            process = _running()
        except OSError as fault:  # too many processes, or no memory for one more
            return Reply(error=f"its process cannot be started ({fault.strerror})")
        replies: list[Reply] = []

        def talk() -> None:
            try:
                assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - for mypy
                send(process.stdin, vars(task))
                replies.append(Reply(**receive(process.stdout)))
            except (EOFError, OSError, ValueError) as error:  # ValueError: what came is no JSON
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
            subprocess.Popen(  # noqa: S603 - our own file, by our own Python
                [sys.executable, "-P", solver_program.__file__],
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
