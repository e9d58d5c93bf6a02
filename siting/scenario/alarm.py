"""The table of the full alarm: whether enough engines are there in time, not only the first."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from siting.scenario.table import Positive, Table, Whole


class FullAlarmTable(Table):
    """
    [full_alarm]: judge who gets the first engine in time and all engines of a full alarm; asks for it. A [[plan]] with
    objective full_alarm plans by it.
    """

    engines: Annotated[int, Field(ge=1)] = 4
    """Engines of a full alarm: 16 people for a house at 4 to an engine (NFPA 1710); an editable default."""
    first_s: Positive = 240.0
    """Drive within which the first is there (NFPA 1710)."""
    all_s: Positive = 480.0
    """Drive within which all are there (NFPA 1710; 610 s for a high-rise)."""
    engines_column: str | None = None
    """Column of the stations with the engines that each sends; engines_each where it is empty or absent."""
    engines_each: Whole = 1
    """Engines of a station without a number (ours: an editable default)."""

    @model_validator(mode="after")
    def _all_after_the_first(self) -> FullAlarmTable:
        if self.all_s < self.first_s:
            raise ValueError(f"all_s = {self.all_s:g} ends before first_s = {self.first_s:g}; the first comes first")
        return self
