"""Roads as a directed network: built once from ways, snapped to along edges, and its loose parts reported."""

from siting.network.build import build_network
from siting.network.closures import closed
from siting.network.csr import CLOSED, Crossings, Csr, States, csr
from siting.network.overrides import open_overrides, overrides_by_way, overrides_used
from siting.network.road_network import EdgePositions, RoadNetwork
from siting.network.snap import position_xy, snap
from siting.network.sound import check_sound
from siting.network.turn_costs import with_turns
from siting.network.turn_table import turn_table
from siting.network.turns import Turns
from siting.network.ways import NODE_TAGS, WAY_TAGS, Ways

__all__ = [
    "CLOSED",
    "NODE_TAGS",
    "WAY_TAGS",
    "Crossings",
    "Csr",
    "EdgePositions",
    "RoadNetwork",
    "States",
    "Turns",
    "Ways",
    "build_network",
    "check_sound",
    "closed",
    "csr",
    "open_overrides",
    "overrides_by_way",
    "overrides_used",
    "position_xy",
    "snap",
    "turn_table",
    "with_turns",
]
