"""Who plans which kind of site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from siting.language import Language
from siting.pipeline.district_plan import district_plan
from siting.pipeline.material import Material
from siting.pipeline.micro import plan_micro_stations
from siting.pipeline.plan import Planned, plan
from siting.pipeline.workload import with_busy_shares
from siting.scenario import PlanTable


def plan_stations(table: PlanTable, given: Material, language: Language) -> Planned:
    """Where stations stand, with districts where the objective draws them."""
    if table.objective == "district":
        return district_plan(table, given, language)
    table, busy, told = with_busy_shares(table, given)
    where = (given.cells, given.network, given.clock, given.area, given.demand.unit)
    planned = plan(table, given.facilities["station"], *where, language, given.search, given.full_alarm, busy)
    return replace(planned, notes=(*planned.notes, *told))


PLANNERS: dict[str, Callable[[PlanTable, Material, Language], Planned]] = {
    "station": plan_stations,
    "micro_station": plan_micro_stations,
}
"""By the kind of a [[plan]]; what is given are the sites before any plan."""
