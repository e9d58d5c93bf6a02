"""The full alarm: where the first engine is there in time, and where enough engines are."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids
from siting.cells import counted
from siting.network import RoadNetwork
from siting.network.place import placed
from siting.travel_time import reach

LOOKED_AT = 2.0
"""Times the drive within which all engines should be there: how late the last of them may come and still be told."""


@dataclass(frozen=True)
class AlarmAnswer:
    """
    The first engine and all engines of a full alarm.

    Attributes
    ----------
    engines, first_s, all_s
        How many a full alarm has; the drives within which the first and all are there.
    cells
        Index `cell_id`, for today_ and proposed_: engines_first (there within first_s), engines (within all_s),
        all_there_s (driving seconds until all engines are there; inf beyond `LOOKED_AT` times all_s, or never).
    table
        measure, today, proposed: shares of people and land by who is there in time.
    """

    engines: float
    first_s: float
    all_s: float
    cells: pd.DataFrame
    table: pd.DataFrame


def engines_there(
    network: RoadNetwork,
    stations: gpd.GeoDataFrame,
    engines: Floats,
    cells: gpd.GeoDataFrame,
    first_s: float,
    all_s: float,
    needed: float,
) -> pd.DataFrame:
    """
    How many engines drive to each cell in time, from their stations.

    Parameters
    ----------
    stations, cells
        With their place on `network`: edge, fraction, snap_m.
    engines
        Shape (J,). That each station sends.
    first_s, all_s
        Seconds of driving, `first_s` no longer than `all_s`.
    needed
        Engines of a full alarm.

    Returns
    -------
    Index `cell_id`: first (engines within first_s), engines (within all_s), all_there_s (seconds until `needed` of them
    are there; inf beyond `LOOKED_AT` times all_s, or never).
    """
    limit_s = LOOKED_AT * all_s
    times = reach(network, placed(stations), placed(cells), limit_s, site_ids=stations.index, demand_ids=cells.index)
    cell, sent = times.demand.astype(np.int64), engines[times.site]

    def within(limit_s: float) -> Floats:
        return np.bincount(cell, np.where(times.ms <= limit_s * 1000.0, sent, 0.0), len(cells)).astype(np.float64)

    there_s = _there_s(cell, times.ms / 1000.0, sent, needed, len(cells))
    return pd.DataFrame({"first": within(first_s), "engines": within(all_s), "all_there_s": there_s}, index=cells.index)


def _there_s(cell: Ids, seconds: Floats, sent: Floats, needed: float, n_cells: int) -> Floats:
    """Shape (I,). When the engines that came so far are as many as are needed; inf where they never are."""
    order = np.lexsort((seconds, cell))
    cell, seconds = cell[order], seconds[order]
    so_far = np.cumsum(sent[order])
    of_others = np.concatenate([[0.0], so_far])[np.searchsorted(cell, np.arange(n_cells))]
    enough = np.flatnonzero(so_far - of_others[cell] >= needed)
    reached, at = np.unique(cell[enough], return_index=True)
    there_s = np.full(n_cells, np.inf)
    there_s[reached] = seconds[enough[at]]
    return there_s


def alarm_measures(there: pd.DataFrame, cells: pd.DataFrame, engines: float) -> dict[str, float]:
    """
    Shares of people, of residents where cells tell them beside, and of land by who is there in time: the first engine,
    all engines, both.

    Examples
    --------
    >>> there = pd.DataFrame({"first": [1, 0, 2], "engines": [4, 4, 3]})
    >>> cells = pd.DataFrame({"people": [50.0, 30.0, 20.0], "area_km2": 1.0})
    >>> [round(share, 2) for share in alarm_measures(there, cells, 4).values()]
    [0.7, 0.8, 0.5, 0.67, 0.67, 0.33]
    """
    states = {"first": there["first"] > 0, "all": there.engines >= engines}
    states["both"] = states["first"] & states["all"]
    return {
        f"share_{of}_{state}": float(cells[weight][is_there].sum()) / float(cells[weight].sum() or 1.0)
        for of, weight in (*((name, name) for name in counted(cells)), ("land", "area_km2"))
        for state, is_there in states.items()
    }
