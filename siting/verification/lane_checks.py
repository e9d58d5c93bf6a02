"""Fire lanes: each verdict from the figures beside it, and the sums from the layers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from siting.verification.claim import Claim, column, number, rows, same
from siting.verification.place_checks import ellipsoid_m
from siting.verification.written import Written

_MM = 1e-3
_KM2 = 1e-9


def check_lanes(written: Written) -> Iterator[Claim]:
    """Nothing where no lanes were asked for."""
    told = {row["check"]: row for row in written.summary["lanes"]}
    if not told:
        return
    roads, ends, ground = (written.layers[f"lane_{name}"] for name in ("roads", "dead_ends", "ground"))
    yield column("lane_roads.length_m", roads.index, roads.length_m, ellipsoid_m(roads), _MM)
    yield column("lane_ground.area_km2", ground.index, ground.area_km2, ground.area / 1e6, _KM2)
    for size in ("width", "height"):
        limit_m, size_m = told[size]["limit_m"], roads[f"{size}_m"]
        verdict = np.select([size_m >= limit_m, size_m < limit_m], ["pass", "fail"], "unknown")
        # A sign that there is no limit is no number in the file, and passes.
        wrong = (roads[size] != verdict) & ~((roads[size] == "pass") & size_m.isna())
        yield rows(f"lane_roads.{size}", roads.index, roads[size], verdict, wrong)
        yield from _sums(size, told[size], (roads.length_m / 1e3).groupby(roads[size]).sum())
    is_long = ends.length_m > told["dead_end"]["limit_m"]
    needs_none = ~is_long | ends.can_turn.astype(bool)
    yield rows("lane_dead_ends.status", ends.index, ends.status, needs_none, (ends.status == "pass") != needs_none)
    yield from _sums("dead_end", told["dead_end"], ends.status[is_long].value_counts())
    yield from _sums("spacing", told["spacing"], ground.area_km2.groupby(ground.status).sum())
    beyond = ground.spacing_m[ground.status == "fail"] < told["spacing"]["limit_m"]
    yield same("lane_ground: gaps narrower than the limit", int(beyond.sum()), 0)


def _sums(check: str, told: dict[str, object], amount: pd.Series) -> Iterator[Claim]:
    fails, meets, not_known = (float(amount.get(status, 0.0)) for status in ("fail", "pass", "unknown"))
    for key, again in (("fails", fails), ("meets", meets), ("not_known", not_known)):
        yield number(f"lanes {check}: {key}", told[key], again, _KM2)
    judged = "fail" if fails > 0 else "unknown" if not_known > 0 else "pass"
    yield same(f"lanes {check}: judged", told["judged"], judged)
