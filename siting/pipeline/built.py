"""Every plan that a scenario asks for, one after the other, and what then stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from siting.hydrants import HydrantCover
from siting.pipeline.district_plan import district_plan
from siting.pipeline.hydrants import plan_hydrants_of
from siting.pipeline.joint import plan_jointly
from siting.pipeline.material import Material, Step
from siting.pipeline.plan import plan
from siting.proposal import Plan
from siting.scenario import Scenario
from siting.tables import Note


@dataclass(frozen=True)
class Built:
    """
    What came of all plans of a scenario.

    Attributes
    ----------
    facilities
        By kind, each row with the status that its plan gives it; as they stand where nothing is planned.
    hydrants
        Cover of the hydrants that then stand; None where the scenario knows of none.
    plans, notes
        In the order of the scenario.
    tiers
        Of a joint plan, as `siting.proposal.Proposal.joint`; None without one.
    """

    facilities: Mapping[str, gpd.GeoDataFrame]
    hydrants: HydrantCover | None
    plans: tuple[Plan, ...] = ()
    notes: tuple[Note, ...] = ()
    tiers: pd.DataFrame | None = None


def built(scenario: Scenario, given: Material, hydrants_today: HydrantCover | None, step: Step) -> Built:
    """
    The plans of each [[plan]], of [joint] and of [hydrants.plan].

    Parameters
    ----------
    step
        Opened around each plan, with its name.

    Raises
    ------
    InfeasibleError
        If there is no plan for one of the questions.
    """
    facilities, hydrants, tiers = dict(given.facilities), hydrants_today, None
    plans: list[Plan] = []
    notes: list[Note] = []
    language = scenario.outputs.language
    for table in scenario.plan:
        with step("plan"):
            planner = district_plan if table.objective == "district" else plan
            answer = planner(table, given, language)
            plans.append(answer.plan)
            notes += answer.notes
            facilities[table.kind] = answer.sites
    if scenario.joint is not None:
        with step("joint plan"):
            joint = plan_jointly(scenario.joint, given, language)
            plans += [answer.plan for answer in joint.by_kind.values()]
            notes += joint.notes
            facilities |= {kind: answer.sites for kind, answer in joint.by_kind.items()}
            tiers = joint.tiers
    if scenario.hydrants.plan is not None and hydrants_today is not None:
        with step("hydrants"):
            new = plan_hydrants_of(scenario, given, hydrants_today)
            plans.append(new.plan)
            notes += new.notes
            facilities["hydrant"], hydrants = new.hydrants, new.cover
    return Built(facilities, hydrants, tuple(plans), tuple(notes), tiers)
