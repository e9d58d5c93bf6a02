"""Buildings as demand, where no population is at hand: by floor area, or each as one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.arrays import Floats
from siting.cells import POLYGONS
from siting.errors import InputError
from siting.inputs.demand.model import AtEdge, CarriedDemand
from siting.inputs.demand.table import carry_rows
from siting.inputs.osm_features import read_features
from siting.study_area import StudyArea
from siting.tables import noted

WEIGHTS = {"floor_area": "floor_area_m2", "count": "buildings"}
"""What a building counts for, and the unit of it."""

_MOST_LEVELS = 200
"""The tallest building there is has 163."""
_NOT_BUILT = ("no", "ruins", "collapsed", "construction", "proposed", "demolished")


def carry_buildings(
    area: StudyArea,
    *,
    path: str | Path,
    weight: Literal["floor_area", "count"] = "floor_area",
    at_edge: AtEdge = "share",
) -> CarriedDemand:
    """
    The buildings of an OpenStreetMap file, carried to the cells by a point inside each.

    Floor area is the footprint in m² times `building:levels`; one level where the tag is missing, no number or above
    200, with a note.

    Parameters
    ----------
    at_edge
        Taken so that every source is called alike; a building is a point, inside or not.

    Raises
    ------
    InputError
        If `weight` is not known, or there is no building.
    """
    path = Path(path)
    if weight not in WEIGHTS:
        raise InputError("demand", [f"The weight {weight!r} of buildings is not one of {', '.join(WEIGHTS)}."])
    found = read_features(path, ("building",), _is_building)
    outlined = found.geom_type.isin(POLYGONS).to_numpy()
    buildings = found[outlined]
    if buildings.empty:
        raise InputError(str(path), ["It holds no outline of a building. Take another source, such as land."])
    notes = noted("topic_demand", "note_buildings_without_outline", found.index[~outlined])
    if weight == "count":
        amount = np.ones(len(buildings))
    else:
        levels, unknown = _levels(buildings)
        notes += noted("topic_demand", "note_buildings_without_levels", buildings.index[unknown])
        amount = shapely.area(buildings.geometry.to_crs(area.crs).to_numpy()) * levels
    unit = WEIGHTS[weight]
    rows = gpd.GeoDataFrame({unit: amount}, geometry=buildings.geometry.representative_point(), index=buildings.index)
    rows.attrs["notes"] = tuple(notes)
    return carry_rows(area, rows, weight=unit, source=str(path))


def _is_building(tags: Mapping[str, str]) -> bool:
    return tags.get("building", "no") not in _NOT_BUILT


def _levels(buildings: gpd.GeoDataFrame) -> tuple[Floats, np.ndarray]:
    """Levels of each building, and where they are not known."""
    if "building:levels" not in buildings.columns:
        return np.ones(len(buildings)), np.ones(len(buildings), dtype=bool)
    levels = pd.to_numeric(buildings["building:levels"], errors="coerce").to_numpy(dtype=np.float64)
    unknown = ~(np.isfinite(levels) & (levels > 0) & (levels <= _MOST_LEVELS))
    return np.where(unknown, 1.0, levels), unknown
