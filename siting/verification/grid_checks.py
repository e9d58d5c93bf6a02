"""Grid levels: which unit holds each cell, what each adds up to, and that every level adds up to the whole."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.verification.claim import Claim, column, number, rows
from siting.verification.written import STANDING, State, Written, counted

_SUM = 1e-6


def check_grid(written: Written) -> Iterator[Claim]:
    """Every row of the grid, unit by unit."""
    if not written.summary.get("grid"):
        return
    told = pd.DataFrame(written.summary["grid"])
    cells = written.layers["cells"]
    for level in told["level"].unique():
        units = written.layers[f"grid_{level}"]
        unit = held_by(units, shapely.points(cells.x, cells.y))
        printed = cells[f"grid_{level}"].fillna("").to_numpy(dtype=object)
        yield rows(f"cells.grid_{level}", cells.cell_id, printed, unit, printed != unit)
        for state in written.states:
            own = told[(told["level"] == level) & (told.situation == state.label)].set_index("unit_id")
            yield from _sums(written, state, f"grid, {level}, {state.label}", own, unit)


def held_by(units: gpd.GeoDataFrame, points: np.ndarray) -> np.ndarray:
    """The first unit that holds each point, "" where none does."""
    held = np.full(len(points), "", dtype=object)
    for name, shape in zip(units.unit_id[::-1], units.geometry[::-1], strict=True):
        shapely.prepare(shape)
        held[shapely.intersects(shape, points)] = name
    return held


def _sums(written: Written, state: State, name: str, told: pd.DataFrame, unit: np.ndarray) -> Iterator[Claim]:
    cells = state.cells
    covered = cells.is_covered.to_numpy(dtype=float)
    amounts = {"cells": np.ones(len(cells)), "area_km2": cells.area_km2, "area_covered_km2": cells.area_km2 * covered}
    for who in counted(cells):
        amounts |= {who: cells[who], f"{who}_covered": cells[who] * covered}
        if "micro_cells" in written.layers:
            reached = written.layers["micro_cells"].set_index("cell_id")[f"{state.label}_is_covered"]
            amounts[f"{who}_micro"] = cells[who] * reached.astype(float)
    for key, amount in amounts.items():
        by_unit = pd.Series(np.asarray(amount, dtype=float)).groupby(unit).sum().reindex(told.index, fill_value=0.0)
        yield column(f"{name}: {key}", told.index, told[key], by_unit, _SUM)
        whole = float(np.asarray(amount, dtype=float).sum())
        yield number(f"{name}: {key} of all units is the whole", float(told[key].sum()), whole, _SUM)
    shares = [(f"share_{who}", f"{who}_covered", who) for who in counted(cells)]
    for key, part, of in (*shares, ("share_area", "area_covered_km2", "area_km2")):
        share = told[part].where(told[of] > 0) / told[of].where(told[of] > 0)
        yield column(f"{name}: {key}", told.index, told[key].astype(float), share, _SUM)
    units = written.layers[f"grid_{told['level'].iloc[0]}"]
    for key in ("stations", "micro_stations", "hydrants"):
        if key in written.layers:
            table = written.layers[key].to_crs(units.crs)
            holder = held_by(units, table.geometry[table.status.isin(STANDING[state.label])].to_numpy())
            count = pd.Series(holder, dtype=object).value_counts().reindex(told.index, fill_value=0)
            yield column(f"{name}: {key}", told.index, told[key], count)
