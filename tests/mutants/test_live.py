"""A mutant goes into functions that are loaded, also in a run of pytest."""

from __future__ import annotations

import gc
from typing import Any

from tests.mutants.live import swapped
from tests.mutants.make import mutants


def test_functions_that_are_left_out_of_the_search_for_garbage() -> None:
    """As every function is that was loaded when the tests begin."""
    source, names = "def late(drive_s):\n    return drive_s > 240\n", dict[str, Any]()
    exec(compile(source, "frozen.py", "exec"), names)  # noqa: S102 - our own line
    gc.freeze()
    changed = swapped(next(mutants(source, "frozen.py")).code)
    gc.freeze()
    assert (changed, names["late"](240)) == (1, True)
