"""Hydrants of a scenario: judged as they stand, and planned where it asks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.hydrants import HydrantCover, HydrantPlan, Standing, hydrant_cover, plan_hydrants
from siting.network.place import place, with_place
from siting.optimise.watch import stopping
from siting.pipeline.asked import built_by
from siting.pipeline.material import Material
from siting.proposal import Plan
from siting.scenario import HydrantPlanTable, Scenario
from siting.tables import Note


@dataclass(frozen=True)
class PlannedHydrants:
    """
    What came of [hydrants.plan].

    Attributes
    ----------
    plan
        With its certificate.
    hydrants
        The facility table with the new ones at its end, or where the caller offered them: status "proposed", opens_in
        (the year or number of the lot), weight_closed and metres_closed.
    cover
        Of all that then stand.
    notes
        What no hydrant can close, and what was assumed.
    """

    plan: Plan
    hydrants: gpd.GeoDataFrame
    cover: HydrantCover
    notes: tuple[Note, ...]


def hydrants_today(given: Material) -> HydrantCover | None:
    """Cover by the hydrants that stand; None where the scenario knows of none and asks for none."""
    table = given.facilities.get("hydrant")
    return None if table is None else _cover(given, table)


def plan_hydrants_of(scenario: Scenario, given: Material, today: HydrantCover) -> PlannedHydrants:
    """The fewest new hydrants; the first Ctrl-C ends the search with the best it has."""
    asked, table = scenario.hydrants.plan or HydrantPlanTable(), given.facilities["hydrant"]
    years = built_by(asked.lots)
    with stopping() as stop:
        found = plan_hydrants(
            given.network,
            given.area,
            given.cells,
            table,
            today,
            Standing(spacing_m=asked.spacing_m, kerb_m=asked.kerb_m, wall_m=asked.wall_m),
            lots=list(years.values()),
            time_limit_s=asked.time_limit_s,
            relative_gap=asked.relative_gap,
            seed=asked.seed,
        )
    built = _built(table, found, given, scenario.roads.snap_limit_m, [*years])
    cut_short = (Note("topic_plan", "note_search_stopped", 1),) if stop.is_set() else ()
    is_kept = (table.status == "existing") & (table.reason == "")
    plan = Plan(
        kind="hydrant",
        objective="lscp",
        kept=tuple(table.index[is_kept]),
        added=tuple(sorted(found.new.index)),
        dropped=(),
        solution=found.solution,
        travel_budget_s=math.nan,
        unit="hydrants",
        asked={"kind": "hydrant", "objective": "lscp", **asked.model_dump(mode="json", exclude_none=True)},
    )
    return PlannedHydrants(plan, built, _cover(given, built), (*cut_short, *found.notes))


def _cover(given: Material, table: gpd.GeoDataFrame) -> HydrantCover:
    """Of those that stand, in use or not: sites for new ones protect nothing."""
    standing = table[table.status != "candidate"]
    where = (given.network, given.area, given.cells)
    return hydrant_cover(*where, standing, given.hydrant_limits, buildings=given.buildings)


def _built(
    table: gpd.GeoDataFrame, found: HydrantPlan, given: Material, snap_limit_m: float, years: list[int]
) -> gpd.GeoDataFrame:
    """The facility table with what is built: candidates of the caller change their status, others are new rows."""
    names = [*map(str, years), f"{years[-1]}+" if years else ""]
    built = found.new.assign(opens_in=np.array(names, dtype=object)[found.new.lot])
    made = built[~built.index.isin(table.index)].drop(columns=["lot"])
    rows = with_place(made, place(given.network, made, snap_limit_m)).to_crs(table.crs)
    rows = rows.assign(kind="hydrant", turnout_s=np.nan, reason="", status="proposed")
    own = table.join(pd.DataFrame(built[["opens_in", "weight_closed", "metres_closed"]]))
    own["opens_in"] = own.opens_in.fillna("")
    own["status"] = own.status.mask(own.index.isin(built.index), "proposed")
    return pd.concat([own, rows]) if len(own) else rows
