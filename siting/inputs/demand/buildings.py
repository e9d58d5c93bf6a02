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
from siting.inputs.osm_features import is_osm_file, read_features
from siting.inputs.vector import read_table
from siting.study_area import StudyArea
from siting.tables import Faults, Note, check_columns, noted

WEIGHTS = {"floor_area": "floor_area_m2", "count": "buildings"}
"""What a building counts for, and the unit of it."""

_LEVELS = "building:levels"
_MOST_LEVELS = 200
"""The tallest building there is has 163."""
_NOT_BUILT = ("no", "ruins", "collapsed", "construction", "proposed", "demolished")


def carry_buildings(
    area: StudyArea,
    *,
    path: str | Path,
    weight: Literal["floor_area", "count"] = "floor_area",
    levels_column: str | None = None,
    at_edge: AtEdge = "share",
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
) -> CarriedDemand:
    """
    The buildings of an OpenStreetMap file, or outlines of a layer, carried to the cells by a point inside each.

    Floor area is the footprint in m² times the levels; one level where they are missing, no number or above 200, with a
    note.

    Parameters
    ----------
    levels_column
        Where the levels stand; building:levels in an OpenStreetMap file.
    at_edge
        Taken so that every source is called alike; a building is a point, inside or not.
    layer, crs, encoding
        As in `siting.inputs.vector.read_table`.

    Raises
    ------
    InputError
        If `weight` is not known, or there is no building.
    """
    if weight not in WEIGHTS:
        raise InputError("demand", [f"The weight {weight!r} of buildings is not one of {', '.join(WEIGHTS)}."])
    if is_osm_file(path):
        buildings, notes = _mapped(Path(path))
    else:
        buildings = read_table(path, layer=layer, crs=crs, encoding=encoding, kinds=POLYGONS)
        notes = [*buildings.attrs["notes"]]
        faults = Faults(str(path))
        check_columns(faults, buildings, [] if levels_column is None else [levels_column])
        faults.stop()
    if weight == "count":
        amount = np.ones(len(buildings))
    else:
        levels, unknown = _levels(buildings, levels_column or _LEVELS)
        notes += noted("topic_demand", "note_buildings_without_levels", buildings.index[unknown])
        amount = shapely.area(buildings.geometry.to_crs(area.crs).to_numpy()) * levels
    unit = WEIGHTS[weight]
    rows = gpd.GeoDataFrame({unit: amount}, geometry=buildings.geometry.representative_point(), index=buildings.index)
    rows.attrs["notes"] = tuple(notes)
    return carry_rows(area, rows, weight=unit, source=str(path))


def _mapped(path: Path) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Outlines of buildings of an OpenStreetMap file, and a note of those without one."""
    found = read_features(path, ("building",), _is_building)
    outlined = found.geom_type.isin(POLYGONS).to_numpy()
    if not outlined.any():
        raise InputError(str(path), ["It holds no outline of a building. Take another source, such as land."])
    return found[outlined], noted("topic_demand", "note_buildings_without_outline", found.index[~outlined])


def _is_building(tags: Mapping[str, str]) -> bool:
    return tags.get("building", "no") not in _NOT_BUILT


def _levels(buildings: gpd.GeoDataFrame, column: str) -> tuple[Floats, np.ndarray]:
    """Levels of each building, and where they are not known."""
    if column not in buildings.columns:
        return np.ones(len(buildings)), np.ones(len(buildings), dtype=bool)
    levels = pd.to_numeric(buildings[column], errors="coerce").to_numpy(dtype=np.float64)
    unknown = ~(np.isfinite(levels) & (levels > 0) & (levels <= _MOST_LEVELS))
    return np.where(unknown, 1.0, levels), unknown
