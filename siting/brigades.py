"""Township brigades: which grid units have one or a station in reach, which go without, and whom one would serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.cells import counted
from siting.grids import OUTSIDE, GridLevel
from siting.network import RoadNetwork
from siting.network.place import placed
from siting.travel_time import reach

BRIGADES = ("full_time", "volunteer")
"""Forces that are brigades of a township."""


@dataclass(frozen=True)
class BrigadeTier:
    """
    Brigades of townships in one state of the service.

    Attributes
    ----------
    reach_s, share
        A unit is in reach when this share of its people is answered in so many seconds.
    units, strengths
        As `unit_states` and `strengths` give them.
    """

    reach_s: float
    share: float
    units: pd.DataFrame
    strengths: pd.DataFrame


def unit_states(
    level: GridLevel,
    cells: pd.DataFrame,
    brigades: gpd.GeoSeries,
    stations: gpd.GeoSeries,
    reach_s: float,
    share: float,
) -> pd.DataFrame:
    """
    What each unit has: a brigade or a station on its ground, one in reach, or neither.

    Parameters
    ----------
    cells
        Index `cell_id`: people, perhaps residents beside them, response_time_s of the first that arrives, whoever it
        is.
    brigades, stations
        Points of those that stand, in the units' CRS.
    reach_s, share
        A unit is in reach when this share of its people (of its cells where nobody lives) is answered in so many
        seconds.

    Returns
    -------
    Index `unit_id`: name, people, residents where cells have them (the share in reach is then theirs), brigades,
    stations (how many stand in it), share_in_reach, state ("has_one", "in_reach" or "missing").
    """
    within = (cells.response_time_s <= reach_s).astype("float64")
    living = cells[counted(cells)[-1]]
    weight = living.groupby(level.unit_id).sum()
    reached = (living * within).groupby(level.unit_id).sum()
    of_people = (reached / weight.where(weight > 0)).reindex(level.units.index)
    of_cells = within.groupby(level.unit_id).mean().reindex(level.units.index)
    table = pd.DataFrame(level.units[["name"]])
    people = cells[counted(cells)].groupby(level.unit_id).sum()
    table = table.join(people.reindex(table.index, fill_value=0.0))
    for name, points in (("brigades", brigades), ("stations", stations)):
        unit, _ = shapely.STRtree(points.to_numpy()).query(level.units.geometry.to_numpy(), predicate="intersects")
        table[name] = np.bincount(unit, minlength=len(table))
    table["share_in_reach"] = of_people.fillna(of_cells).fillna(0.0)
    has_one = (table.brigades > 0) | (table.stations > 0)
    table["state"] = np.select([has_one, table.share_in_reach >= share], ["has_one", "in_reach"], "missing")
    return table


def gains(
    level: GridLevel, missing: pd.Index, cells: gpd.GeoDataFrame, network: RoadNetwork, reach_s: float, turnout_s: float
) -> pd.DataFrame:
    """
    Whom a brigade of each of these units would serve, were it built alone; the most urgent first.

    It would stand beside the cell nearest to the middle of the unit's people. Order: people newly in reach, then the
    seconds that everybody who is reached today gains, then id.

    Parameters
    ----------
    cells
        people, x, y, response_time_s, and the place on `network`: edge, fraction, snap_m.

    Returns
    -------
    Index `unit_id`: rank, x, y (of the cell), people_gained, residents_gained where cells have them, mean_gain_s (over
    the unit's people reached today).
    """
    seat = {unit: _seat(cells[(level.unit_id == unit).to_numpy() & (cells.edge >= 0).to_numpy()]) for unit in missing}
    seats = pd.Series({unit: cell for unit, cell in seat.items() if cell is not None}, dtype=object)
    gained = {name: f"{name}_gained" for name in counted(cells)}
    if seats.empty or reach_s <= turnout_s:
        columns = ["x", "y", *gained.values(), "mean_gain_s", "rank"]
        return pd.DataFrame(columns=columns, index=pd.Index([], name="unit_id", dtype=object), dtype="float64")
    at = cells.loc[list(seats)]
    old_s, people = cells.response_time_s.to_numpy(), cells.people.to_numpy()
    longest_s = max(reach_s, float(old_s[np.isfinite(old_s)].max(initial=0.0)))
    times = reach(
        network, placed(at), placed(cells), longest_s - turnout_s, site_ids=seats.index, demand_ids=cells.index
    )
    new_s = np.full((len(seats), len(cells)), np.inf)
    new_s[np.repeat(np.arange(len(seats)), np.diff(times.site_ptr)), times.demand] = times.ms / 1000.0 + turnout_s
    newly = (new_s <= reach_s) & (old_s > reach_s)
    table = pd.DataFrame({"x": at.x.to_numpy(), "y": at.y.to_numpy()}, index=seats.index.rename("unit_id"))
    for name, column in gained.items():
        table[column] = newly @ cells[name].to_numpy()
    is_reached = np.isfinite(old_s)
    known_s = np.where(is_reached, old_s, 0.0)
    sooner_s = known_s - np.minimum(known_s, new_s)
    table["mean_gain_s"] = list(_means(sooner_s, level.unit_id, seats.index, people * is_reached))
    table = table.sort_index().sort_values(["people_gained", "mean_gain_s"], ascending=False, kind="stable")
    return table.assign(rank=np.arange(1, len(table) + 1))


def strengths(brigades: pd.DataFrame, standards: Mapping[str, Mapping[str, float]], below_share: float) -> pd.DataFrame:
    """
    Ground and people of each brigade against the standard of its class, flagged below a share of it.

    Parameters
    ----------
    brigades
        Index `site_id`: name, class, land_m2, staff (nan where not known).
    standards
        By a word that the class contains: least_land_m2, least_persons, each where there is one.

    Examples
    --------
    >>> teams = pd.DataFrame({"name": ["A"], "class": ["一级专职队"], "land_m2": [400.0], "staff": [8.0]}, index=["a"])
    >>> strengths(teams, {"一级": {"least_land_m2": 1000.0, "least_persons": 15.0}}, 0.5).iloc[0, [5, 7]].tolist()
    ['below', 'enough']
    """
    least = [next((own for key, own in standards.items() if key in str(name)), {}) for name in brigades["class"]]
    table = brigades[["name", "class", "land_m2", "staff"]].copy()
    for column, key in (("land_m2", "least_land_m2"), ("staff", "least_persons")):
        asked = pd.Series([own.get(key, np.nan) for own in least], index=table.index, dtype="float64")
        judged = np.where(table[column] < below_share * asked, "below", "enough")
        table[key] = asked
        table[f"{key.split('_')[1]}_judged"] = np.where(table[column].isna() | asked.isna(), "not_known", judged)
    return table


def _seat(cells: gpd.GeoDataFrame) -> object | None:
    """The cell nearest to the middle of the people of a unit, of its land where nobody lives; ties to the lower id."""
    if cells.empty:
        return None
    weight = cells.people if cells.people.sum() > 0 else cells.people + 1.0
    middle = [float(np.average(cells[axis], weights=weight)) for axis in ("x", "y")]
    return cells.index[int(np.hypot(cells.x - middle[0], cells.y - middle[1]).argmin())]


def _means(seconds: np.ndarray, unit_id: pd.Series, units: pd.Index, weight: np.ndarray) -> Iterator[float]:
    for row, unit in zip(seconds, units, strict=True):
        own = np.where((unit_id == unit).to_numpy() & (unit_id != OUTSIDE).to_numpy(), weight, 0.0)
        yield float(np.average(row, weights=own)) if own.sum() > 0 else 0.0
