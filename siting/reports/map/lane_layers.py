"""Where engines may not get through, by the map's tags: narrow and low roads, dead ends, gaps between lanes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from siting.lanes import Lanes
from siting.language import word
from siting.proposal import Proposal
from siting.reports.map.layer import Layer, popup
from siting.reports.map.shapes import SIMPLIFY_M, features
from siting.reports.shown import NOTHING, km2


def lane_layers(proposal: Proposal) -> Iterator[Layer]:
    """What fails, from the bottom up; what the tags do not say is in the tables, as unknown."""
    if proposal.lanes is not None:
        yield _gaps(proposal, proposal.lanes)
        yield _roads(proposal, proposal.lanes)


def _gaps(proposal: Proposal, lanes: Lanes) -> Layer:
    """Ground too far from every lane."""
    language, gaps = proposal.language, lanes.ground[lanes.ground.status == "fail"]
    told = [
        popup(
            word("map_lane_gaps", language),
            (word("map_lane_spacing", language), f"{spacing_m:.0f} m"),
            (word("map_area", language), f"{km2(area_km2)} km²"),
        )
        for spacing_m, area_km2 in zip(gaps.spacing_m, gaps.area_km2, strict=True)
    ]
    drawn = features(gaps.simplify(SIMPLIFY_M).to_numpy(), gaps.crs, told)
    return Layer("lane_gaps", word("map_group_lanes", language), word("map_lane_gaps", language),
                 f"{km2(gaps.area_km2.sum())} km²", drawn, "area", is_on=False)  # fmt: skip


def _roads(proposal: Proposal, lanes: Lanes) -> Layer:
    """Roads that are too narrow or too low, and dead ends without a place to turn."""
    language = proposal.language
    roads = lanes.roads[(lanes.roads.width == "fail") | (lanes.roads.height == "fail")]
    ends = lanes.dead_ends[lanes.dead_ends.status == "fail"]
    told = [
        popup(
            str(name or highway),
            (word("map_lane_width", language), _metres(width_m)),
            (word("map_lane_height", language), _metres(height_m)),
        )
        for name, highway, width_m, height_m in zip(
            roads["name"], roads.highway, roads.width_m, roads.height_m, strict=True
        )
    ]
    told += [
        popup(str(name or highway), (word("map_lane_dead_end", language), f"{length_m:.0f} m"))
        for name, highway, length_m in zip(ends["name"], ends.highway, ends.length_m, strict=True)
    ]
    drawn = features([*roads.simplify(SIMPLIFY_M), *ends.simplify(SIMPLIFY_M)], roads.crs, told)
    return Layer("lane_roads", word("map_group_lanes", language), word("map_lane_roads", language),
                 str(len(told)), drawn, "line", is_on=False)  # fmt: skip


def _metres(length_m: float) -> str:
    return NOTHING if math.isnan(length_m) else f"{length_m:g} m"
