"""The GeoPackage's word about its own layers, and of what it says twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from siting.verification.layer_checks import check_layers, check_said_twice
from siting.verification.written import Written, read_written


@pytest.fixture(scope="module")
def written(honest: Path) -> Written:
    return read_written(honest)


def wrong(written: Written) -> list[str]:
    return [claim.name for check in (check_layers, check_said_twice) for claim in check(written) if not claim.agrees]


def test_an_honest_proposal(written: Written) -> None:
    assert wrong(written) == []


def where(column: str, value: object, become: str, to: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Sets a column in the rows where another has a value."""
    return lambda table: table.assign(**{become: table[become].mask(table[column] == value, to)})


CHANGES: dict[str, tuple[str, str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "rows of a layer": ("layers", "layers.rows, 1 of", where("layer", "cells", "rows", 4)),
    "crs of a layer": ("layers", "layers: crs of cells", where("layer", "cells", "crs", "EPSG:4326")),
    "crs of a table": ("layers", "layers: crs of table_units", where("layer", "table_units", "crs", "EPSG:4326")),
    "a layer less": ("layers", "layers: listed", lambda table: table[table.layer != "isochrones_today"]),
    "area of the boundary": ("boundary", "boundary.area_km2", lambda table: table.assign(area_km2=9.0)),
    "shape of the boundary": ("boundary", "boundary.area_km2, its shape", lambda table: table.set_geometry(
        table.buffer(10.0))),
    "kind of a station": ("stations", "stations.kind", where("site_id", "C", "kind", "hydrant")),
    "role of a station": ("stations", "stations: stand today, by role", where("site_id", "A", "role", "candidate")),
    "an isochrone less": ("isochrones_proposed", "isochrones_proposed: stations", lambda table: table.iloc[:1]),
    "limit of an isochrone": ("isochrones_today", "isochrones_today.limit_s", lambda table: table.assign(limit_s=600)),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_told_by_its_name(written: Written, what: str) -> None:
    """One value of one layer."""
    layer, name, change = CHANGES[what]
    changed = change(written.layers[layer])
    assert any(told.startswith(name) for told in wrong(replace(written, layers={**written.layers, layer: changed})))
