"""
Lawful districts of 7 km²: how near to the proven bound, how fast, how it grows; and what comes of first-due districts.

All land that an engine reaches in 240 s is to be served, stations may stand every few hundred metres along main roads.
The peer is what is done by hand in a GIS: greedy sites until all is in reach, each cell to whoever is there first.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache

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
from siting.pipeline.read_material import read_material
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


WORKS = {
    "towns of 60 cells x 12 sites": lambda: _toys(12),
    "Guixi, 100 m": lambda: _guixi(),
    "Cambridge, 50 m": lambda: _cambridge(),
    "(a) fewest stations, 60 s": lambda: _fewest("built-in district, 200 m", _built_in(200.0), 60, 8),
    "(a) fewest stations, 10 min": lambda: _fewest("built-in district, 200 m", _built_in(200.0), 600, 4),
    "(b) p = 20": lambda: _most(_built_in(200.0), 20, 120),
    "(b) p = 40": lambda: _most(_built_in(200.0), 40, 120),
    "(b) p = 60": lambda: _most(_built_in(200.0), 60, 120),
    "growth, 400 m": lambda: _growth(400.0),
    "growth, 200 m": lambda: _growth(200.0),
    "growth, 100 m": lambda: _growth(100.0),
}
"""By name; wall seconds of a search are limits, and on a busy machine it gets less done in them."""


def measure(*, quick: bool, only: str = "") -> Iterator[Measurement]:
    """The works whose name contains `only`, each as soon as it is known."""
    plan_districts(_town(0))  # compiled before the clock starts
    plan_districts(_town(0), sites=2)
    if quick:
        yield from _toys(2)
        yield from _fewest("built-in district, 800 m", _built_in(800.0), 10, 8)
        yield from _most(_built_in(800.0), 20, 5)
        return
    for name, work in WORKS.items():
        if only in name:
            yield from work()


def _toys(count: int) -> Iterator[Measurement]:
    proven = sum(plan_districts(_town(seed)).status == "optimal" for seed in range(count))
    yield Measurement(f"{count} towns of 60 cells x 12 sites: proven", "the proof", 100, 100 * proven / count, "%")


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


def _fewest(name: str, problem: DistrictProblem, seconds_s: float, most_gap: float) -> Iterator[Measurement]:
    plan = plan_districts(problem, time_limit_s=seconds_s)
    reached = f"{plan.value:.0f} stations, bound {plan.bound:.0f} of {problem.n_sites:,} sites, {plan.status}"
    yield _gap(f"{name}: fewest stations in {seconds_s:.0f} s, gap", reached, most_gap, plan)
    yield Measurement(f"{name}: seconds", "the limit", seconds_s * 1.05, plan.seconds, "s", at_most=True)
    yield from _against_peer(problem, plan)


def _most(problem: DistrictProblem, sites: int, seconds_s: float) -> Iterator[Measurement]:
    plan = plan_districts(problem, sites=sites, time_limit_s=seconds_s)
    reached = f"{plan.value:,.0f} people served, bound {plan.bound:,.0f}, {plan.settings['rounds']} rounds"
    yield _gap(f"built-in district, p = {sites}: gap in {seconds_s:.0f} s", reached, 3, plan)


def _growth(cell_m: float) -> Iterator[Measurement]:
    """Both questions, so many rounds each; the peak of memory is that of the whole run up to here."""
    started_s = time.process_time()
    problem = _built_in.__wrapped__(cell_m)  # made anew, for its making is measured
    built_s = time.process_time()
    plan = plan_districts(problem, time_limit_s=300, rounds=20)
    solved_s = time.process_time()
    most = plan_districts(problem, sites=20, time_limit_s=300, rounds=20)
    took_s = time.process_time() - solved_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = f"{problem.n_cells:,} cells, {problem.n_sites:,} sites, {len(problem.sites):,} pairs"
    yield Measurement(f"{size}: built, CPU", "with study area", 60, built_s - started_s, "s", at_most=True)
    fewest = f"{plan.value:.0f} stations, bound {plan.bound:.0f}, {plan.settings['rounds']} rounds"
    yield Measurement(f"{size}: (a), CPU", fewest, 300, solved_s - built_s, "s", at_most=True)
    served = f"gap {100 * most.optimality_gap:.1f} %, {most.settings['rounds']} rounds"
    yield Measurement(f"{size}: (b) p = 20, CPU", served, 300, took_s, "s", at_most=True)
    yield Measurement(f"{size}: peak memory", "of this run", 4_000, peak_mb, "MB", at_most=True)


def _gap(work: str, reached: str, most: float, plan: DistrictPlan) -> Measurement:
    return Measurement(work, reached, most, max(100 * plan.optimality_gap, 1e-9), "%", at_most=True)


def _guixi() -> Iterator[Measurement]:
    if not REAL.exists():
        return
    boundary = boundary_from_bbox(*GUIXI)
    area = StudyArea.from_geometry(boundary, name="Guixi", cell_m=100)
    network = read_roads(REAL / "guixi" / "guixi.osm", area)
    cells = with_place(area.cells.assign(people=1.0), place(network, area.cells, SNAP_M))
    problem = _required(Place(area, network, cells), 150)
    plan = plan_districts(problem, time_limit_s=60)
    reached = f"{plan.value:.0f} stations, bound {plan.bound:.0f}, {plan.status}; {problem.n_cells:,} cells"
    yield _gap("Guixi, 100 m: gap", reached, 1e-7, plan)
    yield Measurement("Guixi, 100 m: seconds", "the limit", 60, plan.seconds, "s", at_most=True)


def _cambridge() -> Iterator[Measurement]:
    """The eight stations that stand, redrawn: land served lawfully, and how far the city's own districts agree."""
    if not REAL.exists():
        return
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
    held, most = float(problem.weight[served].sum()), plan.bound
    against = f"{share:.2f} % of the city; the rest is beyond 240 s or off the roads, by the bound"
    yield Measurement(
        "Cambridge, 8 stations redrawn, 50 m: of the land that can be", against, 99, 100 * held / most, "%"
    )
    yield Measurement("Cambridge: land in the city's own district", "engine districts", 50, agreed, "%")


def _against_peer(problem: DistrictProblem, plan: DistrictPlan) -> Iterator[Measurement]:
    """Lawful districts and stations, against first-due districts of sites opened greedily until all is in reach."""
    greedy = cover(covering(problem, problem.is_required))
    is_open = np.isin(problem.sites, greedy)
    entries = np.flatnonzero(is_open)[np.argsort(problem.ms[is_open], kind="stable")]
    cells, first = np.unique(problem.cell[entries], return_index=True)
    site = np.full(problem.n_cells, -1)
    site[cells] = problem.sites[entries[first]]
    theirs, ours = (_lawful_share(problem, districts) for districts in (site, plan.site))
    why = "ours leaves land unserved" if plan.status == "unknown" else ""
    yield Measurement("lawful districts, ours", f"first-due of greedy sites: {theirs:.0f} %", 100, ours, "%")
    against = f"{len(greedy)} of the greedy cover, all in reach, some districts unlawful"
    yield Measurement("stations, ours", against, len(greedy), plan.value, "stations", at_most=True, not_judged=why)


def _lawful_share(problem: DistrictProblem, site: Ids) -> float:
    unlawful = {int(j) for sites in breaches(problem, site).values() for j in sites}
    return 100 * (1 - len(unlawful) / len(np.unique(site[site >= 0])))


@cache
def _built_in(cell_m: float) -> DistrictProblem:
    return _required(_demo(cell_m), 420)


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
    given = read_material(scenario.model_copy(update={"study_area": ground, "plan": []}), lambda _: nullcontext())
    return Place(given.area, given.network, given.cells)
