"""Where an answer comes from: inputs by digest, rules, clock, profile, version."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from siting.files import digest
from siting.made_by import SCHEMA_VERSION
from siting.network import RoadNetwork
from siting.pipeline.read import rule_set
from siting.rules import RuleSet
from siting.scenario import Scenario
from siting.study_area import StudyArea
from siting.tables import Faults

OSM_CREDIT = "© OpenStreetMap contributors"
"""ODbL asks for it wherever a map is shown."""
_OF_SHAPE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_OSM_SUFFIXES = (".pbf", ".osm", ".osm.gz", ".osm.bz2", ".graphml")


def file_content(path: Path) -> dict[str, Any]:
    """Bytes and digest of a file, which is empty where it cannot be read."""
    try:
        return {"bytes": path.stat().st_size, "digest": digest(path)}
    except OSError:
        return {"bytes": 0, "digest": ""}


Content = Callable[[Path], dict[str, Any]]


def provenance(
    scenario: Scenario, inputs: list[dict[str, Any]], area: StudyArea, network: RoadNetwork, ruleset: RuleSet
) -> dict[str, Any]:
    """Everything a reader needs to run it again, in plain types; `inputs` as `told_inputs` gave them."""
    clock = ruleset.clock
    return {
        "asked": _asked(scenario, ruleset, inputs),
        "siting": version("siting"),
        "rules": {"id": ruleset.id, "edition": ruleset.edition, "digest": ruleset.digest},
        "clock": None
        if clock is None
        else {
            "name": clock.name,
            "response_limit_s": clock.response_limit_s,
            "alarm_handling_s": clock.alarm_handling_s,
            "turnout_s": clock.turnout_s,
            "travel_budget_s": clock.travel_budget_s,
        },
        "profile": network.profile,
        "roads_from_cache": network.cache_entry,
        "crs": area.crs.to_string(),
        "inputs": inputs,
        "scenario": _told(scenario),
        "notice": scenario.notice,
        "attribution": _attribution(scenario),
        "created": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def asked_digest(scenario: Scenario, content: Content = file_content) -> str:
    """
    What decides an answer, as ``sha256:...``: scenario, bytes of every file it names, rules, our version and schema.

    Where the files lie and where networks are kept decide nothing. Each proposal holds the digest of what it answers
    as ``provenance.asked``.

    Parameters
    ----------
    content
        `file_content`, or what remembers its answers while many scenarios are looked at.

    Raises
    ------
    InputError
        If a rule set or a table of a database cannot be read.
    """
    return _asked(scenario, rule_set(scenario), told_inputs(scenario, content))


def _asked(scenario: Scenario, ruleset: RuleSet, inputs: list[dict[str, Any]]) -> str:
    made_of = [version("siting"), SCHEMA_VERSION, ruleset.digest, inputs, _told(scenario)]
    return "sha256:" + hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def _told(scenario: Scenario) -> dict[str, Any]:
    """The scenario without what only concerns the machine it ran on."""
    told = scenario.model_dump(mode="json", by_alias=True, exclude={"data_folder": True, "roads": {"cache"}})
    return dict(told)


def told_inputs(scenario: Scenario, content: Content = file_content) -> list[dict[str, Any]]:
    """Everything a scenario names, by digest; that is empty where nothing can be read, which its reader tells."""
    return [told for role, name in _files(scenario) for told in _told_of(scenario.source(name), role, content)]


def check_unchanged(scenario: Scenario, inputs: list[dict[str, Any]]) -> None:
    """
    Refuse to answer from inputs that are no longer what they were: half of one may have been read before the change.

    Parameters
    ----------
    inputs
        As `told_inputs` gave them before any was read.

    Raises
    ------
    InputError
        Naming each that has changed.
    """
    now, faults = told_inputs(scenario), Faults(scenario.name)
    changed = [told for told in (*inputs, *now) if told not in inputs or told not in now]
    for file in dict.fromkeys(told["file"] for told in changed):
        faults.add(f"{file} changed while it was read. Run again when nobody writes to it.")
    faults.stop()


def _told_of(source: Path | str, role: str, content: Content) -> list[dict[str, Any]]:
    """A file, or the files of a Shapefile, or a table of a database, by digest."""
    if isinstance(source, Path):
        return [{"role": role, "file": path.name, **content(path)} for path in _parts(source)]
    from siting.postgis import layer_digest  # the driver is loaded where a database is named

    made, size = layer_digest(source)
    return [{"role": role, "file": source, "bytes": size, "digest": made}]


def _parts(path: Path) -> list[Path]:
    """The files of one input: a Shapefile keeps its columns and its CRS beside it."""
    if path.suffix.lower() != ".shp":
        return [path]
    return sorted(part for part in path.parent.glob("*") if part.stem == path.stem and part.suffix.lower() in _OF_SHAPE)


def _files(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every file a scenario names, with what it is for."""
    area, micro = scenario.study_area, scenario.micro_stations
    named = [
        ("boundary", area.boundary),
        ("units", area.units),
        ("land", area.land),
        ("barriers", area.barriers),
        ("roads", scenario.roads.file),
        ("speeds", _own_profile(scenario.roads.speeds)),
        *(("closure", closure.file) for closure in scenario.roads.closures),
        ("built_up", None if scenario.lanes is None else scenario.lanes.built_up),
        ("protected", None if scenario.protected is None else scenario.protected.file),
        ("ground", None if scenario.screening is None else scenario.screening.ground),
        ("heights", None if scenario.screening is None else scenario.screening.heights),
        ("demand", scenario.demand.file),
        *((f"demand, {name}", part.file) for name, part in (scenario.demand.parts or {}).items()),
        ("districts", scenario.districts.file if scenario.districts else None),
        *((f"grid, {table.level}", table.file) for table in scenario.grid),
        *((table.kind, table.file) for table in scenario.facilities),
        ("buildings", scenario.hydrants.buildings),
        ("micro_speeds", None if micro is None else _own_profile(micro.speeds)),
        *(("due", table.file) for table in (micro.due if micro is not None else ())),
    ]
    yield from ((role, name) for role, name in named if name is not None)


def _own_profile(speeds: str) -> str | None:
    """The file of a speed profile of one's own; None for one of ours, which the version names."""
    return speeds if speeds.endswith(".toml") else None


def _attribution(scenario: Scenario) -> str:
    if scenario.attribution is not None:
        return scenario.attribution
    return OSM_CREDIT if scenario.roads.file.endswith(_OSM_SUFFIXES) else ""
