"""
The toy town measured by hand.

Its six demand points stand for six land cells of 1 km², side by side from west to east (where they lie on the map plays
no part in driving): d1 d2 d3 in unit "south", d4 d5 d6 in "north". d6 has no road.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting import toy
from siting.network.place import with_place
from siting.study_area import StudyArea

CELLS = list(toy.DEMAND)
X0, Y0 = toy.ORIGIN


def area(place: str | list[str] = "urban") -> StudyArea:
    """Six squares in a row; S stands in the first, N in the first, E in the second."""
    west = X0 + 1000.0 * np.arange(6)
    table = gpd.GeoDataFrame(
        {"area_km2": 1.0, "unit_id": ["south"] * 3 + ["north"] * 3, "place": place, "cap_km2": np.nan},
        geometry=shapely.box(west, Y0, west + 1000.0, Y0 + 1000.0),
        index=pd.Index(CELLS, name="cell_id"),
        crs=toy.CRS,
    )
    units = table.dissolve("unit_id")[["geometry"]].loc[["south", "north"]]
    return StudyArea(
        name="toy",
        boundary=table.geometry.union_all(),
        crs=toy.CRS,
        source_crs=toy.CRS,
        cell_m=1000.0,
        buffer_m=0.0,
        cells=table,
        adjacency=np.array([[i, i + 1] for i in range(5)]),
        barriers=gpd.GeoDataFrame({"kind": [], "severity": []}, geometry=[], crs=toy.CRS),
        units=units.assign(name=["South", "North"], level="township"),
    )


def cells(ground: StudyArea) -> gpd.GeoDataFrame:
    return with_place(ground.cells.assign(people=toy.weight().to_numpy()), toy.demand())


def stations(*names: str, **columns: object) -> gpd.GeoDataFrame:
    """Some of S, N, E in this order; columns such as turnout_s=[100, nan] or class=[...] replace the toy's."""
    table = with_place(toy.stations().assign(status="existing"), toy.sites())
    return table.loc[list(names)].assign(**columns)
