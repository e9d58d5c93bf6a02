"""Best value, bound and gap while a plan is searched for: a line on a terminal or in a notebook, nothing in a pipe."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console

from siting.language import Language, word
from siting.optimise import Progress
from siting.optimise.watch import finishing


@contextmanager
def search_line(language: Language) -> Iterator[Callable[[Progress], None]]:
    """A function to tell progress to. On a terminal the line moves while a solver is silent, and goes when it ends."""
    console = Console(stderr=True)
    if console.is_jupyter:
        from IPython.display import display  # only a notebook needs it, and a notebook has it

        line = display({"text/plain": ""}, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        yield lambda seen: line.update({"text/plain": progress_text(seen, language)}, raw=True)
    elif console.is_terminal:
        with console.status("") as status:
            yield lambda seen: status.update(progress_text(seen, language))
    else:
        yield lambda seen: None


def progress_text(seen: Progress, language: Language) -> str:
    """
    How far a search has come, in one line.

    Examples
    --------
    >>> progress_text(Progress(950.0, 960.0, 0.01042, 12.3), "en")
    'best so far 950, bound 960, gap 1.05 %, 12 s'
    """
    gap = f"{math.ceil(1e4 * seen.optimality_gap) / 100:.2f} %" if math.isfinite(seen.optimality_gap) else "–"
    return word("search_line", language, value=seen.value, bound=seen.bound, gap=gap, seconds=seen.seconds)


def finishing_aloud(language: Language) -> AbstractContextManager[threading.Event]:
    """
    As `finishing`, from the first search inside to the end.

    What becomes of the run is said at once, in a pipe too: who presses Ctrl-C waits for an answer.
    """
    return finishing(lambda: print(word("stopping", language), file=sys.stderr))
