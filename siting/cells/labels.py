"""What each land cell belongs to: its grid unit (township, community), and the kind of ground it is."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats, Ids
from siting.crs import check_places, lonlat_text
from siting.tables import (
    Faults,
    Note,
    check_columns,
    check_unique,
    id_text,
    noted,
    some,
)

PLACES = ("urban", "near_suburb", "other")
"""Kinds of ground; standards set different limits on each (建标152-2017: 7 km² and 15 km²)."""

POLYGONS = ("Polygon", "MultiPolygon")


def units_table(
    units: gpd.GeoDataFrame | None,
    id_column: str | None,
    name: str | None,
    level: str | None,
    outline: BaseGeometry,
    metric: pyproj.CRS,
) -> gpd.GeoDataFrame:
    """
    The grid units as a study area keeps them: index `unit_id`, columns name, level, geometry in `metric`.

    Parameters
    ----------
    outline
        The boundary in `metric`; units that lie wholly outside it are another place's.

    Raises
    ------
    InputError
        Naming every fault of `units`.
    """
    if units is None:
        empty = gpd.GeoDataFrame({"name": [], "level": []}, geometry=[], crs=metric)
        return empty.set_index(pd.Index([], name="unit_id", dtype=object))
    faults = Faults("units")
    check_columns(faults, units, [column for column in (id_column, name, level) if column is not None])
    check_places(faults, units, POLYGONS)
    faults.stop()
    ids = pd.Series(units.index if id_column is None else units[id_column].to_numpy(), dtype=object).map(id_text)
    check_unique(faults, ids, id_column or "unit_id")
    geometry = units.geometry.to_crs(metric)
    if not geometry.intersects(outline).any():
        faults.add(
            f"None of its {len(units)} polygons touches the boundary. Longitude and latitude of the units: "
            f"{lonlat_text(geometry)}; of the boundary: {lonlat_text(gpd.GeoSeries([outline], crs=metric))}. Take "
            "units of the same place, and check the CRS."
        )
    faults.stop()
    return gpd.GeoDataFrame(
        {
            "name": ids.to_numpy() if name is None else units[name].fillna("").astype(str).to_numpy(),
            "level": "" if level is None else units[level].fillna("").astype(str).to_numpy(),
        },
        geometry=geometry.to_numpy(),
        index=pd.Index(ids, name="unit_id", dtype=object),
        crs=metric,
    )


def _held(polygons: gpd.GeoSeries, x: Floats, y: Floats) -> tuple[Ids, Ids]:
    """Each point with each polygon that holds it."""
    point, polygon = shapely.STRtree(polygons.to_numpy()).query(shapely.points(x, y), predicate="intersects")
    return point, polygon


def first_holder(polygons: gpd.GeoSeries, x: Floats, y: Floats) -> tuple[Ids, Ids]:
    """Position of the first polygon that holds each point (-1: none), and how many hold it."""
    point, polygon = _held(polygons, x, y)
    holder = np.full(len(x), len(polygons), dtype=np.int64)
    np.minimum.at(holder, point, polygon)
    holder[holder == len(polygons)] = -1
    return holder, np.bincount(point, minlength=len(x))


def unit_of_cell(cells: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> tuple[Any, list[Note]]:
    """Id of the unit that holds the point of each cell, "" where none does, and what to know about it."""
    if units.empty:
        return "", []
    holder, count = first_holder(units.geometry, cells.x.to_numpy(), cells.y.to_numpy())
    notes = [
        *noted("topic_study_area", "note_cells_without_unit", cells.index[count == 0]),
        *noted("topic_study_area", "note_cells_in_several_units", cells.index[count > 1]),
    ]
    return np.where(holder < 0, "", units.index.to_numpy()[holder]), notes


def land_of_cell(cells: gpd.GeoDataFrame, land: gpd.GeoDataFrame | None) -> tuple[dict[str, Any], list[Note]]:
    """
    Columns of what the land polygons say at the point of each cell, and what to know about it.

    `place` is the kind of ground; `cap_km2` the largest district that a fire-risk assessment allows there, instead of
    the standard's (建标152-2017 art. 14-1), nan where it sets none.

    Raises
    ------
    InputError
        Naming every fault of `land`.
    """
    if land is None:
        return {"place": "urban", "cap_km2": np.nan}, [Note("topic_study_area", "note_no_land", len(cells))]
    faults = Faults("land")
    check_columns(faults, land, ["place"])
    check_places(faults, land, POLYGONS)
    faults.stop()
    unknown = land["place"][~land["place"].isin(PLACES)]
    if len(unknown):
        faults.add(f"{len(unknown)} values of place ({some(unknown.unique())}) are not one of {', '.join(PLACES)}.")
    caps_km2 = _own_caps(land, faults)
    faults.stop()
    polygons, x, y = land.geometry.to_crs(cells.crs), cells.x.to_numpy(), cells.y.to_numpy()
    holder, _ = first_holder(polygons, x, y)
    rest = int((holder < 0).sum())
    notes = [Note("topic_study_area", "note_cells_off_land", rest, values={"all": len(cells)})] if rest else []
    said = pd.DataFrame({"place": land["place"].to_numpy(), "cap_km2": caps_km2})
    point, polygon = _held(polygons, x, y)
    things = said.iloc[polygon].assign(point=point).drop_duplicates().groupby("point").size()
    notes += noted("topic_study_area", "note_cells_on_several_lands", cells.index[things.index[things > 1]])
    cap_km2 = np.append(caps_km2, np.nan)[holder]  # -1 is the last
    own = cells[np.isfinite(cap_km2)]
    caps = some(f"{cap:g}" for cap in np.unique(cap_km2[np.isfinite(cap_km2)]))
    notes += noted("topic_study_area", "note_own_caps", own.index, km2=float(own.area_km2.sum()), caps=caps)
    return {"place": np.where(holder < 0, "other", land["place"].to_numpy()[holder]), "cap_km2": cap_km2}, notes


def _own_caps(land: gpd.GeoDataFrame, faults: Faults) -> Floats:
    """The column cap_km2, nan where it is empty or there is none; what is no cap is a fault."""
    given = land["cap_km2"] if "cap_km2" in land.columns else pd.Series(np.nan, land.index)
    number: Floats = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64)
    bad = land.index[given.notna() & ~((number > 0) & np.isfinite(number))]
    if len(bad):
        faults.add(
            f"{len(bad)} values of cap_km2 ({some(given[bad].unique())}; rows {some(bad)}) are not a number above 0. "
            "Give the km² that a district may have, such as 3.5, or leave it empty where the standard's cap holds."
        )
    return number
