"""Cells: who is first due, in what time, and what is covered, today and as proposed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from siting.verification.claim import Claim, between, column, rows
from siting.verification.drives import Seconds, drives, trips
from siting.verification.written import State, Written


def check_cells(written: Written) -> Iterator[Claim]:
    """Times within 2.1 ms; first due is any station that is not later than the first by more than that."""
    cells = written.layers["cells"]
    yield column("cells.area_km2 against their shapes", cells.cell_id, cells.area_km2, cells.area / 1e6, 1e-6)
    for state in written.states:
        yield from check_times(written, state, f"cells.{state.label}")


def check_times(written: Written, state: State, name: str) -> Iterator[Claim]:
    """Who is first due, in what time, what is covered and how often, in one state."""
    cells, stations = state.cells, state.stations
    times = drives(written.layers["roads"], stations, cells, written.layers.get("turns"))
    least, most = trips(times, written.summary["start_stop_s"])
    turnout_s = stations.turnout_s.to_numpy()[:, None]
    first_least, first_most = ((trip_s + turnout_s).min(axis=0, initial=np.inf) for trip_s in (least, most))
    reached = np.isfinite(first_least)
    own = stations.index.get_indexer(cells.site_id.fillna(""))
    own_least, own_most = (_of_own(trip_s, own) for trip_s in (least, most))
    is_first = (own >= 0) & (own_least + _of_own(turnout_s, own, 0) <= first_most)
    first = [stations.index[i] if ok else "" for i, ok in zip(_argmin(least + turnout_s), reached, strict=True)]
    yield rows(
        f"{name}_site_id is first due", cells.index, cells.site_id, first, np.where(reached, ~is_first, own >= 0)
    )
    yield between(f"{name}_response_time_s", cells.index, cells.response_time_s, first_least, first_most)
    yield between(f"{name}_travel_time_s", cells.index, cells.travel_time_s, own_least, own_most)
    budget_s = np.append(stations.travel_budget_s, np.nan)[own]
    covered = cells.is_covered.to_numpy(dtype=bool)
    yield rows(f"{name}_is_covered", cells.index, covered, own_most <= budget_s,
               np.where(covered, ~(own_least <= budget_s), own_most <= budget_s))  # fmt: skip
    unreached = np.where(cells.edge.to_numpy() < 0, "no_road", "unreachable")
    reason = np.where(covered, "", np.where(reached, "too_far", unreached))
    told = cells.reason.fillna("").to_numpy()
    yield rows(f"{name}_reason", cells.index, told, reason, told != reason)
    surely, perhaps = depth_range(least, most, stations.travel_budget_s.to_numpy())
    depth = cells.depth.to_numpy()
    yield rows(f"{name}_depth", cells.index, depth, perhaps, (depth < surely) | (depth > perhaps))


def depth_range(least: Seconds, most: Seconds, budget_s: Seconds) -> tuple[Seconds, Seconds]:
    """How many stations reach each cell for certain, and how many at most: rounding decides the rest."""
    return (most <= budget_s[:, None]).sum(axis=0), (least <= budget_s[:, None]).sum(axis=0)


def _of_own(by_station: Seconds, own: NDArray[np.intp], cell: int | None = None) -> Seconds:
    """The entry of each cell's own station; nan where it has none."""
    column = np.arange(len(own)) if cell is None else cell
    return np.where(own >= 0, by_station[own, column], np.nan) if len(by_station) else np.full(len(own), np.nan)


def _argmin(response: Seconds) -> Seconds:
    return response.argmin(axis=0) if len(response) else np.zeros(response.shape[1], dtype=int)
