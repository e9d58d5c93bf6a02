"""The order is a Hilbert curve: a permutation in which neighbours on the curve are neighbours on the grid."""

from __future__ import annotations

import numpy as np
import pytest

from siting.network.hilbert import hilbert_order


@pytest.mark.parametrize("bits", [1, 2, 3, 5])
def test_each_step_along_the_curve_goes_to_a_cell_next_door(bits: int) -> None:
    side = 1 << bits
    column, row = (axis.ravel().astype(float) for axis in np.meshgrid(np.arange(side), np.arange(side)))
    # the grid's cells fall into the curve's own quadrants
    x, y = np.append(column + 0.5, [0, side]), np.append(row + 0.5, [0, side])
    order = hilbert_order(x, y)
    assert sorted(order) == list(range(len(x)))
    path = order[order < side * side]
    steps = np.abs(np.diff(column[path])) + np.abs(np.diff(row[path]))
    assert (steps == 1).all()


def test_equal_points_keep_their_order() -> None:
    assert hilbert_order(np.array([5.0, 1.0, 5.0]), np.array([5.0, 1.0, 5.0])).tolist() in ([1, 0, 2], [0, 2, 1])
    assert hilbert_order(np.full(4, 7.0), np.full(4, 7.0)).tolist() == [0, 1, 2, 3]


def test_no_points() -> None:
    assert hilbert_order(np.empty(0), np.empty(0)).tolist() == []
