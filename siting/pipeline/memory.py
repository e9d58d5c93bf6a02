"""How much memory a scenario will take, known before its plans are searched for."""

from __future__ import annotations

import math
import os
from contextlib import suppress
from pathlib import Path

from siting.errors import MemoryCapError
from siting.network.place import placed
from siting.pipeline.material import Material
from siting.pipeline.question import limit_s, travel_budget_s
from siting.scenario import PlanTable, Scenario
from siting.travel_time import reach

_ALONE_MB = 560.0
"""Python with every library loaded, one small plan solved and written."""
_ROW_BYTES = 2000
"""A cell or an edge in all its tables and layers: 88 MB for 44,000 cells more (built-in district, 400 and 100 m)."""
_PAIR_BYTES = 60
"""A site that reaches a cell: its time, and the arrays in which cover is sorted by cell."""
_OF_CONTAINERS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_SAMPLE = 64
"""Sites from which the pairs of all are counted."""


def machine_mb() -> float:
    """What this machine holds, or may hold as a container (cgroup), in 10⁶ bytes; infinite where nobody says."""
    try:
        held = [float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))]
    except (AttributeError, ValueError):  # Windows, and systems without these names
        return math.inf
    for limit in _OF_CONTAINERS:
        with suppress(OSError, ValueError):  # none, or "max"
            held.append(float(int(limit.read_text("utf-8"))))
    return min(held) / 1e6


def memory_mb(scenario: Scenario, given: Material) -> float:
    """
    About how much one process holds at most while it answers, in 10⁶ bytes, without the process of an exact solver.

    The pairs of site and cell are counted for some sites, evenly through the table, and taken as many for the others.
    """
    rows = len(given.cells) + given.network.n_edges
    asked = [table for table in scenario.plan if table.kind == "station" and table.objective != "district"]
    asked += [] if scenario.joint is None else [PlanTable(cost_budget=0.0)]
    pairs = max((_pairs(table, given) for table in asked), default=0.0)
    return _ALONE_MB + (_ROW_BYTES * rows + _PAIR_BYTES * pairs) / 1e6


def check_memory(scenario: Scenario, given: Material, cap_mb: float) -> None:
    """
    Refuse a scenario that would take more.

    Raises
    ------
    MemoryCapError
        With both figures, and what makes a scenario smaller.
    """
    needed_mb = memory_mb(scenario, given)
    if needed_mb > cap_mb:
        raise MemoryCapError(
            f"{scenario.name}: it would take about {needed_mb:,.0f} MB of memory, and may take {cap_mb:,.0f}. "
            f"Allow more, or ask for larger cells ({len(given.cells):,} of {scenario.study_area.cell_m:g} m), fewer "
            "candidates, or a smaller study area."
        )


def _pairs(table: PlanTable, given: Material) -> float:
    stations = given.facilities["station"]
    sites, demand = stations[stations.reason == ""], given.cells[given.cells.people > 0]
    if sites.empty or demand.empty:
        return 0.0
    some = sites.iloc[:: math.ceil(len(sites) / _SAMPLE)]
    farthest_s = limit_s(
        table, max(given.clock.travel_budget_s, *travel_budget_s(sites, given.clock)), given.full_alarm
    )
    times = reach(given.network, placed(some), placed(demand), farthest_s, site_ids=some.index, demand_ids=demand.index)
    return len(times.ms) * len(sites) / len(some)
