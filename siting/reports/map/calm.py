"""Districts as a reader takes them in: whole, without the holes and specks of the cells they are made of."""

from __future__ import annotations

import numpy as np

from siting.arrays import Ids, Mask
from siting.reports.map.patches import patches

NOBODY = -1
"""Label of a cell that no station reaches."""
SPECK_CELLS = 3
"""Connected pieces of fewer cells are left undrawn."""


def calm_labels(label: Ids, adjacency: Ids) -> Ids:
    """
    Labels of the cells for drawing: specks and cells that nobody reaches take the label around them.

    The largest piece of a label is kept however small. Land that is nowhere connected to a label stays without.

    Examples
    --------
    A row of cells; nobody drives to the second, and the last is a speck of label 0 within label 1:

    >>> row = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6]])
    >>> calm_labels(np.array([0, -1, 0, 0, 1, 1, 0]), row).tolist()
    [0, 0, 0, 0, 1, 1, 1]
    """
    calm = np.where(_is_speck(label, adjacency), NOBODY, label)
    both_ways = np.concatenate([adjacency, adjacency[:, ::-1]])
    while True:
        spreads = both_ways[(calm[both_ways[:, 0]] != NOBODY) & (calm[both_ways[:, 1]] == NOBODY)]
        if not len(spreads):
            return calm
        calm[spreads[:, 1]] = calm[spreads[:, 0]]


def _is_speck(label: Ids, adjacency: Ids) -> Mask:
    piece = patches(adjacency, label)
    cells = np.bincount(piece)
    largest = np.zeros(label.max(initial=NOBODY) + 2, dtype=np.int64)
    np.maximum.at(largest, label + 1, cells[piece])
    is_speck: Mask = (cells[piece] < SPECK_CELLS) & (cells[piece] < largest[label + 1])
    return is_speck
