"""Coordinate reference systems: the metric one that fits a place, and coordinates that cannot be what they claim."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from pyproj.aoi import AreaOfUse
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats
from siting.errors import InputError
from siting.shifted import shifted_name
from siting.tables import Faults, check_crs, check_geometry, check_not_empty

WGS84 = pyproj.CRS.from_epsg(4326)

_FIRST_ZONE = 4534  # EPSG: CGCS2000 / 3-degree Gauss-Kruger CM 75E
_FIRST_MERIDIAN, _LAST_MERIDIAN, _ZONE_WIDTH = 75, 135, 3
_FIRST_NARROW = 25
_ZONES = {*range(13, 24), *range(_FIRST_NARROW, 46)}
"""Numbers of zones in China: 13 to 23 are 6 degrees wide, 25 to 45 are 3."""
_ZONE_M, _MIDDLE_M = 1_000_000.0, 500_000.0
"""A numbered easting is number × 1000 km + 500 km + distance from the central meridian."""
_AREA_ERROR = 0.01
"""Gauss-Krüger and UTM are within 0.3 % of the true area over a city or county; Web Mercator is 36 % off at 31° N."""


def as_crs(crs: object) -> pyproj.CRS:
    """
    The CRS meant by an EPSG code, an authority string, WKT or a CRS.

    Raises
    ------
    InputError
        If PROJ does not know it.
    """
    try:
        return pyproj.CRS.from_user_input(crs)
    except CRSError as fault:
        if (name := shifted_name(crs)) is not None:
            advice = f"{name} is a shift, not a CRS: points, lines and polygons can be read in it, nothing else. "
            raise InputError("crs", [advice + "Convert this input to WGS 84 and say EPSG:4326."]) from fault
        raise InputError("crs", [f'{crs!r} is not a CRS that PROJ knows. Write it like "EPSG:4326".']) from fault


def metric_crs(place: gpd.GeoDataFrame | gpd.GeoSeries) -> pyproj.CRS:
    """
    The CRS that areas and lengths of a place are measured in.

    In China the CGCS2000 3-degree Gauss-Krüger zone in its central-meridian form (EPSG:4534 to 4554, false easting
    500 km); elsewhere the UTM zone. "In China" means: the middle of the extent lies in the box that EPSG gives as that
    zone's area of use. The box is wider than the country in places; just across the border the zone is as true to
    scale as UTM, so nothing is lost there.

    Raises
    ------
    InputError
        Near the poles, where neither exists.

    Examples
    --------
    >>> from shapely import Point
    >>> [metric_crs(gpd.GeoSeries([Point(lon, lat)], crs=4326)).to_epsg() for lon, lat in [(121.2, 31.4), (2.3, 48.9)]]
    [4549, 32631]
    """
    west, south, east, north = lonlat_bounds(place)
    lon, lat = (west + east) / 2, (south + north) / 2
    meridian = _ZONE_WIDTH * round(lon / _ZONE_WIDTH)
    if _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        zone = pyproj.CRS.from_epsg(_FIRST_ZONE + (meridian - _FIRST_MERIDIAN) // _ZONE_WIDTH)
        use = zone.area_of_use
        if use is not None and use.west <= lon <= use.east and use.south <= lat <= use.north:
            return zone
    try:
        return place.estimate_utm_crs()
    except RuntimeError as fault:
        raise InputError(
            "boundary",
            [f"There is no UTM zone at longitude {lon:.4f}, latitude {lat:.4f}. Are longitude and latitude swapped?"],
        ) from fault


def check_metric(faults: Faults, crs: pyproj.CRS, place: gpd.GeoDataFrame | gpd.GeoSeries) -> None:
    """Note a CRS in which metres or square metres at this place would be wrong."""
    if not crs.is_projected or any(axis.unit_name not in ("metre", "meter") for axis in crs.axis_info[:2]):
        faults.add(
            f"{crs.name} is not in metres, so no length or area can be measured in it. "
            'Leave crs out to have one chosen, or give a projected one (for example "EPSG:4549").'
        )
        return
    west, south, east, north = lonlat_bounds(place)
    scale = pyproj.Proj(crs).get_factors((west + east) / 2, (south + north) / 2).areal_scale
    if not abs(scale - 1) < _AREA_ERROR:
        faults.add(
            f"Areas in {crs.name} are {scale:.3g} times the true ones at this place; at most {_AREA_ERROR:.0%} off is "
            "expected. Leave crs out to have one chosen."
        )


def check_places(faults: Faults, table: gpd.GeoDataFrame, kinds: Sequence[str]) -> None:
    """Note what keeps a table off the map: no rows, no CRS, geometry of other kinds, coordinates astray."""
    check_not_empty(faults, table)
    check_crs(faults, table)
    check_geometry(faults, table, kinds)
    check_coordinates(faults, table)


def check_coordinates(faults: Faults, table: gpd.GeoDataFrame | gpd.GeoSeries) -> None:
    """Note coordinates that are infinite, swapped, or in another unit than the CRS says."""
    if table.crs is None:
        return
    geometry = table.geometry
    xy = shapely.get_coordinates(geometry[geometry.notna()].to_numpy())
    if not len(xy):
        return
    if not np.isfinite(xy).all():
        faults.add(f"{int((~np.isfinite(xy)).any(axis=1).sum())} coordinates are infinite or not numbers.")
        return
    x, y = np.abs(xy).max(axis=0)
    lowest, highest = xy.min(axis=0), xy.max(axis=0)
    shown = f"x {lowest[0]:.6g} to {highest[0]:.6g}, y {lowest[1]:.6g} to {highest[1]:.6g}"
    if table.crs.is_geographic and (x > 180 or y > 90):
        if x <= 90 and y <= 180:
            faults.add(f"Latitudes go beyond 90 degrees ({shown}). Longitude and latitude seem to be swapped.")
        elif x <= 360 and y <= 90:
            faults.add(
                f"Longitudes go beyond 180 degrees ({shown}). Write them from -180 to 180; what lies across the 180th "
                "meridian cannot be planned in one piece: plan each side of it by itself."
            )
        else:
            faults.add(
                f"The coordinates cannot be degrees ({shown}), but {table.crs.name} is in degrees. "
                "State the CRS that they are really in."
            )
    elif table.crs.is_projected and x <= 180 and y <= 90:
        faults.add(
            f"The coordinates look like degrees ({shown}), but {table.crs.name} is in metres. "
            'State the CRS that they are really in, for example crs = "EPSG:4326".'
        )
    elif table.crs.is_projected and _check_zone(faults, table.crs, lowest, highest, shown):
        return
    elif table.crs.is_projected and table.crs.area_of_use is not None:
        _check_place(faults, table.crs, table.crs.area_of_use, lowest / 2 + highest / 2, shown)


def _check_place(faults: Faults, crs: pyproj.CRS, use: AreaOfUse, middle: Floats, shown: str) -> None:
    """Note metric coordinates that lie where their CRS is of use only with x and y exchanged, or nowhere on Earth."""
    to_degrees = transformer(crs, WGS84)
    here, swapped = to_degrees.transform(*middle), to_degrees.transform(*middle[::-1])
    is_used_there, is_used_swapped = (
        use.west <= lon <= use.east and use.south <= lat <= use.north for lon, lat in (here, swapped)
    )
    if is_used_swapped and not is_used_there:
        faults.add(
            f"Easting and northing seem to be swapped ({shown}): {crs.name} is not used there. Surveyors in China call "
            "the northing X: exchange the columns (of a CSV, name them the other way round as lon and lat)."
        )
    elif not np.isfinite(here).all():
        faults.add(
            f"The coordinates ({shown}) lie nowhere on Earth in {crs.name}. State the CRS that they are really in."
        )


def _check_zone(faults: Faults, crs: pyproj.CRS, lowest: Floats, highest: Floats, shown: str) -> bool:
    """Note eastings that bear another zone number than their CRS says, or one that it does not; whether they do."""
    operation = crs.coordinate_operation
    params = {param.name: float(param.value) for param in operation.params} if operation else {}
    false_easting_m = params.get("False easting", 0.0)
    if false_easting_m % _ZONE_M != _MIDDLE_M:
        return False
    asked, (zone, second) = int(false_easting_m // _ZONE_M), _zones_borne(np.array([lowest, highest]))
    if second in _ZONES and second != asked:
        code = _zone_code(second, is_numbered=True)
        faults.add(
            f"The northing stands first ({shown}); exchange the columns. The eastings fit EPSG:{code} (CGCS2000)."
        )
    elif zone != asked and (zone in _ZONES or (zone == 0 and asked in _ZONES)):
        code = _zone_code(zone or asked, is_numbered=zone > 0)
        faults.add(
            f"The eastings bear {f'the number of zone {zone}' if zone else 'no zone number'} ({shown}), and in "
            f"{crs.name} they bear {f'that of zone {asked}' if asked else 'none'}. They fit EPSG:{code} (CGCS2000)."
        )
    else:
        return False
    return True


def zone_guess(table: gpd.GeoDataFrame | gpd.GeoSeries) -> str:
    """
    What the eastings of a table without a CRS look like, as advice; "" where they bear no number of a Chinese zone.

    Examples
    --------
    >>> from shapely import Point
    >>> zone_guess(gpd.GeoSeries([Point(40_512_345, 3_470_000)]))
    'The eastings bear the number of zone 40, as in EPSG:4528 (CGCS2000).'
    """
    xy = shapely.get_coordinates(table.geometry[table.geometry.notna()].to_numpy())
    if not len(xy) or not np.isfinite(xy).all():
        return ""
    zone, second = _zones_borne(xy)
    if second in _ZONES:
        code = _zone_code(second, is_numbered=True)
        return f"The northing stands first; exchange the columns. The eastings fit EPSG:{code} (CGCS2000)."
    if zone in _ZONES:
        return (
            f"The eastings bear the number of zone {zone}, as in EPSG:{_zone_code(zone, is_numbered=True)} (CGCS2000)."
        )
    return ""


def _zones_borne(xy: Floats) -> tuple[int, int]:
    """The zone number that all first coordinates bear, and all second ones: 0 for none, -1 where they differ."""
    first, last = xy.min(axis=0) // _ZONE_M, xy.max(axis=0) // _ZONE_M
    zone, second = np.where(first == last, first, -1).clip(-1, 1000).astype(int)  # 1e302 is no int
    return int(zone), int(second)


def _zone_code(zone: int, *, is_numbered: bool) -> int:
    """The EPSG code of a zone of CGCS2000: 3 degrees wide from number 25, else 6; its eastings numbered or not."""
    first, codes = (25, (4513, 4534)) if zone >= _FIRST_NARROW else (13, (4491, 4502))
    return codes[not is_numbered] + zone - first


def would_lie_in_if_swapped(x: Floats, y: Floats, crs: pyproj.CRS, place: BaseGeometry, place_crs: pyproj.CRS) -> bool:
    """
    Whether any coordinates, with x and y exchanged, lie in a place.

    Examples
    --------
    >>> helsinki = shapely.box(24.8, 60.1, 25.1, 60.3)
    >>> would_lie_in_if_swapped(np.array([60.2]), np.array([24.9]), WGS84, helsinki, WGS84)
    True
    """
    swapped = transformer(crs, place_crs).transform(y, x)
    return bool(shapely.intersects_xy(place, *swapped).any())


def lonlat_bounds(place: gpd.GeoDataFrame | gpd.GeoSeries) -> tuple[float, float, float, float]:
    """West, south, east and north of a place in WGS 84 degrees."""
    return transform_bounds(place.total_bounds, place.crs, WGS84)


def lonlat_text(place: gpd.GeoDataFrame | gpd.GeoSeries) -> str:
    """The extent of a place as a message has it: from west to east, from south to north."""
    west, south, east, north = lonlat_bounds(place)
    return f"{west:.4f} to {east:.4f}, {south:.4f} to {north:.4f}"


@lru_cache(maxsize=64)
def transformer(crs: pyproj.CRS, to: pyproj.CRS) -> pyproj.Transformer:
    """
    From coordinates in one CRS to those in another, x (or longitude) first; kept, since PROJ thinks for 50 ms of each.

    Examples
    --------
    >>> east_m, north_m = transformer(WGS84, pyproj.CRS.from_epsg(32651)).transform(123.0, 0.0)
    >>> round(east_m), round(north_m)
    (500000, 0)
    """
    return pyproj.Transformer.from_crs(crs, to, always_xy=True)


def transform_bounds(
    bounds: np.ndarray | tuple[float, ...], crs: pyproj.CRS, to: pyproj.CRS
) -> tuple[float, float, float, float]:
    """The box in another CRS that holds a box: its edges are followed, not only its corners."""
    low_x, low_y, high_x, high_y = map(float, bounds)
    return transformer(crs, to).transform_bounds(low_x, low_y, high_x, high_y)
