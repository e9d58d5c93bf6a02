"""Who may call for help: people or other weight, carried to the land cells without losing any."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_args

from siting.errors import InputError
from siting.inputs.demand.buildings import carry_buildings
from siting.inputs.demand.incidents import carry_incidents
from siting.inputs.demand.land import carry_land
from siting.inputs.demand.model import AtEdge, CarriedDemand, Part
from siting.inputs.demand.raster import carry_raster
from siting.inputs.demand.risk import carry_risk
from siting.inputs.demand.table import carry_rows, carry_table
from siting.study_area import StudyArea
from siting.tables import Faults, unknown

__all__ = ["SOURCES", "AtEdge", "CarriedDemand", "Part", "carry", "carry_rows"]

SOURCES: dict[str, Callable[..., CarriedDemand]] = {
    "raster": carry_raster,
    "table": carry_table,
    "buildings": carry_buildings,
    "land": carry_land,
    "incidents": carry_incidents,
    "risk": carry_risk,
}
"""By name in a scenario: ``carry(area, **options)``, each option a keyword."""


def carry(source: str, area: StudyArea, **options: Any) -> CarriedDemand:
    """
    Demand from a source by name.

    Raises
    ------
    InputError
        If the source is not known, does not take an option, or needs one that is missing.

    Examples
    --------
    >>> sorted(SOURCES)
    ['buildings', 'incidents', 'land', 'raster', 'risk', 'table']
    """
    if source not in SOURCES:
        raise InputError("demand.source", [unknown(source, SOURCES)])
    taken = dict(list(inspect.signature(SOURCES[source]).parameters.items())[1:])
    faults = Faults("demand")
    choices = ", ".join(name for name in taken if name != "path")
    for name in options.keys() - taken.keys():
        faults.add(f"The source {source!r} takes no {_called(name)}. It takes {choices}.")
    for name, parameter in taken.items():
        if parameter.default is parameter.empty and name not in options:
            faults.add(f"The source {source!r} needs {_called(name)}.")
    at_edge = options.get("at_edge", "share")
    if at_edge not in get_args(AtEdge):
        faults.add(f"at_edge: {unknown(str(at_edge), get_args(AtEdge))}")
    faults.stop()
    return SOURCES[source](area, **options)


def _called(option: str) -> str:
    """An option as a planner knows it: the path is the scenario's file."""
    return "file" if option == "path" else repr(option)
