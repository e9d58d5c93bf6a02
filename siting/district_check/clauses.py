"""The clauses that every map of districts is judged by, as data."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from siting.district_check.model import Clause

_FILE = Path(__file__).with_name("data") / "clauses.toml"


def map_clauses(*, strip_m: float) -> tuple[Clause, ...]:
    """
    Partition, connection, barriers, own station, support stations; limits of area and time come from a standard.

    Parameters
    ----------
    strip_m
        How wide a strip along a barrier may lie beyond it: a land cell is given to one side whole, so its own side.

    Examples
    --------
    >>> [clause.id for clause in map_clauses(strip_m=200) if clause.kind == "crosses_barrier"]
    ['map-barrier-wall', 'map-barrier-penalty']
    """
    content = tomllib.loads(_FILE.read_text("utf-8"))
    return tuple(_clause(row, content["sources"], strip_m) for row in content["clause"])


def _clause(row: dict[str, Any], sources: dict[str, str], strip_m: float) -> Clause:
    limits = row.get("values", {}) | ({"strip_m": strip_m} if row["kind"] == "crosses_barrier" else {})
    return Clause(**{**row, "values": limits, "source": "; ".join(sources[key] for key in row["source"])})
