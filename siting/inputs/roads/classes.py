"""Which values of `highway` are read as roads. https://wiki.openstreetmap.org/wiki/Key:highway"""

from __future__ import annotations

ROAD_CLASSES = (
    "construction", "track", "escape", "pedestrian", "bus_guideway", "busway",
    "service", "road", "living_street", "residential", "unclassified",
    "tertiary_link", "tertiary", "secondary_link", "secondary", "primary_link", "primary",
    "trunk_link", "trunk", "motorway_link", "motorway",
)  # fmt: skip
"""
Read whatever else the way says: wide enough for an engine, now or once it is built.

From the worst to drive to the best. Whether and how fast each is driven is for the speed profile to say.
"""

OPEN_TO_ENGINES = frozenset({"yes", "designated", "official", "permissive", "destination"})
"""Values of `emergency` and `motor_vehicle` that make a road of a way of any other class (footway, path ...)."""


def worst_class(classes: list[str]) -> str:
    """
    The class that is worst to drive, so that a travel time errs on the slow side; unknown classes come before all.

    Examples
    --------
    >>> worst_class(["primary", "residential"]), worst_class(["steps", "service"])
    ('residential', 'steps')
    """
    return min(classes, key=lambda kind: (ROAD_CLASSES.index(kind) if kind in ROAD_CLASSES else -1, kind))
