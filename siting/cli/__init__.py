"""The command line: arguments in, calls into the package, answers out; no logic of its own."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from typing import TextIO

from siting.cli.commands import CLAUSE_BROKEN, DONE, INPUT_FAULT, NO_PLAN, USAGE, app
from siting.cli.faults import fault_text
from siting.cli.options import say
from siting.cli.spoken import spoken, spoken_language
from siting.errors import InfeasibleError, SitingError, SitingWarning
from siting.language import word

__all__ = ["CLAUSE_BROKEN", "DONE", "INPUT_FAULT", "NO_PLAN", "USAGE", "app", "main"]

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended."""
TERMINATED = 128 + signal.SIGTERM
"""Exit code of one that was told to end, as a cluster's queue and a service manager do."""


def main() -> None:
    """Run the command line; faults become one message and an exit code."""
    for ending in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, ending, None)  # Windows has no hang-up
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:  # nohup has it ignored
            signal.signal(number, _end)
    warnings.showwarning = _warn
    language = spoken_language(sys.argv[1:], os.environ)
    try:
        spoken(app, language)(prog_name="siting")
    except SitingError as fault:
        say(f"siting: {fault_text(fault, language)}", to_errors=True)
        sys.exit(NO_PLAN if isinstance(fault, InfeasibleError) else INPUT_FAULT)
    except SystemExit as ended:  # typer makes it of Ctrl-C, and of every other end
        if ended.code in (INTERRUPTED, TERMINATED):
            say(word("interrupted", language), to_errors=True)
        raise


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning of ours as a sentence, any other as Python shows it."""
    shown = (
        f"siting: {message}" if category is SitingWarning else f"{filename}:{lineno}: {category.__name__}: {message}"
    )
    say(shown, to_errors=True)


def _end(number: int, frame: object) -> None:
    """End as an exception does, so that what is half written goes too."""
    sys.exit(128 + number)
