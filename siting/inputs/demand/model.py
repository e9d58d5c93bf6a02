"""Demand on the cells of a study area, with the totals that show that nobody was lost on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import pandas as pd

from siting.errors import InputError
from siting.tables import Note

AtEdge = Literal["share", "inside"]
"""Of a pixel or polygon across the boundary: only its share inside counts, or all of its weight lives inside."""

_RELATIVE = 1e-9
"""Sums of a million floats agree to about this."""


@dataclass(frozen=True)
class CarriedDemand:
    """
    Weight carried from a source to land cells.

    Attributes
    ----------
    weight
        Of every cell, by `cell_id`; 0 where nobody is.
    total_read, total_inside, total_outside
        Of the source, of the cells, and of what lies outside the boundary. The last two add up to the first.
    unit
        What is counted: "people", or the name of the caller's weight column.
    source
        File name, or what else it came from.
    rows
        The caller's rows in their order and CRS with two columns more: weight_inside, and reason ("" where the row
        counts in full or in part). None for a raster or plain land.
    notes
        What was assumed.
    parts
        What a mix is made of; empty elsewhere.

    Raises
    ------
    InputError
        If the totals do not agree, or nobody is inside.
    """

    weight: pd.Series
    total_read: float
    total_inside: float
    total_outside: float
    unit: str
    source: str
    rows: gpd.GeoDataFrame | None = None
    notes: tuple[Note, ...] = ()
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        slack = _RELATIVE * max(abs(self.total_read), 1.0)
        for found, expected, what in (
            (self.total_inside + self.total_outside, self.total_read, "inside and outside together"),
            (math.fsum(self.weight), self.total_inside, "the cells"),
        ):
            if not abs(found - expected) <= slack:
                fault = f"{what} hold {found:.6f} {self.unit}, but {expected:.6f} were expected: some were lost."
                raise InputError(self.source, [fault])
        if not self.total_read > 0:
            raise InputError(self.source, [f"All {self.unit} in it are 0: there is nothing to plan for."])
        if not self.total_inside > 0:
            fault = f"Of {self.total_read:,.0f} {self.unit} in it none is inside the boundary. Check the CRS of both."
            raise InputError(self.source, [fault])

    @property
    def residents(self) -> pd.Series | None:
        """Of a mix, the people of each cell, named like the part that counts them; None where none does."""
        return next((part.carried.weight.rename(part.name) for part in self.parts if part.counts_people), None)


@dataclass(frozen=True)
class Part:
    """
    One part of a mix.

    Attributes
    ----------
    name
        As the planner calls it.
    share
        Of all points inside the boundary; those of all parts add up to 1.
    points_each
        What one of its own unit counts for in the mix.
    counts_people
        Whether its weight is the people that reports tell beside the points.
    carried
        In its own unit.
    """

    name: str
    share: float
    points_each: float
    counts_people: bool
    carried: CarriedDemand
