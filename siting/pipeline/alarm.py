"""The full alarm of a scenario: engines of the stations that stand, counted at every cell."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats
from siting.full_alarm import AlarmAnswer, alarm_measures, engines_there
from siting.pipeline.material import Material
from siting.proposal import stands
from siting.scenario import FullAlarmTable
from siting.tables import Faults, check_columns, read_amounts


def check_alarm(asked: FullAlarmTable, stations: gpd.GeoDataFrame) -> None:
    """
    Refuse what cannot be judged, before any work is done.

    Raises
    ------
    InputError
        If the column of engines does not exist, or holds what is no number of engines.
    """
    if asked.engines_column is None:
        return
    faults = Faults("facilities of kind station")
    check_columns(faults, stations, [asked.engines_column])
    faults.stop()
    read_amounts(faults, stations, asked.engines_column, "engines")
    faults.stop()


def alarm_answer(asked: FullAlarmTable, given: Material, facilities: Mapping[str, gpd.GeoDataFrame]) -> AlarmAnswer:
    """Engines at every cell and what they add up to, today and with the status after every plan."""
    stations, cells = facilities["station"], pd.DataFrame(index=given.cells.index)
    measures = {}
    for label in ("today", "proposed"):
        standing = stations[stands(stations, label)]
        there = engines_there(
            given.network, standing, engines_of(asked, standing), given.cells, asked.first_s, asked.all_s, asked.engines
        )
        cells[f"{label}_engines_first"], cells[f"{label}_engines"] = there["first"], there.engines
        cells[f"{label}_all_there_s"] = there.all_there_s
        measures[label] = alarm_measures(there, given.cells, asked.engines)
    table = pd.DataFrame(measures).rename_axis("measure").reset_index()
    return AlarmAnswer(float(asked.engines), asked.first_s, asked.all_s, cells, table)


def engines_of(asked: FullAlarmTable, stations: gpd.GeoDataFrame) -> Floats:
    """Shape of `stations`: the engines that each sends."""
    usual = float(asked.engines_each)
    if asked.engines_column is None:
        return np.full(len(stations), usual)
    return pd.to_numeric(stations[asked.engines_column]).fillna(usual).to_numpy(dtype=np.float64)
