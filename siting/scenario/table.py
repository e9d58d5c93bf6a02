"""What every table of a scenario file has in common, and the kinds of value that several use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, get_args

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
    file_keys: ClassVar[tuple[str, ...]] = ("file",)
    """Keys, where a table has them, that name a file which is read."""

    def named_files(self) -> Iterator[tuple[str, str]]:
        """Every file that this table and those inside it name, with its key."""
        for key, value in self:
            if key in self.file_keys and isinstance(value, str):
                yield key, value
            for table in value if isinstance(value, list) else value.values() if isinstance(value, dict) else [value]:
                if isinstance(table, Table):
                    yield from ((f"{key}.{inner}", name) for inner, name in table.named_files())
