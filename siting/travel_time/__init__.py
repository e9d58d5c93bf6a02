"""How long a fire engine drives: from sites to demand, from the nearest site to everywhere, and as isochrones."""

from siting.travel_time.isochrones import isochrones
from siting.travel_time.nearest import Nearest, distances_from, nearest, spread
from siting.travel_time.reach import reach
from siting.travel_time.road_reach import road_reach
from siting.travel_time.times import TravelTimes

__all__ = ["Nearest", "TravelTimes", "distances_from", "isochrones", "nearest", "reach", "road_reach", "spread"]
