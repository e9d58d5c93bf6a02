"""The table of the workload: how many calls there are, and how long each keeps an engine."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from siting.scenario.table import Positive, Table


class WorkloadTable(Table):
    """[workload]: the share of the time that each station is out on a call, today and as proposed; asks for it."""

    source: Annotated[str, Field(min_length=1)]
    """Whose numbers these are; printed beside the shares."""
    minutes_per_call: Positive
    """Of a station's engine, from order to ready again."""
    calls_per_hour: Positive | None = None
    """Inside the boundary, all together."""
    days: Positive | None = None
    """Instead of calls_per_hour: days that the records of past calls cover; calls inside are counted from them."""
    part: str | None = None
    """The part of a mix whose weight says where calls come from, such as past calls; all of the demand when absent."""

    @model_validator(mode="after")
    def _calls_are_told_once(self) -> WorkloadTable:
        if (self.calls_per_hour is None) == (self.days is None):
            raise ValueError("needs calls_per_hour, or the days that past calls cover: one of the two")
        return self
