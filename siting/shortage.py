"""How many stations are missing: at least so many by proof, at most so many by a plan that does with them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

ALL = ""
"""Index of the row that stands for the whole area."""


def shortage_table(
    cells: pd.DataFrame,
    there: pd.Series,
    *,
    cap_km2: Mapping[str, float],
    proven: float = 0.0,
    planned: pd.Series | None = None,
) -> pd.DataFrame:
    """
    Stations that the land needs against stations that are there, by grid unit and in all.

    A lawful plan shows that its number is enough. Fewer than a proven bound are not: that of a solver, and that no
    district is larger than the largest cap of any place, but for land with a cap of its own: a district holds such land
    up to that cap only. Land / cap, each place by its own, is how fire-service plans read the need. It is no proof
    where caps differ: town land in a district that is mostly suburb has the suburb's.

    Parameters
    ----------
    cells
        area_km2, place, unit_id, cap_km2 (by a risk assessment, instead of its place's; nan: none); land of a place
        without a cap needs no station.
    there
        Unit of each station of today ("" outside every unit but inside the area), by site_id.
    cap_km2
        By place, the cap of the class with the largest one: {"urban": 7, "near_suburb": 15}.
    proven
        Bound on the number of stations of any lawful plan, today's included.
    planned
        Unit of each station of a lawful plan that serves all required land, today's that stay included; None without.

    Returns
    -------
    Index `unit_id`, in order of id, the whole area (`ALL`) last. Columns: there; by_area (land / cap, not rounded:
    districts may reach over a unit's border); at_least (proven, for the whole area only; nan for a unit); at_most (of
    the plan; nan without one); missing_at_least, missing_at_most (never below 0); rate_at_least, rate_at_most
    (missing / needed, the shortage rate of fire-service plans; nan where nothing is needed).

    Examples
    --------
    >>> land = pd.DataFrame({"area_km2": [10.0, 6.0], "place": "urban", "unit_id": ["east", "west"],
    ...                      "cap_km2": np.nan})
    >>> table = shortage_table(land, pd.Series({"S1": "east"}), cap_km2={"urban": 7},
    ...                        planned=pd.Series({"S1": "east", "N1": "east", "N2": "west"}))
    >>> table.loc[ALL, ["there", "at_least", "at_most", "missing_at_least", "missing_at_most"]].tolist()
    [1.0, 3.0, 3.0, 2.0, 2.0]
    """
    by_place_km2 = cells["place"].map(dict(cap_km2))  # nan without a cap
    needy, own_km2 = by_place_km2.notna(), cells.cap_km2
    need = (cells.area_km2 / own_km2.fillna(by_place_km2))[needy]
    units = sorted({*cells.unit_id, *there, *(() if planned is None else planned)} - {ALL})
    table = pd.DataFrame(index=pd.Index([*units, ALL], name="unit_id"))
    table["there"] = _by_unit(pd.Series(1.0, index=there.index), there, table.index)
    table["by_area"] = _by_unit(need, cells.unit_id[needy], table.index)
    table["at_least"] = np.nan
    largest_km2 = max((cap for place, cap in cap_km2.items() if (cells["place"] == place).any()), default=math.inf)
    least = float((cells.area_km2 / own_km2.fillna(largest_km2))[needy].sum())
    # cells that add up to 14 km² but for rounding ask for 2 stations, not 3; so does a bound of 2.0000000001
    table.loc[ALL, "at_least"] = math.ceil(round(max(least, proven), 9))
    counted = np.nan if planned is None else _by_unit(pd.Series(1.0, index=planned.index), planned, table.index)
    table["at_most"] = counted
    for side in ("at_least", "at_most"):
        table[f"missing_{side}"] = (table[side] - table.there).clip(lower=0.0)
        table[f"rate_{side}"] = table[f"missing_{side}"] / table[side].where(table[side] > 0)
    return table


def _by_unit(values: pd.Series, unit: pd.Series, units: pd.Index) -> pd.Series:
    """Sums by unit, and over all for the whole area."""
    sums = values.groupby(unit.to_numpy()).sum().reindex(units, fill_value=0.0)
    sums[ALL] = values.sum()
    return sums
