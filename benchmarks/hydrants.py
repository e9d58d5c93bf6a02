"""
The hydrant row of the tiers: the fewest hydrants that close every gap of a district, how fast and how surely.

What one would do by hand is the peer: wherever a gap is left, the place that closes most of it, one after another.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import replace

import pandas as pd

from benchmarks.measurement import Measurement
from siting.hydrants import HydrantLimits, Standing, hydrant_cover, plan_hydrants
from siting.hydrants.question import gaps, question
from siting.hydrants.sites import possible_sites
from siting.optimise.warm_start import cover as greedy_cover
from siting.pipeline.material import Material, material
from siting.scenario_file import read_scenarios
from siting.synthetic import demo_folder


def hydrants(*, quick: bool) -> list[Measurement]:
    """The hydrants of the built-in district: seconds, proven gap, kilometres left short, and those placed greedily."""
    district = _district(800.0 if quick else 200.0)
    _planned(replace(district, hydrant_limits=_few(district)))  # compiled before the clock starts
    return _rows(replace(district, hydrant_limits=_few(district)) if quick else district)


def _rows(given: Material) -> list[Measurement]:
    table, where = given.facilities["hydrant"], (given.network, given.area, given.cells)
    standing = table[table.status != "candidate"]
    before = hydrant_cover(*where, standing, given.hydrant_limits)
    started_s, worked_s = time.perf_counter(), time.process_time()
    plan = plan_hydrants(*where, table, before)
    took_s, cpu_s = time.perf_counter() - started_s, time.process_time() - worked_s
    then = pd.concat([standing.to_crs(given.area.crs), plan.new.assign(reason="")])
    after = hydrant_cover(*where, then, given.hydrant_limits)
    found = plan.solution
    name = f"hydrants, {found.sizes['sites']:,} possible places, {before.road_km:,.0f} km of street"
    proof = f"{found.value:,.0f} new, bound {found.bound:,.0f}, {found.status}; {cpu_s:.0f} s of CPU"
    left = gaps(*where, standing, before)
    xy, _ = possible_sites(given.network, left.streets, given.hydrant_limits, Standing())
    by_hand = len(greedy_cover(question(given.network, left, xy, given.hydrant_limits)[0]))
    short = f"{before.road_km_short:,.0f} km short today"
    return [
        Measurement(f"{name}: seconds", proof, 60, took_s, "s", at_most=True),
        Measurement(f"{name}: optimality gap", proof, 1, 100 * found.optimality_gap, "%", at_most=True),
        Measurement(f"{name}: street still short", short, 0.01, after.road_km_short, "km", at_most=True),
        Measurement(
            f"{name}: new hydrants", "the place that closes most, in turn", by_hand, found.value, "", at_most=True
        ),
    ]


def _planned(given: Material) -> None:
    where = (given.network, given.area, given.cells)
    table = given.facilities["hydrant"]
    plan_hydrants(*where, table, hydrant_cover(*where, table, given.hydrant_limits))


def _few(given: Material) -> HydrantLimits:
    """Main roads alone."""
    return replace(given.hydrant_limits, highway=("primary",))


def _district(cell_m: float) -> Material:
    scenario = next(iter(read_scenarios(demo_folder() / "scenario.toml").values()))
    ground = scenario.study_area.model_copy(update={"cell_m": cell_m})
    return material(
        scenario.model_copy(update={"study_area": ground, "plan": [], "screening": None}), lambda _: nullcontext()
    )
