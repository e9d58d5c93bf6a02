"""Everything a scenario names, read and set on its roads: what today is measured from and plans are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import geopandas as gpd

from siting.grids import GridLevel
from siting.inputs.fetched import changed_since
from siting.inputs.roads import Progress, silent
from siting.pipeline import read
from siting.pipeline.alarm import check_alarm
from siting.pipeline.asked import check_plan, check_question
from siting.pipeline.brigades import check_brigades
from siting.pipeline.demand import read_demand
from siting.pipeline.facilities import facilities_of
from siting.pipeline.joint import check_joint
from siting.pipeline.material import Material, Step
from siting.pipeline.micro import micro_ground, micro_network
from siting.pipeline.question import travel_budget_s
from siting.pipeline.screen import screen
from siting.pipeline.workload import calls_of
from siting.rules import Clock, RuleSet, clock_of, known_classes
from siting.scenario import Scenario
from siting.study_area import StudyArea
from siting.tables import Faults, Note, did_you_mean, noted


def read_material(scenario: Scenario, step: Step, progress: Progress = silent) -> Material:
    """
    Read every input of a scenario, and check that its plans can be asked.

    Parameters
    ----------
    step
        Opened around each part of the work, with its name.
    progress
        Called with a sentence where a part takes long.

    Raises
    ------
    InputError
        If an input is wrong; the message names every fault of that input.
    """
    as_fetched = changed_since(check_files(scenario))
    for plan in scenario.plan:
        check_question(plan, has_shares=plan.kind == "station" and scenario.workload is not None)
    with step("rules"):
        ruleset = read.rule_set(scenario)
        clock = clock_of(ruleset)
    with step("study area"):
        area = read.study_area(scenario)
        grid, of_grid = read.grid(scenario, area)
    with step("roads"):
        network = read.road_network(scenario, area, progress)
    with step("demand"):
        demand = read_demand(scenario, area)
        cells = read.cells(area, demand, network, scenario.roads.snap_limit_m)
    asked = scenario.micro_stations
    networks = {}
    if asked is not None:
        with step("ways of micro stations"):
            networks["micro_station"] = micro_network(scenario, asked, area, progress)
    with step("facilities"):
        limits = read.hydrant_limits(scenario, ruleset)
        facilities, noticed = facilities_of(scenario, area, network, networks, limits)
        buildings = read.buildings(scenario, area)
        unscreened = tuple(_not_used(facilities))
    micro, of_places = None, list[Note]()
    if asked is not None:
        with step("micro stations"):
            ways = networks["micro_station"]
            on_ways = read.cells(area, demand, ways, scenario.roads.snap_limit_m)
            micro, of_places = micro_ground(scenario, asked, area, ways, on_ways, facilities["micro_station"])
    with step("screening"):
        facilities["station"], screened, told = screen(scenario, facilities["station"], network, area, ruleset)
    _check_asked(scenario, facilities, grid, {"station": area, "micro_station": area if micro is None else micro.area})
    with step("lanes"):
        lanes = read.lanes(scenario, area, progress)
    notes = (
        *as_fetched,
        *(*area.notes, *of_grid, *network.notes, *demand.notes, *noticed),
        *unscreened,
        *told,
        *(note for ways in networks.values() for note in ways.notes),
        *of_places,
        *_stations(facilities["station"], ruleset, clock),
    )
    return Material(
        ruleset,
        clock,
        area,
        network,
        demand,
        cells,
        facilities,
        limits,
        buildings,
        screened,
        lanes,
        micro,
        scenario.full_alarm,
        None if scenario.workload is None else calls_of(scenario.workload, scenario.demand, cells),
        grid,
        notes,
    )


def _check_asked(
    scenario: Scenario,
    facilities: Mapping[str, gpd.GeoDataFrame],
    grid: Sequence[GridLevel],
    area_of: Mapping[str, StudyArea],
) -> None:
    """Refuse what cannot be planned or judged with what was read; `area_of` has the ground of each kind's plans."""
    if scenario.brigades is not None:
        check_brigades(scenario.brigades, grid, facilities["station"])
    if scenario.full_alarm is not None:
        check_alarm(scenario.full_alarm, facilities["station"])
    if scenario.joint is not None:
        check_joint(scenario.joint, facilities)
    for plan in scenario.plan:
        check_plan(plan, facilities[plan.kind], area_of[plan.kind])


def check_files(scenario: Scenario) -> list[Path]:
    """
    The files that a scenario names; refused if any is not there, all of them at once.

    Raises
    ------
    InputError
        Naming each with its key and where it was looked for.
    """
    faults = Faults(scenario.name)
    sources = [(key, scenario.source(name)) for key, name in scenario.named_files()]
    files = [(key, source) for key, source in sources if isinstance(source, Path)]
    for key, file in files:
        if not file.exists():
            faults.add(f"{key}: {file}: There is no such file.{did_you_mean(file.name, _beside(file))}")
    faults.stop()
    return [file for _, file in files if file.is_file()]


def _beside(source: Path) -> list[str]:
    return [each.name for each in source.parent.iterdir()] if source.parent.is_dir() else []


def _not_used(facilities: Mapping[str, gpd.GeoDataFrame]) -> Iterator[Note]:
    """One note for each kind and reason."""
    for kind, table in facilities.items():
        for reason, rows in table[table.reason != ""].groupby("reason", sort=True):
            yield from noted(kind, "note_not_used", rows.index, reason=reason)


def _stations(stations: gpd.GeoDataFrame, ruleset: RuleSet, clock: Clock) -> Iterator[Note]:
    """Stations that are not judged by the budget or the class a reader would expect."""
    used = stations[stations.reason == ""]
    own = used[used.turnout_s.notna() & (used.turnout_s != clock.turnout_s)]
    yield from noted(
        "station",
        "note_own_turnout",
        own.index,
        least=f"{own.turnout_s.min():g}",
        most=f"{own.turnout_s.max():g}",
        budget=f"{clock.travel_budget_s:g}",
    )
    late = used[travel_budget_s(used, clock) <= 0]
    yield from noted("station", "note_no_time_left", late.index, limit=f"{clock.response_limit_s:g}")
    known = known_classes(ruleset)
    strange = used[~used["class"].isin(known)] if known else used.iloc[:0]
    classes = ", ".join(sorted({name or "–" for name in strange["class"]}))
    yield from noted("station", "note_unknown_class", strange.index, classes=classes, known=", ".join(known))
