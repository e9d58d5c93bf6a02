"""Roads as a directed network: built once from ways, snapped to along edges, and its loose parts reported."""

from siting.network.road_network import CLOSED, Csr, EdgePositions, RoadNetwork, csr
from siting.network.ways import NODE_TAGS, WAY_TAGS, Ways

__all__ = ["CLOSED", "NODE_TAGS", "WAY_TAGS", "Csr", "EdgePositions", "RoadNetwork", "Ways", "csr"]
