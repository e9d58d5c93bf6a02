"""How fast a fire engine drives: speed profiles as data, and the reading of road tags by them."""

from siting.speeds.nodes import NodePassage, node_passage
from siting.speeds.profile import PROFILES, SpeedProfile, load_profile, profile_names
from siting.speeds.ways import WaySpeeds, way_speeds

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
