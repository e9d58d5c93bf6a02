"""In which layouts a proposal may have been written, and what is done with an earlier or a later one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd

from siting.errors import warn

NEWEST, OLDEST = 3, 1
"""
3: where a full alarm is asked, cells say when all its engines are there.
2: the table `table_provenance`, and with it the workbook and every folder or schema of layers, says `schema_version`;
cells say the cap that a risk assessment sets for them.
1: only summary.json says it.
"""
ALL_THERE = 3
"""Since when cells say by when all engines are there."""
_ADDED = {"cap_km2": 2, "today_all_there_s": ALL_THERE, "proposed_all_there_s": ALL_THERE}
"""Columns of the layer `cells` by the schema that brought them: empty is what earlier ones meant by their absence."""


def schema_faults(summary: Any) -> Iterator[str]:
    """A sentence where the files are laid out in a way that is not read here."""
    told = _version(summary)
    if told > NEWEST:
        yield f"It is written in schema {told}; {OLDEST} to {NEWEST} are read here. Verify it with a newer siting."
    elif told < OLDEST:
        yield f"It is written in schema {told}; {OLDEST} to {NEWEST} are read here. Write it again with `siting run`."


def warn_of_earlier(folder: Path, summary: Mapping[str, Any]) -> None:
    """Say that an earlier layout will not be read for ever."""
    if summary["schema_version"] < NEWEST:
        warn(
            f"{folder}: it is written in schema {summary['schema_version']}, which a later siting will refuse; the "
            f"present one is {NEWEST}. Write it again with `siting run`."
        )


def completed(layers: Mapping[str, gpd.GeoDataFrame], summary: Mapping[str, Any]) -> dict[str, gpd.GeoDataFrame]:
    """The layers of an earlier schema with the columns that it did not know yet."""
    if "cells" not in layers:  # told with all else that is missing
        return dict(layers)
    cells = layers["cells"]
    unknown = [name for name, since in _ADDED.items() if _version(summary) < since and name not in cells]
    return {**layers, "cells": cells.assign(**dict.fromkeys(unknown, math.nan))}


def not_said(summary: Mapping[str, Any]) -> Iterator[str]:
    """What an earlier schema leaves unchecked, because its files do not say it."""
    if summary["schema_version"] < ALL_THERE and summary.get("full_alarm") is not None:
        yield f"when all engines of a full alarm are there, which schema {summary['schema_version']} does not say"


def of_earlier(summary: Any) -> str:
    """What to do where an earlier layout lacks something."""
    told = _version(summary)
    return "" if told == NEWEST else f" (It is written in schema {told}: write it again with `siting run`.)"


def _version(summary: Any) -> int:
    """The newest where none is said: that is told with all else that is missing."""
    told = summary.get("schema_version") if isinstance(summary, dict) else None
    return told if isinstance(told, int) else NEWEST
