"""Barriers between districts, from a file of lines and polygons or from an OpenStreetMap extract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.cells import LINES_AND_AREAS
from siting.crs import metric_crs
from siting.inputs.osm_features import is_osm_file, read_kinds
from siting.inputs.vector import read_table

WIDE_M = 50.0
"""From here on a river is a larger one: ours and editable, since GB 51080-2015, 4.1.3-4 gives no figure."""
_KEYS = ("highway", "railway", "waterway", "natural")
_WATER = ("natural", "water"), ("waterway", "riverbank")
_ON_ITS_WAY = ("main", "branch", "")
"""railway=rail with another usage (industrial, tourism, military) is no trunk line."""


def read_barriers(path: str | Path, *, layer: str | None = None, crs: str | None = None) -> gpd.GeoDataFrame:
    """
    Motorways, expressways, railways and rivers: a column kind, and severity where the file says one.

    An OpenStreetMap file gives highway=motorway, highway=trunk (which Chinese mappers give to 快速路) as expressway,
    railway=rail without sidings and yards, and waterway=river: a ``river`` where its width tag or the water area
    around it is `WIDE_M` wide or more, else a ``narrow_river``. What runs in a tunnel bars nobody.

    Parameters
    ----------
    path
        OpenStreetMap file, or one as in `siting.inputs.vector.read_table` with a column kind.
    layer, crs
        As in `siting.inputs.vector.read_table`.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    if not is_osm_file(path):
        return read_table(path, layer=layer, crs=crs, kinds=LINES_AND_AREAS)
    found, kind = read_kinds(Path(path), _KEYS, _kind)
    is_line = found.geom_type.isin(["LineString", "Polygon"]) & (kind != "water") & found.index.str.startswith("way/")
    lines = gpd.GeoDataFrame({"kind": kind[is_line]}, geometry=_outlines(found.geometry[is_line]), crs=found.crs)
    water = found[(kind == "water") & found.geom_type.isin(["Polygon", "MultiPolygon"])]
    width_m = pd.to_numeric(_tag(found[is_line], "width").str.removesuffix("m"), errors="coerce").to_numpy(np.float64)
    is_narrow = (lines.kind == "river") & ~_is_wide(lines, width_m, water)
    return lines.assign(kind=lines.kind.mask(is_narrow, "narrow_river"))


def _tag(features: gpd.GeoDataFrame, key: str) -> pd.Series:
    """The texts of one tag, "" where an object lacks it."""
    return features.get(key, pd.Series(dtype=object)).reindex(features.index).fillna("")


def _kind(tags: Mapping[str, str]) -> str:
    """What bars the way here; "water" tells the width of rivers, "" is no barrier."""
    if tags.get("tunnel", "no") != "no":
        return ""
    if tags.get("highway") in ("motorway", "trunk"):
        return "motorway" if tags["highway"] == "motorway" else "expressway"
    if tags.get("railway") == "rail" and "service" not in tags and tags.get("usage", "") in _ON_ITS_WAY:
        return "railway"
    if tags.get("waterway") == "river":
        return "river"
    return "water" if any(tags.get(key) == value for key, value in _WATER) else ""


def _outlines(shapes: gpd.GeoSeries) -> list[shapely.Geometry]:
    """Lines as they are; a closed way, which is read as a polygon, as its outline."""
    return [shape.exterior if shape.geom_type == "Polygon" else shape for shape in shapes]


def _is_wide(lines: gpd.GeoDataFrame, width_m: np.ndarray, water: gpd.GeoDataFrame) -> np.ndarray:
    """By its tag; without one, whether a water area that is wide on average lies around some of the line."""
    wide = width_m >= WIDE_M
    if water.empty or lines.empty:
        return wide
    metric = metric_crs(lines)
    areas = water.geometry.to_crs(metric)
    areas = areas[2 * areas.area / areas.length >= WIDE_M]  # of a long strip: its mean width
    inside = np.unique(areas.sindex.query(lines.geometry.to_crs(metric), predicate="intersects")[0])
    wide[inside] |= np.isnan(width_m[inside])
    return wide
