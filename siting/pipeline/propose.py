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

from siting.errors import InputError
from siting.inputs.roads import Progress, silent
from siting.pipeline.alarm import alarm_answer
from siting.pipeline.brigades import brigade_answer, check_brigades, measure_brigades
from siting.pipeline.demand import told_demand
from siting.pipeline.drawn import judge_drawn
from siting.pipeline.hydrants import hydrants_today, plan_hydrants_of
from siting.pipeline.indicators import indicator_answer
from siting.pipeline.joint import plan_jointly
from siting.pipeline.material import Material, material
from siting.pipeline.memory import check_memory
from siting.pipeline.micro import measure_micro
from siting.pipeline.planners import PLANNERS
from siting.pipeline.provenance import provenance
from siting.pipeline.question import Search
from siting.pipeline.siting_proposal import SitingProposal
from siting.pipeline.workload import workload_answer, workload_notes
from siting.proposal import Plan
from siting.rules import Situation, judge, measure
from siting.scenario import Scenario
from siting.scenario_file import read_scenarios
from siting.tables import Note, some
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
    While a plan is searched for, a terminal or notebook shows its value, bound and gap. Ctrl-C ends the search: the
    proposal is made of the best plan so far, and says so.

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
    seconds: dict[str, float] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        progress(name)
        began = time.perf_counter()
        yield
        seconds[name] = round(time.perf_counter() - began, 3)

    given = replace(material(scenario, step, progress), search=search)
    if memory_cap_mb < math.inf:
        check_memory(scenario, given, memory_cap_mb)
    if scenario.brigades is not None:
        check_brigades(scenario.brigades, given)
    facilities, stations = dict(given.facilities), given.facilities["station"]
    ground = (given.network, given.area, given.cells)
    with step("today"):
        today = measure("today", *ground, _open(stations), given.ruleset, hydrants=hydrants_today(given))
        today = _with_tiers(today, scenario, given, facilities)
        findings_today = judge(given.ruleset, today, given.area)

    drawn = None
    if scenario.districts is not None:
        with step("districts as drawn"):
            drawn = judge_drawn(
                given,
                scenario.source(scenario.districts.file),
                layer=scenario.districts.layer,
                station_column=scenario.districts.station_column,
                language=scenario.outputs.language,
            )

    plans: list[Plan] = []
    told: list[Note] = []
    proposed, findings_proposed = today, findings_today
    for table in () if audit_only else scenario.plan:
        with step("plan"):
            answer = PLANNERS[table.kind](table, given, scenario.outputs.language)
            plans.append(answer.plan)
            told += answer.notes
            facilities[table.kind] = answer.sites
    joint = None
    if scenario.joint is not None and not audit_only:
        with step("joint plan"):
            joint = plan_jointly(scenario.joint, given, scenario.outputs.language)
            plans += [answer.plan for answer in joint.by_kind.values()]
            told += joint.notes
            facilities |= {kind: answer.sites for kind, answer in joint.by_kind.items()}
    if plans:
        with step("proposed"):
            # What no plan touches stays as it is today.
            proposed = replace(today, label="proposed")
            if "station" in {plan.kind for plan in plans}:
                stands = _open(facilities["station"])
                proposed = measure("proposed", *ground, stands, given.ruleset, hydrants=today.hydrants)
            proposed = _with_tiers(proposed, scenario, given, facilities)
            findings_proposed = judge(given.ruleset, proposed, given.area)

    if today.hydrants is not None and scenario.hydrants.plan is not None and not audit_only:
        with step("hydrants"):
            built = plan_hydrants_of(scenario, given, today.hydrants)
            plans.append(built.plan)
            told += built.notes
            facilities["hydrant"] = built.hydrants
            proposed = replace(proposed, label="proposed", hydrants=built.cover)
            findings_proposed = judge(given.ruleset, proposed, given.area)

    brigades = None
    if scenario.brigades is not None:
        with step("brigades"):
            where = (facilities, today, proposed, scenario.roads.snap_limit_m)
            brigades = brigade_answer(scenario.brigades, given, *where)

    full_alarm = None
    if scenario.full_alarm is not None:
        with step("full alarm"):
            full_alarm = alarm_answer(scenario.full_alarm, given, facilities)

    workload = None
    if scenario.workload is not None:
        with step("workload"):
            workload = workload_answer(scenario.workload, scenario.demand, given, facilities)
            told += workload_notes(workload)

    indicators = None
    if scenario.indicators is not None:
        with step("indicators"):
            indicators = indicator_answer(scenario, scenario.indicators, given, facilities, plans, today, proposed)

    return SitingProposal(
        name=scenario.name,
        language=scenario.outputs.language,
        area=given.area,
        network=given.network,
        ruleset=given.ruleset,
        facilities=facilities,
        demand=told_demand(given.demand),
        cells=given.cells,
        today=today,
        proposed=proposed,
        findings_today=findings_today,
        findings_proposed=findings_proposed,
        plans=tuple(plans),
        notes=(
            *(*given.notes, *told),
            *(today.hydrants.notes if today.hydrants else ()),
            *(drawn.notes if drawn else ()),
        ),
        drawn=drawn,
        lanes=given.lanes,
        screened=given.screened,
        grid=given.grid,
        brigades=brigades,
        indicators=indicators,
        full_alarm=full_alarm,
        workload=workload,
        joint=None if joint is None else joint.tiers,
        provenance={**provenance(scenario, given.area, given.network, given.ruleset), "seconds": seconds},
    )


def only_scenario(path: Path, *, data_folder: Path | None = None) -> Scenario:
    """
    The scenario of a file that holds exactly one.

    Raises
    ------
    InputError
        If the file asks for several; `read_scenarios` gives them by name.
    """
    scenarios = read_scenarios(path, data_folder=data_folder)
    if len(scenarios) != 1:
        raise InputError(
            path.name, [f"It holds {len(scenarios)} scenarios ({some(scenarios)}); expected one. Use `siting run`."]
        )
    return next(iter(scenarios.values()))


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


def _open(stations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return stations[stations.status.isin(["existing", "proposed"])]


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
    return material(scenario, lambda name: nullcontext(), progress)
