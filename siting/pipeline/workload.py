"""The workload of a scenario: calls by cell, and how busy they keep the stations that stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from siting.pipeline.standing import stands
from siting.scenario import DemandTable, WorkloadTable
from siting.tables import Note
from siting.workload import WorkloadAnswer, station_busy_shares

if TYPE_CHECKING:
    from siting.pipeline.material import Material


def workload_answer(
    asked: WorkloadTable, demand: DemandTable, given: Material, facilities: Mapping[str, gpd.GeoDataFrame]
) -> WorkloadAnswer:
    """How busy each station is, today and with the status after every plan."""
    cells, stations = given.cells, facilities["station"].sort_index()
    weight = cells["people" if asked.part is None else f"part_{asked.part}"].to_numpy(dtype="float64")
    per_hour = _calls_per_hour(asked, demand, float(weight.sum()))
    told, lost = {}, 0.0
    for label in ("today", "proposed"):
        standing = stations[stands(stations, label)]
        turnout_s = standing.turnout_s.fillna(given.clock.turnout_s).to_numpy(dtype="float64")
        calls = weight * per_hour / weight.sum()
        told[f"busy_{label}"], lost = station_busy_shares(
            given.network, standing, turnout_s, cells, calls, asked.minutes_per_call / 60.0
        )
    table = pd.DataFrame(told).rename_axis("site_id")
    table.insert(0, "name", stations["name"].reindex(table.index))
    return WorkloadAnswer(per_hour, lost, asked.minutes_per_call, asked.source, table.reset_index())


def workload_notes(answer: WorkloadAnswer) -> tuple[Note, ...]:
    """What the shares are computed from, and the calls that keep nobody busy."""
    values = {"calls": f"{answer.calls_per_hour:.3g}", "minutes": f"{answer.minutes_per_call:g}"}
    told = Note("topic_workload", "note_workload", len(answer.table), values={**values, "source": answer.source})
    lost = f"{answer.calls_not_reached:.3g}"
    missed = (Note("topic_workload", "note_calls_not_reached", 1, values={"calls": lost}),)
    return (told, *(missed if answer.calls_not_reached > 0 else ()))


def _calls_per_hour(asked: WorkloadTable, demand: DemandTable, calls: float) -> float:
    """As stated, or counted from past calls: those of the hours asked for, by the hours that they cover."""
    if asked.calls_per_hour is not None or asked.days is None:
        return asked.calls_per_hour or 0.0
    records = demand if asked.part is None else (demand.parts or {})[asked.part]
    first, last = records.hours or (0.0, 24.0)
    return calls / (asked.days * ((last - first) % 24.0 or 24.0))
