"""
Lawful districts of 7 km²: how near to the proven bound, how fast, how it grows; and what comes of first-due districts.

All land that an engine reaches in 240 s is to be served, stations may stand every few hundred metres along main roads.
The peer is what is done by hand in a GIS: greedy sites until all is in reach, each cell to whoever is there first.
"""

from __future__ import annotations

import resource
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.measurement import Measurement
from benchmarks.networks import REAL
from siting.arrays import Ids
from siting.candidates import candidates_along_roads
from siting.districting import (
    DistrictPlan,
    DistrictProblem,
    breaches,
    district_problem,
    plan_districts,
    simple_districts,
)
from siting.districting.problem import covering, joined_reach
from siting.inputs.boundary import boundary_from_bbox
from siting.inputs.road_network import read_roads
from siting.network import RoadNetwork
from siting.network.place import place, with_place
from siting.optimise.warm_start import cover
from siting.pipeline.material import material
from siting.scenario_file import read_scenarios
from siting.study_area import StudyArea
from siting.synthetic import demo_folder

BUDGET_S, CAP_KM2, SNAP_M = 240.0, 7.0, 300.0
FRONTAGE = ("trunk", "primary", "secondary", "tertiary", "unclassified", "residential")
GUIXI = (117.19116, 28.28171, 117.25519, 28.32252)


@dataclass(frozen=True)
class Place:
    """Ground, roads, and cells with people and their place on the roads."""

    area: StudyArea
    network: RoadNetwork
    cells: gpd.GeoDataFrame


def measure(*, quick: bool) -> list[Measurement]:
    """Proofs of small cases; gaps, seconds and memory of large ones; lawful share and stations of the peer."""
    plan_districts(_town(0))  # compiled before the clock starts
    plan_districts(_town(0), sites=2)
    lines = _toys(2 if quick else 12)
    if quick:
        demo = _demo(800.0)
        return lines + _fewest("built-in district, 800 m", _required(demo, 800), 10)
    if REAL.exists():
        lines += _guixi() + _cambridge()
    demo = _demo(200.0)
    problem = _required(demo, 420)
    lines += _fewest("built-in district, 200 m", problem, 60)
    for sites in (20, 40, 60):
        lines += _most(problem, sites, 120)
    for cell_m in (400.0, 200.0, 100.0):
        lines += _growth(cell_m)
    return lines


def _toys(count: int) -> list[Measurement]:
    proven = sum(plan_districts(_town(seed)).status == "optimal" for seed in range(count))
    return [Measurement(f"{count} towns of 60 cells x 12 sites: proven", "the proof", 100, 100 * proven / count, "%")]


def _town(seed: int) -> DistrictProblem:
    """Cells of a 6 x 10 grid with some walls; sites reach four steps, of areas one and two, and hold 24."""
    random = np.random.default_rng(seed)
    row, column = np.divmod(np.arange(60), 10)
    home = random.choice(60, 12, replace=False)
    away = np.abs(row[:, None] - row[home]) + np.abs(column[:, None] - column[home])
    pairs = [(i, i + 1) for i in range(60) if column[i] < 9] + [(i, i + 10) for i in range(50)]
    return simple_districts(
        [np.flatnonzero(steps <= 4).tolist() for steps in away],
        touching=[pair for pair in pairs if random.random() > 0.1],
        home=home.tolist(),
        cap_m2=24,
        area_m2=random.integers(1, 3, 60).tolist(),
    )


def _fewest(name: str, problem: DistrictProblem, seconds_s: float) -> list[Measurement]:
    started_s = time.perf_counter()
    plan = plan_districts(problem, time_limit_s=seconds_s)
    took_s = time.perf_counter() - started_s
    against = f"{plan.value:.0f} stations, bound {plan.bound:.0f} of {problem.n_sites:,} sites, {plan.status}"
    gap = 100 * max(plan.optimality_gap, 1e-9)
    return [
        Measurement(f"{name}: fewest stations, gap", against, 8, gap, "%", at_most=True),
        Measurement(f"{name}: seconds", "the limit", seconds_s * 1.05, took_s, "s", at_most=True),
        *_against_peer(problem, plan),
    ]


def _most(problem: DistrictProblem, sites: int, seconds_s: float) -> list[Measurement]:
    plan = plan_districts(problem, sites=sites, time_limit_s=seconds_s)
    against = f"{plan.value:,.0f} people served, bound {plan.bound:,.0f}"
    gap = 100 * max(plan.optimality_gap, 1e-9)
    return [Measurement(f"built-in district, p = {sites}: gap", against, 3, gap, "%", at_most=True)]


def _growth(cell_m: float) -> list[Measurement]:
    problem = _required(_demo(cell_m), 420)
    started_s = time.process_time()
    plan = plan_districts(problem, time_limit_s=180, rounds=100)
    took_s = time.process_time() - started_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    against = f"{plan.value:.0f} stations, bound {plan.bound:.0f}, {plan.status}; peak {peak_mb:,.0f} MB"
    return [Measurement(f"{problem.n_cells:,} cells, 100 rounds: CPU", against, 180, took_s, "s", at_most=True)]


def _guixi() -> list[Measurement]:
    boundary = boundary_from_bbox(*GUIXI)
    area = StudyArea.from_geometry(boundary, name="Guixi", cell_m=100)
    network = read_roads(REAL / "guixi" / "guixi.osm", area)
    cells = with_place(area.cells.assign(people=1.0), place(network, area.cells, SNAP_M))
    problem = _required(Place(area, network, cells), 150)
    started_s = time.perf_counter()
    plan = plan_districts(problem, time_limit_s=60)
    took_s = time.perf_counter() - started_s
    against = f"{plan.value:.0f} stations, bound {plan.bound:.0f}, {plan.status}; {problem.n_cells:,} cells"
    gap = 100 * max(plan.optimality_gap, 1e-9)
    return [
        Measurement("Guixi, 100 m: gap", against, 1e-7, gap, "%", at_most=True),
        Measurement("Guixi, 100 m: seconds", "the limit", 60, took_s, "s", at_most=True),
    ]


def _cambridge() -> list[Measurement]:
    """The eight stations that stand, redrawn: land served lawfully, and how far the city's own districts agree."""
    folder = REAL / "cambridge_ma"
    area = StudyArea.from_geometry(gpd.read_file(folder / "BOUNDARY_CityBoundary.geojson"), cell_m=50)
    network = read_roads(folder / "cambridge_city_derived.osm.pbf", area)
    stations = gpd.read_file(folder / "PUBLICSAFETY_FireStations.geojson").rename_axis("site_id")
    cells = with_place(area.cells.assign(people=area.cells.area_km2), place(network, area.cells, SNAP_M))
    problem = district_problem(
        area,
        cells,
        with_place(stations.assign(**{"class": "一级站"}), place(network, stations, SNAP_M)),
        network,
        budget_s=pd.Series(BUDGET_S, stations.index),
        cap_km2=pd.Series(CAP_KM2, stations.index),
        kept=np.ones(len(stations), dtype=bool),
    )
    plan = plan_districts(problem, sites=0, time_limit_s=60)
    official = gpd.read_file(folder / "PUBLICSAFETY_FireEngineDistricts.geojson").to_crs(area.crs)
    seat = gpd.GeoDataFrame(geometry=gpd.points_from_xy(cells.x, cells.y), crs=area.crs)
    theirs = seat.sjoin(official[["geometry"]]).index_right.groupby(level=0).first().reindex(range(len(cells)))
    at_home = theirs.reindex(problem.home).to_numpy()
    served = plan.site >= 0
    agrees = served & (at_home[plan.site] == theirs.to_numpy())
    km2 = cells.area_km2.to_numpy()
    share, agreed = (100 * float(km2[mask].sum()) / float(km2.sum()) for mask in (served, agrees))
    at_most = f"at most {100 * plan.bound / float(problem.weight.sum()):.2f} % of land"
    return [
        Measurement("Cambridge, 8 stations redrawn, 50 m: land served", at_most, 90, share, "%"),
        Measurement("Cambridge: land in the city's own district", "engine districts", 50, agreed, "%"),
    ]


def _against_peer(problem: DistrictProblem, plan: DistrictPlan) -> list[Measurement]:
    """Lawful districts and stations, against first-due districts of sites opened greedily until all is in reach."""
    greedy = cover(covering(problem, problem.is_required))
    is_open = np.isin(problem.sites, greedy)
    entries = np.flatnonzero(is_open)[np.argsort(problem.ms[is_open], kind="stable")]
    cells, first = np.unique(problem.cell[entries], return_index=True)
    site = np.full(problem.n_cells, -1)
    site[cells] = problem.sites[entries[first]]
    theirs, ours = (_lawful_share(problem, districts) for districts in (site, plan.site))
    return [
        Measurement("lawful districts, ours", f"first-due of greedy sites: {theirs:.0f} %", 100, ours, "%"),
        Measurement("stations, ours", "greedy, some unlawful", len(greedy), plan.value, "stations", at_most=True),
    ]


def _lawful_share(problem: DistrictProblem, site: Ids) -> float:
    unlawful = {int(j) for sites in breaches(problem, site).values() for j in sites}
    return 100 * (1 - len(unlawful) / len(np.unique(site[site >= 0])))


def _required(place_: Place, spacing_m: float) -> DistrictProblem:
    """Candidates along roads; required is what lawful districts can reach at all; 7 km² of all land."""
    made = candidates_along_roads(place_.network, place_.area.boundary, spacing_m, highway=FRONTAGE)
    problem = joined_reach(
        district_problem(
            place_.area,
            place_.cells,
            with_place(made.assign(**{"class": "一级站"}), place(place_.network, made, SNAP_M)),
            place_.network,
            budget_s=pd.Series(BUDGET_S, made.index),
            cap_km2=pd.Series(CAP_KM2, made.index),
            kept=np.zeros(len(made), dtype=bool),
        )
    )
    return replace(problem, is_required=np.diff(problem.indptr) > 0)


def _demo(cell_m: float) -> Place:
    scenario = next(iter(read_scenarios(demo_folder() / "scenario.toml").values()))
    ground = scenario.study_area.model_copy(update={"cell_m": cell_m})
    given = material(scenario.model_copy(update={"study_area": ground, "plan": []}), lambda _: nullcontext())
    return Place(given.area, given.network, given.cells)
