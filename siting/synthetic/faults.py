"""A fault that is planted: the answer key of the built-in district."""

from __future__ import annotations

from dataclasses import dataclass

from shapely import Point


@dataclass(frozen=True)
class Fault:
    """
    One planted fault: which requirements of which scenario it breaks, and where.

    Attributes
    ----------
    fault_id, scenario
        Of the planted fault, and the file that finds it.
    requirements
        Ids of all that it breaks, and no others.
    place_id
        Of the unit, brigade or place at fault; "" where hydrants are, which name the fault themselves.
    what
        In Chinese and in English.
    point
        In the plane.
    """

    fault_id: str
    scenario: str
    requirements: tuple[str, ...]
    place_id: str
    what: str
    point: Point
