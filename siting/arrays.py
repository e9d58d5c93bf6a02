"""The array types that pass between rooms, each with its meaning in the name."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""Metres, seconds, shares or weights; the name that holds it says which."""
Ids = NDArray[np.int64]
"""OSM ids, or positions in a table where -1 means none."""
Positions32 = NDArray[np.uint32]
"""Positions in a node, arc or demand list. Unsigned: numba's wrap-around code for signed indices costs 17-30 %."""
Milliseconds = NDArray[np.int32]
"""Travel time as whole milliseconds, so that every engine compares exactly; rounded up from float."""
Mask = NDArray[np.bool_]
Packed = NDArray[np.uint64]
"""A position in the upper half and milliseconds in the lower: both are read and written at once."""

_T = TypeVar("_T", bound=np.generic)


def writable(values: NDArray[_T]) -> NDArray[_T]:
    """
    The array itself where it may be written into, else a copy.

    What comes out of a table of pandas may not, and numba compiles a kernel anew for each mixture of the two.

    Examples
    --------
    >>> values = np.arange(3)
    >>> values.flags.writeable = False
    >>> writable(values).flags.writeable
    True
    """
    return values if values.flags.writeable else values.copy()


def numbered(count: Ids) -> tuple[Ids, Ids]:
    """
    For rows with so many entries each: of every entry its row, and its number within the row.

    Examples
    --------
    >>> row, number = numbered(np.array([2, 0, 3]))
    >>> row.tolist(), number.tolist()
    ([0, 0, 2, 2, 2], [0, 1, 0, 1, 2])
    """
    row = np.repeat(np.arange(len(count)), count)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
