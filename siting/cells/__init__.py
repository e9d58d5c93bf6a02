"""Land cells: a boundary cut into squares, which of them touch, and what each belongs to."""

from siting.cells.cut import cell_adjacency, containing_cell, cut_cells, polygons_of
from siting.cells.labels import PLACES, POLYGONS, first_holder, place_of_cell, unit_of_cell, units_table

__all__ = [
    "PLACES",
    "POLYGONS",
    "cell_adjacency",
    "containing_cell",
    "cut_cells",
    "first_holder",
    "place_of_cell",
    "polygons_of",
    "unit_of_cell",
    "units_table",
]
