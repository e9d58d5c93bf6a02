"""People in a raster (WorldPop, GHS-POP, a census grid), spread from pixels to land cells."""

from __future__ import annotations

import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from siting.arrays import Floats, Ids
from siting.crs import lonlat_bounds, transform_bounds, transformer
from siting.inputs.demand.model import AtEdge, CarriedDemand
from siting.inputs.demand.overlay import overlay
from siting.inputs.demand.pixels import CORNERS, UNITS, Pixels, pixel_area_m2, read_pixels
from siting.study_area import StudyArea
from siting.tables import Note

_CROWDED_PER_KM2 = 150_000
"""On average over a study area: more than the densest quarters of Hong Kong, so most likely a wrong unit."""

_AT_ONCE = 2_000_000
"""Parts of pixels held in memory together: some 100 MB."""

_SPARSE_PER_KM2, _FINE_SHARE = 100, 0.1
"""A density below the first where anybody lives, in pixels that as counts would hold ten times as many: fewer than a
Chinese county has on all its land, so counts may have been read as a density."""


def carry_raster(
    area: StudyArea,
    *,
    path: str | Path,
    unit: str,
    at_edge: AtEdge = "share",
    band: int = 1,
    crs: str | None = None,
    nodata: float | None = None,
) -> CarriedDemand:
    """
    The people of a raster, carried to the cells.

    The window over the study area and its buffer is read, and `total_read` is the people in that window: of a raster
    that ends before it, all. Each pixel is divided into k by k parts with equal shares of its people, no wider than a
    quarter of a cell, and each part goes to the cell that holds its middle.

    Parameters
    ----------
    unit
        "people_per_cell", "people_per_km2" or "people_per_m2". Never guessed. A density is multiplied by the true
        area of the pixel, on the ellipsoid.
    at_edge
        Of a pixel across the boundary: "share" leaves the parts outside out of the cells, "inside" puts all its people
        on its land inside, however little that is.
    band
        Counted from 1.
    crs, nodata
        Of a raster that does not say its own.

    Raises
    ------
    InputError
        Naming every fault: unknown unit, no CRS, values negative or not numbers that are not nodata, no overlap.
    """
    path = Path(path)
    around = lonlat_bounds(gpd.GeoSeries([area.reach], crs=area.crs))
    pixels = read_pixels(path, around, unit, band, crs, nodata)
    weight, inside = _spread(area, pixels, at_edge)
    total_inside = math.fsum(inside)
    return CarriedDemand(
        weight=pd.Series(weight, index=area.cells.index, name="weight"),
        total_read=math.fsum(pixels.people),
        total_inside=total_inside,
        total_outside=math.fsum(pixels.people - inside),
        unit="people",
        source=path.name,
        notes=(*_crowding(total_inside / area.area_km2, unit), *_sparseness(pixels, inside, unit)),
    )


def _spread(area: StudyArea, pixels: Pixels, at_edge: AtEdge) -> tuple[Floats, Floats]:
    """People of each cell, and of each pixel the people that went to cells."""
    to_metric = transformer(pixels.crs, area.crs)
    weight, inside = np.zeros(len(area.cells)), np.zeros(len(pixels.people))
    near = _near(area, pixels)
    k = _parts_per_side(area, pixels.take(near), to_metric)
    for some in np.array_split(near, max(1, math.ceil(len(near) * k**2 / _AT_ONCE))):
        cell = _cells_of_parts(area, pixels.take(some), k, to_metric)
        held = cell >= 0
        count = held.sum(axis=1)
        shared_by = np.maximum(count, 1) if at_edge == "inside" else k**2
        each = pixels.people[some] / shared_by
        weight += np.bincount(cell[held], np.repeat(each, count), minlength=len(weight))
        inside[some] = each * count
        if at_edge == "inside":
            # A pixel may reach into the boundary by less than one of its parts.
            missed = some[count == 0]
            into, pixel, share = overlay(area, _outlines(pixels.take(missed), to_metric), at_edge)
            people = share * pixels.people[missed[pixel]]
            weight += np.bincount(into, people, minlength=len(weight))
            inside[missed] = np.bincount(pixel, people, minlength=len(missed))
    return weight, inside


def _near(area: StudyArea, pixels: Pixels) -> Ids:
    """Positions of the pixels that could touch the boundary, by its box."""
    low_x, low_y, high_x, high_y = transform_bounds(area.boundary.bounds, area.crs, pixels.crs)
    x, y = pixels.at(0.5, 0.5)
    wide = abs(pixels.transform.a) + abs(pixels.transform.b)
    high = abs(pixels.transform.d) + abs(pixels.transform.e)
    return np.flatnonzero((x > low_x - wide) & (x < high_x + wide) & (y > low_y - high) & (y < high_y + high))


def _parts_per_side(area: StudyArea, near: Pixels, to_metric: pyproj.Transformer) -> int:
    """How often each side of a pixel is divided, from the size of the one in the middle."""
    if not len(near.people):
        return 1
    middle = near.take(np.array([len(near.people) // 2]))
    sides = np.diff(shapely.get_coordinates(_outlines(middle, to_metric)), axis=0)
    return max(1, math.ceil(np.hypot(*sides.T).max() / (area.cell_m / 4)))


def _cells_of_parts(area: StudyArea, pixels: Pixels, k: int, to_metric: pyproj.Transformer) -> Ids:
    """Shape (P, k * k). Position of the cell that holds the middle of each part of each pixel; -1 outside."""
    middle = (np.arange(k) + 0.5) / k
    right, down = (part.ravel() for part in np.meshgrid(middle, middle))
    wide = Pixels(pixels.people, pixels.col[:, None], pixels.row[:, None], pixels.transform, pixels.crs)
    x, y = to_metric.transform(*wide.at(right, down))
    return area.cell_at(x.ravel(), y.ravel()).reshape(x.shape)


def _outlines(pixels: Pixels, to_metric: pyproj.Transformer) -> np.ndarray:
    """Shape (P,). Each pixel as a polygon in the area's CRS."""
    corners = [np.column_stack(to_metric.transform(*pixels.at(*corner))) for corner in CORNERS]
    return shapely.polygons(np.stack(corners, axis=1))


def _crowding(per_km2: float, unit: str) -> tuple[Note, ...]:
    if per_km2 <= _CROWDED_PER_KM2:
        return ()
    return (Note("topic_demand", "note_too_crowded", 1, values={"per_km2": per_km2, "unit": unit}),)


def _sparseness(pixels: Pixels, inside: Floats, unit: str) -> tuple[Note, ...]:
    """A doubt whether values said to be a density are counts; a county that is truly so empty can ignore it."""
    per_m2 = UNITS[unit]
    people = math.fsum(inside)
    if per_m2 is None or people == 0:
        return ()
    area_m2 = pixel_area_m2(pixels)
    per_km2 = people / float(area_m2[inside > 0].sum()) * 1e6
    as_counts = math.fsum(inside / area_m2 * per_m2)
    if per_km2 >= _SPARSE_PER_KM2 or people > _FINE_SHARE * as_counts:
        return ()
    told = {"per_km2": per_km2, "unit": unit, "people": people, "as_counts": as_counts}
    return (Note("topic_demand", "note_too_sparse", 1, values=told),)
