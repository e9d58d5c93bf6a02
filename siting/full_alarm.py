"""The full alarm: where the first engine is there in time, and where enough engines are."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats
from siting.cells import counted
from siting.network import RoadNetwork
from siting.network.place import placed
from siting.travel_time import reach


@dataclass(frozen=True)
class AlarmAnswer:
    """
    The first engine and all engines of a full alarm.

    Attributes
    ----------
    engines, first_s, all_s
        How many a full alarm has; the drives within which the first and all are there.
    cells
        Index `cell_id`, for today_ and proposed_: engines_first (there within first_s), engines (within all_s).
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

    Returns
    -------
    Index `cell_id`: first (engines within first_s), engines (within all_s).
    """
    times = reach(network, placed(stations), placed(cells), all_s, site_ids=stations.index, demand_ids=cells.index)
    is_first = times.ms <= first_s * 1000.0
    of_entry = engines[times.site]
    counts = {
        "first": np.bincount(times.demand[is_first], weights=of_entry[is_first], minlength=len(cells)),
        "engines": np.bincount(times.demand, weights=of_entry, minlength=len(cells)),
    }
    return pd.DataFrame(counts, index=cells.index)


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
