"""
Candidate sites held to the clauses of a standard on where a station may stand.

A screen is a function ``(sites, surroundings, *, values...) -> Judged``: its keyword arguments are the values that a
[[siting]] clause of this kind states in TOML, checked by name and type when the file is read.
"""

from collections.abc import Callable

from siting.screening.screens import (
    exit_distance,
    frontage,
    ground_distance,
    hazard_distance,
    hazard_wind,
    lot_area,
    slope,
)
from siting.screening.surroundings import Judged, Surroundings

SCREENS: dict[str, Callable[..., Judged]] = {
    "exit_distance": exit_distance,
    "hazard_distance": hazard_distance,
    "hazard_wind": hazard_wind,
    "frontage": frontage,
    "lot_area": lot_area,
    "ground_distance": ground_distance,
    "slope": slope,
}

__all__ = ["SCREENS", "Judged", "Surroundings"]
