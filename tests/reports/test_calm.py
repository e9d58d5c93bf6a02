"""Districts drawn calmly: without specks and holes, and never another station's land."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from siting.reports.map.calm import NOBODY, calm_labels
from siting.reports.map.shapes import without_small_holes


def grid(height: int, width: int) -> np.ndarray:
    """Neighbours in a grid of cells, by edge."""
    cell = np.arange(height * width).reshape(height, width)
    right = np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()])
    down = np.column_stack([cell[:-1].ravel(), cell[1:].ravel()])
    return np.concatenate([right, down])


def test_a_hole_and_a_speck_are_filled() -> None:
    """The cell nobody reaches and two cells of label 1 within label 0 take label 0; one of label 0 within 1 takes 1."""
    label = np.array([[0, 0, 0, 0, 1, 1], [0, -1, 1, 1, 0, 1], [0, 0, 0, 0, 1, 1]])
    drawn = calm_labels(label.ravel(), grid(3, 6)).reshape(3, 6)
    assert drawn.tolist() == [[0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 1, 1]]


def test_a_district_of_one_cell_is_still_drawn() -> None:
    """A station's only piece is no speck."""
    assert calm_labels(np.array([0, 0, 0, 1]), grid(1, 4)).tolist() == [0, 0, 0, 1]


def test_without_any_station() -> None:
    """Nobody's land stays nobody's, and no cells are no fault."""
    assert calm_labels(np.full(4, NOBODY), grid(2, 2)).tolist() == [NOBODY] * 4
    assert len(calm_labels(np.array([], dtype=np.int64), np.empty((0, 2), dtype=np.int64))) == 0


@given(st.lists(st.integers(-1, 3), min_size=20, max_size=20))
def test_every_station_keeps_its_place(labels: list[int]) -> None:
    """Whatever the labels: nobody vanishes, and all connected land is drawn once somebody stands on it."""
    label = np.array(labels)
    drawn = calm_labels(label, grid(4, 5))
    assert set(drawn) - {NOBODY} == set(label) - {NOBODY}
    assert (drawn == NOBODY).all() == (label == NOBODY).all()
    assert NOBODY not in drawn or (drawn == NOBODY).all()


def test_small_holes_only() -> None:
    """A hole of 1 m² goes, one of 16 m² stays, in each of several parts; nothing stays nothing."""
    one = box(0, 0, 9, 9) - box(1, 1, 2, 2) - box(4, 4, 8, 8)
    assert without_small_holes(MultiPolygon([one, box(20, 0, 21, 1)]), 2.0).area == 66
    assert without_small_holes(MultiPolygon(), 2.0).is_empty
