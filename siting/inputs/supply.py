"""Flow, pressure and reach of hydrants in one unit each, from whatever a waterworks keeps."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats
from siting.tables import Faults, some, unknown

FLOW_UNITS = {"L/s": 1.0, "m3/h": 1.0 / 3.6, "gpm": 3.785411784 / 60.0, "imperial gpm": 4.54609 / 60.0}
"""Litres per second in each; gpm are US gallons a minute."""
PRESSURE_UNITS = {"MPa": 1.0, "bar": 0.1, "kPa": 1e-3, "psi": 6.894757e-3, "m": 9.80665e-3}
"""MPa in each; m is metres of water."""


def read_supply(
    faults: Faults,
    rows: gpd.GeoDataFrame,
    *,
    flow_column: str | None = None,
    flow_unit: str | None = None,
    pressure_column: str | None = None,
    pressure_unit: str | None = None,
    radius_column: str | None = None,
    radius_m: float | None = None,
) -> dict[str, Floats]:
    """The columns flow_lps, pressure_mpa and radius_m, as far as they are asked for; nan where a row says nothing."""
    supply: dict[str, Floats] = {}
    asked = (
        ("flow_lps", "flow", flow_column, flow_unit, FLOW_UNITS),
        ("pressure_mpa", "pressure", pressure_column, pressure_unit, PRESSURE_UNITS),
    )
    for name, what, column, unit, units in asked:
        if column is None and unit is not None:
            faults.add(f"{what}_unit is given without {what}_column. Name the column, or remove the unit.")
        if column is not None and unit not in units:
            said = "is missing, and a unit is never guessed" if unit is None else f": {unknown(unit, units)}"
            faults.add(f"{what}_unit {said}. Expected one of {', '.join(units)}.")
        elif column is not None and column in rows and unit is not None:
            supply[name] = _numbers(faults, rows, column) * units[unit]
    if radius_column is not None and radius_column in rows:
        supply["radius_m"] = _numbers(faults, rows, radius_column)
    elif radius_m is not None:
        supply["radius_m"] = np.full(len(rows), float(radius_m))
    return supply


def _numbers(faults: Faults, rows: gpd.GeoDataFrame, column: str) -> Floats:
    given = rows[column]
    values = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64)
    is_text = np.isnan(values) & (given.notna() & (given != "")).to_numpy()
    bad = rows.index[is_text | (values < 0) | np.isinf(values)]
    if len(bad):
        faults.add(
            f"{len(bad)} values of {column} are not numbers of 0 or more (rows {some(bad)}). Leave unknown empty."
        )
    return values
