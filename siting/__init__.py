"""
Where fire stations, micro fire stations and hydrants should stand, and how good the answer provably is.

>>> import siting
>>> siting.propose("scenario.toml").write("out")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siting.batch import run_batch
    from siting.drawing.offline import OfflineMap
    from siting.face import isochrones, travel_times
    from siting.inputs.facilities import read_facilities
    from siting.inputs.road_network import read_roads
    from siting.pipeline import audit, check_districts, compare, plan_districts, propose, run
    from siting.reports import headline
    from siting.rules import judge, load_rules
    from siting.scenario_file import read_scenarios
    from siting.study_area import StudyArea
    from siting.verification import verify

# Names load with the room that owns them, so that `import siting` and `siting --help` stay quick.
_ROOMS = {
    "siting.batch": ("run_batch",),
    "siting.face": ("isochrones", "travel_times"),
    "siting.inputs.facilities": ("read_facilities",),
    "siting.inputs.road_network": ("read_roads",),
    "siting.pipeline": ("audit", "check_districts", "compare", "plan_districts", "propose", "run"),
    "siting.reports": ("headline",),
    "siting.drawing.offline": ("OfflineMap",),
    "siting.rules": ("judge", "load_rules"),
    "siting.scenario_file": ("read_scenarios",),
    "siting.study_area": ("StudyArea",),
    "siting.verification": ("verify",),
}
__all__ = [
    "OfflineMap",
    "StudyArea",
    "audit",
    "check_districts",
    "compare",
    "headline",
    "isochrones",
    "judge",
    "load_rules",
    "plan_districts",
    "propose",
    "read_facilities",
    "read_roads",
    "read_scenarios",
    "run",
    "run_batch",
    "travel_times",
    "verify",
]
__version__ = version("siting")


def __getattr__(name: str) -> Any:
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(room), name)
    raise AttributeError(f"siting has no {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
