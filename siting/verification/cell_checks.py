"""Cells: who is first due, in what time, and what is covered, today and as proposed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from siting.verification.claim import Claim, column, rows
from siting.verification.drives import ROUNDED_UP_S, Seconds, drives
from siting.verification.written import State, Written


def check_cells(written: Written) -> Iterator[Claim]:
    """Times within 2.1 ms; first due is any station that is not later than the first by more than that."""
    cells = written.layers["cells"]
    yield column("cells.area_km2 against their shapes", cells.cell_id, cells.area_km2, cells.area / 1e6, 1e-6)
    for state in written.states:
        yield from _state(written, state)


def _state(written: Written, state: State) -> Iterator[Claim]:
    cells, stations, name = state.cells, state.stations, f"cells.{state.label}"
    times = drives(written.layers["roads"], stations, cells)
    response = times + stations.turnout_s.to_numpy()[:, None]
    first_s = response.min(axis=0) if len(stations) else np.full(len(cells), np.inf)
    printed_s = cells.response_time_s.to_numpy(dtype=np.float64)
    reached = np.isfinite(first_s)
    yield rows(f"{name}_site_id is first due", cells.index, cells.site_id,
               [stations.index[i] if ok else "" for i, ok in zip(_argmin(response), reached, strict=True)],
               ~_is_first(cells.site_id.fillna("").to_numpy(), stations.index, response, first_s))  # fmt: skip
    yield column(f"{name}_response_time_s", cells.index, printed_s, np.where(reached, first_s, np.nan), ROUNDED_UP_S)
    own = stations.index.get_indexer(cells.site_id.fillna(""))
    travel_s = np.where(own >= 0, times[own, np.arange(len(cells))], np.nan) if len(stations) else first_s * np.nan
    yield column(f"{name}_travel_time_s", cells.index, cells.travel_time_s, travel_s, ROUNDED_UP_S)
    budget_s = np.append(stations.travel_budget_s, np.nan)[own]
    covered = cells.is_covered.to_numpy(dtype=bool)
    yield rows(f"{name}_is_covered", cells.index, covered, travel_s <= budget_s,
               np.where(covered, ~(travel_s <= budget_s + 1e-6), travel_s <= budget_s - ROUNDED_UP_S))  # fmt: skip
    unreached = np.where(cells.edge.to_numpy() < 0, "no_road", "unreachable")
    reason = np.where(covered, "", np.where(reached, "too_far", unreached))
    told = cells.reason.fillna("").to_numpy()
    yield rows(f"{name}_reason", cells.index, told, reason, told != reason)
    surely, perhaps = depth_range(times, stations.travel_budget_s.to_numpy())
    depth = cells.depth.to_numpy()
    yield rows(f"{name}_depth", cells.index, depth, perhaps, (depth < surely) | (depth > perhaps))


def depth_range(times: Seconds, budget_s: Seconds) -> tuple[Seconds, Seconds]:
    """How many stations reach each cell for certain, and how many at most: rounding decides the rest."""
    surely = (times <= budget_s[:, None] - ROUNDED_UP_S).sum(axis=0)
    return surely, (times <= budget_s[:, None] + 1e-6).sum(axis=0)


def _argmin(response: Seconds) -> Seconds:
    return response.argmin(axis=0) if len(response) else np.zeros(response.shape[1], dtype=int)


def _is_first(site_id: np.ndarray, site_ids: pd.Index, response: Seconds, first_s: Seconds) -> np.ndarray:
    position = site_ids.get_indexer(pd.Index(site_id))
    if not len(response):
        return site_id == ""
    own = response[position, np.arange(len(site_id))]
    return np.where(np.isfinite(first_s), (position >= 0) & (own <= first_s + ROUNDED_UP_S), site_id == "")
