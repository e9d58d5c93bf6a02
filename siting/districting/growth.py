"""A district grown from its site: of the land that is nobody's, the most urgent first."""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

from siting.districting.kernels import NONE, take


@njit(cache=True, nogil=True)
def grown(ground, districts, site, urgency, seen, stamp, out):  # type: ignore[no-untyped-def]
    """
    The cells that a new district of this site would have, written into `out`: their number, and their urgency in all.

    Where all land in its reach fits, that is all of it; else cell by cell from the site outwards, the most urgent per
    area first. Nothing is taken. A site whose own cell is another's has no district.
    """
    home = ground.home[site]
    if home < 0 or districts.owner[home] >= 0:
        return 0, 0.0
    stamp[0] += 2  # one mark for what may be had, the one below for what hangs together
    within = stamp[0]
    for entry in range(ground.ptr[site], ground.ptr[site + 1]):
        i = ground.cells[entry]
        if districts.owner[i] < 0:
            seen[i] = within
    if seen[home] != within:
        return 0, 0.0
    count, worth, area, people = _flood(ground, home, urgency, seen, within, out)
    if area <= ground.cap_m2[site] and people <= ground.people_limit:
        return count, worth
    return _chosen(ground, site, urgency, seen, within - 1, out)


@njit(cache=True, nogil=True)
def _flood(ground, home, urgency, seen, within, out):  # type: ignore[no-untyped-def]
    """All cells marked `within` that hang together with `home`; they are marked one less."""
    out[0], length, at = home, 1, 0
    seen[home] = within - 1
    worth, area, people = 0.0, 0, 0.0
    while at < length:
        i = out[at]
        at += 1
        worth += urgency[i]
        area += ground.area_m2[i]
        people += ground.people[i]
        for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
            k = ground.near[touch]
            if seen[k] == within:
                seen[k] = within - 1
                out[length] = k
                length += 1
    return length, worth, area, people


@njit(cache=True, nogil=True)
def _chosen(ground, site, urgency, seen, flooded, out):  # type: ignore[no-untyped-def]
    """Of the flooded cells as many as the limits allow."""
    frontier = [(0.0, np.int64(ground.home[site]))]
    seen[ground.home[site]] = NONE
    length, worth, area, people = 0, 0.0, 0, 0.0
    while len(frontier) > 0:
        _, i = heapq.heappop(frontier)
        if area + ground.area_m2[i] > ground.cap_m2[site] or people + ground.people[i] > ground.people_limit:
            continue
        out[length] = i
        length += 1
        worth += urgency[i]
        area += ground.area_m2[i]
        people += ground.people[i]
        for touch in range(ground.near_ptr[i], ground.near_ptr[i + 1]):
            k = np.int64(ground.near[touch])
            if seen[k] == flooded:
                seen[k] = NONE
                heapq.heappush(frontier, (-urgency[k] / max(1, ground.area_m2[k]), k))
    return length, worth


@njit(cache=True, nogil=True)
def hold(ground, districts, slot, cells, count):  # type: ignore[no-untyped-def]
    """Let the slot have the first `count` of these cells."""
    for position in range(count):
        take(ground, districts, slot, cells[position])
