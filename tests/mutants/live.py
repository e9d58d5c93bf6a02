"""A mutant put into functions that are loaded already: their code is swapped, and nothing is imported anew."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import CodeType, FunctionType


def swapped(code: CodeType) -> int:
    """
    How many functions got other code from this mutant of their module; none when it can only be loaded anew.

    Examples
    --------
    >>> from tests.mutants.make import mutants
    >>> source, names = "def late(drive_s):\\n    return drive_s > 240", {}
    >>> exec(compile(source, "clock.py", "exec"), names)
    >>> swapped(next(mutants(source, "clock.py")).code), names["late"](240)
    (1, True)
    """
    new: dict[tuple[str, int], list[CodeType]] = {}
    for held in _functions(code):
        new.setdefault((held.co_qualname, held.co_firstlineno), []).append(held)
    changed = []
    gc.unfreeze()  # `get_objects` leaves out what `tests/conftest.py` has frozen: all that is loaded
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename == code.co_filename:
            others = new[thing.__code__.co_qualname, thing.__code__.co_firstlineno]
            if thing.__code__ not in others:
                changed.append((thing, others))
    for function, others in changed:  # two lambdas of one line; a closure whose variable is gone
        if len(others) > 1 or others[0].co_freevars != function.__code__.co_freevars:
            return 0
    for function, others in changed:
        function.__code__ = others[0]
    return len(changed)


def _functions(code: CodeType) -> Iterator[CodeType]:
    """The code inside some code."""
    for held in code.co_consts:
        if isinstance(held, CodeType):
            yield held
            yield from _functions(held)
