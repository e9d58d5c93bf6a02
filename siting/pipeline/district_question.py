"""From a [[plan]] of districts to the arrays of its solver, and what their positions mean."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids, Mask
from siting.districting import DistrictProblem, district_problem
from siting.pipeline.asked import is_kept
from siting.pipeline.material import Material
from siting.pipeline.question import costs, travel_budget_s
from siting.rules import RuleSet, assessed_caps, district_caps, district_places
from siting.scenario import PlanTable


@dataclass(frozen=True)
class DistrictQuestion:
    """
    One [[plan]] of districts as arrays.

    Attributes
    ----------
    sites
        Index `site_id`, position j: the usable rows of the facility table whose class may have a district.
    problem
        What `siting.districting.plan_districts` takes, but for caps of a risk assessment (`with_own_caps`).
    closing
        Cost of closing every station of today that is free to close, which the problem's costs leave out.
    """

    sites: gpd.GeoDataFrame
    problem: DistrictProblem
    closing: float = 0.0


def district_question(table: PlanTable, given: Material) -> DistrictQuestion:
    """
    Every land cell is to have a station, and every usable site may have a district but for classes without one.

    The cap of a site is that of its class in the place where it stands; the standard's is that of the place where most
    of the district lies, which is known only once it is drawn.
    """
    stations = given.facilities["station"]
    sites = stations[(stations.reason == "") & ~stations["class"].isin(without_district(given.ruleset))].sort_index()
    cost, kept, closing = _costs(table, sites)
    problem = district_problem(
        given.area,
        given.cells,
        sites,
        given.network,
        budget_s=travel_budget_s(sites, given.clock),
        cap_km2=site_caps(given, sites),
        kept=kept,
        land=table.land or "all",
        cost=cost,
        people_limit=table.people_limit or np.inf,
    )
    return DistrictQuestion(sites, problem, closing)


def todays_question(asked: DistrictQuestion) -> DistrictQuestion:
    """The same ground with the stations of today and no other."""
    is_existing = (asked.sites.status == "existing").to_numpy()
    problem = replace(asked.problem, fixed_open=is_existing, fixed_closed=~is_existing)
    return DistrictQuestion(asked.sites, problem)


def without_district(ruleset: RuleSet) -> set[str]:
    """Classes that have no district of their own."""
    limits = [asked.values for asked in ruleset.requirements if asked.kind == "district_area"]  # noqa: PD011 - no table
    return {name for values in limits for name in values.get("without_district", ())}


def site_caps(given: Material, sites: gpd.GeoDataFrame) -> pd.Series:
    """By site_id: the cap of its class in the place where it stands, the town's outside all construction land."""
    points = sites.geometry.to_crs(given.area.crs)
    home = given.area.cell_at(points.x.to_numpy(), points.y.to_numpy())
    place = np.where(home >= 0, given.cells["place"].to_numpy()[home], "urban")
    places = pd.Series(place, sites.index, dtype=object).replace("other", "urban")
    return district_caps(given.ruleset, sites["class"], places)


def lowered_caps(asked: DistrictQuestion, given: Material, solved: DistrictProblem, site: Ids) -> tuple[Ids, Mask]:
    """
    Caps with which districts that are too large would not be, and which these are; shapes (J,).

    Too large is what has more land than the cap of the place where most of it lies, and what a risk assessment says of
    its land, allow. Its new cap is in square metres as the problem that was solved counts them.
    """
    ids = np.append(asked.sites.index.to_numpy(dtype=object), "")  # -1 is the last
    held = given.cells.assign(site_id=ids[site])
    place_km2 = district_caps(given.ruleset, asked.sites["class"], district_places(held))
    most_m2 = assessed_caps(held[asked.problem.area_m2 > 0], place_km2).to_numpy() * 1e6
    served, n_sites = site >= 0, len(asked.sites)
    land_m2, counted_m2 = (
        np.bincount(site[served], weights=problem.area_m2[served], minlength=n_sites)
        for problem in (asked.problem, solved)
    )
    is_large = land_m2 > most_m2 + 0.5
    times = np.divide(counted_m2, land_m2, out=np.ones(n_sites), where=is_large)
    return np.where(is_large, np.rint(most_m2 * times), solved.cap_m2).astype(np.int64), is_large


def town_caps(asked: DistrictQuestion, given: Material, cap_m2: Ids) -> Ids:
    """Shape (J,). The caps, none above that of the town."""
    town_km2 = district_caps(given.ruleset, asked.sites["class"], pd.Series("urban", asked.sites.index))
    return np.fmin(cap_m2, np.rint(town_km2.to_numpy() * 1e6)).astype(np.int64)


def _costs(table: PlanTable, sites: gpd.GeoDataFrame) -> tuple[Floats, Mask, float]:
    """
    Cost of each site, which ones stay, and what closing all others of today costs.

    A station that is kept for no more than it costs to close stays; another saves its closing when it is open.
    """
    cost, kept = costs(table, sites), is_kept(table, sites)
    if table.sites is not None:
        return cost, kept, 0.0
    free = (sites.status == "existing").to_numpy() & ~kept
    stays = free & (cost <= table.close_cost)
    closable = free & ~stays
    return np.where(closable, cost - table.close_cost, cost), kept | stays, table.close_cost * float(closable.sum())
