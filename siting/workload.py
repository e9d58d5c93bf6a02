"""How busy stations are: who is called first at every cell, and who when that one is out."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats
from siting.network import RoadNetwork
from siting.network.place import placed
from siting.optimise.hypercube import busy_shares
from siting.travel_time import reach

FARTHEST_S = 1800.0
"""Drives longer than this are not looked at: such a station is called after all that are nearer."""


@dataclass(frozen=True)
class Calls:
    """
    The calls of a scenario.

    Attributes
    ----------
    per_hour
        Inside the boundary, all together.
    by_cell
        Shape (I,). An hour's, where they come from.
    minutes_each, source
        What one keeps an engine; whose numbers these are.
    """

    per_hour: float
    by_cell: Floats
    minutes_each: float
    source: str


@dataclass(frozen=True)
class WorkloadAnswer:
    """
    How busy stations are.

    Attributes
    ----------
    calls_per_hour, calls_not_reached
        Inside the boundary; and those of them from cells to which no station drives as proposed.
    minutes_per_call, source
        What a call keeps an engine; whose numbers these are.
    table
        site_id, name, busy_today, busy_proposed: share of the time that the engine is out; nan where none stands.
    """

    calls_per_hour: float
    calls_not_reached: float
    minutes_per_call: float
    source: str
    table: pd.DataFrame


def station_busy_shares(
    network: RoadNetwork,
    stations: gpd.GeoDataFrame,
    turnout_s: Floats,
    cells: gpd.GeoDataFrame,
    calls_per_hour: Floats,
    service_h: float,
) -> tuple[pd.Series, float]:
    """
    Share of the time that the one engine of each station is out on a call (`siting.optimise.hypercube`).

    Every cell calls the stations in the order in which they arrive, turnout and drive, ties by id.

    Parameters
    ----------
    stations, cells
        With their place on `network`: edge, fraction, snap_m.
    turnout_s
        Shape (J,). Of each station.
    calls_per_hour
        Shape (I,). Of each cell.
    service_h
        Hours that a call keeps an engine.

    Returns
    -------
    The shares by `site_id`, and the calls an hour from cells to which no station drives, which keep nobody busy.
    """
    by_id = stations.assign(turnout_s=turnout_s).sort_index(key=lambda ids: ids.astype(str))
    times = reach(network, placed(by_id), placed(cells), FARTHEST_S, site_ids=by_id.index, demand_ids=cells.index)
    arrival_s = np.full((len(cells), len(by_id)), np.inf)
    arrival_s[times.demand, times.site] = times.ms / 1000.0 + by_id.turnout_s.to_numpy()[times.site]
    is_reached = np.isfinite(arrival_s).any(axis=1)
    lost = float(calls_per_hour[~is_reached].sum())
    if by_id.empty:
        return pd.Series(dtype="float64", index=by_id.index), lost
    order = np.argsort(arrival_s[is_reached], axis=1, kind="stable")
    # Neighbours call alike: one row for each order that occurs.
    rows, which = np.unique(order, axis=0, return_inverse=True)
    calls: Floats = np.asarray(np.bincount(which.ravel(), calls_per_hour[is_reached], len(rows)), dtype=np.float64)
    return pd.Series(busy_shares(rows, calls, service_h), by_id.index).reindex(stations.index), lost
