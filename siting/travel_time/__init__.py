"""How long a fire engine drives: from sites to demand, from the nearest site to everywhere, and as isochrones."""

from siting.travel_time.insertion import insert_site
from siting.travel_time.isochrones import Drawing, isochrone_blocks, isochrones
from siting.travel_time.k_nearest import k_nearest
from siting.travel_time.matrix import matrix
from siting.travel_time.nearest import Nearest, distances_from, nearest, spread
from siting.travel_time.reach import joined, reach, reach_blocks
from siting.travel_time.reverse import reversed_network
from siting.travel_time.road_reach import road_reach
from siting.travel_time.times import TravelTimes
from siting.travel_time.trips import whole_ms

__all__ = [
    "Drawing",
    "Nearest",
    "TravelTimes",
    "distances_from",
    "insert_site",
    "isochrone_blocks",
    "isochrones",
    "joined",
    "k_nearest",
    "matrix",
    "nearest",
    "reach",
    "reach_blocks",
    "reversed_network",
    "road_reach",
    "spread",
    "whole_ms",
]
