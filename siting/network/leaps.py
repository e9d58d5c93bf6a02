"""Segments that no road has: what a node in the wrong place does to a way."""

from __future__ import annotations

import numpy as np

from siting.arrays import Floats
from siting.network.chains import Chains
from siting.network.ways import Ways
from siting.tables import Note, noted

LONG_KM, LEAP_KM = 20.0, 300.0
"""Mappers draw even a straight desert road with nodes nearer than the first; no straight road is as long as the second
(Saudi Arabia's Highway 10, the longest, runs straight for 240 km)."""
_EARTH_KM = 6371.0
_NEAR_DEG = 0.1
"""Points nearer in longitude and in latitude are less than 16 km apart, so their distance need not be known."""


def without_leaps(chains: Chains, ways: Ways) -> tuple[Chains, list[Note]]:
    """The chains without those that leap farther than any straight road between two nodes, and a note about them."""
    is_leap = _longest_km(chains, ways) > LEAP_KM
    way_id = np.unique(ways.way_id[chains.way[is_leap]])
    return chains.take(~is_leap), noted("topic_roads", "note_leaps", way_id, km=LEAP_KM)


def long_segments(chains: Chains, ways: Ways) -> list[Note]:
    """A note about chains with a segment so long that a node may be misplaced; they are kept."""
    is_long = _longest_km(chains, ways) > LONG_KM
    return noted("topic_roads", "note_long_segments", np.unique(ways.way_id[chains.way[is_long]]), km=LONG_KM)


def _longest_km(chains: Chains, ways: Ways) -> Floats:
    """Shape (E,). The longest segment of each chain, on a sphere: within 0.6 % of the ellipsoid; 0 for short ones."""
    point, pointer = chains.points
    if len(point) == 0:
        return np.zeros(0)
    lon, lat = ways.lon[point], ways.lat[point]
    is_far = np.append((np.abs(np.diff(lon)) > _NEAR_DEG) | (np.abs(np.diff(lat)) > _NEAR_DEG), False)
    is_far[pointer[1:] - 1] = False  # from the end of one chain to the start of the next
    start = np.flatnonzero(is_far)
    lon, lat = np.radians(lon[[start, start + 1]]), np.radians(lat[[start, start + 1]])
    half = np.sin((lat[1] - lat[0]) / 2) ** 2 + np.cos(lat[1]) * np.cos(lat[0]) * np.sin((lon[1] - lon[0]) / 2) ** 2
    step_km = np.zeros(len(point))
    step_km[start] = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return np.maximum.reduceat(step_km, pointer[:-1])
