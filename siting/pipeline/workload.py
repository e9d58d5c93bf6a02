"""The workload of a scenario: calls by cell, and how busy they keep the stations that stand."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from siting.errors import InputError
from siting.pipeline.material import Material
from siting.proposal import stands
from siting.scenario import DemandTable, PlanTable, WorkloadTable
from siting.tables import Note, noted
from siting.workload import Calls, WorkloadAnswer, station_busy_shares


def calls_of(asked: WorkloadTable, demand: DemandTable, cells: gpd.GeoDataFrame) -> Calls:
    """What [workload] says, spread over the cells by the weight that it names."""
    weight = cells["people" if asked.part is None else f"part_{asked.part}"].to_numpy(dtype="float64")
    per_hour = _calls_per_hour(asked, demand, float(weight.sum()))
    return Calls(per_hour, weight * per_hour / weight.sum(), asked.minutes_per_call, asked.source)


def workload_answer(given: Material, calls: Calls, facilities: Mapping[str, gpd.GeoDataFrame]) -> WorkloadAnswer:
    """How busy each station is, today and with the status after every plan."""
    stations = facilities["station"].sort_index()
    told, lost = {}, 0.0
    for label in ("today", "proposed"):
        told[f"busy_{label}"], lost = _busy(given, calls, stations[stands(stations, label)])
    table = pd.DataFrame(told).rename_axis("site_id")
    table.insert(0, "name", stations["name"].reindex(table.index))
    return WorkloadAnswer(calls.per_hour, lost, calls.minutes_each, calls.source, table.reset_index())


def workload_notes(answer: WorkloadAnswer) -> tuple[Note, ...]:
    """What the shares are computed from, and the calls that keep nobody busy."""
    values = {"calls": f"{answer.calls_per_hour:.3g}", "minutes": f"{answer.minutes_per_call:g}"}
    told = Note("topic_workload", "note_workload", len(answer.table), values={**values, "source": answer.source})
    lost = f"{answer.calls_not_reached:.3g}"
    missed = (Note("topic_workload", "note_calls_not_reached", 1, values={"calls": lost}),)
    return (told, *(missed if answer.calls_not_reached > 0 else ()))


def with_busy_shares(table: PlanTable, given: Material) -> tuple[PlanTable, pd.Series | None, tuple[Note, ...]]:
    """
    A plan that reckons with busy engines, by the workload of the scenario.

    A column of one's own goes before it, and a note says so.

    Returns
    -------
    The plan with the share of new stations, the mean of today's where it states none; the shares of today's stations by
    site_id, None where the workload tells none; and where they come from.

    Raises
    ------
    InputError
        If no station stands today and the plan states no share.
    """
    if table.kind != "station" or table.objective != "expected" or given.calls is None:
        return table, None, ()
    if table.busy_share_column is not None:
        return table, None, (Note("topic_workload", "note_busy_column", 1, values={"column": table.busy_share_column}),)
    stations = given.facilities["station"]
    busy, _ = _busy(given, given.calls, stations[stands(stations, "today")])
    if busy.empty and table.busy_share is None:
        raise InputError("plan station", ["busy_share is needed: no station stands today whose [workload] would tell."])
    usual = float(busy.mean()) if table.busy_share is None else table.busy_share
    values = {"least": f"{busy.min():.2f}", "most": f"{busy.max():.2f}", "usual": f"{usual:.2f}"}
    told = tuple(noted("topic_workload", "note_busy_workload", busy.index, **values))
    return table.model_copy(update={"busy_share": usual}), busy, told


def _busy(given: Material, calls: Calls, standing: gpd.GeoDataFrame) -> tuple[pd.Series, float]:
    """Shares of these stations, and the calls an hour that none of them reaches."""
    turnout_s = standing.turnout_s.fillna(given.clock.turnout_s).to_numpy(dtype="float64")
    return station_busy_shares(
        given.network, standing, turnout_s, given.cells, calls.by_cell, calls.minutes_each / 60.0
    )


def _calls_per_hour(asked: WorkloadTable, demand: DemandTable, calls: float) -> float:
    """As stated, or counted from past calls: those of the hours asked for, by the hours that they cover."""
    if asked.calls_per_hour is not None or asked.days is None:
        return asked.calls_per_hour or 0.0
    records = demand if asked.part is None else (demand.parts or {})[asked.part]
    first, last = records.hours or (0.0, 24.0)
    return calls / (asked.days * ((last - first) % 24.0 or 24.0))
