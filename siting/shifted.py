"""GCJ-02 and BD-09: the coordinates that map services in China hand out, 100 m to 1.4 km beside WGS 84, and back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from siting.arrays import Floats, Mask

Shift = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""From longitude and latitude to longitude and latitude, in degrees."""

_AXIS_M, _ECCENTRICITY2 = 6_378_245.0, 0.00669342162296594323
"""Of the Krasovsky ellipsoid, as the formula that became public in 2010 has them."""
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_ROUNDS = 8
"""Each round leaves less than a hundredth of the error; four are enough for a millimetre."""


def is_shifted_there(lon: Floats, lat: Floats) -> Mask:
    """
    Whether map services shift a place: in the box around China that every public implementation uses.

    The box is crude. It holds Hong Kong, Macau, Taiwan and neighbouring countries, where services mostly do not shift:
    do not declare GCJ-02 there.
    """
    return (lon > _WEST) & (lon < _EAST) & (lat > _SOUTH) & (lat < _NORTH)


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """
    WGS 84 degrees as Amap, Tencent and Google's map of China show them; outside the box as they are.

    Examples
    --------
    >>> lon, lat = wgs84_to_gcj02(np.array([120.0]), np.array([40.0]))
    >>> print(f"{lon[0]:.11f} {lat[0]:.11f}")
    120.00567568355 40.00130478960
    """
    x, y = lon - 105.0, lat - 35.0
    root, sine = np.sqrt(np.abs(x)), np.sin(np.radians(lat))
    waves = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += (waves + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (waves + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    flat = 1.0 - _ECCENTRICITY2 * sine * sine
    east = np.degrees(east_m * np.sqrt(flat) / (_AXIS_M * np.cos(np.radians(lat))))
    north = np.degrees(north_m * flat * np.sqrt(flat) / (_AXIS_M * (1.0 - _ECCENTRICITY2)))
    there = is_shifted_there(lon, lat)
    return lon + np.where(there, east, 0.0), lat + np.where(there, north, 0.0)


def wgs84_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """
    WGS 84 degrees as Baidu shows them: GCJ-02 turned and moved once more; outside the box as they are.

    Examples
    --------
    >>> lon, lat = wgs84_to_bd09(np.array([116.404]), np.array([39.915]))  # Tian'anmen: 1.4 km
    >>> print(f"{lon[0]:.6f} {lat[0]:.6f}")
    116.416627 39.922700
    """
    x, y = wgs84_to_gcj02(lon, lat)
    waves = np.pi * 3000.0 / 180.0
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * waves)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * waves)
    there = is_shifted_there(lon, lat)
    return np.where(there, radius * np.cos(angle) + 0.0065, lon), np.where(there, radius * np.sin(angle) + 0.006, lat)


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """
    Back from GCJ-02, to less than a millimetre.

    Examples
    --------
    >>> lon, lat = gcj02_to_wgs84(np.array([120.00567568355486]), np.array([40.0013047896019]))
    >>> print(f"{lon[0]:.8f} {lat[0]:.8f}")
    120.00000000 40.00000000
    """
    return _back(wgs84_to_gcj02, lon, lat)


def bd09_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Back from BD-09 (longitude and latitude, not Baidu's Mercator metres), to less than a millimetre."""
    return _back(wgs84_to_bd09, lon, lat)


SHIFTED: dict[str, Shift] = {"GCJ-02": gcj02_to_wgs84, "BD-09": bd09_to_wgs84}
"""What a scenario may say instead of a CRS, and the way to WGS 84."""
SHIFTING: dict[str, Shift] = {"GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}
"""The way there."""


def shifted_name(crs: object) -> str | None:
    """
    The key of `SHIFTED` that a CRS means, however it is spelled; None where it is a real CRS.

    Examples
    --------
    >>> shifted_name("gcj02"), shifted_name("BD-09"), shifted_name("EPSG:4326")
    ('GCJ-02', 'BD-09', None)
    """
    letters = "".join(letter for letter in str(crs).lower() if letter.isalnum())
    return {"gcj02": "GCJ-02", "gcj02ll": "GCJ-02", "bd09": "BD-09", "bd09ll": "BD-09"}.get(letters)


def _back(forward: Shift, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The place that `forward` puts here: no closed form exists, so the error is taken off round by round."""
    there = is_shifted_there(lon, lat)
    x, y = lon, lat
    for _ in range(_ROUNDS):
        shown_lon, shown_lat = forward(x, y)
        x, y = x + np.where(there, lon - shown_lon, 0.0), y + np.where(there, lat - shown_lat, 0.0)
    return x, y
