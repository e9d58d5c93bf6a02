"""One question to the optimiser: from stations and cells to arrays, and from the answer back to rows."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Mask
from siting.coverage import coverage
from siting.errors import InfeasibleError
from siting.network import RoadNetwork
from siting.network.place import placed
from siting.optimise import OBJECTIVES, Problem, solve
from siting.proposal import Plan
from siting.rules import Clock
from siting.scenario import PlanTable
from siting.tables import Faults, some, unknown
from siting.travel_time import reach

ASKABLE = ("mclp", "lscp")
"""Objectives whose needs a scenario can state."""


def plan(
    table: PlanTable,
    stations: gpd.GeoDataFrame,
    cells: gpd.GeoDataFrame,
    network: RoadNetwork,
    clock: Clock,
    unit: str,
) -> tuple[Plan, gpd.GeoDataFrame]:
    """
    Where to build, and the stations with their new status.

    Demand is every cell with weight; a site covers it when the engine drives there within the clock's limit less alarm
    handling and the site's own turnout. Cells without weight take no part: land nobody lives on is judged, not planned
    for.

    Returns
    -------
    tuple
        The plan with its certificate, and `stations` with status "existing", "proposed", "candidate", "closed" or
        "not_used".

    Raises
    ------
    InfeasibleError
        If the solver found no plan.
    """
    usable = stations[stations.reason == ""].sort_index()  # ties are broken by id, so positions must follow ids
    is_existing = (usable.status == "existing").to_numpy()
    is_kept = _is_kept(table, usable)
    demand = cells[cells.people > 0]

    budget_s = travel_budget_s(usable, clock)
    times = reach(
        network,
        placed(usable),
        placed(demand),
        float(max(clock.travel_budget_s, *budget_s)),  # above 0 even where every site needs longer to turn out
        site_ids=usable.index,
        demand_ids=demand.index,
    )
    covers = coverage(times, budget_s)
    problem = Problem(
        indptr=covers.indptr,
        sites=covers.sites,
        weight=demand.people.to_numpy(),
        cost=np.ones(len(usable)),
        fixed_open=is_kept,
        fixed_closed=np.zeros(len(usable), dtype=bool),
    )
    solution = solve(
        problem,
        table.objective,
        sites=table.sites,
        time_limit_s=table.time_limit_s,
        relative_gap=table.relative_gap,
        seed=table.seed,
    )
    if solution.status in ("infeasible", "unknown"):
        reasons = " ".join(reason.message("en") for reason in solution.reasons)
        raise InfeasibleError(f"plan {table.kind}, {table.objective}: {solution.status}. {reasons}")

    is_open = np.zeros(len(usable), dtype=bool)
    is_open[solution.plan] = True
    status = np.select(
        [is_open & is_existing, is_open, is_existing], ["existing", "proposed", "closed"], default="candidate"
    )
    return (
        Plan(
            kind=table.kind,
            objective=table.objective,
            kept=tuple(usable.index[is_open & is_existing]),
            added=tuple(usable.index[is_open & ~is_existing]),
            dropped=tuple(usable.index[~is_open & is_existing]),
            solution=solution,
            travel_budget_s=clock.travel_budget_s,
            unit=unit,
        ),
        stations.assign(status=pd.Series(status, usable.index).reindex(stations.index).fillna(stations.status)),
    )


def check_plan(table: PlanTable, stations: gpd.GeoDataFrame) -> None:
    """
    Refuse a question that cannot be asked of these stations, before any work is done.

    Raises
    ------
    InputError
        Naming every fault: no usable site, an objective that is unknown or not in `ASKABLE`, `sites` missing or
        superfluous or too many, unknown ids in `keep`.
    """
    faults = Faults(f"plan {table.kind}")
    usable = stations[stations.reason == ""]
    if usable.empty:
        faults.add(
            f"None of the {len(stations)} sites can be used ({some(stations.reason.unique())}), so there is nothing to "
            "choose from. Change what rules them out, or leave the plan away and judge today."
        )
    if table.objective not in ASKABLE:
        faults.add(f"objective: {_not_askable(table.objective)}")
    if table.objective == "mclp" and table.sites is None:
        faults.add("mclp needs the key sites: how many new stations, besides those kept.")
    if table.objective == "lscp" and table.sites is not None:
        faults.add(f"sites = {table.sites}, but lscp finds the number itself. Remove sites, or ask mclp.")
    existing = usable.index[usable.status == "existing"]
    strange = [] if isinstance(table.keep, str) else sorted(set(table.keep) - set(existing))
    if strange:
        faults.add(f"keep names {len(strange)} ids that are not existing stations in use ({some(strange)}).")
    free = len(usable) - int(_is_kept(table, usable).sum())
    if len(usable) and table.sites is not None and table.sites > free:
        faults.add(
            f"sites = {table.sites}, but only {free} candidates are free to open. Ask for at most {free}, or add "
            'candidates: [candidates.station], or [[facilities]] with role = "candidate".'
        )
    faults.stop()


def travel_budget_s(stations: pd.DataFrame, clock: Clock) -> pd.Series:
    """Seconds each station has left for driving, with its own turnout where that is known."""
    turnout_s = stations.turnout_s.fillna(clock.turnout_s)
    return clock.response_limit_s - clock.alarm_handling_s - turnout_s


def _not_askable(objective: str) -> str:
    if objective not in OBJECTIVES:
        return unknown(objective, ASKABLE)
    askable = " or ".join(ASKABLE)
    return f"{objective} is solved by siting.optimise, but cannot yet be asked from a scenario; ask {askable}."


def _is_kept(table: PlanTable, usable: gpd.GeoDataFrame) -> Mask:
    required = (usable.role == "required").to_numpy()
    existing = (usable.status == "existing").to_numpy()
    if isinstance(table.keep, list):
        return np.asarray(usable.index.isin(table.keep) | required)
    return np.asarray(existing | required if table.keep == "all" else required)
