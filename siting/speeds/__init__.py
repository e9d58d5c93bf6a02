"""How fast a fire engine drives: speed profiles as data, and the reading of road tags by them."""

from siting.speeds.driving import NodePassage, WaySpeeds, node_passage, way_speeds
from siting.speeds.profile import PROFILES, SpeedProfile, load_profile, profile_names

__all__ = [
    "PROFILES",
    "NodePassage",
    "SpeedProfile",
    "WaySpeeds",
    "load_profile",
    "node_passage",
    "profile_names",
    "way_speeds",
]
