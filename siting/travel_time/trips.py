"""
Between seconds on the network and seconds of a trip: pulling away and stopping are counted here and nowhere else.

Searches run on the network, where every edge is driven at its own speed from end to end. What comes into the room as a
limit, and what goes out of it as a time, is of whole trips (`siting.speeds.trip_s`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np

from siting.arrays import Floats, Ids, Milliseconds
from siting.network import RoadNetwork
from siting.speeds import cruise_s, trip_s

_NOISE_MS = 1e-6
WholeMs = TypeVar("WholeMs", Milliseconds, Ids)


def cruising(network: RoadNetwork) -> RoadNetwork:
    """The network for those who count in its own seconds, without pulling away and stopping."""
    return network if network.start_stop_s == 0 else replace(network, start_stop_s=0.0)


def whole_ms(seconds: float | Floats) -> Floats:
    """
    The whole milliseconds within a number of seconds, for a budget or a limit; nan where that is none.

    Examples
    --------
    What 300 s less a turnout of 38.6 s lacks in binary is no millisecond:

    >>> whole_ms(np.array([300 - 38.6, 239.9996])).tolist()
    [261400.0, 239999.0]
    """
    return np.floor(np.asarray(seconds, dtype=np.float64) * 1000.0 + _NOISE_MS)


def trip_ms(network: RoadNetwork, cruise_ms: WholeMs) -> WholeMs:
    """
    Milliseconds of trips that take so long on the network, rounded up.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from siting import toy
    >>> trip_ms(replace(toy.network(), start_stop_s=39.0), np.array([0, 39_000, 201_000])).tolist()
    [0, 78000, 240000]
    """
    if network.start_stop_s == 0:
        return cruise_ms
    seconds = trip_s(cruise_ms / 1000.0, network.start_stop_s)
    return np.ceil(seconds * 1000.0 - _NOISE_MS).astype(cruise_ms.dtype)


def cruise_limit_ms(network: RoadNetwork, limit_s: float) -> int:
    """
    The milliseconds on the network that fill a trip of whole milliseconds within the limit.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from siting import toy
    >>> [cruise_limit_ms(replace(toy.network(), start_stop_s=s), 240.0) for s in (0.0, 39.0)]
    [240000, 201000]
    """
    limit_ms = int(whole_ms(limit_s))
    if network.start_stop_s == 0:
        return limit_ms
    return int(whole_ms(cruise_s(limit_ms / 1000.0, network.start_stop_s)))
