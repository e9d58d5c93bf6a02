"""Can a fire engine get through? Widths, heights, dead ends and gaps between roads, as far as the map's tags say."""

from siting.lanes.dead_ends import dead_ends
from siting.lanes.judge import FINDING_COLUMNS, Lanes, judge_lanes, lane_findings, lane_profile
from siting.lanes.limits import LaneLimits
from siting.lanes.passages import passages
from siting.lanes.spacing import spacing

__all__ = [
    "FINDING_COLUMNS",
    "LaneLimits",
    "Lanes",
    "dead_ends",
    "judge_lanes",
    "lane_findings",
    "lane_profile",
    "passages",
    "spacing",
]
