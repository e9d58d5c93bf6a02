"""Measuring: the facts of one situation, in the seconds of one rule set's clock."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.cells import amounts, counted, with_shares
from siting.coverage import coverage, depth
from siting.districts import districts, first_due
from siting.errors import InputError
from siting.hydrants import HydrantCover, HydrantLimits
from siting.network import RoadNetwork
from siting.network.place import placed
from siting.rules.caps import assessed_caps, district_caps, district_places
from siting.rules.load import load_rules, rule_names
from siting.rules.model import Clock, RuleSet
from siting.rules.situation import Situation
from siting.study_area import StudyArea
from siting.travel_time import reach, whole_ms

_LIMITS = ("radius_m", "spacing_m", "wider_m", "near_m", "crane_spacing_m")
"""Values of the hydrant kinds that say what is measured."""
_LEAST_SUPPLY = {
    "flow": ("flow_lps", "flow_lps"),
    "pressure": ("working_mpa", "pressure_mpa"),
    "crane-flow": ("flow_lps", "crane_flow_lps"),
}
"""Figures by name: which of its values is which limit."""


def measure(
    label: str,
    network: RoadNetwork,
    area: StudyArea,
    cells: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    ruleset: RuleSet,
    *,
    hydrants: HydrantCover | None = None,
) -> Situation:
    """
    What the open stations reach, from station to cell, and what each is first due for.

    Parameters
    ----------
    cells
        `area.cells` with people, edge, fraction, snap_m.
    stations
        The open stations of a facility table, with edge, fraction, snap_m. A station's own turnout_s goes before the
        clock's; where it is nan the clock's counts.
    ruleset
        Its clock gives the travel budget, its area limits the caps.
    hydrants
        Their cover, measured against the same rule set's `hydrant_limits`.

    Raises
    ------
    InputError
        If the rule set has no clock.
    """
    clock = clock_of(ruleset)
    rated = _stations(stations, clock, area)
    measured = _cells(network, cells, stations, rated, clock)
    by_station = districts(measured, area.adjacency, rated.index)
    by_station.insert(0, "class", rated["class"])
    cap_km2 = assessed_caps(measured, district_caps(ruleset, rated["class"], district_places(measured)))
    by_station.insert(2, "cap_km2", cap_km2)
    by_station.insert(3, "is_over_cap", by_station.area_km2 > cap_km2)
    return Situation(
        label=label,
        travel_budget_s=clock.travel_budget_s,
        cells=pd.DataFrame(measured.drop(columns="geometry")),
        stations=rated,
        districts=by_station,
        units=_units(measured, area, stations),
        hydrants=hydrants,
    )


def hydrant_limits(ruleset: RuleSet) -> HydrantLimits:
    """
    What a rule set asks of hydrants; the usual where it does not speak of them.

    Examples
    --------
    >>> limits = hydrant_limits(load_rules("cn-gb50974-2014"))
    >>> limits.radius_m, limits.spacing_m, limits.flow_lps
    (150.0, 120.0, 15.0)
    """
    asked: dict[str, Any] = {}
    for figure in reversed(ruleset.figures):
        key, limit = _LEAST_SUPPLY.get(figure.name, ("", ""))
        asked |= {limit: float(figure.values[key])} if key in figure.values else {}  # noqa: PD011 - no table
    for requirement in reversed(ruleset.requirements):
        if requirement.kind.startswith("hydrant_"):
            asked |= {name: float(value) for name, value in requirement.values.items() if name in _LIMITS}  # noqa: PD011
    return HydrantLimits(**asked)


def clock_of(ruleset: RuleSet) -> Clock:
    """
    The clock that a situation is measured by.

    Raises
    ------
    InputError
        If the rule set counts no seconds; the message names those that do.
    """
    if ruleset.clock is None:
        timed = [name for name in rule_names() if load_rules(name).clock is not None]
        fault = (
            f"{ruleset.id} counts no seconds, so nothing can be measured by it alone. Name it together with one that "
            f"has a clock: {', '.join(timed)}."
        )
        raise InputError("rules", [fault])
    return ruleset.clock


def _stations(stations: gpd.GeoDataFrame, clock: Clock, area: StudyArea) -> pd.DataFrame:
    rated = pd.DataFrame(stations.drop(columns=stations.geometry.name)).reindex(columns=["name", "class", "status"])
    rated.index.name = "site_id"
    rated["turnout_s"] = stations.turnout_s.fillna(clock.turnout_s)
    rated["travel_budget_s"] = clock.response_limit_s - clock.alarm_handling_s - rated.turnout_s
    rated["is_inside"] = stations.geometry.to_crs(area.crs).intersects(area.boundary)
    return rated


def _cells(
    network: RoadNetwork, cells: gpd.GeoDataFrame, stations: gpd.GeoDataFrame, rated: pd.DataFrame, clock: Clock
) -> gpd.GeoDataFrame:
    """The cells with who is first due, in what time, and why a cell is not covered."""
    at_cell, at_station = placed(cells), placed(stations)
    by_id = np.argsort(rated.index.astype(str), kind="stable")  # ties go to the lower id, however the table is sorted
    first = first_due(network, at_station.take(by_id), at_cell, rated.turnout_s.to_numpy()[by_id])
    site = np.append(by_id, -1)[first.site]
    budget_s = np.append(rated.travel_budget_s.to_numpy(), np.nan)[site]
    travel_ms = np.rint(first.travel_time_s.to_numpy() * 1000.0)
    measured = cells[[*counted(cells), "area_km2", "place", "cap_km2", "unit_id", "geometry"]].copy()
    measured["site_id"] = np.append(rated.index.to_numpy(dtype=object), "")[site]
    measured["travel_time_s"] = first.travel_time_s.to_numpy()
    measured["response_time_s"] = first.response_time_s.to_numpy()
    measured["is_covered"] = travel_ms <= whole_ms(budget_s)  # in whole milliseconds, as `coverage` decides
    limit_s = max([clock.travel_budget_s, *rated.travel_budget_s])
    times = reach(network, at_station, at_cell, limit_s, site_ids=rated.index, demand_ids=cells.index)
    measured["depth"] = depth(coverage(times, rated.travel_budget_s), plan=list(rated.index))
    measured["reason"] = np.select(
        [measured.is_covered, site >= 0, ~at_cell.on_road], ["", "too_far", "no_road"], "unreachable"
    )
    return measured


def _units(cells: gpd.GeoDataFrame, area: StudyArea, stations: gpd.GeoDataFrame) -> pd.DataFrame:
    """The same figures by grid unit, each station in the first unit that it stands in."""
    totals = amounts(cells).groupby(cells.unit_id).sum().reindex(area.units.index, fill_value=0.0)
    table = with_shares(pd.DataFrame(area.units[["name", "level"]]).join(totals))
    points = stations.geometry.to_crs(area.crs)
    standing = area.unit_at(points.x.to_numpy(), points.y.to_numpy())
    table["stations"] = np.bincount(standing[standing >= 0], minlength=len(table))
    return table
