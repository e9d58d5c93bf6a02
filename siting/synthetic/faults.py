"""A fault that is planted: the answer key of the built-in district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shapely import Point


@dataclass(frozen=True)
class Fault:
    """
    One planted fault: what finds it in which scenario, and where.

    Attributes
    ----------
    fault_id, scenario
        Of the planted fault, and the file that finds it.
    found
        All that it breaks, and nothing else: the place that each names as at fault; "" where it names none, as where
        hydrants are, which name the fault themselves. A requirement or siting clause is called by its id,
        a check of lanes "lanes/NAME", an indicator "indicators/NAME", a note by its key.
    what
        In Chinese and in English.
    point
        In the plane.
    """

    fault_id: str
    scenario: str
    found: Mapping[str, str]
    what: str
    point: Point
