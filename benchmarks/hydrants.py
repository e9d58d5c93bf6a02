"""
The hydrant row of the tiers: the fewest hydrants that close every gap of a district, how fast and how surely.

What one would do by hand is the peer: wherever a gap is left, the place that closes most of it, one after another.
"""

from __future__ import annotations

import time
from contextlib import nullcontext

import geopandas as gpd
import pandas as pd

from benchmarks.measurement import Measurement
from siting import toy
from siting.hydrants import HydrantLimits, Standing, hydrant_cover, plan_hydrants
from siting.hydrants.question import gaps, question
from siting.hydrants.sites import possible_sites
from siting.network import RoadNetwork
from siting.network.place import place, with_place
from siting.optimise.warm_start import cover as greedy_cover
from siting.pipeline.read_material import read_material
from siting.scenario_file import read_scenarios
from siting.study_area import StudyArea
from siting.synthetic import demo_folder

Ground = tuple[RoadNetwork, StudyArea, gpd.GeoDataFrame]


def hydrants(*, quick: bool) -> list[Measurement]:
    """Of the built-in district (quick: the toy town): seconds, proven gap, street left short, and those in turn."""
    compiled = _rows(*_toy())  # before the clock starts
    return compiled if quick else _rows(*_district())


def _rows(where: Ground, table: gpd.GeoDataFrame) -> list[Measurement]:
    limits = HydrantLimits()
    before = hydrant_cover(*where, table, limits)
    started_s, worked_s = time.perf_counter(), time.process_time()
    plan = plan_hydrants(*where, table, before)
    took_s, cpu_s = time.perf_counter() - started_s, time.process_time() - worked_s
    then = pd.concat([table.to_crs(where[1].crs), plan.new.assign(reason="")])
    after = hydrant_cover(*where, then, limits)
    found = plan.solution
    name = f"hydrants, {found.sizes['sites']:,} possible places, {before.road_km:,.0f} km of street"
    proof = f"{found.value:,.0f} new, bound {found.bound:,.0f}, {found.status}; {cpu_s:.0f} s of CPU"
    left = gaps(*where, table, before)
    xy, _ = possible_sites(where[0], left.streets, limits, Standing())
    in_turn = len(greedy_cover(question(where[0], left, xy, limits)[0]))
    short = f"{before.road_km_short:,.0f} km short today"
    return [
        Measurement(f"{name}: seconds", proof, 60, took_s, "s", at_most=True),
        Measurement(f"{name}: optimality gap", proof, 1, 100 * found.optimality_gap, "%", at_most=True),
        Measurement(f"{name}: street still short", short, 0.01, after.road_km_short, "km", at_most=True),
        Measurement(f"{name}: new ones", "the place that closes most, in turn", in_turn, found.value, "", at_most=True),
    ]


def _toy() -> tuple[Ground, gpd.GeoDataFrame]:
    """The toy town with one hydrant at each station."""
    network, area = toy.network(), toy.area()
    cells = with_place(area.cells.assign(people=1.0), place(network, area.cells, 300.0))
    return (network, area, cells), toy.stations().assign(status="existing")


def _district() -> tuple[Ground, gpd.GeoDataFrame]:
    """The built-in district with the hydrants that stand."""
    scenario = next(iter(read_scenarios(demo_folder() / "scenario.toml").values()))
    given = read_material(scenario.model_copy(update={"plan": [], "screening": None}), lambda _: nullcontext())
    return (given.network, given.area, given.cells), given.facilities["hydrant"]
