"""Segments that no road has: what a node in the wrong place does to a way."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids
from siting.network.chains import Chains
from siting.network.ways import Ways
from siting.tables import Note, noted

LONG_KM, LEAP_KM = 20.0, 300.0
"""Mappers draw even a straight desert road with nodes nearer than the first; no straight road is as long as the second
(Saudi Arabia's Highway 10, the longest, runs straight for 240 km)."""
_EARTH_KM = 6371.0
_NEAR = math.radians(0.1)
"""Points nearer in longitude and in latitude are less than 16 km apart, so their distance need not be known."""


def without_leaps(chains: Chains, ways: Ways) -> tuple[Chains, list[Note]]:
    """
    The chains without those that leap farther than any straight road between two nodes, and a note about them.

    And one about chains with a segment so long that a node may be misplaced; they are kept.
    """
    longest_km = _longest_km(chains, ways)
    is_leap, is_long = longest_km > LEAP_KM, (longest_km > LONG_KM) & (longest_km <= LEAP_KM)
    leaps, long = (np.unique(ways.way_id[chains.way[some]]) for some in (is_leap, is_long))
    notes = noted("topic_roads", "note_leaps", leaps, km=LEAP_KM)
    return chains.take(~is_leap), [*notes, *noted("topic_roads", "note_long_segments", long, km=LONG_KM)]


def _longest_km(chains: Chains, ways: Ways) -> Floats:
    """Shape (E,). The longest segment of each chain, on a sphere: within 0.6 % of the ellipsoid; 0 for short ones."""
    return _longest(chains.ref, chains.start, chains.end, np.radians(ways.lon), np.radians(ways.lat))


@njit(cache=True, nogil=True)
def _longest(ref: Ids, start: Ids, end: Ids, lon: Floats, lat: Floats) -> Floats:
    longest_km = np.zeros(len(start))
    for e in range(len(start)):
        for k in range(start[e], end[e]):
            east, north = lon[ref[k + 1]] - lon[ref[k]], lat[ref[k + 1]] - lat[ref[k]]
            if abs(east) > _NEAR or abs(north) > _NEAR:
                half = math.sin(north / 2) ** 2
                half += math.cos(lat[ref[k]]) * math.cos(lat[ref[k + 1]]) * math.sin(east / 2) ** 2
                longest_km[e] = max(longest_km[e], 2 * _EARTH_KM * math.asin(math.sqrt(min(half, 1.0))))
    return longest_km
