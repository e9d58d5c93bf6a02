"""What the codes ask of a fire lane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["pass", "fail", "unknown"]

CLAUSES = {
    "width": ("GB 50016-2014 7.1.8-1", "shall", "high"),
    "height": ("GB 50016-2014 7.1.8-1", "shall", "high"),
    "dead_end": ("GB 55037-2022 3.4.5", "shall", "medium"),
    "spacing": ("GB 50016-2014 7.1.1", "should", "high"),
}
"""Clause, severity and confidence of each check. That of the dead end is quoted from memory: an editable default."""


@dataclass(frozen=True)
class LaneLimits:
    """
    Metres; the defaults are those of `CLAUSES`.

    Attributes
    ----------
    width_m, height_m
        Clear width and height that a lane has at least.
    dead_end_m
        A dead end longer than this needs a turning place.
    spacing_m
        Centre lines of lanes are at most this far apart.
    """

    width_m: float = 4.0
    height_m: float = 4.0
    dead_end_m: float = 40.0
    spacing_m: float = 160.0
