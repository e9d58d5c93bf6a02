"""
Where fire stations, micro fire stations and hydrants should stand, and how good the answer provably is.

>>> import siting
>>> sorted(siting.__all__)[:3]
['StudyArea', 'audit', 'headline']
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siting.face import isochrones, travel_times
    from siting.inputs.facilities import read_facilities
    from siting.inputs.road_network import read_roads
    from siting.pipeline import audit, propose, run
    from siting.reports import headline
    from siting.rules import judge, load_rules
    from siting.scenario_file import read_scenarios
    from siting.study_area import StudyArea
    from siting.verify import verify

# Names load with the room that owns them, so that `import siting` and `siting --help` stay quick.
_ROOMS = {
    "StudyArea": "siting.study_area",
    "audit": "siting.pipeline",
    "headline": "siting.reports",
    "isochrones": "siting.face",
    "judge": "siting.rules",
    "load_rules": "siting.rules",
    "propose": "siting.pipeline",
    "read_facilities": "siting.inputs.facilities",
    "read_roads": "siting.inputs.road_network",
    "read_scenarios": "siting.scenario_file",
    "run": "siting.pipeline",
    "travel_times": "siting.face",
    "verify": "siting.verify",
}
__all__ = list(_ROOMS)
__version__ = version("siting")


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"siting has no {name!r}; it has {', '.join(_ROOMS)}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return sorted(_ROOMS)
