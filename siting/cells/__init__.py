"""Land cells: a boundary cut into squares, which of them touch, what stands between, and what each belongs to."""

from siting.cells.barriers import (
    DEFAULT_SEVERITY,
    LINES_AND_AREAS,
    OPEN,
    PENALTY,
    WALL,
    Crossings,
    Severity,
    barriers_table,
    crossings,
)
from siting.cells.counted import PEOPLE_UNITS, amounts, counted, with_shares
from siting.cells.cut import cell_adjacency, containing_cell, cut_cells, polygons_of
from siting.cells.labels import PLACES, POLYGONS, first_holder, land_of_cell, unit_of_cell, units_table
from siting.cells.neighbours import Neighbours, neighbours

__all__ = [
    "DEFAULT_SEVERITY",
    "LINES_AND_AREAS",
    "OPEN",
    "PENALTY",
    "PEOPLE_UNITS",
    "PLACES",
    "POLYGONS",
    "WALL",
    "Crossings",
    "Neighbours",
    "Severity",
    "amounts",
    "barriers_table",
    "cell_adjacency",
    "containing_cell",
    "counted",
    "crossings",
    "cut_cells",
    "first_holder",
    "land_of_cell",
    "neighbours",
    "polygons_of",
    "unit_of_cell",
    "units_table",
    "with_shares",
]
