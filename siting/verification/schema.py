"""In which layouts a proposal may have been written, and what is done with an earlier or a later one."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from siting.errors import SitingWarning

NEWEST, OLDEST = 2, 1
"""
2: the table `table_provenance`, and with it the workbook and every folder or schema of layers, says `schema_version`.
1: only summary.json says it.
"""


def schema_faults(summary: Any) -> Iterator[str]:
    """A sentence where the files are laid out in a way that is not read here."""
    told = _version(summary)
    if told > NEWEST:
        yield f"It is written in schema {told}; {OLDEST} to {NEWEST} are read here. Verify it with a newer siting."
    elif told < OLDEST:
        yield f"It is written in schema {told}; {OLDEST} to {NEWEST} are read here. Write it again with `siting run`."


def warn_of_earlier(folder: Path, summary: dict[str, Any]) -> None:
    """Say that an earlier layout will not be read for ever."""
    if summary["schema_version"] < NEWEST:
        warnings.warn(
            f"{folder}: it is written in schema {summary['schema_version']}, which a later siting will refuse; the "
            f"present one is {NEWEST}. Write it again with `siting run`.",
            SitingWarning,
            stacklevel=4,
        )


def of_earlier(summary: Any) -> str:
    """What to do where an earlier layout lacks something."""
    told = _version(summary)
    return "" if told == NEWEST else f" (It is written in schema {told}: write it again with `siting run`.)"


def _version(summary: Any) -> int:
    """The newest where none is said: that is told with all else that is missing."""
    told = summary.get("schema_version") if isinstance(summary, dict) else None
    return told if isinstance(told, int) else NEWEST
