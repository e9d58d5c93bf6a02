"""What every table of a scenario file has in common, and the kinds of value that several use."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["station", "micro_station", "hydrant"]
Force = Literal["national", "full_time", "enterprise", "volunteer", "micro_first", "micro"]
FORCES: tuple[Force, ...] = get_args(Force)
Role = Literal["existing", "required", "candidate", "forbidden"]
"""
existing stands today; required does not stand yet and is built in every plan (today is measured without it); candidate
may be built; forbidden is shown and never used.
"""
Positive = Annotated[float, Field(gt=0)]
Whole = Annotated[int, Field(ge=0)]
Year = Annotated[str, Field(pattern=r"^\d+$")]
Phases = Annotated[dict[Year, Whole] | list[Whole], Field(min_length=1)]


class Table(BaseModel):
    """A table that is never changed afterwards and refuses keys that it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, strict=True, allow_inf_nan=False
    )
