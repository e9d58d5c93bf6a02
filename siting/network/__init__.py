"""Roads as a directed network: built once from ways, snapped to along edges, and its loose parts reported."""

from siting.network.build import build_network
from siting.network.closures import closed
from siting.network.overrides import overrides_used
from siting.network.road_network import CLOSED, Csr, EdgePositions, RoadNetwork, csr
from siting.network.snap import position_xy, snap
from siting.network.ways import NODE_TAGS, WAY_TAGS, Ways

__all__ = [
    "CLOSED",
    "NODE_TAGS",
    "WAY_TAGS",
    "Csr",
    "EdgePositions",
    "RoadNetwork",
    "Ways",
    "build_network",
    "closed",
    "csr",
    "overrides_used",
    "position_xy",
    "snap",
]
