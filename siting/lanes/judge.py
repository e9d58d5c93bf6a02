"""All checks of fire lanes together, and what they say in a line each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.errors import InputError
from siting.lanes.dead_ends import dead_ends
from siting.lanes.limits import CLAUSES, LaneLimits
from siting.lanes.passages import passages
from siting.lanes.spacing import spacing
from siting.language import Language, word
from siting.network import RoadNetwork
from siting.speeds import SpeedProfile

FINDING_COLUMNS = ("check", "clause", "severity", "confidence", "limit_m", "unit", "fails", "meets", "not_known",
                   "judged", "text")  # fmt: skip


@dataclass(frozen=True)
class Lanes:
    """
    The checks as map layers, in the network's CRS.

    Attributes
    ----------
    roads
        As `passages`: widths and heights.
    dead_ends
        As `dead_ends`.
    ground
        As `spacing`: gaps between lanes, and what is near one.
    limits
        What was asked.
    """

    roads: gpd.GeoDataFrame
    dead_ends: gpd.GeoDataFrame
    ground: gpd.GeoDataFrame
    limits: LaneLimits


def lane_profile(profile: SpeedProfile) -> SpeedProfile:
    """
    The profile for an engine of no size, to build the network that lanes are judged on.

    In the network that engines drive, roads below their size are missing: the ones that a check of lanes is to find.
    """
    return replace(profile, height_m=0.0, width_m=0.0, weight_t=0.0)


def judge_lanes(
    network: RoadNetwork,
    ground: BaseGeometry,
    *,
    built_up: BaseGeometry | None = None,
    limits: LaneLimits | None = None,
) -> Lanes:
    """
    Widths, heights, dead ends and spacing of the roads on the ground.

    Parameters
    ----------
    network
        Built with a `lane_profile`.
    ground
        The study area, a polygon in the network's CRS.
    built_up
        The part of it in which lanes are due at a spacing; all of it by default.

    Raises
    ------
    InputError
        If none of the built-up land lies on the ground: else no lane would ever be missing.

    Examples
    --------
    The toy town has no tags, blocks of 400 m, and a lane on an island that ends at both ends:

    >>> from siting import toy
    >>> lanes = judge_lanes(toy.network(), toy.area().boundary)
    >>> lane_findings(lanes)[["check", "judged", "fails", "meets", "not_known"]].round(2).to_numpy().tolist()
    [['width', 'unknown', 0.0, 0.0, 10.9], ['height', 'unknown', 0.0, 0.0, 10.9], \
['dead_end', 'fail', 1.0, 0.0, 0.0], ['spacing', 'fail', 1.66, 0.0, 1.54]]
    """
    limits = limits or LaneLimits()
    land = ground if built_up is None else shapely.intersection(built_up, ground)
    if land.area == 0:
        said = "None of it lies inside the boundary. Take built-up land of the same place, and check its CRS."
        raise InputError("built_up", [said])
    around = passages(network, shapely.buffer(ground, limits.spacing_m / 2.0), limits)
    return Lanes(
        roads=around[around.intersects(ground)],
        dead_ends=dead_ends(network, ground, limits),
        ground=spacing(around, land, limits),
        limits=limits,
    )


def lane_findings(lanes: Lanes, language: Language = "en") -> pd.DataFrame:
    """
    A row for each check: how much fails, passes and cannot be said, and one sentence.

    Returns
    -------
    Columns check, clause, severity (shall or should), confidence (in the clause), limit_m, unit (km of road, dead ends,
    km2 of ground), fails, meets, not_known, judged (fail where anything fails, else unknown where anything is, else
    pass), text.
    """
    limits, roads = lanes.limits, lanes.roads
    ends = lanes.dead_ends[lanes.dead_ends["length_m"] > limits.dead_end_m]
    sums = {
        "width": (limits.width_m, "km", roads["length_m"].groupby(roads["width"]).sum() / 1000.0),
        "height": (limits.height_m, "km", roads["length_m"].groupby(roads["height"]).sum() / 1000.0),
        "dead_end": (limits.dead_end_m, "dead_ends", ends["status"].value_counts()),
        "spacing": (limits.spacing_m, "km2", lanes.ground["area_km2"].groupby(lanes.ground["status"]).sum()),
    }
    rows = []
    for check, (limit_m, unit, amount) in sums.items():
        fail, passed, unknown = (float(amount.get(status, 0.0)) for status in ("fail", "pass", "unknown"))
        status = "fail" if fail > 0 else "unknown" if unknown > 0 else "pass"
        values = {
            "limit": f"{limit_m:g}",
            "fail": _shown(fail, unit),
            "unknown": _shown(unknown, unit),
            "passed": _shown(passed, unit),
        }
        text = word(f"lanes_{check}", language, **values)
        rows.append((check, *CLAUSES[check], limit_m, unit, fail, passed, unknown, status, text))
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS))


def _shown(amount: float, unit: str) -> str:
    return f"{amount:.0f}" if unit == "dead_ends" else f"{amount:,.2f}"
