"""Places whose coordinates look shifted (GCJ-02, BD-09) though nobody says so: told, never mended."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from scipy.stats import wilcoxon

from siting.crs import WGS84, transformer
from siting.network import RoadNetwork, snap
from siting.shifted import SHIFTED, SHIFTING, is_shifted_there
from siting.tables import Note

_FAR_M = 300.0
"""Without a road within this, a place counts as being this far from one."""
_MOST_PLACES = 1_000
_CHANCE = 0.001
"""Of suspecting places that have nothing to do with the roads, for each way."""
_NEARER = 2 / 3
"""What is left of the mean distance at most: right places in a dense town come down to a half, or far below."""

_WAYS = (
    *(("note_suspected_shift", shift, way) for shift, way in SHIFTED.items()),
    *(("note_suspected_conversion", shift, way) for shift, way in SHIFTING.items()),
)


def suspected_shift(places: gpd.GeoDataFrame, network: RoadNetwork, file: str) -> list[Note]:
    """
    A note where places stand much nearer to the roads once a shift is taken off, or put back; else none.

    Stations and hydrants stand beside roads. Where they stand is compared with where they would if their coordinates
    were GCJ-02 or BD-09, or had been converted from these without need. Suspected is what takes a third or more off the
    mean distance to the nearest road, by more than chance would (Wilcoxon's signed-rank test); of several, what brings
    them nearest. A dozen stations among dense streets is too few to tell: some road is near wherever they are moved.
    """
    sample = places.iloc[:: len(places) // _MOST_PLACES + 1]
    points = sample.geometry.to_crs(network.crs).representative_point()
    read = np.array([points.x, points.y])
    to_degrees = transformer(network.crs, WGS84)
    lon, lat = to_degrees.transform(*read)
    if not is_shifted_there(lon, lat).any():
        return []
    moved = [np.array(to_degrees.transform(*way(lon, lat), direction="INVERSE")) for *_, way in _WAYS]
    x, y = np.hstack([read, *moved])
    from_road_m = snap(network, x, y, _FAR_M).distance_m.clip(max=_FAR_M)
    now_m, *then_m = np.split(from_road_m, 1 + len(_WAYS))
    suspected = [number for number, then in enumerate(then_m) if _is_nearer(then, now_m)]
    if not suspected:
        return []
    best = min(suspected, key=lambda number: float(then_m[number].mean()))
    key, shift, _ = _WAYS[best]
    east_m, north_m = np.median(moved[best] - read, axis=1)
    told = {"file": file, "shift": shift, "now": f"{now_m.mean():.0f}", "then": f"{then_m[best].mean():.0f}"}
    return [Note("topic_table", key, len(places), values=told | {"east": f"{east_m:.0f}", "north": f"{north_m:.0f}"})]


def _is_nearer(then_m: np.ndarray, now_m: np.ndarray) -> bool:
    """Whether places come much nearer on the whole, and chance would not bring so many so much nearer."""
    if then_m.mean() >= _NEARER * now_m.mean():
        return False
    return bool(wilcoxon(now_m, then_m, alternative="greater").pvalue <= _CHANCE)
