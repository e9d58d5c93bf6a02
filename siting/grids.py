"""Grid levels: figures of the cells rolled up to townships, communities and blocks, nobody lost and nobody twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.cells import first_holder, unit_of_cell
from siting.tables import Note, noted

LEVELS = ("large", "middle", "small")
OUTSIDE = ""
"""Id of the row of a level for cells that none of its units holds: with it every level adds up to the whole area."""


@dataclass(frozen=True)
class GridLevel:
    """
    One level of the grid on one study area.

    Attributes
    ----------
    level
        ``"large"``, ``"middle"`` or ``"small"``.
    units
        Index `unit_id`: name, parent_id (the unit of the next larger level that holds most of its land; "" without
        one), geometry in the metric CRS.
    unit_id
        Index `cell_id`: the first unit that holds the inner point of each cell, `OUTSIDE` where none does.
    """

    level: str
    units: gpd.GeoDataFrame
    unit_id: pd.Series


def grid_levels(
    layers: Mapping[str, gpd.GeoDataFrame], cells: gpd.GeoDataFrame
) -> tuple[tuple[GridLevel, ...], list[Note]]:
    """
    The levels from large to small, and what to know: cells in no unit or in several, units that lie in several parents.

    Parameters
    ----------
    layers
        By level, as `siting.cells.units_table` gives them.
    cells
        area_km2, x, y, geometry.
    """
    levels: list[GridLevel] = []
    notes: list[Note] = []
    for level in (name for name in LEVELS if name in layers):
        units = layers[level]
        ids, told = unit_of_cell(cells, units)
        unit_id = pd.Series(ids, index=cells.index, dtype=object)
        notes += [Note("topic_grid", note.key, note.count, note.examples, note.values) for note in told]
        parent_id = pd.Series("", index=units.index, dtype=object)
        if levels:
            parent_id, astride = _parents(unit_id, levels[-1].unit_id, cells.area_km2, units.index)
            notes += noted("topic_grid", "note_units_astride", astride, larger=levels[-1].level)
        levels.append(GridLevel(level, units[["name", "geometry"]].assign(parent_id=parent_id), unit_id))
    return tuple(levels), notes


def rolled_up(level: GridLevel, amounts: pd.DataFrame, sites: Mapping[str, gpd.GeoSeries]) -> pd.DataFrame:
    """
    Sums of the cells of each unit, and how many sites stand in it.

    Parameters
    ----------
    amounts
        Index `cell_id`, any columns that may be added up.
    sites
        Points by what they are counted as, in the metric CRS.

    Returns
    -------
    Index `unit_id`: name, parent_id, cells, the amounts, the counts; last the row `OUTSIDE`, if any cell or site is.
    """
    totals = amounts.groupby(level.unit_id).sum()
    counts = {name: _standing(level.units, points) for name, points in sites.items()}
    cells = level.unit_id.value_counts()
    is_outside = OUTSIDE in cells.index or any(OUTSIDE in count.index for count in counts.values())
    rows = pd.Index([*level.units.index, *([OUTSIDE] if is_outside else [])], name="unit_id", dtype=object)
    table = pd.DataFrame(level.units[["name", "parent_id"]]).reindex(rows, fill_value="")
    table["cells"] = cells.reindex(rows, fill_value=0)
    table[amounts.columns] = totals.reindex(rows, fill_value=0.0)
    for name, count in counts.items():
        table[name] = count.reindex(rows, fill_value=0)
    return table


def _parents(
    unit_id: pd.Series, larger_id: pd.Series, area_km2: pd.Series, units: pd.Index
) -> tuple[pd.Series, list[str]]:
    """The larger unit that holds most of the land of each, ties to the lower id; and those that lie in several."""
    shared = area_km2.groupby([unit_id.rename("unit"), larger_id.rename("parent")]).sum().reset_index()
    shared = shared[(shared.unit != OUTSIDE) & (shared.parent != OUTSIDE)]
    most = shared.sort_values(["area_km2", "parent"], ascending=[False, True], kind="stable").drop_duplicates("unit")
    parent = most.set_index("unit").parent.reindex(units, fill_value="")
    astride = shared.unit.value_counts()
    return parent, sorted(astride.index[astride > 1])


def _standing(units: gpd.GeoDataFrame, points: gpd.GeoSeries) -> pd.Series:
    """How many points the first unit that holds them has, by unit id."""
    holder, _ = first_holder(units.geometry, points.x.to_numpy(), points.y.to_numpy())
    return pd.Series(np.append(units.index.to_numpy(dtype=object), OUTSIDE)[holder], dtype=object).value_counts()
