"""
What can go wrong, by situation.

SitingError
├── InputError            something handed in is wrong; names every fault of one table or file (also a ValueError)
│   └── ScenarioError     the scenario file itself
├── FetchError            a live service gave no usable answer
├── InfeasibleError       the question has no plan; says which requirement stands in the way
├── MemoryCapError        the question is larger than the memory it may take
├── OutputError           the answer cannot be written where it was asked for (also an OSError)
└── VerificationError     a written proposal does not say what its own files say

SitingWarning             the input is usable, but a planner should know something about it
"""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Sequence
from pathlib import Path

from siting.printable import visible

_PACKAGE = f"{Path(__file__).parent}{os.sep}"


class SitingError(Exception):
    """Anything this package raises on purpose; names out of files are told as any terminal or log may show them."""

    def __str__(self) -> str:
        return visible(super().__str__())


class InputError(SitingError, ValueError):
    """
    Something handed in is wrong.

    Parameters
    ----------
    where
        The table, file or argument that is at fault, as the caller knows it.
    faults
        Every fault found there, each a full sentence: what is wrong, how much and which, what was expected,
        what to do.

    Examples
    --------
    >>> print(InputError("stations.csv", ["2 ids occur twice (S1, S4)."]))
    stations.csv: 2 ids occur twice (S1, S4).
    """

    def __init__(self, where: str, faults: Sequence[str]) -> None:
        self.where = where
        self.faults = tuple(faults)
        if len(self.faults) == 1:
            message = f"{where}: {self.faults[0]}"
        else:
            message = f"{where}: {len(self.faults)} faults\n" + "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(message)


class ScenarioError(InputError):
    """The scenario file is wrong."""


class FetchError(SitingError):
    """A live service gave no usable answer."""


class InfeasibleError(SitingError):
    """No plan can meet what was asked."""


class MemoryCapError(SitingError):
    """Answering would take more memory than is allowed."""


class OutputError(SitingError, OSError):
    """The answer cannot be written where it was asked for."""


class VerificationError(SitingError):
    """A written proposal does not say what its own files say."""


class SitingWarning(UserWarning):
    """The input is usable, but a planner should know something about it."""


def warn(told: str) -> None:
    """Give a `SitingWarning` at the line that called this package, however deep inside it the reason was found."""
    frame, level = inspect.currentframe(), 1
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, level = frame.f_back, level + 1
    warnings.warn(told, SitingWarning, stacklevel=level)
