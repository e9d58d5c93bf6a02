"""The land cells as one image that the page paints itself: where each lies, how many live there, who reaches it."""

from __future__ import annotations

from typing import Any

import numpy as np

from siting.arrays import Floats
from siting.cells import PEOPLE_UNITS
from siting.crs import WGS84, transformer
from siting.language import word
from siting.proposal import Proposal
from siting.reports.map.coverage_layers import density_level, level_names
from siting.reports.map.layer import Layer
from siting.reports.map.packed import packed
from siting.reports.map.shapes import nothing
from siting.reports.shown import amount
from siting.study_area import StudyArea

CHANGES = ("newly", "still", "no_longer")
"""What may have become of land that is not reached in one of the two situations."""
DEGREE = 3
"""Of the polynomials from the page's plane to the lattice: within 0.01 cells on 100 km."""


def ground(proposal: Proposal) -> dict[str, Any]:
    """The cells as `ground.js` reads them, in the order of `proposal.cells`."""
    area, level = proposal.area, density_level(proposal.today.cells, str(proposal.demand["unit"]))
    row, col = (area.cells[axis].to_numpy() - area.cells[axis].min() for axis in ("row", "col"))
    return {
        "rows": int(row.max()) + 1,
        "cols": int(col.max()) + 1,
        "row": packed(row.astype(np.uint16)),
        "col": packed(col.astype(np.uint16)),
        "level": packed(level.astype(np.uint8)),
        "today": packed(np.packbits(proposal.today.cells.is_covered)),
        "proposed": packed(np.packbits(proposal.proposed.cells.is_covered)),
        "levels": list(level_names(proposal.language).values()) if proposal.demand["unit"] in PEOPLE_UNITS else [],
        "fit": lattice_fit(area),
    }


def lattice_fit(area: StudyArea) -> dict[str, Any]:
    """
    From the Mercator plane, which a web map is drawn in, to row and column of the lattice, which is metric.

    Returns
    -------
    x, y, size: the part of the plane (0 to 1, from the north-west) that holds the area. row, col: coefficients of
    x^i y^j, for i + j up to `DEGREE`, in the order of `terms`, where x and y are measured from the part's corner in
    its size; the south-west corner of the first cell is 0, 0.
    """
    west, south, east, north = area.boundary.bounds
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(west, east, 12), np.linspace(south, north, 12)))
    lon, lat = transformer(area.crs, WGS84).transform(x, y)
    plane_x = (lon + 180) / 360
    plane_y = 0.5 - np.arctanh(np.sin(np.radians(lat))) / (2 * np.pi)
    corner_x, corner_y = float(plane_x.min()), float(plane_y.min())
    size = float(max(np.ptp(plane_x), np.ptp(plane_y)))
    known = terms((plane_x - corner_x) / size, (plane_y - corner_y) / size)
    lattice = {axis: along / area.cell_m - area.cells[axis].min() for axis, along in (("row", y), ("col", x))}
    fitted = {axis: np.linalg.lstsq(known, place, rcond=None)[0].tolist() for axis, place in lattice.items()}
    return {"x": corner_x, "y": corner_y, "size": size, **fitted}


def terms(x: Floats, y: Floats) -> Floats:
    """x^i y^j for i + j up to `DEGREE`, shape (n, 10): by power of x, then of y."""
    powers = [(i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]
    return np.column_stack([x**i * y**j for i, j in powers])


def change_layer(proposal: Proposal) -> Layer:
    """The legend of what the proposal changes; the land itself is painted from `ground`."""
    language, unit = proposal.language, str(proposal.demand["unit"])
    people = proposal.today.cells.people
    today, proposed = (each.cells.is_covered.astype(bool) for each in (proposal.today, proposal.proposed))
    lands = {"newly": proposed & ~today, "still": ~proposed & ~today, "no_longer": today & ~proposed}
    told = {change: amount(float(people[lands[change]].sum()), unit, language) for change in CHANGES}
    classes = tuple((change, f"{word(f'map_change_{change}', language)}: {told[change]}") for change in CHANGES)
    return Layer("change", word("map_group_state", language), word("map_change", language), "", nothing(), "area",
                 "difference", classes=classes)  # fmt: skip
