"""What a scenario is answered from: its inputs as they were read, handed to whoever measures or plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import geopandas as gpd
import pandas as pd

from siting.grids import GridLevel
from siting.hydrants import HydrantLimits
from siting.inputs.demand import CarriedDemand
from siting.lanes import Lanes
from siting.network import RoadNetwork
from siting.rules import Clock, RuleSet
from siting.scenario import FullAlarmTable
from siting.study_area import StudyArea
from siting.tables import Note
from siting.travel_time import TravelTimes, reach
from siting.workload import Calls

Search = Callable[..., TravelTimes]
"""`siting.travel_time.reach`, or what takes and gives the same."""
Step = Callable[[str], AbstractContextManager[None]]
"""Opened around a part of the work, with its name."""


class Ground(Protocol):
    """What sites of one kind are measured on and planned with: `Material`, or the `MicroGround` beside it."""

    @property
    def area(self) -> StudyArea:
        """The land, with its grid units."""

    @property
    def network(self) -> RoadNetwork:
        """The ways."""

    @property
    def cells(self) -> gpd.GeoDataFrame:
        """The land cells with people and their place on the ways."""

    @property
    def clock(self) -> Clock:
        """The seconds that count."""


@dataclass(frozen=True)
class MicroGround:
    """
    What micro stations are measured on and planned with.

    Attributes
    ----------
    network
        The ways they come by, with their times.
    area
        The study area, its units the areas that need a station of their own and share none.
    cells
        With people, the unit of each, and edge, fraction, snap_m on `network`.
    ruleset
        Nothing but their clock.
    places
        Every place that a rule speaks of, as `siting.micro_places.judged_places` takes them.
    """

    network: RoadNetwork
    area: StudyArea
    cells: gpd.GeoDataFrame
    ruleset: RuleSet
    places: gpd.GeoDataFrame

    @property
    def clock(self) -> Clock:
        """From the call to arrival."""
        assert self.ruleset.clock is not None  # noqa: S101 - `micro_ground` gives one
        return self.ruleset.clock


@dataclass(frozen=True)
class Material:
    """
    What a scenario is answered from.

    Attributes
    ----------
    ruleset, clock
        The standard, and the seconds it counts.
    area, network, demand
        Ground, roads with times, people.
    cells
        `area.cells` with people, edge, fraction, snap_m, and the parts of a mix, as `siting.pipeline.read.cells`.
    facilities
        By kind, as `siting.proposal.Proposal.facilities` before any plan.
    hydrant_limits, buildings
        What hydrants are measured by; outlines that they serve and keep clear of, None where none are given.
    screened
        What the siting clauses say against candidates, as `siting.proposal.Proposal.screened`.
    lanes
        Whether engines get through; None where nobody asks.
    micro
        What micro stations are measured on; None where nobody asks.
    full_alarm
        How many engines and how soon; None where nobody asks.
    calls
        Where from and how many; None where nobody asks.
    grid
        Levels that figures are rolled up to.
    notes
        What every room set aside or assumed.
    search
        Finds the drives between stations and cells that a plan is made of.
    """

    ruleset: RuleSet
    clock: Clock
    area: StudyArea
    network: RoadNetwork
    demand: CarriedDemand
    cells: gpd.GeoDataFrame
    facilities: Mapping[str, gpd.GeoDataFrame]
    hydrant_limits: HydrantLimits
    buildings: gpd.GeoDataFrame | None
    screened: pd.DataFrame | None
    lanes: Lanes | None
    micro: MicroGround | None
    full_alarm: FullAlarmTable | None
    calls: Calls | None
    grid: tuple[GridLevel, ...]
    notes: tuple[Note, ...]
    search: Search = reach

    def ground(self, kind: str) -> Ground:
        """What sites of a kind are planned on."""
        return self.micro if kind == "micro_station" and self.micro is not None else self
