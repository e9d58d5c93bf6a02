"""What stands and what it reaches, today or as proposed: the measured facts that rules judge and reports show."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from siting.brigades import BrigadeTier
from siting.hydrants import HydrantCover
from siting.network import RoadNetwork
from siting.rules.model import Clock


@dataclass(frozen=True)
class MicroTier:
    """
    Micro fire stations in one state of the service.

    Attributes
    ----------
    measured
        A situation of their own, on the ways and the clock that they come by; its units are the places that need one.
    places
        Every place that a rule speaks of, as `siting.micro_places.judged_places` gives them.
    clock, ways, cells
        What they are measured by: cells with edge, fraction and snap_m on these ways, and the unit of each.
    """

    measured: Situation
    places: gpd.GeoDataFrame
    clock: Clock
    ways: RoadNetwork
    cells: gpd.GeoDataFrame


@dataclass(frozen=True)
class Situation:
    """
    One state of the service, measured on one study area.

    Attributes
    ----------
    label
        ``"today"`` or ``"proposed"``.
    travel_budget_s
        The clock's, for stations without a turnout of their own.
    cells
        Index `cell_id`: people (or whatever else the demand counts; then perhaps residents beside it), area_km2, place,
        cap_km2, unit_id; site_id (first due, "" where none arrives), travel_time_s
        and response_time_s (inf where none arrives; response = turnout + travel), is_covered (within the travel
        budget of its first-due station), depth (open stations that reach it within their budget), reason ("" when
        covered, else "too_far", "unreachable" or "no_road": the words are `reason_...` in `siting/words/rules.toml`).
    stations
        Index `site_id`: name, class, status, turnout_s, travel_budget_s, is_inside (stands inside the boundary). Open
        stations only.
    districts
        Index `site_id`, geometry in the metric CRS: the first-due cells of each open station. class, area_km2,
        cap_km2 (the limit for its class and place, and by what a risk assessment says of its land; nan where none),
        is_over_cap, people, worst_s, mean_s
        (travel time, people-weighted), share_within (of its land, within the travel budget), parts (connected pieces).
    units
        Index `unit_id`: name, level, people, area_km2, people_covered, area_covered_km2, share_people, share_area,
        stations (open, standing in it).
    hydrants
        None where no hydrants were given.
    micro
        None where nobody asks for micro stations.
    brigades
        None where nobody asks for townships' brigades.
    """

    label: str
    travel_budget_s: float
    cells: pd.DataFrame
    stations: pd.DataFrame
    districts: gpd.GeoDataFrame
    units: pd.DataFrame
    hydrants: HydrantCover | None
    micro: MicroTier | None = None
    brigades: BrigadeTier | None = None

    @property
    def residents(self) -> pd.Series:
        """Index `cell_id`: people, also where the demand counts something else and tells the people beside it."""
        return self.cells.get("residents", self.cells.people)

    @property
    def share_people(self) -> float:
        """Share of people within the travel budget."""
        return float(self.cells.people[self.cells.is_covered].sum()) / float(self.cells.people.sum() or 1)

    @property
    def share_area(self) -> float:
        """Share of land within the travel budget."""
        return float(self.cells.area_km2[self.cells.is_covered].sum()) / float(self.cells.area_km2.sum() or 1)
