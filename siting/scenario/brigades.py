"""The table of townships' brigades, and of all forces in one picture."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from siting.scenario.table import Positive, Table


class BrigadesTable(Table):
    """[brigades]: who stands in each grid unit, how strong, and what each force may count for; asks for it."""

    level: Literal["large", "middle", "small"] = "large"
    """Level of [[grid]] of which every unit should have a brigade, or a station in reach."""
    reach_s: Positive = 600.0
    """
    Turnout and drive within which a station elsewhere serves a unit. No national figure was found; ten minutes outside
    town is a goal of Shanghai: an editable default.
    """
    share: Annotated[float, Field(gt=0, le=1)] = 0.9
    """Of a unit's people that must be served so (ours: an editable default)."""
    land_column: str | None = None
    """Column of the stations with the ground of each brigade, in m²."""
    staff_column: str | None = None
    """Column with its people."""
    below_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """A brigade below this share of the standard for its class is flagged."""
