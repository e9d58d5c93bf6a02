"""
From a scenario to its proposal.

study area -> roads -> demand on cells -> facilities on roads -> today, measured and judged -> plan -> proposed,
measured and judged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from siting.errors import InputError
from siting.pipeline import read
from siting.pipeline.plan import plan
from siting.pipeline.provenance import provenance
from siting.pipeline.siting_proposal import SitingProposal
from siting.proposal import Plan
from siting.rules import Clock, RuleSet, combine, judge, load_rules, measure, rule_names
from siting.scenario import Scenario
from siting.scenario_file import read_scenarios
from siting.tables import Note, noted, some

Progress = Callable[[str], None]


def propose(
    scenario: Scenario | str | Path, *, audit_only: bool = False, progress: Progress | None = None
) -> SitingProposal:
    """
    Answer one scenario: judge what exists today, plan what it asks for, and judge that.

    Parameters
    ----------
    scenario
        A scenario, or the path of a file that holds exactly one.
    audit_only
        Judge today and propose nothing.
    progress
        Called with the name of each step as it begins.

    Raises
    ------
    InputError
        If an input is wrong; the message names every fault of that input.
    InfeasibleError
        If there is no plan for the question.
    """
    if not isinstance(scenario, Scenario):
        scenario = only_scenario(Path(scenario))
    seconds: dict[str, float] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        if progress:
            progress(name)
        began = time.perf_counter()
        yield
        seconds[name] = round(time.perf_counter() - began, 3)

    with step("rules"):
        ruleset = _ruleset(scenario)
        clock = _clock(ruleset)
    with step("study area"):
        area = read.study_area(scenario)
    with step("roads"):
        network = read.road_network(scenario, area)
    with step("demand"):
        demand = read.demand(scenario, area)
        cells = read.cells(area, demand, network, scenario.roads.snap_limit_m)
    with step("facilities"):
        facilities, facility_notes = read.facilities(scenario, area, network)
        notes = [*area.notes, *network.notes, *demand.notes, *facility_notes, *_not_used(facilities)]
    with step("today"):
        stations = facilities["station"]
        today = measure("today", network, area, cells, _open(stations), ruleset, hydrants=facilities.get("hydrant"))
        findings_today = judge(ruleset, today, area)

    plans: list[Plan] = []
    proposed, findings_proposed = today, findings_today
    for table in () if audit_only else scenario.plan:
        with step(f"plan, {table.objective}"):
            answer, stations = plan(table, stations, cells, network, clock, demand.unit)
            plans.append(answer)
            facilities["station"] = stations
        with step("proposed"):
            proposed = measure("proposed", network, area, cells, _open(stations), ruleset)
            proposed = replace(proposed, hydrants=today.hydrants)  # no plan moves a hydrant
            findings_proposed = judge(ruleset, proposed, area)

    return SitingProposal(
        name=scenario.name,
        language=scenario.outputs.language,
        area=area,
        network=network,
        ruleset=ruleset,
        facilities=facilities,
        demand={
            "source": demand.source,
            "unit": demand.unit,
            "read": demand.total_read,
            "inside": demand.total_inside,
            "outside": demand.total_outside,
        },
        cells=cells,
        today=today,
        proposed=proposed,
        findings_today=findings_today,
        findings_proposed=findings_proposed,
        plans=tuple(plans),
        notes=(*notes, *(today.hydrants.notes if today.hydrants else ())),
        provenance={**provenance(scenario, area, network, ruleset), "seconds": seconds},
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


def _ruleset(scenario: Scenario) -> RuleSet:
    names = [scenario.rules] if isinstance(scenario.rules, str) else scenario.rules
    return combine([load_rules(scenario.path(name) if name.endswith(".toml") else name) for name in names])


def _clock(ruleset: RuleSet) -> Clock:
    if ruleset.clock is None:
        with_clock = [name for name in rule_names() if load_rules(name).clock]
        raise InputError(
            f"rules {ruleset.id}",
            [f"It counts no seconds, so there is no travel budget. Name one that does too: {', '.join(with_clock)}."],
        )
    return ruleset.clock


def _open(stations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return stations[stations.status.isin(["existing", "proposed"])]


def _not_used(facilities: Mapping[str, gpd.GeoDataFrame]) -> Iterator[Note]:
    """One note for each kind and reason."""
    for kind, table in facilities.items():
        for reason, rows in table[table.reason != ""].groupby("reason", sort=True):
            yield from noted(kind, "note_not_used", rows.index, reason=reason)


def audit(scenario: Scenario | str | Path, *, progress: Progress | None = None) -> SitingProposal:
    """Judge what exists today and propose nothing: `propose` without its plans."""
    return propose(scenario, audit_only=True, progress=progress)


def check(scenario: Scenario) -> tuple[Note, ...]:
    """
    Read every input, plan nothing, and return what was set aside or assumed.

    Raises
    ------
    InputError
        If an input is wrong.
    """
    _clock(_ruleset(scenario))
    area = read.study_area(scenario)
    network = read.road_network(scenario, area)
    demand = read.demand(scenario, area)
    facilities, facility_notes = read.facilities(scenario, area, network)
    return (*area.notes, *network.notes, *demand.notes, *facility_notes, *_not_used(facilities))
