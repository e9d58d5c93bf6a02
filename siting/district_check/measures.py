"""What each district of a map is like: land, people, times, shape."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.cells import counted
from siting.district_check.checks.partition import land_parts
from siting.district_check.drawn import CONSTRUCTION_LAND, DrawnMap


def measures(drawn: DrawnMap) -> gpd.GeoDataFrame:
    """
    One row for each district.

    Returns
    -------
    Index `site_id`. Columns: class; area_km2; construction_km2 (urban and near-suburb land in it); people and, where
    cells have them, residents (of a cell that a border cuts, by share of its land); worst_s (longest drive to land that
    needs a station and has a road, inf where the engine cannot get there, nan without such land); mean_s
    (people-weighted over all land with a drive, nan where nobody lives); no_road_km2 (land that needs a station,
    without a road near it); perimeter_km; compactness (Polsby and Popper 1991: 4 pi area / perimeter², 1 for a circle);
    parts (pieces that share no edge); geometry.
    """
    shapes = drawn.districts.geometry
    who = counted(drawn.cells)
    pieces = drawn.pieces.merge(drawn.cells[[*who, "place"]], left_on="cell_id", right_index=True)
    built_km2 = pieces.area_km2.where(pieces["place"].isin(CONSTRUCTION_LAND), 0.0)
    held = drawn.held()
    required = held[held.is_required]
    driven = held[np.isfinite(held.drive_s)]
    people_s = (driven.people * driven.drive_s).groupby(driven.site_id).sum()
    people = driven.people.groupby(driven.site_id).sum()
    perimeter_km = shapes.length / 1e3
    table = pd.DataFrame(
        {
            "class": drawn.districts["class"],
            "area_km2": shapes.area / 1e6,
            "construction_km2": _by_site(drawn, built_km2, pieces.site_id),
            **{name: _by_site(drawn, pieces[name] * pieces.share, pieces.site_id) for name in who},
            "worst_s": required.drive_s.groupby(required.site_id).max().reindex(shapes.index),
            "mean_s": (people_s / people).reindex(shapes.index),
            "no_road_km2": _by_site(drawn, required.area_km2.where(required.drive_s.isna(), 0.0), required.site_id),
            "perimeter_km": perimeter_km,
            "compactness": 4 * np.pi * (shapes.area / 1e6) / perimeter_km**2,
            "parts": shapes.map(lambda shape: len(land_parts(shape, drawn.sliver_m))),
        }
    )
    return gpd.GeoDataFrame(table, geometry=shapes)


def _by_site(drawn: DrawnMap, values: pd.Series, site_id: pd.Series) -> pd.Series:
    return values.groupby(site_id.to_numpy()).sum().reindex(drawn.districts.index, fill_value=0.0)
