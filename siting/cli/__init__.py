"""The command line: arguments in, calls into the package, answers out; no logic of its own."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from typing import TextIO

from siting.cli.commands import CLAUSE_BROKEN, DONE, INPUT_FAULT, NO_PLAN, USAGE, app
from siting.cli.spoken import spoken, spoken_language
from siting.errors import InfeasibleError, SitingError, SitingWarning

__all__ = ["CLAUSE_BROKEN", "DONE", "INPUT_FAULT", "NO_PLAN", "USAGE", "app", "main"]


def main() -> None:
    """Run the command line; faults become one message and an exit code."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end)
    warnings.showwarning = _warn
    try:
        spoken(app, spoken_language(sys.argv[1:], os.environ))(prog_name="siting")
    except InfeasibleError as fault:
        _stop(fault, NO_PLAN)
    except SitingError as fault:
        _stop(fault, INPUT_FAULT)
    except KeyboardInterrupt:
        print("Interrupted: nothing half-written was left behind.", file=sys.stderr)
        sys.exit(130)


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
    print(shown, file=file or sys.stderr)


def _end(number: int, frame: object) -> None:
    """End as an exception does, so that what is half written goes too."""
    sys.exit(128 + number)


def _stop(fault: SitingError, code: int) -> None:
    print(f"siting: {fault}", file=sys.stderr)
    sys.exit(code)
