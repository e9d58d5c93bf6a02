"""What hydrants are measured against, and where they are due."""

from __future__ import annotations

from dataclasses import dataclass, field

DUE = ("primary", "secondary", "tertiary", "unclassified", "residential", "living_street")
"""Streets of a town: GB 50974-2014 asks for municipal hydrants along them, and not along motorways or service lanes."""
MAIN = ("trunk", "primary", "secondary")
"""Main roads: filling cranes stand along them (GB 50974-2014, 7.2.9)."""
BUILT_UP = ("urban", "near_suburb")
"""Places of a cell that are built up."""
WIDTHS_M = {"primary": 30.0, "secondary": 22.0, "tertiary": 14.0}
"""Kerb to kerb where the map says nothing: usual town streets, an editable default."""
OTHER_WIDTH_M = 7.0
"""Of every other street, likewise."""


@dataclass(frozen=True)
class HydrantLimits:
    """
    The numbers of a rule set, and what a planner says of the place.

    Attributes
    ----------
    radius_m, spacing_m
        A hydrant protects land within the one, straight; along a street two stand at most the other apart
        (GB 50974-2014, 7.2.5).
    wider_m
        A wider road needs hydrants on both sides (7.2.3).
    near_m
        So near to a bridge head or tunnel portal a hydrant stands "at" it (7.2.4 gives no distance: an editable
        default).
    crane_spacing_m
        Between filling cranes (水鹤) along main roads in cold areas (7.2.9, quoted from memory: an editable default).
    flow_lps, pressure_mpa, crane_flow_lps
        What gives less does not count (7.2.8, 7.2.10).
    highway, places
        Classes of street along which hydrants are due, and the kinds of ground on which they are.
    widths_m
        Kerb to kerb by class of road, where the map gives no width.
    is_cold
        Whether filling cranes are due.
    """

    radius_m: float = 150.0
    spacing_m: float = 120.0
    wider_m: float = 60.0
    near_m: float = 50.0
    crane_spacing_m: float = 1000.0
    flow_lps: float = 15.0
    pressure_mpa: float = 0.14
    crane_flow_lps: float = 30.0
    highway: tuple[str, ...] = DUE
    places: tuple[str, ...] = BUILT_UP
    widths_m: dict[str, float] = field(default_factory=lambda: dict(WIDTHS_M))
    is_cold: bool = False
