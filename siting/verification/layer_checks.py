"""What the GeoPackage says of its own layers, and of things that are said twice in it."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import pyproj

from siting.verification.claim import Claim, column, number, same
from siting.verification.written import Written

_UNLISTED = {"layers", "layer_styles"}
_KINDS = {"stations": "station", "micro_stations": "micro_station", "hydrants": "hydrant"}


def check_layers(written: Written) -> Iterator[Claim]:
    """Every layer stands in the table of layers with its rows and CRS, the boundary is the study area's."""
    layers = written.layers
    listed = layers["layers"].set_index("layer")
    yield same("layers: listed", sorted(listed.index), sorted(set(layers) - _UNLISTED))
    rows = pd.Series({name: len(layer) for name, layer in layers.items()}).reindex(listed.index)
    yield column("layers.rows", listed.index, listed["rows"], rows)
    for name, crs in listed.crs.fillna("").items():
        layer = layers.get(str(name))
        own = layer.crs if isinstance(layer, gpd.GeoDataFrame) else None
        yield Claim(f"layers: crs of {name}", crs, own and own.to_string(), _is_crs(own, crs))
    (km2,) = layers["boundary"].area_km2
    yield number("boundary.area_km2", km2, written.summary["study_area"]["area_km2"], 1e-6)
    yield number("boundary.area_km2, its shape", km2, float(layers["boundary"].geometry.area.sum() / 1e6), 1e-6)


def _is_crs(own: pyproj.CRS | None, told: str) -> bool:
    """By its code where it has one; other CRS are told in many ways."""
    if own is None or not told:
        return own is None and not told
    return not told.startswith("EPSG:") or own.equals(pyproj.CRS(told), ignore_axis_order=True)


def check_said_twice(written: Written) -> Iterator[Claim]:
    """Kind and role of each place fit where it stands; isochrones are those of the open stations at their budgets."""
    for name, kind in _KINDS.items():
        if name in written.layers and len(table := written.layers[name].fillna({"reason": ""})):
            yield same(f"{name}.kind", sorted(set(table.kind)), [kind])
            stands = (table.role == "existing") & (table.reason == "")
            told = table.status.isin(["existing", "closed"])
            yield same(f"{name}: stand today, by role", sorted(table.site_id[told]), sorted(table.site_id[stands]))
    for state in written.states:
        reached = written.layers.get(f"isochrones_{state.label}")
        if reached is not None:
            limit_s = reached.set_index("site_id").limit_s.sort_index()
            budget_s = state.stations.travel_budget_s
            name = f"isochrones_{state.label}"
            yield same(f"{name}: stations", list(limit_s.index), list(budget_s.index))
            yield column(f"{name}.limit_s", budget_s.index, limit_s.reindex(budget_s.index), budget_s)
