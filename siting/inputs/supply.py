"""Flow, pressure and reach of hydrants in one unit each, from whatever a waterworks keeps."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from siting.arrays import Floats
from siting.tables import Faults, read_amounts, unknown

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
            supply[name] = read_amounts(faults, rows, column).to_numpy() * units[unit]
    if radius_column is not None and radius_column in rows:
        supply["radius_m"] = read_amounts(faults, rows, radius_column).to_numpy()
    elif radius_m is not None:
        supply["radius_m"] = np.full(len(rows), float(radius_m))
    return supply
