"""Pulling away and stopping: the square-root-then-linear law, on network times."""

from __future__ import annotations

from typing import overload

import numpy as np

from siting.arrays import Floats


def start_stop_s(kph: float, acceleration_ms2: float) -> float:
    """
    Seconds that a trip loses by pulling away and stopping, v / a: half of it at each end.

    Examples
    --------
    RAND's line, T = 0.65 min + 1.7 min a mile, is 56.8 km/h and 0.40 m/s²:

    >>> round(start_stop_s(56.8, 0.4046))
    39
    """
    return kph / 3.6 / acceleration_ms2


@overload
def trip_s(cruise_s: float, start_stop_s: float) -> float: ...
@overload
def trip_s(cruise_s: Floats, start_stop_s: float) -> Floats: ...
def trip_s(cruise_s: float | Floats, start_stop_s: float) -> float | Floats:
    """
    Seconds of a trip that takes `cruise_s` on the network, where every edge is driven at its own speed from end to end.

    With c = D / v and s = v / a the law D < v² / a: T = 2 √(D / a), else T = v / a + D / v becomes c < s: T = 2 √(c s),
    else T = c + s. So it needs no distance and no single speed, and as it grows with c, it never changes which road
    or which station is the quicker one.

    References
    ----------
    Kolesar, Walker and Hausner (1975), Determining the relation between fire engine travel times and travel distances
    in New York City, Operations Research 23(4) (RAND R-1449); Larson and Odoni, Urban Operations Research, ch. 3.7.

    Examples
    --------
    1, 2 and 3 km at RAND's 56.8 km/h, in minutes:

    >>> (trip_s(np.array([1.0, 2.0, 3.0]) / 56.8 * 3600, 39.0) / 60).round(2).tolist()
    [1.71, 2.76, 3.82]
    """
    if start_stop_s == 0:
        return cruise_s
    root = 2.0 * np.sqrt(np.asarray(cruise_s) * start_stop_s)
    time = np.where(np.asarray(cruise_s) < start_stop_s, root, cruise_s + start_stop_s)
    return time if isinstance(cruise_s, np.ndarray) else float(time)


@overload
def cruise_s(trip_s: float, start_stop_s: float) -> float: ...
@overload
def cruise_s(trip_s: Floats, start_stop_s: float) -> Floats: ...
def cruise_s(trip_s: float | Floats, start_stop_s: float) -> float | Floats:
    """
    The other way round: the seconds on the network that fill a trip, for a limit to search with.

    Examples
    --------
    In 4 minutes 3.17 km at 56.8 km/h:

    >>> round(cruise_s(240.0, 39.0) * 56.8 / 3600, 2)
    3.17
    """
    if start_stop_s == 0:
        return trip_s
    root = np.square(trip_s) / (4.0 * start_stop_s)
    time = np.where(np.asarray(trip_s) < 2.0 * start_stop_s, root, np.asarray(trip_s) - start_stop_s)
    return time if isinstance(trip_s, np.ndarray) else float(time)
