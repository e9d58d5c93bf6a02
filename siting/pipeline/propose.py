"""
From a scenario to its proposal.

study area -> roads -> demand on cells -> facilities on roads -> today, measured and judged -> plan -> proposed,
measured and judged.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from siting.district_check import DistrictReport
from siting.errors import InputError
from siting.hydrants import HydrantCover
from siting.inputs.roads import Progress, silent
from siting.pipeline.besides import besides
from siting.pipeline.brigades import measure_brigades
from siting.pipeline.built import Built, built
from siting.pipeline.demand import told_demand
from siting.pipeline.drawn import judge_drawn
from siting.pipeline.hydrants import hydrants_today
from siting.pipeline.material import Material, Search, Step
from siting.pipeline.memory import check_memory
from siting.pipeline.micro import measure_micro
from siting.pipeline.provenance import check_unchanged, provenance, told_inputs
from siting.pipeline.read_material import read_material
from siting.pipeline.search_line import finishing_aloud
from siting.pipeline.siting_proposal import SitingProposal
from siting.pipeline.workload import workload_notes
from siting.proposal import stands
from siting.rules import Situation, judge, measure
from siting.scenario import DistrictsTable, Scenario
from siting.scenario_file import read_scenarios
from siting.tables import some
from siting.travel_time import reach


def propose(
    scenario: Scenario | str | Path,
    *,
    audit_only: bool = False,
    memory_cap_mb: float = math.inf,
    search: Search = reach,
    progress: Progress = silent,
) -> SitingProposal:
    """
    Answer one scenario: judge what exists today, plan what it asks for, and judge that.

    Parameters
    ----------
    scenario
        A scenario, or the path of a file that holds exactly one.
    audit_only
        Judge today and propose nothing.
    memory_cap_mb
        A scenario that would take more, by an estimate from its inputs, is refused before any search.
    search
        Finds the drives between stations and cells that a plan is made of, as `siting.travel_time.reach` does.
    progress
        Called with the name of each step as it begins.

    Notes
    -----
    While a plan is searched for, a terminal or notebook shows its value, bound and gap. Ctrl-C from then on ends all
    searches: the proposal is made of the best plan so far, and says so. Before, it is an ordinary `KeyboardInterrupt`.

    Raises
    ------
    InputError
        If an input is wrong; the message names every fault of that input.
    InfeasibleError
        If there is no plan for the question.
    MemoryCapError
        If it would take more than `memory_cap_mb`.
    """
    if not isinstance(scenario, Scenario):
        scenario = only_scenario(Path(scenario))
    with finishing_aloud(scenario.outputs.language):
        return _answered(scenario, audit_only, memory_cap_mb, search, progress)


def _answered(
    scenario: Scenario, audit_only: bool, memory_cap_mb: float, search: Search, progress: Progress
) -> SitingProposal:
    seconds: dict[str, float] = {}
    step = _timed(seconds, progress)
    inputs = told_inputs(scenario)
    given = replace(read_material(scenario, step, progress), search=search)
    if memory_cap_mb < math.inf:
        check_memory(scenario, given, memory_cap_mb)
    with step("today"):
        today = _today(scenario, given)
        findings_today = judge(given.ruleset, today, given.area)
    drawn = None
    if scenario.districts is not None:
        with step("districts as drawn"):
            drawn = _drawn(scenario.districts, scenario, given)
    check_unchanged(scenario, inputs)

    after = Built(given.facilities, today.hydrants) if audit_only else built(scenario, given, today.hydrants, step)
    proposed, findings_proposed = today, findings_today
    if after.plans:
        with step("proposed"):
            proposed = _proposed(scenario, given, today, after)
            findings_proposed = judge(given.ruleset, proposed, given.area)

    beside = besides(scenario, given, after, today, proposed, step)
    return SitingProposal(
        name=scenario.name,
        language=scenario.outputs.language,
        area=given.area,
        network=given.network,
        ruleset=given.ruleset,
        facilities=after.facilities,
        demand=told_demand(given.demand),
        cells=given.cells,
        today=today,
        proposed=proposed,
        findings_today=findings_today,
        findings_proposed=findings_proposed,
        plans=after.plans,
        notes=(
            *(*given.notes, *after.notes),
            *(workload_notes(beside.workload) if beside.workload else ()),
            *(today.hydrants.notes if today.hydrants else ()),
            *(drawn.notes if drawn else ()),
        ),
        drawn=drawn,
        lanes=given.lanes,
        screened=given.screened,
        grid=given.grid,
        brigades=beside.brigades,
        indicators=beside.indicators,
        full_alarm=beside.full_alarm,
        workload=beside.workload,
        joint=after.tiers,
        provenance={**provenance(scenario, inputs, given.area, given.network, given.ruleset), "seconds": seconds},
    )


def _timed(seconds: dict[str, float], progress: Progress) -> Step:
    """Tells the name of each step as it begins, and writes down how long it took."""

    @contextmanager
    def step(name: str) -> Iterator[None]:
        progress(name)
        began = time.perf_counter()
        yield
        seconds[name] = round(time.perf_counter() - began, 3)

    return step


def only_scenario(path: Path, *, data_folder: Path | None = None, allow_outside: bool = False) -> Scenario:
    """
    The scenario of a file that holds exactly one.

    Raises
    ------
    InputError
        If the file asks for several; `read_scenarios` gives them by name.
    """
    scenarios = read_scenarios(path, data_folder=data_folder, allow_outside=allow_outside)
    if len(scenarios) != 1:
        raise InputError(
            path.name, [f"It holds {len(scenarios)} scenarios ({some(scenarios)}); expected one. Use `siting run`."]
        )
    return next(iter(scenarios.values()))


def _today(scenario: Scenario, given: Material) -> Situation:
    today = _by_stations("today", given, given.facilities, hydrants_today(given))
    return _with_tiers(today, scenario, given, given.facilities)


def _proposed(scenario: Scenario, given: Material, today: Situation, after: Built) -> Situation:
    if "station" in {plan.kind for plan in after.plans}:
        proposed = _by_stations("proposed", given, after.facilities, after.hydrants)
    else:  # what no plan touches stays as it is today
        proposed = replace(today, label="proposed", hydrants=after.hydrants)
    return _with_tiers(proposed, scenario, given, after.facilities)


def _by_stations(
    label: str, given: Material, facilities: Mapping[str, gpd.GeoDataFrame], hydrants: HydrantCover | None
) -> Situation:
    """What the stations that stand reach."""
    stations = facilities["station"]
    standing = stations[stands(stations, label)]
    return measure(label, given.network, given.area, given.cells, standing, given.ruleset, hydrants=hydrants)


def _with_tiers(
    situation: Situation, scenario: Scenario, given: Material, facilities: Mapping[str, gpd.GeoDataFrame]
) -> Situation:
    """The situation with micro stations and brigades, where the scenario asks for them."""
    if given.micro is not None:
        micro = measure_micro(situation.label, given.micro, facilities["micro_station"])
        situation = replace(situation, micro=micro)
    if scenario.brigades is not None:
        brigades = measure_brigades(scenario.brigades, given, facilities["station"], situation.cells)
        situation = replace(situation, brigades=brigades)
    return situation


def _drawn(asked: DistrictsTable, scenario: Scenario, given: Material) -> DistrictReport:
    return judge_drawn(
        given,
        scenario.source(asked.file),
        layer=asked.layer,
        station_column=asked.station_column,
        language=scenario.outputs.language,
    )


def audit(scenario: Scenario | str | Path, *, progress: Progress = silent) -> SitingProposal:
    """Judge what exists today and propose nothing: `propose` without its plans."""
    return propose(scenario, audit_only=True, progress=progress)


def check(scenario: Scenario, *, progress: Progress = silent) -> Material:
    """
    Read every input and plan nothing: what there is, and what was set aside or assumed.

    Raises
    ------
    InputError
        If an input is wrong, or a plan asks what cannot be answered.
    """
    return read_material(scenario, lambda name: nullcontext(), progress)
