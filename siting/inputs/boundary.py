"""The boundary of a study area: from a vector file, from an OpenStreetMap file, or a box of longitude and latitude."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from siting.cells import POLYGONS
from siting.crs import WGS84
from siting.errors import InputError
from siting.inputs.osm_features import is_osm_file, read_features
from siting.inputs.vector import read_table
from siting.tables import Faults, some

_STEP_DEGREES = 0.01
"""A parallel is curved on the map; a 20 km edge drawn with two points would cut off 5 m of land in its middle."""


def read_boundary(
    path: str | Path, *, name: str | None = None, layer: str | None = None, crs: str | None = None
) -> gpd.GeoDataFrame:
    """
    The rows that together are the boundary, with their columns and CRS.

    Parameters
    ----------
    path
        As in `siting.inputs.vector.read_table`, or an OpenStreetMap extract with administrative boundaries.
    name
        Which one. In an OSM file: its name in any language, or its id ("relation/1155956"). In another file: the rows
        in which any column says so; all rows when absent.
    layer, crs
        As in `siting.inputs.vector.read_table`.

    Raises
    ------
    InputError
        If there is none, if several have the name (all are listed), or if its outline is not whole in the file.
    """
    if is_osm_file(path):
        return _osm_boundary(Path(path), name)
    rows = read_table(path, layer=layer, crs=crs, kinds=POLYGONS)
    if name is None:
        return rows
    columns = rows.drop(columns=rows.geometry.name)
    chosen = rows[columns.astype(str).eq(name).any(axis=1)]
    if chosen.empty:
        texts = pd.unique(columns.select_dtypes(exclude="number").astype(str).to_numpy().ravel())
        raise InputError(str(path), [f"No row says {name!r}. Its {len(rows)} rows say {some(texts, 12)}."])
    return chosen


def boundary_from_bbox(west: float, south: float, east: float, north: float) -> gpd.GeoDataFrame:
    """
    A box in WGS 84 degrees, its edges along the parallels and meridians.

    Raises
    ------
    InputError
        If the sides are in another order, swapped, or not on the globe.

    Examples
    --------
    >>> boundary_from_bbox(121.2, 31.3, 121.3, 31.4).total_bounds.tolist()
    [121.2, 31.3, 121.3, 31.4]
    """
    faults = Faults("bbox")
    if max(abs(south), abs(north)) > 90 and max(abs(west), abs(east)) <= 90:
        faults.add(f"Latitude {south:g} to {north:g} is beyond 90 degrees. The order is west, south, east, north.")
    elif not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        faults.add(f"{west:g}, {south:g}, {east:g}, {north:g} are not degrees of longitude and latitude.")
    if not west < east:
        faults.add(f"West ({west:g}) is not less than east ({east:g}).")
    if not south < north:
        faults.add(f"South ({south:g}) is not less than north ({north:g}).")
    faults.stop()
    box = shapely.segmentize(shapely.box(west, south, east, north), _STEP_DEGREES)
    return gpd.GeoDataFrame(geometry=[box], crs=WGS84)


def _osm_boundary(path: Path, name: str | None) -> gpd.GeoDataFrame:
    found = read_features(path, ("boundary",), _is_named_boundary)
    is_side = found.index.str.startswith("way/") & ~found.geom_type.isin(POLYGONS)
    found = found[~is_side]  # one side of a boundary may bear a name of its own
    listed = [f"{osm_id} {row['name']}" for osm_id, row in found.iterrows()]
    if found.empty:
        raise InputError(
            str(path), ["It holds no administrative boundary with a name. Give a boundary file, or a bbox."]
        )
    if name is not None:
        names = [column for column in found.columns if column.endswith("name") or "name:" in column]
        found = found[(found.index == name) | found[names].eq(name).any(axis=1)]
    if found.empty:
        raise InputError(str(path), [f"No boundary in it is called {name!r}. It holds {some(listed, 12)}."])
    if len(found) > 1:
        several = [f"{osm_id} {row['name']} (admin_level {row.get('admin_level')})" for osm_id, row in found.iterrows()]
        raise InputError(str(path), [f"{len(found)} boundaries fit: {some(several, 12)}. Choose one by its id."])
    if not found.geom_type.isin(POLYGONS).all():
        fault = (
            f"The outline of {found.index[0]} {found['name'].iloc[0]} is not whole in this extract. Use a larger one."
        )
        raise InputError(str(path), [fault])
    return found.dropna(axis=1, how="all")


def _is_named_boundary(tags: Mapping[str, str]) -> bool:
    return tags.get("boundary") == "administrative" and "name" in tags
