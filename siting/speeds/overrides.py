"""By which right an engine drives where ordinary traffic may not."""

from __future__ import annotations

from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

OverrideFlags = NDArray[np.uint8]
"""Sums of `Override`; 0 where everybody may drive."""


class Override(IntFlag):
    """
    What opened a road to the engine; several may have been needed on one edge.

    Their names for a reader are the words ``override_...``.
    """

    EMERGENCY = 1
    """Tagged as open to emergency vehicles: a fire lane, a closed road or the wrong way of a one-way street."""
    PRIVATE = 2
    """Private or for named users only, and the profile does not close it."""
    BUS = 4
    """Only buses may drive here, or against the one-way street."""
    EXEMPT = 8
    """Closed by access, on a class that the profile exempts."""
    GATE = 16
    """A gate or another barrier that takes time to pass."""
    CONTRAFLOW = 32
    """Against a one-way street, slowly, because the profile allows it."""


def override_keys(flags: int) -> tuple[str, ...]:
    """
    Keys of the words for each override in a sum.

    Examples
    --------
    >>> override_keys(Override.PRIVATE | Override.GATE)
    ('override_private', 'override_gate')
    """
    return tuple(f"override_{code}" for code in override_codes(flags).split())


def override_codes(flags: int) -> str:
    """
    The overrides in a sum as codes, for a file.

    Examples
    --------
    >>> override_codes(Override.PRIVATE | Override.GATE), override_codes(0)
    ('private gate', '')
    """
    return " ".join(name.name.lower() for name in Override if flags & name and name.name)
