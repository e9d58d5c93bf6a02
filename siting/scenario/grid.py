"""Tables of the grid levels that figures are rolled up to."""

from __future__ import annotations

from typing import Literal

from siting.scenario.table import Table


class GridTable(Table):
    """[[grid]]: one level of the grid that every figure is rolled up to."""

    level: Literal["large", "middle", "small"]
    """Large: townships; middle: communities and villages; small: blocks."""
    file: str
    """Polygons."""
    id_column: str | None = None
    """Column of ids; row numbers when absent."""
    name_column: str | None = None
    """Column of names; the ids when absent."""
    layer: str | None = None
    """Layer of a GeoPackage."""
    crs: str | None = None
    """CRS of a file that does not say its own, or says a wrong one; "GCJ-02" and "BD-09" are converted."""
