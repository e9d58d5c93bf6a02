"""How fast a fire engine drives: speed profiles as data, and the reading of road tags by them."""

from siting.speeds.acceleration import cruise_s, start_stop_s, trip_s
from siting.speeds.load import PROFILES, load_profile, profile_names
from siting.speeds.nodes import NodePassage, node_passage
from siting.speeds.overrides import Override, OverrideFlags, override_codes, override_keys
from siting.speeds.profile import SpeedProfile
from siting.speeds.reading import tagged_lengths
from siting.speeds.ways import WaySpeeds, way_speeds

__all__ = [
    "PROFILES",
    "NodePassage",
    "Override",
    "OverrideFlags",
    "SpeedProfile",
    "WaySpeeds",
    "cruise_s",
    "load_profile",
    "node_passage",
    "override_codes",
    "override_keys",
    "profile_names",
    "start_stop_s",
    "tagged_lengths",
    "trip_s",
    "way_speeds",
]
