"""Order along a Hilbert curve: neighbours on the ground become neighbours in memory."""

from __future__ import annotations

import numpy as np

from siting.arrays import Floats, Ids

_BITS = 16


def hilbert_order(x: Floats, y: Floats) -> Ids:
    """
    Positions that sort the points along a Hilbert curve over their extent; ties keep the order given.

    A bounded search over a network in this order runs several times faster than in random order.

    Source: J. Skilling (2004), Programming the Hilbert curve; here the two-dimensional form by quadrants.

    Examples
    --------
    >>> hilbert_order(np.array([0.0, 1.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0, 1.0])).tolist()
    [0, 3, 2, 1]
    """
    if len(x) == 0:
        return np.empty(0, dtype=np.int64)
    low_x, low_y = x.min(), y.min()
    side = max(x.max() - low_x, y.max() - low_y, 1.0)
    scale = ((1 << _BITS) - 1) / side
    column, row = ((x - low_x) * scale).astype(np.int64), ((y - low_y) * scale).astype(np.int64)
    distance = np.zeros(len(x), dtype=np.int64)
    for bit in range(_BITS - 1, -1, -1):
        right, upper = (column >> bit) & 1, (row >> bit) & 1
        distance += ((3 * right) ^ upper) << (2 * bit)
        # the curve enters each quadrant turned: flip in the lower right, exchange the axes in both lower ones
        flip = np.where((upper == 0) & (right == 1), (1 << bit) - 1, 0)
        column, row = column ^ flip, row ^ flip
        column, row = np.where(upper == 0, row, column), np.where(upper == 0, column, row)
    return np.argsort(distance, kind="stable")
